"""A saved index tells nothing: reports and studies leave it out, and say so."""

import pandas as pd
import polars as pl
import pytest

from lossary import report, study
from lossary.cli import main
from lossary.estimate import Accumulator
from lossary.frames.engines import as_source
from lossary.frames.row_number_columns import is_named_index, row_numbers
from lossary.validation import LossaryError

ROWS = 60
Y = [i < ROWS // 2 for i in range(ROWS)]
X = ["a", "b", "b"] * (ROWS // 3)
NUMBERS = {
    "from 0": range(ROWS),
    "from 1": range(1, ROWS + 1),
    "backwards": range(ROWS, 0, -1),
    "mixed": [(7 * i) % ROWS for i in range(ROWS)],
    "a part": [3 * i + 2 for i in range(ROWS)],
}
NAMES = ["", " ", "Unnamed: 0", "Unnamed: 0.1", "__index_level_0__", "index", "level_0", "...1"]


def table(name, numbers):
    return pl.DataFrame({name: list(numbers), "x": X, "y": Y})


@pytest.mark.parametrize("numbers", NUMBERS)
@pytest.mark.parametrize("name", NAMES)
def test_a_saved_index_is_left_out_and_said(name, numbers):
    frame = table(name, NUMBERS[numbers])
    found = report.measure(frame, "y")
    assert "a saved index, it numbers the rows" in found.left_out[name]
    assert [g.column.name for g in found.gains] == ["x"]
    assert name not in found.matrix.names
    drift = report.drift(frame, frame.head(40).with_columns(pl.col(name) + 1000)).drift
    assert "a saved index" in drift.left_out[name]
    assert {c.column.name for c in drift} == {"x", "y"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("without_claims")
def test_a_study_has_the_same_rule(name):
    frame = table(name, NUMBERS["a part"])
    found = study.run(frame, "y", folds=2, seeds=1, steps=1, losses=["hinge"])
    assert found.config.columns.used == ("x",)
    assert any(repr(name) in str(note) and "identifier" in str(note) for note in found.notes)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("age", list(range(ROWS))),
        ("indexed", list(range(ROWS))),
        ("", [i // 2 for i in range(ROWS)]),
        ("", [None, *range(1, ROWS)]),
        ("", [i + 0.5 for i in range(ROWS)]),
        ("", [str(i % 7) for i in range(ROWS)]),
    ],
)
def test_what_is_no_index_is_measured(name, values):
    frame = pl.DataFrame({name: values, "x": X, "y": Y})
    assert row_numbers(as_source(frame).frame) == ()
    assert name in {g.column.name for g in report.measure(frame, "y").gains}


@pytest.mark.parametrize("name", ["Unnamed", "rows", "id", "x", "index_of_prices", "level", "0"])
def test_other_names_are_no_index(name):
    assert not is_named_index(name)


def test_an_index_that_is_asked_for_is_measured():
    frame = table("", range(ROWS))
    named = report.measure(frame, "y", columns=["", "x"])
    assert [g.column.name for g in named.gains] == ["", "x"]
    assert report.drift(frame, frame, ["", "x"]).drift.left_out == {}
    renamed = report.measure(frame.rename({"": "day"}), "y")
    assert renamed.gains[0].column.name == "day"
    told = report.measure(pl.DataFrame({"": range(ROWS), "x": [i // 4 for i in range(ROWS)]}), "")
    assert told.label.field.name == ""


def test_an_index_on_one_side_alone_is_no_drift():
    frame = table("", range(ROWS))
    for pair in ((frame, frame.drop("")), (frame.drop(""), frame)):
        found = report.drift(*pair)
        assert not found.failed
        assert (found.drift.missing, found.drift.added) == ((), ())
        assert list(found.drift.left_out) == [""]


@pytest.mark.parametrize("pandas", [True, False])
def test_columns_are_left_out_by_name(pandas):
    frame = pl.DataFrame({"x": X, "z": X[::-1], "y": Y})
    given = pd.DataFrame(frame.to_dict(as_series=False)) if pandas else frame
    assert [g.column.name for g in report.measure(given, "y", without=["z"]).gains] == ["x"]
    assert {c.column.name for c in report.drift(given, given, without=["z"]).drift} == {"x", "y"}
    for call in (
        lambda: report.measure(given, without=["zz"]),
        lambda: report.drift(given, given, without=["zz"]),
    ):
        with pytest.raises(LossaryError, match="no column named 'zz'"):
            call()
    assert report.drift(given, frame.drop("z"), without=["z"]).drift.missing == ()


def test_counts_are_compared_without_some_columns():
    counts = Accumulator()
    counts.update({"x": X, "y": [str(y) for y in Y]})
    frame = pl.DataFrame({"x": X, "y": [str(y) for y in Y]})
    for pair in ((counts, frame), (frame, counts), (counts, counts)):
        found = report.drift(*pair, without=["x"]).drift
        assert [c.column.name for c in found] == ["y"]


def test_the_terminal_says_what_is_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    table("", range(ROWS)).write_csv("data.csv")
    assert main(["measure", "data.csv", "--target", "y", "--without", "x"]) == 2
    error = capsys.readouterr().err
    assert "no column is left to measure besides the target 'y'" in error
    assert "a saved index" in error
    assert main(["measure", "data.csv", "--target", "y"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Left out: '', a saved index, it numbers the rows: rename it" in printed
    assert "'' has" not in printed
    assert main(["drift", "data.csv", "data.csv", "-o", "drift.html"]) == 0
    assert "left out: '', a saved index" in " ".join(capsys.readouterr().out.split())
    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    assert "Left out <span>not compared</span>" in page
