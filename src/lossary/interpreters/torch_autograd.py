"""Operations for PyTorch: autograd, torch.func and torch.compile use the record's derivatives."""

from typing import Any

import torch

from lossary import gradient_errors, validation
from lossary.interpreters.differentiable_protocol import Operation

__all__ = ["apply"]


class _Reverse(torch.autograd.Function):
    """Operation with its reverse derivative, which torch.compile can trace."""

    generate_vmap_rule = True

    @staticmethod
    def forward(operation: Operation, *inputs: torch.Tensor) -> Any:
        value = operation.value(*inputs)
        return value.view_as(value) if any(value is x for x in inputs) else value

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:  # noqa: ARG004
        ctx.operation = inputs[0]
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*inputs[1:])
        ctx.save_for_forward(*inputs[1:])

    @staticmethod
    def backward(ctx: Any, cotangent: torch.Tensor | None) -> Any:
        inputs, operation = ctx.saved_tensors, ctx.operation
        needed = [n and cotangent is not None for n in ctx.needs_input_grad[1:]]
        return (
            None,
            *(
                operation.pull(i, cotangent, *inputs) if need else None
                for i, need in enumerate(needed)
            ),
        )


class _Both(_Reverse):
    """Operation with its forward derivative too, which torch.compile does not support."""

    @staticmethod
    def jvp(ctx: Any, _: Any, *tangents: torch.Tensor | None) -> Any:
        inputs, operation = ctx.saved_tensors, ctx.operation
        moving = {i: tangent for i, tangent in enumerate(tangents) if tangent is not None}
        for i in moving:
            if not operation.differentiable(i):
                raise gradient_errors.not_differentiable(i)
        pushed = [operation.push(i, tangent, *inputs) for i, tangent in moving.items()]
        return sum(pushed[1:], start=pushed[0])


def apply(operation: Operation, *inputs: torch.Tensor) -> torch.Tensor:
    """Compute an operation, differentiable to any order in both modes."""
    for i, x in enumerate(inputs):
        if x.requires_grad and not operation.differentiable(i) and torch.is_grad_enabled():
            raise gradient_errors.not_differentiable(i)
    function: Any = _Both.apply
    if torch.compiler.is_compiling():
        _refuse_forward_mode()
        # Without gradients the compiler traces the value, but not the Function.
        asked = torch.is_grad_enabled() and any(x.requires_grad for x in inputs)
        function = _Reverse.apply if asked else _value
    result: torch.Tensor = function(operation, *inputs)
    return result


def _refuse_forward_mode() -> None:
    """Refuse to compile a forward derivative, which would differentiate the stable form."""
    if torch.autograd.forward_ad._current_level >= 0:  # noqa: SLF001 - there is no public way to ask
        message = (
            "torch.compile(fullgraph=True) takes no forward derivative (jvp, jacfwd, hessian) of a "
            "loss: take it outside of the compiled function, or compile with fullgraph=False"
        )
        raise validation.LossaryError(message)


def _value(operation: Operation, *inputs: torch.Tensor) -> Any:
    return operation.value(*inputs)
