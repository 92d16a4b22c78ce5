"""What two columns of labels share by chance: the mean over all permutations of one of them.

It depends on how often each label occurs, and on nothing else. For two large labels it is near
``(r - 1)(c - 1) / 2n``; for labels that occur once each it is all that can be shared, so that a
column of row numbers tells nothing beyond it.
"""

from typing import Any

import numpy as np

from lossary.estimate.special_functions import chi_squared_tail
from lossary.estimate.two_sample_null_moments import hypergeometric

__all__ = ["expected_mutual_information", "plug_in_entropy", "scaled_p_value"]

Array = np.ndarray[Any, Any]

_MOST = 1 << 16


def expected_mutual_information(x: Array, y: Array) -> float:
    """Return the mean of the plug-in mutual information, in nats, given both columns' counts.

    ``Σ P(k) (k/n) log(n k / a b)`` over all pairs of labels that occur a and b times, where their
    meetings k are hypergeometric. Exact for up to 2^16 pairs of different counts; for more, that of
    large counts, ``(r - 1)(c - 1) / 2n``, but no more than either entropy.

    References
    ----------
    Vinh, Epps and Bailey, Information Theoretic Measures for Clusterings Comparison, 2009

    """
    n = int(x.sum())
    firsts, seconds = (list(zip(*_grouped(c), strict=True)) for c in (x, y))
    if len(firsts) * len(seconds) > _MOST:
        return min((len(x) - 1) * (len(y) - 1) / (2 * n), plug_in_entropy(x), plug_in_entropy(y))
    return sum(s * t * _expected(a, b, n) for a, s in firsts for b, t in seconds)


def scaled_p_value(information: float, expected: float, degrees: int) -> float:
    """Return how often chance gives as much, by chi-squared scaled to the statistic's exact mean.

    ``G`` over its mean has more nearly the distribution of chi-squared over its own than G itself,
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
    """Return the entropy of frequencies in nats."""
    p = counts[counts > 0] / counts.sum()
    return float(-(p @ np.log(p)))


def _expected(a: int, b: int, n: int) -> float:
    """Return the mean of what a pair of labels of given counts adds."""
    k, odds = hypergeometric(a, b, n - b)
    met = k > 0
    return float(odds[met] @ (k[met] / n * np.log(n / a * k[met] / b)))
