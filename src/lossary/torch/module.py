"""What all modules have in common: options, of which the tensors are buffers."""

import inspect
from typing import Any

import torch
from torch import Tensor, nn

from lossary import checks
from lossary.formulas.record import NONNEGATIVE

__all__ = ["Loss"]

_TENSORS = ("class_weight", "pos_weight", "weight")


def _weights(name: str, given: Any) -> Tensor | None:
    if given is None:
        return None
    tensor = torch.as_tensor(given)
    checks.domain(name, tensor, NONNEGATIVE)
    return tensor


class Loss(nn.Module):
    """A loss as a module: its options are its attributes, those that are tensors its buffers.

    So ``.to(device)`` and ``state_dict()`` take class weights along, and ``repr`` shows what is
    not as it would be unasked.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._names = tuple(options)
        for name, value in options.items():
            if name in _TENSORS:
                self.register_buffer(name, _weights(name, value))
            elif isinstance(value, Tensor):
                self.register_buffer(name, value)
            else:
                setattr(self, name, value)

    def _options(self) -> dict[str, Any]:
        # Module.__getattr__ takes 1 µs for each buffer, a tenth of what a small loss takes.
        own, buffers = self.__dict__, self._buffers
        return {name: own[name] if name in own else buffers[name] for name in self._names}

    def extra_repr(self) -> str:
        """Return the options that differ from their defaults."""
        defaults = {p.name: p.default for p in inspect.signature(type(self)).parameters.values()}
        told = []
        for name, value in self._options().items():
            if isinstance(value, Tensor):
                told.append(f"{name}=<{' × '.join(map(str, value.shape)) or 'scalar'}>")
            elif value != defaults.get(name):
                told.append(f"{name}={value!r}")
        return ", ".join(told)
