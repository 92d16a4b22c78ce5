"""What each column of a frame holds, told by its type; nothing is guessed from the values.

========================  ==============  =====================
type                      kind            taken as
========================  ==============  =====================
Categorical, Enum         categorical     discrete
Boolean                   boolean         discrete
Int, UInt                 integer         discrete
String, Object            text            discrete
Date, Datetime, …         date            continuous
Float, Decimal            number          continuous
========================  ==============  =====================

``kinds={"age": "continuous"}`` says otherwise, column by column. Dates, moments, durations and
times of day are taken by instant, as seconds. The labels of one column are of one type; lists,
structs and binary are no labels, and left out unless they are asked for.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.column_kinds import COLUMN_KINDS
from lossary.estimate.factorize import is_missing
from lossary.frames.time_values import sort_of, type_of

__all__ = [
    "COLUMN_KINDS",
    "KINDS",
    "MISSING",
    "NESTED",
    "Field",
    "fields",
    "nearly_unique",
    "nested",
]

KINDS = ("categorical", "boolean", "integer", "text", "date", "number")
MISSING = ("category", "drop")
"""What may become of null and NaN: a category of their own, or dropped, pair by pair."""
_OBJECTS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool, np.bool_), "boolean"),
    ((int, np.integer), "integer"),
    ((dt.date, dt.time, dt.timedelta), "date"),
)
_NUMERIC = ("integer", "number", "boolean", "date")
_CONTINUOUS = ("number", "date")
_NEARLY_ALL = 0.9
_SEVERAL = 20
NESTED = "nested"
"""The kind of lists, structs and binary, which hold no labels."""
_CONTAINERS = (list, dict, set, np.ndarray)


@dataclass(frozen=True)
class Field:
    """A column: its name, what it holds, its type in words, and what it is taken as."""

    name: str
    kind: str
    dtype: str
    taken_as: str

    @property
    def discrete(self) -> bool:
        """Tell whether the column is taken as labels."""
        return self.taken_as == "discrete"

    @property
    def sort(self) -> str:
        """The quantity that the numbers of a continuous column stand for."""
        return sort_of(self.dtype) if self.kind == "date" else "number"

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}, taken as {self.taken_as}"


def fields(
    frame: Any,
    columns: Sequence[str] | str | None = None,
    *,
    kinds: Mapping[str, str] | None = None,
    without: Sequence[str | None] = (),
    target: str | None = None,
) -> tuple[Field, ...]:
    """Return what the columns of a Narwhals frame hold: some of them, or all but a few.

    Of all of them the nested ones are left out, unless they are the target, or ``kinds`` has them.
    Raises LossaryError for an unknown column, with the nearest, and for types that are no labels.
    """
    schema = frame.collect_schema()
    known = list(schema)
    if not known:
        message = "the frame has no columns"
        raise validation.LossaryError(message)
    unnamed = [name for name in known if not isinstance(name, str)]
    if unnamed:
        message = f"names of columns must be text, got {unnamed[0]!r}: rename them by map(str, ...)"
        raise validation.LossaryError(message)
    columns = [columns] if isinstance(columns, str) else columns
    wanted = (
        [c for c in known if c not in without] if columns is None else list(dict.fromkeys(columns))
    )
    for name in (*wanted, *(kinds or {}), *(c for c in without if c is not None)):
        if name not in known:
            raise validation.unknown_name(str(name), known, "column")
    if columns is None:
        none = {f.name for f in nested(frame, (target, *(kinds or {})))}
        wanted = [c for c in wanted if c not in none]
    eager = isinstance(frame, nw.DataFrame)
    held = {n: _of_object(frame[n]) for n in wanted if eager and schema[n] == nw.Object}
    return tuple(
        _field(n, *(held.get(n) or (_kind(n, schema[n]), str(schema[n]))), (kinds or {}).get(n))
        for n in wanted
    )


def nearly_unique(labels: int, rows: int) -> bool:
    """Tell whether nearly every label of a column occurs once."""
    return rows > _SEVERAL and labels >= _NEARLY_ALL * rows


def nested(frame: Any, but: Sequence[str | None] = ()) -> tuple[Field, ...]:
    """Return the columns of a Narwhals frame that hold lists, structs or binary, but for some."""
    found = []
    for name, dtype in frame.collect_schema().items():
        if name not in but and (_is_nested(dtype) or _holds_containers(frame, name, dtype)):
            found.append(Field(name, NESTED, str(dtype), "left out"))
    return tuple(found)


def _is_nested(dtype: Any) -> bool:
    return bool(dtype.is_nested() or dtype == nw.Binary)


def _holds_containers(frame: Any, name: str, dtype: Any) -> bool:
    """Tell whether a column of Python objects holds lists and the like, by the first of them."""
    if dtype != nw.Object or not isinstance(frame, nw.DataFrame):
        return False
    return any(isinstance(v, _CONTAINERS) for v in frame[name].drop_nulls().head(1).to_list())


def _of_object(series: Any) -> tuple[str, str]:
    """Return what a column of Python objects holds, by the first of them, and its type."""
    first = next((v for v in series.to_list() if not is_missing(v)), "")
    kind = next((kind for types, kind in _OBJECTS if isinstance(first, types)), "text")
    return kind, type_of(first) if kind == "date" else str(series.dtype)


def _field(name: str, kind: str, dtype: str, said: str | None) -> Field:
    if said is None:
        return Field(name, kind, dtype, "continuous" if kind in _CONTINUOUS else "discrete")
    validation.choice(f"kinds[{name!r}]", said, COLUMN_KINDS)
    if said == "continuous" and kind not in _NUMERIC:
        message = (
            f"column {name!r} is of {dtype}, {kind}: only numbers can be continuous, dates among "
            "them"
        )
        raise validation.LossaryError(message)
    return Field(name, kind, dtype, said)


def _kind(name: str, dtype: Any) -> str:
    if _is_nested(dtype):
        message = (
            f"column {name!r} is of {dtype}, whose values are no labels: leave it out by columns=, "
            "or take a part of it"
        )
        raise validation.LossaryError(message)
    if any(dtype == labels for labels in (nw.Categorical, nw.Enum)):
        return "categorical"
    if dtype == nw.Boolean:
        return "boolean"
    if dtype.is_integer():
        return "integer"
    if dtype.is_float() or dtype == nw.Decimal:
        return "number"
    return "date" if dtype.is_temporal() else "text"
