"""Programs: compiled kernels, with the arguments that stay the same from call to call."""

import ctypes
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from lossary.formulas.record import Record
from lossary.kernels.cpu.compilation import kernel
from lossary.kernels.cpu.launch import HEADER, Block, run
from lossary.kernels.cpu.template import Template

__all__ = ["Program"]

_NONE: Mapping[str, Any] = MappingProxyType({})


class Program:
    """A kernel with the arguments that stay the same from call to call.

    Arguments given neither here nor to :meth:`run` are 0.
    """

    def __init__(
        self,
        template: Template,
        bits: int,
        record: Record | None = None,
        parameters: Sequence[float] = (),
        *,
        integers: Mapping[str, int] = _NONE,
        reals: Mapping[str, float] = _NONE,
    ) -> None:
        self._kernel, self._width = kernel(template, bits, record), len(template.sums)
        self._bytes = bits // 8
        names = (*HEADER, *template.integers)
        self._place = {name: i for i, name in enumerate(names)}
        own = [*(reals.get(n, 0.0) for n in template.reals), *parameters]
        self._slots = (ctypes.c_int64 * len(names))(*(integers.get(n, 0) for n in names))
        self._numbers = (ctypes.c_double * len(own))(*own)
        self._reals = {name: i for i, name in enumerate(template.reals)}
        self._scale = self._reals["scale"]

    def small(
        self, scratch: int, constant: Mapping[str, int], names: Sequence[str]
    ) -> Callable[..., list[float]]:
        """Return the kernel for one chunk, as a function of a scale and of the named integers."""
        slots = type(self._slots).from_buffer_copy(self._slots)
        for name, value in constant.items():
            slots[self._place[name]] = value
        places = [self._place[name] for name in names]
        size = -(-scratch * self._bytes // 64) * 64
        own = slots, self._numbers, places, self._scale
        make = partial(Block, self._kernel, own, self._width, size)
        blocks = [make()]

        def computed(scale: float, *values: int) -> list[float]:
            # Concurrent calls have a block each: taking one from a list is atomic.
            try:
                block = blocks.pop()
            except IndexError:
                block = make()
            sums = block.run(scale, values)
            blocks.append(block)
            return sums

        return computed

    def run(
        self,
        chunks: int,
        scratch: int,
        integers: Mapping[str, int],
        scale: float = 1.0,
        reals: Mapping[str, float] = _NONE,
    ) -> list[float]:
        """Return the template's sums, added over the chunks in their order.

        ``scratch`` is in numbers, for each worker; ``reals`` are for this run alone.
        """
        slots = type(self._slots).from_buffer_copy(self._slots)
        numbers = type(self._numbers).from_buffer_copy(self._numbers)
        numbers[self._scale] = scale
        for name, number in reals.items():
            numbers[self._reals[name]] = number
        place = self._place
        for name, value in integers.items():
            slots[place[name]] = value
        slots[place["numbers"]] = ctypes.addressof(numbers)
        width = self._width
        sums = run(self._kernel, slots, chunks, width, -(-scratch * self._bytes // 64) * 64)[:]
        return sums if chunks == 1 else [_total(sums[i::width]) for i in range(width)]


def _total(parts: Sequence[float]) -> float:
    """Return a sum rounded once; infinite and NaN sums are those of plain addition."""
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):
        return sum(parts)
