"""Counts of columns and pairs that can be merged, over labels that are not known in advance.

Labels are kept sorted, so that the same rows in any order, split in any way, give the same state.
Every column and every axis of a table ends with a place for missing labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossary.estimate.accumulator_config import ColumnPair
from lossary.estimate.factorize import Factorized, sorted_union
from lossary.estimate.pairwise_information import joint_tables
from lossary.estimate.sparse_joint_table import (
    MAX_DENSE_CELLS,
    CountTable,
    SparseJointTable,
    as_sparse,
)
from lossary.kernels.coded_columns import Codes, Pair
from lossary.kernels.contingency_counts import column_counts

__all__ = ["MergeableCounts", "add_counts", "count_labels"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class MergeableCounts:
    """The counts of some rows: labels and counts of each column, and a table for each pair."""

    rows: int = 0
    labels: dict[str, list[Any]] = field(default_factory=dict)
    counts: dict[str, Array] = field(default_factory=dict)
    tables: dict[ColumnPair, CountTable] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """The number of integers that are stored."""
        sizes = (_size(t) for t in self.tables.values())
        return sum(sizes) + sum(c.size for c in self.counts.values())


def _size(table: CountTable) -> int:
    return 3 * len(table.counts) if isinstance(table, SparseJointTable) else table.size


def count_labels(columns: dict[str, Factorized], pairs: Sequence[ColumnPair]) -> MergeableCounts:
    """Return the counts of factorized columns, and of pairs of them."""
    names, given = list(columns), list(columns.values())
    rows = len(given[0].codes)
    place = {name: i for i, name in enumerate(names)}
    wanted: list[Pair] = [(place[a], place[b]) for a, b in pairs]
    tables = joint_tables(given, wanted)
    alone = column_counts([Codes(c.codes, c.levels) for c in given])
    where = {name: np.arange(c.levels) for name, c in columns.items()}
    for name, column in columns.items():
        where[name][len(column.labels) :] = -1
    sizes = {name: len(c.labels) + 1 for name, c in columns.items()}
    return MergeableCounts(
        rows,
        {name: c.labels for name, c in columns.items()},
        {n: _at_places(c, where[n], sizes[n]) for n, c in zip(names, alone, strict=True)},
        {
            (a, b): _placed(tables[pair], (where[a], where[b]), (sizes[a], sizes[b]))
            for (a, b), pair in zip(pairs, wanted, strict=True)
        },
    )


def add_counts(one: MergeableCounts, other: MergeableCounts) -> MergeableCounts:
    """Return the sum of two counts; neither is changed."""
    if not one.rows or not other.rows:
        return one if one.rows else other
    labels = {
        name: own
        if _alike(own, other.labels[name])
        else sorted_union(name, own, other.labels[name])
        for name, own in one.labels.items()
    }
    sizes = {name: len(v) + 1 for name, v in labels.items()}
    (first, at), (second, to) = (
        (part, {name: _where(part.labels[name], labels[name]) for name in labels})
        for part in (one, other)
    )
    counts = {
        name: _at_places(first.counts[name], at[name], n)
        + _at_places(second.counts[name], to[name], n)
        for name, n in sizes.items()
    }
    tables = {}
    for a, b in one.tables:
        shape = sizes[a], sizes[b]
        moved = _placed(first.tables[a, b], (at[a], at[b]), shape)
        tables[a, b] = _added(moved, _placed(second.tables[a, b], (to[a], to[b]), shape))
    return MergeableCounts(one.rows + other.rows, labels, counts, tables)


def _alike(labels: list[Any], others: list[Any]) -> bool:
    """Whether labels are equal and of equal types: 1 and 1.0 are two labels."""
    return labels == others and list(map(type, labels)) == list(map(type, others))


def _where(labels: list[Any], among: list[Any]) -> Array:
    """Return the places of labels among more, the place of missing labels last."""
    if labels == among:
        return np.arange(len(labels) + 1)
    place = {v: i for i, v in enumerate(among)}
    return np.array([*(place[v] for v in labels), len(among)])


def _at_places(counts: Array, where: Array, size: int) -> Array:
    spread = np.zeros(size, dtype=np.int64)
    spread[where] = counts
    return spread


def _placed(table: CountTable, where: tuple[Array, Array], sizes: tuple[int, int]) -> CountTable:
    """Return a table placed in a larger one, dense or sparse by its size."""
    if sizes[0] * sizes[1] <= MAX_DENSE_CELLS and not isinstance(table, SparseJointTable):
        if table.shape == sizes:
            return table
        large = np.zeros(sizes, dtype=np.int64)
        (r, c), (at_row, at_column) = table.shape, where
        if at_row[-1] == r - 1 and at_column[-1] == c - 1:
            # All places in order.
            large[:r, :c] = table
        else:
            large[np.ix_(at_row, at_column)] = table
        return large
    sparse = as_sparse(table)
    counts = sparse.counts
    moved = tuple(np.arange(n)[w][i] for n, w, i in zip(sizes, where, sparse.index, strict=True))
    if sizes[0] * sizes[1] <= MAX_DENSE_CELLS:
        large = np.zeros(sizes, dtype=np.int64)
        large[moved] = counts
        return large
    order = np.lexsort(moved[::-1])
    return SparseJointTable(counts[order], tuple(m[order] for m in moved), sizes)


def _added(one: CountTable, other: CountTable) -> CountTable:
    if not isinstance(one, SparseJointTable) or not isinstance(other, SparseJointTable):
        return one + other  # type: ignore[operator]
    flat = [np.ravel_multi_index(t.index, t.shape) for t in (one, other)]
    cells, place = np.unique(np.concatenate(flat), return_inverse=True)
    counts = np.zeros(len(cells), dtype=np.int64)
    np.add.at(counts, place, np.concatenate([one.counts, other.counts]))
    return SparseJointTable(counts, np.unravel_index(cells, one.shape), one.shape)
