"""Interface between shapes of work, families of kernels, and the frameworks that call them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

__all__ = [
    "Array",
    "Call",
    "Family",
    "Inputs",
    "KernelOptions",
    "Options",
    "Prepared",
    "Result",
    "Shape",
    "ratio",
]

Array = Any
Inputs = tuple[Array, ...]
Options = Mapping[str, Any]


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
    """A computation with its options, by a family of kernels."""

    @property
    def overwrite(self) -> bool:
        """Return whether the gradient is written over the first input."""

    def loops(self, inputs: Inputs) -> str:
        """Return the name of the loops for these inputs."""

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the value, with gradients if requested and possible; None: use the plain path."""

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradients by the inputs, times the cotangent of the value."""


class KernelOptions:
    """The options of a computation, whatever family of kernels computes it."""

    @cached_property
    def calls(self) -> dict[str, Call]:
        """The calls made for these options, by the names of the families."""
        return {}


class Family(Protocol):
    """Kernels for one kind of device."""

    name: str
    language: str
    """The language of the kernels' sources."""

    def unreadable(self, x: Array) -> str | None:
        """Return the reason why these kernels can't read an array, None where they can."""

    def reason(self, x: Array, *others: Array | None) -> str | None:
        """Return the reason why these kernels don't compute with readable arrays, None: they do."""

    def records(self, x: Array) -> bool:
        """Return whether a compiler may record a call with an array that has no values."""

    def call(self, options: KernelOptions) -> Call:
        """Return the call of some options, or raise Declined."""

    def place(self, x: Array) -> str:
        """Return what computes with an array, for a sentence."""

    def threads(self) -> int:
        """Return the number of threads, 1 where there is no choice."""

    def source(self, shape: "Shape", record: Any, bits: int, classes: int) -> str | None:
        """Return the source of the kernel of a record, None where it has none."""


Prepared = tuple[KernelOptions, Inputs, Any]
"""Options, inputs, and the dtype of the result."""


@dataclass(frozen=True)
class Shape:
    """A shape of work; ``prepare`` validates a call of it, or raises Declined with the reason.

    ``by_rows``: the result has a number for each row, not for each element; ``in_float64``: it is
    computed in float64, whatever the dtype of the inputs.
    """

    name: str
    prepare: Callable[[Family, Any, Array, Array, Options], Prepared]
    by_rows: bool
    in_float64: bool = False


def ratio(x: float, divisor: float) -> float:
    """Return x divided by a sum of weights, or 0 where the sum is 0."""
    return x / divisor if divisor else 0.0
