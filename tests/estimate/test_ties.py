"""Ties, copies and constants in continuous columns: counted by rules, and said."""

from math import inf, log

import numpy as np
import pytest

from lossary.estimate import continuous_neighbours
from support.samples import binormal, rng, within_error

each_method = pytest.mark.parametrize("method", continuous_neighbours.KSG_METHODS)


@each_method
@pytest.mark.parametrize("step", [0.01, 0.1, 0.3])
def test_rounding_changes_little(method, step):
    def drawn(seed):
        return [np.rint(c / step) * step for c in binormal(1000, seed=seed)]

    found = [continuous_neighbours.mutual_information(*drawn(s), method=method) for s in range(8)]
    assert within_error(found, -log(1 - 0.36) / 2, bias=0.02)


@each_method
def test_copies_are_counted_and_said(method):
    x, y = rng().integers(0, 2, size=(2, 500)).astype(float)
    found = continuous_neighbours.mutual_information(
        x, np.where(rng(1).random(500) < 0.1, y, x), method=method
    )
    assert abs(float(found) - (log(2) + 0.95 * log(0.95) + 0.05 * log(0.05))) < 0.06
    assert found.notes[-1] == (
        "100% of the rows have 3 or more exact copies, which are counted as atoms"
    )
    assert "100% of the values of x repeat another" in found.notes[0]


def test_a_few_copies_are_said_too():
    x, y = binormal(1000)
    x[:5], y[:5] = 0.5, 0.5
    (note,) = continuous_neighbours.mutual_information(x, y).notes
    assert (
        note == "less than 1% of the rows have 3 or more exact copies, which are counted as atoms"
    )


@pytest.mark.parametrize("columns", [1, 2])
def test_a_constant_tells_nothing(columns):
    x, constant = rng().normal(size=50), np.full((50, columns), 3.7)
    for found in (
        continuous_neighbours.mutual_information(x, constant, method="ksg2"),
        continuous_neighbours.mutual_information(constant, x, base=2),
        continuous_neighbours.conditional_mutual_information(constant, x, x),
    ):
        assert float(found) == found.standard_error == 0
        assert "is constant: the mutual information is 0" in found.notes[0]


def test_a_constant_condition_changes_little():
    x, y = binormal(300)
    found = float(continuous_neighbours.conditional_mutual_information(x, y, np.zeros(300)))
    assert found == pytest.approx(float(continuous_neighbours.mutual_information(x, y)), abs=1e-12)


def test_what_has_no_density_has_no_entropy():
    constant = continuous_neighbours.entropy(np.ones(20))
    assert float(constant) == -inf
    assert constant.standard_error is None
    assert constant.notes == ("x is constant: the entropy is -inf",)
    column = continuous_neighbours.entropy(np.column_stack([np.arange(20.0), np.ones(20)]))
    assert column.notes == ("a column of x is constant: the entropy is -inf",)
    atoms = continuous_neighbours.entropy(np.repeat(np.arange(5.0), 4))
    assert float(atoms) == -inf
    assert atoms.notes == (
        (
            "100% of the rows have 3 or more exact copies: a distribution with atoms has no density"
            "; if they are due to rounding, pass a larger k"
        ),
    )


def test_divergence_of_atoms():
    p = np.repeat([0.0, 1.0], [300, 100])
    q = np.repeat([0.0, 1.0, 2.0], [200, 100, 100])
    found = continuous_neighbours.kl_divergence(p, q)
    assert float(found) == pytest.approx(0.75 * log(0.75 / 0.5), abs=0.01)
    assert "exact copies, which are counted as atoms" in found.notes[0]
    assert float(continuous_neighbours.kl_divergence(p, p)) == pytest.approx(0, abs=0.01)


@each_method
def test_above_the_entropy_is_said(method):
    x = np.repeat([0.0, 1.0], 20)
    found = continuous_neighbours.mutual_information(x, x + 0.001 * rng().random(40), method=method)
    assert float(found) > log(2)
    assert found.notes[-1] == ("above its upper bound, the entropy of x: 0.6931 nats (not clipped)")
