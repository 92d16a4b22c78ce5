"""Grades of drift, and the columns that have none as their labels hardly recur."""

from math import inf, nan

import numpy as np
import polars as pl
import pytest

from lossary import LossaryError, estimate, frames
from lossary.frames.drift_grades import grade_of

# --- labels that hardly recur ---------------------------------------------------------------------


def names(start, rows, repeated=0):
    return [f"c{i}" for i in range(start, start + rows - repeated)] + ["twice"] * repeated


@pytest.mark.parametrize(
    ("before", "after", "common"),
    [
        (names(0, 300), names(300, 300), 0),
        (names(0, 300), names(0, 300), 1),
        (names(0, 300), names(200, 200), 0.25),
        (names(0, 300, repeated=20), names(1000, 50), 0),
    ],
)
@pytest.mark.parametrize("kept", [False, True], ids=["frame", "accumulator"])
def test_nearly_unique_columns_are_named_and_not_measured(before, after, common, kept):
    sides = [
        pl.DataFrame({"id": ids, "y": ["a", "b"] * (len(ids) // 2)}) for ids in (before, after)
    ]
    if kept:
        counts = estimate.Accumulator(pairs=None)
        counts.update(sides[0])
        sides[0] = counts
    drift = frames.drift(*sides)
    assert [c.column.name for c in drift] == ["y"]
    (unique,) = drift.nearly_unique
    assert (unique.name, unique.rows) == ("id", (len(before), len(after)))
    assert unique.labels == (len(set(before)), len(set(after)))
    assert unique.common == pytest.approx(common)
    assert str(drift).splitlines()[-1] == f"  nearly unique, not measured: {unique}"
    with pytest.raises(LossaryError, match="no compared column named 'id'"):
        drift["id"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (names(0, 300), ["a", "b"] * 150),
        (["a", "b"] * 150, names(0, 300)),
        (names(0, 20), names(20, 20)),
        (names(0, 300, repeated=40), names(0, 300, repeated=40)),
    ],
)
def test_labels_that_recur_on_a_side_are_measured(before, after):
    drift = frames.drift(pl.DataFrame({"x": before}), pl.DataFrame({"x": after}))
    assert (len(drift), drift.nearly_unique) == (1, ())


# --- grades ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("psi", "p_value", "columns", "grade"),
    [
        (0.0999, 1e-9, 1, "none"),
        (0.1, 1e-9, 1, "moderate"),
        (0.25, 1e-9, 1, "moderate"),
        (0.2501, 1e-9, 1, "large"),
        (inf, 0.049, 1, "large"),
        (inf, 0.049, 2, "none"),
        (0.357, 4e-107, 20, "large"),
        (0.2, 0.0072, 7, "none"),
        (nan, 0.0, 1, "none"),
    ],
)
def test_a_grade_takes_psi_and_what_is_beyond_chance(psi, p_value, columns, grade):
    assert grade_of(psi, p_value, columns) == grade


@pytest.mark.parametrize("base", [None, 2, 10])
def test_grades_are_of_nats_in_any_base(base):
    random, shifts = np.random.default_rng(1), {"a": 0, "b": 0.4, "c": 1}
    sides = [
        pl.DataFrame({c: random.normal(s * k, 1, 3000) for c, s in shifts.items()}) for k in (0, 1)
    ]
    drift = frames.drift(*sides, base=base)
    assert {c.column.name: c.grade for c in drift} == {"a": "none", "b": "moderate", "c": "large"}
    assert [c.column.name for c in drift.graded()] == ["c", "b"]
    assert [c.column.name for c in drift.graded("large")] == ["c"]
    assert drift.verdict == (
        "Grades: 1 large, 1 moderate, 1 none; moderate is PSI of at least 0.1, large over 0.25, "
        "both with p below 0.05/3: without drift, at most 5% of such tables have a column of "
        "either grade"
    )
    assert drift.to_frame()["grade"].to_list() == ["large", "moderate", "none"]
    with pytest.raises(LossaryError, match="least must be 'moderate' or 'large', got 'small'"):
        drift.graded("small")
