"""Whether a torch tensor is plain memory here and now, or something that records what is done."""

from typing import Any

import torch

__all__ = ["observed", "reason", "recorded"]

_KINDS = (torch.Tensor, torch.nn.Parameter)

# PyTorch has no public way to ask for any of these; each takes 50 ns.
_transform = torch._C._functorch.peek_interpreter_stack  # noqa: SLF001
_modes = torch._C._len_torch_dispatch_stack  # noqa: SLF001
_tracing = torch._C._get_tracing_state  # noqa: SLF001
_forward_mode: Any = torch.autograd.forward_ad


def reason(x: torch.Tensor) -> str | None:
    """Return why no kernel may touch a tensor's memory, None where one may."""
    if not x.is_cpu or x.layout is not torch.strided:
        return f"it lies on {x.device} with the layout {x.layout}"
    return observed(x)


def observed(x: torch.Tensor) -> str | None:
    """Return who has to see what is done with a tensor, None where only the result counts."""
    if type(x) not in _KINDS:
        return f"a {type(x).__name__} is more than its memory"
    return _recording() if recorded() else None


def recorded() -> bool:
    """Tell whether something watches what is done to tensors here and now."""
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
    return "whoever traces the operations has to see them"
