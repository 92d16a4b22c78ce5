"""Classification of feature columns as numbers, flags or categories, or as not usable.

The whole table is used, but not the target; the statistics for training are fitted later, on the
training rows alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import polars.selectors as cs

from lossary.frames.row_number_columns import is_named_index
from lossary.pages.localization import Message, say

__all__ = ["MOST_LEVELS", "Columns", "classify_columns", "tidy"]

MOST_LEVELS = 50
"""A category with more distinct values than this is dropped."""
NEARLY_UNIQUE = 0.95
SHOWN = 8
_IDENTIFIER = re.compile(
    r"(^|[_\s.-])(id|ids|uuid|guid|key|index|idx|row|rownum|nr|no)$|Id$|ID$", re.ASCII
)


@dataclass(frozen=True)
class Columns:
    """The columns by kind, the dropped ones with the reason, and notes on their treatment."""

    numbers: tuple[str, ...]
    flags: tuple[str, ...]
    categories: tuple[str, ...]
    dropped: tuple[tuple[str, Message], ...]
    notes: tuple[Message, ...]

    @property
    def used(self) -> tuple[str, ...]:
        """The columns that the model is trained on."""
        return (*self.numbers, *self.flags, *self.categories)


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Convert dates and times to numbers, categories to text, and NaN and infinity to null."""
    moments = cs.datetime() | cs.time() | cs.duration()
    return frame.with_columns(
        cs.date().cast(pl.Int32).cast(pl.Float64),
        moments.to_physical().cast(pl.Float64),
        (cs.categorical() | cs.enum()).cast(pl.String),
        cs.decimal().cast(pl.Float64),
    ).with_columns(_finite(cs.float()))


def _finite(column: pl.Expr) -> pl.Expr:
    return pl.when(column.is_finite()).then(column)


def classify_columns(frame: pl.DataFrame) -> Columns:
    """Return the kind of each column of a frame that lacks the target."""
    clean = tidy(frame)
    reasons = {c: _unusable(frame[c], clean[c]) for c in frame.columns}
    kept = [c for c, reason in reasons.items() if not reason]
    flags = [c for c in kept if frame.schema[c] == pl.Boolean]
    categories = [c for c in kept if clean.schema[c] == pl.String]
    dropped = tuple((c, reason) for c, reason in reasons.items() if reason)
    return Columns(
        numbers=tuple(c for c in kept if c not in {*flags, *categories}),
        flags=tuple(flags),
        categories=tuple(categories),
        dropped=dropped,
        notes=_notes(frame, clean, kept, categories, dropped),
    )


def _unusable(raw: pl.Series, clean: pl.Series) -> Message | None:
    """Return the reason why a column is dropped; None if it is used."""
    present = clean.drop_nulls()
    if present.is_empty():
        return say("dropped.empty")
    if raw.dtype.is_nested() or raw.dtype in {pl.Binary, pl.Object}:
        return say("dropped.type", type=str(raw.dtype))
    distinct = present.n_unique()
    if distinct == 1 and not clean.null_count():
        return say("dropped.constant", value=repr(present[0]))
    if clean.dtype == pl.String and distinct > 2:
        return _too_many_levels(present, distinct)
    if raw.dtype.is_integer() and distinct == len(raw) > 2 and _counts_rows(raw):
        return say("dropped.identifier")
    return None


def _too_many_levels(present: pl.Series, distinct: int) -> Message | None:
    if distinct >= NEARLY_UNIQUE * len(present) and len(present) > 20:
        return say("dropped.unique", distinct=distinct, rows=len(present))
    return say("dropped.levels", distinct=distinct) if distinct > MOST_LEVELS else None


def _counts_rows(column: pl.Series) -> bool:
    """Return whether distinct integers are consecutive or named like an index or identifier."""
    span = int(column.max()) - int(column.min()) + 1  # type: ignore[arg-type]
    named = is_named_index(column.name) or _IDENTIFIER.search(column.name)
    return bool(named) or span == len(column)


def _notes(
    raw: pl.DataFrame,
    clean: pl.DataFrame,
    kept: list[str],
    categories: list[str],
    dropped: tuple[tuple[str, Message], ...],
) -> tuple[Message, ...]:
    holes = {c: n for c in kept if (n := clean[c].null_count())}
    counted: dict[str, list[str] | dict[str, int]] = {
        "missing_numbers": {c: n for c, n in holes.items() if c not in categories},
        "missing_categories": {c: n for c, n in holes.items() if c in categories},
        "infinite": [
            c for c in kept if raw.schema[c].is_float() and bool(raw[c].is_infinite().any())
        ],
        "categories": {c: clean[c].drop_nulls().n_unique() for c in categories},
        "dates": [c for c in kept if raw.schema[c].is_temporal()],
    }
    return (
        *_left_out(dropped),
        *(
            say(f"note.{what}", columns=_named(columns))
            for what, columns in counted.items()
            if columns
        ),
    )


def _left_out(dropped: tuple[tuple[str, Message], ...]) -> Iterator[Message]:
    """Yield one note for each reason, with the columns dropped for it."""
    reasons = {str(reason): reason for _, reason in dropped}
    for text, reason in reasons.items():
        names = [name for name, why in dropped if str(why) == text]
        several = len(names) > 1
        yield say("note.dropped", columns=_named(names), several=several, reason=reason)


def _named(columns: list[str] | dict[str, int]) -> Message:
    """Return the names of the first few columns, with their counts if given."""
    counts = columns if isinstance(columns, dict) else {}
    names = [f"{c!r} ({counts[c]})" if c in counts else repr(c) for c in columns]
    return say("note.named", names=names[:SHOWN], more=max(0, len(names) - SHOWN))
