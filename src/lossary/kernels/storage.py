"""Blocks of memory of any storage, as numbers of the dtype that a kernel computes in.

Storage has a code: 0 float32, 1 float64, 2 bfloat16, 3 float16, 4 int64, 5 int32, 6 uint8 or bool.
"""

from typing import Any

from numba import float32, njit, types
from numba.extending import intrinsic

from lossary.kernels.intrinsics import (
    address_of,
    bytes_at,
    converted,
    doubles,
    from_bfloat16,
    from_float16,
    inlined,
    integers,
    load,
    offset,
    shorts,
    singles,
    store,
    to_bfloat16,
    to_float16,
    words,
)

__all__ = ["load_block", "store_block", "writable_block"]

_shared = njit(
    fastmath={"contract"},
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
)
"""Make a function that kernels call: it is compiled once, however many blocks are loaded."""


@intrinsic
def _code(_context: Any, buffer: Any) -> Any:
    """Return the code of a buffer's own dtype."""

    def generate(context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return context.get_constant(types.int64, int(buffer.dtype == types.float64))

    return types.int64(buffer), generate


@intrinsic
def _pointer(_context: Any, address: Any, buffer: Any) -> Any:
    """Return an address as a pointer of a buffer's type."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], arguments[1].type)

    return buffer(types.int64, buffer), generate


@inlined
def load_block(address: Any, code: Any, i: Any, n: Any, buffer: Any) -> Any:
    """Return a pointer to n numbers from the i-th on: the memory itself, or the buffer filled."""
    if code == _code(buffer):
        return offset(_pointer(address, buffer), i)
    _fill(address, code, i, n, buffer)
    return buffer


@inlined
def writable_block(address: Any, code: Any, i: Any, buffer: Any) -> Any:
    """Return where to write the numbers that ``store_block`` shall store: memory or buffer."""
    if code == _code(buffer):
        return offset(_pointer(address, buffer), i)
    return buffer


@inlined
def store_block(address: Any, code: Any, i: Any, n: Any, block: Any) -> None:
    """Write n numbers from the i-th place on, each rounded to nearest, unless they lie there."""
    place = address_of(offset(_pointer(address, block), i))
    if code != _code(block) or address_of(block) != place:
        _empty(address, code, i, n, block)


@_shared
def _fill(address: Any, code: Any, i: Any, n: Any, buffer: Any) -> None:
    if code == 0:
        _convert(offset(singles(address), i), n, buffer)
    elif code == 1:
        _convert(offset(doubles(address), i), n, buffer)
    elif code == 2:
        _from_bfloat16(offset(shorts(address), i), n, buffer)
    elif code == 3:
        _from_float16(offset(shorts(address), i), n, buffer)
    elif code == 4:
        _convert(offset(integers(address), i), n, buffer)
    elif code == 5:
        _convert(offset(words(address), i), n, buffer)
    else:
        _convert(offset(bytes_at(address), i), n, buffer)


@_shared
def _empty(address: Any, code: Any, i: Any, n: Any, buffer: Any) -> None:
    if code == 0:
        _convert(buffer, n, offset(singles(address), i))
    elif code == 1:
        _convert(buffer, n, offset(doubles(address), i))
    elif code == 2:
        _to_bfloat16(buffer, n, offset(shorts(address), i))
    elif code == 3:
        _to_float16(buffer, n, offset(shorts(address), i))


@inlined
def _convert(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, converted(load(source, k), target))


@inlined
def _from_bfloat16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, converted(from_bfloat16(load(source, k)), target))


@inlined
def _from_float16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, converted(from_float16(load(source, k)), target))


@inlined
def _to_bfloat16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, to_bfloat16(float32(load(source, k))))


@inlined
def _to_float16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, to_float16(float32(load(source, k))))
