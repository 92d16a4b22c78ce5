"""Contingency tables of pairs of integer-coded columns on the CPU."""

from collections.abc import Sequence

import numpy as np

from lossary.kernels.array_memory import address
from lossary.kernels.coded_columns import Array, Codes, Pair, cells
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.launch import threads
from lossary.kernels.cpu.template import Template

__all__ = ["TEMPLATE", "counted"]

_TILE = 1 << 16
_BLOCK = 8
_SMALL, _LANES = 1024, 4
_WORTH_A_THREAD = 1 << 22

TEMPLATE = Template(
    name="contingency_counts",
    integers=("rows", "tile", "ranges", "jobs", "block", "records"),
    functions=("llvm_intrinsics", "counter_intrinsics"),
)


def counted(columns: Sequence[Codes], pairs: Sequence[Pair]) -> list[Array]:
    """Return the flattened tables of some pairs of columns, one after another."""
    if not pairs:
        return []
    rows, most = len(columns[0].codes), max(cells(columns, pair) for pair in pairs)
    ranges, block = _chunks(rows, len(pairs), most)
    ends = np.cumsum([0, *(cells(columns, pair) for pair in pairs)]).tolist()
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
    Program(TEMPLATE, 64).run(
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
