"""Operations with explicit derivatives, for the automatic differentiation of any framework.

An operation computes a value from arrays; ``pull`` is the vector-Jacobian product with respect to
one input, ``push`` the Jacobian-vector product. Both may apply operations again, so higher
derivatives come from the record too. ``apply(operation, *arrays)`` runs one in the framework.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lossary import framework_of_array
from lossary.formulas.record import Formula
from lossary.formulas.vocabulary import safe_product
from lossary.interpreters.array_helpers import Array, namespace
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.interpreters.differentiable_protocol import Operation

__all__ = ["Elementwise", "Row", "RowSlope", "apply"]

Function = Callable[..., Array]


def apply(operation: Operation, *inputs: Array) -> Array:
    """Compute an operation and register its derivatives with the framework."""
    x = inputs[0]
    result: Array
    if framework_of_array.is_torch(x):
        from lossary.interpreters import torch_autograd  # noqa: PLC0415 - imported by who has torch

        result = torch_autograd.apply(operation, *inputs)
    elif framework_of_array.is_jax(x):
        from lossary.interpreters import jax_autodiff  # noqa: PLC0415 - imported by who has JAX

        result = jax_autodiff.apply(operation, *inputs)
    else:
        result = operation.value(*inputs)
    return result


@dataclass(frozen=True)
class Elementwise:
    """Elementwise formula with its derivative by each input.

    A derivative is an operation, a formula (which the framework differentiates further), or None
    where there is none.
    """

    formula: Formula
    partials: tuple["Elementwise | Formula | None", ...]
    parameters: tuple[tuple[str, Any], ...] = ()

    def value(self, *inputs: Array) -> Array:
        """Compute the formula."""
        return self._run(self.formula, inputs)

    def differentiable(self, index: int) -> bool:
        """Return whether there is a derivative by that input."""
        return self.partials[index] is not None

    def pull(self, index: int, cotangent: Array, *inputs: Array) -> Array:
        """Multiply by the derivative; 0 where the cotangent is 0."""
        return safe_product(vocabulary(inputs[-1]), cotangent, self._partial(index, inputs))

    def push(self, index: int, tangent: Array, *inputs: Array) -> Array:
        """Multiply by the derivative, linearly, as JAX transposes it."""
        return tangent * self._partial(index, inputs)

    def _run(self, formula: Formula, inputs: Sequence[Array]) -> Array:
        return formula(vocabulary(inputs[-1]), *inputs, **dict(self.parameters))

    def _partial(self, index: int, inputs: Sequence[Array]) -> Array:
        partial = self.partials[index]
        if isinstance(partial, Elementwise):
            return apply(partial, *inputs)
        if partial is None:
            message = f"the formula has no derivative by its input {index}"
            raise TypeError(message)
        return self._run(partial, inputs)


@dataclass(frozen=True)
class Row:
    """Function of rows with one result each, and its derivative by each input."""

    function: Function
    slopes: tuple["RowSlope | Function | None", ...]

    def value(self, *inputs: Array) -> Array:
        """Compute the function."""
        return self.function(*inputs)

    def differentiable(self, index: int) -> bool:
        """Return whether there is a derivative by that input."""
        return self.slopes[index] is not None

    def pull(self, index: int, cotangent: Array, *inputs: Array) -> Array:
        """Multiply the gradient of each row by the row's cotangent."""
        slope = self._slope(index, inputs)
        return safe_product(vocabulary(slope), cotangent[..., None], slope)

    def push(self, index: int, tangent: Array, *inputs: Array) -> Array:
        """Return the inner product of each row's gradient and tangent."""
        slope = self._slope(index, inputs)
        return namespace(slope).sum(tangent * slope, axis=-1)

    def _slope(self, index: int, inputs: Sequence[Array]) -> Array:
        slope = self.slopes[index]
        if isinstance(slope, RowSlope):
            return apply(slope, *inputs)
        if slope is None:
            message = f"the row has no derivative by its input {index}"
            raise TypeError(message)
        return slope(*inputs)


@dataclass(frozen=True)
class RowSlope:
    """Gradient of a row by its first input, with its Hessian-vector product."""

    function: Function
    product: Function

    def value(self, *inputs: Array) -> Array:
        """Compute the slope."""
        return self.function(*inputs)

    def differentiable(self, index: int) -> bool:
        """Return whether there is a derivative by that input: by the first alone."""
        return index == 0

    def pull(self, index: int, cotangent: Array, *inputs: Array) -> Array:  # noqa: ARG002
        """Return the product of the Hessian and the cotangent."""
        return self.product(cotangent, *inputs)

    def push(self, index: int, tangent: Array, *inputs: Array) -> Array:  # noqa: ARG002
        """Return the product of the Hessian and the tangent."""
        return self.product(tangent, *inputs)
