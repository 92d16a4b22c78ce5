"""Logarithm of a quotient of two masses by one division, accurate for near-equal ones too.

log(p / q) = log((1 + s) / (1 - s)) + e log 2 with s = (p - q 2**e) / (p + q 2**e), and e the whole
number next to the logarithm of the quotient as the bits of the masses have it: 0 of near masses.
"""

from typing import Any

from llvmlite import ir
from numba.extending import intrinsic

from lossary.kernels.cpu.elementary_functions import LN2_HIGH, LN2_LOW, ONE, ZERO, log1p_unit
from lossary.kernels.cpu.llvm_intrinsics import (
    NO_CONTRACTION,
    absolute,
    constant,
    either,
    fma,
    inlined,
    lowered,
    polynomial,
    where,
)

__all__ = ["log_quotient", "log_share"]

_INFINITY = constant(float("inf"), float("inf"))
_NAN = constant(float("nan"), float("nan"))
_SMALLEST = constant(2.0**-124, 2.0**-1020)  # what lies beside larger numbers is normal
_RADIX = constant(2.0**25, 2.0**54)  # times a subnormal number: one as large

# (log((1 + s) / (1 - s)) - 2 s) / s**3 by s**2, for |s| up to a fifth
_tail = polynomial(
    (0.6666671409520498, 0.39978802212812475, 0.2996278983413157),
    (
        *(0.6666666666666666, 0.40000000000008085, 0.2857142856721186, 0.2222222305900626),
        *(0.181817367912974, 0.15388901113689124, 0.13209054081804986, 0.1361404704104133),
    ),
)


class _Bits:
    """Layout of the bits of a float."""

    def __init__(self, x: Any) -> None:
        single = isinstance(x.type, ir.FloatType)
        self.width, self.digits, bias = (32, 23, 127) if single else (64, 52, 1023)
        self.integer = ir.IntType(self.width)
        self.half = self.integer(1 << (self.digits - 1))
        self.above = self.integer(-1 << self.digits)
        self.sign = self.integer(1 << (self.width - 1))
        self.start = self.integer((bias + self.digits) << self.digits)
        self.offset = 2.0**self.digits + 2.0 ** (self.width - 1 - self.digits)


def _apart(builder: Any, p: Any, q: Any, bits: _Bits) -> Any:
    """Return e as the biased exponent of a float, at the position of the exponent."""
    of_p, of_q = builder.bitcast(p, bits.integer), builder.bitcast(q, bits.integer)
    return builder.and_(builder.add(builder.sub(of_p, of_q), bits.half), bits.above)


def _write_power(builder: Any, p: Any, q: Any) -> Any:
    bits = _Bits(p)
    lifted = builder.xor(_apart(builder, p, q, bits), bits.sign)
    count = builder.or_(builder.lshr(lifted, bits.integer(bits.digits)), bits.start)
    total = builder.bitcast(count, p.type)
    return builder.fsub(total, p.type(bits.offset), flags=NO_CONTRACTION)


def _write_moved(builder: Any, p: Any, q: Any) -> Any:
    bits = _Bits(p)
    moved = builder.add(builder.bitcast(q, bits.integer), _apart(builder, p, q, bits))
    return builder.bitcast(moved, q.type)


@intrinsic
def _power(_context: Any, p: Any, q: Any) -> Any:
    """Return e; p and q are normal and positive."""
    return p(p, q), lowered(_write_power)


@intrinsic
def _moved(_context: Any, p: Any, q: Any) -> Any:
    """Return q 2**e; p and q are normal and positive."""
    return q(p, q), lowered(_write_moved)


@inlined
def log_quotient(p: Any, q: Any) -> Any:
    """Return log(p / q) of masses up to 1 within 2 ulp; NaN of two zeros, and of negative ones."""
    small = either(p < _SMALLEST(p), q < _SMALLEST(q))
    a, b = where(small, p * _RADIX(p), p), where(small, q * _RADIX(q), q)
    e, near = _power(a, b), _moved(a, b)
    s = (a - near) / (a + near)
    z = s * s
    tail = fma(s * z, _tail(z), e * LN2_LOW(e))
    inside = fma(e, LN2_HIGH(e), (s + s) + tail)
    # Where a mass is NaN or infinite, so is the product with 0 not 0.
    of_number = fma(p + q, ZERO(p), inside)
    empty = where(p == ZERO(p), -_INFINITY(p), of_number)
    return where(q == ZERO(q), where(p == ZERO(p), _NAN(p), _INFINITY(p)), empty)


@inlined
def log_share(p: Any, q: Any) -> Any:
    """Return the logarithm of the larger of two masses over their mean; 0 of two zeros."""
    total = p + q
    return log1p_unit(absolute(p - q) / where(total == ZERO(p), ONE(p), total))
