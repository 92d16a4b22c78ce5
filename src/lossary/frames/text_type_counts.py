"""Counts of what the values of a column of text can be read as."""

from collections.abc import Mapping, Sequence
from typing import Any

from lossary import validation
from lossary.frames.text_dates import forms_of, moments
from lossary.frames.text_numbers import DECIMALS, bare_of, currencies, number, signs

__all__ = [
    "Counts",
    "code_counts",
    "counted",
    "counts_of_plain",
    "counts_of_text",
    "is_plain",
    "is_simple",
    "plain_counts",
    "stripped",
]

_SAMPLE = 1000
_FIRST = 100
_DIGITS = r"^[+-]?[0-9]+$"
_CODE = r"^[+-]?0[0-9]+$"
_PADDED = r"^[+-]?0[0-9]+\.[0-9]*$"
_LONG = r"^[+-]?[0-9]{16,}"
_THREES = r"^[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+$"

Counts = Mapping[str, Any]
Expressions = Mapping[str, Any]


def stripped(name: str) -> Any:
    """Return a column's text without blanks at its ends."""
    return validation.need("polars", "frames").col(name).str.strip_chars()


def counted(rows: Any, asked: Mapping[str, Expressions]) -> dict[str, dict[str, Any]]:
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


def plain_counts(name: str) -> dict[str, Any]:
    """Return what is counted of every column."""
    pl = validation.need("polars", "frames")
    text = stripped(name)
    return {
        "rows": pl.len(),
        "filled": (text != "").sum(),
        "integer": text.cast(pl.Int64, strict=False).is_not_null().sum(),
        "fraction": text.cast(pl.Float64, strict=False).is_finite().sum(),
    }


def is_plain(seen: Counts) -> bool:
    """Tell whether a column holds plain numbers and blanks alone."""
    return bool(seen["filled"]) and seen["filled"] in {seen["integer"], seen["fraction"]}


def code_counts(name: str, seen: Counts, marks: Sequence[str]) -> dict[str, Any]:
    """Return what plain numbers may be besides: codes, or thousands with points between."""
    text = stripped(name)
    if seen["integer"] == seen["filled"]:
        return {"codes": text.str.contains(_CODE).sum()}
    asked = {"digits": _DIGITS, "padded": _PADDED, "long": _LONG}
    asked |= {"threes": _THREES} if "," in marks else {}
    return {key: text.str.contains(pattern).sum() for key, pattern in asked.items()}


def counts_of_plain(seen: Counts) -> dict[str, Any]:
    """Return the counts of a column that holds plain numbers and blanks alone."""
    whole = seen["filled"] if seen["integer"] == seen["filled"] else 0
    zeros = dict.fromkeys(("codes", "long", "padded", "threes", "unsigned"), 0)
    return {**seen, **zeros, "there": seen["filled"], "forms": (), "digits": whole}


def counts_of_text(rows: Any, name: str, there: Any, *, numeric: bool) -> dict[str, Any]:
    """Return the counts of a column that may hold anything, and the forms of its dates.

    ``there`` tells of stripped text whether it is a value; ``numeric`` columns are numbers anyway.
    """
    pl = validation.need("polars", "frames")
    text = pl.col("text")
    fields = rows.select(text=stripped(name)).with_columns(there=there(text))
    seen = counted(fields, {name: _simple()})[name]
    seen["forms"] = forms_of(seen["first"])
    if is_simple(seen) and not numeric:
        return seen
    bare = fields.with_columns(bare=bare_of(text))
    read = bare.with_columns(number(text, pl.col("bare"), m).alias(m) for m in DECIMALS)
    asked = {name: _written(seen["forms"])}
    sample = counted(read.head(_SAMPLE), asked)[name]
    if numeric or _is_likely(sample):
        return seen | counted(read, asked)[name]
    return seen | dict.fromkeys(sample, 0)


def _simple() -> dict[str, Any]:
    """Return what is counted of columns that hold other things than plain numbers."""
    pl = validation.need("polars", "frames")
    text, there = pl.col("text"), pl.col("there")
    fraction = text.cast(pl.Float64, strict=False)
    flags = {
        "integer": text.cast(pl.Int64, strict=False).is_not_null(),
        "unsigned": text.cast(pl.UInt64, strict=False).is_not_null(),
        "fraction": fraction.is_finite() | text.str.contains(r"(?i)^[+-]?inf(inity)?$"),
        "digits": text.str.contains(_DIGITS),
        "codes": text.str.contains(_CODE),
        "long": text.str.contains(_LONG),
        "padded": text.str.contains(_PADDED),
        "threes": text.str.contains(_THREES),
    }
    return {
        "filled": (text != "").sum(),
        "there": there.sum(),
        "first": text.filter(there).head(_FIRST).implode(),
        **{key: (there & flag).sum() for key, flag in flags.items()},
    }


def is_simple(seen: Counts) -> bool:
    """Tell whether a column holds plain numbers, or nothing."""
    there = seen["there"]
    if seen["digits"] == there:
        return bool(seen["codes"] or there in {seen["integer"], seen["unsigned"]})
    grouped = 0 < seen["threes"] == there - seen["digits"]
    odd = grouped or seen["padded"] or seen["long"]
    return bool(seen["fraction"] == there and not odd)


def _written(forms: tuple[str, ...]) -> dict[str, Any]:
    """Return what is counted of columns that plain numbers are not all of."""
    pl = validation.need("polars", "frames")
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
    currency = currencies(text.filter(there))
    return {"held": there.sum(), "merged": merged, "currencies": currency, **counts}


def _is_likely(seen: Counts) -> bool:
    """Tell whether a column of which some rows are counted may be more than text."""
    held = seen["held"]
    dated = max((n for key, n in seen.items() if "%" in key), default=0)
    most = max(dated, *(seen[mark] for mark in DECIMALS))
    return bool(held == 0 or seen["flag"] == held or most > held / 2)
