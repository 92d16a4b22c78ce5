"""Files that are damaged anywhere: read, or refused in one line, never a traceback."""

import itertools
import random

import duckdb
import polars as pl
import pytest

from lossary import report
from lossary.checks import LossaryError
from lossary.cli import main
from lossary.frames import reading

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


KINDS = {
    "t.csv": ROWS.write_csv,
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


@pytest.mark.usefixtures("_attached_to_few")
@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_read_or_refused(name, tmp_path, capfd):
    path = tmp_path / name
    KINDS[name](path)
    content, chance = path.read_bytes(), random.Random(name)  # noqa: S311 - not for secrets
    counts = {"read": 0, "refused": 0}
    for i in range(MUTATIONS):
        place = path.with_stem(f"m{i}")
        place.write_bytes(mutated(content, chance))
        try:
            report.load(f"{place}::t" if name.endswith(".duckdb") else str(place))
        except LossaryError as error:
            assert "\n" not in str(error)
            counts["refused"] += 1
        else:
            counts["read"] += 1
        place.unlink()
    capfd.readouterr()
    with capfd.disabled():
        print(f"\n{name}: {MUTATIONS} damaged files, {counts}")
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
        current = f"{place}::t" if name.endswith(".duckdb") else str(place)
        code = main(["drift", "before.parquet", current])
        printed = capsys.readouterr()
        assert code in {0, 1, 2}
        assert (printed.err.count("\n"), not printed.out) == ((1, True) if code == 2 else (0, False))
        assert "fault of Lossary" not in printed.err
