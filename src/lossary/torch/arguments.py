"""What the arguments of torch.nn mean here: its reductions, layout, weights and autocast."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lossary import gradient_errors, validation
from lossary.losses.input_checks import sample_weights
from lossary.reduction import REDUCTIONS, reduce

__all__ = [
    "OF_ROWS",
    "averaged",
    "chosen_reduction",
    "class_axis",
    "expanded",
    "promoted",
    "renamed",
    "require_same_shape",
    "tensor",
    "widened",
]

_LOW = (torch.float16, torch.bfloat16)
_DENSE = torch.strided
_REAL = (
    *(torch.float32, torch.float64, torch.int64, torch.bfloat16, torch.float16, torch.bool),
    *(torch.int32, torch.uint8, torch.int16, torch.int8, torch.uint16, torch.uint32, torch.uint64),
)

OF_ROWS = {"logits": "input", "class_weight": "weight"}
"""The arguments of losses of rows: torch's names by those of the array functions."""


def chosen_reduction(
    reduction: str,
    size_average: bool | None = None,
    legacy_reduce: bool | None = None,
    allowed: Sequence[str] = REDUCTIONS,
) -> str:
    """Return the reduction; the two flags that preceded it are an error that names theirs."""
    if size_average is not None or legacy_reduce is not None:
        meant = "none" if legacy_reduce is False else "sum" if size_average is False else "mean"
        message = (
            "size_average and reduce are deprecated in torch and not taken here, got "
            f"size_average={size_average} and reduce={legacy_reduce}: write reduction={meant!r}"
        )
        raise validation.LossaryError(message)
    validation.choice("reduction", reduction, allowed)
    return reduction


def class_axis(input: Tensor, class_dim: int | None) -> int:
    """Return the axis of the classes: unless given, torch's 1, or 0 of a single row."""
    if class_dim is None:
        return 0 if input.ndim <= 1 else 1
    return validation.whole("class_dim", class_dim)


def tensor(name: str, x: Any) -> Tensor:
    """Return a dense tensor of real numbers, and nothing else."""
    if isinstance(x, Tensor) and x.dtype in _REAL and x.layout is _DENSE and not x.is_nested:
        return x
    raise _no_tensor(name, x)


def _no_tensor(name: str, x: Any) -> validation.LossaryError:
    if not isinstance(x, Tensor):
        convertible = isinstance(x, list | tuple | int | float | np.ndarray | np.generic)
        hint = f": pass torch.as_tensor({name})" if convertible else ""
        return validation.LossaryError(
            f"{name} must be a torch tensor, got {type(x).__name__}{hint}"
        )
    validation.not_ragged(name, x)
    if x.layout is not torch.strided:
        return validation.LossaryError(
            f"{name} must be a dense tensor, got layout {x.layout}: pass {name}.to_dense()"
        )
    hint = ""
    if x.dtype.is_floating_point:
        hint = f": pass {name}.float()"
    elif x.dtype.is_complex:
        hint = f": pass {name}.real, or another real part of it"
    return validation.LossaryError(
        f"{name} must hold real numbers of 16 to 64 bits, or integers, got dtype {x.dtype}{hint}"
    )


def promoted(name: str, given: Any) -> Tensor:
    """Return a tensor, half precision as float32 under autocast, as torch treats its losses."""
    x = tensor(name, given)
    if x.dtype in _LOW and x.device.type != "meta" and torch.is_autocast_enabled(x.device.type):
        return x.float()
    return x


def require_same_shape(input: Tensor, target: Tensor) -> None:
    """Require equal shapes of two dense tensors."""
    # Half a microsecond less than to ask each time in words.
    if input.shape != target.shape:
        validation.same_shape(input=input, target=target)


def widened(x: Tensor) -> Tensor:
    """Return half precision as float32, so that a loss is rounded once, after its reduction."""
    return x.float() if x.dtype in _LOW else x


def expanded(name: str, x: Any, shape: torch.Size) -> Tensor:
    """Return a tensor expanded to the input's shape."""
    given = tensor(name, x)
    try:
        return given.expand(shape)
    except RuntimeError as error:
        message = (
            f"{name} must have the shape of the input or expand to it, got {tuple(given.shape)} "
            f"for {tuple(shape)}"
        )
        raise validation.LossaryError(message) from error


def renamed(
    error: validation.LossaryError, names: Mapping[str, str], **weights: Any
) -> validation.LossaryError:
    """Return an error in the caller's words: ``names`` are the caller's by those of the losses.

    Where an input has no derivative, it is the weight that requires one.
    """
    if isinstance(error, gradient_errors.NotDifferentiableError):
        for name, x in weights.items():
            if isinstance(x, Tensor) and x.requires_grad:
                message = (
                    f"{name} requires a gradient, and the loss has no derivative by it: pass "
                    f"{name}.detach()"
                )
                return validation.LossaryError(message)
    text = str(error)
    for old, new in names.items():
        text = re.sub(rf"\b{old}(?= (?:must|and) )", new, text)
    return type(error)(text)


def averaged(
    loss: Tensor,
    dtype: torch.dtype,
    reduction: str,
    sample_weight: Tensor | None,
    kept: Tensor | None = None,
) -> Tensor:
    """Return losses reduced; the mean is over what is kept, by the sample weights if there are."""
    weight = sample_weights(sample_weight, loss, loss.dtype)
    if kept is not None:
        one = torch.ones_like(loss) if weight is None else weight
        weight = torch.where(kept, one, 0)
    result: Tensor = reduce(loss, weight, reduction, dtype)
    return result
