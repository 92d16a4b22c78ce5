"""The matrix products of a linear head: logits of some rows, and gradients added up over rows.

Everything is written into memory that is there already. Weights in a dtype that this machine does
not multiply fast are converted block by block, and sums over rows are in float32 at least.
"""

import os
from collections.abc import Iterator
from functools import cache

import torch
from torch import Tensor

__all__ = ["Gradients", "Weights", "computing_dtype", "wide"]

_BLOCK = 8192
"""Classes whose weights are converted at a time: 24 MiB of float32 for 768 hidden states."""

_WITHOUT_BFLOAT16 = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX512_CORE", "AVX512_CORE_VNNI")


def computing_dtype(x: Tensor) -> torch.dtype:
    """Return the dtype to multiply in: the tensor's own where the machine is fast in it.

    Without units for bfloat16 a product of it is 20 to 60 times slower than one of float32.
    """
    if x.is_cpu and (x.dtype == torch.float16 or (x.dtype == torch.bfloat16 and not _bfloat16())):
        return torch.float32
    return x.dtype


def _bfloat16() -> bool:
    """Tell whether this CPU multiplies bfloat16, and oneDNN may."""
    held = os.environ.get("ONEDNN_MAX_CPU_ISA", os.environ.get("DNNL_MAX_CPU_ISA", "ALL"))
    return held.upper() not in _WITHOUT_BFLOAT16 and _units()


@cache
def _units() -> bool:
    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, name, bool)() for name in names)


class Weights:
    """A projection's weights (C, H) and bias, ready to multiply in a dtype."""

    def __init__(self, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> None:
        self._weight = weight
        self._bias = None if bias is None else bias.to(dtype)
        self._room: Tensor | None = None
        if weight.dtype != dtype:
            shape = (min(_BLOCK, len(weight)), weight.shape[1])
            self._room = weight.new_empty(shape, dtype=dtype)

    def logits(self, x: Tensor, out: Tensor, first: int = 0) -> None:
        """Write the logits of hidden states (R, H) for as many classes as there is room."""
        for span, w in self._blocks(first, out.shape[1]):
            part = out[:, span]
            if self._bias is None:
                torch.mm(x, w.t(), out=part)
            else:
                bias = self._bias[span.start + first : span.stop + first]
                torch.addmm(bias, x, w.t(), out=part)

    def by_hidden(self, slope: Tensor, out: Tensor) -> None:
        """Write the gradient by hidden states from that by logits."""
        for span, w in self._blocks(0, slope.shape[1]):
            if span.start == 0:
                torch.mm(slope[:, span], w, out=out)
            else:
                out.addmm_(slope[:, span], w)

    def _blocks(self, first: int, classes: int) -> Iterator[tuple[slice, Tensor]]:
        """Yield spans of classes counted from the first, and their weights."""
        if self._room is None:
            yield slice(0, classes), self._weight[first : first + classes]
            return
        for span in _spans(classes):
            block = self._weight[first + span.start : first + span.stop]
            yield span, self._room[: len(block)].copy_(block)


class Gradients:
    """The gradients of a projection, by hidden states, weights and bias, as far as wanted."""

    def __init__(
        self, x: Tensor, weight: Tensor, wanted: tuple[bool, bool, bool], *, single: bool
    ) -> None:
        """Prepare for hidden states and weights; single: all rows will come at once."""
        self._by_hidden = torch.empty_like(x) if wanted[0] else None
        self._by_weight: Tensor | None = None
        self._by_bias: Tensor | None = None
        self._weight, self._wanted, self._begun = weight, wanted, False
        if wanted[1]:
            dtype = weight.dtype if single else wide(weight.dtype)
            self._by_weight = torch.empty(weight.shape, dtype=dtype, device=weight.device)

    def add(self, weights: Weights, slope: Tensor, x: Tensor, rows: slice) -> None:
        """Add what some rows contribute: their gradient by logits, their hidden states."""
        if self._by_hidden is not None:
            self._add_by_hidden(self._by_hidden[rows], weights, slope, rows)
        if self._by_weight is not None:
            self._add_by_weight(self._by_weight, slope, x, rows)
        if self._wanted[2]:
            part = slope.sum(0, dtype=wide(slope.dtype))
            self._by_bias = part if self._by_bias is None else self._by_bias.add_(part)
        self._begun = True

    def _add_by_hidden(
        self,
        place: Tensor,
        weights: Weights,
        slope: Tensor,
        rows: slice,  # noqa: ARG002 - whoever filters looks at it
    ) -> None:
        if place.dtype == slope.dtype:
            weights.by_hidden(slope, place)
        else:
            out = torch.empty_like(place, dtype=slope.dtype)
            weights.by_hidden(slope, out)
            place.copy_(out)

    def _add_by_weight(
        self,
        total: Tensor,
        slope: Tensor,
        x: Tensor,
        rows: slice,  # noqa: ARG002 - whoever filters looks at it
    ) -> None:
        if total.dtype == slope.dtype:
            if self._begun:
                total.addmm_(slope.t(), x)
            else:
                torch.mm(slope.t(), x, out=total)
            return
        for span in _spans(slope.shape[1]):
            part = torch.mm(slope[:, span].t(), x)
            if self._begun:
                total[span].add_(part)
            else:
                total[span].copy_(part)

    def found(self) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        """Return the gradients in the dtypes of what they are by: 0 if there were no rows."""
        by_weight, by_bias, dtype = self._by_weight, self._by_bias, self._weight.dtype
        if by_weight is not None and not self._begun:
            by_weight.zero_()
        if self._wanted[2] and by_bias is None:
            by_bias = self._weight.new_zeros(len(self._weight))
        return (
            self._by_hidden,
            None if by_weight is None else by_weight.to(dtype),
            None if by_bias is None else by_bias.to(dtype),
        )


def _spans(classes: int) -> Iterator[slice]:
    for first in range(0, classes, _BLOCK):
        yield slice(first, min(first + _BLOCK, classes))


def wide(dtype: torch.dtype) -> torch.dtype:
    """Return the dtype to add up in."""
    return torch.float32 if dtype.itemsize < 4 else dtype
