"""Base class of the modules: options, of which tensors are buffers, and predictions."""

import inspect
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from lossary import framework_of_array, validation
from lossary.formulas.record import NONNEGATIVE
from lossary.losses.input_checks import scaled
from lossary.torch.arguments import class_axis, tensor
from lossary.torch.predictions import Output

__all__ = ["LossModule"]

_TENSORS = ("class_weight", "pos_weight", "weight")


def _weights(name: str, given: Any) -> Tensor | None:
    if given is None:
        return None
    if not isinstance(given, Tensor):
        try:
            given = torch.as_tensor(given)
        except (TypeError, ValueError, RuntimeError, OverflowError) as error:
            raise validation.not_numbers(name, given) from error
    weights = tensor(name, given)
    validation.domain(name, weights, NONNEGATIVE)
    return weights


class LossModule(nn.Module):
    """A loss as a module: its options are its attributes, those that are tensors its buffers.

    So ``.to(device)`` and ``state_dict()`` include class weights, and ``repr`` shows the options
    that differ from their defaults. A module with a counterpart in torch.nn is a subclass of it.
    """

    output: ClassVar[Output] = Output()
    y_int: ClassVar[bool] = False
    """Whether targets are class indices, by fastai's name."""

    def __init__(self, **options: Any) -> None:
        # A counterpart in torch.nn sets its own attributes, to its defaults.
        super().__init__()
        self._names = tuple(options)
        for name, value in options.items():
            if name in _TENSORS:
                self.register_buffer(name, _weights(name, value))
            elif isinstance(value, Tensor):
                if name in self.__dict__:
                    delattr(self, name)
                self.register_buffer(name, value)
            else:
                setattr(self, name, value)

    def activation(self, x: Tensor) -> Tensor:
        """Return a model's outputs as probabilities, or as values in the target's unit.

        ``temperature`` and ``softcap`` act as in the loss. A margin loss without a link returns
        the scores unchanged.
        """
        own = self.__dict__
        x = scaled(x, own.get("temperature", 1.0), own.get("softcap"))
        return self.output.activated(x, class_axis(x, own.get("class_dim")))

    def decodes(self, x: Tensor) -> Tensor:
        """Return predictions from the result of ``activation``: class, label, sign or value."""
        return self.output.decided(x, class_axis(x, self.__dict__.get("class_dim")))

    def _options(self) -> dict[str, Any]:
        # Module.__getattr__ takes 1 µs for each buffer, a tenth of the time of a small loss.
        own, buffers = self.__dict__, self._buffers
        try:
            return {name: own[name] if name in own else buffers[name] for name in self._names}
        except KeyError:
            # A parametrisation, or a parameter assigned in place of a buffer.
            return {name: getattr(self, name) for name in self._names}

    def extra_repr(self) -> str:
        """Return the options that differ from their defaults."""
        defaults = {p.name: p.default for p in inspect.signature(type(self)).parameters.values()}
        shown = []
        for name, value in self._options().items():
            if framework_of_array.is_array(value):
                shown.append(f"{name}=<{' × '.join(map(str, value.shape)) or 'scalar'}>")
            elif value != defaults.get(name):
                shown.append(f"{name}={value!r}")
        return ", ".join(shown)
