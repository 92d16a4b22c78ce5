"""What chance deals to two samples: exact means, variances and tails near the simulated ones."""

import numpy as np
import pytest

from lossary.estimate.two_sample_null_moments import NullMoments, hypergeometric, null_moments

CASES = [(2, 101, 93), (3, 50, 400), (10, 200, 100), (50, 100, 100), (300, 200, 150)]


def g(n, m):
    def cell(a, b):
        total, share = a + b, n / (n + m)
        parts = (_xlogx(x) - x * np.log(s) for x, s in ((a, share), (b, 1 - share)))
        return 2 * (sum(parts) - _xlogx(total))

    return cell


def psi(n, m):
    def cell(a, b):
        p, q = (a + 0.5) / n, (b + 0.5) / m
        return (p - q) * np.log(p / q)

    return cell


def _xlogx(x):
    return x * np.log(np.maximum(x, 1))


@pytest.mark.parametrize(("labels", "n", "m"), CASES)
@pytest.mark.parametrize("sum_of", [g, psi])
def test_mean_and_variance_are_those_of_dealing_at_random(labels, n, m, sum_of):
    random = np.random.default_rng(labels)
    weights = random.dirichlet(np.ones(labels))
    first, second = random.multinomial(n, weights), random.multinomial(m, weights)
    total, cell = first + second, sum_of(n, m)
    (found,) = null_moments(first, second, cell)
    dealt = random.multivariate_hypergeometric(total, n, size=20_000)
    sums = cell(dealt, total - dealt).sum(axis=1)
    assert found.mean == pytest.approx(sums.mean(), abs=4 * sums.std() / 20_000**0.5)
    assert found.variance == pytest.approx(sums.var(), rel=0.12)
    alarms = np.mean([found.p_value(s) < 0.05 for s in sums[:2000]])
    assert 0.03 < alarms < 0.08


def test_a_linear_sum_does_not_vary():
    (found,) = null_moments(np.array([3, 5, 2]), np.array([10, 1, 4]), lambda a, _: a)
    assert found.mean == pytest.approx(10)
    assert found.variance == pytest.approx(0, abs=1e-9)


def test_labels_that_occur_once_say_nothing():
    ones, none = np.ones(50, dtype=int), np.zeros(50, dtype=int)
    first, second = np.concatenate([ones, none]), np.concatenate([none, ones])
    (found,) = null_moments(first, second, lambda a, b: (a - b) ** 2)
    assert (found.mean, found.variance) == pytest.approx((100, 0))
    assert found.p_value(100) == 1


@pytest.mark.parametrize(("total", "n", "m"), [(5, 3, 7), (4, 10, 2), (1, 1, 1), (12, 6, 6)])
def test_hypergeometric_odds_by_hand(total, n, m):
    from math import comb

    counts, odds = hypergeometric(total, n, m)
    expected = [comb(total, int(k)) * comb(n + m - total, n - int(k)) for k in counts]
    assert odds == pytest.approx(np.array(expected) / comb(n + m, n))
    assert odds.sum() == pytest.approx(1)


def test_the_tail_is_that_of_chi_squared():
    # 3.841459 is the 95th percentile of chi-squared of one degree, 18.307038 of ten.
    assert NullMoments(1, 2).p_value(3.841459) == pytest.approx(0.05, rel=1e-6)
    assert NullMoments(10, 20).p_value(18.307038) == pytest.approx(0.05, rel=1e-6)
    assert NullMoments(0, 0).p_value(0.0) == 1
