"""Points searched for their neighbours: compiled where that pays, by NumPy and SciPy elsewhere.

A distance is the largest difference of coordinates, each times the weight of its column, and is the
same number on every path: neighbours, ties and counts are equal.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from math import inf
from typing import Any, Protocol

import numpy as np

from lossary.kernels import plan

__all__ = ["Blocks", "Line", "Points", "Tree", "arranged"]

Array = np.ndarray[Any, Any]

_CELLS = 1 << 21
_PAYS = 1 << 9
"""Below so many rows all distances are found sooner than a tree is built."""
_FEW = 64


class Points(Protocol):
    """Points of shape ``(columns, rows)`` that can be asked for their neighbours."""

    def nearest(self, k: int, asked: Array | None = None) -> Array:
        """Return each point's distance to the k-th nearest other, or that of points asked for."""

    def within(self, radii: Array, asked: Array | None = None) -> Array:
        """Return how many other points are nearer than a radius of each."""

    def reach(self, radii: Array, split: int) -> tuple[Array, Array, Array]:
        """Return how many are nearer than a radius, and how far by the first columns and others."""


def arranged(points: Array, weights: Array) -> Points:
    """Return points ready for search, given a weight for each column."""
    if plan.enabled() and plan.reason(points) is None:
        # Imported where it is used: it brings the compiler's words with it.
        from lossary.kernels.neighbours_cpu import Strips  # noqa: PLC0415

        return Strips(points, weights)
    if len(points) == 1:
        return Line(points, weights)
    if points.shape[1] >= _PAYS and find_spec("scipy") is not None:
        return Tree(points, weights)
    return Blocks(points, weights)


class Blocks:
    """All distances, a block of rows at a time: ``O(n²)``."""

    def __init__(self, points: Array, weights: Array) -> None:
        self.points, self.weights = points, weights

    def nearest(self, k: int, asked: Array | None = None) -> Array:
        """Return each point's distance to the k-th nearest other, or that of points asked for."""
        return self._nearest(k, asked, self._all(asked))

    def within(self, radii: Array, asked: Array | None = None) -> Array:
        """Return how many other points are nearer than a radius of each."""
        return self._within(radii, asked, self._all(asked))

    def reach(self, radii: Array, split: int) -> tuple[Array, Array, Array]:
        """Return how many are nearer than a radius, and how far by the first columns and others."""
        return self._reach(radii, split, self._all(None))

    def _all(self, asked: Array | None) -> Array:
        return np.arange((self.points if asked is None else asked).shape[1])

    def _blocks(self, rows: Array) -> Iterator[slice]:
        size = max(1, _CELLS // self.points.shape[1])
        return (slice(i, i + size) for i in range(0, len(rows), size))

    def _distances(self, asked: Array | None, rows: Array, columns: slice = slice(None)) -> Array:
        """Return how far every point is from some, infinitely from itself."""
        points, weights = self.points[columns], self.weights[columns]
        places = (points if asked is None else asked[columns])[:, rows]
        far = np.zeros((len(rows), points.shape[1]))
        for ours, theirs, weight in zip(points, places, weights, strict=True):
            np.maximum(far, np.abs(theirs[:, None] - ours) * weight, out=far)
        if asked is None:
            far[np.arange(len(rows)), rows] = np.inf
        return far

    def _nearest(self, k: int, asked: Array | None, rows: Array) -> Array:
        found = np.empty(len(rows))
        for block in self._blocks(rows):
            far = self._distances(asked, rows[block])
            far.partition(k - 1, axis=1)
            found[block] = far[:, k - 1]
        return found

    def _within(self, radii: Array, asked: Array | None, rows: Array) -> Array:
        found = np.empty(len(rows), dtype=np.int64)
        for block in self._blocks(rows):
            far = self._distances(asked, rows[block])
            found[block] = np.sum(far < radii[rows[block], None], axis=1)
        return found

    def _reach(self, radii: Array, split: int, rows: Array) -> tuple[Array, Array, Array]:
        found, far = np.empty(len(rows), dtype=np.int64), np.empty((2, len(rows)))
        for block in self._blocks(rows):
            parts = [
                self._distances(None, rows[block], columns)
                for columns in (slice(split), slice(split, None))
            ]
            near = np.maximum(*parts) < radii[rows[block], None]
            found[block] = near.sum(axis=1)
            far[:, block] = [np.where(near, part, 0.0).max(axis=1) for part in parts]
        return found, far[0], far[1]


class Line(Blocks):
    """Points of one column, sorted: ``O(n log n)``."""

    def __init__(self, points: Array, weights: Array) -> None:
        super().__init__(points, weights)
        self._order = np.argsort(points[0], kind="stable")
        self._sorted = points[0][self._order]

    def nearest(self, k: int, asked: Array | None = None) -> Array:
        """Return each point's distance to the k-th nearest other, or that of points asked for."""
        n = len(self._sorted)
        if asked is None:
            x, steps = self._sorted, [*range(-k, 0), *range(1, k + 1)]
            place = np.arange(n)
        else:
            x, steps = asked[0], list(range(-k, k))
            place = np.searchsorted(self._sorted, x)
        best = np.full((len(steps), len(x)), np.inf)
        for row, step in zip(best, steps, strict=True):
            there = (place + step >= 0) & (place + step < n)
            other = self._sorted[(place + step)[there]]
            row[there] = np.abs(x[there] - other) * self.weights[0]
        best.partition(k - 1, axis=0)
        return self._in_rows(best[k - 1]) if asked is None else best[k - 1]

    def within(self, radii: Array, asked: Array | None = None) -> Array:
        """Return how many other points are nearer than a radius of each."""
        x = self.points[0] if asked is None else asked[0]
        place = np.searchsorted(self._sorted, x)
        up = self._inside(x, radii, len(self._sorted) - place, lambda i: place + i - 1)
        down = self._inside(x, radii, place, lambda i: place - i)
        return up + down - (radii > 0 if asked is None else 0)

    def _inside(
        self, x: Array, radii: Array, most: Array, ith: Callable[[Array], Array]
    ) -> Array:
        """Return how many points one way are within the radii, by halves."""
        least = np.zeros_like(most)
        while (open_ := least < most).any():
            middle = np.where(open_, (least + most + 1) // 2, 1)
            other = self._sorted[np.clip(ith(middle), 0, len(self._sorted) - 1)]
            inside = np.abs(x - other) * self.weights[0] < radii
            least = np.where(open_ & inside, middle, least)
            most = np.where(open_ & ~inside, middle - 1, most)
        return least

    def _in_rows(self, found: Array) -> Array:
        rows = np.empty_like(found)
        rows[self._order] = found
        return rows


class Tree(Blocks):
    """Points in a k-d tree, whose rounding is undone: rows that it may decide are looked through.

    The tree's points are scaled, so that its distances are off by some eps of the coordinates.
    """

    _SPARE = 4

    def __init__(self, points: Array, weights: Array) -> None:
        super().__init__(points, weights)
        tree = import_module("scipy.spatial").cKDTree
        self._centre = np.median(points, axis=1)
        places = self._scaled(points)
        self._slack = 8 * np.finfo(float).eps * float(np.abs(places).max())
        self._tree = tree(places)

    def _scaled(self, points: Array) -> Array:
        return np.ascontiguousarray(((points - self._centre[:, None]) * self.weights[:, None]).T)

    def _candidates(self, asked: Array | None, rows: Array, most: int) -> tuple[Array, Array]:
        """Return the places of the nearest few, and a distance that no other is less than."""
        points = self.points if asked is None else asked
        most = min(self.points.shape[1], most + self._SPARE + 1)
        far, places = self._tree.query(self._scaled(points[:, rows]), [*range(1, most + 1)], p=inf)
        whole = most == self.points.shape[1]
        return places, np.full(len(rows), inf) if whole else far[:, -1] - self._slack

    def _from(self, asked: Array | None, rows: Array, places: Array, columns: slice) -> Array:
        """Return how far the points at some places are, infinitely from themselves."""
        points, weights = self.points[columns], self.weights[columns]
        queries = (points if asked is None else asked[columns])[:, rows]
        each = np.abs(queries[:, :, None] - points[:, places]) * weights[:, None, None]
        far: Array = each.max(axis=0)
        return far if asked is not None else np.where(places == rows[:, None], inf, far)

    def _nearest(self, k: int, asked: Array | None, rows: Array) -> Array:
        places, bound = self._candidates(asked, rows, k)
        far = self._from(asked, rows, places, slice(None))
        far.partition(k - 1, axis=1)
        found: Array = far[:, k - 1]
        open_ = np.flatnonzero(found >= bound)
        found[open_] = super()._nearest(k, asked, rows[open_])
        return found

    def _within(self, radii: Array, asked: Array | None, rows: Array) -> Array:
        queries = self._scaled((self.points if asked is None else asked)[:, rows])
        low, high = (
            self._tree.query_ball_point(queries, np.maximum(r, 0), p=inf, return_length=True)
            for r in (radii[rows] - self._slack, radii[rows] + self._slack)
        )
        found: Array = low.astype(np.int64) - (1 if asked is None else 0)
        open_ = np.flatnonzero((low != high) | (radii[rows] <= self._slack))
        found[open_] = super()._within(radii, asked, rows[open_])
        return found

    def _reach(self, radii: Array, split: int, rows: Array) -> tuple[Array, Array, Array]:
        counts = self._within(radii, None, rows)
        few = counts <= _FEW
        found, one, two = counts.copy(), np.empty(len(rows)), np.empty(len(rows))
        some = rows[few]
        if len(some):
            places, _ = self._candidates(None, some, int(counts[few].max()))
            parts = [self._from(None, some, places, c) for c in (slice(split), slice(split, None))]
            near = np.maximum(*parts) < radii[some, None]
            one[few], two[few] = (np.where(near, part, 0.0).max(axis=1) for part in parts)
            few[few] = near.sum(axis=1) == counts[few]
        others = np.flatnonzero(~few)
        found[others], one[others], two[others] = super()._reach(radii, split, rows[others])
        return found, one, two
