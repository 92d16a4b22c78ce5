"""Numbers and lists as they stand in tables and sentences."""

from collections.abc import Sequence
from math import isfinite, isnan

__all__ = ["capital", "digits", "listed", "power_of_ten"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def capital(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def digits(x: float, like: float | None = None) -> str:
    """Return a number with four decimals, or with four digits where it is 10 and more.

    An error is written ``like`` the number that it belongs to.
    """
    if not isfinite(x):
        return "–" if isnan(x) else "∞" if x > 0 else "−∞"
    size = abs(x if like is None else like)
    whole = len(str(int(size)))
    if whole >= 8 or 0 < size < 0.00005:
        return power_of_ten(x, 3)
    return f"{x:.{4 if whole == 1 else max(0, 4 - whole)}f}".replace("-", "−")


def power_of_ten(x: float, places: int = 0) -> str:
    """Return a finite number as so many decimals times a power of ten; 0 is itself."""
    if not x:
        return "0"
    number, _, power = f"{x:.{places}e}".partition("e")
    return f"{number.replace('-', '−')} × 10{str(int(power)).translate(_RAISED)}"
