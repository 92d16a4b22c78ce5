import gzip

import numpy as np
import pandas as pd
import polars as pl
import pytest

from lossary.study.loading import BUILT_IN, IN_MEMORY, load
from lossary.validation import LossaryError

ROWS = pl.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"], "y": [0, 1, 0]})


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_data_set_has_its_target(name):
    table = load(name)
    assert table.target == "target"
    assert table.frame["target"].null_count() == 0


def test_classes_of_a_built_in_data_set_have_their_names():
    assert set(load("breast_cancer").frame["target"]) == {"benign", "malignant"}


def test_csv_parquet_and_frames_hold_the_same(tmp_path):
    ROWS.write_csv(tmp_path / "t.csv")
    ROWS.write_parquet(tmp_path / "t.parquet")
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress((tmp_path / "t.csv").read_bytes()))
    sources = [tmp_path / "t.csv", str(tmp_path / "t.parquet"), tmp_path / "t.csv.gz", ROWS]
    for source in sources:
        assert load(source, "y").frame.equals(ROWS)


def test_other_frames_are_converted():
    frame = pd.DataFrame({"a": [1.0, np.nan], "y": [0, 1]})
    table = load(frame, "y")
    assert table.source == IN_MEMORY
    assert table.frame["a"].null_count() + table.frame["a"].is_nan().sum() == 1
    assert load(ROWS.lazy(), "y").frame.equals(ROWS)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_the_separator_is_found(tmp_path, separator):
    ROWS.write_csv(tmp_path / "t.csv", separator=separator)
    assert load(tmp_path / "t.csv", "y").frame.equals(ROWS)


def test_what_stands_for_nothing_is_missing(tmp_path):
    (tmp_path / "t.csv").write_text("a,b,y\n1,?,0\nNA,q,1\n,r,0\n")
    frame = load(tmp_path / "t.csv", "y").frame
    assert frame["a"].to_list() == [1, None, None]
    assert frame["b"].to_list() == ["?", "q", "r"]


def test_a_late_fraction_does_not_break_a_column(tmp_path):
    lines = [f"{i},{i % 2}" for i in range(500)] + ["0.5,1"]
    (tmp_path / "t.csv").write_text("\n".join(["a,y", *lines]))
    assert load(tmp_path / "t.csv", "y").frame["a"][-1] == 0.5


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("absent.csv", "y", "there is no file 'absent.csv'"),
        ("some/where", "y", "there is no file 'some/where'"),
        ("brest_cancer", "y", "Did you mean 'breast_cancer'?"),
        (42, "y", "data must be a path, one of breast_cancer, digits, wine, diabetes"),
        (ROWS, None, "name the column of data frame to predict with --target"),
        (ROWS, "z", "no column of data frame named 'z'"),
        (pl.DataFrame({"outcome": [1], "x": [2]}), "outcom", "Did you mean 'outcome'?"),
        (ROWS.head(0), "y", "data frame has no rows"),
        (ROWS.select("y"), "y", "no column besides the target"),
    ],
)
def test_what_cannot_be_found_is_said(source, target, words):
    with pytest.raises(LossaryError) as error:
        load(source, target)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "empty.csv': "),
        ("ragged.csv", b"a,y\n1,2\n3,4,5,6\n", "ragged.csv': "),
        ("broken.parquet", b"no parquet", "broken.parquet': "),
        ("notes.docx", b"a,y", "its name must end in one of .csv"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LossaryError, match="cannot read") as error:
        load(tmp_path / name, "y")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_directory_is_no_file(tmp_path):
    with pytest.raises(LossaryError, match="it is a directory"):
        load(tmp_path, "y")
