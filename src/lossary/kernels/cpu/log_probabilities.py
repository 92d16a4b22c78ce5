"""Losses of given log-probabilities on the CPU: value and gradient in one pass."""

from typing import Any

from lossary.formulas.record import Rowwise
from lossary.interpreters.array_helpers import cast
from lossary.interpreters.array_row_losses import textbook
from lossary.interpreters.trace import Tracer
from lossary.kernels.array_memory import (
    bits,
    contiguous,
    count,
    empty,
    empty_like,
    kernel_dtype,
    scalar,
    storage,
)
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.template import Template
from lossary.kernels.interface import Inputs, Result, ratio
from lossary.kernels.log_probabilities import LogProbabilityOptions

__all__ = ["TEMPLATE", "LogProbabilityCall"]

Array = Any

_BLOCK = 1024
_BUFFERS = 5
_ELEMENTS_OF_A_CHUNK = 1 << 16


def _formulas(m: Tracer, record: Rowwise) -> Any:
    names = ("t", "l", "p", "r")
    t, l, p, r = map(m.variable, names)
    parts = [f(m, t, l, p, r) for f in (record.term, record.slope)]
    return {
        "terms": ((*names, "q"), parts),
        "element": ((*names, "q"), [textbook(record)(m, t, l, p, r)]),
    }


TEMPLATE = Template(
    name="log_probabilities",
    formulas=_formulas,
    integers=(
        *("rows", "classes", "chunk", "logits", "logits_type", "target", "target_type"),
        *("weight", "cotangent", "cotangent_type", "out", "out_type", "slope", "slope_type"),
        *("each", "exponential"),
    ),
    reals=("scale", "tolerance", "rounding", "target_tolerance", "target_rounding"),
    sums=("loss", "bad"),
    shared=("compensated_totals", "row_functions"),
    constants=lambda record: f"EXCESS = {float(record.excess)}\n",
)


class LogProbabilityCall:
    """A row loss of log-probabilities, computed on the CPU."""

    overwrite = False

    def __init__(self, options: LogProbabilityOptions) -> None:
        self.options = options
        self._programs: dict[int, Program] = {}

    def loops(self, inputs: Inputs) -> str:  # noqa: ARG002 - the same for all
        """Return the name of the loops for these inputs."""
        return "row by row in blocks of 1024 classes, checks, value and gradient in one pass"

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the loss, with its gradient by the input if requested and it is one number.

        None stands for inputs that are left to the plain path.
        """
        l, t, w = self._ready(inputs, dtype)
        if self.options.reduction == "none":
            out = empty(l, tuple(l.shape), dtype)
            return None if self._run(l, t, w, dtype, out=out)[1] else Result(out)
        divisor = self._divisor(l, w)
        slope = empty_like(l) if slopes else None
        loss, bad = self._run(l, t, w, dtype, slope=slope, scale=ratio(1.0, divisor))
        if bad:
            return None
        value = scalar(l, ratio(loss, divisor), dtype)
        return Result(value, None if slope is None else (slope, None, None))

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradient by the input, times the cotangent of the loss."""
        l, t, w = self._ready(inputs, dtype)
        slope = empty_like(l)
        if self.options.reduction == "none":
            self._run(l, t, w, dtype, slope=slope, cotangent=contiguous(cotangent))
        else:
            scale = float(cotangent) * ratio(1.0, self._divisor(l, w))
            self._run(l, t, w, dtype, slope=slope, scale=scale)
        return slope, None, None

    def _ready(self, inputs: Inputs, dtype: Any) -> Inputs:
        l, t, w = map(contiguous, inputs)
        return l, t, None if w is None else cast(w, kernel_dtype(l, bits(dtype)))

    def _divisor(self, l: Array, w: Array | None) -> float:
        if self.options.reduction == "sum":
            return 1.0
        rows = count(l) // l.shape[-1]
        total = float(rows) if w is None else float(w.sum())
        if self.options.reduction == "batchmean" and l.ndim > 1:
            total *= l.shape[0] / rows
        return total

    def _program(self, width: int) -> Program:
        if width not in self._programs:
            names = ("tolerance", "rounding", "target_tolerance", "target_rounding")
            numbers = [x for pair in self.options.tolerances for x in pair]
            options = {
                "each": self.options.reduction == "none",
                "exponential": self.options.log_target,
            }
            self._programs[width] = Program(
                TEMPLATE,
                width,
                self.options.record,
                integers=options,
                reals=dict(zip(names, numbers, strict=True)),
            )
        return self._programs[width]

    def _run(
        self,
        l: Array,
        t: Array,
        w: Array | None,
        dtype: Any,
        *,
        out: Array | None = None,
        slope: Array | None = None,
        cotangent: Array | None = None,
        scale: float = 1.0,
    ) -> list[float]:
        """Run the kernel and return the loss, and the number of invalid rows."""
        classes = int(l.shape[-1])
        rows, chunk = count(l) // classes, max(1, _ELEMENTS_OF_A_CHUNK // classes)
        integers = {"rows": rows, "classes": classes, "chunk": chunk}
        integers |= storage("logits", l) | storage("target", t) | storage("out", out)
        integers |= storage("slope", slope) | storage("cotangent", cotangent)
        integers["weight"] = storage("weight", w).get("weight", 0)
        program = self._program(bits(dtype))
        return program.run(-(-rows // chunk), _BLOCK * _BUFFERS, integers, scale)
