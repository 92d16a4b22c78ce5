"""Kernels in PyTorch's automatic differentiation.

The gradient is computed with the value and kept. A second derivative takes the plain path, which is
differentiable any number of times; a second backward pass computes the gradient again.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from lossary.gradient_errors import changed_in_place, overwritten
from lossary.kernels import tensor_state
from lossary.kernels.interface import Call, Inputs, Result

__all__ = ["apply", "attached", "attached_to_first"]

Plain = Callable[..., torch.Tensor]


class _Fused(torch.autograd.Function):
    """A loss whose value, and mostly whose gradients, have been computed before."""

    @staticmethod
    def forward(ctx: Any, known: "_Known", *_: Any) -> torch.Tensor:
        ctx.known = known
        # A reference to the value would be a cycle that keeps the inputs alive.
        value: torch.Tensor = known.value
        known.value = None
        return value

    @staticmethod
    def backward(ctx: Any, cotangent: torch.Tensor) -> Any:
        known = ctx.known
        # Nothing is saved; this gives torch's error for a graph that was freed.
        ctx.saved_tensors  # noqa: B018
        slopes = known.pulled(cotangent)
        return None, *[slopes[i] for i in known.derived]


class _Known:
    """State of a call for its backward pass: the gradients computed, and the inputs.

    Inputs are kept with their versions: a gradient that was computed with the value stays valid if
    they are modified, one that is computed later needs them unmodified.
    """

    __slots__ = (
        *("call", "derived", "dtype", "foreseen", "inputs", "overwritten", "plain", "slopes"),
        *("value", "versions"),
    )

    def __init__(  # noqa: PLR0917 - a keyword costs as much as a check
        self, call: Call, plain: Plain, inputs: Inputs, dtype: Any, value: Any, slopes: Any
    ) -> None:
        self.call, self.plain, self.inputs, self.dtype = call, plain, inputs, dtype
        self.value, self.slopes = value, slopes
        self.foreseen: float | None = None
        self.derived: Sequence[int] = (0,)
        self.versions = [None if x is None else x._version for x in inputs]  # noqa: SLF001
        self.overwritten: int | None = None

    def pulled(self, cotangent: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Return the gradients by all inputs, times a cotangent."""
        slopes, self.slopes = self.slopes, None
        if self.overwritten not in {None, self.inputs[0]._version}:  # noqa: SLF001 - as above
            raise changed_in_place()
        if torch.is_grad_enabled() or slopes is None:
            return self._again(cotangent)
        if not tensor_state.known(cotangent):
            return self._multiplied(slopes, cotangent)
        if self.foreseen is not None:
            right = bool((cotangent == self.foreseen).all())
            return tuple(slopes) if right else self._again(cotangent)
        # On a device the factor stays a tensor, so that nothing is synchronised.
        factor = cotangent.item() if cotangent.is_cpu else cotangent
        if not (cotangent.is_cpu and factor == 1):
            for slope in slopes:
                if slope is not None:
                    slope.zero_() if cotangent.is_cpu and factor == 0 else slope.mul_(factor)
        return tuple(slopes)

    def _multiplied(self, slopes: Any, cotangent: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Return the gradients times a cotangent without readable values, as under vmap."""
        if self.foreseen is not None:
            return self._again(cotangent)
        return tuple(
            None if slope is None else torch.where(cotangent == 0, 0, slope * cotangent)
            for slope in slopes
        )

    def _again(self, cotangent: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Return gradients computed anew, differentiable themselves under ``create_graph``."""
        for x, version in zip(self.inputs, self.versions, strict=True):
            if x is not None and x._version != version:  # noqa: SLF001 - there is no public way
                raise changed_in_place()
        asked = torch.is_grad_enabled()
        if not asked and tensor_state.observed(cotangent) is None:
            found = self.call.backward(self.inputs, self.dtype, cotangent)
            if self.call.overwrite:
                torch.autograd.graph.increment_version(self.inputs[0])
            return found
        wanted = [x for x in self.inputs if x is not None and x.requires_grad]
        with torch.enable_grad():
            value = self.plain(*self.inputs)
        slopes = iter(torch.autograd.grad(value, wanted, cotangent, create_graph=asked))
        each = (x is not None and x.requires_grad for x in self.inputs)
        return tuple(next(slopes) if by else None for by in each)


# Function.apply checks for torch.func's transforms (3 µs); callers of this have checked.
_applied: Callable[..., torch.Tensor] = super(torch.autograd.Function, _Fused).apply


def apply(call: Call, plain: Plain, inputs: Inputs, dtype: Any) -> torch.Tensor | None:
    """Return the differentiable result of a call; None where the plain path has to compute it."""
    asked = False
    if torch.is_grad_enabled():
        for x in inputs:
            asked = asked or (x is not None and x.requires_grad)
    # Without the loss scale, gradients underflow in float16: they are computed with the cotangent.
    result = call.forward(inputs, dtype, slopes=asked and dtype != torch.float16)
    if result is None:
        if asked and call.overwrite:
            plain(*(None if x is None else x.detach() for x in inputs))
            raise overwritten()
        return None
    value: torch.Tensor = result.value
    return attached(call, plain, inputs, dtype, result) if asked else value


def attached(call: Call, plain: Plain, inputs: Inputs, dtype: Any, result: Result) -> torch.Tensor:
    """Return the value of a result as one that autograd differentiates by the inputs."""
    known = _Known(call, plain, inputs, dtype, result.value, result.slopes)
    known.foreseen = result.foreseen
    known.derived = [i for i, x in enumerate(inputs) if x is not None and x.requires_grad]
    if call.overwrite and result.slopes is not None:
        torch.autograd.graph.increment_version(inputs[0])
        known.overwritten = inputs[0]._version  # noqa: SLF001 - there is no public way
    return _applied(known, *(inputs[i] for i in known.derived))


def attached_to_first(
    call: Call, plain: Plain, inputs: Inputs, value: torch.Tensor, slope: torch.Tensor
) -> torch.Tensor:
    """Return a value that autograd differentiates by the first input, with the least overhead."""
    slopes = (slope, *(None,) * (len(inputs) - 1))
    return _applied(_Known(call, plain, inputs, value.dtype, value, slopes), inputs[0])
