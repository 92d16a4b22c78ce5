"""How many rows are nearer than a row's k-th nearest, by some of the columns.

Estimators of neighbours assume that no two distances are equal. Where they are, as with rounded
numbers, counts are what breaking ties at random would give on the average; noise does the same, but
differently each time. Of t rows at the k-th distance, with s nearer, k - s - 1 fall inside, and
of other rows that are as far by some columns the share (k - s) / (t + 1).
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

_NOWHERE = -1.0
"""A distance within which there is nothing, not even copies."""


class NeighbourCounts:
    """Rows, their distances to the k-th nearest by all columns, and who is nearer by some.

    ``limits`` are largest k of each row, where some have fewer neighbours. Rows with k copies are
    atoms: not a density but a mass, and their copies are what is counted (Gao et al., 2017).
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
        """How many rows are as near as the k-th nearest: k, or the copies of an atom."""
        return (
            np.where(self.atoms, duplicate_counts(*self._columns), self._k)
            if self.has_atoms
            else self._k
        )

    @property
    def has_atoms(self) -> bool:
        """Tell whether some row is an atom."""
        return bool(self.atoms.any())

    @cached_property
    def has_ties(self) -> bool:
        """Tell whether there may be ties: some number occurs more than once in its column."""
        return any(c.has_ties for c in self._columns)

    @cached_property
    def apart(self) -> Array:
        """The distances to the k-th nearest; of atoms, whose copies may be most rows, none."""
        return np.where(self.atoms, _NOWHERE, self.reach)

    def sizes(self, *parts: Sequence[ScaledColumns]) -> list[Array]:
        """Return digamma of how many rows are nearer by each part of the columns, and itself."""
        searched = [_search(part) for part in parts]
        inside: list[Array] = [points.within(self.reach) for points in searched]
        if self.has_ties:
            inside = self._by_chance(parts, searched, inside)
        if self.has_atoms:
            own = [duplicate_counts(*part) - 1 for part in parts]
            inside = [np.where(self.atoms, c, n) for c, n in zip(own, inside, strict=True)]
        return [digamma_of_counts(n + 1) for n in inside]

    def _by_chance(
        self,
        parts: Sequence[Sequence[ScaledColumns]],
        searched: Sequence[NeighbourIndex],
        inside: Sequence[Array],
    ) -> list[Array]:
        """Return how many are nearer if ties were broken by chance."""
        reach, nearer = self.apart, self.joint.within(self.apart)
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
        """Return which columns of the joint points are a part's."""
        starts = np.cumsum([0, *(len(c.points) for c in self._columns)])
        own = zip(self._columns, starts, strict=False)
        return [
            int(s) + i for c, s in own if any(c is p for p in part) for i in range(len(c.points))
        ]


def digamma_of_counts(counts: Array) -> Array:
    """Return digamma of positive numbers; of whole ones, of which many are equal, by a table."""
    most = int(counts.max())
    if counts.dtype.kind == "f" or most > len(counts):
        return digamma(counts)
    table = digamma(np.arange(1, most + 1))
    result: Array = table[counts - 1]
    return result


def closed_radii(radii: Array) -> Array:
    """Return the radii within which lies what is at most so far."""
    return np.nextafter(radii, inf)


def _search(part: Sequence[ScaledColumns]) -> NeighbourIndex:
    return part[0].index if len(part) == 1 else joint_index(*part)
