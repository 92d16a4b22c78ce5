"""The types of columns of text: whole numbers, numbers, flags, dates, or text.

A column has a type if all its values can be parsed as that type, except blanks and the usual
placeholders, which are then missing. In text columns placeholders are kept: a class may be called
NA. Columns of whole numbers, some with leading zeros, are codes and stay text.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lossary import validation
from lossary.frames.delimited_text import Fields, TextFormat
from lossary.frames.reading_notes import Note
from lossary.frames.text_dates import MONTH_FIRST, parse_dates
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
"""Texts that mean missing in columns of numbers, flags and dates, in either case."""
_MOSTLY = 0.9
_WITH_COMMAS = (";", "\t")
"""Separators with which the comma may be the decimal mark."""


@dataclass(frozen=True)
class _Column:
    """A parsed column, the kinds of its notes, and whether it is text."""

    value: Any
    kinds: tuple[str, ...] = ()
    text: bool = False


@dataclass(frozen=True)
class _Conventions:
    """Conventions of a file: options, decimal marks, whether commas are decimal, order of dates.

    ``month_first`` is the order of ambiguous dates, ``order_known`` whether it is given or proven.
    """

    form: TextFormat
    marks: tuple[str, ...]
    comma: bool = False
    month_first: bool = False
    order_known: bool = False

    def is_value(self, text: Any) -> Any:
        """Return whether stripped text is a value: neither blank nor a placeholder."""
        listed = self.form.null_values
        if listed is not None:
            return (text != "") & ~text.is_in(list(listed))
        return (text != "") & ~text.str.to_lowercase().is_in(list(PLACEHOLDERS))


def typed(fields: Fields, form: TextFormat) -> tuple[Any, tuple[Note, ...]]:
    """Return a lazy Polars frame of the columns in their types, and notes."""
    pl = validation.need("polars", "frames")
    names = fields.frame.collect_schema().names()
    for name in form.numeric:
        if name not in names:
            raise validation.unknown_name(name, names, "column")
    rows, first = fields.frame, counted(fields.frame, {n: plain_counts(n) for n in names})
    blank_rows = 0
    if all(counts["filled"] < counts["rows"] for counts in first.values()):
        blank = pl.all_horizontal(*(stripped(n) == "" for n in names))
        rows = rows.filter(~blank)
        blank_rows = counted(fields.frame, {"": {"blank": blank.sum()}})[""]["blank"]
    blank_rows += fields.blank
    columns = _columns(rows, first, form, fields.separator)
    chosen = [column.value.alias(name) for name, column in columns.items()]
    notes = (*_of_kinds(columns, form), *_of_placeholders(rows, columns, form))
    blanks = (Note.of("blank_rows", rows=blank_rows),) if blank_rows else ()
    return rows.select(chosen), (*blanks, *notes)


def _columns(
    rows: Any, first: Mapping[str, Counts], form: TextFormat, separator: str
) -> dict[str, _Column]:
    marks = (form.decimal,) if form.decimal else DECIMALS[: 1 + (separator in _WITH_COMMAS)]
    conventions, names = _Conventions(form, marks), list(first)
    # Plain numbers, the most frequent type, are recognised by few counts.
    plain = [n for n in names if form.null_values is None and is_plain(first[n])]
    codes = counted(rows, {n: code_counts(n, first[n], marks) for n in plain})
    known = {n: {**counts_of_plain(first[n]), **codes[n]} for n in plain}
    for name in names:
        if name not in known or name in form.numeric or not is_simple(known[name]):
            numeric = name in form.numeric
            known[name] = counts_of_text(rows, name, conventions.is_value, numeric=numeric)
    if len(marks) == 2:
        comma = _writes_commas(known)
        marks = marks if comma or not _writes_points(known) else (".",)
        conventions = _Conventions(form, marks, comma)
    month_first, order_known = _order_of_dates(known, form)
    conventions = replace(conventions, month_first=month_first, order_known=order_known)
    return {n: _column(n, known[n], conventions) for n in names}


# --- conventions inferred from columns ------------------------------------------------------------


def _writes_commas(known: Mapping[str, Counts]) -> bool:
    """Tell whether a column can be parsed with decimal commas only."""
    return any(c.get(",", 0) == c["present"] > c["."] for c in known.values() if "." in c)


def _writes_points(known: Mapping[str, Counts]) -> bool:
    """Tell whether a column holds decimal points that cannot separate thousands."""
    for c in known.values():
        plain = c["fraction"] == c["present"] > c["threes"] + c["digits"]
        if plain or c.get(".", 0) == c["present"] > c.get(",", 0):
            return True
    return False


def _order_of_dates(known: Mapping[str, Counts], form: TextFormat) -> tuple[bool, bool]:
    """Return whether months come before days, and whether an option or a column proves it."""
    if form.month_first is not None:
        return form.month_first, True
    sure = [own[0] for c in known.values() if len(own := _fitting(c)) == 1 < len(c["forms"])]
    months = [form in MONTH_FIRST for form in sure]
    return bool(months) and all(months), len(set(months)) == 1


# --- decisions ----------------------------------------------------------------------------------


def _column(name: str, counts: Counts, conventions: _Conventions) -> _Column:
    """Return a column parsed as the first type that fits all its values."""
    if name in conventions.form.numeric:
        return _forced(name, counts, conventions)
    types: tuple[Callable[..., _Column | None], ...] = (_whole, _fractions, _numbers, _flags)
    for parse in types if counts["present"] else ():
        found = parse(name, counts, conventions)
        if found is not None:
            return found
    return _dates(name, counts, conventions) or _labels(name, counts, conventions)


def _whole(name: str, counts: Counts, conventions: _Conventions) -> _Column | None:
    pl = validation.need("polars", "frames")
    present = counts["present"]
    if counts["digits"] < present or counts["fraction"] < present:
        return None
    if counts["codes"]:
        return _Column(_labels(name, counts, conventions).value, ("codes",), text=True)
    for kind, dtype in (("integer", pl.Int64), ("unsigned", pl.UInt64)):
        if counts[kind] == present:
            return _Column(_present(name, stripped(name).cast(dtype, strict=False), conventions))
    if counts["merged"]:
        return _Column(_labels(name, counts, conventions).value, ("big_labels",), text=True)
    value = _present(name, stripped(name).cast(pl.Float64, strict=False), conventions)
    return _Column(value, ("big_integers",))


def _fractions(name: str, counts: Counts, conventions: _Conventions) -> _Column | None:
    pl = validation.need("polars", "frames")
    if counts["fraction"] < counts["present"]:
        return None
    kinds: tuple[str, ...] = ()
    if "," in conventions.marks and 0 < counts["threes"] == counts["present"] - counts["digits"]:
        if conventions.comma or len(conventions.marks) == 1:
            return None
        kinds = ("points",)
    if counts.get("merged") and (counts["padded"] or counts["long"]):
        kind = "codes" if counts["padded"] else "big_labels"
        return _Column(_labels(name, counts, conventions).value, (kind,), text=True)
    return _Column(
        _present(name, stripped(name).cast(pl.Float64, strict=False), conventions), kinds
    )


def _numbers(name: str, counts: Counts, conventions: _Conventions) -> _Column | None:
    """Return formatted numbers."""
    fitting = [mark for mark in conventions.marks if counts[mark] == counts["present"]]
    if not fitting:
        return None
    if 0 < counts["per_cent"] < counts["present"]:
        return _Column(_labels(name, counts, conventions).value, ("some_per_cent",), text=True)
    # Three digits after a comma: if the comma may be decimal in this file, it is.
    mark = fitting[-1]
    return _Column(*_as_numbers(name, counts, mark, conventions))


def _as_numbers(
    name: str, counts: Counts, mark: str, conventions: _Conventions
) -> tuple[Any, tuple[str, ...]]:
    pl = validation.need("polars", "frames")
    value = _present(name, number(stripped(name), bare_of(stripped(name)), mark), conventions)
    whole = counts[f"whole {mark}"] == counts[mark]
    kinds = tuple(kind for kind in ("per_cent", "currency") if counts[kind])
    kinds += ("currencies",) if counts["currencies"] > 1 else ()
    if mark == ",":
        kinds += ("decimal_comma",) if counts["commas"] else ()
    kinds += ("thousands",) if counts[f"thousands {mark}"] else ()
    return value.cast(pl.Int64, strict=False) if whole else value, kinds


def _forced(name: str, counts: Counts, conventions: _Conventions) -> _Column:
    mark = max(conventions.marks, key=lambda m: (counts[m], m == "," and conventions.comma))
    value, kinds = _as_numbers(name, counts, mark, conventions)
    return _Column(value, (*kinds, "forced") if counts[mark] < counts["present"] else kinds)


def _flags(name: str, counts: Counts, conventions: _Conventions) -> _Column | None:
    if counts["flag"] < counts["present"]:
        return None
    return _Column(_present(name, stripped(name).str.to_lowercase() == "true", conventions))


def _dates(name: str, counts: Counts, conventions: _Conventions) -> _Column | None:
    forms = _fitting(counts)
    if not forms:
        return None
    chosen = forms[-1] if conventions.month_first else forms[0]
    kinds = ("month_first",) if chosen in MONTH_FIRST else ()
    kinds = ("ambiguous_dates",) if len(forms) > 1 and not conventions.order_known else kinds
    value = parse_dates(stripped(name), chosen)[_kind(counts, chosen)]
    return _Column(_present(name, value, conventions), kinds)


def _fitting(counts: Counts) -> list[str]:
    """Return the date formats that fit all values of a column."""
    return [form for form in counts["forms"] if counts["present"] and _kind(counts, form)]


def _kind(counts: Counts, form: str) -> str:
    """Return the type of all values in a format: date, datetime, instant or time; else ''."""
    kinds = (key.partition(f"{form} ")[2] for key, n in counts.items() if n == counts["present"])
    return next(filter(None, kinds), "")


def _labels(name: str, counts: Counts, conventions: _Conventions) -> _Column:
    pl = validation.need("polars", "frames")
    listed = list(conventions.form.null_values or ())
    text = stripped(name)
    value = pl.when((text != "") & ~text.is_in(listed)).then(pl.col(name))
    read = max((counts.get(mark, 0) for mark in DECIMALS), default=0)
    dated = max((n for key, n in counts.items() if "%" in key), default=0)
    least = _MOSTLY * counts["present"]
    if not least or max(read, dated) <= least:
        return _Column(value, text=True)
    kind = "mostly_numbers" if counts.get(",", 0) <= counts.get(".", 0) else "mostly_commas"
    return _Column(value, ("mostly_dates" if dated > read else kind,), text=True)


def _present(name: str, value: Any, conventions: _Conventions) -> Any:
    return (
        validation.need("polars", "frames").when(conventions.is_value(stripped(name))).then(value)
    )


# --- notes ----------------------------------------------------------------------------------------


def _of_kinds(columns: Mapping[str, _Column], form: TextFormat) -> Iterator[Note]:
    kinds = dict.fromkeys(kind for column in columns.values() for kind in column.kinds)
    for kind in kinds:
        if kind == "decimal_comma" and form.decimal == ",":
            continue
        yield Note.of(kind, columns=[n for n, column in columns.items() if kind in column.kinds])


def _of_placeholders(rows: Any, columns: Mapping[str, _Column], form: TextFormat) -> Iterator[Note]:
    """Yield the note on placeholders that are missing values."""
    if form.null_values is not None:
        return
    conventions = _Conventions(form, ())
    queries = {}
    for name in (name for name, column in columns.items() if not column.text):
        text = stripped(name)
        of_column = text.filter((text != "") & ~conventions.is_value(text))
        queries[name] = {"texts": of_column.unique().implode()}
    counts = counted(rows, queries)
    found = {name: own["texts"] for name, own in counts.items() if own["texts"]}
    if found:
        placeholders = sorted({value for values in found.values() for value in values})
        yield Note.of("placeholders", columns=list(found), placeholders=placeholders)
