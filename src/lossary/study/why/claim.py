"""What every claim says of itself, and the words that claims share."""

from typing import Protocol

__all__ = ["Claim", "percent", "times"]


class Claim(Protocol):
    """A claim of the theory with its measurement on the reader's data."""

    @property
    def title(self) -> str:
        """The claim, in a few words."""

    @property
    def sentence(self) -> str:
        """What was measured, and what came out."""

    @property
    def holds(self) -> bool:
        """Whether the measurement agrees with the claim."""


def percent(share: float) -> str:
    """Return a share as a percentage; only none is 0 %, and only all is 100 %."""
    value = 100 * share
    if 0 < value < 0.05:
        return "less than 0.1 %"
    if 99.95 <= value < 100:
        return "more than 99.9 %"
    return f"{value:.0f} %" if value in {0, 100} else f"{value:.1f} %"


def times(count: int, what: str = "step") -> str:
    """Return a count with its noun."""
    return f"{count} {what}{'s' * (count != 1)}"
