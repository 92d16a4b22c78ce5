"""Quantile bins of continuous columns: the same edges from every engine.

Edge j of n sorted values is the ``⌈j n / bins⌉``-th of them, for j from 1 to ``bins - 1``; a bin
holds the values above one edge and not above the next. A value that recurs and alone fills a bin's
share of the rows, n / bins, has a bin of its own. In a column of no more distinct values than bins,
every value that recurs has one, and the others are kept apart. Equal edges are merged, so there may
be fewer bins; bins of single values may make more. Missing values are not counted.

Rows in memory are sorted. Elsewhere the engine counts the values in ever smaller intervals, until
those around an edge are few enough to be sorted here: these edges are exact as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

import narwhals as nw
import numpy as np

from lossary.estimate.significance import require_whole_number
from lossary.frames.engines import Source
from lossary.frames.time_values import time_text

__all__ = ["BINS", "Bins", "bins_of", "bins_of_counts", "number_of"]

BINS = 16
_AT_ONCE = 1 << 20
_CELLS = 1 << 12
_DEEPEST = 6
_FAR = 2.0**60
_DIGITS = (6, 9, 12, 17)
_AROUND: tuple[tuple[int, Literal["left", "right"]], ...] = ((-1, "left"), (1, "right"))

Array = np.ndarray[Any, Any]


def _none() -> Array:
    return np.zeros(0)


@dataclass(frozen=True)
class Bins:
    """Bins of a column, in order: one begins above each of ``edges``, and at each of ``starts``.

    The outer ones are open. ``low`` and ``high`` are the smallest and the largest value of the rows
    that the bins were made from, ``filled`` is the number of bins that hold one of them. ``outer``
    is whether the first and the last were added for values outside that range. ``quantity`` is the
    meaning of the numbers; ``offset`` is subtracted from integers beyond double precision.
    """

    edges: Array
    starts: Array = field(default_factory=_none)
    low: float = np.nan
    high: float = np.nan
    filled: int = 1
    outer: tuple[bool, bool] = (False, False)
    quantity: str = "number"
    offset: int = 0

    def __len__(self) -> int:
        return len(self.edges) + len(self.starts) + 1

    def codes(self, values: Array) -> Array:
        """Return the bin of each value, NaN for NaN."""
        found = np.searchsorted(self.edges, values, side="left").astype(np.float64)
        if len(self.starts):
            found += np.searchsorted(self.starts, values, side="right")
        found[np.isnan(values)] = np.nan
        return found

    def expression(self, name: str) -> Any:
        """Return the bin of a column's values as a Narwhals expression."""
        x = number_of(name)
        place = nw.lit(0)
        for edge in self.edges.tolist():
            place += (x > edge).cast(nw.Int64)
        for start in self.starts.tolist():
            place += (x >= start).cast(nw.Int64)
        return nw.when(~x.is_nan()).then(place)

    def with_outer_bins(self) -> "Bins":
        """Return these bins and two more, for values below the smallest and above the largest."""
        if np.isnan(self.low):
            return self
        starts, edges = np.union1d(self.starts, self.low), np.union1d(self.edges, self.high)
        added = len(starts) > len(self.starts), len(edges) > len(self.edges)
        return replace(self, starts=starts, edges=edges, outer=added)

    def merge_outer(self, *, first: bool, last: bool) -> "Bins":
        """Return these bins with the first or the last merged into its neighbour."""
        starts, edges = self.starts[1:] if first else self.starts, self.edges
        outer = self.outer[0] and not first, self.outer[1] and not last
        return replace(self, starts=starts, edges=edges[:-1] if last else edges, outer=outer)

    def labels(self) -> list[str]:
        """Return the bins as text: intervals, a bin of one value as that value."""
        cuts = sorted([*((v, 0) for v in self.starts.tolist()), *((v, 1) for v in self.edges)])
        if not cuts:
            return ["any value"]
        texts = self._short_texts([v for v, _ in cuts])
        ends = [(v, above, words) for (v, above), words in zip(cuts, texts, strict=True)]
        (_, above_first, first), (_, above_last, last) = ends[0], ends[-1]
        between = [self._between(a, b) for a, b in pairwise(ends)]
        return [
            f"{'≤' if above_first else '<'} {first}",
            *between,
            f"{'>' if above_last else '≥'} {last}",
        ]

    def _between(self, a: tuple[float, int, str], b: tuple[float, int, str]) -> str:
        if a[0] == b[0]:
            return self._exact(a[0])
        return f"{'(' if a[1] else '['}{a[2]}, {b[2]}{']' if b[1] else ')'}"

    def _exact(self, value: float) -> str:
        if self.offset:
            far = abs(value) >= _FAR
            return str(round(value + float(self.offset)) if far else round(value) + self.offset)
        return f"{value:.15g}" if self.quantity == "number" else time_text(value, self.quantity)

    def _short_texts(self, values: list[float]) -> list[str]:
        """Return numbers in as few digits as keep them distinct."""
        if self.offset or self.quantity != "number":
            return list(map(self._exact, values))
        distinct = len(set(values))
        texts = ([f"{v:.{digits}g}" for v in values] for digits in _DIGITS)
        return next(words for words in texts if len(set(words)) >= distinct)


def number_of(name: str) -> Any:
    """Return a column's values in double precision, as a Narwhals expression."""
    return nw.col(name).cast(nw.Float64)


def bins_of(
    source: Source,
    names: Sequence[str],
    bins: int,
    rows: int,
    quantities: Mapping[str, str] | None = None,
) -> dict[str, Bins]:
    """Return the quantile bins of columns of numbers, ``rows`` long."""
    require_whole_number("bins", bins, least=2)
    if not names:
        return {}
    if not source.local and rows * len(names) > _AT_ONCE:
        found = {name: _in_engine(source, name, bins) for name in names}
    else:
        chosen = source.frame.select(number_of(name) for name in names)
        frame = chosen if source.local else source.collect(chosen)
        values = ((name, frame[name].to_numpy()) for name in names)
        found = {name: _in_memory(column[~np.isnan(column)], bins) for name, column in values}
    return {n: replace(b, quantity=(quantities or {}).get(n, "number")) for n, b in found.items()}


def bins_of_counts(values: Array, counts: Array, bins: int) -> Bins:
    """Return the quantile bins of rows, given by their sorted distinct values and counts."""
    require_whole_number("bins", bins, least=2)
    upto = np.cumsum(counts)
    at = np.arange(len(values))
    if len(values) > bins:
        at = np.unique(np.searchsorted(upto, np.asarray(_ranks(int(upto[-1]), bins)) + 1))
    ends = _Ends(values[at], (upto - counts)[at], upto[at])
    return _bins_ending(ends, values[:1], bins, few=len(values) <= bins)


def _in_memory(values: Array, bins: int) -> Bins:
    ordered = np.sort(values)
    chosen = _distinct(ordered[:: max(len(ordered) // 1000, 1)])
    if len(chosen) <= bins:
        chosen = _distinct(ordered)
    few = len(chosen) <= bins
    if not few:
        chosen = _distinct(ordered[_ranks(len(ordered), bins)])
    below, upto = (np.searchsorted(ordered, chosen, side=side) for side in ("left", "right"))
    return _bins_ending(_Ends(chosen, below, upto), ordered[:1], bins, few=few)


def _distinct(ordered: Array) -> Array:
    kept: Array = ordered[np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]]
    return kept


def _ranks(n: int, bins: int) -> list[int]:
    """Return the indices of the edges among n sorted values, and that of the last value."""
    return [-(-j * n // bins) - 1 for j in range(1, bins + 1)]


@dataclass(frozen=True)
class _Ends:
    """Values that bins may end with, the last the largest; the rows below each, and up to it."""

    values: Array
    below: Array
    upto: Array


def _bins_ending(ends: _Ends, least: Array, bins: int, *, few: bool) -> Bins:
    """Return the bins that end with some values, of which frequent ones have their own bin."""
    if not len(ends.values):
        return Bins(_none())
    n = int(ends.upto[-1])
    alone = ends.upto - ends.below >= (2 if few else _share(n, bins))
    inner = alone.copy()
    inner[:-1] = True
    cuts = np.unique([*ends.upto[inner], *ends.below[alone]])
    return Bins(
        edges=ends.values[inner],
        starts=ends.values[alone],
        low=float(least[0]),
        high=float(ends.values[-1]),
        filled=int(((cuts > 0) & (cuts < n)).sum()) + 1,
    )


def _share(n: int, bins: int) -> float:
    """Return the number of rows from which a value has a bin of its own."""
    return max(2, n / bins)


# --- in the engine ------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """Equal cells between the smallest and the largest value, with the rows in occupied ones."""

    cell: Any
    scale: float
    cells: Array
    counts: Array


def _in_engine(source: Source, name: str, bins: int) -> Bins:
    column, n, below, above, low, high = _summary(source, name)
    if not n:
        return Bins(_none())
    least, most = -np.inf if below else low, np.inf if above else high
    finite = column.filter(nw.col("x").is_finite())
    level = _level(source, finite, low, high)
    if level is None or len(level.cells) <= bins:
        few = np.unique(_values(source, column.unique().head(bins + 1)))
        if len(few) <= bins:
            return _bins_ending(_ends(source, column, few), few[:1], bins, few=True)
    ranks = np.asarray(_ranks(n, bins)[:-1])
    edges = np.where(ranks < below, -np.inf, np.inf)
    inside = (ranks >= below) & (ranks < n - above)
    if inside.any():
        edges[inside] = _selected(source, finite, level, ranks[inside] - below)
    chosen = np.unique([*edges, most])
    if max(below, above) < _share(n, bins) and not _may_be_alone(level, chosen, low, n, bins):
        return Bins(chosen[:-1], low=least, high=most, filled=len(chosen))
    return _bins_ending(_ends(source, column, chosen), np.array([least]), bins, few=False)


def _may_be_alone(level: _Level | None, values: Array, low: float, n: int, bins: int) -> bool:
    """Tell whether a value may fill a bin's share, by the rows in the cells around it."""
    if level is None:
        return True
    cells = np.floor((values[np.isfinite(values)] - low) * level.scale)
    around = [np.searchsorted(level.cells, cells + d, side=s) for d, s in _AROUND]
    total = np.append(0, np.cumsum(level.counts))
    return bool((total[around[1]] - total[around[0]] >= _share(n, bins)).any())


def _ends(source: Source, column: Any, values: Array) -> _Ends:
    """Return sorted values with the number of rows below each, and up to it."""
    x = nw.col("x")
    flags: dict[str, Any] = {}
    for i, v in enumerate(values.tolist()):
        flags |= {f"below{i}": (x < v).cast(nw.Int64), f"upto{i}": (x <= v).cast(nw.Int64)}
    found = source.collect(column.select(**flags).select(nw.col(*flags).sum()))
    below, upto = (
        np.array([int(found[f"{side}{i}"][0]) for i in range(len(values))])
        for side in ("below", "upto")
    )
    return _Ends(values, below, upto)


def _summary(source: Source, name: str) -> tuple[Any, int, int, int, float, float]:
    """Return a column's values, their number, the infinite ones', and the range of the finite."""
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
    """Return the rows in the cells of a range, None if the range is empty or infinite."""
    width = high - low
    if not 0 < width < np.inf or not np.isfinite(_CELLS / width):
        return None
    # Rounding in the engine keeps the order: a larger value is never in a lower cell.
    place = ((nw.col("x") - low) * (_CELLS / width)).clip(0, _CELLS)
    cell = place.cast(nw.Int64)
    return _Level(cell, _CELLS / width, *_counted(source, column.select(cell.alias("x"))))


def _selected(
    source: Source, column: Any, level: _Level | None, ranks: Array, depth: int = 0
) -> Array:
    """Return the values of some ranks among the sorted finite ones."""
    if level is None or depth == _DEEPEST:
        return _by_value(source, column, ranks)
    ends = np.cumsum(level.counts)
    places = np.searchsorted(ends, ranks, side="right")
    within = ranks - (ends - level.counts)[places]
    found = np.empty(len(ranks))
    for cells in _parts(level.counts, np.unique(places)):
        part = column.filter(level.cell.is_in(level.cells[cells].tolist()))
        inside = np.isin(places, cells)
        # The values of a cell come after those of the cells before it.
        sizes = level.counts[cells]
        starts = (np.cumsum(sizes) - sizes)[np.searchsorted(cells, places[inside])]
        found[inside] = _ranked(source, part, int(sizes.sum()), starts + within[inside], depth)
    return found


def _ranked(source: Source, column: Any, n: int, ranks: Array, depth: int) -> Array:
    """Return the values of some ranks: by sorting a small column, else by smaller cells."""
    if n <= _AT_ONCE:
        ordered: Array = np.sort(_values(source, column))[ranks]
        return ordered
    low, high = _range(source, column)
    if low == high:
        return np.full(len(ranks), low)
    return _selected(source, column, _level(source, column, low, high), ranks, depth + 1)


def _parts(counts: Array, wanted: Array) -> Iterator[Array]:
    """Yield groups of cells that are small enough to be sorted here, and large cells alone."""
    part: list[int] = []
    for place in wanted.tolist():
        if part and counts[[*part, place]].sum() > _AT_ONCE:
            yield np.asarray(part)
            part = []
        part.append(place)
    yield np.asarray(part)


def _by_value(source: Source, column: Any, ranks: Array) -> Array:
    """Return the values of some ranks by counting every distinct value."""
    values, counts = _counted(source, column)
    found: Array = values[np.searchsorted(np.cumsum(counts), ranks, side="right")]
    return found


def _counted(source: Source, column: Any) -> tuple[Array, Array]:
    """Return the sorted distinct values of a column, and their counts."""
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
