"""Numbers with their intervals, as messages."""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from lossary.pages.messages import Message, say
from lossary.pages.number_text import digits
from lossary.study.comparison import Interval

__all__ = ["enumeration", "gap_of", "number", "sentences", "size_of", "span"]


def number(x: float, like: float | None = None) -> Message | str:
    """Return a number as tables show it; what is none comes from a training that diverged."""
    return digits(x, like) if isfinite(x) else say("interval.diverged")


def span(interval: Interval) -> Message:
    """Return the ends of an interval, or that these are not known."""
    if not interval.known:
        return say("interval.unknown")
    return say("interval.span", low=interval.low, high=interval.high)


def size_of(interval: Interval) -> float | None:
    """Return the larger end of an interval: its mean is written with as many decimals."""
    return max(abs(interval.low), abs(interval.high)) if interval.known else None


def gap_of(interval: Interval) -> dict[str, Any]:
    """Return the size of a difference and its interval, whichever way it goes."""
    if interval.mean >= 0:
        size = interval
    else:
        size = Interval(-interval.mean, -interval.high, -interval.low)
    return {"gap": digits(size.mean, size_of(size)), "span": span(size)}


def enumeration(items: Sequence[Message | str], most: int) -> list[Message | str]:
    """Return at most so many items for a list in a sentence, and how many more there are."""
    if len(items) <= most:
        return list(items)
    return [*items[: most - 1], say("words_of.more", count=len(items) - most + 1)]


def sentences(parts: Sequence[Message]) -> Message:
    """Return several sentences as one message."""
    first, *rest = parts
    for part in rest:
        first = say("words_of.sentences", first=first, second=part)
    return first
