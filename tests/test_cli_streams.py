"""The command where streams are closed or full, disks too, and where something breaks inside."""

import json
import os
import re
import subprocess
import sys

import duckdb
import polars as pl
import pytest
from polars.exceptions import PanicException

from lossary.cli import list_records, main
from lossary.study import jobs
from lossary.validation import LossaryError
from support.processes import heard
from test_cli import PROGRAM

FULL = "/dev/full"
COMMANDS = [
    "list",
    "formula hinge",
    "check hinge",
    "measure data.parquet",
    "drift data.parquet data.parquet",
    "explore",
    "--help",
]
HOSTILE = "\x1b]0;mine\x07\x1b[31mx\nPage: other.html\x9b\u202e"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory with a table."""
    monkeypatch.chdir(tmp_path)
    pl.DataFrame({"x": ["a", "b"] * 40, "y": [0, 1] * 40}).write_parquet("data.parquet")
    return tmp_path


def run(line, redirections, stdout=subprocess.PIPE):
    """Run the command in a shell with redirections."""
    script = f'exec "$0" "$@" {redirections}'
    return subprocess.run(
        heard("/bin/sh", "-c", script, PROGRAM, *line.split()),
        check=False,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("line", COMMANDS)
@pytest.mark.parametrize(
    ("redirection", "words"),
    [
        (f">{FULL}", "lossary: cannot write to standard output: No space left on device\n"),
        (">&-", "lossary: cannot print: standard output is closed\n"),
    ],
)
def test_results_that_cannot_be_printed_are_no_success_and_no_drift(line, redirection, words):
    found = run(line, redirection)
    assert (found.returncode, found.stderr) == (2, words)


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("line", ["list", "drift data.parquet data.parquet --json"])
def test_a_pipe_that_nobody_reads_is_quiet(line):
    reader, writer = os.pipe()
    os.close(reader)
    found = run(line, "", writer)
    os.close(writer)
    assert (found.returncode, found.stderr) == (141, "")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("line", ["drift data.parquet absent.csv", "stdy", "measure absent.csv"])
@pytest.mark.parametrize("redirection", [f"2>{FULL}", "2>&-", f"2>{FULL} >{FULL}", "2>&- >&-"])
def test_an_error_that_cannot_be_printed_keeps_its_exit_code(line, redirection):
    found = run(line, redirection)
    assert (found.returncode, found.stderr, found.stdout) == (2, "", "")


@pytest.mark.usefixtures("place")
def test_closed_standard_input_is_bad_input():
    found = run("drift data.parquet -", "<&-")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == "lossary: cannot read standard input: it is closed\n"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "/tmp/x"), "'/tmp/x': No space left on device"),  # noqa: S108 - no file
        (OSError(28, "No space left on device"), "No space left on device"),
        (MemoryError(), "not enough memory"),
        (MemoryError("Unable to allocate 8 EiB"), "not enough memory: Unable to allocate 8 EiB"),
        (RuntimeError("one\ntwo"), "RuntimeError: one two (a bug in Lossary: python -X dev"),
        (KeyError(), "KeyError (a bug in Lossary"),
        (PanicException("index out of bounds"), "PanicException: index out of bounds (a bug"),
    ],
)
def test_whatever_breaks_is_one_line_and_exit_code_2(capsys, monkeypatch, error, words):
    def breaks(*_):
        raise error

    monkeypatch.setattr(list_records, "show", breaks)
    assert main(["list"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith(f"lossary: {words}")


def test_the_developer_mode_shows_where_it_broke():
    program = (
        "import sys\n"
        "from lossary.cli import list_records, main\n"
        "list_records.show = lambda _: 1 / 0\n"
        "sys.exit(main(['list']))"
    )
    found = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "ignore", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert found.returncode == 2
    assert "Traceback" in found.stderr
    assert "list_records.py" in found.stderr


@pytest.mark.parametrize("part", ["tempfile.TemporaryDirectory", "pickle.dump"])
def test_a_full_folder_for_temporary_files_is_told(monkeypatch, part):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(jobs, "WORTH_PROCESSES", 0.0)
    monkeypatch.setattr(f"lossary.study.jobs.{part}", full)
    with pytest.raises(LossaryError, match=r"No space left on device; set TMPDIR to a folder"):
        jobs_of_a_study()


def jobs_of_a_study():
    from lossary import study

    study.run("wine", losses=["softmax_cross_entropy"], folds=2, seeds=1, steps=5, jobs=2)


def obeyed(text):
    return re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def hostile():
    return pl.DataFrame(
        {
            HOSTILE: ["a\x1b[2J", "b\u2066"] * 40,
            "n": [float(i % 7) for i in range(80)],
            "y": ["u\x1b", "v\x85"] * 40,
        }
    )


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "line",
    [
        ["measure", "bad.parquet", "--target", "y"],
        ["measure", "bad.parquet", "-o", "\x1b[31mpage\x9b.html"],
        ["measure", "bad.parquet", "--target", HOSTILE + "?"],
        ["measure", "\x1b[2J\n\x07.csv"],
        ["measure", "bad.duckdb::\x1b[2J"],
        ["drift", "bad.parquet", "moved.parquet"],
        ["study", "bad.parquet", "--target", "y", "--folds", "2", "--seeds", "1", "--steps", "3"],
        ["study", "bad.parquet", "--target", "\x1b[2J"],
        ["study", "bad.parquet", "--\x1b[2J\u202e"],
        ["\x1b[2J"],
        ["formula", "\x1b[2J"],
    ],
)
def test_no_control_character_of_the_data_reaches_the_terminal(capfd, line):
    hostile().write_parquet("bad.parquet")
    hostile().with_columns(pl.lit("z\x1b[5m").alias(HOSTILE)).write_parquet("moved.parquet")
    with duckdb.connect("bad.duckdb") as connection:
        connection.execute('CREATE TABLE "\x1b]0;mine\x07" AS SELECT 1 AS x')
    try:
        code = main(line)
    except SystemExit as stop:
        code = stop.code
    printed = capfd.readouterr()
    for text in (printed.out, printed.err):
        assert not obeyed(text)
    assert "\nPage: other.html" not in printed.out
    assert printed.err.count("\n") == (code == 2)


@pytest.mark.usefixtures("place")
def test_json_stays_json(capsys):
    hostile().write_parquet("bad.parquet")
    assert main(["measure", "bad.parquet", "--json"]) == 0
    text = capsys.readouterr().out
    assert not [
        c for c in text if c != "\n" and (c < " " or "\x7f" <= c <= "\x9f" or c == "\u202e")
    ]
    assert HOSTILE in [c["name"] for c in json.loads(text)["columns"]]
