from dataclasses import replace
from math import exp, sqrt

import numpy as np
import pytest
import torch

from lossary.study.why.claim import step_count
from lossary.study.why.saturation import (
    MAX_STEPS,
    _vanishing,
    measure_saturation,
    steps_to_undecided,
)
from lossary.study.why.score_derivatives import margins, score_gradients, score_hessians
from lossary.study.why.setup import train
from support.whys import BINARY, THREE, candidate, setup

ENTROPY, SQUARED = candidate("sigmoid_cross_entropy"), candidate("sigmoid_squared_error")
OF_ROWS = [candidate(f"softmax_{n}", THREE) for n in ("cross_entropy", "squared_error")]


@pytest.fixture(scope="module")
def two():
    found = setup("binary")
    labels = "sigmoid_cross_entropy", "sigmoid_squared_error"
    return found, *(train(found, label) for label in labels)


@pytest.fixture(scope="module")
def measured(two):
    return measure_saturation(*two)


@pytest.fixture(scope="module")
def measured_three():
    found = setup("multiclass")
    labels = "softmax_cross_entropy", "softmax_squared_error"
    return measure_saturation(found, *(train(found, label) for label in labels))


def numeric(f, x, step=1e-6):
    return (f(x + step) - f(x - step)) / (2 * step)


@pytest.mark.parametrize(
    ("label", "task"),
    [
        ("sigmoid_squared_error", BINARY),
        ("hinge", BINARY),
        ("softmax_squared_error", THREE),
        ("multiclass_hinge", THREE),
    ],
)
def test_slopes_and_bends_are_those_of_finite_differences(label, task):
    found = candidate(label, task)
    z = torch.linspace(-2.1, 1.7, 4 * found.outputs).double().reshape(4, -1)
    y = torch.tensor([0, 1, 1, 0])

    def value(s, row):
        return float(found.mean_losses(s[None, None], y[row : row + 1]))

    def slope(s, row):
        return score_gradients(found, s[None], y[row : row + 1])[0]

    first, second = score_gradients(found, z, y), score_hessians(found, z, y)
    for row in range(4):
        for j, e in enumerate(torch.eye(found.outputs, dtype=torch.float64)):
            along = numeric(lambda h, e=e, row=row: value(z[row] + h * e, row), 0.0)
            assert float(first[row, j]) == pytest.approx(along, abs=1e-8)
            change = numeric(lambda h, e=e, row=row: slope(z[row] + h * e, row), 0.0)
            torch.testing.assert_close(second[row, :, j], change, atol=1e-8, rtol=0)


def test_margins_are_leads_over_the_best_of_the_others():
    rows = torch.tensor([[1.0, 4.0, 2.0], [1.0, 4.0, 2.0]]).double()
    assert margins(rows, torch.tensor([1, 2])).tolist() == [2, -2]
    assert margins(torch.tensor([[3.0], [3.0]]), torch.tensor([1, 0])).tolist() == [3, -3]


def test_the_curve_is_the_error_and_the_error_times_the_slope(measured):
    for point in measured.curve:
        assert point.cross_entropy == pytest.approx(point.error)
        slope = point.error * (1 - point.error)
        assert point.squared_error == pytest.approx(2 * point.error * slope)


def test_the_curve_of_several_classes_shares_the_error_evenly(measured_three):
    for point in measured_three.curve:
        assert point.cross_entropy == pytest.approx(point.error * sqrt(1.5))


def alone(rate, power, start):
    """Descent of one score under (squared) error of a sigmoid, by hand."""
    s, steps = -start, 0
    while s < 0:
        p = 1 / (1 + exp(-s))
        s += rate * (1 - p) * (2 * p * (1 - p) if power == 2 else 1)
        steps += 1
    return steps


def test_scores_unlearn_as_one_by_hand():
    starts = (0.0, 0.5, 2.0, 6.0)
    first, second = [0], [0]
    for start in starts[1:]:
        first.append(alone(1.0, 1, start))
        second.append(alone(2.0, 2, start))
    assert list(steps_to_undecided(ENTROPY, starts, 1.0)) == first
    assert list(steps_to_undecided(SQUARED, starts, 2.0)) == second


def test_some_scores_never_get_there():
    assert steps_to_undecided(SQUARED, (1.0, 12.0), 2.0) == (alone(2.0, 2, 1.0), None)
    assert steps_to_undecided(ENTROPY, (12.0,), 1.0)[0] < 20


def test_the_right_one_of_several_starts_behind():
    (steps,) = steps_to_undecided(OF_ROWS[0], (4.0,), 1.0)
    z, by_hand = np.array([-4.0, 0, 0]), 0
    while z[0] < z[1]:
        z -= np.exp(z) / np.exp(z).sum() - np.array([1, 0, 0])
        by_hand += 1
    assert steps == by_hand


def test_a_model_that_is_mostly_wrong_starts_wrong_as_well(two):
    found, entropy, squared = two
    turned = replace(entropy, path=([-w for w in entropy.path[-1]],))
    both = (measure_saturation(found, e, squared) for e in (entropy, turned))
    assert len({b.cross_entropy.steps for b in both}) == 1


def test_both_rates_move_an_undecided_score_alike():
    for pair, boost in (((ENTROPY, SQUARED), 2.0), (OF_ROWS, 1.5)):
        z = torch.zeros((1, pair[0].outputs), dtype=torch.float64)
        first, second = (score_gradients(c, z, torch.tensor([1])) for c in pair)
        torch.testing.assert_close(first, boost * second)


def test_the_way_back_is_that_of_logistic_regression(two, measured):
    found, entropy, _ = two
    x, y = found.x.numpy(), found.y.numpy()
    w, b = (p[0].numpy()[:, 0] for p in entropy.path[-1])
    lead = np.median((x @ w + b) * (2 * y - 1))
    w, b = -6 / lead * w, -6 / lead * b
    wrong = (x @ w + b) * (2 * y - 1) <= 0
    rate = 4 / ((x**2).sum(axis=1).mean() + 1)
    steps = 0
    while 2 * ((x @ w + b) * (2 * y - 1) > 0)[wrong].sum() < wrong.sum():
        error = 1 / (1 + np.exp(-(x @ w + b))) - y
        w, b = w - rate * x.T @ error / len(x), b - rate * error.mean()
        steps += 1
    assert measured.cross_entropy.steps == steps


def test_saturation_is_found(measured, measured_three):
    for found in (measured, measured_three):
        assert found.holds
        assert found.identity_error < 1e-14
        assert found.squared_error.steps > found.cross_entropy.steps
    # A slope below 1/200 is a score beyond ±5.3: half of them are beyond 6.
    assert 0.3 < measured.squared_error.path[0].vanishing < 0.9
    assert measured.training[0].step == 0
    assert measured.training[0].misclassified > 0


def test_the_faint_are_counted_among_the_misclassified(two):
    found, entropy, squared = two
    sharp = replace(squared, steps=(0,), path=([20 * w for w in squared.path[-1]],))
    z = sharp.scores(found.x)[:, 0]
    wrong = (z > 0) != (found.y == 1)
    vanishing = (torch.sigmoid(z) * torch.sigmoid(-z) < 0.005) & wrong
    (point,) = measure_saturation(found, entropy, sharp).training
    assert point.misclassified == int(wrong.sum()) > 0
    assert point.vanishing == pytest.approx(int(vanishing.sum()) / int(wrong.sum()))


def test_faint_is_a_slope_below_one_in_two_hundred():
    # σ(s) σ(-s) is 1/200 at s = ±5.29; the last row is right.
    z = torch.tensor([-6.0, -5.2, -4.0, 7.0]).double()[:, None]
    assert _vanishing(ENTROPY, SQUARED, z, torch.ones(4, dtype=torch.int64)) == (3, 1 / 3)
    assert _vanishing(ENTROPY, SQUARED, -z, torch.zeros(4, dtype=torch.int64)) == (3, 1 / 3)
    assert _vanishing(ENTROPY, SQUARED, -z[3:], torch.zeros(1, dtype=torch.int64)) == (0, 0.0)


def test_what_was_measured_is_said(measured):
    fast, slow = measured.cross_entropy.steps, measured.squared_error.steps
    assert f"needed {fast} steps of gradient descent" in str(measured.finding)
    assert f"and {slow} steps with squared error." in str(measured.finding)
    assert "last layer" not in str(measured.finding)
    assert f"{100 * measured.squared_error.path[0].vanishing:.1f} %" in str(measured.details[1])
    endless = replace(measured.squared_error, steps=None)
    never = replace(measured, squared_error=endless, hidden=True)
    never = replace(never, training=(replace(measured.training[0], vanishing=0.0),))
    assert "more than 5,000 steps with squared error" in str(never.finding)
    assert "the model's last layer" in str(never.finding)
    assert "was true of no misclassified row" in str(never.details[2])
    assert never.slowdown == MAX_STEPS / fast
    vanishing = replace(never, training=(replace(measured.training[0], vanishing=0.25),))
    assert "at most 25.0 % of the misclassified rows (at step 0" in str(vanishing.details[2])
    neither = replace(never, cross_entropy=endless)
    assert not neither.holds
    assert str(neither.finding).startswith("Not decided here")


def test_the_way_back_is_kept(measured):
    for way in (measured.cross_entropy, measured.squared_error):
        first, *_, last = way.path
        assert first.step == 0
        assert last.step == way.steps
        assert last.misclassified < first.misclassified
    assert all(p.vanishing == 0 for p in measured.cross_entropy.path if not p.misclassified)


def test_a_claim_that_fails_says_so(measured):
    alike = replace(measured.squared_error, steps=measured.cross_entropy.steps)
    level = replace(measured, squared_error=alike)
    assert not level.holds
    assert str(level.finding).startswith("Not confirmed here")
    assert not replace(measured, identity_error=1e-3).holds


def test_one_is_singular():
    assert str(step_count(1, 9)) == "1 step"
    assert str(step_count(1234, 9)) == "1,234 steps"
    assert str(step_count(None, 5000)) == "more than 5,000 steps"
