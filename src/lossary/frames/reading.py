"""Tables from files: csv, Parquet, Arrow, lines of JSON, DuckDB, and standard input.

:func:`read` gives a lazy frame: nothing but the names and types of the columns is read before they
are asked for, save of text up to 256 MiB, which is parsed once. Every failure, also one that only
shows when the rows are read, is a :class:`~lossary.LossaryError` of one line that names the file.
"""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lossary import checks
from lossary.frames.failures import reported

__all__ = [
    "ARROW",
    "LINES",
    "MISSING",
    "PARQUET",
    "STDIN",
    "TEXT",
    "read",
    "read_text",
    "require_file",
    "scan",
]

TEXT = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")
ARROW = (".arrow", ".feather", ".ipc", ".arrows")
LINES = (".ndjson", ".jsonl")
STDIN = "-"
MISSING = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "?"]
"""What stands for nothing in text."""
_OF_TABLE = "::"
_PARSED_AT_ONCE = 1 << 28
_ARROW_FILE = b"ARROW1"
_OWN_EXTENSIONS = dict.fromkeys(
    ("autoinstall_known_extensions", "autoload_known_extensions"), "false"
)


def read(path: str | Path) -> Any:
    r"""Lazy frame of a file.

    Parameters
    ----------
    path
        A file of ``.csv``, ``.tsv``, ``.txt`` (also ``.gz``), ``.parquet``, ``.pq``, ``.arrow``,
        ``.feather``, ``.ipc``, ``.arrows``, ``.ndjson`` or ``.jsonl``; a table of a DuckDB file as
        ``file.duckdb::table``; ``-`` for csv on standard input. In text, the separator is the most
        frequent of ``,``, ``;``, tab and ``|`` in the first line, dates are told apart, and an
        empty field, NA, N/A, NaN, NULL and ? are missing.

    Returns
    -------
    A Polars lazy frame, or a DuckDB relation.

    Raises
    ------
    LossaryError
        For a file that is absent, of an unknown kind, or cannot be read, and an unknown table, with
        the nearest.
    MissingExtraError
        Without Polars, or DuckDB for its files.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from lossary import frames
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels.csv")
    ...     _ = path.write_text("colour,size\nred,1\nblue,\n")
    ...     frames.read(path).collect().to_dict(as_series=False)
    {'colour': ['red', 'blue'], 'size': [1, None]}

    References
    ----------
    Shafranovich, Common Format and MIME Type for Comma-Separated Values (CSV) Files, 2005

    """
    if str(path) == STDIN:
        return _standard_input()
    name, of_table, table = str(path).partition(_OF_TABLE)
    file = Path(name)
    if of_table:
        require_file(file)
        return _table(file, table)
    return scan(file)


def require_file(path: Path) -> None:
    """Require that there is a file of that name."""
    if path.is_dir():
        message = f"cannot read {str(path)!r}: it is a directory, not a file"
        raise checks.LossaryError(message)
    if not path.exists():
        message = f"there is no file {str(path)!r}"
        raise checks.LossaryError(message)


def scan(path: Path, *, formats: tuple[str, ...] = (*TEXT, *PARQUET, *ARROW, *LINES)) -> Any:
    """Return a Polars lazy frame of a file of one of some formats, told by the end of its name."""
    require_file(path)
    suffixes = [s.lower() for s in path.suffixes]
    compressed = suffixes[-1:] == [".gz"]
    kind = suffixes[-2] if compressed and len(suffixes) > 1 else path.suffix.lower()
    if kind not in formats or (compressed and kind not in TEXT):
        message = (
            f"cannot read {str(path)!r}: its name must end in one of {', '.join(formats)} "
            "(.gz for text)"
        )
        raise checks.LossaryError(message)
    with reported(repr(str(path))):
        frame = _scanner(kind)(path)
        frame.collect_schema()
    return frame


def _scanner(kind: str) -> Callable[[Path], Any]:
    pl = checks.need("polars", "frames")
    if kind in PARQUET:
        return lambda path: pl.scan_parquet(path, glob=False)
    if kind in LINES:
        return lambda path: pl.scan_ndjson(path, infer_schema_length=None)
    return _scan_arrow if kind in ARROW else _scan_text


def _scan_arrow(path: Path) -> Any:
    pl = checks.need("polars", "frames")
    with path.open("rb") as file:
        is_file = file.read(len(_ARROW_FILE)) == _ARROW_FILE
    return pl.scan_ipc(path, glob=False) if is_file else pl.read_ipc_stream(path).lazy()


def _scan_text(path: Path) -> Any:
    if path.suffix.lower() == ".gz":
        frame = read_text(path, "\t" if ".tsv" in path.suffixes else ",")
    else:
        with path.open(encoding="utf-8") as file:
            frame = read_text(path, _separator(file.readline()))
    # Once parsed, text is not parsed anew for every question, and a line of too many fields shows.
    return frame.collect().lazy() if path.stat().st_size <= _PARSED_AT_ONCE else frame


def read_text(source: Any, separator: str) -> Any:
    """Return a Polars lazy frame of delimited text; all rows tell the types of the columns."""
    return checks.need("polars", "frames").scan_csv(
        source,
        separator=separator,
        null_values=MISSING,
        infer_schema_length=None,
        try_parse_dates=True,
        glob=False,
    )


def _separator(header: str) -> str:
    return max(",;\t|", key=header.count)


def _standard_input() -> Any:
    if sys.stdin is None:
        message = "cannot read standard input: it is closed"
        raise checks.LossaryError(message)
    content = sys.stdin.buffer.read()
    header = content.partition(b"\n")[0].decode("utf-8", "replace")
    with reported("standard input"):
        return read_text(io.BytesIO(content), _separator(header)).collect().lazy()


def _table(path: Path, table: str) -> Any:
    """Return a relation of a table or view of a DuckDB file, which is opened for reading only."""
    with reported(repr(str(path))):
        connection = _attached(path)
        known = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
        if table in known:
            return connection.table(f'"{table.replace(chr(34), chr(34) * 2)}"')
    if not known:
        message = f"{str(path)!r} holds no table"
        raise checks.LossaryError(message)
    raise checks.unknown_name(table, known, f"table of {path}")


def _attached(path: Path) -> Any:
    """Return a connection to a DuckDB file whose views can read no other file, and no network."""
    connection = checks.need("duckdb", "frames").connect(config=_OWN_EXTENSIONS)
    place = str(path).replace("'", "''")
    name = "AS memory_db" if path.stem == "memory" else ""
    connection.execute(f"ATTACH '{place}' {name} (READ_ONLY, TYPE duckdb)")
    names = "SELECT database_name FROM duckdb_databases() WHERE path IS NOT NULL"
    ((attached,),) = connection.execute(names).fetchall()
    connection.execute(f'USE "{attached.replace(chr(34), chr(34) * 2)}"')
    connection.execute(f"SET temp_directory = '{place}.tmp'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
