"""The matrix products of a linear head: logits of some rows, and gradients accumulated over rows.

All results are written into existing memory. Weights in a dtype that this machine multiplies slowly
are converted block by block, and sums over rows are in float32 at least.
"""

import os
import platform
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from lossary.kernels.array_memory import in_large_pages

__all__ = ["Gradients", "Weights", "computing_dtype", "wide"]

_BLOCK = 2048
"""Number of classes of a product that cannot be written to its destination directly."""


def computing_dtype(x: Tensor) -> torch.dtype:
    """Return the dtype to multiply in: the tensor's own where the machine has units for it.

    Without units for bfloat16 a product of it is 20 to 60 times slower than one of float32.
    """
    if x.is_cpu and (x.dtype == torch.float16 or (x.dtype == torch.bfloat16 and not _bfloat16())):
        return torch.float32
    return x.dtype


@cache
def _bfloat16() -> bool:
    """Return whether this CPU multiplies bfloat16, and oneDNN may."""
    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return _allowed("BF16") and any(getattr(torch.cpu, name, bool)() for name in names)


def _allowed(instructions: str) -> bool:
    """Return whether oneDNN, which can be held to older instructions, may use these."""
    held = os.environ.get("ONEDNN_MAX_CPU_ISA", os.environ.get("DNNL_MAX_CPU_ISA", "")).upper()
    return held in ("", "ALL", "DEFAULT") or any(n in held for n in (instructions, "AMX", "AVX10"))


Inner = Callable[[Tensor, Tensor, Tensor | None], Tensor]


def _inner(dtype: torch.dtype, device: torch.device) -> Inner | None:
    """Return oneDNN's ``x @ w.t() + bias`` where it is faster than torch's own product.

    That is MKL's, which keeps to AVX2 on AMD's processors: 95 GFLOP/s of a Zen 5 core in float32,
    oneDNN 210 in its AVX-512. What it returns is new memory, and has to be copied.
    """
    return _onednn() if dtype == torch.float32 and device.type == "cpu" else None


@cache
def _onednn() -> Inner | None:
    if not (_amd() and torch.cpu._is_avx512_supported() and _allowed("AVX512")):  # noqa: SLF001
        return None
    try:
        product = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001 - as torch.compile calls it
        product(torch.ones(1, 1), torch.ones(1, 1), None, "none", [], "")
    except (AttributeError, RuntimeError):
        return None
    return lambda x, w, bias: product(x, w, bias, "none", [], "")


def _amd() -> bool:
    try:
        return "AuthenticAMD" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return "AuthenticAMD" in platform.processor()


class Weights:
    """A projection's weights (C, H) and bias, ready to multiply in a dtype."""

    def __init__(self, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> None:
        self._weight = weight
        self._bias = None if bias is None else bias.to(dtype)
        self._whole = weight.dtype == dtype
        shape = (min(_BLOCK, len(weight)), weight.shape[1])
        self._room = None if self._whole else weight.new_empty(shape, dtype=dtype)
        self._inner = _inner(dtype, weight.device) if weight.is_contiguous() else None

    def logits(self, x: Tensor, out: Tensor, first: int = 0) -> None:
        """Write the logits of hidden states (R, H) for as many classes as the output has."""
        for span, w in self._blocks(first, out.shape[1], self._whole and self._inner is None):
            part, bias = out[:, span], self._bias
            if bias is not None:
                bias = bias[first + span.start : first + span.stop]
            if self._inner is not None:
                part.copy_(self._inner(x, w, bias))
            elif bias is None:
                torch.mm(x, w.t(), out=part)
            else:
                torch.addmm(bias, x, w.t(), out=part)

    def by_hidden(self, slope: Tensor, out: Tensor) -> None:
        """Write the gradient by hidden states from that by logits."""
        for span, w in self._blocks(0, slope.shape[1], self._whole):
            part = slope[:, span]
            if self._inner is not None:
                found = self._inner(part, w.t(), None)
                out.add_(found) if span.start else out.copy_(found)
            elif span.start:
                out.addmm_(part, w)
            else:
                torch.mm(part, w, out=out)

    def _blocks(self, first: int, classes: int, whole: bool) -> Iterator[tuple[slice, Tensor]]:  # noqa: FBT001
        """Yield spans of classes counted from the first, and their weights."""
        for span in [slice(0, classes)] if whole else _spans(classes):
            w = self._weight[first + span.start : first + span.stop]
            yield span, w if self._room is None else self._room[: len(w)].copy_(w)


class Gradients:
    """The requested gradients of a projection: by hidden states, weights and bias."""

    def __init__(
        self, x: Tensor, weight: Tensor, wanted: tuple[bool, bool, bool], *, single: bool
    ) -> None:
        """Prepare for hidden states and weights; single: all rows will come at once."""
        self._by_hidden = in_large_pages(torch.empty_like(x)) if wanted[0] else None
        self._by_weight: Tensor | None = None
        self._by_bias: Tensor | None = None
        self._weight, self._wanted, self._begun = weight, wanted, False
        if wanted[1]:
            dtype = weight.dtype if single else wide(weight.dtype)
            new = torch.empty(weight.shape, dtype=dtype, device=weight.device)
            self._by_weight = in_large_pages(new)

    def add(self, weights: Weights, slope: Tensor, x: Tensor, rows: slice) -> None:
        """Add what some rows contribute: their gradient by logits, their hidden states."""
        if self._by_hidden is not None:
            self._add_by_hidden(self._by_hidden[rows], weights, slope)
        if self._by_weight is not None:
            self._add_by_weight(self._by_weight, slope, x)
        if self._wanted[2]:
            part = slope.sum(0, dtype=wide(slope.dtype))
            self._by_bias = part if self._by_bias is None else self._by_bias.add_(part)
        self._begun = True

    def _add_by_hidden(self, place: Tensor, weights: Weights, slope: Tensor) -> None:
        if place.dtype == slope.dtype:
            weights.by_hidden(slope, place)
        else:
            out = torch.empty_like(place, dtype=slope.dtype)
            weights.by_hidden(slope, out)
            place.copy_(out)

    def _add_by_weight(self, total: Tensor, slope: Tensor, x: Tensor) -> None:
        inner = _inner(slope.dtype, slope.device)
        if total.dtype == slope.dtype and inner is None:
            if self._begun:
                total.addmm_(slope.t(), x)
            else:
                torch.mm(slope.t(), x, out=total)
            return
        for span in _spans(slope.shape[1]):
            turned = slope[:, span].t()
            part = torch.mm(turned, x) if inner is None else inner(turned, x.t(), None)
            total[span].add_(part) if self._begun else total[span].copy_(part)

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
    """Yield blocks of classes."""
    for first in range(0, classes, _BLOCK):
        yield slice(first, min(first + _BLOCK, classes))


def wide(dtype: torch.dtype) -> torch.dtype:
    """Return the dtype to add up in."""
    return torch.float32 if dtype.itemsize < 4 else dtype
