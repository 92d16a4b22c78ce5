"""Inference of the encoding, separator and header of delimited text.

A few rules decide: for the encoding, a byte order mark, valid UTF-8, zeros between letters, or
pairs of bytes typical of Chinese; for the separator, the number of fields that most lines have,
where separators inside quotes do not count.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from lossary import validation

__all__ = [
    "SEPARATORS",
    "Layout",
    "decoded",
    "encoding_of",
    "is_number",
    "is_utf8",
    "layout_of",
    "records",
    "records_of",
    "separator_name",
    "spaced",
    "stated_separator",
]

SEPARATORS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar", " ": "spaces"}
"""The names of the usual separators."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
_STATED = re.compile(r'"?sep=(.)"?\r?$', re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
_SAMPLE_LINES = 1000
_PART = 1 << 24
_MOSTLY = 0.5
_ALWAYS = 0.98


@dataclass(frozen=True)
class Layout:
    """The layout of text: separator, fields of the first line, and ``width``, that of most lines.

    ``before`` is the number of lines before the first line of that width.
    """

    separator: str
    header: tuple[str, ...]
    width: int
    before: int


# --- encoding -----------------------------------------------------------------------------------


def encoding_of(content: bytes) -> str | None:
    """Return the encoding of text; None for binary data."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if b"\0" in content[:4096]:
        return _wide(content[:4096]) or ("utf-8" if _is(content, "utf-8") else None)
    if _is(content, "utf-8"):
        return "utf-8"
    if _is(content, "gb18030") and _is_chinese(content):
        return "gb18030"
    return "cp1252" if _is(content, "cp1252") else "latin-1"


def _wide(start: bytes) -> str | None:
    """Return the UTF-16 encoding of text without a byte order mark; None for neither."""
    pairs = len(start) // 2
    zeros = [start[i::2].count(0) for i in (0, 1)]
    if zeros[1] > _MOSTLY * pairs and not zeros[0]:
        return "utf-16-le"
    return "utf-16-be" if zeros[0] > _MOSTLY * pairs and not zeros[1] else None


def _is(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def is_utf8(path: Path) -> bool:
    """Tell whether a file is UTF-8, reading it in parts."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while part := file.read(_PART):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese(content: bytes) -> bool:
    """Tell whether most bytes beyond ASCII form frequent characters of GB 2312."""
    runs = _HIGH.findall(content[: 1 << 20])
    pairs = [run[i : i + 2] for run in runs for i in range(0, len(run), 2)]
    usual = sum(len(p) == 2 and (0xB0 <= p[0] <= 0xD7 or 0xA1 <= p[0] <= 0xA3) for p in pairs)
    return bool(usual > 0.7 * len(pairs))


def decoded(content: bytes, encoding: str, what: str) -> str:
    """Return the text of bytes; LossaryError if they are invalid in the encoding."""
    try:
        return content.decode(encoding)
    except LookupError as error:
        message = f"unknown encoding {encoding!r}: take utf-8, utf-16, cp1252, gb18030 …"
        raise validation.LossaryError(message) from error
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        line = content[:at].count(b"\n") + 1
        message = (
            f"cannot read {what}: line {line} is not {encoding}; give the encoding of the file, "
            "such as encoding='cp1252'"
        )
        raise validation.LossaryError(message) from error


# --- separator and header -----------------------------------------------------------------------


def stated_separator(text: str) -> str | None:
    """Return the separator stated by a first line such as ``sep=;``; None without one."""
    found = _STATED.match(text.partition("\n")[0].partition("\r")[0])
    return found[1] if found else None


def separator_name(separator: str) -> str:
    """Return the name of a separator."""
    return SEPARATORS.get(separator, repr(separator))


def layout_of(text: str, *, separator: str | None, usual: str) -> Layout:
    """Return the layout of text for a given separator, or for the one that fits best."""
    if separator is not None:
        return _layout(text, separator)[0]
    fits = [_layout(text, one) for one in ",;\t|"]
    found, (_, named, _) = max(fits, key=lambda fit: (*fit[1], fit[0].separator == usual))
    if found.width > 1 and named:
        return found
    by_spaces, (share, named, _) = _layout(text, " ")
    if share >= _ALWAYS and named and _holds_numbers(text):
        return by_spaces
    return found if found.width > 1 else _layout(text, usual)[0]


def _holds_numbers(text: str) -> bool:
    """Tell whether a column between spaces holds only numbers, unlike in sentences."""
    rows = [row for _, row in islice(records(text, " "), _SAMPLE_LINES)][1:]
    return any(all(map(is_number, column)) for column in zip(*rows, strict=False))


def is_number(text: str) -> bool:
    """Tell whether text is a plain number, with a decimal point or comma."""
    return bool(_NUMBER.fullmatch(text.strip()))


def _layout(text: str, separator: str) -> tuple[Layout, tuple[float, bool, int]]:
    """Return the layout for a separator, and its fit: share of lines, valid header, fields."""
    rows = list(islice(records(text, separator), _SAMPLE_LINES))
    widths = Counter(len(row) for _, row in rows)
    if not widths:
        return Layout(separator, (), 1, 0), (0.0, False, 1)
    width, lines = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
    # Without a majority of lines, the header decides.
    width = len(rows[0][1]) if lines <= _MOSTLY * len(rows) else width
    first = next((line for line, row in rows if len(row) == width), rows[0][0])
    before = first - 1 if first != rows[0][0] else 0
    share = round(lines / len(rows), 2) if width > 1 else 0.0
    header = tuple(rows[0][1])
    return Layout(separator, header, width, before), (share, len(header) == width, width)


def records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the fields of lines of text that are not blank, with their line numbers."""
    lines = spaced(text) if separator == " " else text.replace("\r\n", "\n").replace("\r", "\n")
    return records_of(io.StringIO(lines), separator)


def records_of(lines: Iterable[str], separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the fields of lines that are not blank, with their line numbers."""
    reader = csv.reader(lines, delimiter=separator)
    start = 1
    try:
        for row in reader:
            if any(field.strip() for field in row):
                yield start, row
            start = reader.line_num + 1
    except csv.Error:
        # A field over the size limit: the lines before it suffice.
        return


def spaced(text: str) -> str:
    """Return text with runs of spaces replaced by one, and none at the ends of lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = re.sub(r"(?m)^[ \t]+|[ \t]+$", "", lines)
    return re.sub(r'("[^"]*")|[ \t]+', lambda found: found[1] or " ", lines)
