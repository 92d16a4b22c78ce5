"""Formulas of well-separated masses, and the logarithms that kernels share between terms."""

from typing import Any

from lossary.interpreters.trace import Expression, Tracer

__all__ = ["Apart", "log_shares"]


class Apart(Tracer):
    """A tracer for well-separated masses: branches for near-equal ones are omitted."""

    def __init__(self) -> None:
        super().__init__()
        self.contrasts: set[int] = set()

    def apply(self, operation: str, *arguments: Any) -> Expression:
        """Return the operation; a test whether a contrast is small becomes false."""
        x = self.lift(arguments[0])
        contrast = x.operation == "abs" and id(x.arguments[0]) in self.contrasts
        if contrast and operation == "<":
            return self.lift(x=False)
        if operation == "where" and arguments[1] is arguments[2]:
            return self.lift(arguments[1])
        return super().apply(operation, *arguments)


def log_shares(m: Any, larger: Any, ratio: Any, first: Any) -> tuple[Any, Any]:
    """Return the logarithms of two masses over their mean, from the larger's and that of the ratio.

    ``first`` says whether the first mass is the larger.
    """
    smaller = larger - m.abs(ratio)
    return m.where(first, larger, smaller), m.where(first, smaller, larger)
