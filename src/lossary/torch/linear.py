"""Linear heads: a projection to many classes and its loss, whose logits are never all there."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from lossary.kernels import autograd, eager, plan
from lossary.kernels.products import computing_dtype
from lossary.torch.arguments import tensor
from lossary.torch.head_op import traced
from lossary.torch.heads import TOLD, Options, Tensors, checked, flattened, head, whole

__all__ = ["linear_loss"]


def linear_loss(
    hidden: Tensor,
    weight: Tensor,
    target: Tensor,
    bias: Tensor | None = None,
    *,
    loss: str = "softmax_cross_entropy",
    reduction: str = "mean",
    sample_weight: Tensor | None = None,
    class_weight: Tensor | None = None,
    ignore_index: int | None = -100,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    softcap: float | None = None,
    z_loss: float = 0.0,
    told: Sequence[str] = (),
    filter: float | None = None,
    chunk: int | None = None,
    **parameters: Any,
) -> Any:
    """Loss of the logits that a projection makes."""
    options = Options(
        loss,
        tuple(parameters.items()),
        reduction,
        ignore_index,
        label_smoothing,
        temperature,
        softcap,
        z_loss,
        tuple(told),
        filter,
        chunk,
    )
    given = Tensors(hidden, weight, bias, target, sample_weight, class_weight)
    given, dtype = _multiplied(given)
    given = checked(options, given)
    if given.dense:
        dtype = torch.promote_types(dtype, given.target.dtype)
    batch, rows = given.hidden.shape[:-1], flattened(given)
    value, known = _computed(options, rows, dtype)
    if reduction == "none":
        value = value.reshape(batch)
    return (value, *_named(options, rows, known, batch)) if told else value


def _multiplied(given: Tensors) -> tuple[Tensors, torch.dtype]:
    """Return the tensors in the dtype that autocast multiplies in, and the loss's own dtype.

    Without units for it, half precision is no faster than float32, and not taken.
    """
    hidden = tensor("hidden", given.hidden)
    kind = hidden.device.type
    if kind == "meta" or not torch.is_autocast_enabled(kind) or hidden.dtype == torch.float64:
        return given, hidden.dtype
    low = hidden.new_empty(0, dtype=torch.get_autocast_dtype(kind))
    dtype = computing_dtype(low)
    bias = None if given.bias is None else given.bias.to(dtype)
    cast = replace(given, hidden=hidden.to(dtype), weight=given.weight.to(dtype), bias=bias)
    return cast, torch.float32


def _computed(
    options: Options, given: Tensors, dtype: torch.dtype
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss, and what is told of the rows."""
    if _needs_all_logits(given):
        value, told = whole(options, given)
        return value.to(dtype), told
    if torch.compiler.is_compiling():
        return traced(options, given, dtype)
    made, inputs = head(options, given), given.all
    asked = torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in inputs[:3])
    result = made.forward(inputs, dtype, slopes=asked)
    if not asked:
        return result.value, result.extras

    def plain(*inputs: Any) -> Tensor:
        with plan.plain():
            return whole(options, Tensors(*inputs))[0].to(dtype)

    return autograd.attached(made, plain, inputs, dtype, result), result.extras


def _needs_all_logits(given: Tensors) -> bool:
    """Tell whether all logits have to be there: for derivatives that no kernel has."""
    constants = (given.target, given.sample_weight, given.class_weight)
    if torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in constants):
        return True
    if given.hidden.shape[0] == 0 or len(given.weight) == 0 or given.hidden.device.type == "meta":
        return True
    if torch.compiler.is_compiling():
        return False
    return any(x is not None and eager.observed(x) is not None for x in given.all)


def _named(
    options: Options, rows: Tensors, told: tuple[Tensor, ...], batch: torch.Size
) -> Iterator[Tensor]:
    """Yield what is told under the names that it was asked by."""
    known = dict(zip(options.asked, told, strict=True))
    for name in options.told:
        of_rows = known[TOLD[name]]
        if name == "accuracy":
            label = rows.target.argmax(-1) if rows.dense else rows.target
            yield (of_rows == label).sum() / (of_rows >= 0).sum().clamp(min=1)
        else:
            yield of_rows.reshape(batch)
