"""What every pair of columns shares, as a part of what they hold, beyond chance."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from lossary.estimate.expected_mi import expected_mutual_information, scaled_p_value
from lossary.estimate.pairwise_information import CountTable, pair_information
from lossary.frames import Matrix
from lossary.frames.label_counts import as_cells
from lossary.frames.query import Asked

__all__ = ["redundancy"]

Array = np.ndarray[Any, Any]
_FULL = 20
"""With so many rows for each cell, the first order is what chance gives."""


def redundancy(a: Asked, names: Sequence[str]) -> Matrix:
    """Return ``(I - E) / ((H(X) + H(Y))/2 - E)`` of each pair, E what chance gives on average.

    0 for what chance gives, 1 for columns that tell each other entirely (Vinh, Epps and Bailey,
    2010). The p-value is that of the G-test, its statistic scaled to its mean where counts are
    small.
    """
    pairs = list(combinations(names, 2))
    tables = [table.table for table in a.counted(pairs).values()]
    found = pair_information(tables)
    values, p_values = np.eye(len(names)), np.full((len(names), len(names)), np.nan)
    places = combinations(range(len(names)), 2)
    known = zip(found.value.tolist(), found.p_value.tolist(), strict=True)
    for (i, j), table, (information, p_value) in zip(places, tables, known, strict=True):
        shared, p = _pair(table, information, p_value)
        values[i, j] = values[j, i] = shared
        p_values[i, j] = p_values[j, i] = p
    return Matrix(tuple(names), values, p_values, "adjusted", "no unit", a.rows, a.notes)


def _pair(table: CountTable, information: float, p_value: float) -> tuple[float, float]:
    """Return what a pair shares of what it holds, and how often chance gives as much."""
    cells = as_cells(table)
    x, y = (cells.marginal((axis,))[0] for axis in (0, 1))
    degrees = (len(x) - 1) * (len(y) - 1)
    by_chance = degrees / (2 * cells.n)
    if cells.n < _FULL * len(x) * len(y):
        by_chance = expected_mutual_information(x, y)
        p_value = scaled_p_value(information, by_chance, degrees)
    room = (_entropy(x) + _entropy(y)) / 2 - by_chance
    if degrees == 0 or room <= 1e-12:
        return 0.0, 1.0
    return min(max((information - by_chance) / room, 0.0), 1.0), p_value


def _entropy(counts: Array) -> float:
    p = counts / counts.sum()
    return float(-(p @ np.log(p)))
