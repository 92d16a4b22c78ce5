"""Continuous columns ready for distances: free of units, and what the data say against them."""

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

_RECURRING = 0.1

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ScaledColumns:
    """Columns of shape ``(columns, rows)``, and one over the standard deviation of each.

    Coordinates are the numbers given, times a power of two: their differences are as exact, and
    only these are weighted. So ties stay ties, and adding a number to a column changes nothing but
    by the rounding of the input. ``log_scale`` is the sum of the logarithms of the deviations;
    ``recurs`` tells that a column has a number twice.
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
        """How many rows there are."""
        return int(self.points.shape[1])

    @property
    def constant(self) -> bool:
        """Tell whether no column varies."""
        return not self.varies.any()

    @cached_property
    def index(self) -> NeighbourIndex:
        """The points, arranged for search."""
        return neighbour_index(self.points, self.weights, self.order)

    @cached_property
    def order(self) -> Array | None:
        """The order of rows by a single column."""
        return np.argsort(self.points[0]) if len(self.points) == 1 else None

    def of(self, rows: Any) -> "ScaledColumns":
        """Return some of the rows, on the same scale."""
        points = np.ascontiguousarray(self.points[:, rows])
        return ScaledColumns(
            self.name, points, self.weights, self.log_scale, self.varies, self.has_ties, self.notes
        )


def scaled_columns(**given: Any) -> tuple[ScaledColumns, ...]:
    """Return columns of one length, each of shape ``(rows,)`` or ``(rows, dimensions)``."""
    near = {name: _near_zero(name, values) for name, values in given.items()}
    return tuple(_scaled(column) for column in as_columns("continuous", **near))


def joint_index(*parts: ScaledColumns) -> NeighbourIndex:
    """Return the points of several groups of columns, arranged for search."""
    points, weights = ([getattr(p, what) for p in parts] for what in ("points", "weights"))
    second = [part for part in parts for _ in part.points][:2][-1]
    return neighbour_index(np.concatenate(points), np.concatenate(weights), second.order)


def duplicate_counts(*parts: ScaledColumns) -> Array:
    """Return how often each row occurs, itself included."""
    code = np.zeros(parts[0].rows, dtype=np.int64)
    for column in np.concatenate([p.points for p in parts]):
        values, places = np.unique(column, return_inverse=True)
        _, code = np.unique(code * len(values) + places, return_inverse=True)
    return np.bincount(code)[code]


def require_neighbours(k: Any, rows: int, what: str = "rows") -> None:
    """Require a whole number of neighbours, and that there are so many others."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        message = f"k must be a whole number of neighbours from 1 on, got {validation.shown(k)}"
        raise validation.LossaryError(message)
    if k >= 1 << 31:
        message = f"k must be a whole number below {1 << 31}, got {validation.shown(k)}"
        raise validation.LossaryError(message)
    if k >= rows:
        message = (
            f"k = {k} neighbours beside each row need at least {k + 1} {what}, got {rows}: "
            "take a smaller k, or more rows"
        )
        raise validation.LossaryError(message)


def as_numbers(name: str, values: Any) -> Any:
    """Return numbers as an array of their own dtype; what is none, and ragged lists, as it is."""
    if isinstance(values, np.ma.MaskedArray):
        values = np.where(np.ma.getmaskarray(values), np.nan, np.ma.getdata(values))
    try:
        numbers = validation.to_numpy(values)
    except ValueError:
        return values
    if numbers.dtype.kind in "cSU":
        raise validation.not_numbers(name, values)
    return values if numbers.dtype.kind == "O" else numbers


def _near_zero(name: str, values: Any) -> Any:
    """Return whole numbers and times less their least, exactly; all else as it is.

    A time in nanoseconds has more digits than a float64.
    """
    numbers = as_numbers(name, values)
    kind = numbers.dtype.kind if isinstance(numbers, np.ndarray) else ""
    if kind not in {"i", "u", "m", "M"} or numbers.ndim == 0 or numbers.size == 0:
        return numbers
    if kind in {"i", "u"}:
        return _less_least(numbers)
    counted = _less_least(numbers.view(np.int64))
    return np.where(np.isnat(numbers), np.nan, counted)


def _less_least(whole: Array) -> Array:
    """Return how far whole numbers are above their least: of any two, a uint64 holds that."""
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
    note = _recurring(column.name, float(again[varies].max(initial=0)))
    return ScaledColumns(
        column.name, points, 1 / spread, log_scale, varies, bool(again.any()), note
    )


def _recurring(name: str, share: float) -> tuple[str, ...]:
    """Return a note where many of a column's numbers occur more than once."""
    if share <= _RECURRING:
        return ()
    note = (
        f"{share:.0%} of the values of {name} repeat another: it is taken as continuous; say that "
        "it is discrete if its values are labels"
    )
    return (note,)
