"""Nearest neighbours of points sorted into strips: the k-th, and the number within a radius."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from lossary.kernels.array_memory import address
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.template import Template
from lossary.kernels.rounded_distances import bounds, rounded

__all__ = ["NEAREST", "WITHIN", "Strips"]

_CHUNK = 512
_POINTS_BESIDE = 4
"""Width of a strip in mean distances along it: 4 was the fastest."""

_SPACE = (
    *("rows", "columns", "strips", "length", "points", "weights", "low", "high"),
    *("queries", "asked", "own", "chunk", "out"),
)
NEAREST = Template(name="nearest_neighbours", integers=(*_SPACE, "k"), shared=("spatial_index",))
WITHIN = Template(
    name="neighbours_within_radius",
    integers=(
        *_SPACE,
        *("radii", "before", "cell_scale", "edges", "groups", "members", "far", "at"),
    ),
    shared=("spatial_index",),
)

Array = np.ndarray[Any, Any]


class Strips:
    """Points of shape ``(columns, rows)``, under the largest weighted difference of coordinates.

    ``order`` is that of the second column, or of a single one, if given.
    A search in d columns visits about ``n ** (1 - 2 / d)`` points for each row.
    """

    def __init__(self, points: Array, weights: Array, order: Array | None = None) -> None:
        columns, self._rows = points.shape
        strips = max(1, int((self._rows / _POINTS_BESIDE) ** 0.5)) if columns > 1 else 1
        self._length = -(-self._rows // strips)
        self._count = -(-self._rows // self._length)
        self._order = _arranged(points, self._length, order)
        self._points = np.ascontiguousarray(points[:, self._order])
        self._weights = np.ascontiguousarray(weights)
        edges = np.append(np.arange(0, self._rows, self._length), self._rows)
        across = self._points[min(1, columns - 1)]
        self._low = np.minimum.reduceat(across, edges[:-1])
        self._high = np.maximum.reduceat(across, edges[:-1])

    def nearest(self, k: int, asked: Array | None = None) -> Array:
        """Return the distance of each point, or of some, to its k-th nearest other."""
        queries = self._points if asked is None else np.ascontiguousarray(asked)
        found = np.empty(queries.shape[1])
        self._run(NEAREST, queries, own=asked is None, scratch=k, k=k, out=address(found))
        found = rounded(found)
        return found if asked is not None else self._in_rows(found)

    def within(self, radii: Array, asked: Array | None = None) -> Array:
        """Return the number of other points within a radius of each."""
        queries, radii = self._asked(bounds(radii), asked)
        found = np.empty(len(radii), dtype=np.int64)
        own = asked is None
        places = {"radii": address(radii), "out": address(found)}
        if own and len(self._points) == 1:
            before, scale = self._cells
            places |= {"before": address(before), "cell_scale": address(scale)}
        self._run(WITHIN, queries, own=own, **places)
        return found if asked is not None else self._in_rows(found)

    def border(self, reach: Array, groups: Sequence[Sequence[int]]) -> tuple[Array, Array, Array]:
        """Return the number of others within a distance, and two arrays by groups of columns.

        For each group: the largest distance of those, and the number at exactly that distance, in
        arrays of shape ``(groups, rows)``.
        """
        queries, edges = self._asked(reach, None)
        radii = bounds(np.nextafter(edges, np.inf))
        count = len(edges)
        members = np.array([sum(1 << c for c in group) for group in groups], dtype=np.int64)
        found, far = np.empty(count, dtype=np.int64), np.zeros((len(groups), count))
        at = np.zeros((len(groups), count), dtype=np.int64)
        places = {"radii": radii, "edges": edges, "members": members, "far": far, "at": at}
        where = {name: address(x) for name, x in places.items()}
        self._run(WITHIN, queries, own=True, groups=len(groups), out=address(found), **where)
        return self._in_rows(found), self._in_rows(far), self._in_rows(at)

    @cached_property
    def _cells(self) -> tuple[Array, Array]:
        """Cumulative number of points by cell, and the number of cells in a unit of length."""
        span = self._high[0] - self._low[0]
        scale = np.array([(self._rows - 1) / span if span > 1e-300 else 0.0])
        cells = ((self._points[0] - self._low[0]) * scale).astype(np.int64)
        counts = np.bincount(cells, minlength=self._rows)
        return np.concatenate([[0], np.cumsum(counts)]), scale

    def _asked(self, radii: Array, asked: Array | None) -> tuple[Array, Array]:
        if asked is None:
            return self._points, radii[self._order]
        return np.ascontiguousarray(asked), np.ascontiguousarray(radii)

    def _in_rows(self, found: Array) -> Array:
        rows = np.empty_like(found)
        rows[..., self._order] = found
        return rows

    def _run(
        self, template: Template, queries: Array, *, own: bool, scratch: int = 0, **more: int
    ) -> None:
        count = queries.shape[1]
        Program(template, 64).run(
            chunks=-(-count // _CHUNK),
            scratch=self._count + scratch,
            integers={
                "rows": self._rows,
                "columns": len(self._points),
                "strips": self._count,
                "length": self._length,
                "points": address(self._points),
                "weights": address(self._weights),
                "low": address(self._low),
                "high": address(self._high),
                "queries": count,
                "asked": address(queries),
                "own": own,
                "chunk": _CHUNK,
                **more,
            },
        )


def _arranged(points: Array, length: int, order: Array | None) -> Array:
    """Return the order of rows: by strips of the second column, in each by the first.

    ``order`` is that of the second column, or of a single one.
    """
    across: Array = np.argsort(points[min(1, len(points) - 1)]) if order is None else order
    if len(points) == 1:
        return across
    strips = -(-len(across) // length)
    along = np.full(strips * length, np.inf)
    along[: len(across)] = points[0][across]
    place = np.argsort(along.reshape(strips, length), axis=1)
    place += length * np.arange(strips)[:, None]
    result: Array = across[place.reshape(-1)[: len(across)]]
    return result
