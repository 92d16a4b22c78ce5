"""Contingency tables of pairs of integer-coded columns, by a kernel where one may be used."""

from collections.abc import Iterator, Sequence

import numpy as np

from lossary.kernels import eligibility
from lossary.kernels.coded_columns import Array, Codes, Pair, cells
from lossary.kernels.cpu.contingency_counts import counted
from lossary.kernels.cpu.requirements import incapable

__all__ = ["column_counts", "count_pairs"]

_TILE = 1 << 16
_ROWS_AT_ONCE = 1 << 30
_LEAST = 1 << 12


def column_counts(columns: Sequence[Codes]) -> list[Array]:
    """Return the frequency of each code of each column."""
    if not columns:
        return []
    alone = Codes(np.zeros_like(columns[0].codes, dtype=np.uint8), 1)
    pairs = [(i, len(columns)) for i in range(len(columns))]
    return [table.ravel() for table in count_pairs([*columns, alone], pairs)]


def count_pairs(columns: Sequence[Codes], pairs: Sequence[Pair]) -> list[Array]:
    """Return the tables of some pairs of columns: int64 of shape ``(levels, levels)`` each."""
    rows = len(columns[0].codes) if columns else 0
    compiled = eligibility.enabled() and rows >= _LEAST and incapable() is None
    count = _compiled if compiled else _plain
    totals = [np.zeros(cells(columns, pair), dtype=np.int64) for pair in pairs]
    for start in range(0, rows, _ROWS_AT_ONCE):
        part = [Codes(c.codes[start : start + _ROWS_AT_ONCE], c.levels) for c in columns]
        for total, counts in zip(totals, count(part, pairs), strict=True):
            np.add(total, counts, out=total)
    shapes = [(columns[a].levels, columns[b].levels) for a, b in pairs]
    return [total.reshape(shape) for total, shape in zip(totals, shapes, strict=True)]


def _plain(columns: Sequence[Codes], pairs: Sequence[Pair]) -> Iterator[Array]:
    """Yield counts by NumPy alone."""
    for pair in pairs:
        a, b = (columns[i] for i in pair)
        size = cells(columns, pair)
        total = np.zeros(size, dtype=np.int64)
        for start in range(0, len(a.codes), _TILE):
            rows = slice(start, start + _TILE)
            place = a.codes[rows].astype(np.int64) * b.levels + b.codes[rows]
            total += np.bincount(place, minlength=size)
        yield total


def _compiled(columns: Sequence[Codes], pairs: Sequence[Pair]) -> Iterator[Array]:
    """Yield counts by a kernel: first the pairs of small tables, which are many, then the rest."""
    small = [pair for pair in pairs if cells(columns, pair) <= _TILE]
    found = iter(counted(columns, small))
    for pair in pairs:
        is_small = cells(columns, pair) <= _TILE
        yield next(found) if is_small else counted(columns, [pair])[0]
