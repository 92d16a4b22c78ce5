"""Joint table: entropies of its marginals, and divergences from products of them.

Counts are compared in exact integers, so independence gives exactly 0 and near-independence keeps
its digits; no divergence is ever negative.
"""

from collections.abc import Sequence
from typing import Any

from lossary import validation
from lossary.formulas.divergence import kl_divergence
from lossary.formulas.information import entropy
from lossary.formulas.record import Axes, Interval
from lossary.interpreters.array_helpers import (
    Array,
    as_arrays,
    cast,
    detached,
    device,
    exact_sum,
    floating,
    namespace,
    poisoned,
    require_real,
    wide_dtype,
)
from lossary.interpreters.array_helpers import sum_tolerance as tolerance_of
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.interpreters.differentiable_operations import Elementwise, apply
from lossary.measures.plain_sums import pair_sum
from lossary.measures.representations import count_dtype, integers, normalised

__all__ = ["JointTable"]

_KL, _ENTROPY = kl_divergence.terms[0], entropy.terms[0]
_ENTROPY_TERM = Elementwise(_ENTROPY.value, (_ENTROPY.partials[0], None))


class JointTable:
    """A validated joint table, or a batch of them; axes are numbered from 0 after the batch's."""

    def __init__(
        self,
        joint: Any,
        axes: int | None,
        *,
        normalize: bool,
        sum_tolerance: float | None = None,
    ) -> None:
        x, normalize = as_arrays(joint=joint)["joint"], validation.flag("normalize", normalize)
        self.xp = xp = namespace(x)
        if x.ndim < (axes or 1) or 0 in x.shape:
            wanted = f"{axes} axes" if axes else "at least one axis"
            message = (
                f"joint must be a table of {wanted} with at least one cell, "
                f"got shape {tuple(x.shape)}"
            )
            raise validation.LossaryError(message)
        require_real("joint", x)
        self.axes = axes or x.ndim
        self.dtype = x.dtype if floating(xp, x) else count_dtype(xp)
        self.cells = cast(x, wide_dtype(x, self.dtype))
        counts = normalize and not floating(xp, x)
        self._exact: Any = integers(x)[0] if counts else None
        tolerance = tolerance_of(xp, self.dtype, sum_tolerance)
        self._require_masses(tolerance, normalize=normalize)

    def _require_masses(self, tolerance: float, *, normalize: bool) -> None:
        total = detached(exact_sum(self._flat(self.cells)))
        if not normalize:
            bad = validation.distribution("joint", self.cells, total, tolerance)
            self.cells = poisoned(self.cells, bad)
            return
        validation.domain("joint", self.cells, Interval(0, float("inf"), closed_high=False))
        validation.positive_sum("joint", total)

    def _flat(self, x: Array) -> Array:
        """Return a table with its axes flattened into one."""
        shape = tuple(x.shape)
        return self.xp.reshape(x, (*shape[: len(shape) - self.axes], -1))

    def _summed(self, kept: Axes) -> Axes:
        """Return the axes to sum over, numbered from the end, so that the given ones are kept."""
        return tuple(a - self.axes for a in range(self.axes) if a not in kept)

    def marginal(self, *kept: int) -> Array:
        """Return the marginal of some axes, the others kept with length 1."""
        return self.xp.sum(self.cells, axis=self._summed(kept), keepdims=True)

    def divergence(self, parts: Sequence[Axes], given: Axes = ()) -> Array:
        """Return KL from the table to the product of marginals, conditional on other axes.

        ``Σ c log(c g^(k-1) / Π u_i)`` with the k marginals ``u_i``, and ``g`` of the given axes.
        """
        cells, product, difference = map(self._flat, self.shares(parts, given))
        return pair_sum(_KL, cells, product, (), difference)

    def total(self, terms: Array) -> Array:
        """Return the sum of terms over all cells."""
        return self.xp.sum(self._flat(terms), axis=-1)

    def shares(self, parts: Sequence[Axes], given: Axes = ()) -> tuple[Array, Array, Array]:
        """Return the cells, the product of their marginals, and the difference, as shares of 1."""
        of_masses = self._shares if self._exact is None else self._exact_shares
        return of_masses(parts, given)

    def _shares(self, parts: Sequence[Axes], given: Axes) -> tuple[Array, Array, Array]:
        """Return the shares of masses of any sum."""
        m, n, whole = vocabulary(self.cells), self.marginal(), self.marginal(*given)
        product = self.marginal(*parts[0]) / n
        for part in parts[1:]:
            product = product * (self.marginal(*part) / m.where(whole == 0, 1, whole))
        cells = self.cells / n
        return cells, self.xp.broadcast_to(product, cells.shape), cells - product

    def _exact_shares(self, parts: Sequence[Axes], given: Axes) -> tuple[Array, Array, Array]:
        """Return the shares of integer counts; shares and difference are each rounded once."""

        def marginal(kept: Axes) -> Any:
            return self._exact.sum(axis=self._summed(kept), keepdims=True)

        whole = marginal(given)
        scale = whole ** (len(parts) - 1)
        cells, product = self._exact * scale, marginal(parts[0])
        for part in parts[1:]:
            product = product * marginal(part)
        divisor = (scale + (scale == 0)) * marginal(())

        def share(x: Any) -> Array:
            real = ((x + 0 * cells) / divisor).astype(float).tolist()
            return self.xp.asarray(real, dtype=self.cells.dtype, device=device(self.cells))

        return share(cells), share(product), share(cells - product)

    def entropy(self, *kept: int) -> Array:
        """Return the entropy of a marginal, in nats."""
        return self._entropy(self._flat(self.marginal(*kept)))

    def _entropy(self, w: Array) -> Array:
        p, i = normalised(w)
        return self.xp.sum(apply(_ENTROPY_TERM, p, detached(i)), axis=-1)

    def conditional_entropy(self, target: int) -> Array:
        """Return the entropy of one of two axes given the other: the mean entropy of the rows."""
        rows = self.xp.moveaxis(self.cells, target - 2, -1)
        mass = self.xp.sum(rows, axis=-1)
        nonempty = vocabulary(rows).where((mass == 0)[..., None], 1, rows)
        share = mass / self.xp.sum(mass, axis=-1, keepdims=True)
        return self.xp.sum(share * self._entropy(nonempty), axis=-1)
