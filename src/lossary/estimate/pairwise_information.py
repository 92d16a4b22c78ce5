"""Mutual information of many pairs of factorized columns at once, from their joint tables.

Small tables are counted by the kernel and compared with independence in exact integers, in batches;
a table with more cells than memory or the number of rows justifies is stored sparsely.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lossary.estimate.factorize import Factorized
from lossary.estimate.measures_from_entropies import MUTUAL_INFORMATION
from lossary.estimate.sparse_joint_table import (
    MAX_DENSE_CELLS,
    CountTable,
    SparseJointTable,
    as_sparse,
    sparse_from_codes,
)
from lossary.estimate.special_functions import chi_squared_tail
from lossary.formulas.divergence import kl_divergence
from lossary.interpreters.array_helpers import quietly
from lossary.kernels.coded_columns import Codes, Pair
from lossary.kernels.packed_pairs import pair_tables
from lossary.measures.plain_sums import pair_sum

__all__ = [
    "MATRIX_METHODS",
    "PairInformation",
    "joint_tables",
    "pair_information",
    "symmetric_matrix",
]

MATRIX_METHODS = ("plug_in", "miller_madow")
"""The estimators that are computed for many pairs at once."""

Array = np.ndarray[Any, Any]

_KL = kl_divergence.terms[0]
_MAX_EXACT_ROWS = 3_000_000_000
_ALWAYS_DENSE = 1 << 16
_CELLS_PER_BATCH = 1 << 18


@dataclass(frozen=True)
class PairInformation:
    """The mutual information of several pairs of columns, one element of each array for each.

    ``value`` is the plug-in in nats, ``n`` the number of rows, ``occupied`` the number of occupied
    cells, ``rows`` and ``columns`` the numbers of labels that occur.
    """

    value: Array
    n: Array
    occupied: Array
    rows: Array
    columns: Array

    def by_method(self, method: str) -> Array:
        """Return the estimates by one of ``MATRIX_METHODS``."""
        return self.value if method == "plug_in" else self.corrected

    @cached_property
    def corrected(self) -> Array:
        """The value minus Miller and Madow's ``(occupied - rows - columns + 1) / 2n``.

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
        """The p-value of the G-test, whose statistic is ``2 n`` times the value."""
        statistic = 2 * self.n * self.value
        tails = map(chi_squared_tail, statistic.tolist(), self.degrees.tolist())
        return np.fromiter(tails, np.float64, len(self.n))


def joint_tables(columns: Sequence[Factorized], pairs: Iterable[Pair]) -> dict[Pair, CountTable]:
    """Return the joint tables of pairs of columns, without labels that are to be dropped.

    A table of more than 2^22 cells, or of more than 2^16 and eight for each row, is sparse.
    """
    wanted = list(pairs)
    rows = len(columns[0].codes) if columns else 0
    most = max(_ALWAYS_DENSE, min(MAX_DENSE_CELLS, 8 * rows))
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
            result[place] = _of_sparse(as_sparse(table))
    value, *counts = result.T
    return PairInformation(value, *(c.astype(np.int64) for c in counts))


def symmetric_matrix(names: Sequence[str], values: Mapping[tuple[str, ...], float]) -> Array:
    """Return a symmetric matrix of values of pairs and of single columns, NaN elsewhere."""
    place = {name: i for i, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    for group, value in values.items():
        i, j = place[group[0]], place[group[-1]]
        matrix[i, j] = matrix[j, i] = value
    return matrix


# --- batches of tables ------------------------------------------------------------------------


def _fits(table: Array) -> bool:
    """Whether the product of two counts of a table is exact in 64 bits."""
    return bool(0 < table.sum() < _MAX_EXACT_ROWS)


def _batches(tables: Sequence[CountTable]) -> Iterator[tuple[list[int], Array]]:
    """Yield places of tables of similar size, and the tables padded with zeros to one shape."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for place, table in enumerate(tables):
        if not isinstance(table, SparseJointTable) and _fits(table):
            alike.setdefault(tuple(map(_padded_size, table.shape)), []).append(place)
    for shape, places in alike.items():
        many = max(1, _CELLS_PER_BATCH // (shape[0] * shape[1]))
        for start in range(0, len(places), many):
            part = places[start : start + many]
            batch = np.zeros((len(part), *shape), dtype=np.int64)
            for padded, place in zip(batch, part, strict=True):
                r, c = tables[place].shape
                padded[:r, :c] = tables[place]
            yield part, batch


def _padded_size(size: int) -> int:
    """Return the next of 1, 2, 3, 4, 6, 8, 12, 16, …, which makes few shapes of all sizes."""
    power = 1 << max(0, size - 1).bit_length()
    return power * 3 // 4 if power >= 4 and size <= power * 3 // 4 else power


@quietly
def _of_batch(counts: Array) -> Array:
    """Return value, n, occupied cells, rows and columns of each table of a batch."""
    x, y = counts.sum(axis=2, keepdims=True), counts.sum(axis=1, keepdims=True)
    n = x.sum(axis=1, keepdims=True)
    joint, product = counts * n, x * y
    square = (n * n).astype(np.float64)
    shares = ((part / square).reshape(len(n), -1) for part in (joint, product, joint - product))
    p, q, difference = shares
    occurring = ((part > 0).sum(axis=(1, 2)) for part in (counts, x, y))
    return np.stack([pair_sum(_KL, p, q, (), difference), n.ravel(), *occurring], axis=1)


def _of_sparse(table: SparseJointTable) -> tuple[float, int, int, int, int]:
    value = MUTUAL_INFORMATION.plug_in(table)[0]
    return value, table.n, len(table.counts), table.occupied(0), table.occupied(1)
