"""Vocabulary of formulas: the ten functions that a formula may use, and helpers made of them.

A formula is plain Python over operators, comparisons and the functions of an object ``m``. The
interpreter that passes ``m`` decides the result: numbers, arrays, symbols, SQL. The helpers below
the protocol work for any ``m``.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import Any, Protocol

__all__ = [
    "WORDS",
    "Value",
    "Vocabulary",
    "constant",
    "exponential_excess",
    "horner",
    "log_ratio",
    "safe_product",
    "self_information",
    "sigmoid",
    "softplus",
]

Value = Any
"""A number, an array or an expression: the values of an interpreter."""

WORDS = ("exp", "log", "log1p", "expm1", "sqrt", "abs", "sign", "where", "maximum", "minimum")
"""Names of the functions of a vocabulary."""


class Vocabulary(Protocol):
    """Functions that each interpreter provides, with their meaning."""

    def exp(self, x: Value, /) -> Value:
        """Return e to the power of x."""

    def log(self, x: Value, /) -> Value:
        """Return the natural logarithm; minus infinity at 0."""

    def log1p(self, x: Value, /) -> Value:
        """Return log(1 + x), exact to rounding for small x."""

    def expm1(self, x: Value, /) -> Value:
        """Return exp(x) - 1, exact to rounding for small x."""

    def sqrt(self, x: Value, /) -> Value:
        """Return the square root."""

    def abs(self, x: Value, /) -> Value:
        """Return the absolute value."""

    def sign(self, x: Value, /) -> Value:
        """Return -1, 0 or 1."""

    def where(self, condition: Value, a: Value, b: Value, /) -> Value:
        """Return a where the condition holds, else b; the other has no effect, not even as NaN."""

    def maximum(self, a: Value, b: Value, /) -> Value:
        """Return the larger; NaN if either is NaN."""

    def minimum(self, a: Value, b: Value, /) -> Value:
        """Return the smaller; NaN if either is NaN."""


def sigmoid(m: Vocabulary, s: Value) -> Value:
    """Return 1 / (1 + exp(-s)), accurate in both tails."""
    e = m.exp(-m.abs(s))
    return m.where(s >= 0, 1, e) / (1 + e)


def softplus(m: Vocabulary, s: Value) -> Value:
    """Return log(1 + exp(s)) as a sum of two non-negative terms."""
    return m.maximum(s, 0) + m.log1p(m.exp(-m.abs(s)))


def safe_product(m: Vocabulary, w: Value, x: Value) -> Value:
    """Return w * x, and 0 where w is 0, even for infinite x: TensorFlow's multiply_no_nan."""
    return m.where(w == 0, 0, w * x)


def constant(m: Vocabulary, c: float, x: Value) -> Value:
    """Return c for every x, but NaN for NaN."""
    return m.where(x == x, c, x)


def self_information(m: Vocabulary, p: Value) -> Value:
    """Return -log(p), with +0 at p = 1."""
    return m.where(p == 1, 0, -m.log(p))


def log_ratio(m: Vocabulary, p: Value, q: Value) -> Value:
    """Return log(p / q), also where the ratio itself would over- or underflow."""
    ratio = p / q
    in_range = (ratio * ratio > 0) & (1 / ratio * (1 / ratio) > 0)
    return m.where(in_range, m.log(ratio), m.log(p) - m.log(q))


def horner(x: Value, coefficients: Sequence[float]) -> Value:
    """Return the polynomial c0 + c1 x + c2 x² and so on."""
    total: Value = coefficients[-1]
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total


_EXCESS = [float(Fraction(1, factorial(k + 2))) for k in range(13)]


def exponential_excess(m: Vocabulary, r: Value) -> Value:
    """Return exp(r) - 1 - r without cancellation near 0; never negative."""
    return m.where(m.abs(r) < 0.5, r * r * horner(r, _EXCESS), m.expm1(r) - r)
