"""Measures of one and of two distributions: their options, and the calls that kernels compute."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lossary import framework_of_array
from lossary.formulas.record import Measure
from lossary.interpreters.array_helpers import axis_last, namespace, sum_tolerance
from lossary.kernels.array_memory import FLOATING, code, kernel_dtype
from lossary.kernels.bounded_cache import BoundedCache
from lossary.kernels.eligibility import derived, require, require_none
from lossary.kernels.interface import Array, Family, KernelOptions, Options, Prepared, Shape
from lossary.kernels.option_values import parameters

__all__ = [
    "REPRESENTATIONS",
    "LogitPairOptions",
    "ProbabilityOptions",
    "single_terms",
]

_OTHERS = {"axis", "base", "normalize", "sum_tolerance"}

_singles: BoundedCache[int, tuple[Measure, tuple[Measure, ...]]] = BoundedCache(256)
_converted: BoundedCache[Any, tuple[Measure, KernelOptions]] = BoundedCache(256)


@dataclass(frozen=True, eq=False)
class ProbabilityOptions(KernelOptions):
    """A measure with one term, its sum for each row of probabilities. Inputs: one row, or two.

    The outcomes are the last axis. ``sides`` selects the inputs by which there is a gradient, and
    ``tolerances`` bound the deviation of each row's sum from 1.
    """

    record: Measure
    parameters: tuple[float, ...]
    sides: tuple[bool, ...]
    tolerances: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class LogitPairOptions(KernelOptions):
    """A measure of two softmaxes with one term, its sum for each row. Inputs: two logits.

    The classes are the last axis. ``sides`` selects the inputs by which there is a gradient. Where
    ``tolerances`` are given the logits are log-probabilities, whose masses sum to 1 within them.
    """

    record: Measure
    parameters: tuple[float, ...]
    sides: tuple[bool, bool]
    tolerances: tuple[float, float] | None = None


def single_terms(record: Measure) -> tuple[Measure, ...]:
    """Return measures of one term each, for every term that a measure has."""
    if len(record.terms) == 1:
        return (record,)
    if id(record) not in _singles:
        named = enumerate(record.terms, 1)
        parts = [replace(record, name=f"{record.name}_{i}", terms=(t,)) for i, t in named]
        _singles[id(record)] = record, tuple(parts)
    return _singles[id(record)][1]


def _prepare_logits(
    family: Family, record: Measure, p: Array, q: Array, options: Options, *, normal: bool
) -> Prepared:
    """Prepare the sum of a measure's first term over rows of logits."""
    require(record.arity == 2, "one row of logits takes the plain path")
    dtype, given = _common_dtype(family, p, q), (p, q)
    p, q = _last(p, options), _last(q, options)
    own = parameters(record, options, _OTHERS)
    sides = derived(p), derived(q)
    tolerances = _tolerances(given, options) if normal else None
    key = LogitPairOptions, id(record), own, sides, tolerances
    if key not in _converted:
        _converted[key] = (
            record,
            LogitPairOptions(single_terms(record)[0], own, sides, tolerances),
        )
    return _converted[key][1], (p, q), dtype


def _prepare_probabilities(
    family: Family, record: Measure, p: Array, q: Array | None, options: Options
) -> Prepared:
    """Prepare the sum of a measure's only term over rows of probabilities."""
    as_given = type(options.get("normalize", False)) in {bool, int} and not options.get("normalize")
    require(as_given and not record.shares, "masses are divided by their sum first")
    require(record.summed, "there is nothing to sum")
    given = (p,) if record.arity == 1 else (p, q)
    _common_dtype(family, given[0], given[-1])
    inputs = tuple(_last(x, options) for x in given)
    own = parameters(record, options, _OTHERS)
    sides = tuple(map(derived, inputs))
    tolerances = _tolerances(given, options)
    key = ProbabilityOptions, id(record), own, sides, tolerances
    if key not in _converted:
        _converted[key] = record, ProbabilityOptions(record, own, sides, tolerances)
    return _converted[key][1], inputs, kernel_dtype(p, 64)


def _tolerances(given: tuple[Array, ...], options: Options) -> tuple[Any, ...]:
    """Return the tolerance of each input's sum: by its own dtype, unless the caller gives one."""
    asked = options.get("sum_tolerance")
    require(asked is None or type(asked) is float, "the plain path looks at sum_tolerance")
    return tuple(sum_tolerance(namespace(x), x.dtype, asked) for x in given)


def _last(x: Array, options: Options) -> Array:
    axis = options.get("axis", -1)
    require(type(axis) is int and -x.ndim <= axis < x.ndim, "the plain path looks at the axis")
    return axis_last(x, axis)


def _common_dtype(family: Family, p: Array, q: Array) -> Any:
    """Return the dtype of a result of two arrays, once both are as kernels take them."""
    for x in (p, q):
        require_none(family.unreadable(x))
        require_none(family.reason(x))
        require((code(x) or 0) <= FLOATING, "whole numbers are converted first")
    require(
        framework_of_array.is_torch(p) == framework_of_array.is_torch(q),
        "arrays are converted first",
    )
    require(p.shape == q.shape, "the plain path compares the shapes")
    return p.dtype if p.dtype == q.dtype else namespace(p).result_type(p, q)


REPRESENTATIONS = {
    "": Shape("probabilities", _prepare_probabilities, by_rows=True, in_float64=True),
    "_from_logits": Shape("logits", partial(_prepare_logits, normal=False), by_rows=True),
    "_from_log_probabilities": Shape(
        "normal_logits", partial(_prepare_logits, normal=True), by_rows=True
    ),
}
"""The shapes of work by the suffixes of the functions' names."""
