"""Kernels for the CPU, compiled by LLVM: the arrays they read, and their calls."""

import sys
from typing import Any

import numpy as np

from lossary import framework_of_array
from lossary.kernels import eligibility
from lossary.kernels.array_memory import FLOATING, code, count
from lossary.kernels.cpu import launch
from lossary.kernels.cpu.log_probabilities import LogProbabilityCall
from lossary.kernels.cpu.margins import MarginCall
from lossary.kernels.cpu.pointwise import PointwiseCall
from lossary.kernels.cpu.probabilities import ProbabilityCall
from lossary.kernels.cpu.requirements import NUMBA, incapable
from lossary.kernels.cpu.rows import RowCall
from lossary.kernels.cpu.template import source
from lossary.kernels.cpu.template_choice import template
from lossary.kernels.cpu.two_logits import LogitPairCall
from lossary.kernels.distributions import LogitPairOptions, ProbabilityOptions
from lossary.kernels.interface import Call, Family, KernelOptions, Shape
from lossary.kernels.log_probabilities import LogProbabilityOptions
from lossary.kernels.margins import MarginOptions
from lossary.kernels.pointwise import PointwiseOptions
from lossary.kernels.rows import RowOptions

__all__ = ["CPU"]

Array = Any

_LEAST = 1 << 14
"""Number of elements below which NumPy's own functions are as fast as a kernel."""

_CALLS: dict[type, Any] = {
    PointwiseOptions: PointwiseCall,
    RowOptions: RowCall,
    MarginOptions: MarginCall,
    LogProbabilityOptions: LogProbabilityCall,
    ProbabilityOptions: ProbabilityCall,
    LogitPairOptions: LogitPairCall,
}


class _CPU:
    """The family of the CPU's kernels."""

    name, language = "cpu", "numba"

    @staticmethod
    def unreadable(x: Array) -> str | None:
        """Return the reason why kernels can't read an array, None where they can."""
        if not NUMBA:
            return incapable()
        if type(x) is np.ndarray:
            small = x.size < _LEAST and not eligibility.forced()
            return f"fewer than {_LEAST} elements: NumPy is as fast" if small else None
        if framework_of_array.is_torch(x):
            from lossary.kernels import tensor_state  # noqa: PLC0415 - torch is there

            return tensor_state.reason(x)
        return "kernels compute NumPy arrays and torch tensors"

    @staticmethod
    def reason(x: Array, *others: Array | None) -> str | None:
        """Return the reason why kernels don't compute with readable arrays, None: they do."""
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

    @staticmethod
    def records(x: Array) -> bool:
        """Return whether a compiler may record a call with an array that has no values."""
        return NUMBA and x.device.type == "cpu"

    def call(self, options: KernelOptions) -> Call:
        """Return the call of some options, made once."""
        try:
            return options.calls[self.name]
        except KeyError:
            made: Call = _CALLS[type(options)](options)
            options.calls[self.name] = made
            return made

    @staticmethod
    def place(x: Array) -> str:
        """Return what computes with an array."""
        return "PyTorch's CPU" if framework_of_array.is_torch(x) else "NumPy"

    @staticmethod
    def threads() -> int:
        """Return the number of threads."""
        return launch.threads()

    @staticmethod
    def source(shape: Shape, record: Any, bits: int, classes: int) -> str | None:
        """Return the source of the kernel of a record, None where it has none."""
        loops = template(shape, record, classes)
        return None if loops is None else source(loops, bits, record)


CPU: Family = _CPU()


def _company(x: Array, other: Array) -> str | None:
    """Return the reason why an array cannot be combined with the first, None where it can."""
    if isinstance(x, np.ndarray):
        return None if isinstance(other, np.ndarray) else "arrays are converted first"
    if not isinstance(other, sys.modules["torch"].Tensor):
        return "arrays are converted first"
    if other.requires_grad:
        return "a derivative by a target or weight needs the differentiable path"
    if not other.is_cpu:
        return f"tensors are on different devices, cpu and {other.device}"
    from lossary.kernels import tensor_state  # noqa: PLC0415 - torch is there

    return tensor_state.unfit(other)
