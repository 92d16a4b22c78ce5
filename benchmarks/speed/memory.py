"""The allocator's two modes, and how much memory a step takes at its peak."""

import ctypes
import gc
import re
import resource
from collections.abc import Callable
from pathlib import Path

TOUCHED = 7 << 30
HELD = 12 << 30
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4
_STATUS = Path("/proc/self/status")


def use(mode: str, largest: int) -> None:
    """Set the allocator for a process whose tensors are still to be made.

    ``warm`` keeps what is freed: no block is mapped for itself, none is given back. In both modes
    the memory is touched once beforehand: in a virtual machine a page's very first touch costs
    several times a later one. When warm that also spares the heap from growing while it is timed.
    """
    libc = ctypes.CDLL(None)
    if mode == "warm" and not (
        libc.mallopt(_M_MMAP_MAX, 0) and libc.mallopt(_M_TRIM_THRESHOLD, -1)
    ):
        message = "this C library has no mallopt to keep freed memory: only the default mode runs"
        raise OSError(message)
    _touch(libc, min(max(10 * largest, 64 << 20), TOUCHED))


def _touch(libc: ctypes.CDLL, size: int) -> None:
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = (ctypes.c_size_t,)
    libc.free.argtypes = (ctypes.c_void_p,)
    block = libc.malloc(size)
    if not block:
        raise MemoryError
    ctypes.memset(block, 1, size)
    libc.free(block)


def bound() -> None:
    """Let an allocation fail that this process should not have, before the system ends it."""
    resource.setrlimit(resource.RLIMIT_DATA, (HELD, HELD))


def peak(run: Callable[[], object]) -> float:
    """How much more memory a call takes at its peak than was held before, in MiB."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    held = _kilobytes("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    run()
    return (_kilobytes("VmHWM") - held) / 1024


def _kilobytes(line: str) -> int:
    found = re.search(rf"{line}:\s+(\d+) kB", _STATUS.read_text())
    if found is None:
        message = f"no {line} in {_STATUS}"
        raise OSError(message)
    return int(found[1])
