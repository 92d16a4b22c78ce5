"""Dispatch of calls to kernels: a result, or None where the plain path is to compute it.

Only common cases have kernels. Others (an option out of range, shapes that do not match) are left
to the plain path, which raises their errors, so that errors are worded once.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from lossary import framework_of_array
from lossary.kernels import eligibility
from lossary.kernels.cpu.cpu_family import CPU
from lossary.kernels.eligibility import Declined, require_none
from lossary.kernels.interface import Array, Call, Family, Inputs, Options, Shape

__all__ = ["FAMILIES", "Dispatch", "Operator", "Prepared", "prepared"]

FAMILIES: list[Family] = [CPU]
"""The families of kernels; the first that can read a call's first array computes it."""

Plain = Callable[..., Array]


class Operator(Protocol):
    """An operator that a compiler records, and does not trace into."""

    def __call__(self, record: Any, x: Array, y: Array, options: Options) -> Any:
        """Return the result for a call that is being traced; None: trace the plain path."""

    def reason(self, record: Any, x: Array, y: Array, options: Options) -> str | None:
        """Return why no operator computes a call, None: it does."""


class Prepared(NamedTuple):
    """A call that a family of kernels computes."""

    family: Family
    call: Call
    inputs: Inputs
    dtype: Any


def prepared(shape: Shape, record: Any, x: Array, y: Array, options: Options) -> Prepared:
    """Return the call that computes a loss or measure, or raise the reason why none does."""
    family = _family(x)
    converted, inputs, dtype = shape.prepare(family, record, x, y, options)
    return Prepared(family, family.call(converted), inputs, dtype)


def _family(x: Array) -> Family:
    """Return the family that reads an array; the reason why none does is the first one's."""
    why = None
    for family in FAMILIES:
        found = family.unreadable(x)
        if found is None:
            return family
        why = why or found
    require_none(why)
    raise Declined


@dataclass(frozen=True)
class Dispatch:
    """Dispatch of a shape of work; ``operator`` returns what torch.compile records for it.

    ``plain`` computes the inputs that were prepared on the plain path.
    """

    shape: Shape
    operator: Callable[[], Operator]

    def attempt(self, plain: Plain, record: Any, x: Array, y: Array, options: Options) -> Any:
        """Return the loss of score, target and options by a kernel; None: use the plain path."""
        if not eligibility.enabled():
            return None
        if eligibility.traced(x):
            return self.operator()(record, x, y, options)
        try:
            _, call, inputs, dtype = prepared(self.shape, record, x, y, options)
        except Declined:
            return None
        if not framework_of_array.is_torch(inputs[0]):
            result = call.forward(inputs, dtype, slopes=False)
            return None if result is None else result.value
        from lossary.kernels.torch import autograd  # noqa: PLC0415 - imported by who has torch

        return autograd.apply(call, plain, inputs, dtype)

    def attempt_small(self, plain: Plain, record: Any, x: Any, y: Any, options: Options) -> Any:
        """Return a loss of small torch tensors, None where :meth:`attempt` is to be used.

        ``plain`` takes the record, score and target, and the options.
        """
        torch = sys.modules.get("torch")
        if torch is None or type(x) is not torch.Tensor or torch.compiler.is_compiling():
            return None
        if options.get("sample_weight") is not None or options.get("class_weight") is not None:
            return None
        from lossary.kernels.torch import small_tensors  # noqa: PLC0415 - imported by who has torch

        return small_tensors.attempt(self.shape, plain, (record, x, y), options)
