"""Calls of compiled losses: the interface by which frameworks differentiate them."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

__all__ = ["Call", "Inputs", "Result", "ratio"]

Array = Any
Inputs = tuple[Array, ...]


@dataclass(frozen=True)
class Result:
    """A value, its gradient by each input where that was computed in the same pass, and more.

    ``foreseen``: the cotangent, equal for all rows, by which the gradients are multiplied already.
    For any other cotangent they are computed anew.
    """

    value: Array
    slopes: tuple[Array | None, ...] | None = None
    extras: tuple[Array, ...] = ()
    foreseen: float | None = None


class Call(Protocol):
    """A loss with its options, computed by kernels. ``kind`` names the plain path beside it."""

    kind: ClassVar[str]

    @property
    def overwrite(self) -> bool:
        """Return whether the gradient is written over the first input."""

    def loops(self, inputs: Inputs) -> str:
        """Return the name of the loops for these inputs."""

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the loss, with gradients if requested and possible; None: use the plain path."""

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradients by the inputs, times the cotangent of the value."""


def ratio(x: float, divisor: float) -> float:
    """Return x divided by a sum of weights, or 0 where the sum is 0."""
    return x / divisor if divisor else 0.0
