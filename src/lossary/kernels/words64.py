"""Vocabulary of kernels that compute in float64."""

import numpy as np
from numba import float64

from lossary.kernels.elementary import (
    exp,
    exp_from,
    exp_nonpositive,
    expm1,
    log,
    log1p,
    log1p_unit,
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
    fma,
    inlined,
    integers,
    kernel,
    load,
    maximum,
    minimum,
    negation,
    offset,
    real,
    sqrt,
    store,
    where,
)
from lossary.kernels.intrinsics import doubles as reals
from lossary.kernels.power import power
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
