"""Where commands write: never over their data, over other files only when told to."""

import html
import json
import os
import sys

import duckdb
import polars as pl
import pytest

import lossary.estimate
from lossary import explore, report, study
from lossary.cli import main
from lossary.validation import LossaryError
from support.commands import refused
from support.reports import customers

QUICK = ["--folds", "2", "--seeds", "1", "--steps", "2", "--jobs", "1"]
COMMANDS = {
    "measure": ["measure", "data.csv", "--target", "churn"],
    "drift": ["drift", "data.csv", "data.csv"],
    "study": ["study", "data.csv", "--target", "churn", *QUICK],
    "explore": ["explore", "--loss", "hinge"],
}
READING = [name for name in COMMANDS if name != "explore"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory with a table, links to it, a DuckDB file and saved counts."""
    monkeypatch.chdir(tmp_path)
    frame = customers(120)
    frame.write_csv("data.csv")
    frame.write_parquet("data.parquet")
    with duckdb.connect("lake.duckdb") as connection:
        connection.sql("CREATE TABLE t AS SELECT * FROM frame")
    counts = lossary.estimate.Accumulator()
    counts.update(frame.select("churn").to_dict(as_series=False))
    counts.save("counts.npz")
    for file in ("data.csv", "lake.duckdb", "counts.npz"):
        (tmp_path / f"soft-{file}").symlink_to(file)
        os.link(file, f"hard-{file}")
    (tmp_path / "folder").mkdir()
    return tmp_path


def kept(place):
    return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize(
    "out", ["data.csv", "./folder/../data.csv", "soft-data.csv", "hard-data.csv"]
)
@pytest.mark.parametrize("command", READING)
def test_no_command_writes_over_its_data(place, capsys, command, out, force):
    before = kept(place)
    error = refused([*COMMANDS[command], "-o", out, *force], place, capsys)
    assert f"cannot write '{out.removeprefix('./')}': it is the input" in error
    assert "give another name" in error
    assert kept(place) == before


@pytest.mark.parametrize("out", ["lake.duckdb", "soft-lake.duckdb", "hard-lake.duckdb"])
@pytest.mark.parametrize(
    "command", [["measure", "lake.duckdb::t"], ["drift", "data.csv", "lake.duckdb::t"]]
)
def test_a_table_within_a_file_is_data_as_well(place, capsys, command, out):
    before = kept(place)
    error = refused([*command, "-o", out, "--force"], place, capsys)
    assert "it is the input 'lake.duckdb::t'" in error
    assert kept(place) == before


@pytest.mark.parametrize("pair", [("counts.npz", "data.csv"), ("data.csv", "counts.npz")])
@pytest.mark.parametrize("out", ["counts.npz", "soft-counts.npz", "hard-counts.npz", "data.csv"])
def test_neither_side_of_a_comparison_is_replaced(place, capsys, pair, out):
    before = kept(place)
    assert "it is the input" in refused(["drift", *pair, "-o", out, "--force"], place, capsys)
    assert kept(place) == before


def test_what_standard_input_reads_is_not_replaced(place, capsys, monkeypatch):
    with (place / "data.csv").open(encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        error = refused(["measure", "-", "-o", "data.csv", "--force"], place, capsys)
    assert "it is the input '-'" in error


@pytest.mark.usefixtures("without_claims")
@pytest.mark.parametrize("command", list(COMMANDS))
def test_a_file_that_is_no_page_is_replaced_only_by_force(place, capsys, command):
    other = place / "thesis.html"
    text = '<!doctype html>\n<html><head><meta name="generator" content="pandoc"></head></html>\n'
    other.write_text(text, encoding="utf-8")
    arguments = [*COMMANDS[command], "-o", "thesis.html"]
    error = refused(arguments, place, capsys)
    assert "'thesis.html': it exists and is not a page by Lossary; give another name" in error
    assert "--force to replace it" in error
    assert other.read_text(encoding="utf-8") == text
    assert main([*arguments, "--force"]) == 0
    assert '<meta name="generator" content="Lossary ' in other.read_text(encoding="utf-8")
    assert main(arguments) == 0  # a page of its own by now


def test_an_empty_file_and_a_page_of_any_release_are_replaced(place):
    page = place / "page.html"
    for text in (
        "",
        '<!doctype html>\n<html lang="en">\n<meta name="generator" content="Lossary 0.1">',
    ):
        page.write_text(text, encoding="utf-8")
        assert main(["measure", "data.csv", "-o", "page.html"]) == 0
        assert len(page.read_bytes()) > 100_000


@pytest.mark.parametrize("name", ["data.csv", "soft-data.csv", "hard-data.csv"])
def test_a_journal_is_not_the_data(place, name):
    before = kept(place)
    with pytest.raises(LossaryError, match="it is the input"):
        study.run("data.csv", "churn", folds=2, seeds=1, steps=2, journal=place / name)
    assert kept(place) == before


def test_a_journal_replaces_no_other_file(place):
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(LossaryError, match="exists and is not the journal of a study; give"):
        study.run("data.csv", "churn", folds=2, seeds=1, steps=2, journal=place / "notes.txt")
    assert (place / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.usefixtures("without_claims")
def test_the_page_of_a_report_in_python_is_not_the_data(place):
    frame, before = pl.read_csv("data.csv"), kept(place)
    reports = (
        report.measure(frame, source="data.csv"),
        report.drift(frame, frame, sources=("data.parquet", "data.csv")),
        study.run("data.csv", "churn", folds=2, seeds=1, steps=2, losses=["hinge"]),
    )
    for found in reports:
        with pytest.raises(LossaryError, match="it is the input"):
            found.to_html("data.csv")
        assert kept(place) == before
        assert found.to_html(place / "new.html").exists()
        (place / "new.html").unlink()
    (place / "mine.html").write_text("mine", encoding="utf-8")
    assert explore.to_html(place / "mine.html", ["hinge"]).read_bytes()[:15] == b"<!doctype html>"


def test_titles_have_no_folders(place, capsys):
    (place / "folder" / "a.csv").write_bytes((place / "data.csv").read_bytes())
    (place / "folder" / "l.duckdb").write_bytes((place / "lake.duckdb").read_bytes())
    folder = str(place / "folder")
    sources = [f"{folder}/a.csv", f"{folder}/l.duckdb::t"]
    for arguments, title in (
        (["measure", sources[0]], "Information in a.csv"),
        (["measure", sources[1]], "Information in l.duckdb::t"),
        (["drift", *sources], "Drift from a.csv to l.duckdb::t"),
    ):
        assert main([*arguments, "-o", "page.html", "--json"]) == 0
        assert all(s in capsys.readouterr().out for s in arguments[1:2])
        text = (place / "page.html").read_text(encoding="utf-8")
        assert f"<title>{title} — Lossary</title>" in text
        assert folder not in text


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("A/B test", "A/B test"),
        ("data frame", "data frame"),
        ("x/y.csv", "y.csv"),
        ("-", "standard input"),
    ],
)
def test_a_title_of_ones_own_stays(tmp_path, source, title):
    page = report.measure(customers(60), source=source).to_html(tmp_path / "page.html")
    assert f"<title>Information in {title}" in page.read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_claims")
@pytest.mark.parametrize("name", ["a,b", 'say "a"', "{{ a }}", "-a"])
def test_any_name_of_a_column_is_a_target(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    frame = customers(80).rename({"churn": name}).with_columns(pl.col(name) + ", sir")
    frame.write_csv("data.csv")
    for command in (["measure"], ["study", *QUICK, "--loss", "hinge", "--positive", "yes, sir"]):
        assert main([*command, "data.csv", f"--target={name}", "--json", "-o", "page.html"]) == 0
        found = json.loads(capsys.readouterr().out)
        told = found["target"] if command[0] == "measure" else found["data"]
        assert name in told.values()
        assert html.escape(name).replace("&quot;", "&#34;") in (tmp_path / "page.html").read_text(
            encoding="utf-8"
        )
