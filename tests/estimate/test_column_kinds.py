"""What a column holds is told by its dtype, or by the caller, and never guessed."""

# ruff: noqa: E501 - a message stands as it is printed

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import torch

from lossary import LossaryError
from lossary.estimate.column_kinds import as_column, as_columns

CONTINUOUS = {
    "list": [1.5, 2.0],
    "ints and floats": [1, 2.5],
    "tuple": (1.5, 2.0),
    "float32": np.float32([1.5, 2]),
    "float16": np.float16([1.5, 2]),
    "two dimensions": np.zeros((3, 2)) + 0.5,
    "list of rows": [[1.5, 2.0], [1.0, 3.0]],
    "pandas": pd.Series([1.5, 2.0]),
    "pandas nullable": pd.Series([1.5, 2.0], dtype="Float64"),
    "polars": pl.Series([1.5, 2.0]),
    "arrow": pa.array([1.5, 2.0]),
    "arrow chunks": pa.chunked_array([[1.5], [2.0]]),
    "torch": torch.tensor([1.5, 2.0]),
}

DISCRETE = {
    "ints": [1, 2],
    "text": ["a", "b"],
    "a text": "ab",
    "flags": [True, False],
    "dates": [date(2020, 1, 1), date(2020, 1, 2)],
    "tuples": [(1, 2), (1, 3)],
    "decimals": [Decimal("0.5"), Decimal("0.25")],
    "mixed, for the coding to refuse": [1, "a"],
    "with a missing one": ["a", None],
    "uint8": np.uint8([1, 2]),
    "datetime64": np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"),
    "pandas text": pd.Series(["a", "b"]),
    "pandas categorical": pd.Series([0.5, 1.5], dtype="category"),
    "pandas nullable": pd.Series([1, None], dtype="Int64"),
    "polars": pl.Series(["a", "b"]),
    "arrow": pa.array(["a", "b"]),
    "torch": torch.tensor([1, 2]),
    "range": range(3),
}


@pytest.mark.parametrize("values", CONTINUOUS.values(), ids=CONTINUOUS)
def test_floats_are_continuous(values):
    column = as_column("x", values)
    assert column.kind == "continuous"
    assert column.values.dtype == np.float64
    assert not column.discrete


@pytest.mark.parametrize("values", DISCRETE.values(), ids=DISCRETE)
def test_all_else_is_discrete(values):
    column = as_column("x", values)
    assert column.discrete
    assert column.rows == len(values)


def test_the_caller_may_say_otherwise():
    assert as_column("x", [1, 2], "continuous").values.tolist() == [1.0, 2.0]
    assert as_column("x", [1.5, 2.5], "discrete").values == [1.5, 2.5]


def test_whole_numbers_as_floats_are_noted():
    (note,) = as_column("x", [0.0, 1.0] * 50).notes
    assert note == (
        "x holds 2 distinct whole numbers as floats, and is taken as continuous: pass kind='discrete' if they are labels"
    )
    assert as_column("x", [0.0, 1.0] * 50, "continuous").notes == ()
    assert as_column("x", np.arange(100.0)).notes == ()
    assert as_column("x", np.arange(100) / 8).notes == ()


def test_several_columns_may_have_one_kind_or_one_each():
    kinds = [c.kind for c in as_columns(("discrete", None), x=[1.5, 1.5], y=[0.5, 0.5])]
    assert kinds == ["discrete", "continuous"]
    assert [c.kind for c in as_columns("continuous", x=[1, 2], y=[1, 2])] == ["continuous"] * 2


MESSAGES = {
    "a number": (
        lambda: as_column("x", 5),
        "x must be a column with one value for each row, got int 5",
    ),
    "no axis": (
        lambda: as_column("x", np.array(5.0)),
        "x must be a column with one value for each row, got ndarray array(5.)",
    ),
    "a mapping": (
        lambda: as_column("x", {"a": 1}),
        "x must be a column with one value for each row, got dict {'a': 1}",
    ),
    "a set has no order": (
        lambda: as_column("x", {1}),
        "x must be a column with one value for each row, got set {1}",
    ),
    "empty": (lambda: as_column("x", []), "x must hold at least one row, got an empty column"),
    "missing": (
        lambda: as_column("x", [0.5, None]),
        "x has a missing value (nan) in row 1: drop such rows first",
    ),
    "infinite": (
        lambda: as_column("x", [0.5, 1.5, float("inf")]),
        "x has an infinite value (inf) in row 2: drop such rows first",
    ),
    "text as numbers": (
        lambda: as_column("x", ["a"], "continuous"),
        "x must hold numbers to be continuous, got list ['a']: if these are labels, pass kind='discrete'",
    ),
    "ragged": (
        lambda: as_column("x", [[1.5], [2.5, 3.5]]),
        "x must hold numbers to be continuous, got list [[1.5], [2.5, 3.5]]: if these are labels, pass kind='discrete'",
    ),
    "three axes": (
        lambda: as_column("x", np.zeros((2, 2, 2))),
        "x must have shape (rows,) or (rows, dimensions), got shape (2, 2, 2)",
    ),
    "kind": (
        lambda: as_column("x", [1], "ordinal"),
        "kind must be 'discrete' or 'continuous', got 'ordinal'",
    ),
    "kinds": (
        lambda: as_columns(("discrete",), x=[1], y=[2]),
        "kinds must be a str, or a list with one for each of x, y, got tuple ('discrete',)",
    ),
    "lengths": (
        lambda: as_columns(None, x=[1, 2], y=[1, 2, 3]),
        "columns must have the same length, but x has 2, y has 3 rows",
    ),
}


@pytest.mark.parametrize(("call", "text"), MESSAGES.values(), ids=MESSAGES)
def test_messages(call, text):
    with pytest.raises(LossaryError) as error:
        call()
    assert str(error.value) == text
