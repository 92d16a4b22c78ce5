from dataclasses import replace
from math import log

import pytest
import torch

from lossary.study.why.true_class_only import measure_true_class_only
from support.whys import candidate, setup, still


@pytest.fixture(scope="module")
def three():
    return setup("multiclass")


def measured(found):
    entropy = candidate("softmax_cross_entropy", found.task)
    generator = torch.Generator().manual_seed(0)
    matrix = torch.randn(3, 3, generator=generator, dtype=torch.float64)
    training = still(entropy, matrix, torch.zeros(1, 3))
    return training.scores(found.x_held), measure_true_class_only(found, training)


def test_the_example_costs_the_same_and_not_the_same(three):
    one, other = measured(three)[1].example
    assert one.cross_entropy == other.cross_entropy == pytest.approx(log(2))
    assert one.squared_error == pytest.approx(0.5**2 + 2 * 0.25**2)
    assert other.squared_error == pytest.approx(0.5**2 + 0.45**2 + 0.05**2)


def test_evening_out_moves_squared_error_alone(three):
    z, found = measured(three)
    p = torch.softmax(z, dim=1)
    right = p.gather(1, three.y_held[:, None])[:, 0]
    hot = torch.nn.functional.one_hot(three.y_held, 3)
    squares = ((p - hot) ** 2).sum(dim=1)
    even = (1 - right) ** 2 * (1 + 1 / 2)
    assert found.holds
    assert found.cross_entropy == pytest.approx(float(-right.log().mean()))
    assert found.cross_entropy_change < 1e-12
    assert found.squared_error == pytest.approx(float(squares.mean()))
    assert found.squared_error_evened == pytest.approx(float(even.mean()))
    assert found.squared_error_change == pytest.approx(float((squares - even).abs().max()))


def test_two_classes_have_one_number():
    found = setup("binary")
    entropy = candidate("sigmoid_cross_entropy")
    both = measure_true_class_only(found, still(entropy, [[1.0], [2.0], [0.0]], [[0.5]]))
    assert both.holds
    assert both.squared_error == pytest.approx(both.squared_error_evened)
    assert "both losses depend on the same number" in str(both.finding)
    assert len(both.details) == 1


def test_what_was_measured_is_said(three):
    _, found = measured(three)
    assert str(found.details[0]) == (
        "Predictions (0.5, 0.25, 0.25) and (0.5, 0.45, 0.05), the first class true: "
        "cross-entropy is 0.6931 for both, squared error 0.3750 and 0.4550."
    )
    assert f"to {found.squared_error_evened:.4f}" in str(found.finding)
    moved = replace(found, cross_entropy_change=0.1)
    still_there = replace(found, squared_error_evened=found.squared_error)
    assert not moved.holds
    assert str(moved.finding).startswith("Against the theory")
    assert not still_there.holds
    assert str(still_there.finding).startswith("Not confirmed here")
