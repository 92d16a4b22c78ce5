"""Blocks of memory of any storage dtype, converted to the dtype of a kernel.

Storage has a code: 0 float32, 1 float64, 2 bfloat16, 3 float16, 4 int64, 5 int32, 6 uint8 or bool.
"""

from typing import Any

from llvmlite import ir
from numba import float32, njit, types
from numba.extending import intrinsic

from lossary.kernels.cpu.llvm_intrinsics import (
    NO_CONTRACTION,
    address_of,
    doubles,
    inlined,
    integers,
    load,
    lowered,
    octets,
    offset,
    quads,
    shorts,
    singles,
    store,
)

__all__ = ["load_block", "store_block", "writable_block"]

_INT16, _INT32 = ir.IntType(16), ir.IntType(32)

_shared = njit(
    fastmath={"contract"},
    error_model="numpy",
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
)
"""Mark a function that kernels call, without inlining."""


@intrinsic
def _own_code(_context: Any, buffer: Any) -> Any:
    """Return the code of a buffer's dtype."""
    number = ir.IntType(64)(int(buffer.dtype == types.float64))
    return types.int64(buffer), lowered(lambda _builder, _buffer: number)


@intrinsic
def _pointer_like(_context: Any, _address: Any, p: Any) -> Any:
    """Return an address as a pointer of the type of another."""
    return p(types.int64, p), lowered(lambda b, address, p: b.inttoptr(address, p.type))


@inlined
def load_block(address: Any, code: Any, i: Any, n: Any, buffer: Any) -> Any:
    """Return a pointer to n numbers from the i-th on: the memory itself, or the filled buffer."""
    if code == _own_code(buffer):
        return offset(_pointer_like(address, buffer), i)
    _fill(address, code, i, n, buffer)
    return buffer


@inlined
def writable_block(address: Any, code: Any, i: Any, buffer: Any) -> Any:
    """Return the destination of the numbers for ``store_block``: memory or buffer."""
    if code == _own_code(buffer):
        return offset(_pointer_like(address, buffer), i)
    return buffer


@inlined
def store_block(address: Any, code: Any, i: Any, n: Any, block: Any) -> None:
    """Write n numbers from the i-th on, each rounded to nearest, unless they are there already."""
    place = address_of(offset(_pointer_like(address, block), i))
    if code != _own_code(block) or address_of(block) != place:
        _empty(address, code, i, n, block)


@_shared
def _fill(address: Any, code: Any, i: Any, n: Any, buffer: Any) -> None:
    if code == 0:
        _copy(offset(singles(address), i), n, buffer)
    elif code == 1:
        _copy(offset(doubles(address), i), n, buffer)
    elif code == 2:
        _copy_from_bfloat16(offset(shorts(address), i), n, buffer)
    elif code == 3:
        _copy_from_float16(offset(shorts(address), i), n, buffer)
    elif code == 4:
        _copy(offset(integers(address), i), n, buffer)
    elif code == 5:
        _copy(offset(quads(address), i), n, buffer)
    else:
        _copy(offset(octets(address), i), n, buffer)


@_shared
def _empty(address: Any, code: Any, i: Any, n: Any, buffer: Any) -> None:
    if code == 0:
        _copy(buffer, n, offset(singles(address), i))
    elif code == 1:
        _copy(buffer, n, offset(doubles(address), i))
    elif code == 2:
        _copy_to_bfloat16(buffer, n, offset(shorts(address), i))
    elif code == 3:
        _copy_to_float16(buffer, n, offset(shorts(address), i))


@inlined
def _copy(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, _cast(load(source, k), target))


@inlined
def _copy_from_bfloat16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, _cast(_from_bfloat16(load(source, k)), target))


@inlined
def _copy_from_float16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, _cast(_from_float16(load(source, k)), target))


@inlined
def _copy_to_bfloat16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, _to_bfloat16(float32(load(source, k))))


@inlined
def _copy_to_float16(source: Any, n: Any, target: Any) -> None:
    for k in range(n):
        store(target, k, _to_float16(float32(load(source, k))))


@intrinsic
def _cast(_context: Any, x: Any, p: Any) -> Any:
    """Return a number in the type that a pointer points to, rounded to nearest."""

    def generate(context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return context.cast(builder, values[0], x, p.dtype)

    return p.dtype(x, p), generate


def _widened(builder: Any, half: Any) -> Any:
    wide = builder.shl(builder.zext(half, _INT32), _INT32(16))
    return builder.bitcast(wide, ir.FloatType())


def _rounded(builder: Any, x: Any) -> Any:
    """Round to even by adding just less than half of the last bit kept; a NaN stays quiet."""
    bits = builder.bitcast(x, _INT32)
    upper = builder.lshr(bits, _INT32(16))
    half = builder.add(builder.and_(upper, _INT32(1)), _INT32(0x7FFF))
    rounded = builder.lshr(builder.add(bits, half), _INT32(16))
    quiet = builder.or_(upper, _INT32(0x40))
    is_nan = builder.fcmp_unordered("uno", x, x, flags=NO_CONTRACTION)
    return builder.trunc(builder.select(is_nan, quiet, rounded), _INT16)


@intrinsic
def _from_bfloat16(_context: Any, _half: Any) -> Any:
    """Return the float32 of the bits of a bfloat16."""
    return types.float32(types.uint16), lowered(_widened)


@intrinsic
def _to_bfloat16(_context: Any, _x: Any) -> Any:
    """Return the bits of a float32 rounded to the nearest bfloat16, ties to even."""
    return types.uint16(types.float32), lowered(_rounded)


@intrinsic
def _from_float16(_context: Any, _half: Any) -> Any:
    """Return the float32 of the bits of a float16."""
    code = lowered(lambda b, half: b.fpext(b.bitcast(half, ir.HalfType()), ir.FloatType()))
    return types.float32(types.uint16), code


@intrinsic
def _to_float16(_context: Any, _x: Any) -> Any:
    """Return the bits of a float32 rounded to the nearest float16, ties to even."""
    code = lowered(lambda b, x: b.bitcast(b.fptrunc(x, ir.HalfType()), _INT16))
    return types.uint16(types.float32), code
