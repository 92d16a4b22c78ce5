"""Continuous columns scaled for distances: divided by their standard deviation, exactly."""

from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.column_kinds import Column, as_columns
from lossary.estimate.neighbour_search import NeighbourIndex, neighbour_index

__all__ = [
    "ScaledColumns",
    "as_numbers",
    "duplicate_counts",
    "joint_index",
    "require_neighbours",
    "scaled_columns",
]

_NOTED_SHARE = 0.1

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ScaledColumns:
    """Columns of shape ``(columns, rows)``, and the reciprocal standard deviation of each.

    Coordinates are the given numbers times a power of two, and only their differences are weighted:
    ties stay ties, and adding a constant to a column has no effect beyond the rounding of the
    input. ``log_scale`` is the sum of the logarithms of the deviations, ``varies`` is False for
    constant columns, ``has_ties`` is True where a column holds a number twice.
    """

    name: str
    points: Array
    weights: Array
    log_scale: float
    varies: Array
    has_ties: bool = False
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """The number of rows."""
        return int(self.points.shape[1])

    @property
    def constant(self) -> bool:
        """Whether all columns are constant."""
        return not self.varies.any()

    @cached_property
    def index(self) -> NeighbourIndex:
        """The index for neighbour search."""
        return neighbour_index(self.points, self.weights, self.order)

    @cached_property
    def order(self) -> Array | None:
        """The order of rows by a single column."""
        return np.argsort(self.points[0]) if len(self.points) == 1 else None

    def of(self, rows: Any) -> "ScaledColumns":
        """Return a subset of the rows, on the same scale."""
        points = np.ascontiguousarray(self.points[:, rows])
        return ScaledColumns(
            self.name, points, self.weights, self.log_scale, self.varies, self.has_ties, self.notes
        )


def scaled_columns(**given: Any) -> tuple[ScaledColumns, ...]:
    """Return scaled columns of one length, of shape ``(rows,)`` or ``(rows, dimensions)``."""
    shifted = {name: _minus_minimum(name, values) for name, values in given.items()}
    return tuple(_scaled(column) for column in as_columns("continuous", **shifted))


def joint_index(*parts: ScaledColumns) -> NeighbourIndex:
    """Return the index for neighbour search of several groups of columns together."""
    points, weights = ([getattr(p, what) for p in parts] for what in ("points", "weights"))
    second = [part for part in parts for _ in part.points][:2][-1]
    return neighbour_index(np.concatenate(points), np.concatenate(weights), second.order)


def duplicate_counts(*parts: ScaledColumns) -> Array:
    """Return the number of copies of each row, itself included."""
    code = np.zeros(parts[0].rows, dtype=np.int64)
    for column in np.concatenate([p.points for p in parts]):
        values, places = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(values) + places, return_inverse=True)
    return np.bincount(code)[code]


def require_neighbours(k: Any, rows: int, what: str = "rows") -> None:
    """Require a number of neighbours below the number of rows."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        message = f"k must be a whole number of neighbours of at least 1, got {validation.shown(k)}"
        raise validation.LossaryError(message)
    if k >= 1 << 31:
        message = f"k must be a whole number below {1 << 31}, got {validation.shown(k)}"
        raise validation.LossaryError(message)
    if k >= rows:
        message = (
            f"k={k} neighbours of each row need at least {k + 1} {what}, got {rows}: pass a "
            "smaller k or more rows"
        )
        raise validation.LossaryError(message)


def as_numbers(name: str, values: Any) -> Any:
    """Return numbers as an array of their dtype; anything else, such as ragged lists, as given."""
    if isinstance(values, np.ma.MaskedArray):
        values = np.where(np.ma.getmaskarray(values), np.nan, np.ma.getdata(values))
    try:
        numbers = validation.to_numpy(values)
    except ValueError:
        return values
    if numbers.dtype.kind in "cSU":
        raise validation.not_numbers(name, values)
    return values if numbers.dtype.kind == "O" else numbers


def _minus_minimum(name: str, values: Any) -> Any:
    """Return integers and times minus their minimum, exactly; anything else as given.

    A time in nanoseconds has more digits than a float64.
    """
    numbers = as_numbers(name, values)
    kind = numbers.dtype.kind if isinstance(numbers, np.ndarray) else ""
    if kind not in {"i", "u", "m", "M"} or numbers.ndim == 0 or numbers.size == 0:
        return numbers
    if kind in {"i", "u"}:
        return _above_minimum(numbers)
    counted = _above_minimum(numbers.view(np.int64))
    return np.where(np.isnat(numbers), np.nan, counted)


def _above_minimum(whole: Array) -> Array:
    """Return integers minus their minimum, a difference that a uint64 can hold."""
    wide = whole.astype(np.uint64 if whole.dtype.kind == "u" else np.int64)
    least = wide.min(axis=0)
    return (wide.view(np.uint64) - np.asarray(least).view(np.uint64)).astype(np.float64)


def _scaled(column: Column) -> ScaledColumns:
    values = column.values if column.values.ndim == 2 else column.values[:, None]
    points = np.ascontiguousarray(values.T) + 0.0
    half = points.max(axis=1) / 2 - points.min(axis=1) / 2
    varies = half > 0
    exponents = np.where(varies, np.frexp(half)[1] + 1, 0)
    points = np.ldexp(points, -exponents[:, None])
    spread = np.where(varies, np.std(points - points[:, :1], axis=1), 1.0)
    log_scale = float(np.sum(np.log(spread) + exponents * log(2)))
    ordered = np.sort(points, axis=1)
    again = np.mean(ordered[:, 1:] == ordered[:, :-1], axis=1) if len(values) > 1 else varies * 0.0
    note = _note_on_ties(column.name, float(again[varies].max(initial=0)))
    return ScaledColumns(
        column.name, points, 1 / spread, log_scale, varies, bool(again.any()), note
    )


def _note_on_ties(name: str, share: float) -> tuple[str, ...]:
    """Return a note where many values of a column occur more than once."""
    if share <= _NOTED_SHARE:
        return ()
    note = (
        f"{share:.0%} of the values of {name} repeat another, and it is taken as continuous: pass "
        "kind='discrete' if they are labels"
    )
    return (note,)
