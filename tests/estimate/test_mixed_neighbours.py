"""Discrete columns beside continuous ones, and mixtures: closed forms, all distances, bad input."""

from math import log

import numpy as np
import pytest

from lossary.estimate import continuous_neighbours, mixed_neighbours
from lossary.kernels import eligibility
from lossary.validation import LossaryError
from support import all_distances
from support.samples import rng, within_error


def staircase(seed, classes=5, rows=1000):
    """Labels, and numbers that are uniform over two steps from each."""
    labels = rng(seed).integers(0, classes, size=rows)
    return labels, labels + 2 * rng(seed + 1000).random(rows)


each_estimator = pytest.mark.parametrize("estimator", [mixed_neighbours.ross, mixed_neighbours.gao])


@each_estimator
@pytest.mark.parametrize("classes", [2, 5])
def test_labels_and_overlapping_steps(estimator, classes):
    truth = log(classes) - (classes - 1) / classes * log(2)
    found = [estimator(*staircase(seed, classes)) for seed in range(8)]
    assert within_error(found, truth, bias=0.02)


# Y of X ~ Exp(1) is 0 with probability p and else Poisson of mean X. For p = 0 the information is
# 2 log 2 - γ - Σ log k / 2^k, k ≥ 1; for p = 0.15 the integral was taken numerically.
@pytest.mark.parametrize(("p", "truth"), [(0, 0.30124477), (0.15, 0.22977596)])
@each_estimator
def test_zero_inflated_poisson(estimator, p, truth):
    def drawn(seed):
        x = rng(seed).exponential(size=1500)
        return np.where(rng(seed + 1).random(1500) < p, 0, rng(seed + 2).poisson(x)), x

    found = [estimator(*drawn(100 * s)) for s in range(8)]
    assert within_error(found, truth, bias=0.02)


def test_a_mixture_of_a_density_and_atoms():
    # Half the rows are binormal with correlation 0.9; the others lie on (±5, ±5), 9 of 10 equal.
    def drawn(seed):
        r = rng(seed)
        x, noise = r.normal(size=(2, 2000))
        y = 0.9 * x + 0.19**0.5 * noise
        sign = 10 * r.integers(0, 2, size=2000) - 5
        other = np.where(r.random(2000) < 0.9, sign, -sign)
        smooth = r.random(2000) < 0.5
        return np.where(smooth, x, sign), np.where(smooth, y, other)

    atoms = log(2) + 0.9 * log(0.9) + 0.1 * log(0.1)
    truth = (-log(1 - 0.81) / 2 + atoms) / 2 + log(2)  # and which half a row is of
    assert within_error([mixed_neighbours.gao(*drawn(s)) for s in range(8)], truth, bias=0.03)


@pytest.mark.parametrize("k", [1, 3, 10])
def test_ross_by_all_distances(k):
    labels, x = staircase(1, rows=200)
    found = mixed_neighbours.ross(labels, x, k=k)
    assert float(found) == pytest.approx(all_distances.ross(labels, x, k), abs=1e-12)


def test_scikit_learn_agrees_but_for_its_noise():
    from sklearn.feature_selection import mutual_info_classif

    labels, x = staircase(2)
    (theirs,) = mutual_info_classif(x[:, None], labels, n_neighbors=5, random_state=0)
    assert float(mixed_neighbours.ross(labels, x, k=5)) == pytest.approx(theirs, abs=1e-6)


def test_ross_of_several_columns_by_all_distances():
    labels, x = staircase(1, rows=150)
    x = np.column_stack([x, rng().normal(size=150)])
    found = mixed_neighbours.ross(labels, x)
    assert float(found) == pytest.approx(all_distances.ross(labels, x, 3), abs=1e-12)


@pytest.mark.parametrize("step", [1, 1 / 4, 2.0**-40])
def test_gao_is_the_first_algorithm_but_for_the_number_of_rows(step):
    x, y = np.rint(rng().normal(size=(2, 200)) / step) * step
    truth = all_distances.ksg1(x, x + y, 3) - all_distances.psi(200) + log(200)
    assert float(mixed_neighbours.gao(x, x + y)) == pytest.approx(truth, abs=1e-12)


@each_estimator
def test_two_discrete_columns(estimator):
    x = rng().integers(0, 3, size=2000)
    y = np.where(rng(1).random(2000) < 0.7, x, rng(2).integers(0, 3, size=2000))
    joint = np.full((3, 3), 0.1 / 3) + np.eye(3) * 0.7 / 3
    assert abs(float(estimator(x, y)) - np.sum(joint * np.log(joint * 9))) < 0.05


@each_estimator
def test_compiled_and_plain_paths_are_equal(estimator):
    labels, x = staircase(0, rows=3000)
    x = np.where(x < 1, 0.5, x).round(2)
    fast = estimator(labels, x)
    with eligibility.plain():
        assert estimator(labels, x) == fast


def test_labels_of_every_kind():
    labels, x = staircase(0)
    plain = mixed_neighbours.ross(labels, x)
    for other in (labels * 1000, labels.astype(str), [f"at {v}" for v in labels], -labels):
        assert float(mixed_neighbours.ross(other, x)) == pytest.approx(float(plain), abs=1e-12)
    assert mixed_neighbours.ross(labels, -(2.0**70) * x) == plain


@each_estimator
def test_the_unit_of_a_base(estimator):
    nats, bits = (estimator(*staircase(0), base=b) for b in (None, 2))
    assert float(bits) == pytest.approx(float(nats) / log(2))
    assert bits.unit == "bits"


# What the data say


@each_estimator
def test_a_constant_tells_nothing(estimator):
    for arguments in ((np.zeros(30, int), np.arange(30.0)), (range(30), [1] * 30)):
        found = estimator(*arguments)
        assert float(found) == found.standard_error == 0
        assert "is constant: the mutual information is 0" in found.notes[0]


def test_labels_with_few_rows():
    labels = np.repeat([0, 1, 2, 3], [50, 50, 3, 1])
    found = mixed_neighbours.ross(labels, rng().normal(size=104))
    assert found.n == 103
    assert found.notes == (
        "1 row has a label that occurs once, and is left out",
        "3 rows have fewer than 3 others of their label, and use only these as neighbours",
    )


def test_labels_that_all_have_few_rows():
    labels, x = [0, 0, 1, 1, 2, 3, 4, 5], rng().normal(size=8)
    found = mixed_neighbours.ross(labels, x, k=7)
    assert found.n == 4
    assert found.notes == (
        "4 rows have a label that occurs once, and are left out",
        "4 rows have fewer than 7 others of their label, and use only these as neighbours",
    )
    assert float(mixed_neighbours.ross([0, 0, 1, 1], x[:4])) == float(found)


@each_estimator
def test_above_the_entropy_is_said_in_nats_and_not_cut(estimator):
    labels = np.repeat([0, 1], 20)
    found = estimator(labels, labels + 0.001 * rng().random(40), base=2)
    assert float(found) > 1
    name = "the labels" if estimator is mixed_neighbours.ross else "x"
    assert found.notes == (
        f"above its upper bound, the entropy of {name}: 0.6931 nats (not clipped)",
    )


@each_estimator
def test_a_constant_label_and_noise_stay_below_the_entropy(estimator):
    labels = np.zeros(5000, int)
    labels[:4] = 1
    found = estimator(labels, rng().normal(size=5000) + 1e11)
    assert abs(float(found)) < 0.005


def test_the_standard_error_is_the_deviation_over_samples():
    found = [mixed_neighbours.ross(*staircase(s, rows=300)) for s in range(60)]
    spread = np.std([float(f) for f in found], ddof=1)
    assert 0.7 < np.mean([f.standard_error for f in found]) / spread < 1.6


# Bad input


@pytest.mark.parametrize(
    ("labels", "x", "text"),
    [
        (
            ["a", "b"],
            [1.0, 2, 3],
            "columns must have the same length, but labels has 2, x has 3 rows",
        ),
        (
            ["a", "b"],
            [1.0, 2],
            (
                "k=3 neighbours of each row need at least 4 rows, got 2: pass a smaller k "
                "or more rows"
            ),
        ),
        (
            list("abcde"),
            np.arange(5.0),
            (
                "labels must hold a label that occurs twice, got 5 distinct ones: if they are "
                "numbers, pass kinds='continuous'"
            ),
        ),
        (
            list("aabb"),
            [1.0, np.nan, 2, 3],
            "x has a missing value (nan) in row 1: drop such rows first",
        ),
        (
            ["a", None, "b"],
            [1.0, 2, 3],
            (
                "labels has a missing label (None) in row 1: pass missing='drop', or "
                "missing='category' for a label of its own"
            ),
        ),
    ],
)
def test_bad_columns(labels, x, text):
    with pytest.raises(LossaryError) as error:
        mixed_neighbours.ross(labels, x)
    assert str(error.value) == text


def test_too_few_rows_for_a_mixture():
    with pytest.raises(LossaryError, match="need at least 4 rows, got 2"):
        mixed_neighbours.gao([1.0, 2], [1.0, 2])


def test_gao_is_more_than_the_first_algorithm_by_a_trifle():
    x, y = rng().normal(size=(2, 100))
    trifle = log(100) - all_distances.psi(100)
    difference = float(mixed_neighbours.gao(x, y)) - float(
        continuous_neighbours.mutual_information(x, y)
    )
    assert difference == pytest.approx(trifle, abs=1e-12)
