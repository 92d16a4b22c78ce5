"""Checks whether the values of a torch tensor can be read from its memory, untraced."""

from typing import Any

import torch

__all__ = ["known", "observed", "reason", "recorded", "unfit"]

_KINDS = (torch.Tensor, torch.nn.Parameter)

# PyTorch has no public functions for most of these; each takes 50 ns.
_has_storage = torch._C._has_storage  # noqa: SLF001
_is_zero = torch._is_zerotensor  # noqa: SLF001
_transform = torch._C._functorch.peek_interpreter_stack  # noqa: SLF001
_modes = torch._C._len_torch_dispatch_stack  # noqa: SLF001
_tracing = torch._C._get_tracing_state  # noqa: SLF001
_forward_mode: Any = torch.autograd.forward_ad


def reason(x: torch.Tensor) -> str | None:
    """Return the reason why a kernel must not read a tensor's memory, None where it may."""
    return _recording() if recorded() else unfit(x)


def unfit(x: torch.Tensor) -> str | None:
    """Return the reason why a tensor is not plain strided memory on the CPU, None where it is."""
    if not x.is_nested and not (x.is_cpu and x.layout is torch.strided):
        return f"it lies on {x.device} with the layout {x.layout}"
    return _more_than_memory(x)


def observed(x: torch.Tensor) -> str | None:
    """Return the reason why a tensor is more than its memory, on any device; None: it is not."""
    return _recording() if recorded() else _more_than_memory(x)


def _more_than_memory(x: torch.Tensor) -> str | None:
    if x.is_nested:
        return "a nested tensor has rows of several lengths"
    if type(x) not in _KINDS:
        return f"a {type(x).__name__} is more than its memory"
    if x.is_neg():
        return "a view that negates is not what its memory holds"
    if not _has_storage(x) or _is_zero(x):
        return "it stands for values that no memory holds"
    return None


def known(x: torch.Tensor) -> bool:
    """Return whether a tensor's values may be read: they exist, and nothing is being traced."""
    return type(x) in _KINDS and _has_storage(x) and not recorded()


def recorded() -> bool:
    """Return whether a mode or transform traces operations on tensors at present."""
    return (
        _transform() is not None
        or _modes() > 0
        or _forward_mode._current_level >= 0  # noqa: SLF001
        or _tracing() is not None
    )


def _recording() -> str:
    if _transform() is not None:
        return "vmap, grad and jvp of torch.func need the differentiable path"
    if _forward_mode._current_level >= 0:  # noqa: SLF001
        return "forward derivatives need the differentiable path"
    return "the operations are being traced, which needs the differentiable path"
