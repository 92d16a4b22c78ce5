"""The estimator of Nemenman, Shafee and Bialek against mpmath, and against published figures."""

from collections import Counter
from math import exp, log, sqrt

import mpmath as mp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import digamma, gammaln, polygamma

from lossary import estimate
from lossary.estimate.nsb import dirichlet_moments
from lossary.estimate.validated_counts import class_counts

NDD_COUNTS = [4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2]
NDD_VALUE, NDD_ERROR = 2.8060922529931225, 0.11945501149743358


def nsb(counts, alphabet=None):
    return estimate.entropy_from_counts(counts, method="nsb", alphabet=alphabet)


def of_mpmath(counts, k):
    """The posterior mean by its definition, an integral over log β of all its range."""
    n, classes = sum(counts), Counter(counts)
    classes[0] += k - len(counts)

    def log_weight(t):
        b = mp.e**t
        prior = k * mp.psi(1, k * b + 1) - mp.psi(1, b + 1)
        likelihood = sum(m * (mp.loggamma(c + b) - mp.loggamma(b)) for c, m in classes.items())
        return likelihood + mp.loggamma(k * b) - mp.loggamma(n + k * b) + mp.log(prior) + t

    def mean(t):
        b = mp.e**t
        total = n + k * b
        return mp.psi(0, total + 1) - sum(
            m * (c + b) / total * mp.psi(0, c + b + 1) for c, m in classes.items()
        )

    # A trapezoid rule, exact for what falls off so smoothly, in steps of a sixth.
    with mp.workdps(35):
        steps = [mp.mpf(t) / 6 for t in range(-360, 360)]
        weights = [mp.e ** log_weight(t) for t in steps]
        return mp.fsum(w * mean(t) for w, t in zip(weights, steps, strict=True)) / mp.fsum(weights)


@pytest.mark.parametrize(("counts", "k"), [(NDD_COUNTS, 100), ([2, 1], 2), ([1, 1, 1], 50)])
def test_the_whole_integral(counts, k):
    assert float(nsb(counts, k)) == pytest.approx(float(of_mpmath(counts, k)), rel=1e-12)


def test_the_value_of_ndd():
    found = nsb(NDD_COUNTS, 100)
    assert float(found) == pytest.approx(NDD_VALUE, abs=5e-6)
    assert found.standard_error == pytest.approx(NDD_ERROR, abs=3e-5)


def _log_weight(counts, k, power=1.0):
    n, counts = sum(counts), np.asarray(counts)

    def of(b):
        prior = k * polygamma(1, k * b + 1) - polygamma(1, b + 1)
        likelihood = np.sum(power * (gammaln(counts + b) - gammaln(b)))
        return likelihood + gammaln(k * b) - gammaln(n + k * b) + log(prior)

    return of


def test_what_ndd_leaves_out():
    """It integrates over four deviations of log β about the mode of β: the same integrand there."""
    of, classes = _log_weight(NDD_COUNTS, 100), class_counts("counts", NDD_COUNTS, 100)
    low, high = 1e-8, 1e4
    while (high - low) / (mode := (low + high) / 2) >= 0.001:
        if of(mode * (1 + 1e-6)) > of(mode * (1 - 1e-6)):
            low = mode
        else:
            high = mode

    def weight(t):
        return exp(of(exp(t)) - of(mode) + t - log(mode))

    def integral(f, low, high):
        return quad(lambda t: f(t) * weight(t), low, high, points=[log(mode)], epsrel=1e-12)[0]

    ends = log(1e-8), log(1e4)
    square = integral(lambda t: (t - log(mode)) ** 2, *ends) / integral(lambda _: 1, *ends)
    ends = log(mode) - 4 * sqrt(square), log(mode) + 4 * sqrt(square)

    def moments(t):
        mean, variance = dirichlet_moments(classes, np.array([exp(t)]))
        return mean[0], variance[0] + mean[0] ** 2

    mass = integral(lambda _: 1, *ends)
    mean, second = (integral(lambda t, i=i: moments(t)[i], *ends) / mass for i in (0, 1))
    assert mean == pytest.approx(NDD_VALUE, abs=2e-8)
    assert sqrt(second - mean * mean) == pytest.approx(NDD_ERROR, abs=1e-7)


def test_what_another_figure_is_of():
    """0.7915412244694688 bit for counts (2, 1) weights each likelihood by its count, to β = log 2.

    The posterior's mean is 0.8496661677840321 bit.
    """
    of = _log_weight([2, 1], 2, power=np.array([2, 1]))

    def mean(b):
        a = np.array([2, 1]) + b
        return digamma(a.sum() + 1) - np.sum(a / a.sum() * digamma(a + 1))

    mass = quad(lambda b: exp(of(b)), 0, log(2))[0]
    cut = quad(lambda b: exp(of(b)) * mean(b), 0, log(2))[0] / mass
    assert cut / log(2) == pytest.approx(0.7915412244694688, rel=1e-9)
    found = estimate.entropy_from_counts([2, 1], method="nsb", base=2)
    assert float(found) == pytest.approx(0.8496661677840321, rel=1e-13)


@pytest.mark.parametrize("counts", [[3, 0, 5, 1], [1, 0, 0], [40, 2]])
@pytest.mark.parametrize("beta", [0.02, 0.5, 4.0])
def test_moments_of_a_dirichlet_posterior(counts, beta):
    shares = np.random.default_rng(0).dirichlet(np.asarray(counts) + beta, 200_000)
    entropy = -np.sum(shares * np.log(np.maximum(shares, 1e-300)), axis=1)
    mean, variance = dirichlet_moments(class_counts("counts", counts), np.array([beta]))
    error = np.std(entropy) / sqrt(200_000)
    assert mean[0] == pytest.approx(np.mean(entropy), abs=5 * error)
    assert sqrt(variance[0]) == pytest.approx(np.std(entropy), rel=0.02)


@pytest.mark.parametrize(
    ("counts", "k"),
    [([1] * 50, 10**6), ([1], 2), ([1, 1, 1], 10**9), ([10**6, 1], 2), ([1000] * 300, 300)],
)
def test_hard_counts_stay_within_the_range(counts, k):
    found = nsb(counts, k)
    assert 0 < float(found) <= log(k)
    assert np.isfinite(found.standard_error)


def test_few_coincidences_tell_more_than_the_first_order():
    values = {"nsb": [], "miller_madow": []}
    for seed in range(30):
        counts = np.random.default_rng(seed).multinomial(60, np.full(200, 1 / 200))
        for method, found in values.items():
            found.append(float(estimate.entropy_from_counts(counts, method=method)))
    bias = {method: abs(np.mean(found) - log(200)) for method, found in values.items()}
    assert bias["nsb"] < 0.3 * bias["miller_madow"]
