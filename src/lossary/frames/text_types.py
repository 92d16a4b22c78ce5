"""The types of columns of text: whole numbers, numbers, flags, dates, or text.

A column is of a type if all its values are, blanks and the usual placeholders aside; these are
missing then. In text they stay what they are: a class may be called NA. Columns of whole numbers
some of which have leading zeros are codes, and stay text.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lossary import validation
from lossary.frames.reading_notes import Note
from lossary.frames.text import Fields, TextFormat
from lossary.frames.text_dates import MONTH_FIRST, moments
from lossary.frames.text_numbers import DECIMALS, bare_of, number
from lossary.frames.text_type_counts import (
    Counts,
    code_counts,
    counted,
    counts_of_plain,
    counts_of_text,
    is_plain,
    is_simple,
    plain_counts,
    stripped,
)

__all__ = ["PLACEHOLDERS", "typed"]

PLACEHOLDERS = (
    "-", "--", "–", "—", ".", "..", "?", "(null)", "\\n", "#bezug!", "#div/0!", "#n/a", "#n/a n/a",
    "#na", "#name?", "#nom?", "#nombre?", "#null!", "#num!", "#nv", "#ref!", "#valeur!", "#valor!",
    "#value!", "#wert!", "#zahl!", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>",
    "missing", "n.a.", "n/a", "na", "nan", "nat", "nil", "none", "null", "unknown",
)  # fmt: skip
"""Texts that stand for nothing in columns of numbers, flags and dates, in capitals or not."""
_MOSTLY = 0.9
_WITH_COMMAS = (";", "\t")
"""Separators that leave the comma to decimals."""


@dataclass(frozen=True)
class _Column:
    """A column as it is read, the kinds of notes that name it, and whether it stays text."""

    value: Any
    kinds: tuple[str, ...] = ()
    text: bool = False


@dataclass(frozen=True)
class _Writing:
    """Rules by which columns are read: options, decimal marks, whether commas are decimal.

    And whether months come before days, where either may, and whether that is ``settled``.
    """

    form: TextFormat
    marks: tuple[str, ...]
    comma: bool = False
    month_first: bool = False
    settled: bool = False

    def there(self, text: Any) -> Any:
        """Return whether stripped text is something besides blanks and placeholders."""
        listed = self.form.null_values
        if listed is not None:
            return (text != "") & ~text.is_in(list(listed))
        return (text != "") & ~text.str.to_lowercase().is_in(list(PLACEHOLDERS))


def typed(fields: Fields, form: TextFormat) -> tuple[Any, tuple[Note, ...]]:
    """Return a lazy Polars frame of the columns in their types, and what was decided."""
    pl = validation.need("polars", "frames")
    names = fields.frame.collect_schema().names()
    for name in form.numeric:
        if name not in names:
            raise validation.unknown_name(name, names, "column")
    rows, first = fields.frame, counted(fields.frame, {n: plain_counts(n) for n in names})
    lost = 0
    if all(seen["filled"] < seen["rows"] for seen in first.values()):
        blank = pl.all_horizontal(*(stripped(n) == "" for n in names))
        rows = rows.filter(~blank)
        lost = counted(fields.frame, {"": {"blank": blank.sum()}})[""]["blank"]
    lost += fields.blank
    columns = _columns(rows, first, form, fields.separator)
    chosen = [column.value.alias(name) for name, column in columns.items()]
    notes = (*_of_kinds(columns, form), *_of_placeholders(rows, columns, form))
    blanks = (Note.of("blank_rows", rows=lost),) if lost else ()
    return rows.select(chosen), (*blanks, *notes)


def _columns(
    rows: Any, first: Mapping[str, Counts], form: TextFormat, separator: str
) -> dict[str, _Column]:
    marks = (form.decimal,) if form.decimal else DECIMALS[: 1 + (separator in _WITH_COMMAS)]
    writing, names = _Writing(form, marks), list(first)
    # Plain numbers, which most columns are, are told from few counts.
    plain = [n for n in names if form.null_values is None and is_plain(first[n])]
    codes = counted(rows, {n: code_counts(n, first[n], marks) for n in plain})
    known = {n: {**counts_of_plain(first[n]), **codes[n]} for n in plain}
    for name in names:
        if name not in known or name in form.numeric or not is_simple(known[name]):
            numeric = name in form.numeric
            known[name] = counts_of_text(rows, name, writing.there, numeric=numeric)
    if len(marks) == 2:
        comma = _writes_commas(known)
        marks = marks if comma or not _writes_points(known) else (".",)
        writing = _Writing(form, marks, comma)
    month_first, settled = _order_of_dates(known, form)
    writing = replace(writing, month_first=month_first, settled=settled)
    return {n: _column(n, known[n], writing) for n in names}


# --- what columns prove for others --------------------------------------------------------------


def _writes_commas(known: Mapping[str, Counts]) -> bool:
    """Tell whether a column can be read with decimal commas alone."""
    return any(c.get(",", 0) == c["there"] > c["."] for c in known.values() if "." in c)


def _writes_points(known: Mapping[str, Counts]) -> bool:
    """Tell whether a column holds decimal points that separate no thousands."""
    for c in known.values():
        plain = c["fraction"] == c["there"] > c["threes"] + c["digits"]
        if plain or c.get(".", 0) == c["there"] > c.get(",", 0):
            return True
    return False


def _order_of_dates(known: Mapping[str, Counts], form: TextFormat) -> tuple[bool, bool]:
    """Return whether months come before days, and whether the option or a column proves it."""
    if form.month_first is not None:
        return form.month_first, True
    sure = [own[0] for c in known.values() if len(own := _fitting(c)) == 1 < len(c["forms"])]
    months = [form in MONTH_FIRST for form in sure]
    return bool(months) and all(months), len(set(months)) == 1


# --- decisions ----------------------------------------------------------------------------------


def _column(name: str, seen: Counts, writing: _Writing) -> _Column:
    """Return what a column is read as: the first of the types that takes all its values."""
    if name in writing.form.numeric:
        return _forced(name, seen, writing)
    ways: tuple[Callable[..., _Column | None], ...] = (_whole, _fractions, _numbers, _flags)
    for way in ways if seen["there"] else ():
        found = way(name, seen, writing)
        if found is not None:
            return found
    return _dates(name, seen, writing) or _labels(name, seen, writing)


def _whole(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    pl = validation.need("polars", "frames")
    there = seen["there"]
    if seen["digits"] < there or seen["fraction"] < there:
        return None
    if seen["codes"]:
        return _Column(_labels(name, seen, writing).value, ("codes",), text=True)
    for kind, dtype in (("integer", pl.Int64), ("unsigned", pl.UInt64)):
        if seen[kind] == there:
            return _Column(_held(name, stripped(name).cast(dtype, strict=False), writing))
    if seen["merged"]:
        return _Column(_labels(name, seen, writing).value, ("big_labels",), text=True)
    value = _held(name, stripped(name).cast(pl.Float64, strict=False), writing)
    return _Column(value, ("big_integers",))


def _fractions(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    pl = validation.need("polars", "frames")
    if seen["fraction"] < seen["there"]:
        return None
    kinds: tuple[str, ...] = ()
    if "," in writing.marks and 0 < seen["threes"] == seen["there"] - seen["digits"]:
        if writing.comma or len(writing.marks) == 1:
            return None
        kinds = ("points",)
    if seen.get("merged") and (seen["padded"] or seen["long"]):
        kind = "codes" if seen["padded"] else "big_labels"
        return _Column(_labels(name, seen, writing).value, (kind,), text=True)
    return _Column(_held(name, stripped(name).cast(pl.Float64, strict=False), writing), kinds)


def _numbers(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    """Return numbers that are written out of the ordinary."""
    fitting = [mark for mark in writing.marks if seen[mark] == seen["there"]]
    if not fitting:
        return None
    if 0 < seen["per_cent"] < seen["there"]:
        return _Column(_labels(name, seen, writing).value, ("some_per_cent",), text=True)
    # Three digits after a comma: in a file where the comma may be decimal, it is.
    mark = fitting[-1]
    return _Column(*_as_numbers(name, seen, mark, writing))


def _as_numbers(
    name: str, seen: Counts, mark: str, writing: _Writing
) -> tuple[Any, tuple[str, ...]]:
    pl = validation.need("polars", "frames")
    value = _held(name, number(stripped(name), bare_of(stripped(name)), mark), writing)
    whole = seen[f"whole {mark}"] == seen[mark]
    kinds = tuple(sign for sign in ("per_cent", "currency") if seen[sign])
    kinds += ("currencies",) if seen["currencies"] > 1 else ()
    if mark == ",":
        kinds += ("decimal_comma",) if seen["commas"] else ()
    kinds += ("thousands",) if seen[f"thousands {mark}"] else ()
    return value.cast(pl.Int64, strict=False) if whole else value, kinds


def _forced(name: str, seen: Counts, writing: _Writing) -> _Column:
    mark = max(writing.marks, key=lambda m: (seen[m], m == "," and writing.comma))
    value, kinds = _as_numbers(name, seen, mark, writing)
    return _Column(value, (*kinds, "forced") if seen[mark] < seen["there"] else kinds)


def _flags(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    if seen["flag"] < seen["there"]:
        return None
    return _Column(_held(name, stripped(name).str.to_lowercase() == "true", writing))


def _dates(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    forms = _fitting(seen)
    if not forms:
        return None
    chosen = forms[-1] if writing.month_first else forms[0]
    kinds = ("month_first",) if chosen in MONTH_FIRST else ()
    kinds = ("ambiguous_dates",) if len(forms) > 1 and not writing.settled else kinds
    value = moments(stripped(name), chosen)[_kind(seen, chosen)]
    return _Column(_held(name, value, writing), kinds)


def _fitting(seen: Counts) -> list[str]:
    """Return the forms of dates that take all values of a column."""
    return [form for form in seen["forms"] if seen["there"] and _kind(seen, form)]


def _kind(seen: Counts, form: str) -> str:
    """Return what values of a form all are: dates, datetimes, instants or times; '' for none."""
    kinds = (key.partition(f"{form} ")[2] for key, n in seen.items() if n == seen["there"])
    return next(filter(None, kinds), "")


def _labels(name: str, seen: Counts, writing: _Writing) -> _Column:
    pl = validation.need("polars", "frames")
    listed = list(writing.form.null_values or ())
    text = stripped(name)
    value = pl.when((text != "") & ~text.is_in(listed)).then(pl.col(name))
    read = max((seen.get(mark, 0) for mark in DECIMALS), default=0)
    dated = max((n for key, n in seen.items() if "%" in key), default=0)
    least = _MOSTLY * seen["there"]
    if not least or max(read, dated) <= least:
        return _Column(value, text=True)
    kind = "mostly_numbers" if seen.get(",", 0) <= seen.get(".", 0) else "mostly_commas"
    return _Column(value, ("mostly_dates" if dated > read else kind,), text=True)


def _held(name: str, value: Any, writing: _Writing) -> Any:
    return validation.need("polars", "frames").when(writing.there(stripped(name))).then(value)


# --- what is said -------------------------------------------------------------------------------


def _of_kinds(columns: Mapping[str, _Column], form: TextFormat) -> Iterator[Note]:
    kinds = dict.fromkeys(kind for column in columns.values() for kind in column.kinds)
    for kind in kinds:
        if kind == "decimal_comma" and form.decimal == ",":
            continue
        yield Note.of(kind, columns=[n for n, column in columns.items() if kind in column.kinds])


def _of_placeholders(rows: Any, columns: Mapping[str, _Column], form: TextFormat) -> Iterator[Note]:
    """Say which placeholders are missing values, and where."""
    if form.null_values is not None:
        return
    writing = _Writing(form, ())
    named = [name for name, column in columns.items() if not column.text]
    lost = {}
    for name in named:
        text = stripped(name)
        of_column = text.filter((text != "") & ~writing.there(text))
        lost[name] = {"lost": of_column.unique().implode()}
    found = {n: counts["lost"] for n, counts in counted(rows, lost).items() if counts["lost"]}
    if found:
        placeholders = sorted({value for values in found.values() for value in values})
        yield Note.of("placeholders", columns=list(found), placeholders=placeholders)
