"""Commands on text as people have it: the options that read it, and what is said of it."""

import json
from pathlib import Path

import pytest

from lossary.cli import main

TABLES = Path(__file__).parent / "data" / "tables"
ROWS = "".join(f"{i % 7},{i % 5};{i % 2};{'x' if i % 30 else 'oops'}\n" for i in range(120))
COMMANDS = {
    "measure": ["measure", "t.txt", "--target", "y", "--json"],
    "drift": ["drift", "t.txt", "t.txt", "--json"],
    "study": ["study", "t.txt", "--target", "y", "--json", "--loss", "hinge", "--jobs", "1",
              *("--folds", "2", "--seeds", "1", "--steps", "5")],
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys, arguments):
    """What a command prints as JSON."""
    assert main(arguments) in {0, 1}, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def said(command, found):
    """What a command says of the file that it read."""
    if command == "drift":
        assert found["reference"]["reading"] == found["current"]["reading"]
        return found["reference"]["reading"]
    return found["data"]["reading"] if command == "measure" else found["data"]["notes"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_decided(command, capsys):
    Path("t.txt").write_text(f"x;y;z\n\n{ROWS}\n")
    found = said(command, run(capsys, COMMANDS[command]))
    expected = [
        "fields are separated by a semicolon",
        "blank rows left out: 2",
        "'x': numbers with decimal commas",
    ]
    assert set(expected) <= set(found)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_the_options(command, capsys):
    content = f"Report\n{ROWS}".replace(";", "^").replace("oops", "né")
    Path("t.txt").write_text(content, encoding="latin-1")
    options = ["--sep", "^", "--skip", "1", "--no-header", "--encoding", "latin-1"]
    options += ["--decimal", ",", "--null-value", "né", "--numeric", "column_1"]
    arguments = [a.replace("y", "column_2") if a == "y" else a for a in COMMANDS[command]]
    found = said(command, run(capsys, [*arguments, *options]))
    assert not any("decimal" in note or "separated" in note for note in found)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("# a\n# b\nx,y\n1,2\n3,4\n", "--skip 2"),
        ("x,y\n1,2\n3,4,5\n", "line 3 has 3 fields instead of 2"),
    ],
)
def test_every_command_refuses_with_the_line(command, content, words, capsys):
    Path("t.txt").write_text(content)
    assert main(COMMANDS[command]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", ["measure", "study"])
def test_a_target_that_reads_as_numbers_is_no_set_of_classes(command, capsys):
    rows = "".join(f'{i % 50},"{i % 90},{i % 7}"\n' for i in range(300))
    Path("t.txt").write_text(f"x,y\n{rows}")
    assert main(COMMANDS[command]) == 2
    error = capsys.readouterr().err
    assert "most values are numbers with decimal commas (--decimal , and --numeric" in error
    assert "classes" not in error
    again = [a.replace("hinge", "squared_error") for a in COMMANDS[command]]
    assert main([*again, "--decimal", ","]) == 0


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("semi_comma.csv", {"amount": "number", "age": "integer"}),
        ("one_blank.csv", {"TotalCharges": "number"}),
        ("leadzero_clash.csv", {"code": "text"}),
        ("quotes_inside.csv", {"region": "text", "amount": "number"}),
    ],
)
def test_tables_are_measured_as_what_they_hold(name, kinds, capsys):
    found = run(capsys, ["measure", str(TABLES / name), "--target", "churn", "--json"])
    held = {column["name"]: column["kind"] for column in found["columns"]}
    assert {n: held[n] for n in kinds} == kinds
    assert len(found["target"]["counts"]) == 2


@pytest.mark.parametrize("swapped", [False, True])
def test_codes_of_one_file_are_codes_of_both(swapped, capsys):
    Path("with.csv").write_text("zip,n\n" + "01234,1\n98765,2\n" * 50)
    Path("without.csv").write_text("zip,n\n" + "98765,1\n12345,2\n" * 50)
    files = ["with.csv", "without.csv"][:: -1 if swapped else 1]
    found = run(capsys, ["drift", *files, "--json"])
    assert found["retyped"] == []
    kinds = {column["column"]: column["kind"] for column in found["columns"]}
    assert kinds == {"zip": "text", "n": "integer"}


@pytest.mark.parametrize("swapped", [False, True])
def test_one_file_proves_which_of_day_and_month_is_first_in_both(swapped, capsys):
    days = [f"{m:02d}/{d:02d}/2024" for m in (1, 2, 3) for d in range(1, 29)]
    Path("long.csv").write_text("\n".join(["d,n", *(f"{day},1" for day in days)]))
    early = [day for day in days if int(day[3:5]) <= 12]
    Path("short.csv").write_text("\n".join(["d,n", *(f"{day},1" for day in early)]))
    files = ["long.csv", "short.csv"][:: -1 if swapped else 1]
    found = run(capsys, ["drift", *files, "--json"])
    assert all("month/day/year" in found[s]["reading"][0] for s in ("reference", "current"))


def test_a_number_with_a_decimal_comma_is_no_class(capsys):
    path = str(TABLES / "target_decimal_comma.csv")
    study = ["study", path, "--target", "y", "--json", "--loss", "squared_error", "--jobs", "1"]
    found = run(capsys, [*study, "--folds", "2", "--seeds", "1", "--steps", "5"])
    assert found["task"]["kind"] == "regression"
