"""What two samples of one distribution show by chance: means and variances of sums over labels.

Given how often each label occurs in both samples together, chance deals it to the first of them:
its count there is hypergeometric. The mean of a sum over labels is exact; of its variance, what
labels have in common is taken to the second order of their correlation, by the polynomials
orthogonal for each count, as Mehler's formula has it for normal variables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.estimate.special_functions import chi_squared_tail

__all__ = ["NullMoments", "hypergeometric", "null_moments"]

Array = np.ndarray[Any, Any]
LabelTerm = Callable[[Array, Array], Array]
"""What a label adds to a sum, by its counts in the two samples."""

_REACH, _MORE = 10, 12


@dataclass(frozen=True)
class NullMoments:
    """The mean and the variance of a sum over labels, if both samples are of one distribution."""

    mean: float
    variance: float

    def p_value(self, found: float) -> float:
        """Return how often chance gives a sum at least as large: a gamma variable's tail.

        Its mean and variance are those of the sum; with K many labels, those of chi-squared of
        K - 1 degrees of freedom, for the statistic of the G-test.
        """
        if self.variance <= 1e-12 * self.mean**2 or self.mean <= 0:
            return 1.0
        scale = 2 * self.mean / self.variance
        return chi_squared_tail(scale * found, scale * self.mean)


def null_moments(first: Array, second: Array, *cells: LabelTerm) -> list[NullMoments]:
    """Return the chances of sums over labels, from their counts in two samples."""
    n, m = int(first.sum()), int(second.sum())
    totals, many = np.unique(first + second, return_counts=True)
    sums = np.zeros((len(cells), 3, 2))
    for total, times in zip(totals.tolist(), many.tolist(), strict=True):
        counts, odds = hypergeometric(total, n, m)
        share = total / max(n + m - total, 1)
        basis = _orthonormal(counts, odds)
        for i, cell in enumerate(cells):
            sums[i] += times * _moments(cell(counts, total - counts), odds, basis, share)
    return [_chance(found) for found in sums]


def _chance(found: Array) -> NullMoments:
    (mean, variance), first, second = found
    common = first[1] - first[0] ** 2 + second[0] ** 2 - second[1]
    return NullMoments(float(mean), max(float(variance + common), 0.0))


def _moments(values: Array, odds: Array, basis: tuple[Array, Array], share: float) -> Array:
    """Return mean and variance, and the parts that labels have in common, each with its square."""
    mean = float(odds @ values)
    centred = values - mean
    parts = [float(odds @ (centred * b)) * share ** (k / 2) for k, b in enumerate(basis, 1)]
    squares = [[part, part * part] for part in parts]
    return np.array([[mean, float(odds @ centred**2)], *squares])


def _orthonormal(counts: Array, odds: Array) -> tuple[Array, Array]:
    """Return the polynomials of first and second degree in a count, orthonormal by its odds."""
    z = _scaled(counts - odds @ counts, odds)
    square = z * z - odds @ (z * z)
    return z, _scaled(square - (odds @ (square * z)) * z, odds)


def _scaled(x: Array, odds: Array) -> Array:
    size = float(np.sqrt(odds @ (x * x)))
    scaled: Array = x / size if size > 1e-9 else np.zeros_like(x)
    return scaled


def hypergeometric(total: int, n: int, m: int) -> tuple[Array, Array]:
    """Return the counts in a sample of n that a label may have by chance, and their odds."""
    everyone = n + m
    centre = total * n / everyone
    spread = np.sqrt(centre * (m / everyone) * (everyone - total) / max(everyone - 1, 1))
    reach = _REACH * spread + _MORE
    low = max(0, total - m, int(centre - reach))
    high = min(total, n, int(centre + reach) + 1)
    counts = np.arange(low, high + 1, dtype=np.float64)
    below = counts[:-1]
    steps = np.log((total - below) * (n - below) / ((below + 1) * (m - total + below + 1)))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    odds = np.exp(logs - logs.max())
    return counts, odds / odds.sum()
