"""Columns of every library as codes: the same labels in the same order, the missing told apart."""

import datetime as dt
import enum

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lossary as ls
from lossary.estimate import factorize
from lossary.estimate.factorize import factorize_labels, is_missing, smallest_unsigned, sorted_union


def widthless(labels: list[str]) -> np.ndarray:
    """Text of NumPy without a width, which NumPy 1 doesn't have."""
    return np.array(labels, np.dtypes.StringDType() if hasattr(np.dtypes, "StringDType") else None)


DAY, NOON = dt.date(2020, 1, 2), dt.datetime(2020, 1, 2, 12)  # noqa: DTZ001 - a column without one
WITH_TEXT = {
    "list": ["b", None, "a", "b"],
    "tuple": ("b", float("nan"), "a", "b"),
    "objects": np.array(["b", None, "a", "b"], object),
    "pandas": pd.Series(["b", None, "a", "b"]),
    "pandas string": pd.Series(["b", None, "a", "b"], dtype="string"),
    "pandas objects": pd.Series(["b", pd.NA, "a", "b"], dtype=object),
    "pandas category": pd.Series(["b", None, "a", "b"], dtype="category"),
    "pandas Categorical": pd.Categorical(["b", None, "a", "b"], categories=["z", "b", "a"]),
    "polars": pl.Series(["b", None, "a", "b"]),
    "polars categorical": pl.Series(["b", None, "a", "b"], dtype=pl.Categorical),
    "polars enum": pl.Series(["b", None, "a", "b"], dtype=pl.Enum(["z", "b", "a"])),
    "polars objects": pl.Series(["b", None, "a", "b"], dtype=pl.Object),
    "arrow": pa.array(["b", None, "a", "b"]),
    "arrow chunks": pa.chunked_array([["b", None], ["a", "b"]]),
    "arrow dictionary": pa.array(["b", None, "a", "b"]).dictionary_encode(),
    "arrow dictionaries": pa.chunked_array(
        [pa.array(part).dictionary_encode() for part in (["b", None], ["a", "b"])]
    ),
    "narwhals": nw.from_native(pl.Series(["b", None, "a", "b"]), series_only=True),
}
WITH_NUMBERS = {
    "list": [7, None, -3, 7],
    "floats": np.array([7, np.nan, -3, 7]),
    "pandas": pd.Series([7, None, -3, 7]),
    "pandas Int64": pd.Series([7, None, -3, 7], dtype="Int64"),
    "pandas arrow": pd.Series([7, None, -3, 7], dtype="int16[pyarrow]"),
    "polars": pl.Series([7, None, -3, 7]),
    "polars floats": pl.Series([7.0, None, -3.0, 7.0]),
    "arrow": pa.array([7, None, -3, 7]),
    "arrow floats": pa.chunked_array([[7.0, None], [-3.0, 7.0]]),
}
OF_OTHER_KINDS = {
    "bools": (np.array([True, False, True]), [False, True]),
    "torch": (torch.tensor([4, 2, 4]), [2, 4]),
    "polars bools": (pl.Series([True, None, False]), [False, True]),
    "pandas boolean": (pd.Series([True, None], dtype="boolean"), [True]),
    "arrow bools": (pa.array([True, False, None]), [False, True]),
    "bytes": (np.array([-128, 127, 0], np.int8), [-128, 0, 127]),
    "a wide range": (np.array([2**63, 0, 2**63], np.uint64), [0, 2**63]),
    "large numbers": (np.array([2**63 + 1, 2**63], np.uint64), [2**63, 2**63 + 1]),
    "fractions": (np.array([0.5, 0.25, 0.5, 0.25]), [0.25, 0.5]),
    "infinities": ([np.inf, -np.inf, 0.0, 0.0], [-np.inf, 0.0, np.inf]),
    "whole floats far apart": (np.array([1e300, 1.0, 1e300]), [1.0, 1e300]),
    "text of NumPy": (np.array(["b", "a", "b"]), ["a", "b"]),
    "text of NumPy without a width": (widthless(["b", "a"]), ["a", "b"]),
    "days": (np.array(["2020-01-02", "NaT"], "M8[D]"), [DAY]),
    "nanoseconds": (np.array(["2020-01-02T12", "NaT"], "M8[ns]"), [NOON]),
    "odd nanoseconds": (np.array([1], "m8[ns]"), [np.timedelta64(1, "ns")]),
    "pandas dates": (pd.Series([NOON, None]), [NOON]),
    "polars dates": (pl.Series([DAY, None]), [DAY]),
    "polars moments": (pl.Series([NOON, None]), [NOON]),
    "polars times": (pl.Series([dt.time(1), None]), [dt.time(1)]),
    "arrow dates": (pa.array([DAY, None]), [DAY]),
    "dates": ([DAY, None, DAY], [DAY]),
    "tuples": ([(2, 1), (1, 2)], [(1, 2), (2, 1)]),
    "a string": ("abab", ["a", "b"]),
    "a mixture of numbers": ([2, 1.5, 2.0], [1.5, 2.0]),
    "an index": (pd.Index([3, 1]), [1, 3]),
}


@pytest.mark.parametrize("kind", WITH_TEXT)
def test_text_is_coded_in_alphabetical_order(kind):
    found = factorize_labels(WITH_TEXT[kind], missing="category")
    assert found.codes.tolist() == [1, 2, 0, 1]
    assert found.codes.dtype == np.uint8
    assert (found.labels, found.missing, found.levels, found.kept_levels) == (["a", "b"], 1, 3, 3)


@pytest.mark.parametrize("kind", WITH_NUMBERS)
def test_numbers_are_coded_in_numerical_order(kind):
    found = factorize_labels(WITH_NUMBERS[kind], missing="drop")
    assert found.codes.tolist() == [1, 2, 0, 1]
    assert (found.labels, found.missing, found.levels, found.kept_levels) == ([-3, 7], 1, 3, 2)


@pytest.mark.parametrize("kind", OF_OTHER_KINDS)
def test_labels_of_every_kind_are_in_order(kind):
    column, labels = OF_OTHER_KINDS[kind]
    found = factorize_labels(column, missing="category")
    assert found.labels == labels
    assert [type(v) for v in found.labels] == [type(v) for v in labels]
    assert found.missing == np.count_nonzero(found.codes == len(labels))


@pytest.mark.parametrize("kind", [k for k in WITH_TEXT if "polars" in k and "objects" not in k])
def test_polars_own_codes_are_taken(kind, monkeypatch):
    column = WITH_TEXT[kind]
    monkeypatch.setattr(factorize, "_factorize_objects", None)
    assert factorize_labels(column, missing="category").labels == ["a", "b"]
    moments = pl.Series([NOON, None])
    assert factorize_labels(moments, missing="category").labels == [NOON]


def test_labels_without_an_order_are_in_that_of_their_names():
    class Colour(enum.Enum):
        RED = 2
        BLUE = 1

    assert factorize_labels([Colour.RED, Colour.BLUE]).labels == [Colour.BLUE, Colour.RED]
    assert factorize_labels([2j, 1j]).labels == [1j, 2j]


@given(st.lists(st.integers(-300, 300) | st.integers(-(2**60), 2**60), min_size=1))
def test_integers_by_offset_and_by_sorting_agree_with_the_sorted_set(values):
    for column in (values, np.array(values), pl.Series(values), pd.Series(values)):
        found = factorize_labels(column)
        assert found.labels == sorted(set(values))
        assert [found.labels[c] for c in found.codes] == values


@pytest.mark.parametrize(
    ("levels", "dtype"),
    [(1, "u1"), (256, "u1"), (257, "u2"), (65536, "u2"), (65537, "u4")],
)
def test_codes_are_of_the_smallest_dtype(levels, dtype):
    assert smallest_unsigned(levels) == np.dtype(dtype)
    assert factorize_labels(np.arange(levels)).codes.dtype == np.dtype(dtype)
    assert factorize_labels(np.arange(levels) * 10**7).codes.dtype == np.dtype(dtype)
    assert factorize_labels(list(map(str, range(levels)))).codes.dtype == np.dtype(dtype)


def test_the_codes_of_missing_labels_count_for_the_dtype():
    column = [*range(256), None]
    assert factorize_labels(column, missing="category").codes.dtype == np.uint16
    assert factorize_labels(column, missing="category").codes[-1] == 256


@pytest.mark.parametrize("value", [None, float("nan"), np.datetime64("NaT"), pd.NaT, pd.NA])
def test_what_is_missing(value):
    assert is_missing(value)
    assert not is_missing("nan")


def test_labels_of_several_columns_are_joined():
    assert sorted_union("columns", [3, 1], [2, 3]) == [1, 2, 3]


ERRORS = {
    "an unknown treatment": (
        lambda: factorize_labels([1], missing="ignore"),
        "missing must be 'error', 'category' or 'drop', got 'ignore'",
    ),
    "a missing number": (
        lambda: factorize_labels(pl.Series([1, None]), name="age"),
        (
            "age has a missing label (None) in row 1: pass missing='drop', or "
            "missing='category' for a label of its own"
        ),
    ),
    "a missing text": (
        lambda: factorize_labels(pa.array(["a", None])),
        "column has a missing label (None) in row 1",
    ),
    "a missing category": (
        lambda: factorize_labels(pd.Series(["a", None], dtype="category")),
        "column has a missing label (nan) in row 1",
    ),
    "nothing but missing labels": (
        lambda: factorize_labels([None, float("nan")], missing="drop"),
        ("column must hold at least one label, but missing='drop' drops all 2 rows"),
    ),
    "nothing": (
        lambda: factorize_labels(pa.chunked_array([], type=pa.string())),
        "column must hold at least one label, got an empty column",
    ),
    "numbers and text": (
        lambda: factorize_labels(np.array(["a", 1, None], object)),
        (
            "column must hold labels of one type, got number (1) and str ('a'): convert all of "
            "them to str"
        ),
    ),
    "flags and numbers that equal them": (
        lambda: factorize_labels([1, True, 1.0]),
        "column must hold labels of one type, got bool (True) and number (1)",
    ),
    "samples of two types": (
        lambda: ls.frequencies(["a"], [1]),
        "samples must hold labels of one type, got number (1) and str ('a')",
    ),
    "lists": (
        lambda: factorize_labels([1, [2]]),
        ("column must hold hashable labels, got list [2] in row 1: convert it to a str or a tuple"),
    ),
    "lists of Polars": (
        lambda: factorize_labels(pl.Series([[1]])),
        ("column must hold hashable labels, got list [1] in row 0: convert it to a str or a tuple"),
    ),
    "lists of Arrow": (
        lambda: factorize_labels(pa.array([[1]])),
        ("column must hold hashable labels, got list [1] in row 0: convert it to a str or a tuple"),
    ),
    "a number": (lambda: factorize_labels(3), "column must be a column of labels, got int 3"),
    "a matrix": (
        lambda: factorize_labels(np.zeros((2, 3))),
        "column must be a column with one axis, got shape (2, 3)",
    ),
    "a frame": (
        lambda: factorize_labels(pl.DataFrame({"a": [1]})),
        (
            "column must be one column, got a polars.DataFrame: select a column of it, or "
            "collect it first"
        ),
    ),
    "a frame of pandas": (
        lambda: factorize_labels(pd.DataFrame({"a": [1]})),
        "column must be one column, got a pandas.DataFrame",
    ),
    "a table": (
        lambda: factorize_labels(pa.table({"a": [1]})),
        "column must be one column, got a pyarrow.Table",
    ),
    "fractions nearly all distinct": (
        lambda: factorize_labels([*np.linspace(0.1, 0.9, 20), 0.1]),
        "column looks continuous: 20 of its 21 values are distinct fractions",
    ),
    "a huge table": (
        lambda: ls.contingency(np.arange(20000), np.arange(20000)),
        (
            "the contingency table has 20000 × 20000 cells, more than the 268435456 allowed: "
            "leave out a column, or join rare labels"
        ),
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_says_what_came(case):
    call, text = ERRORS[case]
    with pytest.raises(ls.LossaryError) as error:
        call()
    assert text in str(error.value)
