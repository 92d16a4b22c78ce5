"""Memory between pages that nobody may touch: whoever reads or writes beside it is killed."""

import ctypes
import math
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
import torch

from lossary.kernels.cpu import launch

PLACES = ["first", "last"]
_PAGE, _UNTOUCHABLE = mmap.PAGESIZE, 0

_kept: list[mmap.mmap] = []
"""Kernels may hold an address longer than anybody holds its memory."""


def guarded(shape: Any, dtype: torch.dtype, place: str) -> torch.Tensor:
    """A tensor whose first or last byte lies at the border of forbidden memory."""
    count = math.prod(shape)
    size = count * dtype.itemsize
    pages = -(-size // _PAGE) + 2
    memory = mmap.mmap(-1, pages * _PAGE)
    _kept.append(memory)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    for page in (0, pages - 1):
        refused = protect(ctypes.c_void_p(start + page * _PAGE), _PAGE, _UNTOUCHABLE)
        assert not refused, ctypes.get_errno()
    first = _PAGE if place == "first" else (pages - 1) * _PAGE - size
    if not count:
        return torch.zeros(shape, dtype=dtype)
    return torch.frombuffer(memory, dtype=dtype, count=count, offset=first).reshape(shape)


def moved(x: Any, place: str) -> Any:
    """A tensor as it is, in memory beside which there is none."""
    if not isinstance(x, torch.Tensor):
        return x
    return guarded(x.shape, x.dtype, place).copy_(x).requires_grad_(x.requires_grad)


@contextmanager
def surrounded(place: str) -> Iterator[None]:
    """Have everything that kernels ask for inside, results and scratch, lie in such memory."""

    def like(x: torch.Tensor, **_: Any) -> torch.Tensor:
        return guarded(x.shape, x.dtype, place)

    def new(x: torch.Tensor, shape: Any, dtype: torch.dtype | None = None) -> torch.Tensor:
        return guarded(shape, dtype or x.dtype, place)

    def scratch(_: Any, size: int) -> int:
        return guarded((size,), torch.uint8, place).data_ptr()

    with (
        mock.patch("torch.empty_like", like),
        mock.patch.object(torch.Tensor, "new_empty", new),
        mock.patch.object(launch._Scratch, "of", scratch),
    ):
        yield


def overrun(place: str) -> None:
    """Read one byte too many, to see that this is what kills."""
    x = guarded((10,), torch.float32, place)
    step = -1 if place == "first" else x.nbytes
    np.frombuffer((ctypes.c_char).from_address(x.data_ptr() + step), np.uint8).item()
