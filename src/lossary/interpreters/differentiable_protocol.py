"""Protocol of an operation that any framework can differentiate."""

from typing import Protocol

from lossary.interpreters.array_helpers import Array

__all__ = ["Operation"]


class Operation(Protocol):
    """A function of arrays with its derivatives."""

    def value(self, *inputs: Array) -> Array:
        """Compute the value."""

    def differentiable(self, index: int) -> bool:
        """Return whether there is a derivative by that input."""

    def pull(self, index: int, cotangent: Array, *inputs: Array) -> Array:
        """Return the vector-Jacobian product with respect to one input."""

    def push(self, index: int, tangent: Array, *inputs: Array) -> Array:
        """Return the Jacobian-vector product for the tangent of one input."""
