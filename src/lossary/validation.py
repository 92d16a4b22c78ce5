"""Validation of arguments, and the error messages that several modules share."""

import difflib
import importlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from lossary import framework_of_array
from lossary.formulas.record import Domain, Interval, Pointwise, Record

__all__ = [
    "LossaryError",
    "MissingExtraError",
    "UnknownNameError",
    "choice",
    "counts",
    "distribution",
    "domain",
    "flag",
    "inspect",
    "labels",
    "log_probabilities",
    "mixed_frameworks",
    "need",
    "not_numbers",
    "not_ragged",
    "number",
    "parameters",
    "positive_sum",
    "same_shape",
    "shown",
    "single",
    "to_numpy",
    "unknown_name",
    "validate",
    "validating",
    "whole",
]

Array = Any


class LossaryError(ValueError):
    """An argument is invalid; the message names it, the value, what is allowed, and a remedy."""


class UnknownNameError(LossaryError, AttributeError):
    """There is no loss or measure of a name."""


class MissingExtraError(LossaryError, ImportError):
    """A part of Lossary needs a package that is not installed."""


_validating = False


def validate(always: bool) -> None:  # noqa: FBT001 - a switch
    """Set whether values on a GPU are validated too, which synchronises; off by default.

    Values on the CPU are always validated. Without validation, and under torch.compile, vmap or
    jax.jit, an element out of range gives NaN instead of an error.

    Examples
    --------
    >>> import lossary as ls
    >>> ls.validate(True)
    >>> ls.validate(False)

    """
    global _validating  # noqa: PLW0603 - the one switch of the library
    _validating = always


def validating() -> bool:
    """Return whether values on a GPU are validated."""
    return _validating


def inspect(condition: Array) -> np.ndarray[Any, Any] | None:
    """Return a condition as a NumPy array; None where it is traced or would synchronise."""
    waits = (
        framework_of_array.is_torch(condition)
        and condition.device.type != "cpu"
        and not _validating
    )
    return None if waits or not framework_of_array.has_values(condition) else to_numpy(condition)


def need(module: str, extra: str) -> ModuleType | Any:
    """Import an optional package, or raise an error with the extra that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        if error.name is not None and error.name.partition(".")[0] != package:
            raise
        message = (
            f"{package!r} is not installed. It comes with the extra {extra!r}: "
            f"pip install 'lossary[{extra}]'"
        )
        raise MissingExtraError(message) from error


def _similar(name: str, known: Iterable[str]) -> list[str]:
    def likeness(other: str) -> tuple[float, float]:
        whole, *parts = (
            difflib.SequenceMatcher(None, name.lower(), part).ratio()
            for part in (other, *other.split("_"))
        )
        return max(whole, *parts), whole

    ranked = sorted(((*likeness(k), k) for k in known), reverse=True)
    return [k for score, _, k in ranked[:3] if score >= 0.6]


def unknown_name(name: Any, known: Iterable[str], what: str = "loss or measure") -> LossaryError:
    """Return the error for an unknown name, with the most similar known ones."""
    known = list(known)
    near = _similar(name, known) if isinstance(name, str) else []
    hint = f"Did you mean {_listed(near)}?" if near else f"There are: {', '.join(known)}."
    return UnknownNameError(f"there is no {what} named {shown(name)}. {hint}")


def _listed(names: Sequence[str]) -> str:
    quoted = [repr(n) for n in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def choice(name: str, value: Any, allowed: Sequence[str]) -> None:
    """Require one of the allowed strings."""
    if not isinstance(value, str) or value not in allowed:
        message = f"{name} must be {_listed(allowed)}, got {shown(value)}"
        raise LossaryError(message)


def mixed_frameworks(kinds: Mapping[str, type]) -> LossaryError:
    """Return the error for arrays of several frameworks in one call."""
    came = ", ".join(
        f"{n} is a {k.__module__.split('.')[0]} {k.__name__}" for n, k in kinds.items()
    )
    return LossaryError(f"all arrays must come from one framework, but {came}: convert one of them")


def not_numbers(name: str, x: Any) -> LossaryError:
    """Return the error for an argument other than an array of numbers."""
    return LossaryError(
        f"{name} must be an array of real numbers, got {type(x).__name__} {shown(x)}"
    )


def shown(x: Any) -> str:
    """Return the repr of a value, truncated to 60 characters."""
    try:
        text = repr(x)
    except ValueError:  # Python refuses to convert integers of more than 4300 digits to text.
        text = f"a number of {x.bit_length()} bits"
    return text if len(text) <= 60 else text[:57] + "..."


def number(name: str, value: Any, interval: Interval) -> Any:
    """Require a number (or an array of numbers) within an interval."""
    not_ragged(name, value)
    if isinstance(value, bool) or not _is_number(value):
        message = f"{name} must be a number in {interval}, got {type(value).__name__} "
        raise LossaryError(message + shown(value))
    if framework_of_array.is_array(value):
        domain(name, value, interval)
        return value
    # torch.compile may replace a number by a symbol, for which math.isnan fails.
    if value != value or bool(interval.outside(value)):  # noqa: PLR0124
        message = f"{name} must lie in {interval}, got {shown(value)}"
        raise LossaryError(message)
    try:
        return float(value)
    except OverflowError as error:
        message = f"{name} must be a number in the range of float64, got {shown(value)}"
        raise LossaryError(message) from error


def single(name: str, value: Any, interval: Interval) -> Any:
    """Require a single number, or a 0-d array, within an interval."""
    if framework_of_array.is_array(value) and len(value.shape) > 0:
        message = f"{name} must be a single number, got an array of shape {_shape(value)}"
        raise LossaryError(message)
    return number(name, value, interval)


def whole(name: str, value: Any) -> int:
    """Require an integer within the range of int64."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        message = f"{name} must be a whole number, got {type(value).__name__} {shown(value)}"
        raise LossaryError(message)
    if not -(2**63) <= value < 2**63:
        message = f"{name} must be a whole number in the range of int64, got {shown(value)}"
        raise LossaryError(message)
    return int(value)


def _is_number(value: Any) -> bool:
    if framework_of_array.is_array(value):
        ragged = framework_of_array.is_torch(value) and value.is_nested
        return (
            not ragged and framework_of_array.is_real(value) and framework_of_array.is_dense(value)
        )
    return isinstance(value, int | float | np.integer | np.floating)


def flag(name: str, value: Any) -> bool:
    """Require True or False, or 1 or 0."""
    if not isinstance(value, bool | int | np.bool_) or value not in {0, 1}:
        message = f"{name} must be True or False, got {type(value).__name__} {shown(value)}"
        raise LossaryError(message)
    return bool(value)


def parameters(record: Record, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all parameters of a record, with defaults and expanded shorthands."""
    shorthands = {s.name: s for s in record.shorthands}
    own = {p.name: p for p in record.parameters}
    values: dict[str, Any] = dict(record.defaults)
    for name, value in given.items():
        if name in shorthands:
            if value is not None:
                checked = number(name, value, shorthands[name].interval)
                values |= shorthands[name].expand(checked)
        elif name in own:
            values[name] = number(name, value, own[name].interval)
        else:
            known = [*shorthands, *own]
            has = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
            message = f"{record.name} has no parameter {name!r}: {has}"
            raise LossaryError(message)
    wide = [k for k, v in values.items() if not isinstance(v, float)]
    if wide and not isinstance(record, Pointwise):
        message = f"{wide[0]} of {record.name} must be a number, got an array"
        raise LossaryError(message)
    return values


def same_shape(**arrays: Array) -> None:
    """Require equal shapes: nothing is broadcast implicitly."""
    (first, x), *others = arrays.items()
    for name, y in arrays.items():
        not_ragged(name, y)
    for name, y in others:
        if x.shape != y.shape:
            message = (
                f"{first} and {name} must have the same shape, got {_shape(x)} and {_shape(y)}: "
                "they are not broadcast against each other; reshape one of them"
            )
            raise LossaryError(message)


def _shape(x: Array) -> str:
    return str(tuple(x.shape))


def not_ragged(name: str, x: Array) -> None:
    """Refuse a nested tensor, whose rows may differ in length."""
    if framework_of_array.is_torch(x) and x.is_nested:
        message = (
            f"{name} must have one shape, got a nested tensor of the layout {x.layout}, whose rows "
            "differ in length: pass its .values() (of the layout torch.jagged), or pad it by "
            "torch.nested.to_padded_tensor, with ignore_index or a sample weight of 0 for the rest"
        )
        raise LossaryError(message)


def _first(bad: np.ndarray[Any, Any], x: Array) -> str:
    """Return the text of the first invalid value and its index."""
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    value = x[index] if index else x
    place = f" at index {index[0] if len(index) == 1 else index}" if index else ""
    return f"{value.item() if hasattr(value, 'item') else float(value)!r}{place}"


def domain(name: str, x: Array, allowed: Domain, hint: str = "") -> Array | None:
    """Require every value within a domain; NaN passes, and gives NaN.

    Where values cannot be read, return the mask of those outside.
    """
    not_ragged(name, x)
    if isinstance(allowed, Interval) and allowed == Interval():
        return None
    outside = allowed.outside(_comparable(x))
    bad = inspect(outside)
    if bad is None:
        return outside
    if bad.any():
        message = f"{name} must lie in {allowed}, got {_first(bad, x)}"
        raise LossaryError(f"{message}; {hint}" if hint else message)
    return None


def _comparable(x: Array) -> Array:
    """Return an array that can be compared with numbers, which torch's uint16 and wider can't."""
    if framework_of_array.is_torch(x) and str(x.dtype) in {
        "torch.uint16",
        "torch.uint32",
        "torch.uint64",
    }:
        return x.to(sys.modules["torch"].int64)
    return x


def labels(name: str, x: Array, classes: int) -> None:
    """Require class indices: integers from 0 to classes - 1."""
    bad = inspect((x < 0) | (x >= classes))
    if bad is not None and bad.any():
        message = (
            f"{name} must hold class indices in 0 … {classes - 1} ({classes} classes), "
            f"got {_first(bad, x)}"
        )
        raise LossaryError(message)


def distribution(name: str, p: Array, total: Array, tolerance: float) -> Array | None:
    """Require non-negative masses that sum to 1 within a tolerance; NaN passes.

    Where values cannot be read, return the mask of the invalid ones.
    """
    negative, off = p < 0, abs(total - 1) > tolerance
    bad = inspect(negative)
    if bad is None:
        return negative | off[(..., *(None,) * (p.ndim - total.ndim))]
    if bad.any():
        message = f"{name} must hold probabilities, none negative, got {_first(bad, p)}"
        raise LossaryError(message)
    bad = inspect(off)
    if bad is not None and bad.any():
        cure = _computed_in_less(total, tolerance) or (
            "divide it by its sum, or pass normalize=True where that is offered"
        )
        message = (
            f"{name} must sum to 1 within {tolerance:.1e}, got the sum {_first(bad, total)}; {cure}"
        )
        raise LossaryError(message)
    return None


_ROUNDED = {"float32": (2.2e-5, "1e-4"), "float16 or bfloat16": (5.6e-3, "1e-2")}


def _computed_in_less(total: Array, tolerance: float) -> str:
    """Return the hint for sums whose deviation is the rounding error of a smaller dtype."""
    off = abs(to_numpy(total) - 1.0).max()
    for dtype, (limit, cure) in _ROUNDED.items():
        if tolerance < limit / 2 and off <= limit:
            wide = "float64" if tolerance < _ROUNDED["float32"][0] / 2 else "float32"
            return (
                f"it looks like {dtype} values cast to {wide}: pass them as they were, or "
                f"sum_tolerance={cure}"
            )
    return ""


def log_probabilities(name: str, total: Array, tolerance: float) -> None:
    """Require log-probabilities, given the sum of their exponentials."""
    bad = inspect(abs(total - 1) > tolerance)
    if bad is not None and bad.any():
        message = (
            f"{name} must hold log-probabilities of classes, whose exponentials sum to 1 within "
            f"{tolerance:.1e}, got the sum {_first(bad, total)}; "
            "take log_softmax of the logits, along the axis of the classes"
        )
        raise LossaryError(message)


def positive_sum(name: str, total: Array) -> None:
    """Require sums above 0, for a division by them."""
    empty = inspect(total == 0)
    if empty is not None and empty.any():
        message = f"{name} must have a positive sum to be normalised, got {_first(empty, total)}"
        raise LossaryError(message)


def to_numpy(x: Array) -> np.ndarray[Any, Any]:
    """Return the values of an array of any framework as a NumPy array."""
    not_ragged("the array", x)
    if not framework_of_array.has_values(x):
        message = (
            f"this call reads values, and a {type(x).__name__} of shape {_shape(x)} has none: "
            "arrays under jit, vmap, export and FakeTensorMode have only a shape; call it outside"
        )
        raise LossaryError(message)
    if framework_of_array.is_torch(x):
        if not framework_of_array.is_dense(x) or (x.is_floating_point() and x.element_size() == 1):
            message = (
                f"a tensor of layout {x.layout} and dtype {x.dtype} has no NumPy counterpart: "
                "convert it by x.to_dense() or x.float()"
            )
            raise LossaryError(message)
        # NumPy lacks bfloat16.
        x = x.float() if x.dtype is sys.modules["torch"].bfloat16 else x
        return np.asarray(x.detach().cpu().resolve_neg())
    if framework_of_array.is_strict(x):
        return np.from_dlpack(x)
    return np.asarray(x)


def counts(name: str, x: Array, most: int = 2**63 - 1) -> None:
    """Require counts: non-negative integers up to a maximum."""
    values = to_numpy(x)
    bad = (values < 0) | (values != np.floor(values)) | ~np.isfinite(values)
    if bad.any():
        message = f"{name} must hold counts, whole numbers from 0, got {_first(bad, x)}"
        raise LossaryError(message)
    if (values > most).any():
        message = f"{name} must hold counts up to {most}, got {_first(values > most, x)}"
        raise LossaryError(message)
