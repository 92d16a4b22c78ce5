"""The words of a kernel that computes in float64."""

from typing import Any

import numpy as np
from numba import float64

from lossary.kernels.elementary import (
    LN2_HIGH,
    LN2_LOW,
    clamped,
    exp,
    exp_from,
    exp_nonpositive,
    expm1,
    log,
    log1p,
    log1p_unit,
    log_within,
    near_one,
    rest_of_sum,
    scaled,
    sign,
    split,
    tanh,
    whole,
)
from lossary.kernels.intrinsics import (
    absolute,
    accumulate,
    add_atomic,
    address_of,
    both,
    doubles,
    either,
    fma,
    inlined,
    integers,
    kernel,
    load,
    maximum,
    minimum,
    negation,
    offset,
    polynomial,
    product,
    real,
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

_THIRDS_HIGH = 0.6666666666666666  # 2/3, and the rest of it
_THIRDS_LOW = 3.700743415417188e-17

# (log((1 + s) / (1 - s)) / s - 2 - s**2 2/3) / s**4 by s**2
_log_rest = polynomial(
    (),
    (
        *(0.39999999999999973611, 0.28571428571447591005, 0.22222222216938010987),
        *(0.18181818943191432013, 0.15384551937216561758, 0.13336505771217665839),
        *(0.11671024654889990385, 0.12020364785133802713),
    ),
)


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
    w = product(_log_rest(z), z)
    c = _THIRDS_HIGH + w
    c_rest = (w - (c - _THIRDS_HIGH)) + _THIRDS_LOW
    p = product(z, c)
    p_rest = fma(z_rest, c, fma(z, c_rest, fma(z, c, -p)))
    t = product(p, s)
    t_rest = fma(p_rest, s, fma(p, s_rest, fma(p, s, -t)))
    first = product(e, LN2_HIGH(e))
    second = first + (s + s)
    second_rest = (s + s) - (second - first)
    third = second + t
    third_rest = t - (third - second)
    rest = fma(e, LN2_LOW(e), (second_rest + third_rest) + (t_rest + (s_rest + s_rest)))
    return third, rest


@inlined
def power(x: Any, y: Any) -> Any:
    """Return x**y for x >= 0, as C's pow; NaN for x < 0, and -0 is 0."""
    high, low = _log_pair(*split(x))
    high = log_within(high, x)
    z = product(high, y)
    error = where(absolute(z) < F(750), fma(low, y, fma(high, y, -z)), F(0))
    z = clamped(z, F(-750), F(750))
    _, n = whole(z)
    result = scaled(near_one(rest_of_sum(z, error, n)), n)
    return where(either(y == F(0), x == F(1)), F(1), result)
