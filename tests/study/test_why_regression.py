from dataclasses import replace

import numpy as np
import pytest
import torch

from lossary.pages.localization import language
from lossary.study.page.why_charts_regression import residual_gradient_share_figures
from lossary.study.why import measure_claims
from lossary.study.why.binned_target_cross_entropy import measure_regression_cross_entropy
from lossary.study.why.closed_form import (
    measure_closed_form,
    momentum_descent,
    normal_equations_solution,
)
from lossary.study.why.residual_gradient_share import measure_residual_gradient_share
from lossary.study.why.setup import COMPARED_LOSSES, train
from support.whys import candidate, config, setup

RANDOM = np.random.default_rng(5)
ROWS = RANDOM.normal(size=(40, 3)) * [1, 5, 0.2]
Y = RANDOM.normal(size=40)


@pytest.fixture(scope="module")
def found():
    return setup("regression", rows=180)


@pytest.fixture(scope="module")
def influences(found):
    trainings = tuple(train(found, label) for label in COMPARED_LOSSES["regression"])
    return trainings, measure_residual_gradient_share(found, trainings)


@pytest.mark.parametrize("rows", [ROWS, np.hstack([ROWS, ROWS[:, :1] + ROWS[:, 1:2]])])
def test_closed_form_and_descent_are_least_squares(rows):
    exact, *_ = np.linalg.lstsq(rows, Y)
    np.testing.assert_allclose(normal_equations_solution(rows, Y), exact, rtol=1e-9)
    end, steps = momentum_descent(rows, Y)
    np.testing.assert_allclose(end, exact, rtol=1e-9)
    assert 1 < steps < 5000


def test_descent_from_the_solution_stays():
    end, steps = momentum_descent(ROWS, np.zeros(40))
    assert steps == 0
    assert (end == 0).all()


def test_the_training_is_compared_with_the_least(found):
    measured = measure_closed_form(found, train(found, "squared_error"))
    rows = np.hstack([found.x.numpy(), np.ones((len(found.x), 1))])
    exact, *_ = np.linalg.lstsq(rows, found.y.numpy())
    least = ((rows @ exact - found.y.numpy()) ** 2).mean()
    assert measured.closed == measured.descended == pytest.approx(least)
    assert measured.trained >= measured.closed
    assert measured.holds
    left, trained = measured.details
    assert f"closed form {least:.4f}, gradient descent" in str(left)
    assert "the same linear model" in str(trained)
    assert "hidden layers" in str(replace(measured, linear=False).details[1])
    far = replace(measured, distance=1e-3)
    assert not far.holds
    assert str(far.finding).startswith("Not within")
    steps, distances = zip(*measured.path, strict=True)
    assert steps[-1] == measured.steps
    assert distances[-1] == measured.distance < 1e-9 < distances[0]


def test_targets_are_in_units_of_their_deviation(found):
    assert float(found.y.mean()) == pytest.approx(0, abs=1e-12)
    assert float(found.y.std(correction=0)) == pytest.approx(1)


def test_squared_error_pulls_by_the_residual(found, influences):
    (first, *_), measured = influences
    r = torch.sort((first.scores(found.x)[:, 0] - found.y).abs()).values
    squared, absolute, *_ = measured.influences
    assert measured.largest_rows == measured.corrupted_rows == 1
    assert squared.largest == pytest.approx(float(r[-1] / r.sum()))
    assert squared.deciles == pytest.approx((r.reshape(10, -1).sum(dim=1) / r.sum()).tolist())
    assert absolute.deciles == pytest.approx([0.1] * 10)


def test_outliers_move_squared_error_the_furthest(influences):
    _, measured = influences
    assert measured.holds
    assert [p.loss for p in measured.influences] == list(COMPARED_LOSSES["regression"])
    squared, *others = measured.influences
    swapped = replace(measured, influences=(others[0], squared, *others[1:]))
    assert not swapped.holds
    assert str(swapped.finding).startswith("Not confirmed here")
    assert str(swapped.details[1]).startswith("Against the theory")
    # Where no residual exceeds delta, Huber's gradient is squared error's.
    level = replace(others[1], largest=squared.largest)
    assert replace(measured, influences=(squared, level, *others[1:])).holds
    assert "The 1 training row with the largest residuals" in str(measured.details[1])
    assert f"by {squared.moved:.4f} standard deviations under" in str(measured.finding)
    lost = replace(measured, influences=(squared, replace(others[0], moved=None), *others[1:]))
    assert not lost.holds
    assert "without bound (training diverged) under absolute error" in str(lost.finding)


def test_outliers_pull_a_constant_by_their_share(found):
    # The mean moves by what was added over the rows; the median hardly.
    corrupted = found.y.clone()
    corrupted[0] += 10
    assert float(corrupted.mean() - found.y.mean()) == pytest.approx(10 / len(found.y))


def test_cross_entropy_asks_for_a_probability(found):
    measured = measure_regression_cross_entropy(found)
    raw = found.fold.y
    assert measured.outside == ((raw < 0) | (raw > 1)).mean() > 0.9
    assert "target" in measured.refusal
    assert measured.holds
    assert "has no minimum" in str(measured.finding)


def test_cross_entropy_of_bins_knows_no_distance(found):
    measured = measure_regression_cross_entropy(found)
    assert measured.bins == 10
    assert measured.near_cross_entropy == measured.far_cross_entropy == pytest.approx(np.log(10))
    y = np.sort(found.y.numpy())
    centers = y.reshape(10, -1).mean(axis=1)
    lost, near, far = [], [], []
    for i, value in enumerate(y):
        own = i // (len(y) // 10)
        others = [c for b, c in enumerate(centers) if b != own]
        apart = [abs(c - centers[own]) for c in others]
        lost.append((value - centers[own]) ** 2)
        for losses, other in ((near, others[np.argmin(apart)]), (far, others[np.argmax(apart)])):
            losses.append((0.1 * centers[own] + 0.9 * other - value) ** 2)
    assert measured.lost == pytest.approx(np.mean(lost))
    assert measured.near_squared_error == pytest.approx(np.mean(near))
    assert measured.far_squared_error == pytest.approx(np.mean(far))


def test_a_target_of_shares_is_not_refused(found):
    y = (found.fold.y - found.fold.y.min()) / np.ptp(found.fold.y)
    measured = measure_regression_cross_entropy(replace(found, fold=replace(found.fold, y=y)))
    assert (measured.outside, measured.refusal) == (0, "")
    assert measured.holds
    assert str(measured.finding).startswith("All targets lie within 0 … 1")
    two = replace(measured, far_squared_error=measured.near_squared_error, bins=2)
    assert not two.holds
    assert str(two.finding).startswith("Not confirmed here")
    assert str(two.details[0]).startswith("The target falls into 2 bins")


def test_the_user_s_delta_reaches_the_claim():
    plan = config("regression", rows=180)
    first, *_ = measure_claims(plan, [candidate("huber:delta=0.3", plan.task)])
    labels = ["squared_error", "absolute_error", "huber:delta=0.3", "log_cosh"]
    assert [i.loss for i in first.influences] == labels
    assert first.formulas[-1] == r"\delta = 0.3"
    assert str(first.details[-1]).startswith("Compared: squared_error, absolute_error, huber:delta")
    usual, *_ = measure_claims(plan)
    assert usual.influences[2].largest > first.influences[2].largest
    figures = residual_gradient_share_figures(first, language("en"))
    assert "Huber" in figures[0].rows[2]
