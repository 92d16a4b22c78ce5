"""Adjusted mutual information of every pair of columns: their redundancy."""

from collections.abc import Sequence
from itertools import combinations

from lossary.estimate.expected_mi import (
    expected_mutual_information,
    plug_in_entropy,
    scaled_p_value,
)
from lossary.estimate.pairwise_information import pair_information, symmetric_matrix
from lossary.estimate.sparse_joint_table import CountTable, as_sparse
from lossary.frames import Matrix
from lossary.frames.measure_options import Query

__all__ = ["redundancy"]

_FULL = 20
"""The rows per cell from which the first order of the mean by chance is exact enough."""


def redundancy(query: Query, names: Sequence[str]) -> Matrix:
    """Return ``(I - E) / ((H(X) + H(Y))/2 - E)`` of each pair, E the mean of I by chance.

    It is 0 on average by chance, and 1 for columns that determine each other (Vinh, Epps and
    Bailey, 2010). The p-value is that of the G-test, its statistic scaled to its mean if counts are
    small.
    """
    tables = query.count(list(combinations(names, 2)))
    found = pair_information([table.table for table in tables.values()])
    tested = zip(tables.items(), found.value.tolist(), found.p_value.tolist(), strict=True)
    pairs = {g: _pair(table.table, value, p) for (g, table), value, p in tested}
    values: dict[tuple[str, ...], float] = {(name,): 1.0 for name in names}
    values |= {group: shared for group, (shared, _) in pairs.items()}
    p_values = {group: p for group, (_, p) in pairs.items()}
    return Matrix(
        tuple(names),
        symmetric_matrix(names, values),
        symmetric_matrix(names, p_values),
        "adjusted",
        "no unit",
        query.rows,
        query.notes,
    )


def _pair(table: CountTable, information: float, p_value: float) -> tuple[float, float]:
    """Return the redundancy of a pair, and its p-value."""
    cells = as_sparse(table)
    x, y = (cells.marginal((axis,))[0] for axis in (0, 1))
    degrees = (len(x) - 1) * (len(y) - 1)
    expected = degrees / (2 * cells.n)
    if cells.n < _FULL * len(x) * len(y):
        expected = expected_mutual_information(x, y)
        p_value = scaled_p_value(information, expected, degrees)
    largest = (plug_in_entropy(x) + plug_in_entropy(y)) / 2 - expected
    if degrees == 0 or largest <= 1e-12:
        return 0.0, 1.0
    return min(max((information - expected) / largest, 0.0), 1.0), p_value
