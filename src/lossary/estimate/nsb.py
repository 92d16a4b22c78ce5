"""Bayesian entropy: moments under a Dirichlet posterior, and the NSB mixture of priors."""

from math import log, sqrt
from typing import Any

import numpy as np

from lossary.estimate.special_functions import digamma, log_rising, trigamma
from lossary.estimate.validated_counts import ClassCounts

__all__ = ["dirichlet_moments", "nsb"]

Array = np.ndarray[Any, Any]

_POINTS = 401
_FALL = 45.0
_ZOOMS = 6


def dirichlet_moments(sample: ClassCounts, beta: Array) -> tuple[Array, Array]:
    """Return the mean and the variance of the entropy under Dirichlet posteriors.

    The posterior has the parameters ``a_i = n_i + β`` with the sum A, for each β of an array. From
    the moments of Wolpert and Wolf (1995), without the terms of the variance that cancel: with the
    shares s_i = a_i / A, the variance of ``ψ(a_i + 1)`` over these, and ``Σ s_i g(a_i + 1) - g(A +
    1)`` with ``g(x) = x ψ₁(x)``, both over A + 1.
    """
    values, times = sample.grouped
    values, times = np.append(values, 0.0), np.append(times, sample.absent)
    a = values + beta[:, None]
    total = sample.n + sample.classes * beta
    share = times * a / total[:, None]
    surprise = digamma(total + 1)[:, None] - digamma(a + 1)
    mean = np.sum(share * surprise, axis=1)
    spread = np.sum(share * (surprise - mean[:, None]) ** 2, axis=1)
    inner = np.sum(share * (a + 1) * trigamma(a + 1), axis=1) - (total + 1) * trigamma(total + 1)
    return mean, (spread + inner) / (total + 1)


def nsb(sample: ClassCounts) -> tuple[float, float]:
    """Return the estimate of Nemenman, Shafee and Bialek, and its posterior standard deviation.

    The prior mixes symmetric Dirichlet priors over all β so that its expected entropy is uniform in
    [0, log K]. The integral over log β is a trapezoid rule, which converges
    exponentially: the integrand falls off exponentially on both sides.
    """
    if sample.has_one_class:
        return 0.0, 0.0
    t = _support(sample)
    logs = _log_weight(sample, t)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean, within = dirichlet_moments(sample, np.exp(t))
    value = float(weights @ mean)
    between = weights @ (mean - value) ** 2
    return value, sqrt(max(float(weights @ within + between), 0.0))


def _support(sample: ClassCounts) -> Array:
    """Return equal steps of log β over the support of the integrand."""
    low, high = -60.0 - log(sample.classes), 60.0 + log(sample.n + 1)
    t = np.linspace(low, high, _POINTS)
    for _ in range(_ZOOMS):
        logs = _log_weight(sample, t)
        (heavy,) = np.nonzero(logs > logs.max() - _FALL)
        first, last = max(heavy[0] - 1, 0), min(heavy[-1] + 1, _POINTS - 1)
        t = np.linspace(t[first], t[last], _POINTS)
        if last - first > _POINTS // 2:
            break
    return t


def _log_weight(sample: ClassCounts, t: Array) -> Array:
    """Return the logarithm of likelihood times prior at log β = t, up to a constant."""
    beta = np.exp(t)
    values, times = sample.grouped
    evidence = np.sum(times * log_rising(beta[:, None], values), axis=1)
    evidence = evidence - log_rising(sample.classes * beta, sample.n)
    result: Array = evidence + np.log(_prior(beta, sample.classes)) + t
    return result


def _prior(beta: Array, k: int) -> Array:
    """Return the derivative of the expected entropy in β: K ψ₁(Kβ + 1) - ψ₁(β + 1).

    For large β from the difference of Stirling's series, as the two terms cancel.
    """
    near = k * trigamma(k * np.minimum(beta, 100) + 1) - trigamma(np.minimum(beta, 100) + 1)
    u = 1 / np.maximum(beta, 100)
    series = ((1 - 1 / k) / 2, -(1 - k**-2) / 6, (1 - k**-4) / 30, -(1 - k**-6) / 42)
    far = u * u * (series[0] + u * (series[1] + u * u * (series[2] + u * u * series[3])))
    return np.where(beta < 100, near, far)
