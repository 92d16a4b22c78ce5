"""PyTorch's conventions for arguments: reductions, axis of the classes, weights, autocast."""

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lossary import gradient_errors, validation
from lossary.losses.input_checks import sample_weights
from lossary.reduction import reduce

__all__ = [
    "Options",
    "SignatureError",
    "averaged",
    "bind",
    "class_axis",
    "expanded",
    "promoted",
    "renamed",
    "require_no_legacy_reduction",
    "require_same_shape",
    "shown_as",
    "tensor",
    "widened",
]

Options = dict[str, Any]
"""The options of one call by their names, ``sample_weight`` among them."""

_LOW = (torch.float16, torch.bfloat16)
_DENSE = torch.strided
_REAL = (
    *(torch.float32, torch.float64, torch.int64, torch.bfloat16, torch.float16, torch.bool),
    *(torch.int32, torch.uint8, torch.int16, torch.int8, torch.uint16, torch.uint32, torch.uint64),
)


def require_no_legacy_reduction(size_average: bool | None, legacy_reduce: bool | None) -> None:
    """Raise an error for the two flags that preceded ``reduction``, naming the reduction meant."""
    if size_average is not None or legacy_reduce is not None:
        meant = "none" if legacy_reduce is False else "sum" if size_average is False else "mean"
        message = (
            "size_average and reduce are deprecated in torch and not taken here, got "
            f"size_average={size_average} and reduce={legacy_reduce}: write reduction={meant!r}"
        )
        raise validation.LossaryError(message)


class SignatureError(validation.LossaryError, TypeError):
    """The arguments of a call do not fit the signature."""


def bind(
    name: str, signature: inspect.Signature, positional: Sequence[Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments of a call by their names, defaults included."""
    unknown = given.keys() - signature.parameters.keys()
    if unknown and not any(p.kind is p.VAR_KEYWORD for p in signature.parameters.values()):
        takes = ", ".join(signature.parameters)
        message = f"{name} has no argument {min(unknown)!r}: it takes {takes}"
        raise SignatureError(message)
    try:
        bound = signature.bind(*positional, **given)
    except TypeError as error:
        message = f"{name}{signature}: {error}"
        raise SignatureError(message) from None
    bound.apply_defaults()
    return bound.arguments


def shown_as(name: str, signature: inspect.Signature, function: Any) -> None:
    """Make a function the constructor of the class ``name``, with a signature to be shown."""
    of_self = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    parameters = [of_self, *signature.parameters.values()]
    function.__signature__ = signature.replace(parameters=parameters)
    function.__qualname__ = f"{name}.__init__"


def class_axis(input: Tensor, class_dim: int | None) -> int:
    """Return the axis of the classes; by default torch's 1, or 0 for a single row."""
    if class_dim is None:
        return 0 if input.ndim <= 1 else 1
    return validation.whole("class_dim", class_dim)


def tensor(name: str, x: Any) -> Tensor:
    """Return a dense tensor of real numbers; anything else is an error."""
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
    # Saves half a microsecond of the full check.
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
    """Return an error with the caller's names of arguments, given by those of the array functions.

    An error about a missing derivative names the weight that requires a gradient.
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
    """Return losses reduced; the mean is over the kept elements, weighted by the sample weights."""
    weight = sample_weights(sample_weight, loss, loss.dtype)
    if kept is not None:
        one = torch.ones_like(loss) if weight is None else weight
        weight = torch.where(kept, one, 0)
    result: Tensor = reduce(loss, weight, reduction, dtype)
    return result
