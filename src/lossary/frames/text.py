"""Delimited text as a table of its fields, which are text still.

PyArrow divides the text, strictly: every line has to have as many fields as the first.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lossary import validation
from lossary.frames.engine_errors import cannot_read
from lossary.frames.reading_notes import Note
from lossary.frames.text_sniffing import (
    Layout,
    decoded,
    encoding_of,
    is_number,
    is_utf8,
    layout_of,
    records,
    records_of,
    said_separator,
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
    """Options of how text is read, None where the text itself decides.

    The options are those of :func:`lossary.frames.read`, for functions that read a file themselves.

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
        """Require values that can be."""
        separator: Any = self.separator
        single = isinstance(separator, str) and len(separator.encode()) == 1
        if separator is not None and (not single or separator in '"\n\r'):
            message = (
                "separator must be one character of ASCII, no quote and no end of a line, "
                f"got {separator!r}"
            )
            raise validation.LossaryError(message)
        if self.encoding is not None:
            decoded(b"", self.encoding, "text")
        if type(self.skip) is not int or self.skip < 0:
            message = f"skip must be a number of lines, got {self.skip!r}"
            raise validation.LossaryError(message)
        validation.flag("header", self.header)
        if self.decimal is not None:
            validation.choice("decimal", self.decimal, (".", ","))
        if self.month_first is not None:
            validation.flag("month_first", self.month_first)


@dataclass(frozen=True)
class Fields:
    """The fields of text, every column a string, an empty one where there is nothing.

    ``separator`` is that between them, ``blank`` how many lines of spaces were left out; ``notes``
    say what was decided.
    """

    frame: Any
    separator: str
    blank: int
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class _Text:
    """UTF-8 text, in memory or in a file.

    ``off`` is how many lines were taken off its beginning, and ``blank`` how many of them hold
    nothing.
    """

    content: bytes | Path
    off: int
    blank: int
    sample: str
    what: str


def fields_of(source: Path | bytes, form: TextFormat, what: str, usual: str = ",") -> Fields:
    """Return the fields of a file, or of content: ``usual`` is the separator that is expected."""
    form.check()
    content, notes = _as_utf8(_content(source), form, what)
    text, stated = _begun(content, form.skip, what)
    layout = layout_of(text.sample, separator=form.separator or stated, usual=usual)
    if form.header:
        _require_header(text, layout)
    if layout.separator == " ":
        whole = text.content if isinstance(text.content, bytes) else text.content.read_bytes()
        text = replace(text, content=spaced(whole.decode()).encode())
    if form.separator is None and layout.width > 1 and layout.separator != usual:
        notes.append(Note.of("separator", separator=said_separator(layout.separator)))
    rows, blank = _divided(text, layout)
    names, renamed = _names(layout, header=form.header)
    rows = rows.rename({str(i): name for i, name in enumerate(names)})
    rows = rows.slice(1) if form.header else rows
    return Fields(rows, layout.separator, text.blank + blank, (*notes, *renamed))


# --- bytes --------------------------------------------------------------------------------------


def _content(source: Path | bytes) -> bytes | Path:
    """Return what a file holds, or the file itself where that is much."""
    if isinstance(source, bytes):
        return source
    if source.suffix.lower() == ".gz":
        try:
            with gzip.open(source) as file:
                return file.read()
        except (EOFError, zlib.error) as error:
            message = f"cannot read {str(source)!r}: its compressed content is cut or damaged"
            raise validation.LossaryError(message) from error
    return source if source.stat().st_size > _IN_MEMORY else source.read_bytes()


def _as_utf8(content: bytes | Path, form: TextFormat, what: str) -> tuple[bytes | Path, list[Note]]:
    """Return text as UTF-8, and what is to be said of its encoding."""
    if isinstance(content, Path):
        if form.encoding is None and is_utf8(content):
            return content, []
        content = content.read_bytes()
    if not content.strip():
        message = f"cannot read {what}: it is empty"
        raise validation.LossaryError(message)
    encoding = form.encoding or encoding_of(content)
    if encoding is None:
        message = f"cannot read {what}: it is no text"
        raise validation.LossaryError(message)
    if form.encoding is None and encoding in _UTF8:
        return content, []
    notes = [] if form.encoding is not None else [Note.of("encoding", encoding=encoding)]
    return decoded(content, encoding, what).removeprefix("\ufeff").encode(), notes


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _begun(content: bytes | Path, skip: int, what: str) -> tuple[_Text, str | None]:
    """Return text from its header on, and the separator that a line before it states."""
    content = _without(content, skip)
    above = _blank_lines(content)
    stated = stated_separator(_sample(_without(content, above)))
    below = 0
    if stated is not None:
        above += 1
        below = _blank_lines(_without(content, above), stated)
    content, off = _without(content, above + below), skip + above + below
    if not _sample(content).strip():
        message = f"cannot read {what}: nothing is left when {off} lines are skipped"
        raise validation.LossaryError(message)
    blank = above + below - (stated is not None)
    return _Text(content, off, blank, _sample(content), what), stated


def _blank_lines(content: bytes | Path, separator: str = "") -> int:
    """Return how many lines at the beginning hold nothing but blanks, separators and quotes."""
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
    """Require a first line that can name the columns: as wide as the others, and no comment."""
    lines = list(islice(records(text.sample, layout.separator), 100))
    comments = len(list(takewhile(lambda line: line[1][0].lstrip().startswith("#"), lines)))
    alone = comments == 1 and len(layout.header) == layout.width
    before = layout.before
    if comments and not alone:
        before = max(before, lines[min(comments, len(lines) - 1)][0] - 1)
    if not before:
        return
    width = len(layout.header)
    head = f"cannot read {text.what}: line {text.off + lines[0][0]}, {_cut(layout)},"
    if 1 < width == layout.width - 1 and not comments:
        message = (
            f"{head} has {width} fields, and the lines below it {layout.width}: a name is missing, "
            "or a separator too many ends each line"
        )
        raise validation.LossaryError(message)
    message = (
        f"{head} is no header of the {layout.width} fields from line {text.off + before + 1} on: "
        f"skip what stands before them, --skip {text.off + before} (skip={text.off + before}), or "
        "say another separator"
    )
    raise validation.LossaryError(message)


def _cut(layout: Layout) -> str:
    line = layout.separator.join(layout.header)
    return repr(line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…")


def _names(layout: Layout, *, header: bool) -> tuple[list[str], list[Note]]:
    """Return names of the columns, each once, and what is to be said of them."""
    if not header:
        return [f"column_{i}" for i in range(1, len(layout.header) + 1)], []
    names: list[str] = []
    again = []
    for given in layout.header:
        name, times = given.strip(), 0
        while name in names:
            name, times = f"{given.strip()}_duplicated_{times}", times + 1
        if times:
            again.append(name)
        names.append(name)
    notes = [Note.of("duplicates", columns=again)] if again else []
    if all(is_number(name) for name in layout.header):
        notes.append(Note.of("header", header=_cut(layout)))
    return names, notes


# --- rows ---------------------------------------------------------------------------------------


def _divided(text: _Text, layout: Layout) -> tuple[Any, int]:
    """Return the fields as a lazy Polars frame of strings, the header among them.

    And how many lines that hold spaces alone are not among them.
    """
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
        raise _refused(text, layout, error) from error
    _require_closed(text, table, layout.separator)
    return pl.from_arrow(table).lazy(), len(skipped)


def _csv() -> Any:
    return validation.need("pyarrow.csv", "frames")


def _options(layout: Layout, skipped: list[str]) -> dict[str, Any]:
    """Return how PyArrow is to divide text; lines of spaces that it skips are put into a list."""

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
    """Write the fields of a large file to one that is scanned, and removed at the end."""
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
    """Return a place for a file of that name, removed when Python ends."""
    folder = TemporaryDirectory(prefix="lossary-")
    _KEPT.append(folder)
    return Path(folder.name, name)


_KEPT: list[TemporaryDirectory[str]] = []


def _require_closed(text: _Text, table: Any, separator: str) -> None:
    """Require that quoted fields over several lines end where a field does.

    A stray quote that opens, and one that closes lines later, take all rows between them.
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
            line = text.off + len(_END.findall(text.content[: found.start()])) + 1
            begun = found[0][1 : 1 + _SHOWN].decode("utf-8", "ignore").splitlines()[0]
            message = (
                f"cannot read {text.what}: the quote that opens in line {line}, before {begun!r}, "
                "is not closed where a field ends"
            )
            raise validation.LossaryError(message)


def _refused(text: _Text, layout: Layout, error: Exception) -> validation.LossaryError:
    """Return the error for lines that cannot be divided, with the first of them."""
    said = str(error)
    if _ROW.search(said) is None:
        return cannot_read(text.what, error)
    width = len(layout.header)
    for line, row in _records(text, layout.separator):
        if len(row) != width:
            shown = layout.separator.join(row)
            shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
            message = (
                f"cannot read {text.what}: line {text.off + line} has {len(row)} "
                f"field{'s' * (len(row) != 1)} instead of {width}: {shown!r}"
            )
            return validation.LossaryError(message)
    return cannot_read(text.what, error)


def _records(text: _Text, separator: str) -> Iterator[tuple[int, list[str]]]:
    if isinstance(text.content, bytes):
        yield from records(text.content.decode("utf-8", "replace"), separator)
        return
    with text.content.open(encoding="utf-8", errors="replace") as file:
        yield from records_of(file, separator)
