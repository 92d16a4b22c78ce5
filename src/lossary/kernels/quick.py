"""Losses of small torch tensors, for which the overhead of a call exceeds the kernel's time.

Only common cases are computed here: contiguous tensors of one dtype, no weights. Everything else
is left to the general dispatch.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from lossary.formulas.record import Pointwise, Rowwise
from lossary.kernels import autograd, eager, lanes, plan
from lossary.kernels.bounded import BoundedCache
from lossary.kernels.memory import bits
from lossary.kernels.plan import Declined

__all__ = ["quickly"]

_MOST = 1 << 14
_PLAIN = (bool, float, int, str)
_CODES = {torch.float32: 0, torch.float64: 1}


_remembered: BoundedCache[Any, "_Quick | None"] = BoundedCache(256)


def quickly(
    record: Pointwise | Rowwise, x: Tensor, y: Any, options: Mapping[str, Any]
) -> Tensor | None:
    """Return a loss of small inputs, None where another path has to compute it."""
    if torch.compiler.is_compiling():
        # After a break in its graph, torch.compile traces this function by itself.
        return None
    # True equals 1, but not every option that accepts 1 accepts True.
    values = tuple(options.values())
    key = id(record), tuple(options), values, tuple(map(type, values))
    try:
        computed = _remembered[key]
    except (KeyError, TypeError):
        computed = _quick(record, options)
        if _remember(options):
            _remembered[key] = computed
    return None if computed is None else computed(x, y)


def _remember(options: Mapping[str, Any]) -> bool:
    """Return whether options are plain values."""
    return all(v is None or type(v) in _PLAIN for v in options.values())


def _quick(record: Pointwise | Rowwise, options: Mapping[str, Any]) -> "_Quick | None":
    """Return a function that computes a loss with these options, None if there is none."""
    if not _remember(options) or type(options.get("axis", -1)) is not int:
        return None
    if options.get("reduction") == "none" or options.get("inplace") or plan.incapable():
        return None
    if options.get("axis", -1) not in {-1, 1}:
        return None
    try:
        return _Quick(record, {n: v for n, v in options.items() if n not in {"axis", "inplace"}})
    except Declined:
        return None


class _Quick:
    """A loss with its options, for small inputs."""

    def __init__(self, record: Pointwise | Rowwise, options: Mapping[str, Any]) -> None:
        self._rows = isinstance(record, Rowwise)
        self.call = lanes.remembered(record, options)
        path = lanes.PLAIN["rowwise" if self._rows else "pointwise"]
        self._plain = lambda x, y, *_: path(record, x, y, **options)
        self._mean = self.call.reduction == "mean"
        self._may_ignore = self.call.ignore_index is not None
        self._runs: BoundedCache[tuple[torch.dtype, int], Callable[..., list[float]]] = (
            BoundedCache(8)
        )

    def __call__(self, x: Tensor, y: Any) -> Tensor | None:
        """Return the loss; None where another path has to compute it."""
        if not plan.enabled() or type(y) is not Tensor or eager.recorded():
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
        run = self.call.small(bits(dtype), _CODES[dtype], classes)
        self._runs[dtype, classes] = run
        return run
