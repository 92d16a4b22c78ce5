"""The plain path of measures: sums of their terms as operations of the array's framework."""

import sys
from collections.abc import Callable
from functools import lru_cache, partial, reduce
from typing import Any

from lossary import framework_of_array, validation
from lossary.formulas.record import UNIT_INTERVAL, Formula, Measure, Pair, Term
from lossary.formulas.vocabulary import safe_product, self_information
from lossary.interpreters.array_helpers import (
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
)
from lossary.interpreters.array_helpers import sum_tolerance as tolerance_of
from lossary.interpreters.array_row_losses import Softmax
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.interpreters.differentiable_operations import Elementwise, Row, apply
from lossary.interpreters.differentiable_protocol import Operation
from lossary.losses.input_checks import result_dtype
from lossary.measures.near_equal_masses import compensated_sum
from lossary.measures.representations import (
    common_scale,
    compare_logits,
    integers,
    masses,
    normalised,
)

__all__ = [
    "PLAIN_SUMS",
    "joint_dtype",
    "logits_dtype",
    "pair_sum",
    "sums_and_dtype",
    "sums_of_logits",
    "sums_of_masses",
]

Parameters = tuple[tuple[str, Any], ...]

_LOGITS = ("p_logits", "q_logits")


def _pair_formula(formula: Formula) -> Formula:
    """Return the formula of a pair as a function of p, q, their difference, and -log q."""

    def of_masses(m: Any, p: Any, q: Any, *known: Any, **parameters: Any) -> Any:
        named = dict(zip(("difference", "information"), known, strict=False))
        return formula(m, Pair(m, p, q, **named), **parameters)

    return of_masses


def _mass_formula(formula: Formula) -> Formula:
    """Return the formula of a mass as a function of the mass, or of it and -log p."""

    def of_mass(m: Any, p: Any, *known: Any, **parameters: Any) -> Any:
        return formula(m, p, *(known or (self_information(m, p),)), **parameters)

    return of_mass


@lru_cache(maxsize=256)
def _operation(term: Term, arity: int, parameters: Parameters, known: int = 0) -> Operation:
    """Return a term as an operation on masses and quantities known of them, taken as constants."""
    nothing = (None,) * known
    if arity == 1:
        by_p = _mass_formula(term.partials[0])
        return Elementwise(_mass_formula(term.value), (by_p, *nothing), parameters)
    by_p, by_q = (_pair_formula(f) for f in term.partials)
    return Elementwise(_pair_formula(term.value), (by_p, by_q, *nothing), parameters)


def pair_sum(term: Term, p: Array, q: Array, parameters: Parameters, *known: Array) -> Array:
    """Return a term of two masses summed along the last axis.

    ``known`` are the difference of the masses, then -log q.
    """
    return namespace(p).sum(_pair_terms(term, p, q, parameters, *known), axis=-1)


def _pair_terms(term: Term, p: Array, q: Array, parameters: Parameters, *known: Array) -> Array:
    known = tuple(map(detached, known))
    return apply(_operation(term, 2, parameters, len(known)), p, q, *known)


def sums_and_dtype(
    record: Measure, p: Any, q: Any, *, axis: int, bound: Parameters, **how: Any
) -> tuple[list[Array], Any]:
    """Return the sums of a measure's terms over rows of masses, and the dtype of the result."""
    if record.arity == 1:
        return _one(record, p, axis, bound, **how)
    return _two(record, p, q, axis, bound, **how)


def sums_of_masses(
    record: Measure,
    p: Array,
    q: Array | None = None,
    *,
    axis: int = -1,
    normalize: bool = False,
    sum_tolerance: float | None = None,
    **parameters: Any,
) -> list[Array]:
    """Return the sums of a measure's terms over rows of masses."""
    how = {"normalize": normalize, "sum_tolerance": sum_tolerance}
    return sums_and_dtype(record, p, q, axis=axis, bound=tuple(parameters.items()), **how)[0]


def _one(
    record: Measure, p: Any, axis: int, bound: Parameters, *, normalize: bool, **how: Any
) -> tuple[list[Array], Any]:
    if not record.summed:
        x = as_arrays(p=p)["p"]
        dtype = result_dtype("p", x)
        x = cast(x, compute_dtype(namespace(x), dtype))
        validation.domain("p", x, UNIT_INTERVAL, "it is a probability")
        return [apply(_operation(t, 1, bound), x) for t in record.terms], dtype
    given = masses(axis, normalize=normalize, **how, p=p)
    (x,) = given.arrays
    xp = namespace(x)
    known: tuple[Array, ...] = ()
    if normalize or record.shares:
        x, i = normalised(x)
        known = (detached(i),)
    operations = (_operation(t, 1, bound, len(known)) for t in record.terms)
    return [xp.sum(apply(o, x, *known), axis=-1) for o in operations], given.dtype


def _two(
    record: Measure, p: Any, q: Any, axis: int, bound: Parameters, *, normalize: bool, **how: Any
) -> tuple[list[Array], Any]:
    given = masses(axis, normalize=normalize, **how, p=p, q=q)
    x, y = given.arrays
    if not (normalize or record.shares):
        return [_as_given(t, x, y, bound) for t in record.terms], given.dtype
    crossed = None if given.counts is None else _crossed(given.counts, x)
    p_share, q_share, *known = crossed or common_scale(x, y)
    if any(t.uses_self_information for t in record.terms):
        known.append(normalised(y)[1])
    return [pair_sum(t, p_share, q_share, bound, *known) for t in record.terms], given.dtype


def _as_given(term: Term, p: Array, q: Array, parameters: Parameters) -> Array:
    """Return the sum of a term and its excess Σp - Σq, rounded once.

    For near-equal masses the two nearly cancel, so that the rounding of the term matters as well.
    A positive excess belongs to bd0 of p and q, a negative one to bd0 of q and p.
    """
    xp, terms = namespace(p), _pair_terms(term, p, q, parameters)
    if not term.excess:
        return xp.sum(terms, axis=-1)
    plain = xp.sum(terms, axis=-1) + term.excess * (xp.sum(p, axis=-1) - xp.sum(q, axis=-1))
    of, by = (p, q) if term.excess > 0 else (q, p)
    exact = compensated_sum(detached(terms), detached(of), detached(by), abs(term.excess))
    # The value is exact; the derivative is that of the plain sums.
    finite = abs(detached(plain)) < float("inf")
    return vocabulary(plain).where(finite, exact + (plain - detached(plain)), plain)


def _crossed(counts: tuple[Array, ...], like: Array) -> tuple[Array, Array, Array]:
    """Return the shares of two rows of counts and their difference, by exact integers."""
    xp, (a, b) = namespace(like), integers(*counts)
    a, b = a * b.sum(axis=-1, keepdims=True), b * a.sum(axis=-1, keepdims=True)
    total = a.sum(axis=-1, keepdims=True)

    def share(x: Any) -> Array:
        real = (x / total).astype(float).tolist()
        return xp.asarray(real, dtype=like.dtype, device=device(like))

    return share(a), share(b), share(a - b)


# --- from logits -------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _one_row(term: Term, parameters: Parameters) -> Operation:
    def parts(z: Array) -> tuple[Any, Softmax, Array]:
        s = Softmax(z)
        return vocabulary(z), s, -s.l

    def value(z: Array) -> Array:
        m, s, i = parts(z)
        return namespace(z).sum(term.value(m, s.p, i, **dict(parameters)), axis=-1)

    def slope(z: Array) -> Array:
        m, s, i = parts(z)
        return s.slope(safe_product(m, s.p, term.partials[0](m, s.p, i, **dict(parameters))))

    return Row(value, (slope,))


@lru_cache(maxsize=256)
def _two_rows(term: Term, parameters: Parameters) -> Operation:
    def parts(a: Array, b: Array) -> tuple[Any, Softmax, Softmax, Pair]:
        m = vocabulary(a)
        left, right, difference, ratio = compare_logits(a, b)
        return m, left, right, Pair(m, left.p, right.p, difference, ratio, -right.l)

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
            return own.slope(safe_product(m, own.p, partial))

        return by

    return Row(value, (slope(0), slope(1)))


def _log_masses(name: str, x: Array, dtype: Any, asked: float | None) -> Array:
    p = detached(vocabulary(x).exp(x))
    tolerance = tolerance_of(namespace(x), dtype, asked)
    return poisoned(x, validation.distribution(name, p, exact_sum(p), tolerance))


def logits_dtype(*logits: Array) -> Any:
    """Return the dtype of a measure of logits."""
    return joint_dtype(logits[0], *map(result_dtype, _LOGITS, logits))


def joint_dtype(like: Array, *dtypes: Any) -> Any:
    """Return the dtype of a result, without promotion where all are equal, which compilers need."""
    first = dtypes[0]
    if all(d == first for d in dtypes):
        return first
    if framework_of_array.is_torch(like):
        return reduce(sys.modules["torch"].promote_types, dtypes)
    return namespace(like).result_type(*dtypes)


def sums_of_logits(
    record: Measure,
    p: Array,
    q: Array | None = None,
    *,
    axis: int = -1,
    normal: bool = False,
    sum_tolerance: float | None = None,
    **parameters: Any,
) -> list[Array]:
    """Return the sums of a measure's terms over rows of logits, or of log-probabilities."""
    given = (p,) if q is None else (p, q)
    dtype, bound = logits_dtype(*given), tuple(parameters.items())
    rows = [axis_last(cast(x, compute_dtype(namespace(x), dtype)), axis) for x in given]
    if normal:
        own = [result_dtype(name, x) for name, x in zip(_LOGITS, given, strict=False)]
        each = zip(_LOGITS, rows, own, strict=False)
        rows = [_log_masses(name, x, dt, sum_tolerance) for name, x, dt in each]
    row = _one_row if record.arity == 1 else _two_rows
    return [apply(row(t, bound), *rows) for t in record.terms]


PLAIN_SUMS: dict[str, Callable[..., list[Array]]] = {
    "": sums_of_masses,
    "_from_logits": sums_of_logits,
    "_from_log_probabilities": partial(sums_of_logits, normal=True),
}
"""The sums of a measure's terms by the suffixes of the functions' names."""
