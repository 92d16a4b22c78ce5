"""Tables of many pairs of columns by fewer counts: columns of few codes are joined.

An increment takes half a nanosecond, whatever the table's size up to some ten thousand cells. Two
columns of ten codes joined are one of a hundred, and one count with another such column serves four
pairs: all pairs of 50 columns take 300 counts a row, not 1225.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from lossary.kernels.coded_columns import Codes, Pair
from lossary.kernels.contingency_counts import column_counts, count_pairs

__all__ = ["pair_tables"]

_MOST_CODES = 256
_ROWS_PER_CELL = 8
_BYTES_AT_ONCE = 1 << 28

Array = np.ndarray[Any, Any]
Group = tuple[int, ...]


def pair_tables(columns: Sequence[Codes], pairs: Iterable[Pair]) -> dict[Pair, Array]:
    """Return the tables of some pairs of columns, by the columns' indices.

    Each is of int64 and of the shape ``(levels of the first, levels of the second)``.
    """
    wanted = list(dict.fromkeys(pairs))
    groups = list(_groups(columns, wanted))
    group_of = {i: g for g, group in enumerate(groups) for i in group}
    between: dict[Pair, list[Pair]] = {}
    for i, j in wanted:
        between.setdefault((group_of[i], group_of[j]), []).append((i, j))
    joined = [_joined(columns, group) for group in groups]
    found: dict[Pair, Array] = {}
    for (g, h), table in _tables(joined, between):
        parts = _split(
            table, [columns[i].levels for i in groups[g]], [columns[i].levels for i in groups[h]]
        )
        every = dict(zip(product(groups[g], groups[h]), parts, strict=True))
        found |= {pair: every[pair] for pair in between[g, h]}
    return found


def _groups(columns: Sequence[Codes], pairs: Sequence[Pair]) -> Iterator[Group]:
    """Yield groups of columns to join: those paired with the same others, where that is faster."""
    partners: dict[int, set[int]] = {}
    for i, j in pairs:
        partners.setdefault(i, set()).add(j)
        partners.setdefault(j, set()).add(i)
    rows = len(columns[0].codes) if columns else 0
    most = min(_MOST_CODES, int((rows / _ROWS_PER_CELL) ** 0.5))
    few = {i for i in partners if columns[i].levels <= most}
    group: list[int] = []
    size = 1
    for i in sorted(partners):
        fits = size * columns[i].levels <= most and len(pairs) > 1
        if group and not (fits and _twins(group[0], i, partners, few)):
            yield tuple(group)
            group, size = [], 1
        group.append(i)
        size *= columns[i].levels
    if group:
        yield tuple(group)


def _twins(i: int, j: int, partners: dict[int, set[int]], few: set[int]) -> bool:
    """Return whether two columns of few codes are paired with the same others, all of few codes."""
    others = partners[i] - {j}
    return others == partners[j] - {i} and others <= few and {i, j} <= few


def _joined(columns: Sequence[Codes], group: Group) -> Codes:
    """Return one column whose codes stand for those of several, the last running fastest."""
    first, *rest = (columns[i] for i in group)
    codes, levels = first.codes, first.levels
    for column in rest:
        # A column of 256 codes is joined only with a constant one.
        codes = codes * np.uint8(column.levels % 256) + column.codes
        levels *= column.levels
    return Codes(codes, levels)


def _tables(joined: Sequence[Codes], wanted: Iterable[Pair]) -> Iterator[tuple[Pair, Array]]:
    """Yield the tables of pairs of joined columns, one of a column with itself among them."""
    own: dict[int, Array] = {}
    alone = {g for g, h in wanted if g == h}
    for part in _parts(joined, [(g, h) for g, h in wanted if g != h]):
        for (g, h), table in zip(part, count_pairs(joined, part), strict=True):
            yield (g, h), table
            for k, axis in ((g, 1), (h, 0)):
                if k in alone and k not in own:
                    own[k] = table.sum(axis=axis)
    rest = [g for g in alone if g not in own]
    own |= dict(zip(rest, column_counts([joined[g] for g in rest]), strict=True))
    for g in alone:
        yield (g, g), np.diag(own[g])


def _parts(columns: Sequence[Codes], pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """Yield pairs whose tables together are not too large."""
    part: list[Pair] = []
    size = 0
    for a, b in pairs:
        cells = columns[a].levels * columns[b].levels
        if part and size + 8 * cells > _BYTES_AT_ONCE:
            yield part
            part, size = [], 0
        part.append((a, b))
        size += 8 * cells
    if part:
        yield part


def _split(table: Array, levels: Sequence[int], others: Sequence[int]) -> Iterator[Array]:
    """Yield the table of each column of a group with each of another, from that of the groups."""
    for part in _margins(table, levels):
        for transposed in _margins(part.T, others):
            yield transposed.T


def _margins(table: Array, levels: Sequence[int]) -> Iterator[Array]:
    """Yield the table's sums by the codes of each column that its first axis joins."""
    before, after = 1, table.shape[0]
    for own in levels:
        after //= own
        yield table.reshape(before, own, after, -1).sum(axis=(0, 2)) if len(levels) > 1 else table
        before *= own
