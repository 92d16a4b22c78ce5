"""Kernels in PyTorch's automatic differentiation.

The gradient is computed with the value and kept. Whoever asks for more (a second derivative) gets
the plain path, differentiable without end; whoever asks twice has it computed again.
"""

from collections.abc import Callable
from typing import Any

import torch

from lossary.kernels.call import Call, Inputs, Result

__all__ = ["apply"]

Plain = Callable[..., torch.Tensor]


class _Fused(torch.autograd.Function):
    """A loss whose value, and mostly whose gradients, are known already."""

    @staticmethod
    def forward(ctx: Any, known: tuple[Call, Plain, Result, Any], *inputs: Any) -> torch.Tensor:
        ctx.call, ctx.plain, result, ctx.dtype = known
        ctx.slopes = result.slopes
        ctx.save_for_backward(*inputs)
        value: torch.Tensor = result.value
        return value

    @staticmethod
    def backward(ctx: Any, cotangent: torch.Tensor) -> Any:  # type: ignore[override]
        inputs = ctx.saved_tensors
        slopes, ctx.slopes = ctx.slopes, None
        if torch.is_grad_enabled():
            return None, *_differentiable(ctx.plain, inputs, cotangent)
        if slopes is None:
            return None, *ctx.call.backward(inputs, ctx.dtype, cotangent)
        factor = cotangent.item()
        if factor != 1:
            for slope in slopes:
                if slope is not None:
                    slope.zero_() if factor == 0 else slope.mul_(factor)
        return None, *slopes


def _differentiable(plain: Plain, inputs: Inputs, cotangent: torch.Tensor) -> list[Any]:
    """Return gradients that have derivatives themselves."""
    wanted = [x for x in inputs if x is not None and x.requires_grad]
    found = iter(torch.autograd.grad(plain(*inputs), wanted, cotangent, create_graph=True))
    return [next(found) if x is not None and x.requires_grad else None for x in inputs]


def apply(call: Call, plain: Plain, inputs: Inputs, dtype: Any) -> torch.Tensor | None:
    """Compute a call; None where the plain path has to."""
    asked = torch.is_grad_enabled() and any(x is not None and x.requires_grad for x in inputs)
    # float16 holds no gradient that a loss scale has not lifted yet: it waits for the cotangent.
    result = call.forward(inputs, dtype, slopes=asked and dtype != torch.float16)
    if result is None or not asked:
        return None if result is None else result.value
    value: torch.Tensor = _Fused.apply((call, plain, result, dtype), *inputs)
    return value
