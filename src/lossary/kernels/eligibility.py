"""Eligibility of calls for kernels: the switch, and reasons why the plain path is taken."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from lossary import framework_of_array

__all__ = [
    "SHAPES_DIFFER",
    "Declined",
    "derived",
    "enabled",
    "fast",
    "forced",
    "plain",
    "require",
    "require_none",
    "traced",
]

Array = Any

DISABLED = "kernels are turned off: ls.fast(None) turns them on"
SHAPES_DIFFER = "the shapes differ, which the plain path reports"

_ASKED = os.environ.get("LOSSARY_KERNELS") != "0"
_switch: bool | None = None


class Declined(Exception):  # noqa: N818 - no error: the plain path computes the same
    """Reason why a call is not computed by a kernel."""


def require(condition: bool, why: str) -> None:  # noqa: FBT001 - what is required
    """Raise Declined with a reason unless a condition holds."""
    if not condition:
        raise Declined(why)


def require_none(why: str | None) -> None:
    """Raise Declined if there is a reason."""
    if why is not None:
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
    return _ASKED if _switch is None else _switch


def forced() -> bool:
    """Return whether kernels are turned on for arrays of every size."""
    return _switch is not None


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
