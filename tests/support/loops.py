"""Words of kernels, compiled into loops over arrays."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numba import cfunc, int64, void

from lossary.kernels.cpu import kernel_namespace
from lossary.kernels.cpu.kernel_namespace import doubles, singles


def _words(bits: int, number: type, reals: Any) -> ModuleType:
    """A module, of which Numba takes functions and types, as a template sees it."""
    made = ModuleType(f"words{bits}")
    vars(made).update(vars(kernel_namespace), F=number, reals=reals)
    return made


WORDS = {32: _words(32, np.float32, singles), 64: _words(64, np.float64, doubles)}
"""What kernels may call, by their bits."""
WIDER = {32: np.float64, 64: np.longdouble}
"""Where the truth is computed."""

EXACT = [bits for bits, wider in WIDER.items() if np.finfo(wider).nmant > {32: 23, 64: 52}[bits]]
"""The words for which this machine has a wider dtype."""

Kernel = Any


def compiled(function: Callable[..., None], count: int) -> Kernel:
    """A function of so many integers as machine code, as a kernel is compiled."""
    return cfunc(void(*[int64] * count), fastmath={"contract"}, error_model="numpy")(function)


def elementwise(words: ModuleType, word: Callable[..., Any], arity: int = 1) -> Kernel:
    """A loop that writes the word of each element of one or two arrays of so many elements."""
    load, store, reals = words.load, words.store, words.reals

    def one(x, _y, out, n):
        for i in range(n):
            store(reals(out), i, word(load(reals(x), i)))

    def two(x, y, out, n):
        for i in range(n):
            store(reals(out), i, word(load(reals(x), i), load(reals(y), i)))

    return compiled(one if arity == 1 else two, 4)


def address(x: np.ndarray) -> int:
    return x.ctypes.data


def applied(loop: Kernel, words: ModuleType, x: Any, y: Any = None) -> np.ndarray:
    """The results of an elementwise loop."""
    x = np.ascontiguousarray(x, words.F)
    y = x if y is None else np.ascontiguousarray(y, words.F)
    out = np.empty_like(x)
    loop.ctypes(address(x), address(y), address(out), x.size)
    return out


def ulps(got: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Errors in units of the last place of the truth; infinite where a zero's sign is wrong."""
    kind = np.finfo(got.dtype)
    with np.errstate(over="ignore"):
        nearest = truth.astype(got.dtype)
    _, exponents = np.frexp(np.abs(np.where(np.isfinite(truth), truth, 1)))
    unit = np.ldexp(truth.dtype.type(1), np.maximum(exponents - 1, kind.minexp) - kind.nmant)
    with np.errstate(invalid="ignore"):
        error = np.abs(got - truth) / unit
    same = (got == nearest) | (np.isnan(got) & np.isnan(nearest))
    finite = np.isfinite(got) & np.isfinite(nearest)
    right = (got != 0) | (truth != 0) | (np.signbit(got) == np.signbit(truth))
    return np.where(finite & right, error, np.where(same & right, 0, np.inf))
