"""Numbers and lists as text for tables and sentences."""

import re
from collections.abc import Sequence
from math import isfinite, isnan

__all__ = [
    "OBEYED",
    "called",
    "capital",
    "digits",
    "listed",
    "p_value",
    "power_of_ten",
    "printable",
    "signed",
]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, line separators, direction marks, and lone surrogates."""


def printable(text: str) -> str:
    """Return a text with control characters escaped."""
    return OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def listed(words: Sequence[str]) -> str:
    """Return words joined by commas and *and*."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def called(name: str) -> str:
    """Return a name, in quotes if it is blank."""
    return name if name.strip() else repr(name)


def capital(text: str) -> str:
    """Return a sentence with its first letter capitalised."""
    return text[:1].upper() + text[1:]


def digits(x: float, like: float | None = None) -> str:
    """Return a number with four decimals, or with four digits from 10 on.

    An error has as many decimals as its number, ``like``.
    """
    if not isfinite(x):
        return "–" if isnan(x) else "∞" if x > 0 else "−∞"
    size = abs(x if like is None else like)
    whole = len(str(int(size)))
    if whole >= 8 or 0 < size < 0.00005:
        return power_of_ten(x, 3)
    return f"{x:.{4 if whole == 1 else max(0, 4 - whole)}f}".replace("-", "−")


def signed(x: float) -> str:
    """Return a difference with four decimals and its sign; one that rounds to 0 has none."""
    text = f"{x:+.4f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def p_value(p: float) -> str:
    """Return a p-value with three decimals, or with one digit where it is small."""
    shown = "< 1e-300" if p < 1e-300 else f"{p:.3f}" if p >= 0.001 else f"{p:.0e}"
    return shown.replace("-", "−")


def power_of_ten(x: float, places: int = 0) -> str:
    """Return a finite number as decimals times a power of ten; 0 as 0."""
    if not x:
        return "0"
    number, _, power = f"{x:.{places}e}".partition("e")
    return f"{number.replace('-', '−')} × 10{str(int(power)).translate(_RAISED)}"
