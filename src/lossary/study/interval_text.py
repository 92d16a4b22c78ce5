"""Messages for numbers and intervals."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from lossary.pages.localization import Message, say
from lossary.pages.number_text import digits
from lossary.study.comparison import ConfidenceInterval

__all__ = ["enumeration", "gap_of", "number", "sentences", "size_of", "span"]


def number(x: float, like: float | None = None) -> Message | str:
    """Return a number as tables show it, or "diverged" if it is not finite."""
    return digits(x, like) if isfinite(x) else say("interval.diverged")


def span(interval: ConfidenceInterval) -> Message:
    """Return the ends of an interval, or that it is unknown."""
    if not interval.known:
        return say("interval.unknown")
    return say("interval.span", low=interval.low, high=interval.high)


def size_of(interval: ConfidenceInterval) -> float | None:
    """Return the larger end of an interval, which sets the decimals of its mean."""
    return max(abs(interval.low), abs(interval.high)) if interval.known else None


def gap_of(interval: ConfidenceInterval) -> dict[str, Any]:
    """Return the absolute size of a difference and its interval."""
    if interval.mean >= 0:
        size = interval
    else:
        size = ConfidenceInterval(-interval.mean, -interval.high, -interval.low)
    return {"gap": digits(size.mean, size_of(size)), "span": span(size)}


def enumeration(items: Sequence[Message | str], most: int) -> list[Message | str]:
    """Return at most ``most`` items for a list in a sentence; the last may count the rest."""
    if len(items) <= most:
        return list(items)
    return [*items[: most - 1], say("words_of.more", count=len(items) - most + 1)]


def sentences(parts: Sequence[Message]) -> Message:
    """Return several sentences as one message."""
    first, *rest = parts
    for part in rest:
        first = say("words_of.sentences", first=first, second=part)
    return first
