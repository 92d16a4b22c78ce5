"""Measures of one or two distributions, made from measure records, in any representation."""

from functools import partial
from math import inf
from typing import Any

from lossary import validation
from lossary.formulas.record import Measure
from lossary.interpreters.array_helpers import Array, as_arrays, cast, detached
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.kernels import eligibility
from lossary.kernels.dispatch import Dispatch, Operator
from lossary.kernels.distributions import REPRESENTATIONS, single_terms
from lossary.kernels.interface import Options
from lossary.measures.plain_sums import (
    PLAIN_SUMS,
    joint_dtype,
    logits_dtype,
    sums_and_dtype,
    sums_of_logits,
)
from lossary.measures.representations import in_base, require_outcomes
from lossary.measures.row_blocks import in_blocks

__all__ = ["DISPATCHES", "measure", "measure_from_logits"]

Parameters = tuple[tuple[str, Any], ...]


def _operator(suffix: str) -> Operator:
    """Return the operator that torch.compile records."""
    from lossary.measures import compiled_operators  # noqa: PLC0415 - imported by who has torch

    return compiled_operators.OPERATORS[suffix]


DISPATCHES = {
    suffix: Dispatch(shape, partial(_operator, suffix)) for suffix, shape in REPRESENTATIONS.items()
}
"""The dispatch of measures by the suffixes of the functions' names."""


def _kernel_sums(
    suffix: str, record: Measure, p: Any, q: Any, options: Options
) -> list[Array] | None:
    """Return the sums of a measure's terms by kernels; None: use the plain path."""
    if eligibility.enabled() and eligibility.traced(p):
        found: list[Array] | None = DISPATCHES[suffix].operator()(record, p, q, options)
        return found
    along, totals = {**options, "axis": -1}, []
    for part in single_terms(record):

        def plain(*rows: Array, part: Measure = part) -> Array:
            return PLAIN_SUMS[suffix](part, *rows, **along)[0]

        total = DISPATCHES[suffix].attempt(plain, part, p, q, options)
        if total is None:
            return None
        totals.append(total)
    return totals


def measure(
    record: Measure,
    p: Any,
    q: Any = None,
    *,
    axis: int = -1,
    base: float | None = None,
    normalize: bool = False,
    sum_tolerance: float | None = None,
    **parameters: Any,
) -> Array:
    """Compute a measure of probabilities, or of masses to be normalised."""
    bound = tuple(validation.parameters(record, parameters).items())
    if record.arity == 2 and q is None:
        message = f"{record.name} compares two distributions: pass p and q"
        raise validation.LossaryError(message)
    how: dict[str, Any] = {"normalize": normalize, **_given_tolerance(sum_tolerance)}

    def sums(p: Any, q: Any) -> tuple[list[Array], Any]:
        return sums_and_dtype(record, p, q, axis=axis, bound=bound, **how)

    totals = _kernel_sums("", record, p, q, {"axis": axis, **how, **dict(bound)})
    if totals is None:
        totals, dtype = in_blocks(sums, p, q, axis) or sums(p, q)
    else:
        dtype = p.dtype if q is None else joint_dtype(p, p.dtype, q.dtype)
    return cast(in_base(_finished(record, totals, bound), base, record.unit), dtype)


def _given_tolerance(sum_tolerance: float | None) -> dict[str, Any]:
    """Return the option where it is given: operators of torch.compile take no None."""
    return {} if sum_tolerance is None else {"sum_tolerance": sum_tolerance}


def _finished(record: Measure, totals: list[Array], bound: Parameters) -> Array:
    m = vocabulary(totals[0])
    result = record.finish(m, *totals, **dict(bound))
    if record.ceiling == inf:
        return result
    # The correction of a rounding error has no derivative.
    return result + detached(m.where(result > record.ceiling, record.ceiling - result, 0))


def measure_from_logits(
    record: Measure,
    p_logits: Any,
    q_logits: Any = None,
    *,
    axis: int = -1,
    base: float | None = None,
    log_probabilities: bool = False,
    sum_tolerance: float | None = None,
    **parameters: Any,
) -> Array:
    """Compute a measure of the softmaxes of rows of logits."""
    bound = validation.parameters(record, parameters)
    options = {"axis": axis, **_given_tolerance(sum_tolerance), **bound}
    space = "_from_log_probabilities" if log_probabilities else "_from_logits"
    given = {"p_logits": p_logits} | ({"q_logits": q_logits} if record.arity == 2 else {})
    totals = _kernel_sums(space, record, p_logits, q_logits, options)
    if totals is None:
        given = as_arrays(**given)
        validation.same_shape(**given)
        require_outcomes("p_logits", given["p_logits"], axis)
        totals = sums_of_logits(record, *given.values(), normal=log_probabilities, **options)
    value = in_base(_finished(record, totals, tuple(bound.items())), base, record.unit)
    return cast(value, logits_dtype(*given.values()))
