"""Counts of the values of a text column that can be parsed as each type."""

from collections.abc import Mapping, Sequence
from typing import Any

from lossary import validation
from lossary.frames.text_dates import forms_of, parse_dates
from lossary.frames.text_numbers import DECIMALS, bare_of, currencies, number, symbols

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
    """Return the text of a column without surrounding blanks."""
    return validation.need("polars", "frames").col(name).str.strip_chars()


def counted(rows: Any, expressions: Mapping[str, Expressions]) -> dict[str, dict[str, Any]]:
    """Return the values of expressions for each column, from one pass over the rows."""
    if not expressions:
        return {}
    keys = [(name, key) for name, found in expressions.items() for key in found]
    chosen = [expressions[name][key].alias(str(i)) for i, (name, key) in enumerate(keys)]
    (values,) = rows.select(chosen).collect(engine="streaming").rows()
    counts: dict[str, dict[str, Any]] = {name: {} for name in expressions}
    for (name, key), value in zip(keys, values, strict=True):
        counts[name][key] = value
    return counts


def plain_counts(name: str) -> dict[str, Any]:
    """Return the expressions counted for every column."""
    pl = validation.need("polars", "frames")
    text = stripped(name)
    return {
        "rows": pl.len(),
        "filled": (text != "").sum(),
        "integer": text.cast(pl.Int64, strict=False).is_not_null().sum(),
        "fraction": text.cast(pl.Float64, strict=False).is_finite().sum(),
    }


def is_plain(counts: Counts) -> bool:
    """Tell whether a column holds only plain numbers and blanks."""
    return bool(counts["filled"]) and counts["filled"] in {counts["integer"], counts["fraction"]}


def code_counts(name: str, counts: Counts, marks: Sequence[str]) -> dict[str, Any]:
    """Return the expressions that find codes and thousands among plain numbers."""
    text = stripped(name)
    if counts["integer"] == counts["filled"]:
        return {"codes": text.str.contains(_CODE).sum()}
    expressions = {"digits": _DIGITS, "padded": _PADDED, "long": _LONG}
    expressions |= {"threes": _THREES} if "," in marks else {}
    return {key: text.str.contains(pattern).sum() for key, pattern in expressions.items()}


def counts_of_plain(counts: Counts) -> dict[str, Any]:
    """Return the counts of a column that holds only plain numbers and blanks."""
    whole = counts["filled"] if counts["integer"] == counts["filled"] else 0
    zeros = dict.fromkeys(("codes", "long", "padded", "threes", "unsigned"), 0)
    return {**counts, **zeros, "present": counts["filled"], "forms": (), "digits": whole}


def counts_of_text(rows: Any, name: str, is_value: Any, *, numeric: bool) -> dict[str, Any]:
    """Return the counts of a column of any text, and the formats of its dates.

    ``is_value`` is applied to stripped text; a ``numeric`` column always holds numbers.
    """
    pl = validation.need("polars", "frames")
    text = pl.col("text")
    fields = rows.select(text=stripped(name)).with_columns(present=is_value(text))
    counts = counted(fields, {name: _simple()})[name]
    counts["forms"] = forms_of(counts["first"])
    if is_simple(counts) and not numeric:
        return counts
    bare = fields.with_columns(bare=bare_of(text))
    read = bare.with_columns(number(text, pl.col("bare"), m).alias(m) for m in DECIMALS)
    expressions = {name: _formatted(counts["forms"])}
    sample = counted(read.head(_SAMPLE), expressions)[name]
    if numeric or _is_likely(sample):
        return counts | counted(read, expressions)[name]
    return counts | dict.fromkeys(sample, 0)


def _simple() -> dict[str, Any]:
    """Return the expressions counted for columns that do not hold only plain numbers."""
    pl = validation.need("polars", "frames")
    text, present = pl.col("text"), pl.col("present")
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
        "present": present.sum(),
        "first": text.filter(present).head(_FIRST).implode(),
        **{key: (present & flag).sum() for key, flag in flags.items()},
    }


def is_simple(counts: Counts) -> bool:
    """Tell whether a column holds only plain numbers, or no values."""
    present = counts["present"]
    if counts["digits"] == present:
        return bool(counts["codes"] or present in {counts["integer"], counts["unsigned"]})
    grouped = 0 < counts["threes"] == present - counts["digits"]
    odd = grouped or counts["padded"] or counts["long"]
    return bool(counts["fraction"] == present and not odd)


def _formatted(forms: tuple[str, ...]) -> dict[str, Any]:
    """Return the expressions for formatted numbers, flags and dates."""
    pl = validation.need("polars", "frames")
    text, present = pl.col("text"), pl.col("present")
    flags = {"flag": text.str.to_lowercase().is_in(["true", "false"])}
    flags |= symbols(text, pl.col("bare"))
    for mark in DECIMALS:
        found = pl.col(mark)
        flags[mark] = found.is_not_null()
        flags[f"whole {mark}"] = (found == found.floor()) & (found.abs() < 2**53)
    for form in forms:
        of_form = parse_dates(text, form).items()
        flags |= {f"{form} {kind}": x.is_not_null() for kind, x in of_form}
    numbers = text.cast(pl.Float64, strict=False)
    merged = text.filter(present).n_unique() - numbers.filter(present).n_unique()
    counts = {key: (present & flag).sum() for key, flag in flags.items()}
    currency = currencies(text.filter(present))
    return {"values": present.sum(), "merged": merged, "currencies": currency, **counts}


def _is_likely(counts: Counts) -> bool:
    """Tell whether a column may be other than text, by the counts of its first rows."""
    values = counts["values"]
    dated = max((n for key, n in counts.items() if "%" in key), default=0)
    most = max(dated, *(counts[mark] for mark in DECIMALS))
    return bool(values == 0 or counts["flag"] == values or most > values / 2)
