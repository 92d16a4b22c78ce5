"""Values of options as kernels take them, and a cache of those that were converted."""

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from lossary import framework_of_array, validation
from lossary.formulas.record import Record
from lossary.interpreters.array_helpers import sum_tolerance
from lossary.kernels.array_memory import FLOATING, code
from lossary.kernels.bounded_cache import BoundedCache
from lossary.kernels.eligibility import require
from lossary.kernels.interface import KernelOptions, Options
from lossary.options import OPTIONS
from lossary.reduction import REDUCTIONS

__all__ = [
    "index",
    "number",
    "optional",
    "parameters",
    "reduction",
    "remembered",
    "result_dtype",
    "tolerance",
    "two_weights",
]

Array = Any

_LARGEST = sys.float_info.max
_MEMORABLE = (bool, float, int, str)
_converted: BoundedCache[Any, tuple[Record, KernelOptions]] = BoundedCache(256)


def remembered(
    convert: Callable[..., Any],
    arrays: tuple[str, ...],
    record: Record,
    options: Options,
    *more: Any,
) -> Any:
    """Return the converted options of a call, cached by their values.

    ``arrays`` are the options that are inputs of a call, not part of it.
    """
    given = tuple(options.items())
    if any(options.get(name) is not None for name in arrays):
        given = tuple((k, v) for k, v in given if k not in arrays)
    # True equals 1, but not every option that accepts 1 accepts True.
    key = convert, id(record), more, given, tuple([type(v) for _, v in given])
    try:
        return _converted[key][1]
    except (KeyError, TypeError):
        converted = convert(record, options, *more)
    if all(v is None or type(v) in _MEMORABLE for _, v in given):
        _converted[key] = record, converted
    return converted


def parameters(record: Record, options: Options, others: set[str]) -> tuple[float, ...]:
    """Return a record's parameters as numbers, of options of which some are no parameters."""
    given = {k: v for k, v in options.items() if k not in others}
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


def reduction(options: Options) -> str:
    """Return the reduction, or raise the error for an unknown one."""
    name = options.get("reduction", "mean")
    validation.choice("reduction", name, REDUCTIONS)
    return str(name)


def number(options: Options, name: str) -> float:
    """Return an option that is a number."""
    default, allowed = OPTIONS[name].default, OPTIONS[name].interval
    value: Any = options.get(name, default)
    if type(value) is float and value == default:
        return value
    known = type(value) in {int, float} and -_LARGEST <= value <= _LARGEST
    lawful = known and not (allowed is not None and allowed.outside(value))
    require(lawful, f"the plain path looks at {name}")
    return float(value)


def optional(options: Options, name: str) -> float | None:
    """Return an option that is a number or None."""
    return None if options.get(name) is None else number(options, name)


def index(value: Any) -> int | None:
    """Return the index of an ignored class."""
    require(value is None or type(value) is int, "the plain path looks at ignore_index")
    return None if value is None else int(value)


def two_weights(weights: Array | None) -> tuple[float, float] | None:
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


def tolerance(dtype: Any) -> float:
    """Return the default tolerance of a sum of masses of a dtype."""
    xp = sys.modules["torch"] if type(dtype).__module__ == "torch" else np
    return sum_tolerance(xp, dtype)


def result_dtype(s: Array, y: Array) -> Any:
    """Return the dtype of a loss of scores and targets."""
    if s.dtype == y.dtype or (code(y) or 0) > FLOATING:
        return s.dtype
    if framework_of_array.is_torch(s):
        return sys.modules["torch"].promote_types(s.dtype, y.dtype)
    return np.result_type(s, y)
