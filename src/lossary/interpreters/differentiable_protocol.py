"""What an operation has to say of itself so that any framework can differentiate it."""

from typing import Protocol

from lossary.interpreters.array_api import Array

__all__ = ["Operation"]


class Operation(Protocol):
    """A function of arrays with its derivatives."""

    def value(self, *inputs: Array) -> Array:
        """Compute the value."""

    def differentiable(self, index: int) -> bool:
        """Tell whether there is a derivative by that input."""

    def pull(self, index: int, cotangent: Array, *inputs: Array) -> Array:
        """Return the cotangent of one input."""

    def push(self, index: int, tangent: Array, *inputs: Array) -> Array:
        """Return what the tangent of one input adds to the tangent of the value."""
