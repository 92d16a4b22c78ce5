"""Floats as integers of the same order, whose maximum is vectorised even where NaN may occur.

LLVM vectorises a maximum of floats only where NaN may be ignored, a maximum of integers always. A
NaN ranks above infinity, or below minus infinity.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

__all__ = ["number_of", "rank_of"]


def _ordered(builder: Any, integer: Any) -> Any:
    """Reverse the order of negative numbers; an involution."""
    width = integer.type.width
    sign = builder.ashr(integer, integer.type(width - 1))
    return builder.xor(integer, builder.and_(sign, integer.type((1 << (width - 1)) - 1)))


@intrinsic
def rank_of(_context: Any, x: Any) -> Any:
    """Return the rank of a float."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return _ordered(builder, builder.bitcast(arguments[0], ir.IntType(x.bitwidth)))

    return types.Integer.from_bitwidth(x.bitwidth)(x), generate


@intrinsic
def number_of(_context: Any, rank: Any) -> Any:
    """Return the float of a rank."""
    real = types.float32 if rank.bitwidth == 32 else types.float64

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(_ordered(builder, arguments[0]), context.get_value_type(real))

    return real(rank), generate
