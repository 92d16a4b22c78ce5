"""Kinds of the columns of a frame, by their types; nothing is guessed from the values.

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

``kinds={"age": "continuous"}`` overrides this for a column. Dates, datetimes, durations and times
of day are measured in seconds. The labels of one column must have one type. Lists, structs and
binary cannot be labels: such columns are left out, and an error if named.
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
from lossary.frames.time_values import quantity_of, type_of

__all__ = [
    "MISSING_RULES",
    "NESTED",
    "NOT_LABELS",
    "Field",
    "fields",
    "nearly_unique",
    "nested",
]

MISSING_RULES = ("category", "drop")
"""Treatments of null and NaN: a label of their own, or dropped, pair by pair."""
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
"""The kind of lists, structs and binary, which cannot be labels."""
NOT_LABELS = "of type {}, whose values cannot be labels"
_CONTAINERS = (list, dict, set, np.ndarray)


@dataclass(frozen=True)
class Field:
    """A column: its name, kind, type, and treatment as discrete or continuous."""

    name: str
    kind: str
    dtype: str
    taken_as: str

    @property
    def discrete(self) -> bool:
        """Tell whether the column is treated as labels."""
        return self.taken_as == "discrete"

    @property
    def quantity(self) -> str:
        """The quantity measured by a continuous column: a number, or a kind of time."""
        return quantity_of(self.dtype) if self.kind == "date" else "number"

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
    """Return the kinds of columns of a Narwhals frame: of some, or of all but a few.

    By default nested ones are left out, unless they are the target or in ``kinds``. Raises
    LossaryError for an unknown column, naming the nearest, and for types that cannot be labels.
    """
    schema = frame.collect_schema()
    known = list(schema)
    if not known:
        message = "the frame has no columns"
        raise validation.LossaryError(message)
    unnamed = [name for name in known if not isinstance(name, str)]
    if unnamed:
        message = (
            f"column names must be text, got {unnamed[0]!r}: rename them, "
            "frame.columns = frame.columns.map(str)"
        )
        raise validation.LossaryError(message)
    columns = [columns] if isinstance(columns, str) else columns
    wanted = (
        [c for c in known if c not in without] if columns is None else list(dict.fromkeys(columns))
    )
    for name in (*wanted, *(kinds or {}), *(c for c in without if c is not None)):
        if name not in known:
            raise validation.unknown_name(str(name), known, "column")
    if columns is None:
        left_out = {f.name for f in nested(frame, (target, *(kinds or {})))}
        wanted = [c for c in wanted if c not in left_out]
    eager = isinstance(frame, nw.DataFrame)
    objects = {n: _of_object(frame[n]) for n in wanted if eager and schema[n] == nw.Object}
    return tuple(
        _field(n, *(objects.get(n) or (_kind(n, schema[n]), str(schema[n]))), (kinds or {}).get(n))
        for n in wanted
    )


def nearly_unique(labels: int, rows: int) -> bool:
    """Tell whether nearly every label of a column occurs only once."""
    return rows > _SEVERAL and labels >= _NEARLY_ALL * rows


def nested(frame: Any, without: Sequence[str | None] = ()) -> tuple[Field, ...]:
    """Return the columns of a Narwhals frame that hold lists, structs or binary."""
    found = []
    for name, dtype in frame.collect_schema().items():
        if name not in without and (_is_nested(dtype) or _holds_containers(frame, name, dtype)):
            found.append(Field(name, NESTED, str(dtype), "left out"))
    return tuple(found)


def _is_nested(dtype: Any) -> bool:
    return bool(dtype.is_nested() or dtype == nw.Binary)


def _holds_containers(frame: Any, name: str, dtype: Any) -> bool:
    """Tell whether a column of Python objects holds containers, by its first value."""
    if dtype != nw.Object or not isinstance(frame, nw.DataFrame):
        return False
    return any(isinstance(v, _CONTAINERS) for v in frame[name].drop_nulls().head(1).to_list())


def _of_object(series: Any) -> tuple[str, str]:
    """Return the kind and type of a column of Python objects, by its first value."""
    first = next((v for v in series.to_list() if not is_missing(v)), "")
    kind = next((kind for types, kind in _OBJECTS if isinstance(first, types)), "text")
    return kind, type_of(first) if kind == "date" else str(series.dtype)


def _field(name: str, kind: str, dtype: str, taken_as: str | None) -> Field:
    if taken_as is None:
        return Field(name, kind, dtype, "continuous" if kind in _CONTINUOUS else "discrete")
    validation.choice(f"kinds[{name!r}]", taken_as, COLUMN_KINDS)
    if taken_as == "continuous" and kind not in _NUMERIC:
        message = (
            f"kinds[{name!r}] is 'continuous', but the column is of type {dtype} ({kind}): only "
            "numbers, dates and times can be continuous"
        )
        raise validation.LossaryError(message)
    return Field(name, kind, dtype, taken_as)


def _kind(name: str, dtype: Any) -> str:
    if _is_nested(dtype):
        message = (
            f"column {name!r} is {NOT_LABELS.format(dtype)}: leave it out of columns=, or take a "
            "part of it"
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
