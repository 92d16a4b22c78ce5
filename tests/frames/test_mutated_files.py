"""Files that are damaged anywhere: read, or refused in one line, never a traceback."""

import itertools
import random

import duckdb
import polars as pl
import pytest

from lossary import report
from lossary.cli import main
from lossary.frames import reading
from lossary.validation import LossaryError

MUTATIONS = 1500
COMMANDS = 40
ROWS = pl.DataFrame(
    {
        "label": ["a", "b", None, "ø"] * 6,
        "count": range(24),
        "share": [i / 7 for i in range(24)],
        "day": pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 1, 24), eager=True),
    }
)


def stored(path):
    with duckdb.connect(path) as connection:
        connection.register("rows", ROWS.to_arrow())
        connection.execute("CREATE TABLE t AS SELECT * FROM rows")


def written(path):
    """Text as a spreadsheet in Germany writes it."""
    content = ROWS.with_columns(pl.col("share").cast(pl.String).str.replace(".", ",", literal=True))
    text = content.write_csv(separator=";", quote_style="always")
    path.write_bytes(text.replace("\n", "\r\n").encode("cp1252"))


KINDS = {
    "t.csv": ROWS.write_csv,
    "western.csv": written,
    "t.parquet": ROWS.write_parquet,
    "t.arrow": ROWS.write_ipc,
    "t.arrows": ROWS.write_ipc_stream,
    "t.ndjson": ROWS.write_ndjson,
    "t.duckdb": stored,
}


@pytest.fixture
def _attached_to_few(monkeypatch):
    """A connection is dear: one for every hundred files, and none of them closes itself off."""
    count = itertools.count()
    connections = {}

    def attached(path):
        number = next(count)
        connection = connections.get(number // 100) or duckdb.connect()
        connections[number // 100] = connection
        connection.execute(f"ATTACH '{path}' AS t{number} (READ_ONLY, TYPE duckdb)")
        connection.execute(f"USE t{number}")
        return connection

    monkeypatch.setattr(reading, "_attached", attached)


def mutated(content, chance):
    """The same bytes with one to four faults: flipped, overwritten, cut, repeated or added."""
    found = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(max(len(found), 1))
        end = at + chance.choice((1, 1, 2, 4, 8, 64))
        match chance.randrange(6):
            case 0:
                found[at:end] = bytes(b ^ 1 << chance.randrange(8) for b in found[at:end])
            case 1:
                found[at:end] = chance.randbytes(end - at)
            case 2:
                found[at:end] = bytes(len(found[at:end]))
            case 3:
                del found[at : end if chance.random() < 0.7 else None]
            case 4:
                found[at:at] = found[at:end]
            case _:
                found[at:end] = b"\xff" * len(found[at:end])
    return bytes(found)


def source_of(path):
    return f"{path}::t" if path.suffix == ".duckdb" else str(path)


def refused(path):
    """What the refusal of a file says; nothing where it is read."""
    try:
        report.load(source_of(path))
    except LossaryError as error:
        return str(error)
    return ""


@pytest.mark.usefixtures("_attached_to_few")
@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_read_or_refused(name, tmp_path, capfd, said):
    path = tmp_path / name
    KINDS[name](path)
    content, chance = path.read_bytes(), random.Random(name)  # noqa: S311 - not for secrets
    counts = {"read": 0, "refused": 0}
    for i in range(MUTATIONS):
        place = path.with_stem(f"m{i}")
        place.write_bytes(mutated(content, chance))
        refusal = refused(place)
        assert "\n" not in refusal
        counts["refused" if refusal else "read"] += 1
        place.unlink()
    capfd.readouterr()
    said(f"{name}: {MUTATIONS} damaged files, {counts}")
    assert counts["refused"]


@pytest.mark.parametrize("name", KINDS)
def test_the_command_refuses_a_damaged_file_in_one_line(name, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    KINDS[name](path)
    ROWS.write_parquet("before.parquet")
    content, chance = path.read_bytes(), random.Random(name)  # noqa: S311 - not for secrets
    for i in range(COMMANDS):
        place = path.with_stem(f"m{i}")
        place.write_bytes(mutated(content, chance))
        code = main(["drift", "before.parquet", source_of(place)])
        printed = capsys.readouterr()
        assert code in {0, 1, 2}
        assert printed.err.count("\n") == (code == 2)
        assert bool(printed.out) == (code != 2)
        assert "fault of Lossary" not in printed.err
