"""What every claim says of itself, and the words that claims share."""

from dataclasses import asdict
from typing import Any, ClassVar, Protocol

__all__ = ["Claim", "percent", "plain", "times"]


class Claim(Protocol):
    """A claim of the theory with its measurement on the reader's data."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def title(self) -> str:
        """The claim, in a few words."""

    @property
    def sentence(self) -> str:
        """What was measured, and what came out."""

    @property
    def holds(self) -> bool:
        """Whether the measurement agrees with the claim."""


def plain(claim: Claim) -> dict[str, Any]:
    """Return what a claim says and its numbers, as plain data ready for JSON."""
    said = {"title": claim.title, "holds": claim.holds, "sentence": claim.sentence}
    return said | {"numbers": asdict(claim)}


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
