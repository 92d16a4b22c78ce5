"""Dispatch of measures of distributions to compiled kernels."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from lossary import framework_of_array, validation
from lossary.formulas.record import Measure
from lossary.interpreters.array_helpers import axis_last, namespace, sum_tolerance
from lossary.kernels import lanes, plan
from lossary.kernels.bounded import BoundedCache
from lossary.kernels.build import Template
from lossary.kernels.call import Call, Inputs
from lossary.kernels.memory import code, kernel_dtype
from lossary.kernels.pair_logits_cpu import BY_SECOND, PairLogits
from lossary.kernels.pairs_cpu import SUMS, Masses
from lossary.kernels.plan import FLOATING, require

__all__ = ["PLAIN", "SPACES", "attempt", "from_logits", "from_masses", "single", "template"]

Array = Any
Options = Mapping[str, Any]
Prepared = tuple[Call, Inputs, Any]

PLAIN: dict[str, Callable[..., list[Array]]] = {}
"""The plain paths by representation: the sums of a measure's terms."""

_OF_MEASURES = {"axis", "base", "normalize", "sum_tolerance"}

_singles: BoundedCache[int, tuple[Measure, tuple[Measure, ...]]] = BoundedCache(256)
_calls: BoundedCache[Any, tuple[Measure, Call]] = BoundedCache(256)


def single(record: Measure) -> tuple[Measure, ...]:
    """Return measures of one term each, for every term that a measure has."""
    if len(record.terms) == 1:
        return (record,)
    if id(record) not in _singles:
        named = enumerate(record.terms, 1)
        parts = [replace(record, name=f"{record.name}_{i}", terms=(t,)) for i, t in named]
        _singles[id(record)] = record, tuple(parts)
    return _singles[id(record)][1]


def attempt(space: str, record: Measure, p: Any, q: Any, options: Options) -> list[Array] | None:
    """Return the sums of a measure's terms by kernels; None: use the plain path."""
    if plan.enabled() and plan.traced(p):
        from lossary.kernels import pair_ops  # noqa: PLC0415 - imported by who has torch

        return pair_ops.traced(space, record, p, q, options)
    along, totals = {**options, "axis": -1}, []
    for part in single(record):
        plain = partial(_sum, space, part, along)
        total = lanes.attempt(SPACES[space], plain, part, p, q, options)
        if total is None:
            return None
        totals.append(total)
    return totals


def _sum(space: str, part: Measure, options: Options, *rows: Array) -> Array:
    return PLAIN[space](part, *rows, **options)[0]


def from_logits(
    record: Measure, p: Array, q: Array, options: Options, *, normal: bool = False
) -> Prepared:
    """Return the call that sums a measure's first term over rows of logits."""
    require(record.arity == 2, "one row of logits takes the plain path")
    dtype, given = _common_dtype(p, q), (p, q)
    p, q = _last(p, options), _last(q, options)
    parameters = lanes.parameters(record, options, _OF_MEASURES)
    sides = plan.derived(p), plan.derived(q)
    tolerances = _tolerances(given, options) if normal else None
    key = from_logits, id(record), parameters, sides, tolerances
    if key not in _calls:
        _calls[key] = record, PairLogits(single(record)[0], parameters, sides, tolerances)
    return _calls[key][1], (p, q), dtype


def from_masses(record: Measure, p: Array, q: Array | None, options: Options) -> Prepared:
    """Return the call that sums a measure's only term over rows of probabilities."""
    as_given = type(options.get("normalize", False)) in {bool, int} and not options.get("normalize")
    require(as_given and not record.shares, "masses are divided by their sum first")
    require(record.summed, "there is nothing to sum")
    given = (p,) if record.arity == 1 else (p, q)
    _common_dtype(given[0], given[-1])
    inputs = tuple(_last(x, options) for x in given)
    parameters = lanes.parameters(record, options, _OF_MEASURES)
    sides = tuple(map(plan.derived, inputs))
    tolerances = _tolerances(given, options)
    key = from_masses, id(record), parameters, sides, tolerances
    if key not in _calls:
        _calls[key] = record, Masses(record, parameters, sides, tolerances)
    return _calls[key][1], inputs, kernel_dtype(p, 64)


def _tolerances(given: tuple[Array, ...], options: Options) -> tuple[Any, ...]:
    """Return the tolerance of each input's sum: by its own dtype, unless the caller gives one."""
    asked = options.get("sum_tolerance")
    require(asked is None or type(asked) is float, "the plain path looks at sum_tolerance")
    return tuple(sum_tolerance(namespace(x), x.dtype, asked) for x in given)


def template(record: Measure, space: str) -> Template:
    """Return the loops that compute a measure: of logits with their slopes, if there are any."""
    if record.arity == 2 and space:
        return BY_SECOND
    if record.summed and not space and not record.shares:
        return SUMS
    message = f"{record.name}{space} has no kernel: losses have, and measures of two distributions"
    raise validation.LossaryError(message)


def _last(x: Array, options: Options) -> Array:
    axis = options.get("axis", -1)
    require(type(axis) is int and -x.ndim <= axis < x.ndim, "the plain path looks at the axis")
    return axis_last(x, axis)


SPACES: dict[str, lanes.Prepare] = {
    "": from_masses,
    "_from_logits": from_logits,
    "_from_log_probabilities": partial(from_logits, normal=True),
}
"""The compiled calls by the suffixes of the functions' names."""


def _common_dtype(p: Array, q: Array) -> Any:
    """Return the dtype of a result of two arrays, once both are as kernels take them."""
    for x in (p, q):
        why = plan.reason(x)
        require(why is None, why or "")
        require((code(x) or 0) <= FLOATING, "whole numbers are converted first")
    require(
        framework_of_array.is_torch(p) == framework_of_array.is_torch(q),
        "arrays are converted first",
    )
    require(p.shape == q.shape, "the plain path compares the shapes")
    return p.dtype if p.dtype == q.dtype else namespace(p).result_type(p, q)
