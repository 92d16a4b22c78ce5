"""The words of a kernel that computes in float32."""

from typing import Any

import numpy as np
from numba import float32, float64

from lossary.kernels.elementary import (
    clamped,
    exp,
    exp_from,
    exp_nonpositive,
    expm1,
    log,
    log1p,
    log1p_unit,
    log_within,
    rounded,
    scaled,
    sign,
    tanh,
)
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
    polynomial,
    real,
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

# log2(1 + f) / f between the roots of a half and of two, to 2**-35
_log2 = polynomial(
    (),
    (
        *(1.442695040868712906, -0.72134752086909402083, 0.48089836139426019002),
        *(-0.3606736747850429513, 0.28853729354168421708, -0.24045316753925031846),
        *(0.20617535819635405934, -0.18030055987563613455, 0.15876979456301821517),
        *(-0.14315688103258984494, 0.14474881066949650497, -0.14283769419963166914),
        0.077368069145201799999,
    ),
)

# (2**r - 1) / r for |r| up to a half
_exp2 = polynomial(
    (
        *(0.69314718070680957483, 0.24022651071019640644, 0.055504103600643426386),
        *(0.0096180374036883687016, 0.0013333938010171120044, 0.00015467009145292564842),
        0.000015195943941175683366,
    ),
    (),
)


@inlined
def power(x: Any, y: Any) -> Any:
    """Return x**y for x >= 0, as C's pow; NaN for x < 0, and -0 is 0."""
    wide = float64(x)
    f = mantissa(wide) - 1.0
    z = float64(y) * log_within(fma(_log2(f), f, exponent(wide)), wide)
    z = clamped(z, -200.0, 200.0)
    n = rounded(z)
    r = float32(z - n)
    result = scaled(fma(_exp2(r), r, F(1)), float32(n))
    return where(either(y == F(0), x == F(1)), F(1), result)
