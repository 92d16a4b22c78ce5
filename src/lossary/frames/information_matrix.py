"""The mutual information of every pair of columns, from one pass over the rows."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.from_counts import normalized as normalized_of_cells
from lossary.estimate.from_samples import entropy as entropy_of_samples
from lossary.estimate.from_samples import mutual_information as information_of_samples
from lossary.estimate.pairwise_information import MATRIX_METHODS, pair_information
from lossary.frames.binning import BINS
from lossary.frames.information import by_rows
from lossary.frames.label_counts import Counted, Group, as_cells
from lossary.frames.query import Asked, asked
from lossary.frames.results import Matrix
from lossary.frames.rows_in_memory import rows_of
from lossary.measures.representations import in_base

__all__ = ["mutual_information_matrix"]

Array = np.ndarray[Any, Any]

_HARDLY_RECUR = 0.5


def mutual_information_matrix(
    data: Any,
    columns: Sequence[str] | None = None,
    *,
    normalized: bool = False,
    average: str = "arithmetic",
    method: str | None = None,
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    k: int = 3,
    kinds: Mapping[str, str] | None = None,
    weights: str | None = None,
    base: float | None = None,
) -> Matrix:
    """Mutual information of every pair of columns of a frame, entropies on the diagonal.

    ``I(X;Y) = H(X) + H(Y) - H(X,Y)``. With ``normalized=True`` over a mean of the two entropies:
    0 for independent columns, 1 for columns that tell each other entirely.

    Parameters
    ----------
    data
        A frame of any engine.
    columns
        Which columns; all but the weights, unless given.
    normalized
        Whether to divide by the mean of the entropies, for columns that are counted.
    average
        What divides: a mean of the entropies (arithmetic, geometric), min, max, or joint.
    method
        As for :func:`mutual_information`, for columns that are counted; normalised, the plug-in
        unless said.
    missing, continuous, bins, k, kinds, weights, base
        As for all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    A :class:`~lossary.frames.Matrix`, with the p-values of the G-test of every pair.

    Raises
    ------
    LossaryError
        As for :func:`entropy`, and for normalised information of columns measured by neighbours.

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
    a = asked(
        data, columns, missing=missing, continuous=continuous, bins=bins, k=k, kinds=kinds,
        weights=weights,
    )  # fmt: skip
    if normalized and any(a.by_neighbours(n) for n in a.names):
        message = (
            "normalized=True is for columns that are counted, as the entropy of numbers is no "
            "bound of what they share: take continuous='bins'"
        )
        raise validation.LossaryError(message)
    chosen = a.method_or(method, "plug_in" if normalized else "miller_madow")
    pairs = list(combinations(a.names, 2))
    alone = [(n,) for n in a.names if not (normalized or a.by_neighbours(n))]
    tables = a.counted([*alone, *(p for p in pairs if not a.by_neighbours(*p))])
    values, p_values = _of_tables(a, tables, chosen)
    if normalized:
        values = {p: _normalized(t, chosen, average) for p, t in tables.items()}
        values |= {(n,): 1.0 for n in a.names}
    else:
        values |= _of_rows(a, pairs)
    matrix = in_base(_filled(a.names, values), None if normalized else base)
    unit = "nats" if base is None else "bits" if base == 2 else f"base {base:g}"
    return Matrix(
        tuple(a.names),
        matrix,
        _filled(a.names, p_values),
        chosen,
        "no unit" if normalized else unit,
        a.rows,
        (*a.notes, *_identifiers(a, tables)),
        a.source.backend,
    )


def _identifiers(a: Asked, tables: Mapping[Group, Counted]) -> list[str]:
    """Return a note on columns whose labels hardly recur, if there are any."""
    levels = {n: len(own) for g, t in tables.items() for n, own in zip(g, t.labels, strict=True)}
    found = [n for n in a.names if levels.get(n, 0) > _HARDLY_RECUR * a.rows]
    if not found or a.rows < 2:
        return []
    return [f"labels that hardly recur share everything by chance: {', '.join(found)}"]


def _of_tables(
    a: Asked, tables: Mapping[Group, Counted], method: str
) -> tuple[dict[Group, float], dict[Group, float]]:
    """Return what pairs share and entropies, in nats, and the pairs' p-values."""
    pairs: list[Group] = [g for g in tables if len(g) == 2]
    values: dict[Group, float] = {
        g: a.estimate("entropy", tables[g], g, method).value for g in tables if len(g) == 1
    }
    if not pairs:
        return values, {}
    found = pair_information([tables[p].table for p in pairs])
    if method in MATRIX_METHODS:
        shared = found.value if method == "plug_in" else found.corrected
        values |= dict(zip(pairs, shared.tolist(), strict=True))
    else:
        values |= {p: a.estimate("mutual_information", tables[p], p, method).value for p in pairs}
    tested = pairs if a.weights is None else []
    return values, dict(zip(tested, found.p_value.tolist() if tested else [], strict=True))


def _normalized(counted: Counted, method: str, average: str) -> float:
    return normalized_of_cells(as_cells(counted.table), method, average).value


def _of_rows(a: Asked, pairs: Sequence[Group]) -> dict[Group, float]:
    """Return what is measured by neighbours, in nats."""
    found: dict[Group, float] = {
        p: by_rows(a, information_of_samples, p, None).value for p in pairs if a.by_neighbours(*p)
    }
    for name in a.names:
        if a.by_neighbours(name):
            rows, _ = rows_of(a, (name,))
            found[name,] = entropy_of_samples(rows[name], kind="continuous", k=a.k).value
    return found


def _filled(names: Sequence[str], values: Mapping[Group, float]) -> Array:
    """Return a symmetric matrix of what there is of pairs and single columns, NaN elsewhere."""
    place = {name: i for i, name in enumerate(names)}
    matrix = np.full((len(names), len(names)), np.nan)
    for group, value in values.items():
        i, j = place[group[0]], place[group[-1]]
        matrix[i, j] = matrix[j, i] = value
    return matrix
