"""An estimator is one registry entry: then every measure, docstring and error message has it."""

import re

import numpy as np
import polars as pl
import pytest

from lossary import LossaryError, estimate, frames
from lossary.estimate import divergences_from_counts, from_counts
from lossary.estimate.divergences_from_counts import DIVERGENCE_ESTIMATORS, DivergenceEstimator
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS, EntropyEstimator
from lossary.estimate.neighbour_registry import NEIGHBOUR_ESTIMATORS, NeighbourEstimator
from lossary.estimate.parameter_docs import method_list
from lossary.estimate.result import Estimate

X, Y, Z = list("aabbccab"), [0, 1, 0, 1, 0, 1, 1, 0], [0, 0, 1, 1, 0, 0, 1, 1]
U, V = np.linspace(0, 1, 8), np.linspace(1, 3, 8) ** 2
TABLE, CUBE = [[3, 1], [1, 2]], [[[1, 2], [3, 4]], [[5, 6], [7, 9]]]


@pytest.fixture
def five(monkeypatch):
    """An estimator that says that every entropy is 5."""
    made = EntropyEstimator("five", "always 5", "Nobody, 1900", lambda _: (5.0, None), "")
    monkeypatch.setitem(ENTROPY_ESTIMATORS, "five", made)


#: Each measure by a method of entropies that are all 5, and the signed sum of these.
CALLS = {
    "entropy_from_counts": (lambda m: estimate.entropy_from_counts([2, 3], method=m), 5),
    "conditional_entropy_from_counts": (
        lambda m: estimate.conditional_entropy_from_counts(TABLE, method=m),
        0,
    ),
    "mutual_information_from_counts": (
        lambda m: estimate.mutual_information_from_counts(TABLE, method=m),
        5,
    ),
    "conditional_mutual_information_from_counts": (
        lambda m: estimate.conditional_mutual_information_from_counts(CUBE, method=m),
        0,
    ),
    "normalized_mutual_information_from_counts": (
        lambda m: estimate.normalized_mutual_information_from_counts(TABLE, method=m),
        1,
    ),
    "js_divergence_from_counts": (
        lambda m: estimate.js_divergence_from_counts([1, 2], [2, 1], method=m),
        0,
    ),
    "entropy": (lambda m: estimate.entropy(X, method=m), 5),
    "conditional_entropy": (lambda m: estimate.conditional_entropy(Y, X, method=m), 0),
    "mutual_information": (lambda m: estimate.mutual_information(X, Y, method=m), 5),
    "conditional_mutual_information": (
        lambda m: estimate.conditional_mutual_information(X, Y, Z, method=m),
        0,
    ),
    "normalized_mutual_information": (
        lambda m: estimate.normalized_mutual_information(X, Y, method=m),
        1,
    ),
    "js_divergence": (lambda m: estimate.js_divergence(X, X, method=m), 0),
    "bootstrap": (lambda m: estimate.bootstrap(estimate.entropy, X, method=m, resamples=2), 5),
    "frames": (lambda m: frames.entropy(pl.DataFrame({"x": X}), method=m)["x"], 5),
}


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(("call", "value"), CALLS.values(), ids=CALLS)
def test_an_entry_is_a_method_of_every_measure_of_counts(call, value):
    assert float(call("five")) == value


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize("call", [call for call, _ in CALLS.values()], ids=CALLS)
def test_an_entry_is_named_where_a_method_is_unknown(call):
    with pytest.raises(LossaryError, match=r"There are: .*\bfive\b"):
        call("qqqqqqqq")


@pytest.mark.usefixtures("five")
def test_an_accumulator_has_it():
    accumulator = estimate.Accumulator()
    accumulator.update(X, Y)
    assert float(accumulator.entropy("x", method="five")) == 5
    assert float(accumulator.mutual_information("x", "y", method="five")) == 5


@pytest.mark.usefixtures("five")
def test_an_entry_is_documented_by_its_summary():
    assert '- ``"five"``: always 5' in method_list(ENTROPY_ESTIMATORS.values())


def test_docstrings_are_made_from_the_registry():
    described = " ".join(estimate.entropy_from_counts.__doc__.split())
    for estimator in ENTROPY_ESTIMATORS.values():
        assert f'``"{estimator.name}"``: {estimator.summary}' in described
        assert estimator.source in described
        assert re.search(r", (1[89]|20)\d\d$", estimator.source)
    for name in (*from_counts.__all__, "mutual_information", "conditional_entropy", "entropy"):
        function = getattr(estimate, name, None)
        listed = ENTROPY_ESTIMATORS if function else ()
        assert [n for n in listed if f'``"{n}"``' not in function.__doc__] == []


def test_a_divergence_is_one_entry(monkeypatch):
    made = DivergenceEstimator("kl_divergence", "nought", lambda _x, _y: 0.0, "none")
    monkeypatch.setitem(DIVERGENCE_ESTIMATORS, ("kl_divergence", "nought"), made)
    assert float(estimate.kl_divergence_from_counts([1, 2], [2, 1], method="nought")) == 0
    assert float(estimate.kl_divergence(X, X, method="nought")) == 0
    assert "nought" in divergences_from_counts.divergence_methods("kl_divergence")
    with pytest.raises(LossaryError, match=r"There are: .*nought"):
        estimate.kl_divergence_from_counts([1, 2], [2, 1], method="qqqqqqqq")
    for measure, name in DIVERGENCE_ESTIMATORS:
        function = getattr(estimate, f"{measure}_from_counts")
        assert name == "nought" or f'``"{name}"``' in function.__doc__


def test_an_estimator_by_neighbours_is_one_entry(monkeypatch):
    made = NeighbourEstimator(
        "mutual_information", "seven", lambda _x, _y, *, k: Estimate(7.0, "seven", k)
    )
    monkeypatch.setitem(NEIGHBOUR_ESTIMATORS, ("mutual_information", "seven"), made)
    assert float(estimate.mutual_information(U, V, method="seven")) == 7
    with pytest.raises(LossaryError, match="There are: ksg1, ksg2, gao, seven"):
        estimate.mutual_information(U, V, method="qqqqqqqq")
    with pytest.raises(LossaryError, match=r"must be one of ross, gao, as .* got 'seven'"):
        estimate.mutual_information(X, V, method="seven")
    for measure, name in NEIGHBOUR_ESTIMATORS:
        assert name == "seven" or f'``"{name}"``' in getattr(estimate, measure).__doc__
