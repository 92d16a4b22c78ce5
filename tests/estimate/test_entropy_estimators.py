"""Estimators of entropy from counts: published values, sampling error over seeds, errors."""

# ruff: noqa: E501 - a message stands as it is printed

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from lossary import LossaryError, estimate
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS

METHODS = [name for name, e in ENTROPY_ESTIMATORS.items() if e.with_alpha is None]
#: R's package entropy, of its own example; to more digits by the published formulas.
R_COUNTS = (4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1)
R_VALUES = {
    "plug_in": 1.968382409,
    "miller_madow": 2.152592935,
    "jeffreys": 2.179480383,
    "laplace": 2.257875518,
    "perks": 2.036887808,
    "minimax": 2.154091190,
    "chao_shen": 2.201137101,
    "james_stein": 2.379602895,
}


def entropy(counts, method="grassberger", **options):
    return estimate.entropy_from_counts(counts, method=method, **options)


@pytest.mark.parametrize(("method", "value"), R_VALUES.items())
def test_the_values_of_r(method, value):
    assert float(entropy(R_COUNTS, method)) == pytest.approx(value, abs=1e-9)


def test_a_dirichlet_prior_of_ones_is_laplace():
    assert float(entropy(R_COUNTS, "dirichlet", alpha=1)) == float(entropy(R_COUNTS, "laplace"))


@pytest.mark.parametrize("method", METHODS)
def test_empty_bins_are_an_alphabet(method):
    bins, said = entropy(R_COUNTS, method), entropy([c for c in R_COUNTS if c], method, alphabet=11)
    assert float(bins) == float(said)
    assert bins.standard_error == said.standard_error
    assert not any("alphabet" in note for note in bins.notes)


def test_grassberger_by_its_recursion():
    def g(n):
        values = {1: -np.euler_gamma - log(2), 2: 2 - np.euler_gamma - log(2)}
        for odd in range(3, n + 1):
            values[odd] = values[odd - 1] if odd % 2 else values[odd - 2] + 2 / (odd - 1)
        return values[n]

    counts = [1, 2, 3, 4, 7, 12]
    truth = log(29) - sum(c * g(c) for c in counts) / 29
    assert float(entropy(counts)) == pytest.approx(truth, rel=1e-14)


def test_chao_shen_by_its_definition():
    counts = np.array([5, 3, 1, 1])
    p = 0.8 * counts / 10
    truth = -np.sum(p * np.log(p) / (1 - (1 - p) ** 10))
    assert float(entropy(counts, "chao_shen")) == pytest.approx(truth, rel=1e-14)


def test_the_jackknife_by_leaving_out_each_row():
    counts = np.array([4, 2, 1, 7])
    rows = np.repeat(np.arange(4), counts)
    without = [stats.entropy(np.bincount(np.delete(rows, i))) for i in range(14)]
    found = entropy(counts, "jackknife")
    assert float(found) == pytest.approx(14 * stats.entropy(counts) - 13 * np.mean(without))
    assert found.standard_error == pytest.approx(np.sqrt(13 * np.var(without)))


def test_the_plug_in_error_is_the_delta_methods():
    p = np.array([0.5, 0.3, 0.2])
    found = entropy(1000 * p, "plug_in")
    variance = np.sum(p * np.log(p) ** 2) - np.sum(p * np.log(p)) ** 2
    assert found.standard_error == pytest.approx(np.sqrt(variance / 1000))
    assert float(found) == pytest.approx(stats.entropy(p))


def test_where_the_delta_method_vanishes_no_error_is_known():
    assert entropy([10, 10], "plug_in").standard_error is None


def drawn(p, n, seeds, method, **options):
    values = []
    for seed in range(seeds):
        counts = np.random.default_rng(seed).multinomial(n, p)
        values.append(entropy(counts[counts > 0], method, **options))
    return values


UNIFORM = np.full(20, 1 / 20)
GEOMETRIC = 0.8 ** np.arange(60) / np.sum(0.8 ** np.arange(60))


@pytest.mark.parametrize("p", [UNIFORM, GEOMETRIC], ids=["uniform", "geometric"])
@pytest.mark.parametrize("method", sorted(set(METHODS) - {"plug_in"}))
def test_corrections_lower_the_bias(p, method):
    truth = stats.entropy(p)
    plug_in = np.mean([float(e) for e in drawn(p, 60, 50, "plug_in")]) - truth
    corrected = np.mean([float(e) for e in drawn(p, 60, 50, method)]) - truth
    assert plug_in < 0
    assert abs(corrected) < abs(plug_in)


@pytest.mark.parametrize("method", ["plug_in", "miller_madow", "grassberger", "jackknife", "nsb"])
def test_errors_are_the_spread_over_seeds(method):
    found = drawn(GEOMETRIC, 500, 100, method)
    spread = np.std([float(e) for e in found])
    assert np.mean([e.standard_error for e in found]) == pytest.approx(spread, rel=0.25)


@pytest.mark.parametrize("method", METHODS)
def test_one_class_has_no_entropy(method):
    found = entropy([7], method)
    assert float(found) == 0
    assert found.standard_error == 0
    assert found.notes == ("one class only: the entropy is 0",)


@pytest.mark.parametrize("method", ["plug_in", "miller_madow", "grassberger", "chao_shen"])
def test_nor_has_one_that_occurs_where_the_alphabet_has_no_say(method):
    assert float(entropy([4, 0, 0], method)) == 0


@pytest.mark.parametrize("method", METHODS)
@given(counts=arrays(np.int64, 4, elements=st.integers(0, 60)).filter(lambda c: c.sum() > 1))
def test_no_entropy_is_negative(method, counts):
    assert float(entropy(counts, method)) >= 0


def test_two_classes_that_may_occur_are_more_than_one():
    assert float(entropy([7, 0], "laplace")) > 0


def test_what_the_alphabet_was_taken_for_is_said():
    (note,) = entropy([3, 2], "nsb").notes
    assert note == (
        "the alphabet is assumed to be the 2 classes that occur: pass alphabet= if more are possible"
    )


def test_a_sample_of_singletons_is_noted():
    found = entropy([1] * 5, "chao_shen")
    assert "every class occurs once: the number of classes cannot be estimated" in found.notes
    assert np.isfinite(float(found))


def test_above_the_entropy_of_equal_classes_is_noted():
    found = entropy([3, 3, 2], "miller_madow", alphabet=3)
    assert float(found) > log(3)
    assert found.notes == ("above 1.09861 nats, the entropy of 3 equally likely classes",)


@pytest.mark.parametrize("method", METHODS)
def test_order_and_scale_of_the_base(method):
    found, turned = entropy(R_COUNTS, method), entropy(R_COUNTS[::-1], method, base=2)
    assert float(turned) * log(2) == pytest.approx(float(found), rel=1e-14)
    assert turned.unit == "bits"


@pytest.mark.parametrize("method", METHODS)
def test_many_rows(method):
    counts = np.array([10**12, 3 * 10**12, 7])
    found = entropy(counts, method)
    assert float(found) == pytest.approx(stats.entropy(counts), rel=1e-5)
    if found.standard_error is not None:
        plug_in = entropy(counts, "plug_in").standard_error
        assert found.standard_error == pytest.approx(plug_in, rel=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_many_rows_in_equal_classes(method):
    found = entropy([10**15] * 10, method)
    assert float(found) == pytest.approx(log(10), rel=1e-14)
    assert found.standard_error is None or found.standard_error < 1e-7


def test_the_default_is_grassbergers():
    assert estimate.entropy_from_counts(R_COUNTS).method == "grassberger"


MESSAGES = {
    "negative": (
        lambda: entropy([3, -1]),
        "counts must hold counts, whole numbers from 0, got -1 at index 1",
    ),
    "fractions": (
        lambda: entropy([3, 0.5]),
        "counts must hold counts, whole numbers from 0, got 0.5 at index 1",
    ),
    "NaN": (
        lambda: entropy([3, float("nan")]),
        "counts must hold counts, whole numbers from 0, got nan at index 1",
    ),
    "zeros": (
        lambda: entropy([0, 0]),
        "counts must hold at least one observation, got 2 zeros",
    ),
    "empty": (
        lambda: entropy([]),
        "counts must have one axis with a count for each class, shape (classes,), got shape (0,)",
    ),
    "two axes": (
        lambda: entropy([[1, 2], [3, 4]]),
        "counts must have one axis with a count for each class, shape (classes,), got shape (2, 2)",
    ),
    "method": (
        lambda: entropy([1, 2], "grasberger"),
        "there is no estimator of entropy named 'grasberger'. Did you mean 'grassberger'?",
    ),
    "alpha": (
        lambda: entropy([1, 2], "nsb", alpha=1),
        "alpha is the pseudo-count of method='dirichlet', but method='nsb' has none: got alpha=1",
    ),
    "no alpha": (
        lambda: entropy([1, 2], "dirichlet"),
        "method='dirichlet' needs alpha, the pseudo-count of each class, a number above 0: pass alpha=0.5, for example",
    ),
    "alpha of 0": (
        lambda: entropy([1, 2], "dirichlet", alpha=0),
        "alpha must lie in (0, inf), got 0",
    ),
    "alphabet": (
        lambda: entropy([1, 2, 3], alphabet=2),
        "alphabet must be the number of possible classes, a whole number of at least the 3 that occur, got 2",
    ),
    "alphabet of a half": (
        lambda: entropy([1, 2, 3], alphabet=3.5),
        "alphabet must be the number of possible classes, a whole number of at least the 3 that occur, got 3.5",
    ),
}


@pytest.mark.parametrize(("call", "text"), MESSAGES.values(), ids=MESSAGES)
def test_messages(call, text):
    with pytest.raises(LossaryError) as error:
        call()
    assert str(error.value) == text
