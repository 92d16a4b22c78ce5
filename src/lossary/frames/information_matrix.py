"""Mutual information of every pair of columns, from one pass over the rows."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Unpack

import numpy as np

from lossary import validation
from lossary.estimate.from_counts import normalized as normalized_of_cells
from lossary.estimate.from_samples import entropy as entropy_of_samples
from lossary.estimate.from_samples import mutual_information as information_of_samples
from lossary.estimate.pairwise_information import (
    MATRIX_METHODS,
    pair_information,
    symmetric_matrix,
)
from lossary.estimate.sparse_joint_table import as_sparse
from lossary.frames.information import by_rows
from lossary.frames.label_counts import Group, LabelTable
from lossary.frames.measure_options import Options, Query, make_query, with_options
from lossary.frames.neighbour_rows import read_rows
from lossary.frames.results import Matrix, unit_of
from lossary.measures.representations import in_base

__all__ = ["mutual_information_matrix", "symmetric_matrix"]

Array = np.ndarray[Any, Any]

_HARDLY_RECUR = 0.5


@with_options
def mutual_information_matrix(
    data: Any,
    columns: Sequence[str] | None = None,
    *,
    normalized: bool = False,
    average: str = "arithmetic",
    method: str | None = None,
    base: float | None = None,
    **options: Unpack[Options],
) -> Matrix:
    """Mutual information of every pair of columns of a frame, entropies on the diagonal.

    ``I(X;Y) = H(X) + H(Y) - H(X,Y)``. With ``normalized=True``, divided by a mean of the two
    entropies: 0 for independent columns, 1 for columns that determine each other.

    Parameters
    ----------
    data
        A frame of any engine.
    columns
        The columns to measure; by default all but the weights.
    normalized
        Whether to divide by the mean of the entropies; not for columns measured by neighbours.
    average
        The divisor: a mean of the entropies (arithmetic, geometric), min, max, or joint.
    method
        As for :func:`mutual_information`, for columns that are counted; by default the plug-in if
        normalised.
    missing, continuous, bins, k, kinds, weights, base
        The options of all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    A :class:`~lossary.frames.Matrix`, with the p-values of the G-test of every pair.

    Raises
    ------
    LossaryError
        As for :func:`entropy`, and for ``normalized=True`` with columns measured by neighbours.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> frame = pl.DataFrame({"a": [0, 0, 1, 1], "b": ["x", "x", "y", "y"], "c": [0, 1, 0, 1]})
    >>> print(frames.mutual_information_matrix(frame, method="plug_in", base=2))
    3 columns, bits (plug_in, n = 4)
                    a        b        c
    a          1.0000   1.0000   0.0000
    b          1.0000   1.0000   0.0000
    c          0.0000   0.0000   1.0000
      discrete: a, b, c

    References
    ----------
    Butte and Kohane, Mutual Information Relevance Networks, 2000

    """
    query = make_query(data, columns, **options)
    if normalized and any(query.by_neighbours(n) for n in query.names):
        message = (
            "normalized=True needs counted columns, because the differential entropy of numbers "
            "does not bound their mutual information: take continuous='bins'"
        )
        raise validation.LossaryError(message)
    chosen = query.method_or_default(method, "plug_in" if normalized else "miller_madow")
    pairs = list(combinations(query.names, 2))
    alone = [(n,) for n in query.names if not (normalized or query.by_neighbours(n))]
    tables = query.count([*alone, *(p for p in pairs if not query.by_neighbours(*p))])
    values, p_values = _of_tables(query, tables, chosen)
    if normalized:
        values = {p: _normalized(t, chosen, average) for p, t in tables.items()}
        values |= {(n,): 1.0 for n in query.names}
    else:
        values |= _of_rows(query, pairs)
    matrix = in_base(symmetric_matrix(query.names, values), None if normalized else base)
    return Matrix(
        tuple(query.names),
        matrix,
        symmetric_matrix(query.names, p_values),
        chosen,
        "no unit" if normalized else unit_of(base),
        query.rows,
        (*query.notes, *_identifiers(query, tables)),
        query.source.backend,
    )


def _identifiers(query: Query, tables: Mapping[Group, LabelTable]) -> list[str]:
    """Return a warning of columns whose labels hardly recur, if there are any."""
    levels = {n: len(own) for g, t in tables.items() for n, own in zip(g, t.labels, strict=True)}
    found = [n for n in query.names if levels.get(n, 0) > _HARDLY_RECUR * query.rows]
    if not found or query.rows < 2:
        return []
    return [f"labels hardly recur, so that high values are due to chance: {', '.join(found)}"]


def _of_tables(
    query: Query, tables: Mapping[Group, LabelTable], method: str
) -> tuple[dict[Group, float], dict[Group, float]]:
    """Return the entropies and mutual information in nats, and the p-values of the pairs."""
    pairs: list[Group] = [g for g in tables if len(g) == 2]
    values: dict[Group, float] = {
        g: query.estimate("entropy", tables[g], g, method).value for g in tables if len(g) == 1
    }
    if not pairs:
        return values, {}
    found = pair_information([tables[p].table for p in pairs])
    if method in MATRIX_METHODS:
        values |= zip(pairs, found.by_method(method).tolist(), strict=True)
    else:
        values |= {
            p: query.estimate("mutual_information", tables[p], p, method).value for p in pairs
        }
    tested = pairs if query.weights is None else []
    return values, dict(zip(tested, found.p_value.tolist() if tested else [], strict=True))


def _normalized(table: LabelTable, method: str, average: str) -> float:
    return normalized_of_cells(as_sparse(table.table), method, average).value


def _of_rows(query: Query, pairs: Sequence[Group]) -> dict[Group, float]:
    """Return the values measured by nearest neighbours, in nats."""
    found: dict[Group, float] = {
        p: by_rows(query, information_of_samples, p, None).value
        for p in pairs
        if query.by_neighbours(*p)
    }
    for name in query.names:
        if query.by_neighbours(name):
            rows, _ = read_rows(query, (name,))
            found[name,] = entropy_of_samples(rows[name], kind="continuous", k=query.k).value
    return found
