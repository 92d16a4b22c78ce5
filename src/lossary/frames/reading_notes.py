"""Notes on decisions made when a file was read, as sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SENTENCES", "Note", "named"]

_MOST = 6
SENTENCES = {
    "ambiguous_dates": (
        "{columns}: ambiguous dates, read as day/month/year (--month-first reads month/day/year)"
    ),
    "big_integers": "{columns}: integers beyond 64 bits, read in double precision",
    "big_labels": (
        "{columns}: integers beyond 64 bits that double precision cannot distinguish, read as text"
    ),
    "blank_rows": "blank rows left out: {rows}",
    "codes": "{columns}: codes with leading zeros, read as text (--numeric reads them as numbers)",
    "currencies": "{columns}: amounts in several currencies, whose symbols are ignored",
    "currency": "{columns}: numbers with a currency symbol, which is ignored",
    "decimal_comma": "{columns}: numbers with decimal commas",
    "duplicates": "duplicate column names are numbered: {columns}",
    "encoding": "the text is not UTF-8 and is read as {encoding} (--encoding names another)",
    "forced": "{columns}: values that are not numbers are missing, as requested",
    "header": (
        "the first line, {header}, is read as column names (--no-header if it holds values)"
    ),
    "mostly_commas": (
        "{columns}: text, though most values are numbers with decimal commas (--decimal , and "
        "--numeric read them, the rest missing)"
    ),
    "mostly_dates": (
        "{columns}: text, though most values are dates (--null-value marks the others as missing)"
    ),
    "mostly_numbers": (
        "{columns}: text, though most values are numbers (--numeric reads them, the rest missing)"
    ),
    "month_first": "{columns}: dates read as month/day/year",
    "per_cent": "{columns}: percentages, read as fractions",
    "placeholders": "{columns}: {placeholders} read as missing",
    "points": (
        "{columns}: points are read as decimal points, though they may separate thousands "
        "(--decimal , reads them so)"
    ),
    "separator": "fields are separated by {separator}",
    "some_per_cent": (
        "{columns}: text, because some of its numbers are percentages and others are not "
        "(--numeric reads percentages as fractions, the others as they are)"
    ),
    "thousands": "{columns}: numbers with thousands separators",
}
"""The sentence of each kind of note."""


@dataclass(frozen=True)
class Note:
    """A decision: its kind, its values, and its sentence."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: str, **values: Any) -> "Note":
        """Return the note of a kind."""
        return cls(kind, values)

    def of_column(self, name: str) -> bool:
        """Tell whether the note is about a column."""
        return name in self.values.get("columns", ())

    def __str__(self) -> str:
        shown = {k: named(v) if isinstance(v, list | tuple) else v for k, v in self.values.items()}
        return SENTENCES[self.kind].format(**shown)


def named(names: list[str] | tuple[str, ...]) -> str:
    """Return some column names, and the number of the rest."""
    more = len(names) - _MOST
    shown = ", ".join(map(repr, names[:_MOST]))
    return f"{shown} and {more} more" if more > 0 else shown
