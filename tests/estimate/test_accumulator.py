"""A stream in batches, merged in any order, equals one pass; a file holds all of it."""

from itertools import combinations, pairwise

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossary as ls
from lossary import estimate
from lossary.estimate import mergeable_counts, pairwise_information
from lossary.estimate.sparse_joint_table import SparseJointTable
from support.streams import ROWS, accumulated, part, state


@st.composite
def streams(draw):
    """Rows of three columns, cut into batches, and the order in which these are merged."""
    rows = draw(st.integers(1, 30))

    def column(values):
        return draw(st.lists(values, min_size=rows, max_size=rows))

    given_rows = {
        "a": column(st.sampled_from(["x", "y", "z", None])),
        "b": column(st.integers(-3, 3) | st.just(2**40)),
        "c": column(st.sampled_from([0.5, 1, 2.0, 2, float("nan")])),
    }
    cuts = sorted(draw(st.lists(st.integers(0, rows), max_size=5)))
    edges = [0, *cuts, rows]
    batches = [part(given_rows, a, b) for a, b in pairwise(edges)]
    return given_rows, batches, draw(st.permutations(range(len(batches)))), draw(st.booleans())


@pytest.mark.parametrize("most", [mergeable_counts.MAX_DENSE_CELLS, 6])
@settings(max_examples=60)
@given(streams())
def test_any_split_and_any_order_equal_one_pass(most, stream):
    rows, batches, order, by_merging = stream
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mergeable_counts, "MAX_DENSE_CELLS", most)
        patch.setattr(pairwise_information, "_ALWAYS_DENSE", most)
        patch.setattr(pairwise_information, "MAX_DENSE_CELLS", most)
        one = accumulated(rows, missing="category")
        if by_merging:
            parts = [accumulated(batches[i], missing="category") for i in order]
            half = len(parts) // 2
            parts[half].merge(*parts[half + 1 :])
            parts[0].merge(*parts[1 : half + 1]) if half else None
            many = parts[0]
        else:
            many = accumulated(*(batches[i] for i in order), missing="category")
        assert state(many) == state(one)


def test_the_counts_are_those_of_the_table():
    acc = accumulated({"x": ["b", "a", "b"], "y": [1, 2, 2]}, {"x": ["a"], "y": [0]})
    assert acc.labels("x") == ["a", "b"]
    assert acc.labels("y") == [0, 1, 2]
    assert acc.counts("x").tolist() == [2, 2]
    assert acc.counts("x", "y").tolist() == [[1, 0, 1], [0, 1, 1]]
    assert acc.counts("y", "x").tolist() == [[1, 0], [0, 1], [1, 1]]
    assert acc.rows == 4
    assert repr(acc) == "Accumulator of 4 rows of 2 columns, 1 pairs"


def test_missing_labels_are_a_category_or_dropped_pairwise():
    kept = accumulated(ROWS, missing="category")
    assert kept.labels("colour") == ["blue", "green", "red", None]
    assert kept.counts("colour").tolist() == [2, 1, 4, 1]
    assert kept.counts("colour", "size").sum() == 8
    dropped = accumulated(ROWS, missing="drop")
    assert dropped.labels("colour") == ["blue", "green", "red"]
    assert dropped.counts("colour", "size").tolist() == [[2, 0, 0], [0, 1, 0], [0, 0, 3]]
    assert dropped.counts("price").tolist() == [2, 3, 2]
    assert dropped.counts("day", "price").sum() == 7


@pytest.mark.parametrize("missing", ["category", "drop"])
def test_the_measures_are_those_of_the_columns(missing):
    rows = {name: column * 5 for name, column in ROWS.items()}
    acc = accumulated(part(rows, 0, 13), part(rows, 13, 40), missing=missing)
    for method in ("plug_in", "miller_madow", "grassberger"):
        own = acc.entropy("colour", method=method, base=2)
        wanted = estimate.entropy(rows["colour"], method=method, base=2, missing=missing)
        assert float(own) == pytest.approx(float(wanted), rel=1e-14)
        for a, b in combinations(rows, 2):
            own = acc.mutual_information(b, a, method=method)
            kinds = "discrete"
            options = {"method": method, "kinds": kinds, "missing": missing}
            wanted = estimate.mutual_information(rows[b], rows[a], **options)
            assert float(own) == pytest.approx(float(wanted), rel=1e-13, abs=1e-16)
            assert own.n == wanted.n
    test = estimate.g_test(rows["colour"], rows["size"], missing=missing)
    assert acc.g_test("colour", "size").p_value == pytest.approx(test.p_value, rel=1e-12)


@pytest.mark.parametrize("method", ["plug_in", "miller_madow"])
def test_the_matrix_holds_the_measures(method):
    acc = accumulated(ROWS, missing="drop")
    matrix = acc.mutual_information_matrix(method=method, base=2)
    assert (matrix == matrix.T).all()
    for i, a in enumerate(acc.columns):
        assert matrix[i, i] == pytest.approx(float(acc.entropy(a, method=method, base=2)))
        for j, b in enumerate(acc.columns[:i]):
            wanted = float(acc.mutual_information(a, b, method=method, base=2))
            assert matrix[i, j] == pytest.approx(wanted, rel=1e-13, abs=1e-16)


def test_two_columns_need_no_names():
    acc = estimate.Accumulator()
    acc.update(["a", "b", "a", "b"], [0, 1, 0, 1])
    assert acc.columns == ("x", "y")
    assert float(acc.mutual_information(method="plug_in", base=2)) == pytest.approx(1)
    assert acc.g_test().degrees == 1


FRAMES = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "arrow": pa.table,
    "arrow batch": pa.RecordBatch.from_pydict,
    "narwhals": lambda rows: nw.from_native(pl.DataFrame(rows)),
}


@pytest.mark.parametrize("frame", FRAMES)
def test_frames_of_every_library_are_batches(frame):
    rows = {"x": ["b", "a", None, "b"], "y": [1, 2, 2, 1], "z": [True, False, True, True]}
    acc = accumulated(FRAMES[frame](rows), missing="category")
    acc.update(rows)
    assert state(acc) == state(accumulated(rows, rows, missing="category"))


def test_generators_and_empty_batches_are_taken():
    acc = estimate.Accumulator()
    acc.update({"x": [], "y": []})
    assert (acc.rows, acc.columns) == (0, ("x", "y"))
    acc.update({"x": iter([1, 2]), "y": iter("ab")})
    acc.update(pl.DataFrame({"x": [], "y": []}))
    assert acc.rows == 2


def test_which_pairs_are_counted_is_chosen():
    rows = {"a": [0, 1], "b": [1, 1], "c": [0, 0]}
    assert accumulated(rows).pairs == (("a", "b"), ("a", "c"), ("b", "c"))
    assert accumulated(rows, target="b").pairs == (("a", "b"), ("b", "c"))
    assert accumulated(rows, pairs=[("c", "a"), ("a", "c")]).pairs == (("a", "c"),)
    alone = accumulated(rows, pairs=None)
    assert alone.pairs == ()
    assert alone.counts("a").tolist() == [1, 1]


def test_a_merge_leaves_the_others_as_they_were():
    one, other = accumulated(part(ROWS, 0, 3), missing="drop"), accumulated(ROWS, missing="drop")
    before = state(other)
    one.merge(other, estimate.Accumulator(missing="drop"))
    assert state(other) == before
    assert one.rows == 11
    fresh = estimate.Accumulator(missing="drop")
    fresh.merge(other)
    assert state(fresh) == before
    assert fresh.columns == other.columns


def test_the_order_of_columns_in_a_batch_has_no_say():
    turned = dict(reversed(ROWS.items()))
    acc = accumulated(ROWS, turned, missing="drop")
    assert state(acc) == state(accumulated(turned, ROWS, missing="drop"))
    assert acc.columns == tuple(ROWS)


def test_a_batch_that_raises_adds_nothing():
    acc = accumulated(ROWS, missing="category")
    before = state(acc)
    with pytest.raises(ls.LossaryError):
        acc.update({**ROWS, "size": ["text"] * 8})
    assert state(acc) == before


def test_a_pair_of_many_labels_is_kept_by_its_cells():
    labels = np.arange(3000)
    acc = estimate.Accumulator(max_cells=30_000)
    for _ in range(2):
        acc.update({"x": labels, "y": labels})
    assert isinstance(acc.counted.tables["x", "y"], SparseJointTable)
    assert float(acc.mutual_information(method="plug_in")) == pytest.approx(np.log(3000))
    assert acc.mutual_information_matrix(method="plug_in")[0, 1] == pytest.approx(np.log(3000))
    with pytest.raises(ls.LossaryError, match="3000 × 3000 cells, too many for a dense array"):
        acc.counts("x", "y")


XY = {"x": [1, 2], "y": [1, 1]}
ERRORS = {
    "a column less": (
        lambda: accumulated(XY, {"x": [1]}),
        "all batches must have the same columns, but the batch lacks 'y'",
    ),
    "other columns": (
        lambda: accumulated(XY).merge(accumulated({"x": [1], "z": [2], "w": [2]})),
        (
            "all batches must have the same columns, but one of the accumulators lacks 'y' and "
            "has the additional 'z', 'w'"
        ),
    ),
    "another plan": (
        lambda: accumulated(XY).merge(accumulated(XY, target="y", missing="drop")),
        (
            "merge needs accumulators with the same configuration, but this one has pairs='all', "
            "missing='error', the other target='y', missing='drop'"
        ),
    ),
    "unequal lengths": (
        lambda: accumulated({"x": [1, 2], "y": [1]}),
        "columns must have the same length, but x has 2, y has 1 rows",
    ),
    "a column without rows": (
        lambda: accumulated({"x": [1, 2], "y": []}),
        "columns must have the same length, but x has 2, y has 0 rows",
    ),
    "a missing label": (
        lambda: accumulated({"x": [1, None]}),
        "x has a missing label (None) in row 1",
    ),
    "another type": (
        lambda: accumulated({"x": [1]}, {"x": ["a"]}),
        "x must hold labels of one type, got number (1) and str ('a')",
    ),
    "a continuous column": (
        lambda: accumulated({"x": [0.1, 0.2]}, {"x": [0.3]}).entropy("x"),
        "x looks continuous: all its 3 values are distinct fractions",
    ),
    "an unknown column": (
        lambda: accumulated({"colour": [1]}).counts("color"),
        "there is no column named 'color'. Did you mean 'colour'?",
    ),
    "an unknown target": (
        lambda: accumulated(XY, target="z"),
        "there is no column named 'z'. There are: x, y.",
    ),
    "an unknown column of a pair": (
        lambda: accumulated(XY, pairs=[("x", "z")]),
        "there is no column named 'z'",
    ),
    "a pair that is not counted": (
        lambda: accumulated(XY, pairs=None).mutual_information("x", "y"),
        "the pair 'x', 'y' is not counted: this accumulator has pairs=(), missing='error'",
    ),
    "no names": (
        lambda: accumulated({**XY, "z": [1, 2]}).mutual_information(),
        (
            "pass the names of two columns, got None and None; for all pairs, call "
            "mutual_information_matrix()"
        ),
    ),
    "one name": (
        lambda: accumulated(XY).mutual_information("x"),
        (
            "pass the names of two columns, got 'x' and None; for all pairs, call "
            "mutual_information_matrix()"
        ),
    ),
    "a matrix of a target": (
        lambda: accumulated(XY, target="x").mutual_information_matrix(),
        (
            "mutual_information_matrix needs an accumulator of pairs='all', but this one has "
            "target='x', missing='error'"
        ),
    ),
    "a method that is not for matrices": (
        lambda: accumulated(XY).mutual_information_matrix(method="nsb"),
        "method must be 'plug_in' or 'miller_madow', got 'nsb'",
    ),
    "nothing counted": (
        lambda: estimate.Accumulator().entropy("x"),
        "the accumulator is empty: call update() with a batch first",
    ),
    "nothing but missing labels": (
        lambda: accumulated({"x": [None]}, missing="drop").entropy("x"),
        ("column 'x' holds only missing labels, which missing='drop' drops"),
    ),
    "no row with both": (
        lambda: accumulated({"x": [1, None], "y": [None, 1]}, missing="drop").mutual_information(),
        "no row has a label in both 'x' and 'y'",
    ),
    "too many cells": (
        lambda: accumulated({"x": range(100), "y": range(100)}, max_cells=1000),
        (
            "max_cells=1000 limits the counts kept, but this batch takes them to 10403; column 'x' "
            "has the most labels, 100: leave it out, count fewer pairs, or raise max_cells"
        ),
    ),
    "pairs and a target": (
        lambda: estimate.Accumulator(pairs=None, target="x"),
        ("pass pairs= or target=, not both: got pairs=None, target='x'"),
    ),
    "a strange pair": (
        lambda: estimate.Accumulator(pairs=[("x", "x")]),
        ("pairs must be 'all', None, or a list of pairs of column names, got [('x', 'x')]"),
    ),
    "a strange choice of pairs": (
        lambda: estimate.Accumulator(pairs="some"),
        ("pairs must be 'all', None, or a list of pairs of column names, got 'some'"),
    ),
    "a strange treatment": (
        lambda: estimate.Accumulator(missing="ignore"),
        "missing must be 'error', 'category' or 'drop', got 'ignore'",
    ),
    "a lazy frame": (
        lambda: accumulated(pl.LazyFrame(XY)),
        (
            "a batch must be a mapping of names to columns, a frame, or two columns x and y, got "
            "polars.LazyFrame; collect a lazy frame first"
        ),
    ),
    "no columns": (
        lambda: accumulated({}),
        "a batch must have at least one column, got none",
    ),
    "a column that has no name": (
        lambda: accumulated(pd.DataFrame([[1]])),
        "column names must be str, got int 0",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_says_what_came(case):
    call, text = ERRORS[case]
    with pytest.raises(ls.LossaryError) as error:
        call()
    assert text in str(error.value)
