"""Weights, what is ignored, mean, sum and none: one place, one meaning for every loss."""

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.formulas import catalogue
from support.arrays import NAMESPACES, array, namespace, to_numpy

ROWWISE = [n for n in catalogue.names("rowwise") if n != "reverse_kl"]


def leaf(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("framework", NAMESPACES)
def test_reductions(framework):
    xp = namespace(framework)
    s, y = array(xp, [3.0, -1.0, 2.0], "float64"), array(xp, [0.0, 0.0, 0.0], "float64")
    w = array(xp, [1.0, 2.0, 0.0], "float64")
    assert to_numpy(ls.squared_error(s, y, reduction="none")).tolist() == [9, 1, 4]
    assert float(ls.squared_error(s, y, reduction="sum")) == 14
    assert float(ls.squared_error(s, y)) == 14 / 3
    weighted = ls.squared_error(s, y, reduction="none", sample_weight=w)
    assert to_numpy(weighted).tolist() == [9, 2, 0]
    assert float(ls.squared_error(s, y, reduction="sum", sample_weight=w)) == 11
    assert float(ls.squared_error(s, y, sample_weight=w)) == 11 / 3


def test_a_zero_weight_silences_whatever_the_loss_is():
    s = leaf([np.inf, np.nan, 1.0])
    total = ls.squared_error(s, torch.zeros_like(s), sample_weight=torch.tensor([0.0, 0.0, 1.0]))
    (slope,) = torch.autograd.grad(total, s)
    assert total.item() == 1
    assert slope.tolist() == [0, 0, 2]


@pytest.mark.parametrize("name", ROWWISE)
def test_a_mean_of_nothing_is_0_with_a_zero_gradient(name):
    z = leaf([[1.0, 2.0], [np.nan, np.inf]])
    ignored = torch.tensor([-1, -1])
    total = getattr(ls, name)(z, ignored, ignore_index=-1)
    (slope,) = torch.autograd.grad(total, z)
    assert total.item() == 0
    assert slope.tolist() == [[0, 0], [0, 0]]


def test_weights_of_zero_leave_a_mean_of_0():
    assert float(ls.hinge([1.0, -3.0], [1, 1], sample_weight=[0.0, 0.0])) == 0


def test_index_and_distribution_targets_have_the_same_weighted_mean():
    z, w = np.array([[2.0, 0, 1], [0, 1, 0.5], [3, 1, 1]]), np.array([1.0, 5.0, 0.5])
    labels = np.array([0, 1, 2])
    hot = np.eye(3)[labels]
    by_index = ls.softmax_cross_entropy(z, labels, class_weight=w)
    assert float(by_index) == pytest.approx(
        float(ls.softmax_cross_entropy(z, hot, class_weight=w)), rel=1e-15
    )


@pytest.mark.parametrize("name", catalogue.names("pointwise"))
@pytest.mark.parametrize("where", [0, 1])
def test_nan_in_a_score_or_target_stays_in_its_place(name, where):
    s, y = np.array([0.5, 0.25, 0.75]), np.array([1.0, 1.0, 1.0])
    (s, y)[where][1] = np.nan
    each = getattr(ls, name)(s, y, reduction="none")
    assert np.isnan(each).tolist() == [False, True, False]
    derivatives = [getattr(ls, name).gradient, getattr(ls, name).hessian]
    for derivative in derivatives[: 2 - where]:  # a hessian may not depend on the target
        assert np.isnan(derivative(s, y)).tolist() == [False, True, False]


@pytest.mark.parametrize("name", catalogue.names("rowwise"))
def test_nan_in_a_row_stays_in_its_row(name):
    z, t = np.zeros((3, 2)), np.full((3, 2), 0.5)
    z[1, 0] = np.nan
    assert np.isnan(getattr(ls, name)(z, t, reduction="none")).tolist() == [False, True, False]
    z[1, 0], t[1, 0] = 0, np.nan
    assert np.isnan(getattr(ls, name)(z, t, reduction="none")).tolist() == [False, True, False]


@pytest.mark.parametrize("name", catalogue.names("measure"))
@pytest.mark.parametrize("options", [{}, {"normalize": True}])
def test_nan_in_a_distribution_stays_in_its_row(name, options):
    record = catalogue.get(name)
    given = [np.full((3, 2), 0.5) for _ in range(record.arity)]
    given[-1][1, 0] = np.nan
    if not record.summed:
        assert np.isnan(getattr(ls, name)(*given)).sum() == 1
        return
    value = getattr(ls, name)(*given, **options)
    assert np.isnan(value).tolist() == [False, True, False]


@pytest.mark.parametrize("name", ["mutual_information", "conditional_entropy", "gain_ratio"])
def test_nan_in_a_table_stays_in_its_table(name):
    tables = np.full((3, 2, 2), 0.25) + np.array([[0.1, -0.1], [-0.1, 0.1]])
    tables[1, 0, 0] = np.nan
    assert np.isnan(getattr(ls, name)(tables)).tolist() == [False, True, False]
