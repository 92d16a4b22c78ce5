"""One line of the report."""

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True)
class Row:
    """The largest error of one part of a record, in eps, and the point where it is largest."""

    name: str
    kind: str
    part: str
    framework: str
    dtype: str
    error: float
    limit: float
    point: str

    @property
    def ok(self) -> bool:
        """Tell whether the error is within its limit."""
        return self.error <= self.limit
