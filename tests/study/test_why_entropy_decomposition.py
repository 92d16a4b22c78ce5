from dataclasses import replace
from math import exp, inf, log

import numpy as np
import pytest
import torch

from lossary.study.why.entropy_decomposition import measure_entropy_decomposition
from support.whys import candidate, setup, still


def constant(found, bias):
    """The claim of a model that says the same of every row."""
    kind = "sigmoid" if found.classes == 2 else "softmax"
    entropy = candidate(f"{kind}_cross_entropy", found.task)
    return measure_entropy_decomposition(found, still(entropy, torch.zeros(3, len(bias)), [bias]))


@pytest.fixture(scope="module")
def three():
    found = setup("multiclass")
    return found, constant(found, [0.0, 1.0, -1.0])


def test_entropies_by_hand(three):
    found, measured = three
    p = np.bincount(found.y_held.numpy()) / len(found.y_held)
    q = np.array([1, exp(1), exp(-1)]) / (1 + exp(1) + exp(-1))
    middle = (p + q) / 2
    assert measured.observed == pytest.approx(p)
    assert measured.predicted == pytest.approx(q)
    assert measured.label_entropy == pytest.approx(-(p * np.log(p)).sum())
    assert measured.label_entropy_bits == pytest.approx(-(p * np.log2(p)).sum())
    assert measured.effective_classes == pytest.approx(exp(measured.label_entropy))
    assert measured.frequencies_cross_entropy == pytest.approx(-(p * np.log(q)).sum())
    assert measured.kl_divergence == pytest.approx((p * np.log(p / q)).sum())
    js = (p * np.log(p / middle)).sum() / 2 + (q * np.log(q / middle)).sum() / 2
    assert measured.js_divergence == pytest.approx(js)
    # The model says the same of every row: its loss is the cross-entropy of the frequencies.
    assert measured.model_cross_entropy == pytest.approx(measured.frequencies_cross_entropy)
    assert measured.mean_kl_divergence == pytest.approx(measured.model_cross_entropy)
    correction = (found.classes - 1) / (2 * len(found.y_held))
    expected = min(measured.label_entropy + correction, log(found.classes))
    assert measured.corrected_entropy == pytest.approx(expected)
    assert measured.corrected_entropy > measured.label_entropy
    assert measured.standard_error > 0
    assert measured.holds


def test_the_frequencies_are_the_best_that_a_constant_can_say(three):
    found, measured = three
    best = constant(found, np.log(measured.observed).tolist())
    assert best.model_cross_entropy == pytest.approx(best.label_entropy)
    assert best.kl_divergence == pytest.approx(0, abs=1e-15)
    assert best.js_divergence == pytest.approx(0, abs=1e-15)
    assert best.learned == pytest.approx(0, abs=1e-12)


def test_a_sigmoid_says_both_probabilities():
    measured = constant(setup("binary"), [log(3)])
    assert measured.predicted == pytest.approx([0.25, 0.75])
    assert measured.identity_error < 1e-14


def test_a_certain_prediction_has_no_nan():
    measured = constant(setup("binary"), [900.0])
    assert measured.model_cross_entropy == pytest.approx(measured.mean_kl_divergence)


def test_what_was_ruled_out_costs_without_bound(three):
    _, measured = three
    endless = replace(measured, kl_divergence=inf, frequencies_cross_entropy=inf)
    assert endless.identity_error in {measured.identity_error, 0.0}
    assert "plus KL ∞" in str(endless.details[1])


def test_what_was_learned_is_said(three):
    _, measured = three
    assert "the frequencies alone would do as well" in str(measured.finding)
    good = replace(measured, model_cross_entropy=measured.label_entropy / 4)
    assert "75.0 % less" in str(good.finding)
    rough = replace(measured, kl_divergence=measured.kl_divergence + 0.1)
    assert not rough.holds
    assert not replace(measured, js_divergence=0.7).holds
    assert f"{measured.label_entropy_bits:.4f} bits" in str(measured.details[0])
    certain = replace(good, label_entropy=0.0, model_cross_entropy=-0.1)
    assert ": 0 % less" in str(certain.finding)
    assert str(rough.details[1]).startswith("Not to rounding error here")
