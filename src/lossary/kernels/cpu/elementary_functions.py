"""Branch-free elementary functions of float32 and float64.

``exp`` and ``log`` are within 1 ulp, ``expm1``, ``log1p`` and ``tanh`` within 1.5; infinities,
NaN, zeros and subnormal numbers give the results of C's libm. ``exp_nonpositive`` and ``exp_from``
alone give 0 where the result is less than 2**-126.5 or 2**-1022.5. Polynomials are minimax fits.
"""

from typing import Any

from numpy import inf, nan

from lossary.kernels.cpu.llvm_intrinsics import (
    absolute,
    constant,
    exponent,
    fma,
    inlined,
    mantissa,
    polynomial,
    power_of_two,
    product,
    signed_like,
    where,
)

__all__ = [
    "HIGHEST",
    "LN2_HIGH",
    "LN2_LOW",
    "LOWEST",
    "ONE",
    "TWO",
    "ZERO",
    "clamped",
    "exp",
    "exp_from",
    "exp_nonpositive",
    "expm1",
    "log",
    "log1p",
    "log1p_unit",
    "log_within",
    "near_one",
    "rest_of_sum",
    "scaled",
    "sign",
    "split",
    "tanh",
    "whole",
]

ZERO = constant(0.0, 0.0)
_QUARTER = constant(0.25, 0.25)
_HALF = constant(0.5, 0.5)
ONE = constant(1.0, 1.0)
TWO = constant(2.0, 2.0)
_FOUR = constant(4.0, 4.0)
_INFINITY = constant(inf, inf)
_NAN = constant(nan, nan)

# x + _SHIFT is x rounded to an integer, held by the last bits of the sum.
_SHIFT = constant(1.5 * 2.0**23, 1.5 * 2.0**52)

_SMALLEST = constant(2.0**-126, 2.0**-1022)  # the smallest normal number
_DIGITS = constant(23.0, 52.0)
_RADIX = constant(2.0**23, 2.0**52)  # times a subnormal number: a normal one

# log 2 in two parts, the first of so few bits that its product with an exponent is exact
LN2_HIGH = constant(0.693359375, 6.93147180369123816490e-01)
LN2_LOW = constant(-2.12194440e-4, 1.90821492927058770002e-10)
_LOG2_E = constant(1.4426950408889634, 1.4426950408889634)

LOWEST = constant(-105.0, -746.0)  # where exp is 0
_FLUSHED = constant(-88.0, -709.0)  # where its scale is 0
HIGHEST = constant(89.0, 710.0)  # where it is infinite
_MINUS_ONE = constant(-18.0, -40.0)  # where expm1 is -1
_SATURATED = constant(10.0, 20.0)  # where tanh is 1
_BENT = constant(0.625, 0.625)  # above this tanh is more accurate from exp

# (exp(r) - 1 - r) / r**2 for |r| up to half of log 2
_exp_tail = polynomial(
    (
        *(0.49999993052354752982, 0.1666651479358561502, 0.041668456466113896893),
        *(0.0083694187172024105255, 0.0013813160453619537026),
    ),
    (
        *(0.50000000000000117007, 0.16666666666666386189, 0.041666666666519156215),
        *(0.0083333333335077341244, 0.0013888888946919486485, 0.00019841269486007261162),
        *(0.000024801489352447347002, 2.7557597317855192446e-6, 2.7631687374071862309e-7),
        2.4998953697063096752e-8,
    ),
)

# (log((1 + s) / (1 - s)) - 2 s) / s**3 by s**2, for (1 + s) / (1 - s) between the roots
_log_tail = polynomial(
    (0.66666783212676942962, 0.39976613262039349383, 0.29898634739863261876),
    (
        *(0.66666666666667446244, 0.39999999999339562547, 0.28571428760552423723),
        *(0.22222196573975149971, 0.18183674649462358964, 0.15311076459234836929),
        0.14827114423542706819,
    ),
)
_ROOT_LESS_ONE = constant(0.41421356237309503, 0.41421356237309503)

# (tanh(a) - a) / a**3 by a**2 as a quotient, for a up to _BENT
_tanh_above = polynomial(
    (-315.0, -14.0),
    (-1.61468768441708447952e3, -9.92877231001918586564e1, -9.64399179425052238628e-1),
)
_tanh_below = polynomial(
    (945.0, 420.0, 15.0),
    (4.84406305325125486048e3, 2.23548839060100448583e3, 1.12811678491632931402e2, 1.0),
)


@inlined
def clamped(x: Any, low: Any, high: Any) -> Any:
    """Return x clipped to an interval; NaN stays."""
    x = where(x < low, low, x)
    return where(x > high, high, x)


@inlined
def sign(x: Any) -> Any:
    """Return -1, 0 or 1; NaN for NaN."""
    return where(x > ZERO(x), ONE(x), where(x < ZERO(x), -ONE(x), x))


# Exponentials: exp(x) = exp(r) 2**n with n the whole number next to x / log 2


@inlined
def whole(x: Any) -> Any:
    """Return the whole number next to x / log 2, with the shift and without."""
    shifted = fma(x, _LOG2_E(x), _SHIFT(x))
    return shifted, shifted - _SHIFT(x)


@inlined
def _rest(x: Any, n: Any) -> Any:
    """Return x - n log 2."""
    return fma(-n, LN2_LOW(x), fma(-n, LN2_HIGH(x), x))


@inlined
def rest_of_sum(x: Any, error: Any, n: Any) -> Any:
    """Return x + error - n log 2."""
    return fma(-n, LN2_HIGH(x), x) + fma(-n, LN2_LOW(x), error)


@inlined
def near_one(r: Any) -> Any:
    """Return exp(r) for |r| up to half of log 2."""
    return fma(fma(_exp_tail(r), r, ONE(r)), r, ONE(r))


@inlined
def scaled(x: Any, n: Any) -> Any:
    """Return x 2**n, rounded once; n may leave the range of exponents."""
    half = fma(n, _HALF(n), _SHIFT(n))
    other = (n - (half - _SHIFT(n))) + _SHIFT(n)
    # Contracted into a sum, the last product would not overflow: inf - inf would be -inf.
    return product(x * power_of_two(half), power_of_two(other))


@inlined
def exp(x: Any) -> Any:
    """Return e**x."""
    x = clamped(x, LOWEST(x), HIGHEST(x))
    _, n = whole(x)
    return scaled(near_one(_rest(x, n)), n)


@inlined
def _exp(x: Any) -> Any:
    """Return e**x where its exponent is that of a normal number, or one less."""
    shifted, n = whole(x)
    return near_one(_rest(x, n)) * power_of_two(shifted)


@inlined
def exp_nonpositive(x: Any) -> Any:
    """Return e**x for x <= 0, flushed to 0."""
    return _exp(where(x < _FLUSHED(x), _FLUSHED(x), x))


@inlined
def exp_from(z: Any, top: Any) -> Any:
    """Return e**(z - top) for z <= top, of the exact difference, flushed to 0."""
    d = z - top
    back = d - z
    error = (z - (d - back)) - (top + back)
    error = where(d < _FLUSHED(d), ZERO(d), error)
    d = where(d < _FLUSHED(d), _FLUSHED(d), d)
    shifted, n = whole(d)
    return near_one(rest_of_sum(d, error, n)) * power_of_two(shifted)


@inlined
def expm1(x: Any) -> Any:
    """Return e**x - 1."""
    c = clamped(x, _MINUS_ONE(x), HIGHEST(x))
    _, n = whole(c)
    high, low = fma(-n, LN2_HIGH(c), c), -n * LN2_LOW(c)
    r = high + low
    half = power_of_two((n - ONE(n)) + _SHIFT(n))  # 2**n itself may overflow
    line = fma(half, high, half - _HALF(half))
    return signed_like(TWO(x) * fma(half, fma(_exp_tail(r), r * r, low), line), x)


@inlined
def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent."""
    a = absolute(x)
    z = a * a
    far = _exp(TWO(a) * where(a > _SATURATED(a), _SATURATED(a), a)) + ONE(a)
    near = a < _BENT(a)
    quotient = where(near, _tanh_above(z) * z * a, -TWO(a)) / where(near, _tanh_below(z), far)
    return signed_like(where(near, a, ONE(a)) + quotient, x)


# Logarithms: log(x) = log(1 + f) + e log 2 with 1 + f between the roots of 1/2 and of 2


@inlined
def _log(f: Any, e: Any) -> Any:
    """Return log(1 + f) + e log 2."""
    s = f / (f + TWO(f))
    z = s * s
    half = _HALF(f) * f * f
    tail = fma(s, fma(_log_tail(z), z, half), e * LN2_LOW(e))
    return fma(e, LN2_HIGH(e), f - (half - tail))


@inlined
def log_within(logarithm: Any, x: Any) -> Any:
    """Return the logarithm where x is positive and finite, and the special values elsewhere."""
    outside = where(x == ZERO(x), -_INFINITY(x), _NAN(x))
    return where(x < _INFINITY(x), where(x > ZERO(x), logarithm, outside), x)


@inlined
def split(x: Any) -> Any:
    """Return 1 + f and e of a positive number, be it subnormal."""
    small = x < _SMALLEST(x)
    normal = where(small, x * _RADIX(x), x)
    return mantissa(normal), exponent(normal) - where(small, _DIGITS(x), ZERO(x))


@inlined
def log(x: Any) -> Any:
    """Return the natural logarithm."""
    m, e = split(x)
    return log_within(_log(m - ONE(m), e), x)


@inlined
def log1p(x: Any) -> Any:
    """Return log(1 + x)."""
    u = x + ONE(x)
    e = exponent(u)
    scale = power_of_two((_SHIFT(e) + TWO(e)) - e)  # 2**-e itself may be subnormal
    f = fma(scale, x, scale - _FOUR(x)) * _QUARTER(x)
    return signed_like(log_within(_log(f, e), u), x)


@inlined
def log1p_unit(x: Any) -> Any:
    """Return log(1 + x) for x from 0 to 1, twice as fast as log1p."""
    large = x > _ROOT_LESS_ONE(x)
    f = where(large, fma(_HALF(x), x, -_HALF(x)), x)
    return _log(f, where(large, ONE(x), ZERO(x)))
