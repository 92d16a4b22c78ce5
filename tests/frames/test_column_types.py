import datetime as dt

import narwhals as nw
import pandas as pd
import polars as pl
import pytest

from lossary import frames
from lossary.frames.column_types import fields
from lossary.validation import LossaryError

FRAME = pl.DataFrame(
    {
        "cat": pl.Series(["a", "b"], dtype=pl.Categorical),
        "enum": pl.Series(["a", "b"], dtype=pl.Enum(["a", "b"])),
        "flag": [True, None],
        "whole": [1, 2],
        "number": [0.5, 1.5],
        "exact": pl.Series(["0.5", "1.5"]).cast(pl.Decimal(4, 2)),
        "text": ["a", None],
        "day": [dt.date(2020, 1, 1)] * 2,
        "span": [dt.timedelta(1)] * 2,
        "null": [None, None],
    }
)
KINDS = {
    "cat": "categorical",
    "enum": "categorical",
    "flag": "boolean",
    "whole": "integer",
    "number": "number",
    "exact": "number",
    "text": "text",
    "day": "date",
    "span": "date",
    "null": "text",
}


@pytest.mark.parametrize("frame", [FRAME, FRAME.lazy()])
def test_kinds_are_told_by_types(frame):
    found = fields(nw.from_native(frame))
    assert {f.name: f.kind for f in found} == KINDS
    assert {f.name for f in found if not f.discrete} == {"number", "exact", "day", "span"}
    assert str(found[0]) == "cat: categorical, taken as discrete"


def test_objects_are_told_by_what_they_hold():
    columns = {
        "text": ["a", None],
        "flag": [None, True],
        "day": [None, dt.date(2020, 1, 1)],
        "whole": [None, 3],
        "nothing": [None, None],
    }
    frame = pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in columns.items()})
    kinds = [f.kind for f in fields(nw.from_native(frame))]
    assert kinds == ["text", "boolean", "date", "integer", "text"]


def test_kinds_may_be_said():
    frame = pl.DataFrame({"code": [0.0, 1.0] * 8, "age": list(range(16))})
    found = frames.entropy(frame, kinds={"code": "discrete", "age": "continuous"}, bins=4)
    assert "taken as: code discrete" in found["code"].notes
    assert "taken as: age continuous, in 4 quantile bins" in found["age"].notes


NESTED = pl.DataFrame({"a": [1, 2], "b": [[1], [2]]})
MIXED = pd.DataFrame({"a": pd.Series([1, "x", None], dtype=object)})
FRACTIONS = pl.DataFrame({"a": [i / 97 for i in range(1, 51)]})


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: frames.entropy(FRAME, ["txt"]),
            "there is no column named 'txt'. Did you mean 'text'",
        ),
        (lambda: frames.mutual_information(FRAME, "text", "dy"), "there is no column named 'dy'"),
        (lambda: frames.entropy(FRAME, kinds={"nmber": "discrete"}), "Did you mean 'number'"),
        (lambda: frames.entropy(FRAME, weights="w"), "there is no column named 'w'"),
        (
            lambda: frames.entropy(FRAME, kinds={"text": "words"}),
            "kinds['text'] must be 'discrete'",
        ),
        (
            lambda: frames.entropy(FRAME, kinds={"text": "continuous"}),
            "kinds['text'] is 'continuous', but the column is of type String (text): only numbers",
        ),
        (
            lambda: frames.entropy(NESTED, ["b"]),
            "column 'b' is of type List(Int64), whose values cannot be labels",
        ),
        (lambda: frames.entropy(MIXED), "column 'a' must hold labels of one type, got number (1)"),
        (lambda: frames.entropy(FRACTIONS, kinds={"a": "discrete"}), "column 'a' looks continuous"),
        (
            lambda: frames.entropy(FRACTIONS.lazy(), kinds={"a": "discrete"}),
            "column 'a' looks continuous: all its 50 values are distinct fractions",
        ),
        (lambda: frames.entropy(FRAME.head(0)), "the frame has no rows"),
        (lambda: frames.entropy(pl.DataFrame()), "the frame has no columns"),
        (lambda: frames.entropy(FRAME, []), "no column to measure"),
        (
            lambda: frames.entropy(FRAME.select("null"), missing="drop"),
            "column 'null' must hold at",
        ),
        (lambda: frames.entropy(FRAME, missing="ignore"), "missing must be 'category' or 'drop'"),
        (lambda: frames.entropy(FRAME, continuous="kde"), "continuous must be 'bins' or 'ksg'"),
        (lambda: frames.entropy("t.csv"), "got a builtins str: read a file with frames.read"),
        (lambda: frames.entropy([1, 2]), "data must be a frame of pandas, Polars, PyArrow, DuckDB"),
    ],
)
def test_what_is_wrong_is_said(call, words):
    with pytest.raises(LossaryError) as error:
        call()
    assert words in str(error.value)


def test_names_are_distinct_texts():
    with pytest.raises(LossaryError, match="column names must be text, got 0"):
        frames.entropy(pd.DataFrame([[1, 2]]))
    with pytest.raises(LossaryError, match=r"cannot read the pandas DataFrame: .*unique"):
        frames.entropy(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_nested_columns_may_be_left_out():
    assert float(frames.entropy(NESTED, ["a"], method="plug_in")["a"]) == pytest.approx(
        0.6931471805
    )
