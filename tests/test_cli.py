"""The command: exit codes, one line for bad input, results alone on stdout."""

import itertools
import json
import os
import pty
import signal
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

import polars as pl
import pytest

from lossary.check import Row
from lossary.cli import main
from lossary.formulas import catalogue
from lossary.study import cross_validation
from support.commands import refused_without
from support.processes import heard

PROGRAM = str(Path(sysconfig.get_path("scripts")) / "lossary")
QUICK = ["--folds", "2", "--seeds", "1", "--steps", "5"]
LINES = "id;x;c;y\n1;0.5;a;0\n2;1.5;b;1\n3;2.5;a;0\n4;3.0;b;1\n5;2.0;a;0\n6;1.0;b;1\n"


def program(*arguments, **options):
    """Run the installed command in a process of its own."""
    options = {"capture_output": True, "text": True, "timeout": 120} | options
    return subprocess.run(heard(PROGRAM, *arguments), check=False, **options)


def test_the_package_runs_as_the_command():
    module = subprocess.run(
        [sys.executable, "-m", "lossary", "list"], check=True, capture_output=True, timeout=120
    )
    assert module.stdout == program("list", text=False).stdout


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory with a few files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text(LINES)
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 and no more")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "one.csv").write_text("x,y\n1,a\n2,a\n4,a\n")
    (tmp_path / "missing.csv").write_text("x,y\n1,\n2,\n4,\n")
    (tmp_path / "names.csv").write_text("x,y\n1.5,a\n2.5,b\n4.5,c\n")
    (tmp_path / "rare.csv").write_text("x,y\n1.5,a\n2.5,b\n4.5,b\n9.5,b\n")
    (tmp_path / "bare.csv").write_text("x,y\n7,a\n7,b\n7,a\n7,b\n")
    (tmp_path / "folder").mkdir()
    return tmp_path


BAD = [
    ("study absent.csv --target y", "there is no file 'absent.csv'"),
    ("study brest_cancer", "Did you mean 'breast_cancer'?"),
    ("study folder --target y", "it is a directory"),
    ("study broken.parquet --target y", "cannot read 'broken.parquet'"),
    ("study binary.csv --target y", "cannot read 'binary.csv'"),
    ("study data.csv", "name the column of data.csv to predict with --target; its columns: id"),
    ("study data.csv --target yy", "no column of data.csv named 'yy'. Did you mean 'y'?"),
    ("study one.csv --target y", "has only one class, 'a'"),
    ("study missing.csv --target y", "target 'y' is missing in every one of 3 rows"),
    ("study names.csv --target y", "3 classes in 3 rows: at least two rows per class"),
    ("study rare.csv --target y", "too few rows for two folds: class 'a' has 1 row"),
    ("study bare.csv --target y", "no column is left to train on"),
    ("study data.csv --target y --loss hing", "no loss named 'hing'. Did you mean"),
    ("study data.csv --target y --loss hinge:margin=-1", "margin must lie in [0, inf), got -1"),
    ("study data.csv --target y --loss hinge:margn=1", "its parameters are margin"),
    ("study diabetes --loss hinge", "hinge does not fit regression targets; those that do"),
    ("study wine --loss squared_error", "those that do: softmax_cross_entropy"),
    ("study data.csv --target y --out folder", "cannot write 'folder': it is a directory"),
    ("study data.csv --target y --out no/p.html", "there is no directory 'no'"),
    ("study data.csv --target y --folds 1", "folds must be a whole number in 2 … 50, got 1"),
    ("study data.csv --target y --folds many", "argument --folds: invalid int value: 'many'"),
    ("study data.csv --target y --seeds 0", "seeds must be a whole number in 1 … 100, got 0"),
    ("study data.csv --target y --steps -4", "steps must be a whole number"),
    ("study data.csv --target y --task ordinal", "task must be 'binary', 'multiclass' or"),
    ("study data.csv --target y --model forest", "model must be 'linear' or 'mlp'"),
    ("study data.csv --target y --model xgboost", "model must be 'linear' or 'mlp', got 'xgboost'"),
    ("study data.csv --target y --lang fr", "lang must be 'en' or 'zh', got 'fr'"),
    ("study data.csv --target y --jobs 0", "jobs must be a whole number in 1 … 1024, got 0"),
    ("study data.csv --data wine", "data is given twice: 'data.csv' and, with --data, 'wine'"),
    ("study data.csv --target y --positive 2", "no class of 'y' named '2'"),
    ("study data.csv --targt y", "unrecognized arguments"),
    ("formula hing", "Did you mean"),
    ("check hing", "Did you mean"),
    ("stdy", "invalid choice: 'stdy'"),
    ("", "the following arguments are required: COMMAND"),
]


@pytest.mark.parametrize(("line", "words"), BAD)
def test_bad_input_is_one_line_and_exit_code_2(place, capsys, line, words):
    before = sorted(place.iterdir())
    try:
        code = main(line.split())
    except SystemExit as stop:
        code = stop.code
    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert printed.err.startswith("lossary")
    assert printed.err.count("\n") == 1
    assert words in printed.err
    assert sorted(place.iterdir()) == before


@pytest.mark.parametrize("line", ["study data.csv --target y --out folder", "stdy"])
def test_bad_input_to_the_program(place, line):
    run = program(*line.split(), cwd=place)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.count("\n") == 1
    assert "Traceback" not in run.stderr


def test_a_study_prints_its_table_and_verdict_and_writes_its_page(place, capsys):
    assert main(["study", "data.csv", "--target", "y", *QUICK]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    for words in (
        "data.csv: 6 rows, 2 columns, target 'y'",
        "Task: binary (the target has two values); 0 50.0%, 1 50.0%; positive: 1",
        "Note: column 'id' left out, nearly unique",
        "sigmoid_cross_entropy",
        "* hinge, squared_hinge and exponential: margins, not probabilities",
        "too few results",
        "Page: report.html",
    ):
        assert words in " ".join(printed.out.split())
    assert (place / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert not list(place.glob(".*"))


@pytest.mark.usefixtures("without_claims")
def test_a_study_is_told_in_chinese(place, capsys):
    assert main(["study", "data.csv", "--target", "y", *QUICK, "--lang", "zh"]) == 0
    printed = capsys.readouterr().out
    assert "页面" in printed
    assert "Page" not in printed
    assert '<html lang="zh-Hans">' in (place / "report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("place")
def test_json_alone_is_on_stdout(capsys):
    pl.read_csv("data.csv", separator=";").write_parquet("data.parquet")
    losses = ["--loss", "hinge", "--loss", "sigmoid_focal:gamma=1,alpha=0.25"]
    line = ["study", "data.parquet", "--target", "y", *losses, *QUICK, "--json", "-o", "p.html"]
    assert main(line) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["page"] == "p.html"
    assert all(seconds > 0 for seconds in found["seconds"].values())
    assert [x["label"] for x in found["losses"]] == ["hinge", "sigmoid_focal:gamma=1,alpha=0.25"]
    assert {r["metric"] for r in found["results"]} == {m["name"] for m in found["metrics"]}
    assert found["settings"]["command"].split()[:3] == ["lossary", "study", "data.parquet"]


@pytest.mark.usefixtures("without_claims")
def test_an_interrupted_study_goes_on(place, capsys, monkeypatch):
    line = ["study", "--data", "data.csv", "--target", "y", *QUICK]
    with monkeypatch.context() as patch:
        trained = cross_validation.run_trainings

        def stopped(*arguments):
            yield from itertools.islice(trained(*arguments), 2)
            raise KeyboardInterrupt

        patch.setattr(cross_validation, "run_trainings", stopped)
        assert main(line) == 130
    assert capsys.readouterr().err == (
        "lossary: 2 finished trainings kept in report.html.unfinished; "
        "the same command with --resume continues\n"
        "lossary: interrupted\n"
    )
    assert main([*line, "--resume"]) == 0
    assert (place / "report.html").exists()
    assert not (place / "report.html.unfinished").exists()


@pytest.mark.usefixtures("place", "without_claims")
def test_the_printed_command_repeats_the_study(capsys):
    def results(line):
        assert main([*line, "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        return found["results"], found["settings"]["command"]

    first, again = results(["study", "data.csv", "--target", "y", *QUICK])
    assert results(again.split()[1:]) == (first, again)


def test_list_shows_every_record_with_its_parameters(capsys):
    assert main(["list"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in catalogue.names())
    assert "delta=1" in text
    assert main(["list", "--json"]) == 0
    found = {e["name"]: e for e in json.loads(capsys.readouterr().out)}
    assert set(found) > set(catalogue.names())
    assert found["multiclass_hinge"]["kind"] == "arrangement"
    assert found["huber"]["parameters"][0]["interval"] == "(0, inf)"
    assert found["hinge"]["kind"] == "pointwise"
    assert {p["name"] for p in found["sigmoid_focal"]["parameters"]} >= {"gamma", "alpha"}


def test_formula_is_the_latex_of_the_record(capsys):
    assert main(["formula", "hinge"]) == 0
    assert capsys.readouterr().out == "L(y, s) = \\max(0, \\mu - y s)\n"


def test_check_prints_the_worst_error_of_each_part(capsys):
    assert main(["check", "hinge", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {r["part"] for r in rows} >= {"value", "gradient", "hessian"}
    assert all(r["ok"] and r["error"] <= r["limit"] for r in rows)
    assert main(["check", "hinge"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == ["name", "part", "eps", "allowed", "on", "at"]
    assert len(lines) == len({r["part"] for r in rows})


def test_check_fails_where_an_error_is_too_large(capsys, monkeypatch):
    def row(dtype, error):
        return Row("hinge", "pointwise", "value", "NumPy", dtype, error, 2.0, "y = 1, s = 0")

    rows = (row("float32", 0.5), row("float64", 3.0), row("float16", float("inf")))
    monkeypatch.setattr("lossary.check.run", lambda _: rows)
    assert main(["check", "hinge"]) == 1
    text = capsys.readouterr().out
    assert "inf ✕" in text
    assert "float16" in text
    assert "float32" not in text
    assert main(["check", "hinge", "--json"]) == 1
    assert [r["error"] for r in json.loads(capsys.readouterr().out)] == [0.5, 3.0, None]


def test_version_and_help(capsys):
    for arguments in (["--version"], ["-h"], ["study", "-h"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 0
    text = capsys.readouterr().out
    assert f"lossary {version('lossary')}\n" in text
    assert text.index("lossary study patients.csv") < text.index("--version  ")


@pytest.mark.parametrize("module", ["torch", "vl_convert", "rich"])
def test_an_absent_extra_is_named(module, tmp_path):
    arguments = ["study", "wine", "--steps", "1"]
    assert "pip install 'lossary[study]'" in refused_without(module, arguments, tmp_path)


def test_a_reader_that_leaves_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    run = program("list", "--json", stdout=writer, stderr=subprocess.PIPE, capture_output=False)
    os.close(writer)
    assert (run.returncode, run.stderr) == (141, "")


@pytest.mark.parametrize("colour", [True, False])
def test_colour_is_for_those_who_want_it(colour):
    plain = {} if colour else {"NO_COLOR": "1"}
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | plain
    text = on_a_terminal(["list"], environment | {"TERM": "xterm-256color"})[1]
    assert b"hinge" in text
    assert (b"\x1b[3" in text or b"\x1b[1;3" in text) is colour


def test_an_interrupt_stops_at_once_and_leaves_nothing(tmp_path):
    line = ["study", "--steps", "100000", "--out", str(tmp_path / "report.html")]
    code, text = on_a_terminal(line, os.environ | {"TERM": "xterm"}, until=b"sigmoid_cross_entropy")
    assert code == 130
    assert text.endswith(b"lossary: interrupted\r\n")
    assert b"Traceback" not in text
    assert list(tmp_path.iterdir()) == []


def on_a_terminal(arguments, environment, until=None):
    """Run the program on a terminal, interrupt it once it shows ``until``; return code and text."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        heard(PROGRAM, *arguments), stdout=theirs, stderr=theirs, env=environment, close_fds=True
    )
    os.close(theirs)
    text = b""
    while piece := _read(ours):
        text += piece
        if until and until in text:
            process.send_signal(signal.SIGINT)
            until = None
    os.close(ours)
    return process.wait(60), text


def _read(terminal):
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_a_list_needs_no_extra(capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "hinge                           amount by which a score falls short" in "\n".join(lines)
