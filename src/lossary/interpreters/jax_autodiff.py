"""Operations for JAX: ``custom_jvp`` with the derivatives of the record."""

from functools import partial
from typing import Any

import jax
from jax.custom_derivatives import SymbolicZero

from lossary import gradient_errors
from lossary.interpreters.differentiable_protocol import Operation

__all__ = ["apply"]


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def apply(operation: Operation, *inputs: jax.Array) -> jax.Array:
    """Compute an operation, differentiable to any order in both modes."""
    result: jax.Array = operation.value(*inputs)
    return result


def _push(operation: Operation, primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    out = apply(operation, *primals)
    pushed = []
    for i, tangent in enumerate(tangents):
        if isinstance(tangent, SymbolicZero):
            continue
        if not operation.differentiable(i):
            raise gradient_errors.not_differentiable(i)
        pushed.append(operation.push(i, tangent, *primals))
    total = sum(pushed[1:], start=pushed[0]) if pushed else jax.numpy.zeros_like(out)
    return out, total


apply.defjvp(_push, symbolic_zeros=True)
