"""Linear heads as a custom operator of PyTorch, opaque to torch.compile."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from lossary.kernels import eligibility
from lossary.kernels.torch.linear_head import Head
from lossary.kernels.torch.matrix_products import wide
from lossary.torch.linear_options import HeadOptions, Tensors, head, of_all_logits, validated

__all__ = ["traced"]

Inputs = Sequence[Any]


def traced(
    options: HeadOptions, given: Tensors, dtype: torch.dtype
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss, and the auxiliary outputs of the rows, computed by the operator."""
    enabled = torch.is_grad_enabled()
    wanted = [enabled and x is not None and x.requires_grad for x in given.all[:3]]
    value, *others = _loss(*given.all, *options.coded(), wanted, dtype)
    return value, tuple(others[: len(options.kernel_outputs)])


def _prepared(given: Tensors, *coded: Any) -> tuple[Head, Tensors]:
    """Return the computation of a call, and its tensors, whose values can be validated now."""
    options = HeadOptions.decoded(*coded)
    given = validated(options, given)
    return head(options, given), given


def _at_once(options: HeadOptions, hidden: Tensor) -> bool:
    """Return whether the gradients are computed with the value, as in kernels.linear_cpu."""
    return options.reduction != "none" and hidden.dtype != torch.float16


@torch.library.custom_op("lossary::linear_loss", mutates_args=())
def _loss(
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    sample_weight: Tensor | None,
    class_weight: Tensor | None,
    words: str,
    names: str,
    numbers: Sequence[float],
    wanted: Sequence[bool],
    dtype: torch.dtype,
) -> list[Tensor]:
    """Return a head's loss, the auxiliary outputs of its rows, and the wanted gradients."""
    given = Tensors(hidden, weight, bias, target, sample_weight, class_weight)
    made, given = _prepared(given, words, names, numbers)
    by_hidden, by_weight, by_bias = wanted
    result = made.compute(given.all, dtype, (by_hidden, by_weight, by_bias))
    return [result.value, *result.extras, *(s for s in result.slopes or () if s is not None)]


@_loss.register_fake
def _(hidden: Tensor, weight: Tensor, bias: Tensor | None, *others: Any) -> list[Tensor]:
    *_, words, names, numbers, wanted, dtype = others
    options, rows = HeadOptions.decoded(words, names, numbers), hidden.shape[:1]
    value = hidden.new_empty(rows if options.reduction == "none" else (), dtype=dtype)
    real = wide(hidden.dtype)
    kinds = [torch.int64 if name == "best" else real for name in options.kernel_outputs]
    extras = [hidden.new_empty(rows, dtype=kind) for kind in kinds]
    slopes = _empty((hidden, weight, bias), wanted) if _at_once(options, hidden) else []
    return [value, *extras, *slopes]


def _empty(inputs: Inputs, wanted: Sequence[bool]) -> list[Tensor]:
    pairs = zip(inputs, wanted, strict=False)
    return [x.new_empty(x.shape) for x, needed in pairs if needed and x is not None]


@torch.library.custom_op("lossary::linear_loss_backward", mutates_args=())
def _pulled(
    cotangent: Tensor,
    hidden: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    target: Tensor,
    sample_weight: Tensor | None,
    class_weight: Tensor | None,
    words: str,
    names: str,
    numbers: Sequence[float],
    wanted: Sequence[bool],
) -> list[Tensor]:
    """Return the wanted gradients, times the cotangent of the loss."""
    given = Tensors(hidden, weight, bias, target, sample_weight, class_weight)
    made, given = _prepared(given, words, names, numbers)
    by_hidden, by_weight, by_bias = wanted
    slopes = made.pull(given.all, cotangent, (by_hidden, by_weight, by_bias))
    return [s for s in slopes if s is not None]


@_pulled.register_fake
def _(
    _cotangent: Tensor, hidden: Tensor, weight: Tensor, bias: Tensor | None, *others: Any
) -> list[Tensor]:
    *_, wanted = others
    return _empty((hidden, weight, bias), wanted)


def _keep(ctx: Any, inputs: Any, output: list[Tensor]) -> None:
    tensors, (*ctx.coded, ctx.wanted, ctx.dtype) = inputs[:6], inputs[6:]
    options = HeadOptions.decoded(*ctx.coded)
    slopes = output[1 + len(options.kernel_outputs) :]
    ctx.mark_non_differentiable(*output[1:])
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*tensors, *slopes)


def _pull(ctx: Any, cotangents: list[Tensor | None]) -> Any:
    inputs, slopes = ctx.saved_tensors[:6], ctx.saved_tensors[6:]
    cotangent = cotangents[0]
    if cotangent is None:
        return (None,) * 11
    if torch.is_grad_enabled():
        found = _differentiable(ctx, inputs, cotangent)
    elif slopes:
        found = [torch.where(cotangent == 0, 0, slope * cotangent) for slope in slopes]
    else:
        found = _pulled(cotangent, *inputs, *ctx.coded, ctx.wanted)
    each = iter(found)
    return *(next(each) if needed else None for needed in ctx.wanted), *[None] * 8


def _differentiable(ctx: Any, inputs: Inputs, cotangent: Tensor) -> Sequence[Tensor]:
    """Return gradients that can be differentiated again."""
    with eligibility.plain():
        value = of_all_logits(HeadOptions.decoded(*ctx.coded), Tensors(*inputs))[0].to(ctx.dtype)
    by = [x for x, needed in zip(inputs, ctx.wanted, strict=False) if needed]
    return torch.autograd.grad(value, by, cotangent, create_graph=True)


_loss.register_autograd(_pull, setup_context=_keep)
