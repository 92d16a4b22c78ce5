"""Contingency tables of pairs of integer-coded columns, compiled where kernels may be used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from lossary.formulas.information import mutual_information
from lossary.kernels import plan
from lossary.kernels.build import Program, Template, no_formulas
from lossary.kernels.launch import threads
from lossary.kernels.memory import address

__all__ = ["COUNTS", "Codes", "Pair", "column_counts", "count_pairs"]

_TILE = 1 << 16
_ROWS_AT_ONCE = 1 << 30
_BLOCK = 8
_SMALL, _LANES = 1024, 4
_LEAST = 1 << 12
_WORTH_A_THREAD = 1 << 22

# Counting needs no formula of a record.
COUNTS = Template(
    "counts",
    no_formulas,
    integers=("rows", "tile", "ranges", "jobs", "block", "records"),
    reals=("scale",),
    sums=(),
    words=("intrinsics", "tallies"),
)

Array = np.ndarray[Any, Any]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Codes:
    """A column of unsigned codes, each below ``levels``."""

    codes: Array
    levels: int


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
    compiled = plan.enabled() and rows >= _LEAST and plan.incapable() is None
    count = _compiled if compiled else _plain
    totals = [np.zeros(_cells(columns, pair), dtype=np.int64) for pair in pairs]
    for start in range(0, rows, _ROWS_AT_ONCE):
        part = [Codes(c.codes[start : start + _ROWS_AT_ONCE], c.levels) for c in columns]
        for total, counts in zip(totals, count(part, pairs), strict=True):
            np.add(total, counts, out=total)
    shapes = [(columns[a].levels, columns[b].levels) for a, b in pairs]
    return [total.reshape(shape) for total, shape in zip(totals, shapes, strict=True)]


def _cells(columns: Sequence[Codes], pair: Pair) -> int:
    return prod(columns[i].levels for i in pair)


def _plain(columns: Sequence[Codes], pairs: Sequence[Pair]) -> Iterator[Array]:
    """Yield counts by NumPy alone."""
    for pair in pairs:
        a, b = (columns[i] for i in pair)
        cells = _cells(columns, pair)
        total = np.zeros(cells, dtype=np.int64)
        for start in range(0, len(a.codes), _TILE):
            rows = slice(start, start + _TILE)
            place = a.codes[rows].astype(np.int64) * b.levels + b.codes[rows]
            total += np.bincount(place, minlength=cells)
        yield total


def _compiled(columns: Sequence[Codes], pairs: Sequence[Pair]) -> Iterator[Array]:
    """Yield counts by a kernel: first the pairs of small tables, which are many, then the rest."""
    small = [pair for pair in pairs if _cells(columns, pair) <= _TILE]
    found = iter(_counted(columns, small))
    for pair in pairs:
        is_small = _cells(columns, pair) <= _TILE
        yield next(found) if is_small else _counted(columns, [pair])[0]


def _counted(columns: Sequence[Codes], pairs: Sequence[Pair]) -> list[Array]:
    if not pairs:
        return []
    rows, most = len(columns[0].codes), max(_cells(columns, pair) for pair in pairs)
    ranges, block = _chunks(rows, len(pairs), most)
    ends = np.cumsum([0, *(_cells(columns, pair) for pair in pairs)]).tolist()
    tables = np.zeros(ends[-1], dtype=np.int32)
    sizes = [max(columns[i].codes.itemsize for i in pair) for pair in pairs]
    kept = {
        (i, size): np.ascontiguousarray(columns[i].codes, dtype=f"u{size}")
        for pair, size in zip(pairs, sizes, strict=True)
        for i in pair
    }
    where = {key: address(codes) for key, codes in kept.items()}
    records = np.array(
        [
            (where[a, size], where[b, size], size, columns[b].levels, end - start, 4 * start)
            for (a, b), size, start, end in zip(pairs, sizes, ends, ends[1:], strict=False)
        ],
        dtype=np.int64,
    )
    records[:, 5] += address(tables)
    _program().run(
        chunks=-(-len(pairs) // block) * ranges,
        # In numbers of 8 bytes: room for the copies of a small table, or for one of any size.
        scratch=max(_SMALL * _LANES, most if ranges > 1 else 0) // 2 + 1,
        integers={
            "rows": rows,
            "tile": rows if ranges > 1 else _TILE,
            "ranges": ranges,
            "jobs": len(pairs),
            "block": block,
            "records": address(records),
        },
    )
    return np.split(tables, ends[1:-1])


def _chunks(rows: int, pairs: int, most: int) -> tuple[int, int]:
    """Return the number of ranges of rows, and the number of pairs counted at once."""
    if rows * pairs < _WORTH_A_THREAD:
        return 1, pairs
    workers = threads()
    ranges = max(1, min(16, rows // max(_TILE, 8 * most))) if pairs < 4 * workers else 1
    return ranges, max(1, min(_BLOCK, pairs // (4 * workers)))


def _program() -> Program:
    return Program(mutual_information, COUNTS, 64, (), integers={}, reals={})
