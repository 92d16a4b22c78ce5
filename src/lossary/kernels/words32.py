"""The words of a kernel that computes in float32: elementary functions without branches.

Polynomials are minimax fits of their error relative to the result. ``exp`` and ``log`` are within
1 ulp, ``log1p`` and ``expm1`` within 1.5, ``tanh`` and ``power`` within 2; infinities, NaN, zeros
and subnormal numbers go where C's libm sends them. ``exp_nonpositive`` and ``exp_from`` alone give
0 instead of a subnormal number below 2**-126.5.
"""

from typing import Any

import numpy as np
from numba import float32, float64

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
    real,
    signed_like,
    sqrt,
    store,
    where,
)
from lossary.kernels.intrinsics import singles as reals
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

F = np.float32
T = float32
INFINITY = F(np.inf)
NAN = F(np.nan)

_SHIFT = F(1.5 * 2**23)  # x + _SHIFT is x rounded to a whole number, which its last bits hold
_SMALLEST = F(2**-126)  # the smallest normal number
_RADIX = F(2**23)  # times a subnormal number: a normal one

_LOG2_E = F(1.4426950408889634)
_LN2_HIGH = F(0.693359375)  # so few bits that its product with an exponent is exact
_LN2_LOW = F(-2.12194440e-4)

_EXP_0 = F(0.49999993052354752982)
_EXP_1 = F(0.1666651479358561502)
_EXP_2 = F(0.041668456466113896893)
_EXP_3 = F(0.0083694187172024105255)
_EXP_4 = F(0.0013813160453619537026)

_TANH_0 = F(-3.33332819422e-1)
_TANH_1 = F(1.33314422036e-1)
_TANH_2 = F(-5.37397155531e-2)
_TANH_3 = F(2.06390887954e-2)
_TANH_4 = F(-5.70498872745e-3)

_LOG_0 = F(0.33333310442267789714)
_LOG_1 = F(-0.24999986595005256088)
_LOG_2 = F(0.20002226439822782593)
_LOG_3 = F(-0.16669250804655048614)
_LOG_4 = F(0.14218661325862060952)
_LOG_5 = F(-0.12384350725939821295)
_LOG_6 = F(0.11872956667870046194)
_LOG_7 = F(-0.11789791177755795454)
_LOG_8 = F(0.069153928059149199184)


@inlined
def _whole(x: Any) -> Any:
    """Return x / log 2 rounded to a whole number, shifted."""
    return fma(x, _LOG2_E, _SHIFT)


@inlined
def _curve(r: Any) -> Any:
    """Return (exp(r) - 1 - r) / r**2 for |r| up to half of log 2."""
    q = fma(_EXP_4, r, _EXP_3)
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
    x = where(x < F(-105), F(-105), x)
    x = where(x > F(89), F(89), x)
    n = _whole(x) - _SHIFT
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, x))
    return _scaled(_near_one(r), n)


@inlined
def _exp(x: Any) -> Any:
    """Return e**x from -88 to 88."""
    shifted = _whole(x)
    n = shifted - _SHIFT
    r = fma(-n, _LN2_LOW, fma(-n, _LN2_HIGH, x))
    return _near_one(r) * power_of_two(shifted)


@inlined
def exp_nonpositive(x: Any) -> Any:
    """Return e**x for x <= 0; 0 below 2**-126.5."""
    return _exp(where(x < F(-88), F(-88), x))


@inlined
def exp_from(z: Any, top: Any) -> Any:
    """Return e**(z - top) for z <= top, of the exact difference; 0 below 2**-126.5."""
    d = z - top
    back = d - z
    error = (z - (d - back)) - (top + back)
    error = where(d < F(-88), F(0), error)
    d = where(d < F(-88), F(-88), d)
    shifted = _whole(d)
    n = shifted - _SHIFT
    r = fma(-n, _LN2_HIGH, d) + fma(-n, _LN2_LOW, error)
    return _near_one(r) * power_of_two(shifted)


@inlined
def expm1(x: Any) -> Any:
    """Return e**x - 1."""
    c = where(x < F(-18), F(-18), x)
    c = where(c > F(89), F(89), c)
    return signed_like(_expm1(c), x)


@inlined
def _expm1(x: Any) -> Any:
    """Return e**x - 1 from -18 to 89."""
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
    p = fma(_TANH_4, z, _TANH_3)
    p = fma(p, z, _TANH_2)
    p = fma(p, z, _TANH_1)
    p = fma(p, z, _TANH_0)
    near = fma(p * z, a, a)
    far = where(a > F(10), F(10), a)
    far = F(1) - F(2) / (_exp(F(2) * far) + F(1))
    return signed_like(where(a < F(0.625), near, far), x)


@inlined
def _log(f: Any, e: Any) -> Any:
    """Return log(1 + f) + e log 2 for 1 + f from the root of a half to that of two."""
    p = fma(_LOG_8, f, _LOG_7)
    p = fma(p, f, _LOG_6)
    p = fma(p, f, _LOG_5)
    p = fma(p, f, _LOG_4)
    p = fma(p, f, _LOG_3)
    p = fma(p, f, _LOG_2)
    p = fma(p, f, _LOG_1)
    p = fma(p, f, _LOG_0)
    square = f * f
    tail = fma(e, _LN2_LOW, p * f * square)
    tail = fma(F(-0.5), square, tail)
    return fma(e, _LN2_HIGH, f + tail)


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
    e = exponent(normal) - where(small, F(23), F(0))
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
    large = x > F(0.41421357)
    f = where(large, fma(F(0.5), x, F(-0.5)), x)
    return _log(f, where(large, F(1), F(0)))


@inlined
def sign(x: Any) -> Any:
    """Return -1, 0 or 1; NaN of NaN."""
    return where(x > F(0), F(1), where(x < F(0), F(-1), x))


_LOG2_0 = 1.442695040868712906
_LOG2_1 = -0.72134752086909402083
_LOG2_2 = 0.48089836139426019002
_LOG2_3 = -0.3606736747850429513
_LOG2_4 = 0.28853729354168421708
_LOG2_5 = -0.24045316753925031846
_LOG2_6 = 0.20617535819635405934
_LOG2_7 = -0.18030055987563613455
_LOG2_8 = 0.15876979456301821517
_LOG2_9 = -0.14315688103258984494
_LOG2_10 = 0.14474881066949650497
_LOG2_11 = -0.14283769419963166914
_LOG2_12 = 0.077368069145201799999

_EXP2_0 = F(0.69314718070680957483)
_EXP2_1 = F(0.24022651071019640644)
_EXP2_2 = F(0.055504103600643426386)
_EXP2_3 = F(0.0096180374036883687016)
_EXP2_4 = F(0.0013333938010171120044)
_EXP2_5 = F(0.00015467009145292564842)
_EXP2_6 = F(0.000015195943941175683366)


@inlined
def _log2(x: Any) -> Any:
    """Return the binary logarithm of a float32 x > 0 as a float64, to 2**-35 of itself."""
    f = mantissa(x) - 1.0
    p = fma(_LOG2_12, f, _LOG2_11)
    p = fma(p, f, _LOG2_10)
    p = fma(p, f, _LOG2_9)
    p = fma(p, f, _LOG2_8)
    p = fma(p, f, _LOG2_7)
    p = fma(p, f, _LOG2_6)
    p = fma(p, f, _LOG2_5)
    p = fma(p, f, _LOG2_4)
    p = fma(p, f, _LOG2_3)
    p = fma(p, f, _LOG2_2)
    p = fma(p, f, _LOG2_1)
    p = fma(p, f, _LOG2_0)
    return fma(p, f, exponent(x))


@inlined
def power(x: Any, y: Any) -> Any:
    """Return x**y for x >= 0, as C's pow; NaN for x < 0. The logarithm is a float64."""
    wide = float64(x)
    logarithm = _log2(wide)
    logarithm = where(wide < np.inf, logarithm, wide)
    logarithm = where(wide > 0.0, logarithm, where(wide == 0.0, -np.inf, np.nan))
    z = float64(y) * logarithm
    z = where(z < -200.0, -200.0, z)
    z = where(z > 200.0, 200.0, z)
    n = (z + 1.5 * 2.0**52) - 1.5 * 2.0**52
    r = float32(z - n)
    p = fma(_EXP2_6, r, _EXP2_5)
    p = fma(p, r, _EXP2_4)
    p = fma(p, r, _EXP2_3)
    p = fma(p, r, _EXP2_2)
    p = fma(p, r, _EXP2_1)
    p = fma(p, r, _EXP2_0)
    result = _scaled(fma(p, r, F(1)), float32(n))
    return where(either(y == F(0), x == F(1)), F(1), result)
