"""Which path a call takes, and why."""

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from lossary import frameworks
from lossary.kernels.memory import code, count

__all__ = ["Declined", "enabled", "fast", "framework_reason", "plain", "reason"]

Array = Any

_LEAST = 1 << 14
"""Below so many elements NumPy's own functions are done before a kernel would be compiled."""

_switch: bool | None = None


class Declined(Exception):  # noqa: N818 - no error: the plain path computes the same
    """Why a call is not for a kernel."""


def fast(use: bool | None) -> None:  # noqa: FBT001 - a switch
    """Turn the compiled kernels on for arrays of every size, off, or (None) to where they pay.

    Unless told otherwise, PyTorch's CPU tensors take the kernels, and NumPy's arrays from 16384
    elements on. ``LOSSARY_KERNELS=0`` in the environment turns them off from the start.

    Examples
    --------
    >>> import lossary as ls
    >>> ls.fast(False)
    >>> ls.fast(None)

    """
    global _switch  # noqa: PLW0603 - the one switch of the kernels
    _switch = use


@contextlib.contextmanager
def plain() -> Iterator[None]:
    """Take the plain path inside."""
    global _switch  # noqa: PLW0603 - the one switch of the kernels
    before, _switch = _switch, False
    try:
        yield
    finally:
        _switch = before


def enabled() -> bool:
    """Tell whether kernels may be used at all."""
    if _switch is None:
        return _numba_there() and os.environ.get("LOSSARY_KERNELS") != "0"
    return _switch and _numba_there()


@cache
def _numba_there() -> bool:
    return importlib.util.find_spec("numba") is not None


def reason(x: Array, *others: Array | None) -> str | None:
    """Return why kernels do not compute arrays of this kind, None where they do."""
    found = framework_reason(x)
    if found is not None:
        return found
    for other in (x, *others):
        if other is not None and code(other) is None:
            return f"kernels do not read {other.dtype}"
    if code(x) > 3:  # type: ignore[operator] - it is known
        return f"scores of {x.dtype} are converted first"
    return "nothing to compute" if count(x) == 0 else None


def framework_reason(x: Array) -> str | None:
    """Return why no kernel may touch this array."""
    if type(x) is np.ndarray:
        small = count(x) < _LEAST and _switch is None
        return f"fewer than {_LEAST} elements: NumPy is as fast" if small else None
    if frameworks.is_torch(x):
        return _torch_reason(x)
    return "kernels compute NumPy arrays and torch tensors"


def _torch_reason(x: Array) -> str | None:
    torch = sys.modules["torch"]
    if type(x) not in (torch.Tensor, torch.nn.Parameter):
        return f"a {type(x).__name__} is more than its memory"
    if not x.is_cpu:
        return f"it lies on {x.device}"
    if x.layout is not torch.strided:
        return f"its layout is {x.layout}"
    if torch._C._functorch.peek_interpreter_stack() is not None:  # noqa: SLF001 - no public way to ask
        return "vmap, grad and jvp of torch.func need the differentiable path"
    if torch.autograd.forward_ad._current_level >= 0:  # noqa: SLF001 - no public way to ask
        return "forward derivatives need the differentiable path"
    if torch._C._len_torch_dispatch_stack() > 0 or torch.jit.is_tracing():  # noqa: SLF001
        return "whoever traces the operations has to see them"
    return None
