"""Powers of float32 or float64, by a double-word logarithm.

x**y = exp(y log x) needs additional digits of the logarithm, as many as its exponent has.
"""

from typing import Any

from lossary.kernels.cpu.elementary_functions import (
    HIGHEST,
    LN2_HIGH,
    LN2_LOW,
    LOWEST,
    ONE,
    TWO,
    ZERO,
    clamped,
    log_within,
    near_one,
    rest_of_sum,
    scaled,
    split,
    whole,
)
from lossary.kernels.cpu.llvm_intrinsics import (
    constant,
    either,
    fma,
    inlined,
    polynomial,
    product,
    where,
)

__all__ = ["power"]

# 2/3, and the rest of it
_THIRDS_HIGH = constant(0.6666666865348816, 0.6666666666666666)
_THIRDS_LOW = constant(-1.9868214925130208e-8, 3.700743415417188e-17)

# (log((1 + s) / (1 - s)) / s - 2 - s**2 2/3) / s**4 by s**2
_tail = polynomial(
    (0.40000161674886454984, 0.28546126434922373832, 0.23443438072142972455),
    (
        *(0.39999999999999973611, 0.28571428571447591005, 0.22222222216938010987),
        *(0.18181818943191432013, 0.15384551937216561758, 0.13336505771217665839),
        *(0.11671024654889990385, 0.12020364785133802713),
    ),
)


@inlined
def _sum(a: Any, b: Any) -> Any:
    """Return a + b for |a| >= |b| or a = 0, and its rounding error."""
    total = a + b
    return total, b - (total - a)


@inlined
def _product(a: Any, a_rest: Any, b: Any, b_rest: Any) -> Any:
    """Return the product of two double-word numbers, and its low word."""
    p = product(a, b)
    return p, fma(a_rest, b, fma(a, b_rest, fma(a, b, -p)))


@inlined
def _quotient(m: Any) -> Any:
    """Return (m - 1) / (m + 1) and its low word."""
    f = m - ONE(m)
    below = m + ONE(m)
    below_rest = m - (below - ONE(m))
    inverse = ONE(m) / below
    s = product(f, inverse)
    return s, fma(-s, below_rest, fma(-s, below, f)) * inverse


@inlined
def _log(m: Any, e: Any) -> Any:
    """Return log(m) + e log 2 and its low word, to a relative error of 2**-36 or 2**-65."""
    s, s_rest = _quotient(m)
    z, z_rest = _product(s, s_rest, s, s_rest)
    c, c_rest = _sum(_THIRDS_HIGH(z), product(_tail(z), z))
    p, p_rest = _product(z, z_rest, c, c_rest + _THIRDS_LOW(z))
    t, t_rest = _product(p, p_rest, s, s_rest)
    line, line_rest = _sum(product(e, LN2_HIGH(e)), s + s)
    total, total_rest = _sum(line, t)
    rest = (line_rest + total_rest) + (t_rest + (s_rest + s_rest))
    return total, fma(e, LN2_LOW(e), rest)


@inlined
def power(x: Any, y: Any) -> Any:
    """Return x**y for x >= 0 within 1.5 ulp, as C's pow; NaN for x < 0 except for y = 2; -0 is 0.

    A constant exponent of 2 compiles to a square.
    """
    if y == TWO(y):
        return product(x, x)
    high, low = _log(*split(x))
    high = log_within(high, x)
    z = product(high, y)
    error = fma(low, y, fma(high, y, -z))
    inside = clamped(z, LOWEST(z), HIGHEST(z))
    error = where(inside == z, error, ZERO(z))
    _, n = whole(inside)
    result = scaled(near_one(rest_of_sum(inside, error, n)), n)
    return where(either(y == ZERO(y), x == ONE(x)), ONE(x), result)
