"""Measures of several distributions, of a conditional distribution, and by a generator."""

from typing import Any

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.divergence import js_divergence as halves
from lossary.formulas.divergence import kl_divergence
from lossary.formulas.information import entropy
from lossary.formulas.record import Measure
from lossary.formulas.vocabulary import safe_product
from lossary.interpreters.array_helpers import Array, as_arrays, cast, exact_sum, namespace, quietly
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.measures.distribution_dispatch import measure
from lossary.measures.plain_sums import pair_sum
from lossary.measures.representations import in_base, masses

__all__ = ["conditional_entropy_from_conditional", "f_divergence", "js_divergence"]


@quietly
def js_divergence(
    p: Any,
    q: Any,
    *others: Any,
    weights: Any = None,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
) -> Array:
    """Jensen-Shannon divergence of two distributions or more: H(Σ w p) - Σ w H(p).

    ``Σ_i w_i KL(p_i ‖ Σ_j w_j p_j)``: the information that one draw gives about which of the
    distributions it came from; of two, within [0, log 2].

    Parameters
    ----------
    p, q, *others
        Probabilities, each of the shape ``(*batch, outcomes)``.
    weights
        One weight for each distribution, summing to 1; by default equal.
    axis
        The axis of the outcomes.
    base
        The base of the logarithm: 2 for bits; by default natural, in nats.
    normalize
        Divide each distribution by its sum first.
    sum_tolerance
        Largest deviation of a sum from 1; by default the rounding error of the dtype.

    Returns
    -------
    An array of the shape ``(*batch)``, between 0 and the entropy of the weights.

    Raises
    ------
    LossaryError
        For unequal shapes, probabilities or weights that do not sum to 1.

    Examples
    --------
    >>> import lossary as ls
    >>> p, q, r = [0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5]
    >>> print(ls.js_divergence(p, q, base=2))
    0.5
    >>> print(ls.js_divergence(p, q, r, weights=[0.25, 0.25, 0.5], base=2).round(6))
    0.561278

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991

    """
    if not others and weights is None:
        how: dict[str, Any] = {"normalize": normalize, "sum_tolerance": sum_tolerance}
        return measure(halves, p, q, axis=axis, base=base, **how)
    named = {f"distribution {i}": x for i, x in enumerate((p, q, *others))}
    given = masses(axis, normalize=normalize, sum_tolerance=sum_tolerance, **named)
    ps = [x / exact_sum(x)[..., None] for x in given.arrays] if normalize else given.arrays
    w = _weights(weights, len(ps))
    xp = namespace(ps[0])
    mixture = sum((wi * x for wi, x in zip(w[1:], ps[1:], strict=True)), start=w[0] * ps[0])
    total = xp.zeros_like(ps[0][..., 0])
    for wi, x in zip(w, ps, strict=True):
        difference = sum(
            (wj * (x - pj) for wj, pj in zip(w[1:], ps[1:], strict=True)),
            start=w[0] * (x - ps[0]),
        )
        total = total + wi * pair_sum(kl_divergence.terms[0], x, mixture, (), difference)
    return cast(in_base(total, base), given.dtype)


def _weights(weights: Any, count: int) -> list[float]:
    if weights is None:
        return [1 / count] * count
    w = as_arrays(weights=weights)["weights"]
    w = [float(x) for x in validation.to_numpy(w)] if w.ndim == 1 else []
    if len(w) != count or min(w) < 0 or not abs(sum(w) - 1) < 1e-9:
        message = (
            f"weights must hold {count} numbers, none negative, that sum to 1, got {weights!r}"
        )
        raise validation.LossaryError(message)
    return w


@quietly
def conditional_entropy_from_conditional(
    p: Any,
    conditional: Any,
    *,
    base: float | None = None,
    sum_tolerance: float | None = None,
) -> Array:
    """Entropy of y given x, from p(x) and p(y|x): H(Y|X) = Σ_x p(x) H(Y|X=x).

    Parameters
    ----------
    p
        Probabilities of x, of shape ``(*batch, x)``.
    conditional
        Probabilities of y for each x, of shape ``(*batch, x, y)``: every row sums to 1.
    base
        The base of the logarithm: 2 for bits; by default natural, in nats.
    sum_tolerance
        Largest deviation of a sum from 1; by default the rounding error of the dtype.

    Returns
    -------
    An array of the shape ``(*batch)``.

    Raises
    ------
    LossaryError
        For shapes that do not fit, or probabilities that do not sum to 1.

    Examples
    --------
    >>> import lossary as ls
    >>> float(ls.conditional_entropy_from_conditional([0.5, 0.5], [[1, 0], [0.5, 0.5]], base=2))
    0.5

    References
    ----------
    Shannon, A Mathematical Theory of Communication, 1948

    """
    arrays = as_arrays(p=p, conditional=conditional)
    x, rows = arrays["p"], arrays["conditional"]
    if tuple(rows.shape[:-1]) != tuple(x.shape) or x.ndim == 0:
        message = (
            "conditional must have the shape of p and one more axis, "
            f"got {tuple(rows.shape)} for p of {tuple(x.shape)}"
        )
        raise validation.LossaryError(message)
    (x,) = masses(-1, normalize=False, sum_tolerance=sum_tolerance, p=x).arrays
    entropies = measure(entropy, rows, sum_tolerance=sum_tolerance)
    dtype = entropies.dtype
    terms = safe_product(vocabulary(x), x, cast(entropies, x.dtype))
    return cast(in_base(namespace(x).sum(terms, axis=-1), base), dtype)


@quietly
def f_divergence(
    p: Any,
    q: Any,
    generator: Any,
    *,
    at_infinity: float = float("inf"),
    axis: int = -1,
    **options: Any,
) -> Array:
    """Divergence of a convex generator: Σ q f(p / q), with f(1) = 0.

    Parameters
    ----------
    p, q
        Probabilities of one shape ``(*batch, outcomes)``.
    generator
        The name of one in the catalogue (``"kl_divergence"``, ``"chi_squared_divergence"``,
        ``"hellinger_divergence"``, ``"total_variation"``, ``"alpha_divergence"`` …), which is
        computed by its stable form; or a function ``f(m, t)`` in the vocabulary ``m``,
        which is evaluated directly.
    at_infinity
        The slope at infinity of a generator function, the limit of ``f(t) / t``: the cost of mass
        of p where q is 0.
    axis
        The axis of the outcomes.
    **options
        Parameters of a named generator, and ``normalize``, ``base`` and ``sum_tolerance``.

    Returns
    -------
    An array of the shape ``(*batch)``.

    Raises
    ------
    LossaryError
        For unequal shapes, probabilities that do not sum to 1, an unknown generator.

    Examples
    --------
    >>> import lossary as ls
    >>> float(ls.f_divergence([0.5, 0.5], [0.25, 0.75], "total_variation"))
    0.25
    >>> float(ls.f_divergence([0.5, 0.5], [0.25, 0.75], lambda m, t: m.abs(t - 1) / 2))
    0.25

    References
    ----------
    Csiszár, Eine informationstheoretische Ungleichung, 1963

    """
    if not callable(generator):
        record = catalogue.get(generator)
        if not isinstance(record, Measure) or record.generator is None:
            known = [n for n in catalogue.names("measure") if _generator(n)]
            raise validation.unknown_name(generator, known, "generator")
        return measure(record, p, q, axis=axis, **options)
    unknown = sorted(options.keys() - {"base", "normalize", "sum_tolerance"})
    if unknown:
        message = (
            "f_divergence of a function takes axis, base, normalize and sum_tolerance, "
            f"got {unknown[0]!r}"
        )
        raise validation.LossaryError(message)
    how = {"normalize": options.get("normalize", False)}
    given = masses(axis, **how, sum_tolerance=options.get("sum_tolerance"), p=p, q=q)
    x, y = given.arrays
    if options.get("normalize"):
        x, y = x / exact_sum(x)[..., None], y / exact_sum(y)[..., None]
    m = vocabulary(x)
    inside = y * generator(m, x / m.where(y == 0, 1, y))
    beyond = safe_product(m, x, at_infinity * namespace(x).ones_like(x))
    total = namespace(x).sum(m.where(y == 0, beyond, inside), axis=-1)
    return cast(in_base(total, options.get("base")), given.dtype)


def _generator(name: str) -> bool:
    record = catalogue.get(name)
    return isinstance(record, Measure) and record.generator is not None
