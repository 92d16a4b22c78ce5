"""What the fast path of any loss says of itself, so that frameworks can differentiate it."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

__all__ = ["Call", "Inputs", "Result", "ratio"]

Array = Any
Inputs = tuple[Array, ...]


@dataclass(frozen=True)
class Result:
    """A value, its gradient by each input where that was computed in the same pass, and more.

    ``foreseen``: the gradients of a value of many rows hold already what comes from above, if that
    is this number for every row. Whatever else comes, they are computed anew.
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
        """Tell whether the gradient is written over the first input."""

    def loops(self, inputs: Inputs) -> str:
        """Say which loops compute the inputs."""

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the loss, and its gradients if asked for and possible; None: to the plain path."""

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradients by the inputs, times the cotangent of the value."""


def ratio(x: float, divisor: float) -> float:
    """Return x over a sum of weights; nothing is lost where nothing has weight."""
    return x / divisor if divisor else 0.0
