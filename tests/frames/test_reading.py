import gzip
import io
import os
import sys

import duckdb
import polars as pl
import pytest

from lossary import frames, report
from lossary.frames import reading
from lossary.frames.engine_errors import translated_errors
from lossary.validation import LossaryError

ROWS = pl.DataFrame({"a": [1, 2, None], "b": ["x", None, "z"], "d": [0.5, 1.5, 2.5]})

WRITERS = {
    "t.csv": ROWS.write_csv,
    "t.tsv": lambda path: ROWS.write_csv(path, separator="\t"),
    "t.txt": lambda path: ROWS.write_csv(path, separator=";"),
    "t.csv.gz": lambda path: path.write_bytes(gzip.compress(ROWS.write_csv().encode())),
    "t.parquet": ROWS.write_parquet,
    "t.PQ": ROWS.write_parquet,
    "t.arrow": ROWS.write_ipc,
    "t.feather": ROWS.write_ipc,
    "t.arrows": ROWS.write_ipc_stream,
    "t.ndjson": ROWS.write_ndjson,
    "t.jsonl": ROWS.write_ndjson,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_holds_the_same(tmp_path, name):
    WRITERS[name](tmp_path / name)
    assert frames.read(tmp_path / name).collect().equals(ROWS)
    assert frames.read(str(tmp_path / name)).collect().equals(ROWS)


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "data.duckdb"
    with duckdb.connect(path) as connection:
        connection.register("rows", ROWS.to_arrow())
        connection.execute('CREATE TABLE "my rows" AS SELECT * FROM rows')
        connection.execute('CREATE VIEW view AS SELECT a FROM "my rows"')
    return path


def test_a_table_of_a_database(database):
    assert frames.read(f"{database}::my rows").pl().equals(ROWS)
    assert frames.read(f"{database}::view").columns == ["a"]


@pytest.mark.parametrize(
    "query",
    [
        "read_csv('{secret}')",
        "read_text('{secret}')",
        "read_blob('{secret}')",
        "'{secret}'",
        "glob('{folder}/*')",
    ],
)
def test_a_view_reads_nothing_but_its_database(tmp_path, database, query):
    secret = tmp_path / "secret.csv"
    secret.write_text("password\nhunter2\n")
    with duckdb.connect(database) as connection:
        place = query.format(secret=secret, folder=tmp_path)
        connection.execute(f"CREATE VIEW hostile AS SELECT * FROM {place}")  # noqa: S608 - it is
    with pytest.raises(LossaryError, match=r"cannot read '.*data\.duckdb': .*disabled by config"):
        report.load(f"{database}::hostile")
    assert frames.read(f"{database}::view").columns == ["a"]


def test_a_connection_of_one_s_own_stays_open(database):
    with duckdb.connect(database, read_only=True) as own:
        assert frames.read(f"{database}::view").fetchall() == own.table("view").fetchall()
        own.execute("SELECT * FROM glob('*')")


@pytest.mark.parametrize("name", ["memory", "it's", 'a "b".c', "system"])
def test_a_database_of_any_name(database, name):
    place = database.rename(database.with_stem(name))
    assert frames.read(f"{place}::view").columns == ["a"]


def test_standard_input(monkeypatch):
    given = io.TextIOWrapper(io.BytesIO(b"a;b\n1;x\n2;?\n"))
    monkeypatch.setattr(sys, "stdin", given)
    assert frames.read("-").collect().to_dict(as_series=False) == {"a": [1, 2], "b": ["x", "?"]}


WIDE = {
    "(1::HUGEINT << 70) + i": ("text", ["big_labels"]),
    "(1::HUGEINT << 70) * i": ("number", ["big_integers"]),
    "sum(i) OVER ()": ("integer", []),
    "INTERVAL (i) DAY": ("number", []),
    "uuid()": ("text", []),
    "(i % 3)::BIT": ("text", []),
    "('a' || i % 2)::ENUM('a0', 'a1')": ("categorical", []),
    "(i / 3)::DECIMAL(10, 2)": ("number", []),
    "(TIME '10:00' + INTERVAL (i) MINUTE)": ("date", []),
    "TIMETZ '10:00:00+01'": ("text", []),
    "(TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) HOUR)": ("date", []),
    "i::UBIGINT": ("integer", []),
}


@pytest.mark.parametrize("expression", WIDE)
def test_every_type_of_a_database_is_measured(tmp_path, expression):
    kind, notes = WIDE[expression]
    with duckdb.connect(tmp_path / "t.duckdb") as connection:
        select = f"SELECT {expression} AS x, i % 2 AS y FROM range(60) r(i)"  # noqa: S608 - our own
        connection.execute(f"CREATE TABLE t AS {select}")
    loaded = report.load_noted(f"{tmp_path}/t.duckdb::t")
    assert [note.kind for note in loaded.notes] == notes
    assert report.measure(loaded.data).fields[0].kind == kind
    read = frames.read(f"{tmp_path}/t.duckdb::t")
    assert frames.entropy(read, "x")["x"].value >= 0


def test_lines_of_json_as_people_have_them(tmp_path):
    path = tmp_path / "t.ndjson"
    path.write_text('\ufeff{"x": 1, "y": 18446744073709551617}\n\n{"x": 2, "y": 1}\n')
    found = report.load_noted(str(path))
    assert found.data["x"].to_list() == [1, 2]
    kinds = {f.name: f.kind for f in report.measure(found.data).fields}
    assert kinds == {"x": "integer", "y": "number"}
    assert [note.kind for note in found.notes] == ["big_integers"]


def test_an_unknown_table_has_a_nearest(database):
    with pytest.raises(LossaryError, match="Did you mean 'my rows'"):
        frames.read(f"{database}::my_rows")


def test_a_database_without_a_table(tmp_path):
    duckdb.connect(tmp_path / "empty.duckdb").close()
    with pytest.raises(LossaryError, match="holds no table"):
        frames.read(f"{tmp_path}/empty.duckdb::t")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ragged.csv", b"a,y\n1,2\n3,4,5,6\n", "cannot read 'ragged.csv': "),
        ("empty.csv", b"", "cannot read 'empty.csv': "),
        ("broken.parquet", b"no parquet", "cannot read 'broken.parquet': "),
        ("broken.arrow", b"no arrow", "cannot read 'broken.arrow': "),
        ("broken.ndjson", b"{", "cannot read 'broken.ndjson': "),
        ("notes.docx", b"a", "cannot read 'notes.docx': its name must end in one of .csv"),
        ("broken.duckdb::t", b"junk" * 100, "cannot read 'broken.duckdb': "),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path, monkeypatch, name, content, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name.partition("::")[0]).write_bytes(content)
    with pytest.raises(LossaryError) as error:
        frames.read(name)
    assert str(error.value).startswith(words)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["absent.csv", "absent.duckdb::t"])
def test_a_file_that_is_not_there(name):
    with pytest.raises(LossaryError, match=f"there is no file '{name.partition('::')[0]}'"):
        frames.read(name)


def test_a_directory(tmp_path):
    with pytest.raises(LossaryError, match="it is a directory"):
        frames.read(tmp_path)


def test_large_text_is_read_lazily(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_PARSED_AT_ONCE", 0)
    ROWS.write_csv(tmp_path / "t.csv")
    frame = frames.read(tmp_path / "t.csv")
    assert "t.csv" in frame.explain()
    assert frame.collect().equals(ROWS)


def test_a_truncated_parquet(tmp_path):
    path = tmp_path / "cut.parquet"
    ROWS.write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LossaryError, match=r"cannot read '.*cut\.parquet': "):
        frames.read(path)


def test_a_corrupt_page_is_found_when_rows_are_read(tmp_path):
    path = tmp_path / "corrupt.parquet"
    pl.DataFrame({"a": range(100_000)}).write_parquet(path)
    content = bytearray(path.read_bytes())
    content[100:5000] = os.urandom(4900)
    path.write_bytes(content)
    frame = frames.read(path)
    found = pytest.raises(LossaryError, match=r"cannot read '.*corrupt\.parquet': ")
    with found as error, translated_errors(frame):
        frame.filter(pl.col("a") > 3).collect()
    assert "\n" not in str(error.value)
