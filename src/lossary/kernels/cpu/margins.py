"""Margin losses of several classes on the CPU: value and gradient in one pass."""

from typing import Any

import numpy as np

from lossary.formulas.record import Pointwise
from lossary.interpreters.array_helpers import cast
from lossary.interpreters.trace import Tracer
from lossary.kernels.array_memory import (
    address,
    bits,
    code,
    contiguous,
    count,
    empty,
    empty_like,
    kernel_dtype,
    scalar,
)
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.template import Template
from lossary.kernels.interface import Inputs, Result, ratio
from lossary.kernels.margins import MarginOptions

__all__ = ["TEMPLATE", "MarginCall"]

Array = Any

_BLOCK = 1024
_ELEMENTS_OF_A_CHUNK = 1 << 16


def _formulas(m: Tracer, record: Pointwise) -> Any:
    u = m.variable("u")
    parameters = {p.name: m.variable(p.name) for p in record.parameters}
    value, slope = (f(m, 1, u, **parameters) for f in (record.value, record.gradient))
    return {
        "psi": (("u", "q"), [value]),
        "psi_slope": (("u", "q"), [value, slope]),
    }


TEMPLATE = Template(
    name="margins",
    formulas=_formulas,
    integers=(
        *("rows", "classes", "chunk", "logits", "logits_type", "index", "weight"),
        *("class_weight", "cotangent", "out", "slope", "slope_type"),
        *("largest", "averaged", "ignoring", "ignored", "weighing"),
    ),
    reals=("scale",),
    sums=("loss", "bad", "weight"),
    shared=("compensated_totals", "row_functions"),
)


class MarginCall:
    """A margin loss of several classes, computed on the CPU."""

    overwrite = False

    def __init__(self, options: MarginOptions) -> None:
        self.options = options
        self._programs: dict[int, Program] = {}

    def loops(self, inputs: Inputs) -> str:  # noqa: ARG002 - the same for all
        """Return the name of the loops for these inputs."""
        return "row by row in blocks of 1024 classes, value and gradient in one pass"

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the loss, with its gradient by the scores if requested and it is one number.

        None stands for inputs that are left to the plain path.
        """
        work = _Work(self, inputs, dtype)
        if self.options.reduction == "none":
            out = empty(work.s, work.shape, work.dtype)
            return None if work.run(out=out)[1] else Result(cast(out, dtype))
        divisor = work.divisor() if slopes or not work.averages else 1.0
        slope = empty_like(work.s) if slopes else None
        loss, bad, weight = work.run(slope=slope, scale=ratio(1.0, divisor))
        if bad:
            return None
        value = ratio(loss, weight if work.averages else divisor)
        found = None if slope is None else (slope, None, None, None)
        return Result(scalar(work.s, value, dtype), found)

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradient by the scores, times the cotangent of the loss."""
        work = _Work(self, inputs, dtype)
        slope = empty_like(work.s)
        if self.options.reduction == "none":
            along = cast(contiguous(cotangent), work.dtype)
            work.run(slope=slope, cotangent=along)
        else:
            work.run(slope=slope, scale=float(cotangent) * ratio(1.0, work.divisor()))
        return slope, None, None, None

    def part(
        self, inputs: Inputs, dtype: Any, scale: float, along: Array | None, *, slopes: bool
    ) -> Result | None:
        """Return the losses of some of many rows.

        The gradient by the scores, times a scale and each row's cotangent, is written over them.
        """
        work = _Work(self, inputs, dtype)
        out = empty(work.s, work.shape, work.dtype)
        slope = work.s if slopes else None
        bad = work.run(slope=slope, out=out, cotangent=along, scale=scale)[1]
        return None if bad else Result(out)

    def program(self, width: int) -> Program:
        """Return the kernel that computes in so many bits, with these options."""
        if width not in self._programs:
            options = {
                "largest": self.options.largest,
                "averaged": self.options.averaged,
                "ignoring": self.options.ignore_index is not None,
                "ignored": self.options.ignore_index or 0,
            }
            self._programs[width] = Program(
                TEMPLATE, width, self.options.record, self.options.parameters, integers=options
            )
        return self._programs[width]


class _Work:
    """The arrays of one call in memory."""

    def __init__(self, call: MarginCall, inputs: Inputs, dtype: Any) -> None:
        s, index, weight, class_weight = inputs
        self.call, self.s, self.index = call, contiguous(s), contiguous(index)
        self.shape, self.classes = tuple(s.shape[:-1]), int(s.shape[-1])
        self.rows = count(s) // self.classes
        # Margins cancel digits: NumPy's float32 is computed in float64, as elsewhere.
        self.bits = 64 if isinstance(s, np.ndarray) else bits(dtype)
        self.dtype = kernel_dtype(s, self.bits)
        self.weight, self.class_weight = map(self._ready, (weight, class_weight))

    def _ready(self, weight: Array | None) -> Array | None:
        return None if weight is None else cast(contiguous(weight), self.dtype)

    @property
    def averages(self) -> bool:
        """Return whether the mean divides by weights, not by the number of rows."""
        weights = (self.weight, None if self.call.options.averaged else self.class_weight)
        weighted = self.call.options.ignore_index is not None or any(w is not None for w in weights)
        return self.call.options.reduction == "mean" and weighted

    def divisor(self) -> float:
        """Return the divisor of the mean."""
        if self.call.options.reduction != "mean":
            return 1.0
        return self.run(weighing=1)[2] if self.averages else float(self.rows)

    def run(
        self,
        *,
        slope: Array | None = None,
        out: Array | None = None,
        cotangent: Array | None = None,
        scale: float = 1.0,
        weighing: int = 0,
    ) -> list[float]:
        """Run the kernel and return its sums: losses, number of invalid entries, weights."""
        chunk = max(1, _ELEMENTS_OF_A_CHUNK // self.classes)
        integers = {"rows": self.rows, "classes": self.classes, "chunk": chunk}
        integers |= {"weighing": weighing, "index": address(self.index)}
        integers |= {"logits": address(self.s), "logits_type": code(self.s) or 0}
        if slope is not None:
            integers |= {"slope": address(slope), "slope_type": code(slope) or 0}
        arrays = {"weight": self.weight, "class_weight": self.class_weight, "out": out}
        for name, x in (*arrays.items(), ("cotangent", cotangent)):
            if x is not None:
                integers[name] = address(x)
        scratch = _BLOCK * 2 + -(-self.classes // _BLOCK)
        program = self.call.program(self.bits)
        return program.run(-(-self.rows // chunk), scratch, integers, scale)
