import numpy as np
import polars as pl
import pytest

from lossary.study.splits import INNER, allowed_folds, folds, inner_folds
from lossary.study.task import infer_task
from lossary.validation import LossaryError

CLASSES = infer_task(pl.Series("y", ["a"] * 31 + ["b"] * 12 + ["c"] * 7))
NUMBERS = infer_task(pl.Series("y", np.linspace(0, 1, 50)))


@pytest.mark.parametrize("task", [CLASSES, NUMBERS])
def test_folds_partition_the_rows(task):
    tests = [test for _, test in folds(task, 5, 0)]
    assert sorted(np.concatenate(tests)) == list(range(50))
    for train, test in folds(task, 5, 0):
        assert sorted([*train, *test]) == list(range(50))


def test_every_class_is_in_every_fold():
    for _, test in folds(CLASSES, 5, 3):
        assert set(CLASSES.y[test]) == {0, 1, 2}


def test_a_seed_draws_its_own_folds():
    first = [list(test) for _, test in folds(CLASSES, 5, 0)]
    assert first == [list(test) for _, test in folds(CLASSES, 5, 0)]
    assert first != [list(test) for _, test in folds(CLASSES, 5, 1)]


def test_inner_folds_hold_a_third_of_each_class():
    rows = np.arange(50)[::-1]
    assigned = inner_folds(CLASSES, rows, 0)
    for c, count in enumerate(CLASSES.counts):
        per_fold = np.bincount(assigned[CLASSES.y[rows] == c], minlength=INNER)
        assert set(per_fold) <= {count // INNER, count // INNER + 1}
    assert set(np.bincount(inner_folds(NUMBERS, rows, 0))) == {16, 17}


def test_of_many_rows_one_third_is_held_out():
    many = infer_task(pl.Series("y", ["a", "b"] * 600))
    assigned = inner_folds(many, np.arange(1200), 0)
    assert dict(zip(*np.unique(assigned, return_counts=True), strict=True)) == {-1: 800, 0: 400}
    assert many.y[assigned == 0].mean() == 0.5


def test_the_rarest_class_limits_the_folds():
    assert allowed_folds(CLASSES, 5) == 5
    assert allowed_folds(CLASSES, 10) == 7
    assert allowed_folds(NUMBERS, 50) == 25


@pytest.mark.parametrize(
    ("values", "words"),
    [(["a", "b", "b"], "class 'a' has 1 row,"), ([0.5, 1.5, 2.5], "3 rows,")],
)
def test_too_few_rows_are_said(values, words):
    with pytest.raises(LossaryError, match="too few rows for two folds") as error:
        allowed_folds(infer_task(pl.Series("y", values)), 5)
    assert words in str(error.value)
