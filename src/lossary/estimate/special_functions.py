"""Special functions with NumPy alone: digamma, trigamma, and the chi-squared tail."""

from collections.abc import Callable
from math import exp, lgamma, log
from typing import Any

import numpy as np

from lossary.formulas.vocabulary import horner

__all__ = ["chi_squared_tail", "digamma", "log_rising", "trigamma"]

Array = np.ndarray[Any, Any]

# Bernoulli's numbers B_2k, k = 1 … 8.
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_DIGAMMA = [b / (2 * k) for k, b in enumerate(_BERNOULLI, 1)]
_STIRLING = [b / (2 * k * (2 * k - 1)) for k, b in enumerate(_BERNOULLI, 1)]
_SHIFT = 10
_TINY = 1e-300


def digamma(x: Any) -> Array:
    """Return the derivative of log Γ at positive numbers, within 1e-15.

    By its recurrence up to 10, and by Stirling's series from there.
    """
    z, below = _shifted(x, lambda z: 1 / z)
    square = 1 / (z * z)
    result: Array = np.log(z) - 0.5 / z - square * horner(square, _DIGAMMA) - below
    return result


def trigamma(x: Any) -> Array:
    """Return the derivative of digamma at positive numbers."""
    z, below = _shifted(x, lambda z: 1 / (z * z))
    square = 1 / (z * z)
    result: Array = (1 + square * horner(square, list(_BERNOULLI))) / z + 0.5 * square + below
    return result


def _shifted(x: Any, term: Callable[[Array], Array]) -> tuple[Array, Array]:
    """Return x shifted to 10 or more by the recurrence, and the sum of the terms on the way."""
    z = np.asarray(x, dtype=np.float64)
    below = np.zeros_like(z)
    for _ in range(_SHIFT):
        small = z < _SHIFT
        if not small.any():
            break
        below = below + np.where(small, term(z), 0.0)
        z = z + small
    return z, below


def log_rising(x: Any, n: Any) -> Array:
    """Return log Γ(x + n) - log Γ(x) for x > 0 and n ≥ 0, without cancellation."""
    x, n = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    below = sum((np.log1p(n / (x + j)) for j in range(_SHIFT)), np.zeros(()))
    z = x + _SHIFT
    far = (z - 0.5) * np.log1p(n / z) + n * np.log(z + n) - n
    result: Array = far + _remainder(z + n) - _remainder(z) - below
    return result


def _remainder(z: Array) -> Array:
    result: Array = horner(1 / (z * z), _STIRLING) / z
    return result


def chi_squared_tail(statistic: float, degrees: float) -> float:
    """Return the survival function of the chi-squared distribution."""
    a, x = degrees / 2, statistic / 2
    if degrees == 0 or x <= 0:
        return float(x <= 0)
    if x == float("inf"):
        return 0.0
    front = exp(a * log(x) - x - lgamma(a))
    return 1 - front * _series(a, x) if x < a + 1 else front * _fraction(a, x)


def _series(a: float, x: float) -> float:
    """Return the lower incomplete gamma function over x^a e^-x, by its power series."""
    term = total = 1 / a
    while term > total * 1e-17:
        a += 1
        term *= x / a
        total += term
    return total


def _fraction(a: float, x: float) -> float:
    """Return the upper incomplete gamma function over the same, by Lentz's continued fraction."""
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    result, step, i = d, 2.0, 0
    while abs(step - 1) > 1e-16 and i < 100_000:
        i += 1
        b += 2
        weight = -i * (i - a)
        d = 1 / (weight * d + b or _TINY)
        c = b + weight / c or _TINY
        step = c * d
        result *= step
    return result
