"""The special functions of estimators against mpmath and SciPy."""

import mpmath
import numpy as np
import pytest
from scipy import special, stats

from lossary.estimate.special_functions import chi_squared_tail, digamma, log_rising, trigamma

X = np.concatenate([10.0 ** np.linspace(-8, 15, 300), np.arange(1, 100) / 2])


def test_digamma():
    truth = special.digamma(X)
    assert np.all(abs(digamma(X) - truth) <= 1e-15 * (1 + abs(truth)))
    assert np.shape(digamma(1.0)) == ()


def test_trigamma():
    np.testing.assert_allclose(trigamma(X), special.polygamma(1, X), rtol=3e-15)


@pytest.mark.parametrize("x", [1e-6, 0.01, 0.5, 1, 3.3, 20, 1e4, 1e9, 1e14])
@pytest.mark.parametrize("n", [0, 1, 2, 7, 100, 10**6])
def test_log_rising(x, n):
    with mpmath.workdps(60):
        truth = float(mpmath.loggamma(mpmath.mpf(x) + n) - mpmath.loggamma(mpmath.mpf(x)))
    assert abs(float(log_rising(x, n)) - truth) <= 2e-15 * (1 + abs(truth))


@pytest.mark.parametrize("degrees", [1, 2, 3, 5, 10, 81, 1000, 10**6])
@pytest.mark.parametrize("ratio", [0.01, 0.5, 0.9, 0.99, 1, 1.01, 1.1, 1.5, 2, 5])
def test_the_tail_of_chi_squared(degrees, ratio):
    statistic = degrees * ratio
    truth = stats.chi2.sf(statistic, degrees)
    assert chi_squared_tail(statistic, degrees) == pytest.approx(truth, rel=1e-9, abs=1e-290)


def test_the_ends_of_the_tail():
    assert chi_squared_tail(0.0, 3) == 1
    assert chi_squared_tail(0.0, 0) == 1
    assert chi_squared_tail(1.0, 0) == 0
    assert chi_squared_tail(float("inf"), 3) == 0
