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


def _in_engine(source: Source, name: str, bins: int) -> Array:
    x = number_of(name)
    column = source.frame.select(nw.when(~x.is_nan()).then(x).alias("x")).drop_nulls()
    n = _count(source, column)
    if n <= _AT_ONCE:
        return _edges(_values(source, column), bins)
    few = np.unique(_values(source, column.unique().head(bins + 1)))
    if len(few) <= bins:
        return few[:-1]
    ranks = np.asarray(_ranks(n, bins))
    below = _count(source, column.filter(nw.col("x") == -np.inf))
    above = _count(source, column.filter(nw.col("x") == np.inf))
    edges = np.where(ranks < below, -np.inf, np.inf)
    inside = (ranks >= below) & (ranks < n - above)
    finite = column.filter(nw.col("x").is_finite())
    edges[inside] = list(_selected(source, finite, n - below - above, ranks[inside] - below))
    return np.unique(edges)


def _selected(source: Source, column: Any, n: int, ranks: Array, depth: int = 0) -> Iterator[float]:
    """Yield the values of some ranks, in order, among n finite ones."""
    if not len(ranks):
        return
    if n <= _AT_ONCE:
        yield from np.sort(_values(source, column))[ranks].tolist()
        return
    low, high = _range(source, column)
    if depth == _DEEPEST or not np.isfinite(high - low):
        yield from _by_value(source, column, ranks)
        return
    if low == high:
        yield from [low] * len(ranks)
        return
    # However the engine rounds, a larger value is in no smaller cell.
    place = ((nw.col("x") - low) * (_CELLS / (high - low))).clip(0, _CELLS)
    cell = place.cast(nw.Int64)
    cells, counts = _counted(source, column.select(cell.alias("x")))
    ends = np.cumsum(counts)
    places = np.searchsorted(ends, ranks, side="right")
    wanted = np.unique(places)
    small = int(counts[wanted].sum()) <= _AT_ONCE
    if small:
        # Every wanted cell's values lie behind those of the wanted cells before it.
        kept = np.sort(_values(source, column.filter(cell.is_in(cells[wanted].tolist()))))
        starts = np.cumsum(counts[wanted]) - counts[wanted]
        at = np.searchsorted(wanted, places)
        yield from kept[starts[at] + ranks - (ends[places] - counts[places])].tolist()
        return
    for place in wanted:
        inner = ranks[places == place] - (ends[place] - counts[place])
        part = column.filter(cell == int(cells[place]))
        yield from _selected(source, part, int(counts[place]), inner, depth + 1)


def _by_value(source: Source, column: Any, ranks: Array) -> list[float]:
    """Return the values of some ranks by counting every distinct one."""
    values, counts = _counted(source, column)
    found: list[float] = values[np.searchsorted(np.cumsum(counts), ranks, side="right")].tolist()
    return found


def _counted(source: Source, column: Any) -> tuple[Array, Array]:
    """Return the distinct values of a column in order, and how often each occurs."""
    found = source.collect(column.group_by("x").agg(nw.len().alias("n")))
    values, counts = found["x"].to_numpy(), found["n"].to_numpy().astype(np.int64)
    order = np.argsort(values)
    return values[order], counts[order]


def _count(source: Source, column: Any) -> int:
    return int(source.collect(column.select(nw.len().alias("n")))["n"][0])


def _range(source: Source, column: Any) -> tuple[float, float]:
    x = nw.col("x")
    found = source.collect(column.select(x.min().alias("low"), x.max().alias("high")))
    return float(found["low"][0]), float(found["high"][0])


def _values(source: Source, column: Any) -> Array:
    found: Array = source.collect(column)["x"].to_numpy()
    return found
