"""Nearest-neighbour search: compiled where that pays, by NumPy and SciPy elsewhere.

The distance is the maximum norm of weighted coordinate differences, and the same number on every
path: neighbours, ties and counts are equal.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from math import inf
from typing import Any, Protocol

import numpy as np

from lossary.kernels import eligibility
from lossary.kernels.cpu.cpu_family import CPU
from lossary.kernels.cpu.requirements import incapable
from lossary.kernels.rounded_distances import bounds, rounded

__all__ = ["ExhaustiveIndex", "NeighbourIndex", "SortedIndex", "TreeIndex", "neighbour_index"]

Array = np.ndarray[Any, Any]

_BLOCK_CELLS = 1 << 21
_TREE_ROWS = 1 << 9
"""Below this number of rows, computing all distances is faster than building a tree."""
_COMPILED_ROWS = 1 << 11
"""From this number of rows on, compilation pays."""
_FEW = 64


class NeighbourIndex(Protocol):
    """An index of points of shape ``(columns, rows)`` for neighbour search."""

    def nearest(self, k: int, asked: Array | None = None) -> Array:
        """Return the distance of each point, or of other points, to its k-th neighbour."""

    def within(self, radii: Array, asked: Array | None = None) -> Array:
        """Return the number of other points nearer than the radius of each point."""

    def border(self, reach: Array, groups: Sequence[Sequence[int]]) -> tuple[Array, Array, Array]:
        """Return the number of points within a distance, and details by groups of columns.

        The details are the largest distance of these points by the columns of each group, and how
        many are exactly at ``reach`` by them: arrays of shape ``(groups, rows)``.
        """


def neighbour_index(points: Array, weights: Array, order: Array | None = None) -> NeighbourIndex:
    """Return an index of points, given a weight for each column.

    ``order`` is the order by the second column, or by a single one, where it is known.
    """
    if _compiled(points):
        # Imported here, as it imports the compiler.
        from lossary.kernels.cpu.neighbours import Strips  # noqa: PLC0415

        return Strips(points, weights, order)
    if len(points) == 1:
        return SortedIndex(points, weights)
    if points.shape[1] >= _TREE_ROWS and find_spec("scipy") is not None:
        return TreeIndex(points, weights)
    return ExhaustiveIndex(points, weights)


def _compiled(points: Array) -> bool:
    if not eligibility.enabled() or incapable() is not None:
        return False
    return points.shape[1] >= _COMPILED_ROWS or CPU.unreadable(points) is None


def _gap(a: Array, b: Array, weight: Array) -> Array:
    far: Array = np.abs(a - b) * weight
    return far


class ExhaustiveIndex:
    """Exhaustive search, in blocks of rows: ``O(n²)``."""

    def __init__(self, points: Array, weights: Array) -> None:
        self.points, self.weights = points, weights

    def nearest(self, k: int, asked: Array | None = None) -> Array:
        """Return distances to the k-th neighbours."""
        return rounded(self._nearest(k, asked, self._all(asked)))

    def within(self, radii: Array, asked: Array | None = None) -> Array:
        """Return the numbers of points within radii."""
        return self._within(bounds(radii), asked, self._all(asked))

    def border(self, reach: Array, groups: Sequence[Sequence[int]]) -> tuple[Array, Array, Array]:
        """Return the numbers of points within a distance, and details by groups of columns."""
        return self._border(reach, groups, self._all(None))

    def _all(self, asked: Array | None) -> Array:
        return np.arange((self.points if asked is None else asked).shape[1])

    def _blocks(self, rows: Array) -> Iterator[slice]:
        size = max(1, _BLOCK_CELLS // self.points.shape[1])
        return (slice(i, i + size) for i in range(0, len(rows), size))

    def _distances(self, asked: Array | None, rows: Array, columns: Any) -> Array:
        """Return the distances of all points from some of them, infinite from a point to itself."""
        points, weights = self.points[columns], self.weights[columns]
        places = (points if asked is None else asked[columns])[:, rows]
        far = np.zeros((len(rows), points.shape[1]))
        for ours, theirs, weight in zip(points, places, weights, strict=True):
            np.maximum(far, _gap(theirs[:, None], ours, weight), out=far)
        if asked is None:
            far[np.arange(len(rows)), rows] = np.inf
        return far

    def _nearest(self, k: int, asked: Array | None, rows: Array) -> Array:
        found = np.empty(len(rows))
        for block in self._blocks(rows):
            far = self._distances(asked, rows[block], slice(None))
            far.partition(k - 1, axis=1)
            found[block] = far[:, k - 1]
        return found

    def _within(self, radii: Array, asked: Array | None, rows: Array) -> Array:
        found = np.empty(len(rows), dtype=np.int64)
        for block in self._blocks(rows):
            far = self._distances(asked, rows[block], slice(None))
            found[block] = np.sum(far < radii[rows[block], None], axis=1)
        return found

    def _border(
        self, reach: Array, groups: Sequence[Sequence[int]], rows: Array
    ) -> tuple[Array, Array, Array]:
        found, far = np.empty(len(rows), dtype=np.int64), np.empty((len(groups), len(rows)))
        at = np.empty((len(groups), len(rows)), dtype=np.int64)
        for block in self._blocks(rows):
            edge = reach[rows[block], None]
            near = rounded(self._distances(None, rows[block], slice(None))) <= edge
            found[block] = near.sum(axis=1)
            for g, group in enumerate(groups):
                part = rounded(self._distances(None, rows[block], list(group)))
                far[g, block] = np.where(near, part, 0.0).max(axis=1)
                at[g, block] = np.sum(near & (part == edge), axis=1)
        return found, far, at


class SortedIndex(ExhaustiveIndex):
    """Search in one sorted column: ``O(n log n)``."""

    def __init__(self, points: Array, weights: Array) -> None:
        super().__init__(points, weights)
        self._order = np.argsort(points[0], kind="stable")
        self._sorted = points[0][self._order]

    def nearest(self, k: int, asked: Array | None = None) -> Array:
        """Return distances to the k-th neighbours."""
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
            row[there] = _gap(x[there], other, self.weights[0])
        best.partition(k - 1, axis=0)
        found = rounded(best[k - 1])
        return self._in_rows(found) if asked is None else found

    def within(self, radii: Array, asked: Array | None = None) -> Array:
        """Return the numbers of points within radii."""
        x = self.points[0] if asked is None else asked[0]
        place, radii = np.searchsorted(self._sorted, x), bounds(radii)
        up = self._inside(x, radii, len(self._sorted) - place, lambda i: place + i - 1)
        down = self._inside(x, radii, place, lambda i: place - i)
        return up + down - (radii > 0 if asked is None else 0)

    def _inside(self, x: Array, radii: Array, most: Array, ith: Callable[[Array], Array]) -> Array:
        """Return the number of points within the radii on one side, by bisection."""
        least = np.zeros_like(most)
        while (open_ := least < most).any():
            middle = np.where(open_, (least + most + 1) // 2, 1)
            other = self._sorted[np.clip(ith(middle), 0, len(self._sorted) - 1)]
            inside = _gap(x, other, self.weights[0]) < radii
            least = np.where(open_ & inside, middle, least)
            most = np.where(open_ & ~inside, middle - 1, most)
        return least

    def _in_rows(self, found: Array) -> Array:
        rows = np.empty_like(found)
        rows[self._order] = found
        return rows


class TreeIndex(ExhaustiveIndex):
    """Points in a k-d tree; rows for which its rounding may matter are searched exhaustively.

    The tree's points are scaled, so that its distances differ by a few eps of the coordinates.
    """

    _SPARE = 4

    def __init__(self, points: Array, weights: Array) -> None:
        super().__init__(points, weights)
        tree = import_module("scipy.spatial").cKDTree
        self._centre = np.median(points, axis=1)
        self._tree = tree(self._scaled(points))

    def _scaled(self, points: Array) -> Array:
        return np.ascontiguousarray(((points - self._centre[:, None]) * self.weights[:, None]).T)

    def _slack(self, queries: Array) -> float:
        """Return a bound of the rounding error of the tree's distances."""
        widest = max(np.abs(self._tree.data).max(), np.abs(queries).max(initial=0))
        return 8 * float(np.finfo(float).eps * widest)

    def _candidates(self, asked: Array | None, rows: Array, most: int) -> tuple[Array, Array]:
        """Return the nearest few points, and a lower bound of the distance to all others."""
        points = self.points if asked is None else asked
        most = min(self.points.shape[1], most + self._SPARE + 1)
        queries = self._scaled(points[:, rows])
        far, places = self._tree.query(queries, [*range(1, most + 1)], p=inf)
        whole = most == self.points.shape[1]
        return places, np.full(len(rows), inf) if whole else far[:, -1] - self._slack(queries)

    def _from(self, asked: Array | None, rows: Array, places: Array, columns: Any) -> Array:
        """Return the distances to given points, infinite from a point to itself."""
        points, weights = self.points[columns], self.weights[columns]
        queries = (points if asked is None else asked[columns])[:, rows]
        each = _gap(queries[:, :, None], points[:, places], weights[:, None, None])
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
        slack = self._slack(queries)
        low, high = (
            self._tree.query_ball_point(queries, np.maximum(r, 0), p=inf, return_length=True)
            for r in (radii[rows] - slack, radii[rows] + slack)
        )
        found: Array = low.astype(np.int64) - (1 if asked is None else 0)
        none = radii[rows] <= 0
        found[none] = 0
        open_ = np.flatnonzero(~none & ((low != high) | (radii[rows] <= slack)))
        found[open_] = super()._within(radii, asked, rows[open_])
        return found

    def _border(
        self, reach: Array, groups: Sequence[Sequence[int]], rows: Array
    ) -> tuple[Array, Array, Array]:
        found = self._within(bounds(np.nextafter(reach, inf)), None, rows)
        few = np.flatnonzero(found <= _FEW)
        far, at = np.empty((len(groups), len(rows))), np.empty((len(groups), len(rows)), np.int64)
        if len(few):
            places, _ = self._candidates(None, rows[few], int(found[few].max()))
            edge = reach[rows[few], None]
            near = rounded(self._from(None, rows[few], places, slice(None))) <= edge
            for g, group in enumerate(groups):
                part = rounded(self._from(None, rows[few], places, list(group)))
                far[g, few] = np.where(near, part, 0.0).max(axis=1)
                at[g, few] = np.sum(near & (part == edge), axis=1)
            few = few[near.sum(axis=1) == found[few]]
        others = np.setdiff1d(np.arange(len(rows)), few)
        _, far[:, others], at[:, others] = super()._border(reach, groups, rows[others])
        return found, far, at
