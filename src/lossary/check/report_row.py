"""Row of the report of a check."""

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True)
class Row:
    """Largest error of one part of a record, in eps, and the point where it occurs."""

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
        """Return whether the error is within its limit."""
        return self.error <= self.limit
