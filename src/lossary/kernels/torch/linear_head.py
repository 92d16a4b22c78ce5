"""Linear heads: a projection and the loss of its logits, computed for a chunk of rows at a time.

The gradient by a chunk's logits is written over them and multiplied at once into those by hidden
states and weights. Without a gradient the classes, too, are computed in blocks, and each row's
softmax is updated block by block.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np
import torch
from torch import Tensor

from lossary.kernels.array_memory import empty
from lossary.kernels.cpu.margins import MarginCall
from lossary.kernels.cpu.online_softmax import Online
from lossary.kernels.cpu.rows import RowCall
from lossary.kernels.interface import Inputs, Result, ratio
from lossary.kernels.torch.matrix_products import Gradients, Weights, computing_dtype, wide

__all__ = ["Head", "Plain"]

Wanted = tuple[bool, bool, bool]
Scale = Any  # a number; on a device, where nobody waits for it, a tensor
Slopes = tuple[Tensor | None, ...]
Found = tuple[Tensor, tuple[Tensor, ...], Slopes]

_NOTHING: Wanted = (False, False, False)
_NO_SLOPES: Slopes = (None,) * 6
_BYTES = 1 << 27
_FEWEST, _ROWS, _CACHED = 128, 512, 1 << 23
"""With fewer rows a product falls to half its speed, with more it gains little: 1.14 against 1.21
of full logits. With few classes a chunk is as many rows as stay in the cache."""
_BLOCK_ROWS, _BLOCK_ELEMENTS = 1024, 1 << 20
"""Number of logits in memory at a time without a gradient: 4 MiB of float32."""


class Plain(Protocol):
    """The loss on the plain path, for inputs that no kernel computes and for their errors."""

    def losses(
        self,
        z: Tensor,
        target: Tensor,
        weight: Tensor | None,
        class_weight: Tensor | None,
        lift: Scale,
    ) -> Tensor:
        """Return the weighted loss of each row of logits, its z-loss multiplied by ``lift``."""

    def auxiliary(self, z: Tensor, name: str) -> Tensor:
        """Return "lse", "entropy" or "best" (the class of the largest logit) of each row."""


@dataclass(frozen=True, eq=False)
class Head:
    """A loss of the logits that a projection makes of hidden states.

    Inputs: hidden states (N, H), weights (C, H), bias (C), class indices (N) or distributions
    (N, C), weights of rows (N), weights of classes (C). ``rows`` computes the loss by kernels,
    where they do. ``outputs`` names what is returned beside the loss, a number for each row.
    ``chunk`` rows are multiplied at a time.
    """

    rows: RowCall | MarginCall | None
    plain: Plain
    reduction: str
    ignore_index: int | None
    outputs: tuple[str, ...] = ()
    chunk: int | None = None

    overwrite: ClassVar[bool] = False

    def loops(self, inputs: Inputs) -> str:
        """Return the name of the loops for these inputs."""
        chunk = self.chunk or "some hundred"
        rows = "the plain path" if self.rows is None else self.rows.loops((inputs[1].t(),))
        return f"{chunk} rows at a time: logits in one buffer, {rows}, matrix products in float32"

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result:
        """Return the loss; with its gradients if requested and it is one number."""
        return self.compute(inputs, dtype, _wanted(inputs) if slopes else _NOTHING)

    def compute(self, inputs: Inputs, dtype: Any, wanted: Wanted) -> Result:
        """Return the loss, and its gradients by hidden states, weights and bias where wanted."""
        # Without the loss scale, gradients underflow in float16.
        if self.reduction == "none" or inputs[0].dtype == torch.float16:
            wanted = _NOTHING
        with _aside(inputs):
            return _Work(self, inputs).forward(dtype, wanted)

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Tensor) -> Slopes:  # noqa: ARG002
        """Return the gradients, times the cotangent of the loss."""
        return self.pull(inputs, cotangent, _wanted(inputs))

    def pull(self, inputs: Inputs, cotangent: Tensor, wanted: Wanted) -> Slopes:
        """Return the gradients by hidden states, weights and bias where wanted."""
        with _aside(inputs):
            return _Work(self, inputs).backward(cotangent, wanted)


def _wanted(inputs: Inputs) -> Wanted:
    by_hidden, by_weight, by_bias = (x is not None and x.requires_grad for x in inputs[:3])
    return by_hidden, by_weight, by_bias


@contextlib.contextmanager
def _aside(inputs: Inputs) -> Iterator[None]:
    """Turn autograd and autocast off, which would intercept every product."""
    with torch.no_grad(), torch.autocast(inputs[0].device.type, enabled=False):
        yield


class _Work:
    """The tensors of one call, without the rows of zero weight."""

    def __init__(self, head: Head, inputs: Inputs) -> None:
        detached: list[Any] = [None if t is None else t.detach() for t in inputs]
        x, w, bias, target, weight, class_weight = detached
        self.head, self.all_rows = head, len(x)
        self.lift: Scale = 1.0
        self.dtype = computing_dtype(x)
        self.by_index = target.ndim == 1
        self.wide = wide(self.dtype)
        if not self.by_index:
            self.wide = torch.promote_types(self.wide, target.dtype)
        self.weights, self.w = Weights(w, bias, self.dtype), w
        self.class_weight = None if class_weight is None else class_weight.to(self.wide)
        weight = None if weight is None else weight.to(self.wide)
        self.kept = self._rows_that_count(target, weight) if x.is_cpu else None
        self.x, self.target, self.weight = self._take(x), self._take(target), self._take(weight)
        if not x.is_cpu:
            self._mask()

    def _rows_that_count(self, target: Tensor, weight: Tensor | None) -> Tensor | None:
        """Return the rows that are not ignored and have weight; None where all are."""
        counts = None if weight is None else weight != 0
        if self.by_index and self.head.ignore_index is not None:
            seen = target != self.head.ignore_index
            counts = seen if counts is None else counts & seen
        if counts is None or bool(counts.all()):
            return None
        return counts.nonzero()[:, 0]

    def _mask(self) -> None:
        """Set the weight of ignored rows to 0: on a device, selecting rows would synchronise."""
        if self.by_index and self.head.ignore_index is not None:
            seen = self.target != self.head.ignore_index
            one = seen.to(self.wide) if self.weight is None else self.weight
            self.target, self.weight = torch.where(seen, self.target, 0), torch.where(seen, one, 0)
        if self.weight is not None:
            self.x = torch.where(self.weight[:, None] == 0, 0, self.x)

    def _take(self, x: Any) -> Any:
        return x if x is None or self.kept is None else x[self.kept]

    @property
    def mass(self) -> Tensor | None:
        """The weight of each row's class, or the mean of them under its target."""
        if self.class_weight is None:
            return None
        if self.by_index:
            mass: Tensor = self.class_weight[self.target]
            return mass
        parts = [t.to(self.wide) @ self.class_weight for t in self.target.split(_ROWS)]
        return torch.cat(parts) if parts else self.x.new_zeros(0, dtype=self.wide)

    def scales(self) -> tuple[Scale, Scale]:
        """Return the factor of the sum of the losses, and that of the z-loss before it.

        The mean of the z-loss is over the rows, without class weights.
        """
        if self.head.reduction != "mean":
            return 1.0, 1.0
        rows: Scale = len(self.x) if self.weight is None else self._total(self.weight)
        if self.mass is None:
            return self._inverse(rows), 1.0
        both = self._total(_product(self.weight, self.mass))
        lift = both * self._inverse(rows)
        if self.x.is_cpu:
            return (self._inverse(both), lift) if both else (self._inverse(rows), 1.0)
        none = both == 0
        scale = torch.where(none, self._inverse(rows), self._inverse(both))
        return scale, torch.where(none, 1, lift)

    def _total(self, weight: Any) -> Scale:
        return _sum(weight) if self.x.is_cpu else weight.sum()

    @staticmethod
    def _inverse(total: Scale) -> Scale:
        if isinstance(total, Tensor):
            return torch.where(total == 0, 0, 1 / total)
        return ratio(1.0, total)

    def forward(self, dtype: torch.dtype, wanted: Wanted) -> Result:
        """Return the loss, the auxiliary outputs of the rows, and the gradients that are wanted."""
        scale, self.lift = self.scales()
        found = None if any(wanted) else self._by_blocks()
        if found is None:
            found = self._by_chunks(wanted, scale)
        losses, extras, gradients = found
        extras = tuple(self._of_all_rows(x) for x in extras)
        if self.head.reduction == "none":
            value = self._spread(losses, 0).to(dtype)
        elif self.x.is_cpu:
            value = torch.scalar_tensor(_sum(losses) * scale if scale else 0.0, dtype=dtype)
        else:
            value = (losses.sum() * scale).to(dtype)
        return Result(value, gradients if any(wanted) else None, extras)

    def backward(self, cotangent: Tensor, wanted: Wanted) -> Slopes:
        """Return the gradients times the cotangent of the loss, or of each row's."""
        scale, self.lift = self.scales()
        if self.head.reduction == "none":
            return self._by_chunks(wanted, 1.0, self._take(cotangent.to(self.wide)).contiguous())[2]
        above = cotangent.item() if cotangent.is_cpu else cotangent
        return self._by_chunks(wanted, scale * above)[2]

    def _by_blocks(self) -> Found | None:
        """Return the losses from a block of logits at a time, without gradients."""
        call, classes = self.head.rows, len(self.w)
        if not (isinstance(call, RowCall) and call.options.record.sparse):
            return None
        if not self.by_index or call.options.smoothing != 0:
            return None
        mass, parts = _product(self.weight, self.mass), list[Result]()
        length = max(_BLOCK_ROWS, _BLOCK_ELEMENTS // classes)
        for rows in _spans(len(self.x), length):
            online = Online(call.options, self.target[rows], self.wide)
            self._bring(online, self.x[rows].to(self.dtype).contiguous())
            if not online.finite:
                return None
            weight = 1.0 if self.weight is None else self.weight[rows].double()
            parts.append(online.result(None if mass is None else mass[rows], weight * self.lift))
        return *_joined(parts, self), _NO_SLOPES

    def _bring(self, online: Online, x: Tensor) -> None:
        """Bring the logits of hidden states, a block of classes after another."""
        classes = len(self.w)
        width = max(_BLOCK_ROWS, _BLOCK_ELEMENTS // len(x) // _BLOCK_ROWS * _BLOCK_ROWS)
        room = x.new_empty(len(x) * min(width, classes))
        for span in _spans(classes, width):
            count = span.stop - span.start
            z = room[: len(x) * count].view(len(x), count)
            self.weights.logits(x, z, span.start)
            online.add(z, span.start)

    def _by_chunks(self, wanted: Wanted, scale: Scale, along: Tensor | None = None) -> Found:
        """Return the losses of the rows, their auxiliary outputs, and the gradients."""
        length = self._length(_BYTES if any(wanted) else _BYTES // 4)
        gradients = Gradients(self.x, self.w, wanted, single=length >= len(self.x))
        room = empty(self.x, (length, len(self.w)), self.dtype)
        parts = []
        for rows in _spans(len(self.x), length):
            x = self.x[rows].to(self.dtype).contiguous()
            z = room[: len(x)]
            self.weights.logits(x, z)
            parts.append(self._part(x, z, rows, scale, along, slopes=any(wanted)))
            gradients.add(self.weights, z, x, rows)
        by_hidden, by_weight, by_bias = gradients.found()
        if by_hidden is not None:
            by_hidden = self._spread(by_hidden, 0)
        return *_joined(parts, self), (by_hidden, by_weight, by_bias, None, None, None)

    def _length(self, size: int) -> int:
        """Return the number of rows of a chunk, equal for all."""
        count, width = len(self.x), len(self.w) * self.dtype.itemsize
        most = self.head.chunk
        if most is None:
            most = min(max(_FEWEST, size // width), max(_ROWS, _CACHED // width))
        chunks = max(1, -(-count // most))
        return max(1, -(-count // chunks))

    def _part(
        self,
        x: Tensor,
        z: Tensor,
        rows: slice,
        scale: Scale,
        along: Tensor | None,
        *,
        slopes: bool,
    ) -> Result:
        """Return the losses of a chunk of rows, whose gradient is written over the logits."""
        weight = None if self.weight is None else self.weight[rows]
        above = None if along is None else along[rows]
        inputs = (z, self.target[rows], weight, self.class_weight)
        call = self.head.rows
        extras = self._plain_extras(z) if isinstance(call, MarginCall) else ()
        if call is not None:
            more = {"lift": self.lift} if isinstance(call, RowCall) else {}
            found = call.part(inputs, self.wide, scale, above, slopes=slopes, **more)
            if found is not None:
                return replace(found, extras=(*extras, *found.extras))
            self.weights.logits(x, z)
        extras = self._plain_extras(z)
        return Result(self._plainly(inputs, scale, above, slopes=slopes), None, extras)

    def _plain_extras(self, z: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.head.plain.auxiliary(z, name) for name in self.head.outputs)

    def _plainly(
        self, inputs: Inputs, scale: Scale, above: Tensor | None, *, slopes: bool
    ) -> Tensor:
        """Return the losses on the plain path, and write its gradient over the logits."""
        z, target, weight, class_weight = inputs
        with torch.enable_grad():
            leaf = z.to(self.wide).detach().requires_grad_(slopes)
            losses = self.head.plain.losses(leaf, target, weight, class_weight, self.lift)
        if slopes:
            above = torch.ones_like(losses) if above is None else above
            (slope,) = torch.autograd.grad(losses, leaf, above * scale)
            z.copy_(slope)
        return losses.detach()

    def _of_all_rows(self, x: Tensor) -> Tensor:
        """Return an auxiliary output of all rows; -1 (class) or 0 for those without weight."""
        missing = -1 if x.dtype == torch.int64 else 0
        x = self._spread(x if missing else x.to(wide(self.x.dtype)), missing)
        if self.x.is_cpu or self.weight is None:
            return x
        return torch.where(self.weight == 0, missing, x)

    def _spread(self, x: Tensor, missing: float) -> Tensor:
        """Return values of all rows, ``missing`` for those of zero weight."""
        if self.kept is None:
            return x
        everything = x.new_full((self.all_rows, *x.shape[1:]), missing)
        return everything.index_copy_(0, self.kept, x)


def _joined(parts: Sequence[Result], work: _Work) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the losses of all rows, and their auxiliary outputs."""
    nothing = work.x.new_zeros(0, dtype=work.wide)
    if not parts:
        return nothing, tuple(nothing.long() if n == "best" else nothing for n in work.head.outputs)
    extras = zip(*(part.extras for part in parts), strict=True)
    return torch.cat([part.value for part in parts]), tuple(map(torch.cat, extras))


def _spans(count: int, length: int) -> Iterator[slice]:
    for first in range(0, count, length):
        yield slice(first, min(first + length, count))


def _product(a: Tensor | None, b: Tensor | None) -> Tensor | None:
    if a is None or b is None:
        return b if a is None else a
    return a * b


def _sum(x: Tensor) -> float:
    """Return a sum whose rounding does not depend on the number of threads."""
    with np.errstate(all="ignore"):
        return float(x.double().numpy().sum())
