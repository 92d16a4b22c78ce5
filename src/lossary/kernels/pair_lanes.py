"""The fast paths of measures of two distributions: what is usual is taken, the rest declined."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from lossary import frameworks
from lossary.formulas.record import Measure
from lossary.interpreters.arrays import axis_last, namespace, sum_tolerance
from lossary.kernels import lanes, plan
from lossary.kernels.call import Call, Inputs
from lossary.kernels.memory import code
from lossary.kernels.pair_logits_cpu import PairLogits
from lossary.kernels.plan import FLOATING, Declined

__all__ = ["SPACES", "from_logits", "single"]

Array = Any
Options = Mapping[str, Any]
Prepared = tuple[Call, Inputs, Any]

_OF_MEASURES = {"axis", "base"}

_singles: dict[int, tuple[Measure, tuple[Measure, ...]]] = {}
_calls: dict[Any, tuple[Measure, Call]] = {}


def single(record: Measure) -> tuple[Measure, ...]:
    """Return measures of one term each, for every term that a measure has."""
    if len(record.terms) == 1:
        return (record,)
    if id(record) not in _singles:
        named = enumerate(record.terms, 1)
        parts = [replace(record, name=f"{record.name}_{i}", terms=(t,)) for i, t in named]
        _singles[id(record)] = record, tuple(parts)
    return _singles[id(record)][1]


def from_logits(
    record: Measure, p: Array, q: Array, options: Options, *, normal: bool = False
) -> Prepared:
    """Return the call that sums a measure's first term over rows of logits."""
    dtype = _common_dtype(p, q)
    axis = options.get("axis", -1)
    _require(-p.ndim <= axis < p.ndim, "the plain path looks at the axis")
    p, q = axis_last(p, axis), axis_last(q, axis)
    parameters = lanes.parameters(record, options, _OF_MEASURES)
    sides = plan.derived(p), plan.derived(q)
    tolerance = sum_tolerance(namespace(p), dtype) if normal else None
    key = id(record), parameters, sides, tolerance
    if key not in _calls:
        _calls[key] = record, PairLogits(single(record)[0], parameters, sides, tolerance)
    return _calls[key][1], (p, q), dtype


SPACES: dict[str, lanes.Prepare] = {
    "_from_logits": from_logits,
    "_from_log_probabilities": partial(from_logits, normal=True),
}
"""The lanes by the suffixes of the functions' names."""


def _common_dtype(p: Array, q: Array) -> Any:
    """Return the dtype of a result of two arrays, once both are as kernels take them."""
    for x in (p, q):
        why = plan.reason(x)
        _require(why is None, why or "")
        _require((code(x) or 0) <= FLOATING, "whole numbers are converted first")
    _require(frameworks.is_torch(p) == frameworks.is_torch(q), "arrays are converted first")
    _require(p.shape == q.shape, "the plain path compares the shapes")
    return p.dtype if p.dtype == q.dtype else namespace(p).result_type(p, q)


def _require(condition: bool, why: str) -> None:  # noqa: FBT001 - what is required
    if not condition:
        raise Declined(why)
