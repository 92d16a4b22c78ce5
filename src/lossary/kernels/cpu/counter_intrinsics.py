"""Functions of counting kernels: cells of a table, of the type of a pointer."""

from typing import Any

from numba import types
from numba.extending import intrinsic

from lossary.kernels.cpu.llvm_intrinsics import lowered

__all__ = ["clear", "count_one", "deposit", "put"]


def _cell(builder: Any, p: Any, i: Any) -> Any:
    return builder.gep(p, [i], inbounds=True)


def _fitting(builder: Any, p: Any, n: Any) -> Any:
    return n if n.type == p.type.pointee else builder.trunc(n, p.type.pointee)


@intrinsic
def count_one(_context: Any, p: Any, _i: Any) -> Any:
    """Add 1 to p[i]."""

    def write(builder: Any, p: Any, i: Any) -> Any:
        cell = _cell(builder, p, i)
        return builder.store(builder.add(builder.load(cell), p.type.pointee(1)), cell)

    return types.void(p, types.int64), lowered(write)


@intrinsic
def clear(_context: Any, p: Any, _i: Any) -> Any:
    """Store 0 at p[i]."""

    def write(builder: Any, p: Any, i: Any) -> Any:
        return builder.store(p.type.pointee(0), _cell(builder, p, i))

    return types.void(p, types.int64), lowered(write)


@intrinsic
def put(_context: Any, p: Any, _i: Any, _n: Any) -> Any:
    """Store n at p[i], truncated to the type."""

    def write(builder: Any, p: Any, i: Any, n: Any) -> Any:
        return builder.store(_fitting(builder, p, n), _cell(builder, p, i))

    return types.void(p, types.int64, types.int64), lowered(write)


@intrinsic
def deposit(_context: Any, p: Any, _i: Any, _n: Any) -> Any:
    """Add n to p[i] atomically."""

    def write(builder: Any, p: Any, i: Any, n: Any) -> Any:
        n = _fitting(builder, p, n)
        return builder.atomic_rmw("add", _cell(builder, p, i), n, "monotonic")

    return types.void(p, types.int64, types.int64), lowered(write)
