"""Notes on what was decided when a file was read, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["TEXTS", "Note", "named"]

_MOST = 6
TEXTS = {
    "ambiguous_dates": (
        "{columns}: day or month may come first, taken as day/month/year (--month-first takes the "
        "month)"
    ),
    "big_integers": "{columns}: whole numbers beyond 64 bits, as fractions in double precision",
    "big_labels": (
        "{columns}: whole numbers beyond 64 bits that double precision does not tell apart, "
        "taken as text"
    ),
    "blank_rows": "blank rows, left out: {rows}",
    "codes": "{columns}: codes with leading zeros, taken as text (--numeric takes them as numbers)",
    "currencies": "{columns}: amounts in several currencies, whose signs are left out",
    "currency": "{columns}: numbers with signs of a currency, which are left out",
    "decimal_comma": "{columns}: numbers with decimal commas",
    "duplicates": "names that occur twice are told apart: {columns}",
    "encoding": "the text is taken as {encoding}, as it is not UTF-8 (--encoding says another)",
    "forced": "{columns}: what is no number is missing, as asked for",
    "header": (
        "the first line, {header}, names the columns: if it holds values, there is no header "
        "(--no-header)"
    ),
    "mostly_commas": (
        "{columns}: text, though most of it reads as numbers with decimal commas (--decimal , and "
        "--numeric take them, the rest missing)"
    ),
    "mostly_dates": (
        "{columns}: text, though most of it reads as dates (--null-value leaves out what does not)"
    ),
    "mostly_numbers": (
        "{columns}: text, though most of it reads as numbers (--numeric takes them, the rest "
        "missing)"
    ),
    "month_first": "{columns}: dates as month/day/year",
    "per_cent": "{columns}: per cent, in hundredths",
    "placeholders": "{columns}: missing where the file has {placeholders}",
    "points": (
        "{columns}: points are taken as decimal, though they may separate thousands (--decimal , "
        "takes them so)"
    ),
    "separator": "fields are separated by {separator}",
    "some_per_cent": (
        "{columns}: text, as some of its numbers are per cent and others are not (--numeric takes "
        "per cent in hundredths, the others as they are)"
    ),
    "thousands": "{columns}: numbers with separators of thousands",
}
"""The sentence of each kind of note."""


@dataclass(frozen=True)
class Note:
    """A decision: its kind, what it speaks of, and the sentence that says it."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: str, **values: Any) -> "Note":
        """Return the note of a kind."""
        return cls(kind, values)

    def of_column(self, name: str) -> bool:
        """Tell whether the note speaks of a column."""
        return name in self.values.get("columns", ())

    def __str__(self) -> str:
        shown = {k: named(v) if isinstance(v, list | tuple) else v for k, v in self.values.items()}
        return TEXTS[self.kind].format(**shown)


def named(names: list[str] | tuple[str, ...]) -> str:
    """Return a few names of columns, and how many more there are."""
    more = len(names) - _MOST
    shown = ", ".join(map(repr, names[:_MOST]))
    return f"{shown} and {more} more" if more > 0 else shown
