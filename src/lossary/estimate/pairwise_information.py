"""Mutual information of many pairs of coded columns at once, from their tables.

Tables of few cells are counted by the kernel and compared with independence in exact integers, many
in one go; a table of more cells than memory or rows allow is kept by its occupied cells.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lossary import measures, validation
from lossary.estimate.entropy_sums import MUTUAL_INFORMATION
from lossary.estimate.factorize import Factorized
from lossary.estimate.sparse_joint_table import (
    MAX_DENSE_CELLS,
    SparseJointTable,
    sparse_from_codes,
    sparse_from_counts,
)
from lossary.estimate.special_functions import chi_squared_tail
from lossary.formulas.divergence import kl_divergence
from lossary.interpreters.array_api import quietly
from lossary.kernels.counts_cpu import Codes, Pair, column_counts
from lossary.kernels.joined import pair_tables
from lossary.measures.distributions import pair_sum

__all__ = [
    "MATRIX_METHODS",
    "CountTable",
    "PairInformation",
    "information_matrix",
    "joint_tables",
    "pair_information",
]

MATRIX_METHODS = ("plug_in", "miller_madow")
"""The estimators that are computed for many pairs at once."""

Array = np.ndarray[Any, Any]
CountTable = Array | SparseJointTable
"""A table of counts, or its occupied cells."""

_KL = kl_divergence.terms[0]
_EXACT = 3_000_000_000
_SMALL = 1 << 16
_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class PairInformation:
    """The mutual information of several pairs, one number of each array for each of them.

    ``value`` is the plug-in in nats; ``occupied`` are the cells that occur, ``rows`` and
    ``columns`` the labels that do, ``n`` the rows counted.
    """

    value: Array
    n: Array
    occupied: Array
    rows: Array
    columns: Array

    @cached_property
    def corrected(self) -> Array:
        """The value by Miller and Madow's first order: less ``(cells - rows - columns + 1) / 2n``.

        Exactly 0, as the plug-in, where a column has one label only.
        """
        excess = (self.occupied - self.rows - self.columns + 1) / (2 * self.n)
        return np.where(self.degrees == 0, 0.0, self.value - excess)

    @cached_property
    def degrees(self) -> Array:
        """The degrees of freedom of the G-test."""
        found: Array = (self.rows - 1) * (self.columns - 1)
        return found

    @cached_property
    def p_value(self) -> Array:
        """How often chance alone would give so much, by the G-test: ``2 n`` times the value."""
        statistic = 2 * self.n * self.value
        tails = map(chi_squared_tail, statistic.tolist(), self.degrees.tolist())
        return np.fromiter(tails, np.float64, len(self.n))


def joint_tables(columns: Sequence[Factorized], pairs: Iterable[Pair]) -> dict[Pair, CountTable]:
    """Return the tables of some pairs of columns, without labels that are to be dropped.

    A table of more than 2^22 cells, or of more than 2^16 and eight for each row, is given by its
    occupied cells.
    """
    wanted = list(pairs)
    rows = len(columns[0].codes) if columns else 0
    most = max(_SMALL, min(MAX_DENSE_CELLS, 8 * rows))
    dense = [(i, j) for i, j in wanted if columns[i].levels * columns[j].levels <= most]
    counted = pair_tables([Codes(c.codes, c.levels) for c in columns], dense)
    found: dict[Pair, CountTable] = {}
    for i, j in wanted:
        if (i, j) in counted:
            found[i, j] = counted[i, j][: columns[i].kept_levels, : columns[j].kept_levels]
        else:
            found[i, j] = sparse_from_codes(columns[i], columns[j])
    return found


def pair_information(tables: Sequence[CountTable]) -> PairInformation:
    """Return the mutual information of each table: exactly 0 for exact independence."""
    result = np.zeros((len(tables), 5))
    for places, batch in _batches(tables):
        result[places] = _of_batch(batch)
    for place, table in enumerate(tables):
        if isinstance(table, SparseJointTable) or not _fits(table):
            result[place] = _of_cells(table)
    value, *counts = result.T
    return PairInformation(value, *(c.astype(np.int64) for c in counts))


def information_matrix(columns: Sequence[Factorized], *, method: str = "plug_in") -> Array:
    """Return the matrix of all pairs' mutual information in nats, with entropies on its diagonal.

    The method is ``"plug_in"`` or ``"miller_madow"``.
    """
    validation.choice("method", method, MATRIX_METHODS)
    d = len(columns)
    upper = np.triu_indices(d, 1)
    pairs = list(zip(*(side.tolist() for side in upper), strict=True))
    tables = joint_tables(columns, pairs)
    found = pair_information([tables[pair] for pair in pairs])
    matrix = np.zeros((d, d))
    matrix[upper] = found.value if method == "plug_in" else found.corrected
    matrix += matrix.T
    counts = column_counts([Codes(c.codes, c.levels) for c in columns])
    own = (n[: c.kept_levels] for n, c in zip(counts, columns, strict=True))
    np.fill_diagonal(matrix, [_entropy(n, method) for n in own])
    return matrix


def _entropy(counts: Array, method: str) -> float:
    value = float(measures.entropy(counts.astype(float), normalize=True))
    excess = (np.count_nonzero(counts) - 1) / (2 * counts.sum())
    return value if method == "plug_in" else value + float(excess)


# --- batches of tables ------------------------------------------------------------------------


def _fits(table: Array) -> bool:
    """Tell whether products of two counts of a table are exact in 64 bits."""
    return bool(0 < table.sum() < _EXACT)


def _batches(tables: Sequence[CountTable]) -> Iterator[tuple[list[int], Array]]:
    """Yield tables of like sizes together, filled with zeros to one shape."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for place, table in enumerate(tables):
        if not isinstance(table, SparseJointTable) and _fits(table):
            alike.setdefault(tuple(map(_padded_size, table.shape)), []).append(place)
    for shape, places in alike.items():
        many = max(1, _AT_ONCE // (shape[0] * shape[1]))
        for start in range(0, len(places), many):
            part = places[start : start + many]
            batch = np.zeros((len(part), *shape), dtype=np.int64)
            for padded, place in zip(batch, part, strict=True):
                r, c = tables[place].shape
                padded[:r, :c] = tables[place]
            yield part, batch


def _padded_size(size: int) -> int:
    """Return the next of 1, 2, 3, 4, 6, 8, 12, 16, …: few shapes for tables of all sizes."""
    power = 1 << max(0, size - 1).bit_length()
    return power * 3 // 4 if power >= 4 and size <= power * 3 // 4 else power


@quietly
def _of_batch(counts: Array) -> Array:
    """Return value, rows counted, occupied cells, rows and columns of each table of a batch."""
    x, y = counts.sum(axis=2, keepdims=True), counts.sum(axis=1, keepdims=True)
    n = x.sum(axis=1, keepdims=True)
    joint, product = counts * n, x * y
    square = (n * n).astype(np.float64)
    shares = ((part / square).reshape(len(n), -1) for part in (joint, product, joint - product))
    p, q, difference = shares
    occurring = ((part > 0).sum(axis=(1, 2)) for part in (counts, x, y))
    return np.stack([pair_sum(_KL, p, q, (), difference), n.ravel(), *occurring], axis=1)


def _of_cells(table: CountTable) -> tuple[float, int, int, int, int]:
    cells = table if isinstance(table, SparseJointTable) else sparse_from_counts("table", table, 2)
    value = MUTUAL_INFORMATION.plug_in(cells)[0]
    return value, cells.n, len(cells.counts), cells.occupied(0), cells.occupied(1)
