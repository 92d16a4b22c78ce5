"""Bootstrap intervals: they hold the truth as often as they say, and depend on the seed alone."""

# ruff: noqa: E501 - a message stands as it is printed

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import stats

import lossary as ls
from lossary import LossaryError, estimate

P = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
JOINT = 0.6 * np.outer(P, P) + 0.4 * np.diag(P)


def covered(truth, draw, measure, seeds=40, **options):
    held = 0
    for seed in range(seeds):
        columns = draw(np.random.default_rng(seed))
        found = estimate.bootstrap(measure, *columns, resamples=99, level=0.9, **options)
        held += found.low <= truth <= found.high
    return held / seeds


def labels(rng):
    return (rng.choice(5, 300, p=P),)


def pairs(rng):
    return divmod(rng.choice(25, 300, p=JOINT.ravel()), 5)


def two_samples(rng):
    return rng.choice(5, 300, p=P), rng.choice(5, 500, p=P[::-1])


def numbers(rng):
    return (rng.normal(size=200),)


COVERAGE = {
    "entropy": (stats.entropy(P), labels, estimate.entropy, {}),
    "entropy by plug-in": (stats.entropy(P), labels, estimate.entropy, {"method": "plug_in"}),
    "entropy by coverage": (stats.entropy(P), labels, estimate.entropy, {"method": "chao_shen"}),
    "information": (float(ls.mutual_information(JOINT)), pairs, estimate.mutual_information, {}),
    "what is left": (
        stats.entropy(JOINT.ravel()) - stats.entropy(P),
        pairs,
        estimate.conditional_entropy,
        {},
    ),
    "KL": (float(ls.kl_divergence(P, P[::-1])), two_samples, estimate.kl_divergence, {}),
    "JS": (float(ls.js_divergence(P, P[::-1])), two_samples, estimate.js_divergence, {}),
    "numbers": (stats.norm.entropy(), numbers, estimate.entropy, {}),
}


@pytest.mark.parametrize(
    ("truth", "draw", "measure", "options"), COVERAGE.values(), ids=list(COVERAGE)
)
def test_intervals_hold_the_truth(truth, draw, measure, options):
    assert covered(truth, draw, measure, **options) == pytest.approx(0.9, abs=0.1)


def test_the_error_is_the_delta_methods():
    (x,) = labels(np.random.default_rng(0))
    found = estimate.bootstrap(estimate.entropy, x, method="plug_in")
    assert found.standard_error == pytest.approx(found.estimate.standard_error, rel=0.1)


def test_the_estimate_is_that_of_all_rows():
    x, y = pairs(np.random.default_rng(0))
    found = estimate.bootstrap(estimate.mutual_information, x, y, base=2)
    assert found.estimate == estimate.mutual_information(x, y, base=2)
    assert float(found) == float(found.estimate)
    nats = estimate.bootstrap(estimate.mutual_information, x, y)
    assert found.low == pytest.approx(nats.low / np.log(2))


def test_the_seed_decides():
    (x,) = labels(np.random.default_rng(0))
    first, again, other = (
        estimate.bootstrap(estimate.entropy, x, resamples=50, seed=s).low for s in (1, 1, 2)
    )
    assert first == again != other


FORMS = {
    "list": list,
    "pandas": pd.Series,
    "numpy": np.asarray,
    "polars": pl.Series,
    "arrow": pa.array,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_labels_beside_numbers(form):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, 150)
    y = x + rng.normal(size=150)
    found = estimate.bootstrap(
        estimate.mutual_information,
        form(x),
        form(y),
        resamples=30,
        kinds=("discrete", "continuous"),
    )
    assert found.low < float(found) < found.high
    assert found.estimate.method == "ross"


def test_columns_may_be_given_by_name():
    x, y = pairs(np.random.default_rng(0))
    named = estimate.bootstrap(estimate.conditional_entropy, y, given=x, resamples=20)
    assert named == estimate.bootstrap(estimate.conditional_entropy, y, x, resamples=20)


def test_the_conditional_and_the_normalised_one():
    x, y = pairs(np.random.default_rng(0))
    for measure, columns in (
        (estimate.conditional_mutual_information, (x, y, x % 2)),
        (estimate.normalized_mutual_information, (x, y)),
    ):
        found = estimate.bootstrap(measure, *columns, resamples=50)
        assert found.low < float(found) < found.high


def test_two_samples_of_numbers_are_drawn_apart():
    rng = np.random.default_rng(0)
    p, q = rng.normal(size=100), rng.normal(1, 1, size=200)
    found = estimate.bootstrap(estimate.kl_divergence, p, q, resamples=40)
    assert found.low < float(found) < found.high


def test_a_narrower_level_is_a_narrower_interval():
    (x,) = labels(np.random.default_rng(0))
    wide, narrow = (estimate.bootstrap(estimate.entropy, x, level=v) for v in (0.95, 0.5))
    assert wide.low < narrow.low < narrow.high < wide.high


MESSAGES = {
    "another function": (
        lambda: estimate.bootstrap(np.mean, [1, 2]),
        "there is no measure of samples named 'mean'. There are: entropy, conditional_entropy, mutual_information, conditional_mutual_information, normalized_mutual_information, kl_divergence, js_divergence.",
    ),
    "weights": (
        lambda: estimate.bootstrap(estimate.entropy, [1, 2], sample_weight=[1, 1]),
        "bootstrap resamples rows with equal probability: leave out sample_weight",
    ),
    "level": (
        lambda: estimate.bootstrap(estimate.entropy, [1, 2], level=95),
        "level must lie in (0, 1), got 95",
    ),
    "resamples": (
        lambda: estimate.bootstrap(estimate.entropy, [1, 2], resamples=1),
        "resamples must be a whole number of at least 2, got 1",
    ),
}


@pytest.mark.parametrize(("call", "text"), MESSAGES.values(), ids=MESSAGES)
def test_messages(call, text):
    with pytest.raises(LossaryError) as error:
        call()
    assert str(error.value) == text
