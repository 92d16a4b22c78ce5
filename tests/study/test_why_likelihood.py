from dataclasses import replace
from math import exp, log, pi

import numpy as np
import pytest
import torch

from lossary.study.why.likelihood import log_likelihood, measure_likelihood
from lossary.study.why.newton import newton_minimum
from lossary.study.why.setup import train
from support.whys import candidate, setup


def test_the_least_of_a_quadratic_is_a_solution():
    random = np.random.default_rng(0)
    root = torch.from_numpy(random.normal(size=(6, 6)))
    matrix, side = root @ root.T + torch.eye(6), torch.from_numpy(random.normal(size=6))
    found = newton_minimum(lambda v: v @ matrix @ v / 2 - side @ v, torch.zeros(6).double())
    torch.testing.assert_close(found, torch.linalg.solve(matrix, side), rtol=1e-12, atol=0)


def test_the_best_constant_score_is_the_log_odds():
    entropy = candidate("sigmoid_cross_entropy")
    y = torch.tensor([1] * 3 + [0] * 9)

    def loss(v):
        return entropy.mean_losses(v.expand(12)[None, :, None], y)[0]

    found = newton_minimum(loss, torch.tensor([5.0]).double())
    assert float(found) == pytest.approx(log(3 / 9), rel=1e-12)


def test_full_steps_that_overshoot_are_halved():
    # Newton's own step from 3 would diverge: log cosh is flat there.
    found = newton_minimum(
        lambda v: (v.exp() + (-v).exp()).log().sum(), torch.tensor([3.0]).double()
    )
    assert float(found) == pytest.approx(0, abs=1e-9)


def test_likelihoods_by_hand():
    p = 1 / (1 + exp(-0.7))
    found = log_likelihood("binary", torch.tensor([[0.7], [0.7]]).double(), torch.tensor([1, 0]))
    assert found.tolist() == pytest.approx([log(p), log(1 - p)])
    z = torch.tensor([[1.0, 2.0, 3.0]]).double()
    (found,) = log_likelihood("multiclass", z, torch.tensor([1])).tolist()
    assert found == pytest.approx(2 - log(exp(1) + exp(2) + exp(3)))
    at = torch.tensor([[1.5]]).double()
    (found,) = log_likelihood("regression", at, torch.tensor([1.0]).double()).tolist()
    assert found == pytest.approx(-0.25 - log(pi) / 2)


@pytest.mark.parametrize(
    ("kind", "label", "family"),
    [
        ("binary", "sigmoid_cross_entropy", "Bernoulli"),
        ("multiclass", "softmax_cross_entropy", "categorical"),
        ("regression", "squared_error", "normal"),
    ],
)
def test_loss_and_likelihood_agree(kind, label, family):
    found = setup(kind)
    measured = measure_likelihood(found, train(found, label))
    assert measured.holds
    assert measured.value_error < 1e-14
    assert measured.distance < 1e-12
    assert measured.weights == 4 * (3 if kind == "multiclass" else 1)
    value, _ = measured.details
    assert f"mean {family} log-likelihood" in str(value)
    assert ("ln(π)/2" in str(value)) == (kind == "regression")
    assert f"gave the same {measured.weights} weights" in str(measured.finding)
    apart = replace(measured, distance=1e-3).finding
    assert str(apart).startswith("Not to rounding error here")
    assert not replace(measured, distance=1e-3).holds
    assert not replace(measured, loss=measured.loss + 1e-6).holds


def test_least_squares_with_a_penalty_has_a_closed_form():
    found = setup("regression")
    training = train(found, "squared_error")
    rows = np.hstack([found.x.numpy(), np.ones((len(found.x), 1))])
    n, y = len(rows), found.y.numpy()
    exact = np.linalg.solve(rows.T @ rows / n + 5e-4 * np.eye(4), rows.T @ y / n)

    def loss(v):
        z = (torch.from_numpy(rows) @ v)[None, :, None]
        return training.candidate.mean_losses(z, found.y)[0] + 5e-4 * v @ v

    least = newton_minimum(loss, torch.zeros(4).double()).numpy()
    np.testing.assert_allclose(least, exact, rtol=1e-12, atol=1e-14)
