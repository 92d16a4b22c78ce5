"""Validation of the inputs of losses, and the options that act on scores and weights."""

from typing import Any

import numpy as np

from lossary import framework_of_array, validation
from lossary.formulas.record import NONNEGATIVE, POSITIVE, Interval
from lossary.interpreters.array_helpers import Array, cast, floating, namespace, require_real

__all__ = [
    "class_indices",
    "class_weights",
    "option",
    "result_dtype",
    "sample_weights",
    "scaled",
]


def result_dtype(name: str, s: Array, y: Array | None = None) -> Any:
    """Return the dtype of a result: the score's, promoted with a floating target's."""
    xp = namespace(s)
    require_real(name, s)
    if not floating(xp, s):
        return xp.asarray(0.5).dtype
    return xp.result_type(s, y) if y is not None and floating(xp, y) else s.dtype


def sample_weights(weight: Array | None, target: Array, dtype: Any) -> Array | None:
    """Return the weights of the targets after validation: of the target's shape, none negative."""
    if weight is None:
        return None
    validation.same_shape(target=target, sample_weight=weight)
    weight = cast(weight, dtype)
    validation.domain("sample_weight", weight, NONNEGATIVE)
    return weight


def class_indices(target: Array, wanted: tuple[int, ...], dense: tuple[int, ...]) -> Array:
    """Return the class indices after validation: of the rows' shape, of an integer dtype.

    ``dense`` is the shape that target distributions would have.
    """
    xp = namespace(target)
    if tuple(target.shape) == dense:
        cure = "target.float()" if framework_of_array.is_torch(target) else "target.astype(float)"
        message = (
            f"target of shape {dense} must hold distributions of a floating dtype, "
            f"got dtype {target.dtype}: one-hot rows become them by {cure}"
        )
        raise validation.LossaryError(message)
    if tuple(target.shape) != wanted:
        message = (
            f"target must hold class indices of shape {wanted}, or distributions of shape {dense}, "
            f"got shape {tuple(target.shape)} and dtype {target.dtype}"
        )
        raise validation.LossaryError(message)
    if not xp.isdtype(target.dtype, "integral"):
        message = (
            f"target of shape {wanted} must hold class indices, whole numbers of an integer "
            f"dtype, got dtype {target.dtype}"
        )
        raise validation.LossaryError(message)
    # torch indexes by int64 alone.
    return cast(target, xp.int64) if framework_of_array.is_torch(target) else target


def class_weights(weight: Array | None, classes: int, dtype: Any) -> Array | None:
    """Return the class weights after validation: one for each class, none negative."""
    if weight is None:
        return None
    validation.not_ragged("class_weight", weight)
    if tuple(weight.shape) != (classes,):
        message = (
            f"class_weight must hold one weight for each of the {classes} classes, "
            f"got shape {tuple(weight.shape)}"
        )
        raise validation.LossaryError(message)
    weight = cast(weight, dtype)
    validation.domain("class_weight", weight, NONNEGATIVE)
    return weight


def option(name: str, value: Any, interval: Interval, like: Array) -> Any:
    """Return an option after validation: a number, or a 0-d array of the scores' framework."""
    value = validation.single(name, value, interval)
    if not framework_of_array.is_array(value) or (
        isinstance(value, np.ndarray) and framework_of_array.is_jax(like)
    ):
        return value
    if namespace(value) is not namespace(like):
        raise validation.mixed_frameworks({name: type(value), "the scores": type(like)})
    return value


def scaled(s: Array, temperature: float, softcap: float | None) -> Array:
    """Return scores divided by the temperature and capped smoothly at ±softcap."""
    divisor = option("temperature", temperature, POSITIVE, s)
    s = s if divisor == 1 else s / divisor
    if softcap is None:
        return s
    cap = option("softcap", softcap, POSITIVE, s)
    return cap * namespace(s).tanh(s / cap)
