"""Quantile bins of continuous columns: the same edges from every engine.

Edge j of n values in order is the ``⌈j n / bins⌉``-th of them, for j from 1 to ``bins - 1``; a bin
holds what is above one edge and not above the next. A column of no more distinct values than bins
keeps them apart. Equal edges are one, so there may be fewer bins. Missing values have no say.

The values of local rows are in memory. Elsewhere the engine narrows the place of each edge down by
counting, until what is left is small enough to be sorted here: the edges are exact as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import narwhals as nw
import numpy as np

from lossary.estimate.significance import whole_number
from lossary.frames.engines import Source

__all__ = ["BINS", "Bins", "bins_of", "number_of"]

BINS = 16
_AT_ONCE = 1 << 20
_CELLS = 1 << 12
_DEEPEST = 6

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Bins:
    """The edges between the bins of a column, in order; the outer bins are open."""

    edges: Array

    def __len__(self) -> int:
        return len(self.edges) + 1

    def codes(self, values: Array) -> Array:
        """Return each value's bin, NaN where there is none."""
        found = np.searchsorted(self.edges, values, side="left").astype(np.float64)
        found[np.isnan(values)] = np.nan
        return found

    def expression(self, name: str) -> Any:
        """Return the bin of a column's values as an expression of Narwhals."""
        x = number_of(name)
        place = nw.lit(0)
        for edge in self.edges.tolist():
            place += (x > edge).cast(nw.Int64)
        return nw.when(~x.is_nan()).then(place)

    def labels(self) -> list[str]:
        """Return the intervals in words."""
        shown = [f"{e:.6g}" for e in self.edges]
        if not shown:
            return ["any value"]
        between = [f"({a}, {b}]" for a, b in pairwise(shown)]
        return [f"≤ {shown[0]}", *between, f"> {shown[-1]}"]


def number_of(name: str) -> Any:
    """Return a column's values in double precision, as an expression of Narwhals."""
    return nw.col(name).cast(nw.Float64)


def bins_of(source: Source, names: Sequence[str], bins: int, rows: int) -> dict[str, Bins]:
    """Return the quantile bins of some columns of numbers, of so many rows."""
    whole_number("bins", bins, least=2)
    if not names:
        return {}
    if not source.local and rows * len(names) > _AT_ONCE:
        return {name: Bins(_in_engine(source, name, bins)) for name in names}
    chosen = source.frame.select(number_of(name) for name in names)
    frame = chosen if source.local else source.collect(chosen)
    values = ((name, frame[name].to_numpy()) for name in names)
    return {name: Bins(_edges(column[~np.isnan(column)], bins)) for name, column in values}


def _edges(values: Array, bins: int) -> Array:
    if not len(values):
        return values
    few = np.unique(values[:1000])
    if len(few) <= bins:
        few = np.unique(values)
    if len(few) <= bins:
        return few[:-1]
    ranks = _ranks(len(values), bins)
    return np.unique(np.partition(values, ranks)[ranks])


def _ranks(n: int, bins: int) -> list[int]:
    """Return the places of the edges among n values in order, from 0."""
    return [-(-j * n // bins) - 1 for j in range(1, bins)]


# --- in the engine ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """Equal cells between the least and the largest value: which are occupied, by how many."""

    cell: Any
    cells: Array
    counts: Array


def _in_engine(source: Source, name: str, bins: int) -> Array:
    column, n, below, above, low, high = _looked_at(source, name)
    if not n:
        return np.zeros(0)
    finite = column.filter(nw.col("x").is_finite())
    level = _level(source, finite, low, high)
    if level is None or len(level.cells) <= bins:
        few = np.unique(_values(source, column.unique().head(bins + 1)))
        if len(few) <= bins:
            return few[:-1]
    ranks = np.asarray(_ranks(n, bins))
    edges = np.where(ranks < below, -np.inf, np.inf)
    inside = (ranks >= below) & (ranks < n - above)
    if inside.any():
        edges[inside] = _selected(source, finite, level, ranks[inside] - below)
    return np.unique(edges)


def _looked_at(source: Source, name: str) -> tuple[Any, int, int, int, float, float]:
    """Return a column's values, how many there are and are infinite, and the finite ones' range."""
    x = number_of(name)
    column = source.frame.select(nw.when(~x.is_nan()).then(x).alias("x")).drop_nulls()
    x = nw.col("x")
    parts = column.select(
        below=(x == -np.inf).cast(nw.Int64),
        above=(x == np.inf).cast(nw.Int64),
        finite=nw.when(x.is_finite()).then(x),
    )
    found = source.collect(
        parts.select(
            nw.len().alias("n"),
            nw.col("below").sum(),
            nw.col("above").sum(),
            nw.col("finite").min().alias("low"),
            nw.col("finite").max().alias("high"),
        )
    )
    n, below, above = (int(found[c][0] or 0) for c in ("n", "below", "above"))
    low, high = (float(found[c][0]) if n > below + above else np.nan for c in ("low", "high"))
    return column, n, below, above, low, high


def _level(source: Source, column: Any, low: float, high: float) -> _Level | None:
    """Return how a column fills the cells of a range, None where it has none or too wide a one."""
    width = high - low
    if not 0 < width < np.inf or not np.isfinite(_CELLS / width):
        return None
    # However the engine rounds, a larger value is in no smaller cell.
    place = ((nw.col("x") - low) * (_CELLS / width)).clip(0, _CELLS)
    cell = place.cast(nw.Int64)
    return _Level(cell, *_counted(source, column.select(cell.alias("x"))))


def _selected(
    source: Source, column: Any, level: _Level | None, ranks: Array, depth: int = 0
) -> Array:
    """Return the values of some ranks, in order, among finite ones."""
    if level is None or depth == _DEEPEST:
        return _by_value(source, column, ranks)
    ends = np.cumsum(level.counts)
    places = np.searchsorted(ends, ranks, side="right")
    within = ranks - (ends - level.counts)[places]
    found = np.empty(len(ranks))
    for cells in _parts(level.counts, np.unique(places)):
        part = column.filter(level.cell.is_in(level.cells[cells].tolist()))
        mine = np.isin(places, cells)
        # Every cell's values lie behind those of the cells before it.
        sizes = level.counts[cells]
        starts = (np.cumsum(sizes) - sizes)[np.searchsorted(cells, places[mine])]
        found[mine] = _ranked(source, part, int(sizes.sum()), starts + within[mine], depth)
    return found


def _ranked(source: Source, column: Any, n: int, ranks: Array, depth: int) -> Array:
    """Return the values of some ranks: by sorting what is small, else by cells of its own."""
    if n <= _AT_ONCE:
        ordered: Array = np.sort(_values(source, column))[ranks]
        return ordered
    low, high = _range(source, column)
    if low == high:
        return np.full(len(ranks), low)
    return _selected(source, column, _level(source, column, low, high), ranks, depth + 1)


def _parts(counts: Array, wanted: Array) -> Iterator[Array]:
    """Yield cells that are small enough together to be sorted here, and large ones alone."""
    part: list[int] = []
    for place in wanted.tolist():
        if part and counts[[*part, place]].sum() > _AT_ONCE:
            yield np.asarray(part)
            part = []
        part.append(place)
    yield np.asarray(part)


def _by_value(source: Source, column: Any, ranks: Array) -> Array:
    """Return the values of some ranks by counting every distinct one."""
    values, counts = _counted(source, column)
    found: Array = values[np.searchsorted(np.cumsum(counts), ranks, side="right")]
    return found


def _counted(source: Source, column: Any) -> tuple[Array, Array]:
    """Return the distinct values of a column in order, and how often each occurs."""
    found = source.collect(column.group_by("x").agg(nw.len().alias("n")))
    values, counts = found["x"].to_numpy(), found["n"].to_numpy().astype(np.int64)
    order = np.argsort(values)
    return values[order], counts[order]


def _range(source: Source, column: Any) -> tuple[float, float]:
    x = nw.col("x")
    found = source.collect(column.select(x.min().alias("low"), x.max().alias("high")))
    return float(found["low"][0]), float(found["high"][0])


def _values(source: Source, column: Any) -> Array:
    found: Array = source.collect(column)["x"].to_numpy()
    return found
