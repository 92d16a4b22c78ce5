"""Losses of small torch tensors, for which the overhead of a call exceeds the kernel's time.

Only common cases are computed here: contiguous tensors of one dtype, no weights. Everything else
is left to the general dispatch, which takes 1.6 to 1.7 times as long: cross-entropy of 32 × 10 and
its gradient 144 µs, not 83 (torch's own: 62).
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from lossary.formulas.record import Pointwise, Rowwise
from lossary.kernels import eligibility, tensor_state
from lossary.kernels.array_memory import bits
from lossary.kernels.bounded_cache import BoundedCache
from lossary.kernels.cpu.cpu_family import CPU
from lossary.kernels.cpu.requirements import incapable
from lossary.kernels.eligibility import Declined
from lossary.kernels.interface import Options, Shape
from lossary.kernels.pointwise import pointwise_options
from lossary.kernels.rows import row_options
from lossary.kernels.torch import autograd

__all__ = ["attempt"]

_MOST = 1 << 14
_PLAIN = (bool, float, int, str)
_CODES = {torch.float32: 0, torch.float64: 1}
Plain = Callable[..., Tensor]
_remembered: BoundedCache[Any, "_SmallCall | None"] = BoundedCache(256)


def attempt(
    shape: Shape, plain: Plain, given: tuple[Any, Tensor, Any], options: Options
) -> Tensor | None:
    """Return the loss of record, score and target; None: another path has to compute it."""
    record, x, y = given
    if torch.compiler.is_compiling():
        # After a break in its graph, torch.compile traces this function by itself.
        return None
    # True equals 1, but not every option that accepts 1 accepts True.
    values = tuple(options.values())
    key = id(record), tuple(options), values, tuple(map(type, values))
    try:
        computed = _remembered[key]
    except (KeyError, TypeError):
        computed = _small_call(shape, plain, record, options)
        if _remember(options):
            _remembered[key] = computed
    return None if computed is None else computed(x, y)


def _remember(options: Options) -> bool:
    """Return whether options are plain values."""
    return all(v is None or type(v) in _PLAIN for v in options.values())


def _small_call(shape: Shape, plain: Plain, record: Any, options: Options) -> "_SmallCall | None":
    """Return a function that computes a loss with these options, None if there is none."""
    if not _remember(options) or type(options.get("axis", -1)) is not int:
        return None
    if options.get("reduction") == "none" or options.get("inplace") or incapable():
        return None
    if options.get("axis", -1) not in {-1, 1}:
        return None
    try:
        return _SmallCall(shape, plain, record, options)
    except Declined:
        return None


class _SmallCall:
    """A loss with its options, for small inputs."""

    def __init__(
        self,
        shape: Shape,
        plain: Plain,
        record: Pointwise | Rowwise,
        options: Options,
    ) -> None:
        own = {n: v for n, v in options.items() if n not in {"axis", "inplace"}}
        self._rows = shape.by_rows
        convert: Any = row_options if self._rows else pointwise_options
        converted = convert(record, own)
        self.call: Any = CPU.call(converted)
        self._plain = lambda x, y, *_: plain(record, x, y, **own)
        self._mean = converted.reduction == "mean"
        self._may_ignore = converted.ignore_index is not None
        self._runs: BoundedCache[tuple[torch.dtype, int], Callable[..., list[float]]] = (
            BoundedCache(8)
        )

    def __call__(self, x: Tensor, y: Any) -> Tensor | None:
        """Return the loss; None where another path has to compute it."""
        if not eligibility.enabled() or type(y) is not Tensor or tensor_state.recorded():
            return None
        if x.is_nested or y.is_nested or x.is_neg() or y.is_neg():
            return None
        count = x.numel()
        if not (0 < count <= _MOST and self._usual(x, y)):
            return None
        return self._computed(x, y, count)

    def _usual(self, x: Tensor, y: Tensor) -> bool:
        """Return whether the tensors are plain memory of a supported kind."""
        if self._rows:
            fit = x.ndim == 2 and y.dtype is torch.int64 and y.shape == x.shape[:1]
        else:
            fit = y.dtype is x.dtype and y.shape == x.shape
        whole = x.is_contiguous() and y.is_contiguous() and x.dtype in _CODES
        return fit and whole and x.is_cpu and y.is_cpu and not y.requires_grad

    def _computed(self, x: Tensor, y: Tensor, count: int) -> Tensor | None:
        try:
            places = x.data_ptr(), y.data_ptr()
        except RuntimeError:
            # Tensors without memory of their own, such as those of autograd's vmap.
            return None
        if 0 in places:
            return None
        dtype = x.dtype
        rows = x.shape[0] if self._rows else count
        classes = count // rows
        run = self._runs.get((dtype, classes)) or self._prepared(dtype, classes)
        asked = x.requires_grad and torch.is_grad_enabled()
        slope = torch.empty_like(x) if asked else None
        scale = 1 / rows if self._mean else 1.0
        place = 0 if slope is None else slope.data_ptr()
        loss, bad, weight = run(scale, *places, place, rows)
        if bad or (self._may_ignore and weight != rows):
            return None
        value = torch.scalar_tensor(loss / rows if self._mean else loss, dtype=dtype)
        if slope is None:
            return value
        inputs = (x, y, None, None) if self._rows else (x, y, None)
        return autograd.attached_to_first(self.call, self._plain, inputs, value, slope)

    def _prepared(self, dtype: torch.dtype, classes: int) -> Callable[..., list[float]]:
        """Return the kernel as a function of the arguments that change."""
        run: Callable[..., list[float]] = self.call.small(bits(dtype), _CODES[dtype], classes)
        self._runs[dtype, classes] = run
        return run
