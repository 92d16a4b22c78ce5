"""Divergences from two samples' counts: exact values, sampling error over seeds, errors."""

# ruff: noqa: E501 - a message stands as it is printed

from math import inf, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import lossary as ls
from lossary import LossaryError, estimate

kl = estimate.kl_divergence_from_counts
js = estimate.js_divergence_from_counts

SMOOTHED = ["james_stein", "jeffreys", "laplace", "perks", "minimax"]
COUNTS = arrays(np.int64, 5, elements=st.integers(0, 40)).filter(np.any)
ZIPF = 1 / np.arange(1, 13) / np.sum(1 / np.arange(1, 13))
UNIFORM = np.full(12, 1 / 12)


def test_the_value_of_r():
    assert float(kl([2, 2, 6], [10, 40, 50], method="plug_in")) == pytest.approx(
        0.109392934, abs=1e-9
    )


@given(COUNTS, COUNTS)
def test_plug_ins_are_the_measures(p, q):
    assert float(kl(p, q, method="plug_in")) == float(ls.kl_divergence_from_counts(p, q))
    assert float(js(p, q, method="plug_in")) == float(ls.js_divergence_from_counts(p, q))


def test_equal_samples_are_exactly_0_apart():
    assert float(kl([3, 7], [30, 70], method="plug_in")) == 0
    assert float(js([3, 7], [30, 70], method="plug_in")) == 0


def test_zhang_and_grabchak_by_their_sums():
    p, q = [3, 1, 0, 6], [4, 0, 2, 7]
    n, m = sum(p), sum(q)
    truth = 0.0
    for x, y in zip(p, q, strict=True):
        if not x:
            continue
        first = sum(
            np.prod([1 - y / (m - s + 1) for s in range(1, v + 1)]) / v for v in range(1, m - y + 1)
        )
        second = sum(
            np.prod([1 - (x - 1) / (n - s) for s in range(1, v + 1)]) / v
            for v in range(1, n - x + 1)
        )
        truth += x / n * (first - second)
    assert float(kl(p, q)) == pytest.approx(truth, rel=1e-12)


def test_classes_that_q_lacks():
    plain, corrected = kl([5, 5], [10, 0], method="plug_in"), kl([5, 5], [10, 0])
    assert float(plain) == inf
    assert np.isfinite(float(corrected))
    for found in (plain, corrected):
        assert found.standard_error is None
        assert found.notes == (
            "1 of 2 classes of p do not occur in q: the divergence is infinite if their probability under q is 0",
        )


@pytest.mark.parametrize("method", SMOOTHED)
def test_smoothed_frequencies_are_frequencies(method):
    p, q = [5, 3, 0], [1, 2, 9]
    assert 0 <= float(kl(p, q, method=method)) < inf
    assert 0 <= float(js(p, q, method=method)) <= log(2)
    assert float(js(p, q, method=method)) == pytest.approx(float(js(q, p, method=method)))


def test_pseudo_counts():
    truth = float(ls.kl_divergence([5.5, 3.5, 0.5], [1.5, 2.5, 9.5], normalize=True))
    assert float(kl([5, 3, 0], [1, 2, 9], method="jeffreys")) == truth
    assert float(kl([5, 3, 0], [1, 2, 9], method="dirichlet", alpha=0.5)) == truth


@pytest.mark.parametrize("method", ["grassberger", "chao_shen", "nsb", "jackknife"])
def test_js_of_samples_of_equal_size_is_a_sum_of_entropies(method):
    p, q = [5, 3, 0, 4], [1, 2, 9, 0]

    def entropy(counts):
        return float(estimate.entropy_from_counts(counts, method=method))

    truth = entropy(np.add(p, q)) - (entropy(p) + entropy(q)) / 2
    assert float(js(p, q, method=method)) == pytest.approx(truth)


def drawn(function, p, q, sizes, seeds, **options):
    n, m = sizes
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        yield function(rng.multinomial(n, p), rng.multinomial(m, q), **options)


@pytest.mark.parametrize(("n", "m"), [(300, 300), (200, 1500), (3000, 300)])
@pytest.mark.parametrize("q", [UNIFORM, ZIPF], ids=["same", "other"])
@pytest.mark.parametrize("function", [kl, js], ids=["kl", "js"])
def test_corrections_lower_the_bias(function, q, n, m):
    measure = ls.kl_divergence if function is kl else ls.js_divergence
    truth = float(measure(UNIFORM, q))
    plain, corrected = (
        np.mean([float(e) for e in drawn(function, UNIFORM, q, (n, m), 100, **options)]) - truth
        for options in ({"method": "plug_in"}, {})
    )
    assert plain > 0
    assert abs(corrected) < 0.5 * plain


@pytest.mark.parametrize("function", [kl, js], ids=["kl", "js"])
def test_errors_are_the_spread_over_seeds(function):
    found = list(drawn(function, UNIFORM, ZIPF, (1000, 500), 150))
    spread = np.std([float(e) for e in found])
    assert np.mean([e.standard_error for e in found]) == pytest.approx(spread, rel=0.2)


def test_what_is_corrected_may_be_negative_and_says_so():
    found = js([50, 50], [51, 49])
    assert float(found) < 0
    assert found.notes == ("negative estimate: the bias correction exceeds the signal",)


def test_bits():
    assert float(js([50, 50, 0], [0, 50, 50], method="plug_in", base=2)) == 0.5
    assert kl([5, 3], [4, 4], base=2).unit == "bits"


MESSAGES = {
    "lengths": (
        lambda: kl([1, 2], [1, 2, 3]),
        "p and q must have the same shape, got (2,) and (3,): they are not broadcast against each other; reshape one of them",
    ),
    "zeros": (
        lambda: js([1, 2], [0, 0]),
        "q must hold at least one observation, got 2 zeros",
    ),
    "negative": (
        lambda: kl([1, -2], [1, 1]),
        "p must hold counts, whole numbers from 0, got -2 at index 1",
    ),
    "a method of entropies": (
        lambda: kl([1, 2], [1, 1], method="nsb"),
        "there is no estimator of the Kullback-Leibler divergence named 'nsb'. There are: zhang_grabchak, plug_in, james_stein, jeffreys, laplace, perks, minimax, dirichlet.",
    ),
    "unequal sizes": (
        lambda: js([1, 2], [1, 1], method="grassberger"),
        "method='grassberger' needs samples of equal size, so that their sum is a sample of the mixture, got 3 and 2 observations: pass method='miller_madow'",
    ),
    "misspelt": (
        lambda: js([1, 2], [1, 1], method="plugin"),
        "there is no estimator of the Jensen-Shannon divergence named 'plugin'. Did you mean 'plug_in'?",
    ),
    "alpha": (
        lambda: kl([1, 2], [1, 1], alpha=1),
        "alpha is the pseudo-count of method='dirichlet', but method='zhang_grabchak' has none: got alpha=1",
    ),
}


@pytest.mark.parametrize(("call", "text"), MESSAGES.values(), ids=MESSAGES)
def test_messages(call, text):
    with pytest.raises(LossaryError) as error:
        call()
    assert str(error.value) == text
