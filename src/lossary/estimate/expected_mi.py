"""Expected mutual information of independent columns: the mean over all permutations of one.

It depends only on the counts of the labels. For frequent labels it is near ``(r - 1)(c - 1) / 2n``;
for labels that occur once each it is the whole entropy, so that a column of row numbers has no
information beyond it.
"""

from typing import Any

import numpy as np

from lossary.estimate.special_functions import chi_squared_tail
from lossary.estimate.two_sample_null_moments import hypergeometric

__all__ = ["expected_mutual_information", "plug_in_entropy", "scaled_p_value"]

Array = np.ndarray[Any, Any]

_MAX_EXACT_PAIRS = 1 << 16


def expected_mutual_information(x: Array, y: Array) -> float:
    """Return the mean of the plug-in mutual information, in nats, given both columns' counts.

    ``Σ P(k) (k/n) log(n k / a b)`` over all pairs of labels with counts a and b, whose joint count
    k is hypergeometric. Exact for up to 2^16 pairs of distinct counts; beyond, the limit of large
    counts, ``(r - 1)(c - 1) / 2n``, but at most either entropy.

    References
    ----------
    Vinh, Epps and Bailey, Information Theoretic Measures for Clusterings Comparison, 2009

    """
    n = int(x.sum())
    firsts, seconds = (list(zip(*_grouped(c), strict=True)) for c in (x, y))
    if len(firsts) * len(seconds) > _MAX_EXACT_PAIRS:
        return min((len(x) - 1) * (len(y) - 1) / (2 * n), plug_in_entropy(x), plug_in_entropy(y))
    return sum(s * t * _expected(a, b, n) for a, s in firsts for b, t in seconds)


def scaled_p_value(information: float, expected: float, degrees: int) -> float:
    """Return the p-value of the G-test with the statistic scaled to its exact mean.

    ``G`` over its mean is closer to a chi-squared variable over its own mean than ``G`` itself,
    most of all where counts are small.

    References
    ----------
    Lawley, A General Method for Approximating to the Distribution of Likelihood Ratio Criteria,
    1956

    """
    if degrees == 0 or expected <= 0:
        return 1.0
    return chi_squared_tail(max(information, 0.0) / expected * degrees, degrees)


def _grouped(counts: Array) -> tuple[list[int], list[int]]:
    values, times = np.unique(counts[counts > 0], return_counts=True)
    return values.tolist(), times.tolist()


def plug_in_entropy(counts: Array) -> float:
    """Return the plug-in entropy in nats, 50 times faster than the validating public measure."""
    p = counts[counts > 0] / counts.sum()
    return float(-(p @ np.log(p)))


def _expected(a: int, b: int, n: int) -> float:
    """Return the expected contribution of a pair of labels with given counts."""
    k, probabilities = hypergeometric(a, b, n - b)
    met = k > 0
    return float(probabilities[met] @ (k[met] / n * np.log(n / a * k[met] / b)))
