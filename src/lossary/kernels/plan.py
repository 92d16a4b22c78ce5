"""Eligibility of calls for compiled kernels, and the reasons."""

import contextlib
import importlib.util
import os
import platform
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from lossary import framework_of_array
from lossary.kernels.memory import code, count

__all__ = [
    "FLOATING",
    "Declined",
    "derived",
    "disabled",
    "enabled",
    "fast",
    "framework_reason",
    "incapable",
    "plain",
    "reason",
    "require",
    "traced",
]

Array = Any

FLOATING = 3
"""The largest code of a floating dtype."""

_LEAST = 1 << 14
"""Number of elements below which NumPy's own functions are as fast as a kernel."""

_NUMBA = importlib.util.find_spec("numba") is not None
_ASKED = os.environ.get("LOSSARY_KERNELS") != "0"

_switch: bool | None = None


class Declined(Exception):  # noqa: N818 - no error: the plain path computes the same
    """Reason why a call is not computed by a kernel."""


def require(condition: bool, why: str) -> None:  # noqa: FBT001 - what is required
    """Raise Declined with a reason unless a condition holds."""
    if not condition:
        raise Declined(why)


def fast(use: bool | None) -> None:  # noqa: FBT001 - a switch
    """Turn the compiled kernels on for arrays of every size, off, or (None) back to the default.

    By default kernels compute PyTorch's CPU tensors, and NumPy's arrays from 16384 elements on.
    ``LOSSARY_KERNELS=0`` in the environment turns them off from the start.

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
    """Return whether kernels may be used at all."""
    return _NUMBA and (_ASKED if _switch is None else _switch)


def disabled() -> str:
    """Return the reason why no kernel is used at all."""
    if not _NUMBA:
        return "numba is not installed: pip install 'lossary[fast]'"
    return "kernels are turned off: ls.fast(None) turns them on"


def reason(x: Array, *others: Array | None) -> str | None:
    """Return the reason why kernels do not compute these arrays, None where they do."""
    found = framework_reason(x)
    if found is not None:
        return found
    if (code(x) or 0) > FLOATING:
        return f"scores of {x.dtype} are converted first"
    for other in (x, *others):
        if other is None:
            continue
        found = None if other is x else _company(x, other)
        if found is not None:
            return found
        if code(other) is None:
            return f"kernels do not read {other.dtype}"
    return "there is nothing to compute" if count(x) == 0 else incapable()


@cache
def incapable() -> str | None:
    """Return the requirement of kernels that is missing here, None where all are met."""
    if not _NUMBA:
        return disabled()
    from llvmlite import binding  # noqa: PLC0415 - imported by who uses kernels

    features = binding.get_host_cpu_features()
    if platform.machine() in {"x86_64", "AMD64"} and not features.get("fma"):
        return "the processor has no fused multiply-add, without which kernels are slow"
    return None


def _company(x: Array, other: Array) -> str | None:
    """Return the reason why an array cannot be combined with the first, None where it can."""
    if isinstance(x, np.ndarray):
        return None if isinstance(other, np.ndarray) else "arrays are converted first"
    if not isinstance(other, sys.modules["torch"].Tensor):
        return "arrays are converted first"
    if other.requires_grad:
        return "a derivative by a target or weight needs the differentiable path"
    if not other.is_cpu:
        return f"{other.device} and cpu do not go together"
    from lossary.kernels import eager  # noqa: PLC0415 - imported by who has torch

    return eager.unfit(other)


def derived(x: Array) -> bool:
    """Return whether a derivative by an array is requested."""
    return (
        framework_of_array.is_torch(x)
        and x.requires_grad
        and sys.modules["torch"].is_grad_enabled()
    )


def traced(x: Array) -> bool:
    """Return whether torch.compile is tracing: it records operators, and no addresses."""
    return framework_of_array.is_torch(x) and sys.modules["torch"].compiler.is_compiling()


def framework_reason(x: Array) -> str | None:
    """Return the reason why no kernel may read this array."""
    if type(x) is np.ndarray:
        small = x.size < _LEAST and _switch is None
        return f"fewer than {_LEAST} elements: NumPy is as fast" if small else None
    if framework_of_array.is_torch(x):
        from lossary.kernels import eager  # noqa: PLC0415 - imported by who has torch

        return eager.reason(x)
    return "kernels compute NumPy arrays and torch tensors"
