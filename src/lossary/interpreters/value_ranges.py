"""Interval bounds of expressions, and whether they may be NaN."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from lossary.interpreters.trace import Expression

__all__ = ["ANY", "Range", "Ranges"]


@dataclass(frozen=True)
class Range:
    """Numbers from low to high, inclusive, possibly with NaN."""

    low: float
    high: float
    nan: bool = False

    def holds(self, x: float) -> bool:
        """Return whether the range contains a number."""
        return self.low <= x <= self.high

    @property
    def endless(self) -> bool:
        """Return whether the range contains an infinity."""
        return self.low == -inf or self.high == inf


ANY = Range(-inf, inf)
_UNKNOWN = Range(-inf, inf, nan=True)


def _add(a: Range, b: Range) -> Range:
    opposite = (a.high == inf and b.low == -inf) or (a.low == -inf and b.high == inf)
    low = -inf if -inf in (a.low, b.low) else a.low + b.low
    high = inf if inf in (a.high, b.high) else a.high + b.high
    return Range(low, high, a.nan or b.nan or opposite)


def _negate(a: Range) -> Range:
    return Range(-a.high, -a.low, a.nan)


def _corner(x: float, y: float) -> float:
    return 0.0 if 0 in (x, y) else x * y


def _multiply(a: Range, b: Range) -> Range:
    corners = [_corner(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    undefined = (a.holds(0) and b.endless) or (b.holds(0) and a.endless)
    return Range(min(corners), max(corners), a.nan or b.nan or undefined)


def _divide(a: Range, b: Range) -> Range:
    undefined = a.nan or b.nan or (a.holds(0) and b.holds(0)) or (a.endless and b.endless)
    if b.holds(0):
        return Range(0.0 if a.low >= 0 <= b.low else -inf, inf, undefined)
    ends = (1 / b.low, 1 / b.high)
    quotient = _multiply(a, Range(min(ends), max(ends)))
    return Range(quotient.low, quotient.high, undefined)


def _power(a: Range, b: Range) -> Range:
    if a.low >= 0:
        return Range(0, inf, a.nan or b.nan)
    even = b.low == b.high and b.low % 2 == 0 and abs(b.low) < inf
    return Range(0, inf, a.nan) if even else _UNKNOWN


def _exp(x: float) -> float:
    return math.exp(x) if x < 709 else inf


def _log(x: float) -> float:
    return -inf if x <= 0 else math.log(x)


def _rising(f: Callable[[float], float], start: float = -inf) -> Callable[[Range], Range]:
    """Return the range of an increasing function with a lower end of its domain."""
    return lambda a: Range(f(max(a.low, start)), f(max(a.high, start)), a.nan or a.low < start)


def _abs(a: Range) -> Range:
    ends = (abs(a.low), abs(a.high))
    return Range(0 if a.holds(0) else min(ends), max(ends), a.nan)


def _either(*parts: Range) -> Range:
    low, high = min(p.low for p in parts), max(p.high for p in parts)
    return Range(low, high, any(p.nan for p in parts))


def _extreme(f: Callable[..., float]) -> Callable[..., Range]:
    return lambda *parts: Range(
        f(p.low for p in parts), f(p.high for p in parts), any(p.nan for p in parts)
    )


def _total(a: Range) -> Range:
    undefined = a.nan or (a.low == -inf and a.high == inf)
    return Range(0 if a.low >= 0 else -inf, 0 if a.high <= 0 else inf, undefined)


_RULES: dict[str, Callable[..., Range]] = {
    "+": _add,
    "-": lambda a, b: _add(a, _negate(b)),
    "*": _multiply,
    "/": _divide,
    "**": _power,
    "neg": _negate,
    "exp": _rising(_exp),
    "expm1": _rising(lambda x: _exp(x) - 1),
    "log": _rising(_log, 0),
    "log1p": _rising(lambda x: _log(1 + x), -1),
    "sqrt": _rising(math.sqrt, 0),
    "abs": _abs,
    "sign": lambda a: Range(-1, 1, a.nan),
    "where": lambda _, a, b: _either(a, b),
    "maximum": _extreme(max),
    "minimum": _extreme(min),
    "largest": _extreme(max),
    "total": _total,
}


class Ranges:
    """Ranges of sub-expressions, for variables that are neither missing nor NaN."""

    def __init__(self) -> None:
        self._known: dict[int, Range] = {}

    def __call__(self, node: Expression) -> Range:
        """Return the range of an expression; a condition has an unknown range."""
        if id(node) not in self._known:
            self._known[id(node)] = self._find(node)
        return self._known[id(node)]

    def _find(self, node: Expression) -> Range:
        if node.operation == "variable":
            return ANY
        if node.operation == "constant":
            value = float(node.arguments[0])
            return _UNKNOWN if math.isnan(value) else Range(value, value)
        rule = _RULES.get(node.operation)
        return rule(*map(self, node.arguments)) if rule else _UNKNOWN
