"""``lossary drift``: exit codes, what it prints, one line for bad input."""

import io
import json
import sys
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from lossary import estimate
from lossary.cli import main
from support.commands import refused, refused_without
from support.reports import customers, moved


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory with a reference, a table like it, and one that moved."""
    monkeypatch.chdir(tmp_path)
    reference = customers(3000).drop("id")
    reference.write_parquet("reference.parquet")
    customers(900, seed=5).drop("id").write_csv("same.csv")
    moved().drop("id").write_csv("moved.csv")
    counts = estimate.Accumulator(pairs=None, missing="category")
    counts.update(reference)
    counts.save("reference.npz")
    with duckdb.connect("data.duckdb") as connection:
        connection.sql("CREATE TABLE reference AS SELECT * FROM reference")
    (tmp_path / "cut.parquet").write_bytes((tmp_path / "reference.parquet").read_bytes()[:900])
    (tmp_path / "empty.csv").write_text("contract,code\n")
    (tmp_path / "no.npz").write_bytes(b"PK and no more")
    return tmp_path


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "reference", ["reference.parquet", "reference.npz", "data.duckdb::reference"]
)
def test_no_drift_is_0_and_drift_is_1(capsys, reference):
    assert main(["drift", reference, "same.csv"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "No drift in 6 columns compared." in printed.out
    assert main(["drift", reference, "moved.csv"]) == 1
    text = " ".join(capsys.readouterr().out.split())
    for words in (
        f"{reference}: 3000 rows; moved.csv: 400 rows. Drift: JS over 0.1 of its",
        "1 of 5 columns drifted: region. Missing: country; added: age.",
        "region",
        "▲ drifted",
        "Threshold: JS over 0.1 of its largest value.",
        "Grades: 2 large, 0 moderate, 3 none; moderate is PSI of at least 0.1, large over 0.25,",
        "both with p below 0.05/5: without drift, at most 5% of such tables have a column",
    ):
        assert words in text


@pytest.mark.usefixtures("place")
def test_the_threshold_and_the_measure_are_chosen(capsys):
    def columns(*options):
        code = main(["drift", "reference.parquet", "moved.csv", *options, "--json"])
        found = json.loads(capsys.readouterr().out)
        assert code == found["failed"] == 1
        return found["drifted"]

    assert columns() == ["region"]
    assert columns("--fail-over", "0.01") == ["region", "tenure"]
    assert columns("--measure", "psi") == ["region", "tenure"]
    assert columns("--measure", "psi", "--fail-over", "1") == ["region"]
    line = [
        "drift",
        "reference.parquet",
        "moved.csv",
        "--without",
        "region",
        "--without",
        "country",
    ]
    assert main([*line, "--fail-over", "0.5"]) == 0


@pytest.fixture
def three(tmp_path, monkeypatch):
    """A reference, and three tables of which one has not moved, one moderately, one much."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    for name, shift in (("reference", 0), ("none", 0), ("moderate", 0.4), ("large", 0.6)):
        frame = {"x": random.normal(shift, 1, 4000), "y": random.choice(["a", "b"], 4000)}
        pl.DataFrame(frame).write_csv(f"{name}.csv")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("options", [[], ["--fail-over", "moderate"], ["--fail-over", "large"]])
@pytest.mark.parametrize("grade", ["none", "moderate", "large"])
def test_a_grade_is_a_threshold(capsys, grade, options):
    code = main(["drift", "reference.csv", f"{grade}.csv", *options, "--json", "-o", "page.html"])
    found = json.loads(capsys.readouterr().out)
    assert {c["column"]: c["grade"] for c in found["columns"]} == {"x": grade, "y": "none"}
    assert found["grades"] == {
        "measure": "psi", "moderate": 0.1, "large": 0.25, "false_alarms": 0.05,
    }  # fmt: skip
    over = options[-1] if options else "a share of JS that neither has"
    expected = {"moderate": grade != "none", "large": grade == "large"}.get(over, False)
    assert (code, found["failed"]) == (int(expected), expected)
    text = Path("page.html").read_text("utf-8")
    assert f"{found['verdict']}." in text
    assert main(["drift", "reference.csv", f"{grade}.csv", *options]) == code
    printed = " ".join(capsys.readouterr().out.split())
    said = {
        (False, False): "No drift in 2 columns compared.",
        (False, True): "No column is over the threshold, of 2 compared.",
        (True, True): "1 of 2 columns drifted: x.",
    }[expected, grade != "none"]
    assert said in printed
    assert said in text
    if options:
        how = "over 0.25" if over == "large" else "at least 0.1"
        assert printed.endswith(f"Threshold: grade {over}, PSI {how}. Page: page.html") or (
            f"Threshold: grade {over}, PSI {how}." in printed
        )


@pytest.mark.usefixtures("place")
def test_nearly_unique_columns_are_named(capsys):
    for rows, seed in ((600, 0), (300, 5)):
        customers(rows, seed).write_csv(f"{rows}.csv")
    assert main(["drift", "600.csv", "300.csv", "--json", "-o", "page.html"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["nearly_unique"] == [
        {"column": "id", "labels": [600, 300], "rows": [600, 300], "common": 0.0}
    ]
    assert "id" not in [c["column"] for c in found["columns"]]
    told = "id: 600 labels in 600 rows, now 300 in 300; 0.0% of all labels are on both sides"
    assert told in Path("page.html").read_text("utf-8")
    assert main(["drift", "600.csv", "300.csv"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert f"Note: nearly unique, not measured: {told}." in text
    assert "Nearly unique, not measured: id." in text


FILES = Path(__file__).with_name("data") / "tables"


@pytest.mark.parametrize(("name", "share"), [("top", (0.3, 0.42)), ("day", (0.999, 1.0))])
def test_files_that_people_have(capsys, name, share):
    assert main(["drift", f"{FILES}/ref_{name}.csv", f"{FILES}/cur_{name}.csv", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    (drifted,) = found["drifted"]
    first = found["columns"][0]
    assert (first["column"], first["grade"]) == (drifted, "large")
    assert share[0] < first["js_share"] <= share[1]
    assert first["p_value"] < 1e-50


@pytest.mark.usefixtures("place")
def test_columns_that_cannot_be_compared_fail(capsys):
    reference = pl.read_parquet("reference.parquet")
    reference.drop("region").write_parquet("less.parquet")
    assert main(["drift", "reference.parquet", "less.parquet"]) == 1
    assert "Missing: region." in capsys.readouterr().out
    assert main(["drift", "less.parquet", "reference.parquet"]) == 0
    assert "Added: region." in capsys.readouterr().out
    reference.with_columns(pl.col("code").cast(pl.String)).write_parquet("other.parquet")
    assert main(["drift", "reference.parquet", "other.parquet"]) == 1
    text = capsys.readouterr().out
    assert "retyped, not compared: code: integer → text" in text
    assert "Retyped: code." in text


@pytest.mark.usefixtures("place")
def test_json_has_everything(capsys):
    assert main(["drift", "reference.parquet", "moved.csv", "--json", "-o", "page.html"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["page"] == "page.html"
    assert found["settings"] == {
        "measure": "js",
        "over": 0.1,
        "level": 0.95,
        "bins": 10,
        "smoothing": 0.5,
        "unit": "nats",
    }
    first = found["columns"][0]
    assert (first["column"], first["drifted"]) == ("region", True)
    assert sum(first["reference"]) == 3000
    assert first["measures"]["js"]["value"] == pytest.approx(first["js_share"] * 0.6931471805599453)
    low, high = first["measures"]["js"]["interval"]
    assert low < first["measures"]["js"]["value"] < high
    assert main(["drift", "reference.parquet", "moved.csv", "--json", "--smoothing", "0"]) == 1
    first = json.loads(capsys.readouterr().out)["columns"][0]
    assert first["measures"]["psi"]["value"] is None


def test_a_table_may_come_through_a_pipe(place, capsys, monkeypatch):
    content = (place / "same.csv").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main(["drift", "reference.parquet", "-"]) == 0
    assert "-: 900 rows" in capsys.readouterr().out


BAD = [
    ("absent.parquet same.csv", "there is no file 'absent.parquet'"),
    ("cut.parquet same.csv", "cannot read 'cut.parquet'"),
    ("reference.parquet cut.parquet", "cannot read 'cut.parquet'"),
    ("reference.parquet empty.csv", "the current frame has no rows"),
    ("no.npz same.csv", "'no.npz' is damaged, or was not written by Accumulator.save"),
    ("- -", "standard input can be read only once: give a file for REFERENCE or CURRENT"),
    (
        "reference.parquet same.csv --without regio",
        "no column named 'regio'. Did you mean 'region'?",
    ),
    ("reference.parquet same.csv --measure tv", "measure must be 'js', 'kl' or 'psi', got 'tv'"),
    ("reference.parquet same.csv --bins 1", "bins must be"),
    ("reference.parquet same.csv --smoothing -1", "smoothing must lie in [0, inf), got -1"),
    ("reference.parquet same.csv --fail-over -0.1", "over must lie in [0, inf), got -0.1"),
    (
        "reference.parquet same.csv --fail-over much",
        "argument --fail-over: must be a number, moderate or large, got 'much'",
    ),
    (
        "reference.parquet same.csv --measure kl --fail-over large",
        "over='large' is a grade of PSI, got measure='kl': leave measure= out",
    ),
    ("reference.parquet same.csv -o no/page.html", "there is no directory 'no'"),
    ("reference.parquet", "the following arguments are required: CURRENT"),
]


@pytest.mark.parametrize(("line", "words"), BAD)
def test_bad_input_is_one_line_and_exit_code_2(place, capsys, line, words):
    assert words in refused(["drift", *line.split()], place, capsys)


@pytest.mark.parametrize("module", ["vl_convert", "rich", "jinja2"])
def test_an_absent_extra_is_named(place, module):
    arguments = ["drift", "reference.parquet", "same.csv", "-o", "page.html"]
    assert "pip install 'lossary[report]'" in refused_without(module, arguments, place)
    assert not (place / "page.html").exists()
