"""Tables from files: csv, Parquet, Arrow, lines of JSON, DuckDB, and standard input.

:func:`read` returns a lazy frame: only the names and types of the columns are read at first, except
from text, which is parsed once. Every failure, also one while the rows are read, is a
:class:`~lossary.LossaryError` of one line that names the file.
"""

import glob
import logging
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossary import validation
from lossary.frames.countable_types import narrowed
from lossary.frames.delimited_text import TextFormat, fields_of, temporary
from lossary.frames.engine_errors import translated_errors
from lossary.frames.reading_notes import Note
from lossary.frames.text_types import typed

__all__ = [
    "ARROW",
    "LINES",
    "PARQUET",
    "STDIN",
    "TEXT",
    "OpenedTable",
    "open_table",
    "read",
    "require_file",
]

TEXT = (".csv", ".tsv", ".txt")
PARQUET = (".parquet", ".pq")
ARROW = (".arrow", ".feather", ".ipc", ".arrows")
LINES = (".ndjson", ".jsonl")
STDIN = "-"
_TABLE_MARK = "::"
_PARSED_AT_ONCE = 1 << 28
_CASTS = {
    "BIT": "{}::VARCHAR",
    "INTERVAL": "epoch({})",
    "TIME WITH TIME ZONE": "{}::VARCHAR",
    "UUID": "{}::VARCHAR",
}
"""The types of DuckDB that are cast: intervals to seconds, the others to text."""
_LOG = logging.getLogger("lossary")
_ARROW_FILE = b"ARROW1"
_NO_EXTENSIONS = dict.fromkeys(
    ("autoinstall_known_extensions", "autoload_known_extensions"), "false"
)


@dataclass(frozen=True)
class OpenedTable:
    """The table of a file, and notes on decisions made when it was read."""

    frame: Any
    notes: tuple[Note, ...] = ()


def read(
    path: str | Path,
    *,
    separator: str | None = None,
    encoding: str | None = None,
    skip: int = 0,
    header: bool = True,
    decimal: str | None = None,
    month_first: bool | None = None,
    null_values: Sequence[str] | None = None,
    numeric: Sequence[str] = (),
) -> Any:
    r"""Lazy frame of a file.

    The options apply to text; without them they are inferred from the text. Decisions beyond types
    and separators (blank rows, placeholders, decimal commas, encodings …) are logged as warnings of
    the logger ``lossary``, which Python prints by default.

    Parameters
    ----------
    path
        A file of ``.csv``, ``.tsv``, ``.txt`` (also ``.gz``), ``.parquet``, ``.pq``, ``.arrow``,
        ``.feather``, ``.ipc``, ``.arrows``, ``.ndjson`` or ``.jsonl``; a table of a DuckDB file as
        ``file.duckdb::table``; ``-`` for csv on standard input.
    separator
        The character between fields. By default a first line such as ``sep=;`` states it, or it is
        the one of comma, semicolon, tab, bar and spaces that gives most lines one number of fields.
    encoding
        By default UTF-8; if the text is not, UTF-16, GB 18030 or cp1252, by its bytes.
    skip
        The number of lines before the header.
    header
        Whether the first line holds the column names; otherwise they are ``column_1`` …
    decimal
        ``"."`` or ``","``. By default a point; if the separator is a semicolon or a tab, the one
        with which a column is read as numbers.
    month_first
        Whether ``01/02/2024`` is in January. By default inferred from other columns, else False.
    null_values
        Missing values of every column besides empty fields. By default the usual placeholders (n/a,
        NA, None, null, -, ?, …), in columns that otherwise hold numbers, flags or dates.
    numeric
        Columns of numbers, in which other values are missing.

    Returns
    -------
    A Polars lazy frame, or a DuckDB relation.

    Raises
    ------
    LossaryError
        For a file that does not exist, has an unknown format, or cannot be read, naming the line of
        text; and for an unknown table, naming the nearest.
    MissingExtraError
        Without Polars and PyArrow, or DuckDB for its files.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from lossary import frames
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "labels.csv")
    ...     _ = path.write_text("colour;size\nred;1,5\nblue;\n")
    ...     frames.read(path).collect().to_dict(as_series=False)
    {'colour': ['red', 'blue'], 'size': [1.5, None]}

    References
    ----------
    Shafranovich, Common Format and MIME Type for Comma-Separated Values (CSV) Files, 2005

    """
    listed = None if null_values is None else _texts("null_values", null_values)
    form = TextFormat(
        separator,
        encoding,
        skip,
        header,
        decimal,
        month_first,
        null_values=listed,
        numeric=_texts("numeric", numeric),
    )
    found = open_table(path, form)
    for note in found.notes:
        if note.kind != "separator":
            _LOG.warning("%s: %s", path, note)
    return found.frame


def _texts(name: str, given: Any) -> tuple[str, ...]:
    """Return a tuple of texts; one text may be given alone."""
    texts = (given,) if isinstance(given, str) else tuple(given)
    if not all(isinstance(text, str) for text in texts):
        message = f"{name} must be a list of texts, got {given!r}"
        raise validation.LossaryError(message)
    return texts


def open_table(path: str | Path, form: TextFormat | None = None) -> OpenedTable:
    """Return the table of a file, and notes; the rules are those of :func:`read`."""
    form = form or TextFormat()
    if str(path) == STDIN:
        return _standard_input(form)
    name, mark, table = str(path).partition(_TABLE_MARK)
    file = Path(name)
    if mark and not Path(path).exists():
        require_file(file)
        return _table(file, table)
    return _opened(Path(path), form)


def require_file(path: Path) -> None:
    """Require that a file exists."""
    if path.is_dir():
        message = f"cannot read {str(path)!r}: it is a directory, not a file"
        raise validation.LossaryError(message)
    if not path.exists():
        message = f"there is no file {str(path)!r}"
        raise validation.LossaryError(message)


def _opened(path: Path, form: TextFormat) -> OpenedTable:
    """Return the table of a file, in the format of its suffix."""
    require_file(path)
    suffixes = [s.lower() for s in path.suffixes]
    compressed = suffixes[-1:] == [".gz"]
    kind = suffixes[-2] if compressed and len(suffixes) > 1 else path.suffix.lower()
    formats = (*TEXT, *PARQUET, *ARROW, *LINES)
    if kind not in formats or (compressed and kind not in TEXT):
        message = (
            f"cannot read {str(path)!r}: its name must end in one of {', '.join(formats)} "
            "(.gz for text)"
        )
        raise validation.LossaryError(message)
    with translated_errors(repr(str(path))):
        if kind in TEXT:
            return _text(path, form, repr(str(path)), "\t" if kind == ".tsv" else ",")
        return OpenedTable(*narrowed(_scanner(kind)(path)))


def _scanner(kind: str) -> Callable[[Path], Any]:
    pl = validation.need("polars", "frames")
    if kind in PARQUET:
        return lambda path: pl.scan_parquet(path, glob=False)
    if kind in LINES:
        return _scan_lines
    return _scan_arrow


def _scan_lines(path: Path) -> Any:
    pl = validation.need("polars", "frames")
    with path.open("rb") as file:
        marked = file.read(len(BOM_UTF8)) == BOM_UTF8
        # This reader takes a name as a pattern, the others do not.
        source = file.read() if marked else glob.escape(str(path))
    return pl.scan_ndjson(source, infer_schema_length=None)


def _scan_arrow(path: Path) -> Any:
    pl = validation.need("polars", "frames")
    with path.open("rb") as file:
        is_file = file.read(len(_ARROW_FILE)) == _ARROW_FILE
    return pl.scan_ipc(path, glob=False) if is_file else pl.read_ipc_stream(path).lazy()


def _text(source: Path | bytes, form: TextFormat, what: str, usual: str) -> OpenedTable:
    """Return the table of text, with its columns in their types."""
    fields = fields_of(source, form, what, usual)
    frame, notes = typed(fields, form)
    large = isinstance(source, Path) and source.stat().st_size > _PARSED_AT_ONCE
    if isinstance(source, Path) and large:
        place = temporary(f"{source.name}.arrow")
        frame.sink_ipc(place)
        pl = validation.need("polars", "frames")
        return OpenedTable(pl.scan_ipc(place, glob=False), (*fields.notes, *notes))
    return OpenedTable(frame.collect().lazy(), (*fields.notes, *notes))


def _standard_input(form: TextFormat) -> OpenedTable:
    if sys.stdin is None:
        message = "cannot read standard input: it is closed"
        raise validation.LossaryError(message)
    content = sys.stdin.buffer.read()
    with translated_errors("standard input"):
        return _text(content, form, "standard input", ",")


def _table(path: Path, table: str) -> OpenedTable:
    """Return a table or view of a DuckDB file, which is opened for reading only."""
    with translated_errors(repr(str(path))):
        connection = _attached(path)
        known = [name for (name,) in connection.execute("SHOW TABLES").fetchall()]
        if table in known:
            return _converted(connection.table(_quoted(table)))
    if not known:
        message = f"{str(path)!r} holds no table"
        raise validation.LossaryError(message)
    raise validation.unknown_name(table, known, f"table of {path}")


def _converted(relation: Any) -> OpenedTable:
    """Return a relation with the columns cast that other libraries have no types for."""
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    casts = {n: _CASTS[dtype] for n, dtype in types.items() if dtype in _CASTS}
    notes = []
    for name in (n for n, dtype in types.items() if dtype in {"HUGEINT", "UHUGEINT"}):
        x = _quoted(name)
        aggregates = f"min({x}), max({x}), count(DISTINCT {x}) - count(DISTINCT {x}::DOUBLE)"
        ((low, high, merged),) = relation.aggregate(aggregates).fetchall()
        short = low is None or -(1 << 63) <= low <= high < 1 << 63
        casts[name] = "{}::BIGINT" if short else "{}::VARCHAR" if merged else "{}::DOUBLE"
        notes += [] if short else [_big_note(name, merged=merged)]
    if casts:
        shown = {n: f"{casts[n].format(_quoted(n))} AS {_quoted(n)}" for n in casts}
        relation = relation.project(", ".join(shown.get(n, _quoted(n)) for n in types))
    return OpenedTable(relation, tuple(notes))


def _big_note(name: str, *, merged: bool) -> Note:
    return Note.of("big_labels" if merged else "big_integers", columns=[name])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _attached(path: Path) -> Any:
    """Return a connection to a DuckDB file, without access to other files and the network."""
    connection = validation.need("duckdb", "frames").connect(config=_NO_EXTENSIONS)
    place = str(path).replace("'", "''")
    name = "AS memory_db" if path.stem == "memory" else ""
    connection.execute(f"ATTACH '{place}' {name} (READ_ONLY, TYPE duckdb)")
    names = "SELECT database_name FROM duckdb_databases() WHERE path IS NOT NULL"
    ((attached,),) = connection.execute(names).fetchall()
    connection.execute(f"USE {_quoted(attached)}")
    connection.execute(f"SET temp_directory = '{place}.tmp'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
