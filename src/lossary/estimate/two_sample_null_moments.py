"""Moments of sums over labels under the null hypothesis that two samples share a distribution.

Given the total count of a label in both samples, its count in the first is hypergeometric. The mean
of a sum over labels is exact; in its variance, the covariance of labels is expanded to the second
order of their correlation, in the orthogonal polynomials of each count, as in Mehler's formula for
normal variables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.estimate.special_functions import chi_squared_tail

__all__ = ["NullMoments", "hypergeometric", "null_moments"]

Array = np.ndarray[Any, Any]
LabelTerm = Callable[[Array, Array], Array]
"""The contribution of a label to a sum, given its counts in the two samples."""

_DEVIATIONS, _MARGIN = 10, 12


@dataclass(frozen=True)
class NullMoments:
    """The mean and the variance of a sum over labels under the null hypothesis."""

    mean: float
    variance: float

    def p_value(self, found: float) -> float:
        """Return the p-value of a sum, from a gamma variable with the same mean and variance.

        For the statistic of the G-test and K frequent labels, that is chi-squared with K - 1
        degrees of freedom.
        """
        if self.variance <= 1e-12 * self.mean**2 or self.mean <= 0:
            return 1.0
        scale = 2 * self.mean / self.variance
        return chi_squared_tail(scale * found, scale * self.mean)


def null_moments(first: Array, second: Array, *cells: LabelTerm) -> list[NullMoments]:
    """Return the moments of sums over labels, from their counts in two samples."""
    n, m = int(first.sum()), int(second.sum())
    totals, many = np.unique(first + second, return_counts=True)
    sums = np.zeros((len(cells), 3, 2))
    for total, times in zip(totals.tolist(), many.tolist(), strict=True):
        counts, probabilities = hypergeometric(total, n, m)
        share = total / max(n + m - total, 1)
        basis = _orthonormal(counts, probabilities)
        for i, cell in enumerate(cells):
            sums[i] += times * _moments(cell(counts, total - counts), probabilities, basis, share)
    return [_moments_of_sum(found) for found in sums]


def _moments_of_sum(found: Array) -> NullMoments:
    (mean, variance), first, second = found
    common = first[1] - first[0] ** 2 + second[0] ** 2 - second[1]
    return NullMoments(float(mean), max(float(variance + common), 0.0))


def _moments(
    values: Array, probabilities: Array, basis: tuple[Array, Array], share: float
) -> Array:
    """Return mean and variance, and the components for the covariance, each with its square."""
    mean = float(probabilities @ values)
    centred = values - mean
    parts = [
        float(probabilities @ (centred * b)) * share ** (k / 2) for k, b in enumerate(basis, 1)
    ]
    squares = [[part, part * part] for part in parts]
    return np.array([[mean, float(probabilities @ centred**2)], *squares])


def _orthonormal(counts: Array, probabilities: Array) -> tuple[Array, Array]:
    """Return orthonormal polynomials of degree 1 and 2 in a count."""
    z = _scaled(counts - probabilities @ counts, probabilities)
    square = z * z - probabilities @ (z * z)
    return z, _scaled(square - (probabilities @ (square * z)) * z, probabilities)


def _scaled(x: Array, probabilities: Array) -> Array:
    size = float(np.sqrt(probabilities @ (x * x)))
    scaled: Array = x / size if size > 1e-9 else np.zeros_like(x)
    return scaled


def hypergeometric(total: int, n: int, m: int) -> tuple[Array, Array]:
    """Return the possible counts of a label in a sample of n, and their probabilities."""
    both = n + m
    centre = total * n / both
    spread = np.sqrt(centre * (m / both) * (both - total) / max(both - 1, 1))
    reach = _DEVIATIONS * spread + _MARGIN
    low = max(0, total - m, int(centre - reach))
    high = min(total, n, int(centre + reach) + 1)
    counts = np.arange(low, high + 1, dtype=np.float64)
    below = counts[:-1]
    steps = np.log((total - below) * (n - below) / ((below + 1) * (m - total + below + 1)))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    probabilities = np.exp(logs - logs.max())
    return counts, probabilities / probabilities.sum()
