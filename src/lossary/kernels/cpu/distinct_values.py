"""The distinct values of an array by hashing, without a sort, where kernels may be used."""

from typing import Any

import numpy as np

from lossary.kernels import eligibility
from lossary.kernels.array_memory import address
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.requirements import incapable
from lossary.kernels.cpu.template import Template

__all__ = ["TEMPLATE", "distinct"]

_LEAST = 1 << 12
_MOST = 1 << 14
_SLOTS = 1 << 16

TEMPLATE = Template(
    name="distinct_values",
    integers=("rows", "words", "mask", "limit", "address", "table", "firsts", "codes", "found"),
    functions=("llvm_intrinsics", "counter_intrinsics"),
)

Array = np.ndarray[Any, Any]


def distinct(values: Array) -> tuple[Array, Array] | None:
    """Return the distinct values in order and the index of each row among them.

    None where a sort is to be used: for few rows, more than 2^14 distinct values, values whose
    length is no multiple of 4 bytes, or without kernels. Values are compared by their bytes.
    """
    usable = values.size >= _LEAST and values.itemsize and values.itemsize % 4 == 0
    if not usable or not eligibility.enabled() or incapable() is not None:
        return None
    values = np.ascontiguousarray(values)
    table, firsts = np.zeros(_SLOTS, dtype=np.int32), np.zeros(_MOST, dtype=np.int64)
    codes, found = np.empty(values.size, dtype=np.int32), np.zeros(1, dtype=np.int64)
    program = Program(TEMPLATE, 64)
    program.run(
        chunks=1,
        scratch=0,
        integers={
            "rows": values.size,
            "words": values.itemsize // 4,
            "mask": _SLOTS - 1,
            "limit": _MOST,
            "address": address(values),
            "table": address(table),
            "firsts": address(firsts),
            "codes": address(codes),
            "found": address(found),
        },
    )
    if found[0] < 0:
        return None
    labels = values[firsts[: found[0]]]
    order = np.argsort(labels)
    rank = np.empty(len(order), dtype=np.uint16)
    rank[order] = np.arange(len(order))
    return labels[order], rank[codes]
