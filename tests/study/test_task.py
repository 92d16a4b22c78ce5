import polars as pl
import pytest

from lossary.study.task import infer_task
from lossary.validation import LossaryError


def told(values, **options):
    return infer_task(pl.Series("y", values), **options)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a", "b", "a"], "binary"),
        ([True, False, True], "binary"),
        ([0, 1, 1], "binary"),
        ([0.5, 2.5, 0.5], "binary"),
        (["a", "b", "c"] * 2, "multiclass"),
        ([0, 1, 2] * 5, "multiclass"),
        ([0, 1, 2] * 4, "regression"),
        ([0.5, 1.5, 2.5] * 5, "regression"),
        (list(range(21)) * 5, "regression"),
    ],
)
def test_the_task_is_told_from_the_target(values, kind):
    assert told(values).kind == kind


def test_the_task_can_be_asked_for():
    task = told([0, 1, 2] * 5, kind="regression")
    assert (task.kind, task.classes) == ("regression", ())
    assert str(task.reason) == "as requested; the target alone suggests multiclass"
    assert told([True, False], kind="regression").y.tolist() == [1.0, 0.0]


def test_the_rarer_class_is_positive():
    task = told(["sick", "well", "well"])
    assert task.classes == ("well", "sick")
    assert task.y.tolist() == [1, 0, 0]
    assert task.counts == (2, 1)


def test_of_equal_classes_the_later_is_positive():
    assert told([1, 0]).classes == ("0", "1")


@pytest.mark.parametrize("positive", ["sick", "well"])
def test_the_positive_class_can_be_named(positive):
    task = told(["sick", "well", "well"], positive=positive)
    assert task.classes[1] == positive
    assert task.counts[1] == {"sick": 1, "well": 2}[positive]


def test_classes_keep_their_order():
    assert told([2.0, 10.0, 1.0] * 5, kind="multiclass").classes == ("1", "2", "10")


@pytest.mark.parametrize(
    ("values", "options", "words"),
    [
        (["a", "a"], {}, "target 'y' has only one class, 'a': at least two are needed"),
        ([1.5, 1.5], {"kind": "regression"}, "has only one value, 1.5"),
        (["a", "b", "c"], {}, "3 classes in 3 rows: at least two rows per class"),
        ([0, 1, 2] * 5, {"kind": "binary"}, "binary needs two classes, target 'y' has 3"),
        (["a", "b"], {"kind": "regression"}, "regression needs a target of numbers"),
        (["a", "b"], {"positive": "aa"}, "Did you mean 'a'?"),
        (["a", "b"], {"kind": "ordinal"}, "task must be 'binary', 'multiclass' or 'regression'"),
        ([[1], [2]], {}, "convert it to numbers or class labels"),
    ],
)
def test_what_is_no_task_is_said(values, options, words):
    with pytest.raises(LossaryError) as error:
        told(values, **options)
    assert words in str(error.value)


def test_a_date_is_no_target():
    dates = pl.Series("y", ["2020-01-01", "2020-01-02"]).str.to_date()
    with pytest.raises(LossaryError, match="target 'y' has the type Date"):
        infer_task(dates)
