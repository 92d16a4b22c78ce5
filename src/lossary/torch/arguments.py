"""What the arguments of torch.nn mean here: its reductions, layout, weights and autocast."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from lossary import checks
from lossary.losses.inputs import sample_weights
from lossary.reduction import REDUCTIONS, reduce

__all__ = ["averaged", "chosen_reduction", "class_axis", "promoted", "tensor", "widened"]

_LOW = (torch.float16, torch.bfloat16)


def chosen_reduction(
    reduction: str,
    size_average: bool | None = None,
    legacy_reduce: bool | None = None,
    allowed: Sequence[str] = REDUCTIONS,
) -> str:
    """Return the reduction; the two flags that preceded it are an error that names theirs."""
    if size_average is not None or legacy_reduce is not None:
        mean = size_average is None or size_average
        meant = "none" if legacy_reduce is False else "mean" if mean else "sum"
        message = (
            "size_average and reduce are deprecated in torch and not taken here, got "
            f"size_average={size_average} and reduce={legacy_reduce}: write reduction={meant!r}"
        )
        raise checks.LossaryError(message)
    checks.choice("reduction", reduction, allowed)
    return reduction


def class_axis(input: Tensor, class_dim: int | None) -> int:
    """Return the axis of the classes: unless given, torch's 1, or 0 of a single row."""
    if class_dim is None:
        return 0 if input.ndim == 1 else 1
    return class_dim


def tensor(name: str, x: Any) -> Tensor:
    """Return a tensor, and nothing else."""
    if not isinstance(x, Tensor):
        message = f"{name} must be a torch tensor, got {type(x).__name__}"
        raise checks.LossaryError(message)
    return x


def promoted(name: str, given: Any) -> Tensor:
    """Return a tensor, half precision as float32 under autocast, as torch treats its losses."""
    x = tensor(name, given)
    if x.dtype in _LOW and x.device.type != "meta" and torch.is_autocast_enabled(x.device.type):
        return x.float()
    return x


def widened(x: Tensor) -> Tensor:
    """Return half precision as float32, so that a loss is rounded once, after its reduction."""
    return x.float() if x.dtype in _LOW else x


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
