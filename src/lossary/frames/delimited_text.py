"""Parsing of delimited text into a table of text fields.

PyArrow parses the text strictly: every line must have as many fields as the first.
"""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lossary import validation
from lossary.frames.engine_errors import cannot_read
from lossary.frames.reading_notes import Note
from lossary.frames.results import plural
from lossary.frames.text_sniffing import (
    Layout,
    decoded,
    encoding_of,
    is_number,
    is_utf8,
    layout_of,
    records,
    records_of,
    separator_name,
    spaced,
    stated_separator,
)

__all__ = ["Fields", "TextFormat", "fields_of", "temporary"]

_SAMPLE = 1 << 18
_IN_MEMORY = 1 << 28
_BLOCK = 1 << 24
_SHOWN = 40
_UTF8 = ("utf-8", "utf-8-sig")
_END = re.compile(rb"\r\n|\n|\r")
_ROW = re.compile(r"Expected (\d+) columns, got (\d+)")


@dataclass(frozen=True)
class TextFormat:
    """Options for reading text; None is for inferred from the text.

    They are the options of :func:`lossary.frames.read`, for functions that read a file themselves.

    Examples
    --------
    >>> from lossary import frames
    >>> frames.TextFormat(separator=";", decimal=",")
    TextFormat(separator=';', encoding=None, skip=0, header=True, decimal=',', ...)

    References
    ----------
    Shafranovich, Common Format and MIME Type for Comma-Separated Values (CSV) Files, 2005

    """

    separator: str | None = None
    encoding: str | None = None
    skip: int = 0
    header: bool = True
    decimal: str | None = None
    month_first: bool | None = None
    null_values: tuple[str, ...] | None = None
    numeric: tuple[str, ...] = ()

    def check(self) -> None:
        """Check the options; LossaryError for an invalid value."""
        separator: Any = self.separator
        single = isinstance(separator, str) and len(separator.encode()) == 1
        if separator is not None and (not single or separator in '"\n\r'):
            message = (
                "separator must be one ASCII character other than a quote and a line end, "
                f"got {separator!r}"
            )
            raise validation.LossaryError(message)
        if self.encoding is not None:
            decoded(b"", self.encoding, "text")
        if type(self.skip) is not int or self.skip < 0:
            message = f"skip must be a number of lines, 0 or more, got {self.skip!r}"
            raise validation.LossaryError(message)
        validation.flag("header", self.header)
        if self.decimal is not None:
            validation.choice("decimal", self.decimal, (".", ","))
        if self.month_first is not None:
            validation.flag("month_first", self.month_first)


@dataclass(frozen=True)
class Fields:
    """The fields of text as columns of strings, empty for empty fields.

    ``separator`` is the character between them, ``blank`` the number of blank lines left out, and
    ``notes`` are the decisions.
    """

    frame: Any
    separator: str
    blank: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _Text:
    """UTF-8 text, in memory or in a file.

    ``skipped`` is the number of lines removed from its beginning, ``blank`` the number of blank
    lines among them.
    """

    content: bytes | Path
    skipped: int
    blank: int
    sample: str
    what: str


def fields_of(source: Path | bytes, form: TextFormat, what: str, usual: str = ",") -> Fields:
    """Return the fields of a file or of content; ``usual`` is the separator if several fit."""
    form.check()
    content, notes = _as_utf8(_content(source), form, what)
    text, stated = _from_header(content, form.skip, what)
    layout = layout_of(text.sample, separator=form.separator or stated, usual=usual)
    if form.header:
        _require_header(text, layout)
    if layout.separator == " ":
        whole = text.content if isinstance(text.content, bytes) else text.content.read_bytes()
        text = replace(text, content=spaced(whole.decode()).encode())
    if form.separator is None and layout.width > 1 and layout.separator != usual:
        notes.append(Note.of("separator", separator=separator_name(layout.separator)))
    rows, blank = _parsed(text, layout)
    names, renamed = _names(layout, header=form.header)
    rows = rows.rename({str(i): name for i, name in enumerate(names)})
    rows = rows.slice(1) if form.header else rows
    return Fields(rows, layout.separator, text.blank + blank, (*notes, *renamed))


# --- bytes --------------------------------------------------------------------------------------


def _content(source: Path | bytes) -> bytes | Path:
    """Return the content of a file, or the path of a large one."""
    if isinstance(source, bytes):
        return source
    if source.suffix.lower() == ".gz":
        try:
            with gzip.open(source) as file:
                return file.read()
        except (EOFError, zlib.error) as error:
            message = f"cannot read {str(source)!r}: its compressed content is truncated or damaged"
            raise validation.LossaryError(message) from error
    return source if source.stat().st_size > _IN_MEMORY else source.read_bytes()


def _as_utf8(content: bytes | Path, form: TextFormat, what: str) -> tuple[bytes | Path, list[Note]]:
    """Return text as UTF-8, and notes on its encoding."""
    if isinstance(content, Path):
        if form.encoding is None and is_utf8(content):
            return content, []
        content = content.read_bytes()
    if not content.strip():
        message = f"cannot read {what}: it is empty"
        raise validation.LossaryError(message)
    encoding = form.encoding or encoding_of(content)
    if encoding is None:
        message = f"cannot read {what}: it is not text"
        raise validation.LossaryError(message)
    if form.encoding is None and encoding in _UTF8:
        return content, []
    notes = [] if form.encoding is not None else [Note.of("encoding", encoding=encoding)]
    return decoded(content, encoding, what).removeprefix("\ufeff").encode(), notes


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _from_header(content: bytes | Path, skip: int, what: str) -> tuple[_Text, str | None]:
    """Return text from its header on, and the separator stated by a line before it."""
    content = _without(content, skip)
    above = _blank_lines(content)
    stated = stated_separator(_sample(_without(content, above)))
    below = 0
    if stated is not None:
        above += 1
        below = _blank_lines(_without(content, above), stated)
    content, skipped = _without(content, above + below), skip + above + below
    if not _sample(content).strip():
        message = f"cannot read {what}: no line is left after {plural(skipped, 'skipped line')}"
        raise validation.LossaryError(message)
    blank = above + below - (stated is not None)
    return _Text(content, skipped, blank, _sample(content), what), stated


def _blank_lines(content: bytes | Path, separator: str = "") -> int:
    """Return the number of lines at the beginning with only blanks, separators and quotes."""
    blank = re.compile(rf"[ \t,;|\"{re.escape(separator)}]*\r?\n?")
    lines = _sample(content).replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True)
    return len(list(takewhile(blank.fullmatch, lines)))


def _without(content: bytes | Path, lines: int) -> bytes | Path:
    """Return text without its first lines."""
    if not lines:
        return content
    whole = content if isinstance(content, bytes) else content.read_bytes()
    for end in islice(_END.finditer(whole), lines - 1, lines):
        return whole[end.end() :]
    return b""


def _sample(content: bytes | Path) -> str:
    """Return the beginning of text, in whole lines."""
    start = content[:_SAMPLE] if isinstance(content, bytes) else _beginning(content)
    sample = start.decode("utf-8", "ignore").removeprefix("\ufeff")
    if len(start) < _SAMPLE:
        return sample
    return sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample


# --- header -------------------------------------------------------------------------------------


def _require_header(text: _Text, layout: Layout) -> None:
    """Require a first line that can be the header: with as many fields as most, no comment."""
    lines = list(islice(records(text.sample, layout.separator), 100))
    comments = len(list(takewhile(lambda line: line[1][0].lstrip().startswith("#"), lines)))
    alone = comments == 1 and len(layout.header) == layout.width
    before = layout.before
    if comments and not alone:
        before = max(before, lines[min(comments, len(lines) - 1)][0] - 1)
    if not before:
        return
    width = len(layout.header)
    shown = _line_text(layout.header, layout.separator)
    head = f"cannot read {text.what}: line {text.skipped + lines[0][0]}, {shown},"
    if 1 < width == layout.width - 1 and not comments:
        message = (
            f"{head} has {width} fields, but the lines below it have {layout.width}: a column name "
            "is missing, or every line ends with an extra separator"
        )
        raise validation.LossaryError(message)
    message = (
        f"{head} is not a header of the {layout.width} fields from line "
        f"{text.skipped + before + 1} on: skip the lines before them with --skip "
        f"{text.skipped + before} (skip={text.skipped + before}), or give another separator"
    )
    raise validation.LossaryError(message)


def _line_text(fields: Iterable[str], separator: str) -> str:
    line = separator.join(fields)
    return repr(line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…")


def _names(layout: Layout, *, header: bool) -> tuple[list[str], list[Note]]:
    """Return unique names of the columns, and notes on them."""
    if not header:
        return [f"column_{i}" for i in range(1, len(layout.header) + 1)], []
    names: list[str] = []
    duplicates = []
    for given in layout.header:
        name, times = given.strip(), 0
        while name in names:
            name, times = f"{given.strip()}_duplicated_{times}", times + 1
        if times:
            duplicates.append(name)
        names.append(name)
    notes = [Note.of("duplicates", columns=duplicates)] if duplicates else []
    if all(is_number(name) for name in layout.header):
        notes.append(Note.of("header", header=_line_text(layout.header, layout.separator)))
    return names, notes


# --- rows ---------------------------------------------------------------------------------------


def _parsed(text: _Text, layout: Layout) -> tuple[Any, int]:
    """Return the fields with the header as a lazy Polars frame, and the number of blank lines."""
    pa = validation.need("pyarrow", "frames")
    pl = validation.need("polars", "frames")
    skipped: list[str] = []
    options = _options(layout, skipped)
    try:
        if isinstance(text.content, Path):
            stored = _stored(text.content, options)
            return pl.scan_ipc(stored, glob=False), len(skipped)
        table = _csv().read_csv(pa.BufferReader(text.content), **options)
    except pa.ArrowInvalid as error:
        raise _parse_error(text, layout, error) from error
    _require_closed(text, table, layout.separator)
    return pl.from_arrow(table).lazy(), len(skipped)


def _csv() -> Any:
    return validation.need("pyarrow.csv", "frames")


def _options(layout: Layout, skipped: list[str]) -> dict[str, Any]:
    """Return the options of PyArrow's parser; blank lines that it skips are added to a list."""

    def of_other_width(row: Any) -> str:
        if row.text.strip():
            return "error"
        skipped.append(row.text)
        return "skip"

    csv, names = _csv(), [str(i) for i in range(len(layout.header))]
    string = validation.need("pyarrow", "frames").string()
    return {
        "read_options": csv.ReadOptions(column_names=names, block_size=_BLOCK),
        "parse_options": csv.ParseOptions(
            delimiter=layout.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=of_other_width,
        ),
        "convert_options": csv.ConvertOptions(
            column_types=dict.fromkeys(names, string), strings_can_be_null=False
        ),
    }


def _stored(path: Path, options: dict[str, Any]) -> Path:
    """Write the fields of a large file to a temporary one, and return its path."""
    pa = validation.need("pyarrow", "frames")
    place = temporary(f"{path.name}.fields.arrow")
    with (
        _csv().open_csv(path, **options) as batches,
        pa.ipc.new_file(place, batches.schema) as file,
    ):
        for batch in batches:
            file.write_batch(batch)
    return place


def temporary(name: str) -> Path:
    """Return the path of a temporary file, removed when Python ends."""
    folder = TemporaryDirectory(prefix="lossary-")
    _KEPT.append(folder)
    return Path(folder.name, name)


_KEPT: list[TemporaryDirectory[str]] = []


def _require_closed(text: _Text, table: Any, separator: str) -> None:
    """Require that quoted fields over several lines end where a field ends.

    Otherwise a stray quote would swallow all rows up to the next one.
    """
    compute = validation.need("pyarrow.compute", "frames")
    several = (compute.any(compute.match_substring_regex(c, r"[\r\n]")) for c in table.columns)
    if not isinstance(text.content, bytes) or not any(found.as_py() for found in several):
        return
    ends = re.escape(separator).encode()
    quoted = re.compile(rb"(?:^|(?<=[\r\n" + ends + rb']))"(?:[^"]|"")*("|$)')
    for found in quoted.finditer(text.content):
        after = text.content[found.end() : found.end() + 1]
        if not found[1] or after not in {b"", b"\r", b"\n", separator.encode()}:
            line = text.skipped + len(_END.findall(text.content[: found.start()])) + 1
            begun = found[0][1 : 1 + _SHOWN].decode("utf-8", "ignore").splitlines()[0]
            message = (
                f"cannot read {text.what}: the quote opened in line {line}, before {begun!r}, is "
                "not closed at the end of a field"
            )
            raise validation.LossaryError(message)


def _parse_error(text: _Text, layout: Layout, error: Exception) -> validation.LossaryError:
    """Return the error for lines that cannot be parsed, naming the first."""
    if _ROW.search(str(error)) is None:
        return cannot_read(text.what, error)
    width = len(layout.header)
    for line, row in _records(text, layout.separator):
        if len(row) != width:
            message = (
                f"cannot read {text.what}: line {text.skipped + line} has "
                f"{plural(len(row), 'field')} instead of {width}: "
                f"{_line_text(row, layout.separator)}"
            )
            return validation.LossaryError(message)
    return cannot_read(text.what, error)


def _records(text: _Text, separator: str) -> Iterator[tuple[int, list[str]]]:
    if isinstance(text.content, bytes):
        yield from records(text.content.decode("utf-8", "replace"), separator)
        return
    with text.content.open(encoding="utf-8", errors="replace") as file:
        yield from records_of(file, separator)
