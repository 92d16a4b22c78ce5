"""Measures of joint tables: everything is a sum of divergences between a table and a product.

Counts are compared in exact integers, so independence gives exactly 0 and near-independence keeps
its digits; no measure here is ever negative.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from lossary import checks
from lossary.documents import MeasureFunction, measure_function
from lossary.formulas.divergence import kl_divergence
from lossary.formulas.information import entropy
from lossary.formulas.record import Interval, Joint, Pair
from lossary.interpreters.arrays import (
    Array,
    as_arrays,
    cast,
    compute_dtype,
    detached,
    exact_sum,
    floating,
    namespace,
    sum_tolerance,
    vocabulary,
)
from lossary.interpreters.operations import Elementwise, apply
from lossary.measures.distributions import as_counts, pair_sum
from lossary.measures.spaces import count_dtype, in_base, integers, normalised

__all__ = ["AVERAGES", "joint_function"]

AVERAGES = ("arithmetic", "geometric", "min", "max", "joint")

_KL = kl_divergence.terms[0]
_SURPRISE = Elementwise(
    entropy.terms[0].value, (entropy.terms[0].partials[0], None)
)


class _Table:
    """A joint table of one call, checked: its cells, and its marginals when asked."""

    def __init__(self, joint: Any, axes: int | None, *, normalize: bool) -> None:
        x = as_arrays(joint=joint)["joint"]
        xp = namespace(x)
        if x.ndim < (axes or 1) or 0 in x.shape:
            wanted = f"{axes} axes" if axes else "at least one axis"
            message = (
                f"joint must be a table of {wanted} with at least one cell, "
                f"got shape {tuple(x.shape)}"
            )
            raise checks.LossaryError(message)
        if not floating(xp, x) and not xp.isdtype(x.dtype, ("integral", "bool")):
            raise checks.not_numbers("joint", x)
        self.counts = not floating(xp, x) and normalize
        self.dtype = x.dtype if floating(xp, x) else count_dtype(xp)
        self.axes = tuple(range(-(axes or x.ndim), 0))
        work = compute_dtype(xp, self.dtype)
        self.exact = integers(x)[0] if self.counts else None
        self.cells = cast(x, work)
        self.xp = xp
        flat = self.flat(self.cells)
        total = detached(exact_sum(flat))
        if not normalize:
            checks.distribution("joint", self.cells, total, sum_tolerance(xp, self.dtype))
        else:
            checks.domain("joint", self.cells, Interval(0, float("inf"), closed_high=False))
            empty = checks.inspect(total == 0)
            if empty is not None and empty.any():
                message = "joint must have some mass to normalise, got a sum of 0"
                raise checks.LossaryError(message)

    def flat(self, x: Array) -> Array:
        """Return a table with its axes as one."""
        shape = tuple(x.shape)
        return self.xp.reshape(x, (*shape[: len(shape) - len(self.axes)], -1))

    def kept(self, *axes: int) -> tuple[int, ...]:
        """Return the axes to sum over to keep the given ones."""
        keep = {a - len(self.axes) if a >= 0 else a for a in axes}
        return tuple(a for a in self.axes if a not in keep)

    def marginal(self, *axes: int) -> Array:
        """Return the marginal of some axes, the others kept with length 1."""
        return self.xp.sum(self.cells, axis=self.kept(*axes), keepdims=True)

    def compare(self, parts: Sequence[tuple[int, ...]], given: tuple[int, ...] = ()) -> Array:
        """Return KL from the table to the product of marginals, given other axes.

        ``Σ c log(c g^(k-1) / Π u_i)`` with marginals ``u_i`` and ``g`` of the given axes.
        """
        if self.exact is not None:
            return self._compare_counts(parts, given)
        marginals = [self.marginal(*part) for part in parts]
        whole = self.marginal(*given)
        n = self.marginal()
        c, product = self.cells / n, marginals[0] / n
        for u in marginals[1:]:
            ratio = self._ratio(u, whole)
            product = product * ratio
        return self._sum(c, self.xp.broadcast_to(product, c.shape), c - product)

    def _ratio(self, u: Array, whole: Array) -> Array:
        m = vocabulary(u)
        return m.where(whole == 0, 0, u / m.where(whole == 0, 1, whole))

    def _sum(self, p: Array, q: Array, difference: Array) -> Array:
        return pair_sum(_KL, self.flat(p), self.flat(q), self.flat(difference), ())

    def _compare_counts(
        self, parts: Sequence[tuple[int, ...]], given: tuple[int, ...]
    ) -> Array:
        def marginal(axes: tuple[int, ...]) -> Any:
            return self.exact.sum(axis=self.kept(*axes), keepdims=True)  # type: ignore[union-attr]

        power = len(parts) - 1
        whole, n = marginal(given), marginal(())
        product = marginal(parts[0])
        for part in parts[1:]:
            product = product * marginal(part)
        scale = whole**power
        scale = scale + (scale == 0)
        cells = self.exact * whole**power  # type: ignore[operator]

        def share(x: Any) -> Array:
            real = ((x + 0 * cells) / (scale * n)).astype(float)
            return self.xp.asarray(real.tolist(), dtype=self.cells.dtype)

        return self._sum(share(cells), share(product), share(cells - product))

    def entropy(self, *axes: int) -> Array:
        """Return the entropy of a marginal, in nats."""
        return self._entropy(self.flat(self.marginal(*axes)))

    def _entropy(self, w: Array) -> Array:
        p, i = normalised(w)
        return self.xp.sum(apply(_SURPRISE, p, detached(i)), axis=-1)

    def conditional(self, target: int, given: int) -> Array:
        """Return the entropy of one axis given the other: the rows' entropies, averaged."""
        rows = self.xp.moveaxis(self.cells, target - 2, -1)
        mass = self.xp.sum(rows, axis=-1)
        m = vocabulary(rows)
        safe = m.where((mass == 0)[..., None], 1, rows)
        share = mass / self.xp.sum(mass, axis=-1, keepdims=True)
        return self.xp.sum(share * self._entropy(safe), axis=-1)


def _pointwise(t: _Table) -> Array:
    m = vocabulary(t.cells)
    n = t.marginal()
    p, q = t.cells / n, t.marginal(0) / n * (t.marginal(1) / n)
    return _KL.partials[0](m, Pair(m, p, q + 0 * p)) + m.where(q == 0, float("nan"), 0)


def _mutual_information(t: _Table) -> Array:
    return t.compare([(0,), (1,)])


def _normalized(t: _Table, average: str = "arithmetic") -> Array:
    checks.choice("average", average, AVERAGES)
    m = vocabulary(t.cells)
    shared = _mutual_information(t)
    if average == "joint":
        divisor = t.entropy(0, 1)
    else:
        x, y = t.entropy(0), t.entropy(1)
        divisor = {
            "arithmetic": lambda: (x + y) / 2,
            "geometric": lambda: m.sqrt(x * y),
            "min": lambda: m.minimum(x, y),
            "max": lambda: m.maximum(x, y),
        }[average]()
    return m.minimum(shared / divisor, 1)


_RULES: dict[str, tuple[int | None, Callable[..., Array]]] = {
    "joint_entropy": (None, lambda t: t.entropy(*range(len(t.axes)))),
    "conditional_entropy": (2, lambda t: t.conditional(1, 0)),
    "mutual_information": (2, _mutual_information),
    "pointwise_mutual_information": (2, _pointwise),
    "conditional_mutual_information": (3, lambda t: t.compare([(0, 2), (1, 2)], (2,))),
    "total_correlation": (None, lambda t: t.compare([(a,) for a in range(len(t.axes))])),
    "information_gain": (2, _mutual_information),
    "gain_ratio": (2, lambda t: _mutual_information(t) / t.entropy(0)),
    "normalized_mutual_information": (2, _normalized),
    "variation_of_information": (2, lambda t: t.conditional(1, 0) + t.conditional(0, 1)),
}

_TABLES = {2: "[[0.5, 0.0], [0.25, 0.25]]", 3: "[[[0.5, 0.0]], [[0.25, 0.25]]]", None: ""}
_COUNTS = {2: "[[2, 0], [1, 1]]", 3: "[[[2, 0]], [[1, 1]]]", None: ""}
_AXES = {2: "(*batch, x, y)", 3: "(*batch, x, y, z)", None: "(x, y, …)"}


@cache
def joint_function(record: Joint, space: str = "") -> MeasureFunction:
    """Return the public function of a measure of joint tables."""
    name = record.name + space
    axes, rule = _RULES[record.name]
    counts = space == "_from_counts"

    def function(
        joint: Any, *, base: float | None = None, normalize: bool = False, **options: Any
    ) -> Array:
        table = _Table(
            as_counts("joint", joint) if counts else joint, axes, normalize=normalize or counts
        )
        return cast(in_base(rule(table, **options), base, record.unit), table.dtype)

    what = "Counts" if counts else "Joint probabilities"
    examples = _COUNTS if counts else _TABLES
    options = ["base"] if counts else ["base", "normalize"]
    if record.name == "normalized_mutual_information":
        options.append("average")
    returns = "An array of the shape ``(*batch)``" if record.summed else "An array like the table"
    return measure_function(
        record,
        function,
        arguments=[("joint", f"{what} of shape ``{_AXES[axes]}``.")],
        options=options,
        returns=returns,
        call=f"ls.{name}({examples[axes] or examples[2]})",
        name=name,
    )
