"""The words of a kernel that computes in float64: elementary functions without branches.

Polynomials are minimax fits of their error relative to the result. ``exp`` and ``log`` are within
1 ulp, ``log1p`` and ``expm1`` within 1.5, ``tanh`` and ``power`` within 2; infinities, NaN, zeros
and subnormal numbers go where C's libm sends them. ``exp_nonpositive`` and ``exp_from`` alone give
0 instead of a subnormal number below 2**-1022.5.
"""

from typing import Any

import numpy as np
from numba import float64

from lossary.kernels.intrinsics import (
    absolute,
    accumulate,
    add_atomic,
    address_of,
    both,
    doubles,
    either,
    exponent,
    fma,
    inlined,
    integers,
    kernel,
    load,
    mantissa,
    maximum,
    minimum,
    negation,
    offset,
    power_of_two,
    product,
    real,
    signed_like,
    sqrt,
    store,
    where,
)
from lossary.kernels.intrinsics import doubles as reals
from lossary.kernels.storage import load_block, store_block, writable_block

__all__ = [
    "INFINITY",
    "NAN",
    "F",
    "T",
    "absolute",
    "accumulate",
    "add_atomic",
    "address_of",
    "both",
    "doubles",
    "either",
    "exp",
    "exp_from",
    "exp_nonpositive",
    "expm1",
    "float64",
    "fma",
    "inlined",
    "integers",
    "kernel",
    "load",
    "load_block",
    "log",
    "log1p",
    "log1p_unit",
    "maximum",
    "minimum",
    "negation",
    "offset",
    "power",
    "real",
    "reals",
    "sign",
    "sqrt",
    "store",
    "store_block",
    "tanh",
    "where",
    "writable_block",
]

F = np.float64
T = float64
INFINITY = F(np.inf)
NAN = F(np.nan)

_SHIFT = F(1.5 * 2**52)  # x + _SHIFT is x rounded to a whole number, which its last bits hold
_SMALLEST = F(2**-1022)  # the smallest normal number
_RADIX = F(2**54)  # times a subnormal number: a normal one

_LOG2_E = F(1.4426950408889634)
_LN2_HIGH = F(6.93147180369123816490e-01)  # its product with an exponent is exact
_LN2_LOW = F(1.90821492927058770002e-10)

_EXP_0 = F(0.50000000000000117007)
_EXP_1 = F(0.16666666666666386189)
_EXP_2 = F(0.041666666666519156215)
_EXP_3 = F(0.0083333333335077341244)
_EXP_4 = F(0.0013888888946919486485)
_EXP_5 = F(0.00019841269486007261162)
_EXP_6 = F(0.000024801489352447347002)
_EXP_7 = F(2.7557597317855192446e-6)
_EXP_8 = F(2.7631687374071862309e-7)
_EXP_9 = F(2.4998953697063096752e-8)

_TANH_P0 = F(-1.61468768441708447952e3)
_TANH_P1 = F(-9.92877231001918586564e1)
_TANH_P2 = F(-9.64399179425052238628e-1)
_TANH_Q0 = F(4.84406305325125486048e3)
_TANH_Q1 = F(2.23548839060100448583e3)
_TANH_Q2 = F(1.12811678491632931402e2)

_LOG_0 = F(0.66666666666667446244)
_LOG_1 = F(0.39999999999339562547)
_LOG_2 = F(0.28571428760552423723)
_LOG_3 = F(0.22222196573975149971)
_LOG_4 = F(0.18183674649462358964)
_LOG_5 = F(0.15311076459234836929)
_LOG_6 = F(0.14827114423542706819)


@inlined
def _whole(x: Any) -> Any:
    """Return x / log 2 rounded to a whole number, shifted."""
    return fma(x, _LOG2_E, _SHIFT)


@inlined
def _curve(r: Any) -> Any:
    """Return (exp(r) - 1 - r) / r**2 for |r| up to half of log 2."""
    q = fma(_EXP_9, r, _EXP_8)
    q = fma(q, r, _EXP_7)
    q = fma(q, r, _EXP_6)
    q = fma(q, r, _EXP_5)
    q = fma(q, r, _EXP_4)
    q = fma(q, r, _EXP_3)
    q = fma(q, r, _EXP_2)
    q = fma(q, r, _EXP_1)
    return fma(q, r, _EXP_0)


@inlined
def _near_one(r: Any) -> Any:
    """Return exp(r) for |r| up to half of log 2."""
    return fma(fma(_curve(r), r, F(1)), r, F(1))


@inlined
def _scaled(x: Any, n: Any) -> Any:
    """Return x 2**n, rounded once; n may leave the range of exponents."""
    half = fma(n, F(0.5), _SHIFT)
    rest = (n - (half - _SHIFT)) + _SHIFT
    return x * power_of_two(half) * power_of_two(rest)


@inlined
def exp(x: Any) -> Any:
    """Return e**x."""
    x = where(x < F(-746), F(-746), x)
    x = where(x > F(710), F(710), x)
    n = _whole(x) - _SHIFT
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, x))
    return _scaled(_near_one(r), n)


@inlined
def _exp(x: Any) -> Any:
    """Return e**x from -709 to 709."""
    shifted = _whole(x)
    n = shifted - _SHIFT
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, x))
    return _near_one(r) * power_of_two(shifted)


@inlined
def exp_nonpositive(x: Any) -> Any:
    """Return e**x for x <= 0; 0 below 2**-1022.5."""
    return _exp(where(x < F(-709), F(-709), x))


@inlined
def exp_from(z: Any, top: Any) -> Any:
    """Return e**(z - top) for z <= top, of the exact difference; 0 below 2**-1022.5."""
    d = z - top
    back = d - z
    error = (z - (d - back)) - (top + back)
    error = where(d < F(-709), F(0), error)
    d = where(d < F(-709), F(-709), d)
    shifted = _whole(d)
    n = shifted - _SHIFT
    r = fma(-n, _LN2_HIGH, d) + fma(-n, _LN2_LOW, error)
    return _near_one(r) * power_of_two(shifted)


@inlined
def expm1(x: Any) -> Any:
    """Return e**x - 1."""
    c = where(x < F(-40), F(-40), x)
    c = where(c > F(710), F(710), c)
    return signed_like(_expm1(c), x)


@inlined
def _expm1(x: Any) -> Any:
    """Return e**x - 1 from -40 to 710."""
    n = _whole(x) - _SHIFT
    high, low = fma(-n, _LN2_HIGH, x), -n * _LN2_LOW
    r = high + low
    half = power_of_two((n - F(1)) + _SHIFT)
    line = fma(half, high, half - F(0.5))
    return F(2) * fma(half, fma(_curve(r), r * r, low), line)


@inlined
def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent."""
    a = absolute(x)
    z = a * a
    above = fma(fma(_TANH_P2, z, _TANH_P1), z, _TANH_P0) * z * a
    below = fma(fma(z + _TANH_Q2, z, _TANH_Q1), z, _TANH_Q0)
    far = _exp(F(2) * where(a > F(20), F(20), a)) + F(1)
    near = a < F(0.625)
    quotient = where(near, above, F(-2)) / where(near, below, far)
    return signed_like(where(near, a, F(1)) + quotient, x)


@inlined
def _log(f: Any, e: Any) -> Any:
    """Return log(1 + f) + e log 2 for 1 + f from the root of a half to that of two."""
    s = f / (f + F(2))
    z = s * s
    p = fma(_LOG_6, z, _LOG_5)
    p = fma(p, z, _LOG_4)
    p = fma(p, z, _LOG_3)
    p = fma(p, z, _LOG_2)
    p = fma(p, z, _LOG_1)
    p = fma(p, z, _LOG_0)
    half = F(0.5) * f * f
    tail = fma(s, fma(p, z, half), e * _LN2_LOW)
    return fma(e, _LN2_HIGH, f - (half - tail))


@inlined
def _within(result: Any, x: Any) -> Any:
    """Return a logarithm for x > 0, and what belongs to every other x."""
    outside = where(x == F(0), -INFINITY, NAN)
    return where(x < INFINITY, where(x > F(0), result, outside), x)


@inlined
def log(x: Any) -> Any:
    """Return the natural logarithm."""
    small = x < _SMALLEST
    normal = where(small, x * _RADIX, x)
    e = exponent(normal) - where(small, F(54), F(0))
    return _within(_log(mantissa(normal) - F(1), e), x)


@inlined
def log1p(x: Any) -> Any:
    """Return log(1 + x)."""
    u = x + F(1)
    e = exponent(u)
    scale = power_of_two((_SHIFT + F(2)) - e)  # 2**-e itself may be subnormal
    f = F(0.25) * fma(scale, x, scale - F(4))
    return signed_like(_within(_log(f, e), u), x)


@inlined
def log1p_unit(x: Any) -> Any:
    """Return log(1 + x) for x from 0 to 1, in half the time."""
    large = x > F(0.41421356237309503)
    f = where(large, fma(F(0.5), x, F(-0.5)), x)
    return _log(f, where(large, F(1), F(0)))


@inlined
def sign(x: Any) -> Any:
    """Return -1, 0 or 1; NaN of NaN."""
    return where(x > F(0), F(1), where(x < F(0), F(-1), x))


_THIRDS_HIGH = F(0.6666666666666666)  # 2/3, and the rest of it
_THIRDS_LOW = F(3.700743415417188e-17)

_PAIR_0 = F(0.39999999999999973611)
_PAIR_1 = F(0.28571428571447591005)
_PAIR_2 = F(0.22222222216938010987)
_PAIR_3 = F(0.18181818943191432013)
_PAIR_4 = F(0.15384551937216561758)
_PAIR_5 = F(0.13336505771217665839)
_PAIR_6 = F(0.11671024654889990385)
_PAIR_7 = F(0.12020364785133802713)


@inlined
def _log_pair(m: Any, e: Any) -> Any:
    """Return log(m) + e log 2 as a sum of two numbers, to 2**-65 of itself."""
    f = m - F(1)
    below = m + F(1)
    below_rest = m - (below - F(1))
    inverse = F(1) / below
    s = product(f, inverse)
    s_rest = fma(-s, below_rest, fma(-s, below, f)) * inverse
    z = product(s, s)
    z_rest = fma(s + s, s_rest, fma(s, s, -z))
    q = fma(_PAIR_7, z, _PAIR_6)
    q = fma(q, z, _PAIR_5)
    q = fma(q, z, _PAIR_4)
    q = fma(q, z, _PAIR_3)
    q = fma(q, z, _PAIR_2)
    q = fma(q, z, _PAIR_1)
    q = fma(q, z, _PAIR_0)
    w = product(q, z)
    c = _THIRDS_HIGH + w
    c_rest = (w - (c - _THIRDS_HIGH)) + _THIRDS_LOW
    p = product(z, c)
    p_rest = fma(z_rest, c, fma(z, c_rest, fma(z, c, -p)))
    t = product(p, s)
    t_rest = fma(p_rest, s, fma(p, s_rest, fma(p, s, -t)))
    first = product(e, _LN2_HIGH)
    second = first + (s + s)
    second_rest = (s + s) - (second - first)
    third = second + t
    third_rest = t - (third - second)
    rest = fma(e, _LN2_LOW, (second_rest + third_rest) + (t_rest + (s_rest + s_rest)))
    return third, rest


@inlined
def power(x: Any, y: Any) -> Any:
    """Return x**y for x >= 0, as C's pow; NaN for x < 0, and -0 is 0."""
    small = x < _SMALLEST
    normal = where(small, x * _RADIX, x)
    e = exponent(normal) - where(small, F(54), F(0))
    high, low = _log_pair(mantissa(normal), e)
    high = _within(high, x)
    z = product(high, y)
    rest = fma(low, y, fma(high, y, -z))
    rest = where(absolute(z) < F(750), rest, F(0))
    z = where(z < F(-750), F(-750), z)
    z = where(z > F(750), F(750), z)
    n = _whole(z) - _SHIFT
    r = fma(-n, _LN2_HIGH, z) + fma(-n, _LN2_LOW, rest)
    result = _scaled(_near_one(r), n)
    return where(either(y == F(0), x == F(1)), F(1), result)
