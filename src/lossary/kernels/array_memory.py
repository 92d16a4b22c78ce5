"""Memory of arrays: addresses, dtype codes and layouts for kernels."""

import ctypes
import mmap
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import numpy as np

from lossary import framework_of_array

__all__ = [
    "CODES",
    "FLOATING",
    "address",
    "alike",
    "bits",
    "code",
    "contiguous",
    "count",
    "empty",
    "empty_alike",
    "empty_like",
    "in_large_pages",
    "kernel_dtype",
    "scalar",
    "storage",
    "whole",
]

CODES = {
    "float32": 0,
    "float64": 1,
    "bfloat16": 2,
    "float16": 3,
    "int64": 4,
    "int32": 5,
    "uint8": 6,
    "bool": 6,
}
"""The dtypes that kernels load and, if they are floating, store."""

FLOATING = 3
"""The largest code of a floating dtype."""

Array = Any

_known: dict[Any, int | None] = {}


def code(x: Array) -> int | None:
    """Return the code of an array's dtype, None for one without kernels."""
    try:
        return _known[x.dtype]
    except KeyError:
        found = CODES.get(str(x.dtype).rpartition(".")[2])
        _known[x.dtype] = found
        return found


def bits(dtype: Any) -> int:
    """Return the width, in bits, of the computation for a dtype."""
    try:
        return _widths[dtype]
    except KeyError:
        _widths[dtype] = 64 if str(dtype).endswith("float64") else 32
        return _widths[dtype]


_widths: dict[Any, int] = {}


def address(x: Array) -> int:
    """Return the address of the first element."""
    if isinstance(x, np.ndarray):
        return int(x.__array_interface__["data"][0])
    place: int = x.data_ptr()
    return place


def storage(name: str, x: Array | None) -> dict[str, int]:
    """Return an array's address and dtype code as arguments of a kernel."""
    if x is None:
        return {}
    return {name: address(x), f"{name}_type": code(x) or 0}


def whole(x: Array) -> Array:
    """Return integers as int64, everything else as it is."""
    if not isinstance(x, np.ndarray) and not framework_of_array.is_torch(x):
        return x
    if (code(x) or 6) < 5 or "int" not in str(x.dtype):
        return x
    return (
        x.to(sys.modules["torch"].int64) if framework_of_array.is_torch(x) else x.astype(np.int64)
    )


def contiguous(x: Array) -> Array:
    """Return a contiguous array, itself if it is one."""
    if x is None:
        return None
    if isinstance(x, np.ndarray):
        # NumPy's own makes one axis of none.
        return x if x.flags.c_contiguous else np.ascontiguousarray(x)
    return x if x.is_contiguous() else x.detach().contiguous()


def alike(x: Array, *others: Array | None) -> tuple[Array, ...]:
    """Return arrays of one shape densely laid out, all of them in the order of the first.

    Of torch's, that order is kept: an image with the channels last stays so.
    """
    if isinstance(x, np.ndarray) or x.is_contiguous():
        return tuple(map(contiguous, (x, *others)))
    empty_like, detached = sys.modules["torch"].empty_like, x.detach()
    first = empty_like(detached)
    if x.stride() == first.stride():
        first = detached
    else:
        first.copy_(detached)
    laid = (
        y
        if y is None or y.stride() == first.stride()
        else empty_like(first, dtype=y.dtype).copy_(y)
        for y in others
    )
    return first, *laid


def count(x: Array) -> int:
    """Return the number of elements."""
    elements: int = x.size if isinstance(x, np.ndarray) else x.numel()
    return elements


def empty(like: Array, shape: tuple[int, ...], dtype: Any) -> Array:
    """Return new memory of the framework of an array."""
    if framework_of_array.is_torch(like):
        return in_large_pages(like.new_empty(shape, dtype=dtype))
    return np.empty(shape, dtype=dtype)


def empty_like(x: Array) -> Array:
    """Return new contiguous memory for as many elements."""
    if framework_of_array.is_torch(x):
        torch = sys.modules["torch"]
        return in_large_pages(torch.empty_like(x, memory_format=torch.contiguous_format))
    return np.empty(x.shape, dtype=x.dtype)


def empty_alike(x: Array, dtype: Any = None) -> Array:
    """Return new memory for as many elements, laid out as a dense array."""
    if framework_of_array.is_torch(x):
        return in_large_pages(sys.modules["torch"].empty_like(x, dtype=dtype))
    return np.empty(x.shape, dtype=dtype or x.dtype)


def in_large_pages(x: Array) -> Array:
    """Return a new tensor with memory in pages of 2 MiB, by madvise.

    NumPy does so for arrays of 4 MiB and more, PyTorch does not: the first write to 40 MB takes
    21 ms in pages of 4 KiB, 8 ms in large ones.
    """
    if x.nbytes >= _LARGE and x.is_cpu and (ask := _large_pages()) is not None:
        start = -(-x.data_ptr() // _PAGE) * _PAGE
        ask(start, (x.data_ptr() + x.nbytes - start) // _PAGE * _PAGE, mmap.MADV_HUGEPAGE)
    return x


_PAGE, _LARGE = 1 << 21, 1 << 22


@cache
def _large_pages() -> Callable[[int, int, int], int] | None:
    """Return the C function madvise, None where the system has no large pages."""
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return None
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    return cast("Callable[[int, int, int], int]", advise)


def kernel_dtype(like: Array, width: int) -> Any:
    """Return the framework's float of 32 or 64 bits, for 0 its integer of 64."""
    name = {0: "int64", 32: "float32", 64: "float64"}[width]
    return (
        getattr(sys.modules["torch"], name) if framework_of_array.is_torch(like) else np.dtype(name)
    )


def scalar(like: Array, value: float, dtype: Any) -> Array:
    """Return a number as a scalar of the framework."""
    if framework_of_array.is_torch(like):
        return sys.modules["torch"].scalar_tensor(value, dtype=dtype)
    return np.dtype(dtype).type(value)
