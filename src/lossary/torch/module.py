"""What all modules have in common: options, of which the tensors are buffers."""

import inspect
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from lossary import checks
from lossary.formulas.record import NONNEGATIVE

__all__ = ["Loss"]

_ABSENT = ("class_dim", "class_weight", "pos_weight", "weight")
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

    record: ClassVar[Any] = None
    """The record that a module computes, where its options are the record's own."""

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

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__.pop("_quick", None)
        super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_quick"}

    def _quickly(self, input: Tensor, target: Tensor, *weights: Tensor | None) -> Tensor | None:
        """Return the loss of small inputs, None where the usual way has to be gone."""
        if "_quick" not in self.__dict__:
            self.__dict__["_quick"] = self._prepared()
        computed = self.__dict__["_quick"]
        if computed is None or any(w is not None for w in weights):
            return None
        found: Tensor | None = computed(input, target)
        return found

    def _prepared(self) -> Any:
        """Return what computes a record's loss of small inputs, if these options are for it."""
        options = {n: v for n, v in self._options().items() if n not in _ABSENT or v is not None}
        wide = any(n in _ABSENT or isinstance(v, Tensor) for n, v in options.items())
        if self.record is None or wide:
            return None
        from lossary.kernels.quick import quick  # noqa: PLC0415 - imports losses

        return quick(self.record, options)

    def _options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._names}

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
