"""Running a kernel on the threads that torch uses, or on one.

A kernel is machine code that takes the address of its arguments: a block of integers, of which the
first few are the same for all. Its workers take chunks by a shared counter, and each chunk leaves
its sums in a place of its own: whatever the number of threads, results are equal to the last bit.
"""

import ctypes
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from lossary.kernels.cpu.disk_cache import Code

__all__ = ["HEADER", "Block", "Kernel", "forked", "run", "team", "threads"]

HEADER = ("chunks", "next_chunk", "next_worker", "scratch", "scratch_bytes", "sums", "numbers")
"""The slots common to all kernels, before their own."""

_PROTOTYPE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_forked = False


def _in_child() -> None:
    global _forked  # noqa: PLW0603 - one flag for a process
    _forked = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class Kernel:
    """Machine code of the signature ``void(int64*)``; a reference keeps the code alive."""

    __slots__ = ("_owner", "address", "call")

    def __init__(self, code: Code) -> None:
        self._owner = code
        self.address = code.address
        self.call: Callable[[int], None] = _PROTOTYPE(code.address)


def forked() -> bool:
    """Return whether this process is a fork, which lacks its parent's OpenMP threads."""
    return _forked


def threads() -> int:
    """Return the number of threads: torch's, where torch is imported."""
    if _forked:
        return 1
    torch = sys.modules.get("torch")
    if torch is not None:
        return int(torch.get_num_threads())
    return _plain_threads()


@cache
def _plain_threads() -> int:
    asked = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available else os.cpu_count() or 1


Team = Callable[[Kernel, int, int], None]


@cache
def team() -> Team:
    """Return OpenMP's function that runs a kernel on several threads, shared with torch, if found.

    A region of libgomp starts in 2 µs where its threads still spin, a pool of Python's in 100.
    """
    try:
        parallel = ctypes.CDLL("libgomp.so.1").GOMP_parallel
    except (OSError, AttributeError):
        return _pooled
    parallel.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
    parallel.restype = None

    def together(kernel: Kernel, arguments: int, count: int) -> None:
        parallel(kernel.address, arguments, count, 0)

    return together


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(thread_name_prefix="lossary")


def _pooled(kernel: Kernel, arguments: int, count: int) -> None:
    others = [_pool().submit(kernel.call, arguments) for _ in range(count - 1)]
    kernel.call(arguments)
    for other in others:
        other.result()


class _Scratch:
    """Scratch memory of kernels, kept from call to call."""

    def __init__(self) -> None:
        self.size = 0
        self._memory: Any = None
        self.address = 0

    def of(self, size: int) -> int:
        """Return the address of so many bytes, at the beginning of a cache line."""
        if size > self.size:
            self._memory = (ctypes.c_char * (size + 64))()
            self.size = size
            self.address = -(-ctypes.addressof(self._memory) // 64) * 64
        return self.address


class _ScratchOfThread(_Scratch, threading.local):
    """Scratch memory for each thread that calls kernels."""


_scratch = _ScratchOfThread()


class Block:
    """The arguments of a kernel for one chunk, at a fixed address from call to call.

    ``own`` are the slots, the numbers, the places among the slots of what changes, and that of the
    scale among the numbers. To lay them out anew takes 3 µs, longer than a small kernel runs.
    """

    __slots__ = ("_address", "_call", "_memory", "_numbers", "_places", "_scale", "_slots", "_sums")

    def __init__(
        self, kernel: Kernel, own: tuple[Any, Any, list[int], int], width: int, scratch: int
    ) -> None:
        slots, numbers, self._places, self._scale = own
        self._slots = type(slots).from_buffer_copy(slots)
        self._numbers = type(numbers).from_buffer_copy(numbers)
        self._sums = (ctypes.c_double * width)()
        self._memory = _Scratch()
        parts = (1, 0, 0, self._memory.of(scratch), scratch)
        for i, value in enumerate((*parts, *map(ctypes.addressof, (self._sums, self._numbers)))):
            self._slots[i] = value
        self._address, self._call = ctypes.addressof(self._slots), kernel.call

    def run(self, scale: float, values: Sequence[int]) -> list[float]:
        """Run the kernel with the changed arguments, and return its sums."""
        slots, self._numbers[self._scale] = self._slots, scale
        slots[1] = slots[2] = 0
        for i, value in zip(self._places, values, strict=True):
            slots[i] = value
        self._call(self._address)
        return self._sums[:]


def run(kernel: Kernel, slots: Any, chunks: int, width: int, scratch: int) -> Any:
    """Run a kernel over chunks and return its sums: ``width`` numbers for each chunk, in order.

    ``slots`` hold the kernel's own arguments; the header is filled in here. ``scratch`` is in
    bytes, for each worker.
    """
    count = 1 if chunks == 1 else min(chunks, threads())
    sums = (ctypes.c_double * (chunks * width))()
    slots[0], slots[1], slots[2] = chunks, 0, 0
    slots[3], slots[4] = _scratch.of(scratch * count), scratch
    slots[5] = ctypes.addressof(sums)
    if count == 1:
        kernel.call(ctypes.addressof(slots))
    else:
        team()(kernel, ctypes.addressof(slots), count)
    return sums
