"""Counts of the rows nearer than a row's k-th neighbour, by some of the columns.

The estimators assume that no two distances are equal. Where some are, as with rounded numbers,
counts are the expectation over breaking ties at random, which noise would do differently each time.
Of t rows at the k-th distance, with s nearer, k - s - 1 fall inside, and of other rows at that
distance by some columns the share (k - s) / (t + 1).
"""

from collections.abc import Sequence
from functools import cached_property
from math import inf
from typing import Any

import numpy as np

from lossary.estimate.column_scaling import ScaledColumns, duplicate_counts, joint_index
from lossary.estimate.neighbour_search import NeighbourIndex
from lossary.estimate.special_functions import digamma

__all__ = ["NeighbourCounts", "closed_radii", "digamma_of_counts"]

Array = np.ndarray[Any, Any]

_NO_RADIUS = -1.0
"""A distance within which there is no row, not even a copy."""


class NeighbourCounts:
    """Distances of rows to their k-th neighbours, and counts of the rows that are nearer.

    ``limits`` are the largest k of each row, where some have fewer neighbours. Rows with k copies
    are atoms, of a mass rather than a density, and their copies are counted (Gao et al., 2017).
    """

    def __init__(
        self, columns: Sequence[ScaledColumns], k: int, limits: Array | None = None
    ) -> None:
        self._columns, self.rows = tuple(columns), columns[0].rows
        self.joint = joint_index(*columns)
        self._k = np.full(self.rows, k) if limits is None else np.minimum(k, limits)
        self.reach = self.joint.nearest(k)
        for each in np.unique(self._k[self._k < k]):
            here = self._k == each
            self.reach[here] = self.joint.nearest(int(each))[here]
        self.atoms = self.reach == 0

    @property
    def neighbours(self) -> Array:
        """The number of rows as near as the k-th neighbour: k, or the copies of an atom."""
        return (
            np.where(self.atoms, duplicate_counts(*self._columns), self._k)
            if self.has_atoms
            else self._k
        )

    @property
    def has_atoms(self) -> bool:
        """Whether some row is an atom."""
        return bool(self.atoms.any())

    @cached_property
    def has_ties(self) -> bool:
        """Whether there may be ties: a number occurs more than once in its column."""
        return any(c.has_ties for c in self._columns)

    @cached_property
    def radii(self) -> Array:
        """The distances to the k-th neighbour; for atoms, whose copies may be most rows, none."""
        return np.where(self.atoms, _NO_RADIUS, self.reach)

    def digamma_within(self, *parts: Sequence[ScaledColumns]) -> list[Array]:
        """Return digamma of the number of rows nearer by each part of the columns, plus one."""
        searched = [_search(part) for part in parts]
        inside: list[Array] = [points.within(self.reach) for points in searched]
        if self.has_ties:
            inside = self._with_random_ties(parts, searched, inside)
        if self.has_atoms:
            own = [duplicate_counts(*part) - 1 for part in parts]
            inside = [np.where(self.atoms, c, n) for c, n in zip(own, inside, strict=True)]
        return [digamma_of_counts(n + 1) for n in inside]

    def _with_random_ties(
        self,
        parts: Sequence[Sequence[ScaledColumns]],
        searched: Sequence[NeighbourIndex],
        inside: Sequence[Array],
    ) -> list[Array]:
        """Return the expected counts if ties are broken at random."""
        reach, nearer = self.radii, self.joint.within(self.radii)
        found, _, at = self.joint.border(reach, [self._places(part) for part in parts])
        tied, drawn = np.maximum(found - nearer, 1), self._k - nearer
        beyond = [
            points.within(closed_radii(reach)) - count - level
            for points, count, level in zip(searched, inside, at, strict=True)
        ]
        return [
            count + (drawn - 1) * level / tied + other * drawn / (tied + 1)
            for count, level, other in zip(inside, at, beyond, strict=True)
        ]

    def _places(self, part: Sequence[ScaledColumns]) -> list[int]:
        """Return the positions of a part's columns among all columns."""
        starts = np.cumsum([0, *(len(c.points) for c in self._columns)])
        own = zip(self._columns, starts, strict=False)
        return [
            int(s) + i for c, s in own if any(c is p for p in part) for i in range(len(c.points))
        ]


def digamma_of_counts(counts: Array) -> Array:
    """Return digamma of positive numbers, by a table for whole ones."""
    most = int(counts.max())
    if counts.dtype.kind == "f" or most > len(counts):
        return digamma(counts)
    table = digamma(np.arange(1, most + 1))
    result: Array = table[counts - 1]
    return result


def closed_radii(radii: Array) -> Array:
    """Return radii that include the rows at exactly these distances."""
    return np.nextafter(radii, inf)


def _search(part: Sequence[ScaledColumns]) -> NeighbourIndex:
    return part[0].index if len(part) == 1 else joint_index(*part)
