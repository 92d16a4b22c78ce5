"""Dispatch of losses to compiled kernels: a result, or None where the plain path is to compute it.

Only common cases are compiled. Others (an option out of range, shapes that do not match) are left
to the plain path, which raises their errors, so that errors are worded once.
"""

import math
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from lossary import framework_of_array, gradient_errors, validation
from lossary.formulas.record import (
    NONNEGATIVE,
    POSITIVE,
    REAL,
    UNIT_INTERVAL,
    Interval,
    Pointwise,
    Record,
    Rowwise,
)
from lossary.interpreters.array_helpers import axis_last, sum_tolerance
from lossary.kernels import plan, rows_cpu
from lossary.kernels.bounded import BoundedCache
from lossary.kernels.build import Template
from lossary.kernels.call import Call, Inputs
from lossary.kernels.given_cpu import Given
from lossary.kernels.margins_cpu import Margins
from lossary.kernels.memory import CODES, code, whole
from lossary.kernels.plan import FLOATING, Declined, require
from lossary.kernels.pointwise_cpu import POINTWISE, Elements
from lossary.kernels.rows_cpu import Rows
from lossary.reduction import REDUCTIONS

__all__ = [
    "PLAIN",
    "attempt",
    "given",
    "margins",
    "parameters",
    "pointwise",
    "quickly",
    "remembered",
    "rowwise",
    "template",
]

Array = Any
Options = Mapping[str, Any]
Prepared = tuple[Call, Inputs, Any]
PLAIN: dict[str, Callable[..., Array]] = {}
"""The plain paths by name, for operators that run without a call of theirs."""

Prepare = Callable[[Any, Array, Array, Options], Prepared]

_LARGEST = sys.float_info.max
_MEMORABLE = (bool, float, int, str)
_ARRAYS = ("class_weight", "sample_weight")
_SHAPES = "the shapes differ, which the plain path reports"
_OF_ALL = {"class_weight", "ignore_index", "reduction", "sample_weight"}
_OF_ELEMENTS = _OF_ALL | {"label_smoothing", "softcap", "temperature"}
_OF_ROWS = _OF_ELEMENTS | {"axis", "inplace", "sum_tolerance", "z_loss"}
_OF_MARGINS = _OF_ALL | {"axis", "variant"}


def attempt(prepare: Prepare, plain: Callable[..., Array], record: Any, *given: Any) -> Any:
    """Return the loss of score, target and options by a kernel; None: use the plain path."""
    if not plan.enabled():
        return None
    if plan.traced(given[0]):
        from lossary.kernels import ops  # noqa: PLC0415 - imported by who has torch

        return ops.traced(getattr(prepare, "__name__", ""), record, *given)
    try:
        call, inputs, dtype = prepare(record, *given)
    except Declined:
        return None
    if not framework_of_array.is_torch(inputs[0]):
        result = call.forward(inputs, dtype, slopes=False)
        return None if result is None else result.value
    from lossary.kernels import autograd  # noqa: PLC0415 - imported by who has torch

    return autograd.apply(call, plain, inputs, dtype)


def quickly(record: Any, x: Any, y: Any, options: Options) -> Array | None:
    """Return a loss of small torch tensors, None where :func:`attempt` is to be used."""
    torch = sys.modules.get("torch")
    if torch is None or type(x) is not torch.Tensor or torch.compiler.is_compiling():
        return None
    if options.get("sample_weight") is not None or options.get("class_weight") is not None:
        return None
    from lossary.kernels import quick  # noqa: PLC0415 - imported by who has torch

    return quick.quickly(record, x, y, options)


def pointwise(record: Pointwise, s: Array, y: Array, options: Options) -> Prepared:
    """Return the call that computes a loss of a score, or raise the reason why none does."""
    w = options.get("sample_weight")
    require(y is not None, "the plain path looks at the target")
    _require_usual(plan.reason(s, y, w))
    require(s.shape == y.shape and (w is None or w.shape == y.shape), _SHAPES)
    return _known(_elements, ("sample_weight",), record, options), (s, y, w), _result_dtype(s, y)


def _elements(record: Pointwise, options: Options) -> Elements:
    return Elements(
        record,
        parameters(record, options, _OF_ELEMENTS),
        reduction=_reduction(options),
        smoothing=_number(options, "label_smoothing", 0.0, UNIT_INTERVAL),
        temperature=_number(options, "temperature", 1.0, POSITIVE),
        softcap=_optional(options, "softcap", POSITIVE),
        ignore_index=_optional(options, "ignore_index", REAL),
        class_weight=_two(options.get("class_weight")),
    )


def rowwise(record: Rowwise, z: Array, target: Array, options: Options) -> Prepared:
    """Return the call that computes a loss of rows of logits, or raise the reason why none does."""
    inputs, dense = _row_inputs(z, target, options)
    overwrite = validation.flag("inplace", options.get("inplace", False)) and _overwritten(
        inputs[0]
    )
    call = _known(_rows, _ARRAYS, record, options, target.dtype if dense else None, overwrite)
    return call, inputs, _result_dtype(z, target)


def margins(
    record: Pointwise, s: Array, target: Array, options: Options, *, averaged: bool = False
) -> Prepared:
    """Return the call that computes a margin loss of several classes, or raise the reason."""
    inputs, dense = _row_inputs(s, target, options)
    require(not dense, "a margin loss has no distribution as its target")
    return _known(_margins, _ARRAYS, record, options, averaged), inputs, s.dtype


averaged_margins: Prepare = partial(margins, averaged=True)
"""The loss over the number of classes, its mean over the row weights alone, as in torch."""


def given(record: Rowwise, l: Array, target: Array, options: Options) -> Prepared:
    """Return the call that computes a loss of log-probabilities, classes last, or raise the reason.

    ``dtypes`` are those of input and target as they were given, ``log_target`` tells whether the
    target holds log-probabilities.
    """
    w, dtypes, log_target = (options[n] for n in ("sample_weight", "dtypes", "log_target"))
    asked = _optional(options, "sum_tolerance", NONNEGATIVE)
    _require_usual(plan.reason(l, target, w))
    require((code(target) or 0) <= FLOATING, "whole numbers are converted first")
    require(target.shape == l.shape and (w is None or w.shape == l.shape[:-1]), _SHAPES)
    key = given, id(record), options["reduction"], log_target, dtypes, asked
    if key not in _calls:
        of_input = _rounding(dtypes[0], asked, spread=True)
        tolerances = of_input, _rounding(dtypes[1], asked, spread=log_target)
        _calls[key] = record, Given(record, options["reduction"], log_target, tolerances)
    return _calls[key][1], (l, target, w), _result_dtype(l, target)


def _rounding(dtype: Any, asked: float | None, *, spread: bool) -> tuple[float, float]:
    """Return the tolerance of a sum of masses of a dtype, and its increase for each log C."""
    if asked is not None:
        return asked, 0.0
    return _tolerance(dtype), float(sys.modules["torch"].finfo(dtype).eps) if spread else 0.0


def _row_inputs(z: Array, target: Array, options: Options) -> tuple[Inputs, bool]:
    """Return the arrays of a loss of rows, and whether the target holds distributions."""
    w, class_weight = options.get("sample_weight"), options.get("class_weight")
    require(target is not None, "the plain path looks at the target")
    target = whole(target)
    _require_usual(plan.reason(z, target, w, class_weight))
    axis, shape = options.get("axis", -1), z.shape
    require(
        type(axis) is int and -len(shape) <= axis < len(shape), "the plain path looks at the axis"
    )
    dense = target.shape == shape and (code(target) or 0) <= FLOATING
    if axis not in {-1, len(shape) - 1}:
        z, target = axis_last(z, axis), axis_last(target, axis) if dense else target
        shape = z.shape
    if not dense:
        require(code(target) == CODES["int64"], "the plain path looks at the target's dtype")
        require(target.shape == shape[:-1], _SHAPES)
    require(w is None or w.shape == shape[:-1], _SHAPES)
    require(class_weight is None or class_weight.shape == shape[-1:], _SHAPES)
    return (z, target, w, class_weight), dense


def _margins(record: Pointwise, options: Options, averaged: bool) -> Margins:  # noqa: FBT001
    return Margins(
        record,
        parameters(record, options, _OF_MARGINS),
        largest=options["variant"] == "crammer_singer",
        reduction=_reduction(options),
        ignore_index=_index(options.get("ignore_index")),
        averaged=averaged,
    )


def _overwritten(z: Array) -> bool:
    """Return whether the gradient is to be written over the logits, if there is one."""
    derived = plan.derived(z)
    if derived and z.is_leaf:
        raise gradient_errors.leaf_in_place()
    require(not derived or z.is_contiguous(), "logits in pieces are not overwritten")
    return derived


def _rows(record: Rowwise, options: Options, dense: Any, overwrite: bool) -> Rows:  # noqa: FBT001
    return Rows(
        record,
        parameters(record, options, _OF_ROWS),
        reduction=_reduction(options),
        smoothing=_number(options, "label_smoothing", 0.0, UNIT_INTERVAL),
        temperature=_number(options, "temperature", 1.0, POSITIVE),
        softcap=_optional(options, "softcap", POSITIVE),
        z_loss=_number(options, "z_loss", 0.0, NONNEGATIVE),
        ignore_index=None if dense else _index(options.get("ignore_index")),
        tolerance=_limit(options, dense) if dense else 0.0,
        overwrite=overwrite,
    )


def _limit(options: Options, dtype: Any) -> float:
    """Return the tolerance of a target's sum: by its dtype, unless the caller gives one."""
    asked = _optional(options, "sum_tolerance", NONNEGATIVE)
    return _tolerance(dtype) if asked is None else asked


def remembered(record: Pointwise | Rowwise, options: Options) -> Elements | Rows:
    """Return the call of a record with these options and no arrays."""
    if isinstance(record, Pointwise):
        found: Elements | Rows = _known(_elements, ("sample_weight",), record, options)
    else:
        found = _known(_rows, _ARRAYS, record, options, None, False)  # noqa: FBT003
    return found


def template(record: Record, classes: int) -> Template:
    """Return the loops that compute a record, of rows of so many classes."""
    if isinstance(record, Rowwise):
        return rows_cpu.template(classes)
    if isinstance(record, Pointwise):
        return POINTWISE
    message = f"{record.name} has no kernel: losses have, and measures of two distributions"
    raise validation.LossaryError(message)


_calls: BoundedCache[Any, tuple[Record, Call]] = BoundedCache(256)


def _known(
    make: Callable[..., Any], arrays: tuple[str, ...], record: Record, options: Options, *more: Any
) -> Any:
    """Return the call of a record with these options, cached.

    ``arrays`` are the options that are inputs of a call, not part of it.
    """
    asked = tuple(options.items())
    if any(options.get(name) is not None for name in arrays):
        asked = tuple((k, v) for k, v in asked if k not in arrays)
    # True equals 1, but not every option that accepts 1 accepts True.
    key = make, id(record), more, asked, tuple([type(v) for _, v in asked])
    try:
        return _calls[key][1]
    except (KeyError, TypeError):
        call = make(record, options, *more)
    if all(v is None or type(v) in _MEMORABLE for _, v in asked):
        _calls[key] = record, call
    return call


def _tolerance(dtype: Any) -> float:
    xp = sys.modules["torch"] if type(dtype).__module__ == "torch" else np
    return sum_tolerance(xp, dtype)


def _require_usual(why: str | None) -> None:
    if why is not None:
        raise Declined(why)


def parameters(record: Record, options: Options, combinators: set[str]) -> tuple[float, ...]:
    """Return a record's parameters as numbers, of options of which some are combinators."""
    given = {k: v for k, v in options.items() if k not in combinators}
    values = validation.parameters(record, given)
    return tuple(_single(values[p.name]) for p in record.parameters)


def _single(value: Any) -> float:
    """Return a parameter as a number: that of an array, if it holds no more than one."""
    if isinstance(value, float):
        return value
    derived = getattr(value, "requires_grad", False)
    alone = hasattr(value, "item") and math.prod(value.shape) == 1 and not derived
    require(alone, "a parameter is an array of several numbers")
    return float(value.item())


def _reduction(options: Options) -> str:
    reduction = options.get("reduction", "mean")
    validation.choice("reduction", reduction, REDUCTIONS)
    return str(reduction)


def _number(options: Options, name: str, default: float, allowed: Interval) -> float:
    value: Any = options.get(name, default)
    if type(value) is float and value == default:
        return default
    known = type(value) in {int, float} and -_LARGEST <= value <= _LARGEST
    lawful = known and not allowed.outside(value)
    require(lawful, f"the plain path looks at {name}")
    number: float = float(value)
    return number


def _optional(options: Options, name: str, allowed: Interval) -> float | None:
    return None if options.get(name) is None else _number(options, name, 0.0, allowed)


def _index(value: Any) -> int | None:
    require(value is None or type(value) is int, "the plain path looks at ignore_index")
    return None if value is None else int(value)


def _two(weights: Array | None) -> tuple[float, float] | None:
    """Return the weights of negatives and positives as numbers."""
    if weights is None:
        return None
    dense = hasattr(weights, "dtype") and framework_of_array.is_dense(weights)
    converted = dense and code(weights) is not None and weights.ndim == 1
    require(converted, "class_weight is converted")
    numbers = weights.tolist()
    lawful = len(numbers) == 2 and all(0 <= n < float("inf") for n in numbers)
    require(lawful, "the plain path looks at class_weight")
    return numbers[0], numbers[1]


def _result_dtype(s: Array, y: Array) -> Any:
    if s.dtype == y.dtype or (code(y) or 0) > FLOATING:
        return s.dtype
    if framework_of_array.is_torch(s):
        return sys.modules["torch"].promote_types(s.dtype, y.dtype)
    return np.result_type(s, y)
