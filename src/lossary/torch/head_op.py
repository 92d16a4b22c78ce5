"""Linear heads as an operator of PyTorch, which torch.compile takes as it is."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from lossary.kernels import plan
from lossary.kernels.linear_cpu import Head
from lossary.kernels.products import wide
from lossary.torch.heads import Options, Tensors, checked, head, whole

__all__ = ["traced"]

Inputs = Sequence[Tensor | None]


def traced(
    options: Options, given: Tensors, dtype: torch.dtype
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss, and what is told of the rows, as the operator computes them."""
    inputs, asked = list(given.all), torch.is_grad_enabled()
    wanted = [asked and x is not None and x.requires_grad for x in inputs[:3]]
    value, *others = _loss(inputs, *options.coded(), wanted, dtype)
    return value, tuple(others[: len(options.asked)])


def _prepared(inputs: Inputs, *coded: Any) -> tuple[Head, Tensors]:
    """Return what computes a call, and its tensors, of which only now the values are known."""
    options = Options.decoded(*coded)
    given = checked(options, Tensors(*inputs))
    return head(options, given), given


def _at_once(options: Options, hidden: Tensor) -> bool:
    """Tell whether the gradients are computed with the value, as kernels.linear_cpu does it."""
    return options.reduction != "none" and hidden.dtype != torch.float16


@torch.library.custom_op("lossary::linear_loss", mutates_args=())
def _loss(
    inputs: Sequence[Tensor | None],
    words: str,
    names: str,
    numbers: Sequence[float],
    wanted: Sequence[bool],
    dtype: torch.dtype,
) -> list[Tensor]:
    """Return a head's loss, what is told of its rows, and the gradients that are wanted."""
    made, given = _prepared(inputs, words, names, numbers)
    by_hidden, by_weight, by_bias = wanted
    result = made.compute(given.all, dtype, (by_hidden, by_weight, by_bias))
    return [result.value, *result.extras, *(s for s in result.slopes or () if s is not None)]


@_loss.register_fake
def _(
    inputs: Sequence[Tensor | None],
    words: str,
    names: str,
    numbers: Sequence[float],
    wanted: Sequence[bool],
    dtype: torch.dtype,
) -> list[Tensor]:
    options, given = Options.decoded(words, names, numbers), Tensors(*inputs)
    rows = given.hidden.shape[:1]
    value = given.hidden.new_empty(rows if options.reduction == "none" else (), dtype=dtype)
    real = wide(given.hidden.dtype)
    kinds = [torch.int64 if name == "best" else real for name in options.asked]
    told = [given.hidden.new_empty(rows, dtype=kind) for kind in kinds]
    slopes = _empty(inputs, wanted) if _at_once(options, given.hidden) else []
    return [value, *told, *slopes]


def _empty(inputs: Inputs, wanted: Sequence[bool]) -> list[Tensor]:
    pairs = zip(inputs, wanted, strict=False)
    return [x.new_empty(x.shape) for x, asked in pairs if asked and x is not None]


@torch.library.custom_op("lossary::linear_loss_backward", mutates_args=())
def _pulled(
    inputs: Sequence[Tensor | None],
    cotangent: Tensor,
    words: str,
    names: str,
    numbers: Sequence[float],
    wanted: Sequence[bool],
) -> list[Tensor]:
    """Return the gradients that are wanted, times the cotangent of the loss."""
    made, given = _prepared(inputs, words, names, numbers)
    by_hidden, by_weight, by_bias = wanted
    slopes = made.pull(given.all, cotangent, (by_hidden, by_weight, by_bias))
    return [s for s in slopes if s is not None]


@_pulled.register_fake
def _(
    inputs: Sequence[Tensor | None],
    cotangent: Tensor,  # noqa: ARG001 - a fake computes nothing
    words: str,  # noqa: ARG001
    names: str,  # noqa: ARG001
    numbers: Sequence[float],  # noqa: ARG001
    wanted: Sequence[bool],
) -> list[Tensor]:
    return _empty(inputs, wanted)


def _keep(ctx: Any, inputs: Any, output: list[Tensor]) -> None:
    tensors, *ctx.coded, ctx.wanted, ctx.dtype = inputs
    options = Options.decoded(*ctx.coded)
    slopes = output[1 + len(options.asked) :]
    ctx.mark_non_differentiable(*output[1:])
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*tensors, *slopes)


def _pull(ctx: Any, cotangents: list[Tensor | None]) -> Any:
    inputs, slopes = ctx.saved_tensors[:6], ctx.saved_tensors[6:]
    cotangent, nothing = cotangents[0], (None,) * 5
    if cotangent is None:
        return [None] * 6, *nothing
    if torch.is_grad_enabled():
        found = _differentiable(ctx, inputs, cotangent)
    elif slopes:
        found = [torch.where(cotangent == 0, 0, slope * cotangent) for slope in slopes]
    else:
        found = _pulled(list(inputs), cotangent, *ctx.coded, ctx.wanted)
    each = iter(found)
    return [next(each) if asked else None for asked in (*ctx.wanted, *[False] * 3)], *nothing


def _differentiable(ctx: Any, inputs: Inputs, cotangent: Tensor) -> Sequence[Tensor]:
    """Return gradients that have derivatives themselves."""
    with plan.plain():
        value = whole(Options.decoded(*ctx.coded), Tensors(*inputs))[0].to(ctx.dtype)
    by = [x for x, asked in zip(inputs, ctx.wanted, strict=False) if asked]
    return torch.autograd.grad(value, by, cotangent, create_graph=True)


_loss.register_autograd(_pull, setup_context=_keep)
