"""The types of columns of text: whole numbers, numbers, flags, dates, or text.

A column is of a type if all its values are, blanks and the usual placeholders aside; these are
missing then. In text they stay what they are: a class may be called NA. Columns of whole numbers
some of which have leading zeros are codes, and stay text.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossary import checks
from lossary.frames.notes import Note
from lossary.frames.text import Fields, TextFormat
from lossary.frames.text_dates import forms_of, moments
from lossary.frames.text_numbers import DECIMALS, bare_of, number, signs

__all__ = ["PLACEHOLDERS", "typed"]

PLACEHOLDERS = (
    "-", "--", "–", "—", ".", "..", "?", "#div/0!", "#n/a", "#n/a n/a", "#na", "#null!", "#num!",
    "#ref!", "#value!", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "missing",
    "n.a.", "n/a", "na", "nan", "nat", "nil", "none", "null", "unknown",
)  # fmt: skip
"""What stands for nothing in columns of numbers, flags and dates, in capitals or not."""
_MOSTLY = 0.9
_SAMPLE = 1000
_DIGITS = r"^[+-]?\d+$"
_CODE = r"^[+-]?0\d+$"
_THREES = r"^[+-]?\d{1,3}(\.\d{3})+$"
_WITH_COMMAS = (";", "\t")
"""Separators that leave the comma to decimals."""

Counts = Mapping[str, Any]
Expressions = Mapping[str, Any]


@dataclass(frozen=True)
class _Column:
    """What a column is read as, the kinds of notes that name it, and whether it stays text."""

    value: Any
    kinds: tuple[str, ...] = ()
    text: bool = False


@dataclass(frozen=True)
class _Writing:
    """What decides how columns are read: options, decimal marks, whether commas are decimal."""

    form: TextFormat
    marks: tuple[str, ...]
    comma: bool = False

    def there(self, text: Any) -> Any:
        """Return whether stripped text is something besides blanks and placeholders."""
        listed = self.form.null_values
        if listed is not None:
            return (text != "") & ~text.is_in(list(listed))
        return (text != "") & ~text.str.to_lowercase().is_in(list(PLACEHOLDERS))


def typed(fields: Fields, form: TextFormat) -> tuple[Any, tuple[Note, ...]]:
    """Return a lazy Polars frame of the columns in their types, and what was decided."""
    pl = checks.need("polars", "frames")
    names = fields.frame.collect_schema().names()
    for name in form.numeric:
        if name not in names:
            raise checks.unknown_name(name, names, "column")
    rows, first = fields.frame, _counted(fields.frame, {n: _plain(n) for n in names})
    lost = 0
    if all(seen["filled"] < seen["rows"] for seen in first.values()):
        blank = pl.all_horizontal(*(_text(n) == "" for n in names))
        rows = rows.filter(~blank)
        lost = _counted(fields.frame, {"": {"blank": blank.sum()}})[""]["blank"]
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
    plain = [n for n in names if form.null_values is None and _is_plain(first[n])]
    codes = _counted(rows, {n: _codes(n, first[n], marks) for n in plain})
    known = {n: {**_of_plain(first[n]), **codes[n]} for n in plain}
    for name in names:
        if name not in known or name in form.numeric or not _is_simple(known[name]):
            known[name] = _of_text(rows, name, writing)
    if len(marks) == 2:
        comma = _writes_commas(known)
        marks = marks if comma or not _writes_points(known) else (".",)
        writing = _Writing(form, marks, comma)
    return {n: _column(n, known[n], writing) for n in names}


# --- counts of what values can be read as -------------------------------------------------------


def _text(name: str) -> Any:
    return checks.need("polars", "frames").col(name).str.strip_chars()


def _counted(rows: Any, asked: Mapping[str, Expressions]) -> dict[str, dict[str, Any]]:
    """Return what expressions give, for each column by its name, from one pass over the rows."""
    if not asked:
        return {}
    keys = [(name, key) for name, found in asked.items() for key in found]
    chosen = [asked[name][key].alias(str(i)) for i, (name, key) in enumerate(keys)]
    (values,) = rows.select(chosen).collect(engine="streaming").rows()
    counts: dict[str, dict[str, Any]] = {name: {} for name in asked}
    for (name, key), value in zip(keys, values, strict=True):
        counts[name][key] = value
    return counts


def _plain(name: str) -> dict[str, Any]:
    """Return what is counted of every column."""
    pl = checks.need("polars", "frames")
    text = _text(name)
    return {
        "rows": pl.len(),
        "filled": (text != "").sum(),
        "integer": text.cast(pl.Int64, strict=False).is_not_null().sum(),
        "fraction": text.cast(pl.Float64, strict=False).is_finite().sum(),
    }


def _is_plain(seen: Counts) -> bool:
    """Tell whether a column holds plain numbers and blanks alone."""
    return bool(seen["filled"]) and seen["filled"] in {seen["integer"], seen["fraction"]}


def _codes(name: str, seen: Counts, marks: Sequence[str]) -> dict[str, Any]:
    """Return what plain numbers may be besides: codes, or thousands with points between."""
    text = _text(name)
    if seen["integer"] == seen["filled"]:
        return {"codes": text.str.contains(_CODE).sum()}
    digits = {"digits": text.str.contains(_DIGITS).sum()}
    return digits | ({"threes": text.str.contains(_THREES).sum()} if "," in marks else {})


def _of_plain(seen: Counts) -> dict[str, Any]:
    """Return the counts of a column that holds plain numbers and blanks alone."""
    whole = seen["filled"] if seen["integer"] == seen["filled"] else 0
    zeros = dict.fromkeys(("codes", "threes", "unsigned"), 0)
    return {**seen, **zeros, "there": seen["filled"], "forms": (), "digits": whole}


def _of_text(rows: Any, name: str, writing: _Writing) -> dict[str, Any]:
    """Return the counts of a column that may hold anything, and the forms of its dates."""
    pl = checks.need("polars", "frames")
    text = pl.col("text")
    fields = rows.select(text=_text(name)).with_columns(there=writing.there(text))
    seen = _counted(fields, {name: _simple()})[name]
    seen["forms"] = forms_of(str(seen["first"]))
    if _is_simple(seen) and name not in writing.form.numeric:
        return seen
    bare = fields.with_columns(bare=bare_of(text))
    read = bare.with_columns(number(text, pl.col("bare"), m).alias(m) for m in DECIMALS)
    asked = {name: _written(seen["forms"])}
    sample = _counted(read.head(_SAMPLE), asked)[name]
    if name in writing.form.numeric or _is_likely(sample):
        return seen | _counted(read, asked)[name]
    return seen | dict.fromkeys(sample, 0)


def _simple() -> dict[str, Any]:
    """Return what is counted of columns that hold other things than plain numbers."""
    pl = checks.need("polars", "frames")
    text, there = pl.col("text"), pl.col("there")
    fraction = text.cast(pl.Float64, strict=False)
    flags = {
        "integer": text.cast(pl.Int64, strict=False).is_not_null(),
        "unsigned": text.cast(pl.UInt64, strict=False).is_not_null(),
        "fraction": fraction.is_finite() | text.str.contains(r"(?i)^[+-]?inf(inity)?$"),
        "digits": text.str.contains(_DIGITS),
        "codes": text.str.contains(_CODE),
        "threes": text.str.contains(_THREES),
    }
    return {
        "filled": (text != "").sum(),
        "there": there.sum(),
        "first": text.filter(there).first(),
        **{key: (there & flag).sum() for key, flag in flags.items()},
    }


def _is_simple(seen: Counts) -> bool:
    """Tell whether a column holds plain numbers, or nothing."""
    there = seen["there"]
    if seen["digits"] == there:
        return bool(seen["codes"] or there in {seen["integer"], seen["unsigned"]})
    return bool(seen["fraction"] == there > seen["threes"])


def _written(forms: tuple[str, ...]) -> dict[str, Any]:
    """Return what is counted of columns that plain numbers are not all of."""
    pl = checks.need("polars", "frames")
    text, there = pl.col("text"), pl.col("there")
    flags = {"flag": text.str.to_lowercase().is_in(["true", "false"])}
    flags |= signs(text, pl.col("bare"))
    for mark in DECIMALS:
        found = pl.col(mark)
        flags[mark] = found.is_not_null()
        flags[f"whole {mark}"] = (found == found.floor()) & (found.abs() < 2**53)
    for form in forms:
        of_form = moments(text, form).items()
        flags |= {f"{form} {kind}": x.is_not_null() for kind, x in of_form}
    numbers = text.cast(pl.Float64, strict=False)
    merged = text.filter(there).n_unique() - numbers.filter(there).n_unique()
    counts = {key: (there & flag).sum() for key, flag in flags.items()}
    return {"held": there.sum(), "merged": merged, **counts}


def _is_likely(seen: Counts) -> bool:
    """Tell whether a column of which some rows are counted may be more than text."""
    held = seen["held"]
    whole = any(n == held for key, n in seen.items() if key == "flag" or "%" in key)
    return held == 0 or whole or max(seen[mark] for mark in DECIMALS) > held / 2


def _writes_commas(known: Mapping[str, Counts]) -> bool:
    """Tell whether a column can be read with decimal commas alone."""
    return any(c.get(",", 0) == c["there"] > c["."] for c in known.values() if "." in c)


def _writes_points(known: Mapping[str, Counts]) -> bool:
    """Tell whether a column holds decimal points that separate no thousands."""
    fractions = (c for c in known.values() if c["digits"] < c["there"])
    return any(
        c["fraction"] == c["there"] > c["threes"] or c.get(".", 0) == c["there"] > c[","]
        for c in fractions
    )


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
    pl = checks.need("polars", "frames")
    there = seen["there"]
    if seen["digits"] < there:
        return None
    if seen["codes"]:
        return _Column(_labels(name, seen, writing).value, ("codes",), text=True)
    for kind, dtype in (("integer", pl.Int64), ("unsigned", pl.UInt64)):
        if seen[kind] == there:
            return _Column(_held(name, _text(name).cast(dtype, strict=False), writing))
    if seen["merged"]:
        return _Column(_labels(name, seen, writing).value, ("big_labels",), text=True)
    value = _held(name, _text(name).cast(pl.Float64, strict=False), writing)
    return _Column(value, ("big_integers",))


def _fractions(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    pl = checks.need("polars", "frames")
    grouped = writing.marks[-1] == "," and seen["threes"] == seen["there"]
    if seen["fraction"] < seen["there"] or (grouped and (writing.comma or len(writing.marks) == 1)):
        return None
    return _Column(_held(name, _text(name).cast(pl.Float64, strict=False), writing))


def _numbers(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    """Return numbers that are written out of the ordinary."""
    fitting = [mark for mark in writing.marks if seen[mark] == seen["there"]]
    if not fitting:
        return None
    # Three digits after a comma: in a file where the comma may be decimal, it is.
    mark = fitting[-1]
    return _Column(*_as_numbers(name, seen, mark, writing))


def _as_numbers(
    name: str, seen: Counts, mark: str, writing: _Writing
) -> tuple[Any, tuple[str, ...]]:
    pl = checks.need("polars", "frames")
    value = _held(name, number(_text(name), bare_of(_text(name)), mark), writing)
    whole = seen[f"whole {mark}"] == seen[mark]
    kinds = tuple(sign for sign in ("per_cent", "currency") if seen[sign])
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
    return _Column(_held(name, _text(name).str.to_lowercase() == "true", writing))


def _dates(name: str, seen: Counts, writing: _Writing) -> _Column | None:
    fitting = []
    for form in seen["forms"]:
        for kind, value in moments(_text(name), form).items():
            if seen[f"{form} {kind}"] == seen["there"]:
                fitting.append(value)
                break
    if not fitting:
        return None
    kinds = ("ambiguous_dates",) if len(fitting) > 1 else ()
    return _Column(_held(name, fitting[0], writing), kinds)


def _labels(name: str, seen: Counts, writing: _Writing) -> _Column:
    pl = checks.need("polars", "frames")
    listed = list(writing.form.null_values or ())
    text = _text(name)
    value = pl.when((text != "") & ~text.is_in(listed)).then(pl.col(name))
    read = max((seen.get(mark, 0) for mark in DECIMALS), default=0)
    mostly = read > _MOSTLY * seen["there"] > 0
    kind = "mostly_numbers" if seen.get(",", 0) <= seen.get(".", 0) else "mostly_commas"
    return _Column(value, (kind,) if mostly else (), text=True)


def _held(name: str, value: Any, writing: _Writing) -> Any:
    return checks.need("polars", "frames").when(writing.there(_text(name))).then(value)


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
        text = _text(name)
        of_column = text.filter((text != "") & ~writing.there(text))
        lost[name] = {"lost": of_column.unique().implode()}
    found = {n: counts["lost"] for n, counts in _counted(rows, lost).items() if counts["lost"]}
    if found:
        placeholders = sorted({value for values in found.values() for value in values})
        yield Note.of("placeholders", columns=list(found), placeholders=placeholders)
