"""Measures of one distribution and of two, from a measure record, in any space."""

from functools import cache
from typing import Any

from lossary import checks
from lossary.formulas.record import UNIT_INTERVAL, Formula, Measure, Pair, Term
from lossary.formulas.vocabulary import silence, surprise
from lossary.interpreters.arrays import (
    Array,
    as_arrays,
    axis_last,
    cast,
    compute_dtype,
    detached,
    device,
    exact_sum,
    namespace,
    poisoned,
    sum_tolerance,
    two_difference,
    vocabulary,
)
from lossary.interpreters.operation import Operation
from lossary.interpreters.operations import Elementwise, Row, apply
from lossary.interpreters.rows import Softmax
from lossary.losses.inputs import result_dtype
from lossary.measures.spaces import (
    common_scale,
    compare_logits,
    in_base,
    integers,
    masses,
    normalised,
)

__all__ = ["measure", "measure_from_logits", "pair_sum"]

Parameters = tuple[tuple[str, Any], ...]


def _pair_formula(formula: Formula) -> Formula:
    """Return the formula of a pair as one of p, q and their difference."""
    return lambda m, p, q, difference, **parameters: formula(
        m, Pair(m, p, q, difference), **parameters
    )


@cache
def _operation(term: Term, arity: int, parameters: Parameters) -> Operation:
    if arity == 1:
        return Elementwise(term.value, (term.partials[0], None), parameters)
    by_p, by_q = (_pair_formula(f) for f in term.partials)
    return Elementwise(_pair_formula(term.value), (by_p, by_q, None), parameters)


def pair_sum(term: Term, p: Array, q: Array, difference: Array, parameters: Parameters) -> Array:
    """Return a term of two masses summed along the last axis."""
    terms = apply(_operation(term, 2, parameters), p, q, detached(difference))
    return namespace(terms).sum(terms, axis=-1)


def measure(
    record: Measure,
    p: Any,
    q: Any = None,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    **parameters: Any,
) -> Array:
    """Compute a measure of probabilities, or of masses to be normalised."""
    bound = tuple(checks.parameters(record, parameters).items())
    if record.arity == 1:
        totals, dtype = _one(record, p, axis, bound, normalize=normalize)
    else:
        if q is None:
            message = f"{record.name} compares two distributions: pass p and q"
            raise checks.LossaryError(message)
        totals, dtype = _two(record, p, q, axis, bound, normalize=normalize)
    result = record.finish(vocabulary(totals[0]), *totals, **dict(bound))
    return cast(in_base(result, base, record.unit), dtype)


def _one(
    record: Measure, p: Any, axis: int, bound: Parameters, *, normalize: bool
) -> tuple[list[Array], Any]:
    if not record.summed:
        x = as_arrays(p=p)["p"]
        dtype = result_dtype("p", x)
        x = cast(x, compute_dtype(namespace(x), dtype))
        checks.domain("p", x, UNIT_INTERVAL, "it is a probability")
        i = surprise(vocabulary(x), x)
        return [apply(_operation(t, 1, bound), x, detached(i)) for t in record.terms], dtype
    given = masses(axis, normalize=normalize, p=p)
    (x,) = given.arrays
    x, i = normalised(x) if normalize else (x, surprise(vocabulary(x), x))
    xp = namespace(x)
    sums = [xp.sum(apply(_operation(t, 1, bound), x, detached(i)), axis=-1) for t in record.terms]
    return sums, given.dtype


def _two(
    record: Measure, p: Any, q: Any, axis: int, bound: Parameters, *, normalize: bool
) -> tuple[list[Array], Any]:
    given = masses(axis, normalize=normalize, p=p, q=q)
    x, y = given.arrays
    if not normalize:
        sums = [pair_sum(t, x, y, x - y, bound) for t in record.terms]
        excess = _excess(x, y) if any(t.excess for t in record.terms) else 0
        pairs = zip(sums, record.terms, strict=True)
        return [s + t.excess * excess if t.excess else s for s, t in pairs], given.dtype
    if given.counts:
        x, y, difference, total = _crossed(x, y)
    else:
        x, y, difference, total = common_scale(x, y)
    # Every term is homogeneous of degree 1, so the common sum divides the whole.
    return [pair_sum(t, x, y, difference, bound) / total for t in record.terms], given.dtype


def _crossed(p: Array, q: Array) -> tuple[Array, Array, Array, Array]:
    """Return two rows of counts, each times the other's sum, in exact integers."""
    xp = namespace(p)
    a, b = integers(p, q)
    a, b = a * b.sum(axis=-1, keepdims=True), b * a.sum(axis=-1, keepdims=True)
    total = a.sum(axis=-1, keepdims=True)

    def share(x: Any) -> Array:
        return xp.asarray((x / total).astype(float).tolist(), dtype=p.dtype, device=device(p))

    return share(a), share(b), share(a - b), 1.0


def _excess(p: Array, q: Array) -> Array:
    """Return Σ (p - q), rounded once; its derivative is that of the plain sum."""
    plain = namespace(p).sum(p - q, axis=-1)
    return plain + detached(exact_sum(*two_difference(p, q)) - plain)


# --- from logits -------------------------------------------------------------------------------


@cache
def _one_row(term: Term, parameters: Parameters) -> Operation:
    def parts(z: Array) -> tuple[Any, Softmax, Array]:
        s = Softmax(z)
        return vocabulary(z), s, -s.l

    def value(z: Array) -> Array:
        m, s, i = parts(z)
        return namespace(z).sum(term.value(m, s.p, i, **dict(parameters)), axis=-1)

    def slope(z: Array) -> Array:
        m, s, i = parts(z)
        return s.slope(silence(m, s.p, term.partials[0](m, s.p, i, **dict(parameters))))

    return Row(value, (slope,))


@cache
def _two_rows(term: Term, parameters: Parameters) -> Operation:
    def parts(a: Array, b: Array) -> tuple[Any, Softmax, Softmax, Pair]:
        m = vocabulary(a)
        left, right, difference, ratio = compare_logits(a, b)
        return m, left, right, Pair(m, left.p, right.p, difference, ratio)

    def value(a: Array, b: Array) -> Array:
        m, _, _, pair = parts(a, b)
        return namespace(a).sum(term.value(m, pair, **dict(parameters)), axis=-1)

    def slope(side: int) -> Any:
        def by(a: Array, b: Array) -> Array:
            m, left, right, pair = parts(a, b)
            own = (left, right)[side]
            if term.logit_partials is not None:
                return own.slope(term.logit_partials[side](m, pair, **dict(parameters)))
            partial = term.partials[side](m, pair, **dict(parameters))
            return own.slope(silence(m, own.p, partial))

        return by

    return Row(value, (slope(0), slope(1)))


def _log_masses(name: str, x: Array, dtype: Any) -> Array:
    p = detached(vocabulary(x).exp(x))
    tolerance = sum_tolerance(namespace(x), dtype)
    return poisoned(x, checks.distribution(name, p, exact_sum(p), tolerance))


def measure_from_logits(
    record: Measure,
    p_logits: Any,
    q_logits: Any = None,
    *,
    axis: int = -1,
    base: float | None = None,
    log_probabilities: bool = False,
    **parameters: Any,
) -> Array:
    """Compute a measure of the softmaxes of rows of logits."""
    bound = tuple(checks.parameters(record, parameters).items())
    given = {"p_logits": p_logits} | ({"q_logits": q_logits} if record.arity == 2 else {})
    arrays = as_arrays(**given)
    checks.same_shape(**arrays)
    xp = namespace(arrays["p_logits"])
    dtype = xp.result_type(*(result_dtype(n, x) for n, x in arrays.items()))
    work = compute_dtype(xp, dtype)
    rows = [axis_last(cast(x, work), axis) for x in arrays.values()]
    if log_probabilities:
        rows = [_log_masses(name, x, dtype) for name, x in zip(arrays, rows, strict=True)]
    row = _one_row if record.arity == 1 else _two_rows
    totals = [apply(row(t, bound), *rows) for t in record.terms]
    result = record.finish(vocabulary(rows[0]), *totals, **dict(bound))
    return cast(in_base(result, base, record.unit), dtype)
