"""``lossary measure``: every kind of file, what it prints, one line for bad input."""

import io
import json
import sys

import duckdb
import polars as pl
import pytest

from lossary.cli import main
from support.commands import refused
from support.reports import customers


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory with a table in every format, and files that are none."""
    monkeypatch.chdir(tmp_path)
    frame = customers()
    frame.write_csv("data.csv")
    frame.write_parquet("data.parquet")
    frame.write_ipc("data.arrow")
    frame.write_ndjson("data.ndjson")
    with duckdb.connect("data.duckdb") as connection:
        connection.sql("CREATE TABLE customers AS SELECT * FROM frame")
    content = (tmp_path / "data.parquet").read_bytes()
    (tmp_path / "cut.parquet").write_bytes(content[: len(content) // 2])
    spoiled = bytearray(content)
    spoiled[40:400] = bytes(360)
    (tmp_path / "spoiled.parquet").write_bytes(spoiled)
    (tmp_path / "empty.csv").write_text("x,y\n")
    (tmp_path / "one.csv").write_text("x,y\na,1\nb,1\na,1\n")
    pl.DataFrame({"y": [1, 2], "many": [[1], [2]]}).write_parquet("lists.parquet")
    (tmp_path / "folder").mkdir()
    return tmp_path


def measured(capsys, *arguments):
    assert main(["measure", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "source",
    ["data.csv", "data.parquet", "data.arrow", "data.ndjson", "data.duckdb::customers", "-"],
)
def test_every_source_gives_the_same(place, capsys, monkeypatch, source):
    content = (place / "data.csv").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    found = measured(capsys, source, "--target", "churn")
    assert found["data"]["rows"] == 600
    assert found["data"]["source"] == source
    gains = {g["column"]: g for g in found["information"]}
    expected = measured(capsys, "data.parquet", "--target", "churn")
    for gain in expected["information"]:
        assert gains[gain["column"]]["value"] == pytest.approx(gain["value"], abs=1e-12)
        assert gains[gain["column"]]["p_value"] == pytest.approx(gain["p_value"], rel=1e-9)


@pytest.mark.usefixtures("place")
def test_json_has_everything(capsys):
    found = measured(capsys, "data.parquet", "--target", "churn", "-o", "page.html")
    assert found["page"] == "page.html"
    assert found["unit"] == "bits"
    target = found["target"]
    assert sum(target["counts"].values()) == 600
    assert 0.8 < target["entropy"]["value"] < 1
    assert target["effective_labels"] == pytest.approx(2 ** target["entropy"]["value"])
    assert target["majority"]["share"] == max(target["counts"].values()) / 600
    left_out = {c["name"]: c["left_out"] for c in found["columns"] if c["left_out"]}
    assert left_out == {
        "id": "nearly unique, 600 labels in 600 rows: not measured",
        "country": "constant",
    }
    gains = {g["column"]: g for g in found["information"]}
    assert set(gains) == {"contract", "code", "tenure", "region"}
    assert {n for n, g in gains.items() if g["beyond_chance"]} == {"contract", "code", "tenure"}
    assert all(g["interval"][0] <= g["value"] <= g["interval"][1] for g in gains.values())
    names, values = found["redundancy"]["names"], found["redundancy"]["values"]
    assert values[names.index("contract")][names.index("code")] == pytest.approx(1)
    assert values[names.index("contract")][names.index("region")] < 0.02


def test_the_table_says_what_matters(place, capsys):
    assert main(["measure", "data.parquet", "--target", "churn"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    text = " ".join(printed.out.split())
    for words in (
        "data.parquet: 600 rows, 7 columns",
        "Label churn. Entropy 0.",
        "equally frequent labels; it has 2 labels, and no is",
        "Left out: country, constant.",
        "Taken as continuous, in 16 quantile bins: tenure.",
        "1.00 contract, code",
        "of 4 columns have more than expected by chance. Redundant: contract with code (1.00)",
        "Page: measure.html",
    ):
        assert words in text
    assert (place / "measure.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.usefixtures("place")
def test_without_a_target_there_are_entropies_and_pairs(capsys):
    found = measured(capsys, "data.csv", "--base", "10", "--without", "churn")
    assert (found["target"], found["information"], found["unit"]) == (None, [], "base 10")
    assert {c["name"] for c in found["columns"]} == set(customers(2).columns) - {"churn"}
    assert main(["measure", "data.csv"]) == 0
    assert "bits" in capsys.readouterr().out


@pytest.mark.usefixtures("place")
def test_neighbours_and_dropped_rows_are_options(capsys):
    ksg = measured(capsys, "data.csv", "--target", "churn", "--continuous", "ksg")
    gains = {g["column"]: g for g in ksg["information"]}
    assert gains["tenure"]["method"] == "ross"
    assert gains["tenure"]["p_value"] is None
    assert ksg["redundancy"]["unit"] == "bits"
    dropped = measured(capsys, "data.csv", "--target", "churn", "--missing", "drop")
    labels = {c["name"]: c["labels"] for c in dropped["columns"]}
    assert labels["tenure"] == 16


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("missing", ["category", "drop"])
def test_an_empty_column_is_left_out(capsys, missing):
    frame = customers().with_columns(nothing=None, none=pl.lit(None, pl.Float64))
    frame.write_parquet("holes.parquet")
    found = measured(capsys, "holes.parquet", "--target", "churn", "--missing", missing)
    left_out = {c["name"]: c["left_out"] for c in found["columns"]}
    if missing == "category":
        assert left_out["nothing"] == left_out["none"] == "empty"
    assert {g["column"] for g in found["information"]} == {"contract", "code", "tenure", "region"}


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("source", ["data.csv", "data.parquet", "data.duckdb::customers"])
def test_what_is_too_large_for_memory_is_left_to_the_engine(capsys, monkeypatch, source):
    expected = measured(capsys, source, "--target", "churn")
    monkeypatch.setattr("lossary.report.loading._CELLS", 0)
    found = measured(capsys, source, "--target", "churn")
    for gain, other in zip(found["information"], expected["information"], strict=True):
        assert gain["column"] == other["column"]
        assert gain["value"] == pytest.approx(other["value"], abs=1e-12)
    assert main(["measure", "spoiled.parquet"]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert "cannot read 'spoiled.parquet'" in printed.err


BAD = [
    ("absent.csv", "there is no file 'absent.csv'"),
    ("folder", "it is a directory"),
    ("cut.parquet", "cannot read 'cut.parquet'"),
    ("spoiled.parquet", "cannot read 'spoiled.parquet'"),
    ("data.xlsx", "there is no file 'data.xlsx'"),
    (
        "data.duckdb::customer",
        "no table of data.duckdb named 'customer'. Did you mean 'customers'?",
    ),
    ("data.csv --target chrun", "no column named 'chrun'. Did you mean 'churn'?"),
    ("data.csv --target churn --without tenur", "no column named 'tenur'. Did you mean 'tenure'?"),
    ("data.csv --target country", "target 'country' cannot be measured: it is constant"),
    ("data.csv --target id", "target 'id' cannot be measured: it is nearly unique, 600 labels"),
    ("empty.csv", "the frame has no rows"),
    ("one.csv --target x", "no column is left to measure besides the target 'x'"),
    (
        "lists.parquet --target many",
        "column 'many' is of type List(Int64), whose values cannot be labels",
    ),
    ("data.csv --missing zero", "missing must be 'category' or 'drop', got 'zero'"),
    ("data.csv --continuous knn", "continuous must be 'bins' or 'ksg', got 'knn'"),
    ("data.csv --base 1", "base must"),
    ("data.csv --base two", "argument --base: invalid float value: 'two'"),
    ("data.csv -o folder", "cannot write 'folder': it is a directory"),
    ("", "the following arguments are required: DATA"),
]


@pytest.mark.parametrize(("line", "words"), BAD)
def test_bad_input_is_one_line_and_exit_code_2(place, capsys, line, words):
    assert words in refused(["measure", *line.split()], place, capsys)
