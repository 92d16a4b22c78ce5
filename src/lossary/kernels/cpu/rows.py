"""Losses of rows of logits on the CPU: value and gradient in one pass over the rows.

Two templates: for many classes, vectors along the classes; for few, vectors across 64 rows.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from lossary.formulas.record import Rowwise
from lossary.interpreters.numba_source import function
from lossary.interpreters.trace import Tracer
from lossary.kernels.array_memory import (
    address,
    bits,
    code,
    contiguous,
    count,
    empty,
    kernel_dtype,
    scalar,
)
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.template import Template
from lossary.kernels.eligibility import require
from lossary.kernels.interface import Inputs, Result, ratio
from lossary.kernels.rows import RowOptions
from lossary.options import penalties

__all__ = ["RowCall", "template"]

Array = Any

_FEW = 32
_SIDE_BY_SIDE = 64
_BLOCK = 1024
_ELEMENTS_OF_A_CHUNK = 1 << 16


def _formulas(m: Tracer, record: Rowwise) -> Any:
    names = ("t", "l", "p", "r")
    parameters = {p.name: m.variable(p.name) for p in record.parameters}
    row = [m.variable(n) for n in names]
    parts = [f(m, *row, **parameters) for f in (record.term, record.slope)]
    return {"terms": ((*names, "q"), parts)}


def _constants(record: Rowwise) -> str:
    flags = f"SPARSE = {record.sparse}\nEXCESS = {float(record.excess)}\n"
    return f"{flags}\n\n{_penalty_functions()}"


def _penalty_functions() -> str:
    """Return functions of the log-sum-exp: what the options add to a loss, and its derivative.

    The sum is computed in the kernel's dtype, and under the names that end in 64 in float64.
    """
    m = Tracer()
    lse, names = m.variable("lse"), [f"PENALTY_{name.upper()}" for name in penalties()]
    weights = [m.variable(f"w{i}") for i in range(len(names))]
    pairs = list(zip(weights, penalties().values(), strict=True))
    value = sum((w * m.lift(p.value(m, lse)) for w, p in pairs), m.lift(0))
    slope = sum((w * m.lift(p.slope(m, lse)) for w, p in pairs), m.lift(0))
    taken = {f"w{i}": f"w[{i}]" for i in range(len(names))}
    numbers = "".join(f"F(load(numbers, {name})), " for name in names)
    some = " or ".join(f"load(numbers, {name}) != 0.0" for name in names)
    single = f"@inlined\ndef penalty_weights(numbers):\n    return ({numbers})\n\n\n" + function(
        "penalty", ("lse", "w"), [value, slope], taken
    )
    double = single.replace("F(", "float64(").replace("penalty(", "penalty64(")
    double = double.replace("penalty_weights(", "penalty_weights64(")
    return f"@inlined\ndef penalized(numbers):\n    return {some}\n\n\n{single}\n\n{double}"


@cache
def _template(name: str, penalties: tuple[str, ...], *shared: str) -> Template:
    return Template(
        name=name,
        formulas=_formulas,
        integers=(
            *("rows", "classes", "chunk", "logits", "logits_type", "target", "target_type"),
            *("index", "weight", "class_weight", "cotangent", "out", "slope", "slope_type"),
            *("lse", "entropy", "best", "scaled", "ignoring", "ignored", "weighing"),
        ),
        reals=(
            *("scale", "smoothing", "cooling", "softcap", "tolerance"),
            *(f"penalty_{name}" for name in penalties),
        ),
        sums=("loss", "bad", "weight"),
        shared=("compensated_totals", "row_functions", *shared),
        constants=_constants,
    )


def template(classes: int) -> Template:
    """Return the loops for a number of classes."""
    added = tuple(penalties())
    if classes <= _FEW:
        return _template("few_classes", added, "transposed_rows")
    return _template("many_classes", added, "softmax_sums")


def _penalty_weights(options: RowOptions, lift: float) -> dict[str, float]:
    """Return the weights of the penalties as arguments of a kernel, times a factor."""
    pairs = zip(penalties(), options.penalties, strict=False)
    return {f"penalty_{name}": weight * lift for name, weight in pairs}


def _scratch(classes: int) -> int:
    """Return the size of a worker's scratch memory."""
    if classes <= _FEW:
        return _SIDE_BY_SIDE * (15 + 6 * classes)
    blocks = -(-classes // _BLOCK)
    return _SIDE_BY_SIDE * (-(-blocks // _SIDE_BY_SIDE)) + _BLOCK * (1 + 4 * blocks)


class RowCall:
    """A loss of rows of logits, computed on the CPU."""

    def __init__(self, options: RowOptions) -> None:
        self.options = options
        self.overwrite = options.overwrite
        self._programs: dict[tuple[str, int], Program] = {}

    def loops(self, inputs: Inputs) -> str:
        """Return the name of the loops for these inputs."""
        if int(inputs[0].shape[-1]) <= _FEW:
            return "64 rows side by side, value and gradient in one pass"
        return "row by row in blocks of 1024 classes, value and gradient in one pass"

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the loss, with its gradient by the logits if requested and possible.

        None stands for inputs that are left to the plain path.
        """
        work = _Work(self, inputs, dtype)
        divisor = work.divisor(exact=slopes) if work.balanced() else None
        if divisor is None:
            return None
        each = self.options.reduction == "none"
        slope = work.slope() if slopes and not each else None
        out: Any = empty(work.z, work.shape, work.dtype) if each else None
        loss, bad, weight = work.run(slope=slope, out=out, scale=ratio(1.0, divisor), extras=True)
        if bad:
            return None
        if work.averages and weight != divisor:
            divisor = weight
            if slope is not None:
                work.run(slope=slope, scale=ratio(1.0, divisor))
        if each:
            value = out if out.dtype == dtype else work.cast(out, dtype)
        else:
            value = scalar(work.z, ratio(loss, divisor), dtype)
        found = None if slope is None else (slope, None, None, None)
        return Result(value, found, tuple(work.extras))

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradient by the logits, times the cotangent of the loss."""
        work = _Work(self, inputs, dtype)
        require(work.balanced(), "the classes of the rows have no weight")
        slope = work.slope()
        if self.options.reduction == "none":
            work.run(slope=slope, cotangent=work.cast(contiguous(cotangent), work.dtype))
        else:
            divisor = work.weighed() or 0.0
            work.run(slope=slope, scale=float(cotangent) * ratio(1.0, divisor))
        return slope, None, None, None

    def part(
        self,
        inputs: Inputs,
        dtype: Any,
        scale: float,
        along: Array | None,
        *,
        slopes: bool,
        lift: float = 1.0,
    ) -> Result | None:
        """Return the losses of some of many rows, and their auxiliary outputs.

        The gradient by the logits, times a scale and each row's cotangent, is written over them.
        The z-loss is multiplied by ``lift``.
        """
        work = _Work(self, inputs, dtype)
        work.lift = lift
        out = empty(work.z, work.shape, work.dtype)
        slope = work.z if slopes else None
        _, bad, _ = work.run(slope=slope, out=out, cotangent=along, scale=scale, extras=True)
        return None if bad else Result(out, None, tuple(work.extras))

    def program(self, classes: int, width: int) -> Program:
        """Return the kernel for so many classes in so many bits, with these options."""
        loops, o = template(classes), self.options
        if (loops.name, width) not in self._programs:
            self._programs[loops.name, width] = Program(
                loops,
                width,
                o.record,
                o.parameters,
                integers={
                    "scaled": o.scaled,
                    "ignoring": o.ignore_index is not None,
                    "ignored": o.ignore_index or 0,
                },
                reals={
                    "smoothing": o.smoothing,
                    "cooling": 1 / o.temperature,
                    "softcap": o.softcap or 0.0,
                    **_penalty_weights(o, 1.0),
                    "tolerance": o.tolerance,
                },
            )
        return self._programs[loops.name, width]

    def small(self, width: int, dtype: int, classes: int) -> Callable[..., list[float]]:
        """Return the kernel of one chunk: of scale, logits, index, slope, and rows."""
        constant = {"logits_type": dtype, "slope_type": dtype, "classes": classes, "chunk": 1 << 30}
        names = ("logits", "index", "slope", "rows")
        return self.program(classes, width).small(_scratch(classes), constant, names)


class _Work:
    """The arrays of one call in memory."""

    def __init__(self, call: RowCall, inputs: Inputs, dtype: Any) -> None:
        z, target, weight, class_weight = inputs
        self.call, self.options, self.given = call, call.options, z
        self.z: Array = contiguous(z)
        self.shape = tuple(self.z.shape[:-1])
        self.classes = int(self.z.shape[-1])
        self.rows = count(self.z) // self.classes
        self.bits = bits(dtype)
        self.dtype = kernel_dtype(self.z, self.bits)
        dense = target is not None and tuple(target.shape) == tuple(self.z.shape)
        self.target = contiguous(target) if dense else None
        self.index = None if dense else contiguous(target)
        self.weight = self.cast(contiguous(weight), self.dtype)
        self.class_weight = self.cast(contiguous(class_weight), self.dtype)
        self.extras: list[Array] = []
        self.lift = 1.0

    @staticmethod
    def cast(x: Array | None, dtype: Any) -> Array | None:
        if x is None or x.dtype == dtype:
            return x
        return x.astype(dtype) if hasattr(x, "astype") else x.to(dtype)

    @property
    def averages(self) -> bool:
        """Return whether the mean divides by weights, not by the number of rows."""
        options = (self.weight, self.class_weight, self.options.ignore_index)
        return self.options.reduction == "mean" and any(x is not None for x in options)

    def divisor(self, *, exact: bool) -> float | None:
        """Return the divisor of the mean; None if the inputs are invalid.

        With many classes the class indices are counted first, at little cost. With few, no row is
        assumed to be ignored, and the result is corrected afterwards.
        """
        only_ignoring = self.weight is None and self.class_weight is None
        assumed = only_ignoring and self.classes <= _FEW and not self.options.overwrite
        if self.options.reduction == "mean" and (assumed or not exact):
            return float(self.rows)
        return self.weighed()

    def weighed(self) -> float | None:
        """Return the divisor of the mean without that assumption; None as above."""
        if not self.averages:
            return float(self.rows) if self.options.reduction == "mean" else 1.0
        _, bad, weight = self.run(weighing=1)
        return None if bad else weight

    def balanced(self) -> bool:
        """Make the mean of the z-loss one over the row weights, without class weights.

        It is multiplied by the divisor with class weights. False: use the plain path.
        """
        given = self.class_weight
        if not (
            any(self.options.penalties) and given is not None and self.options.reduction == "mean"
        ):
            return True
        self.class_weight = None
        of_rows, self.class_weight = self.weighed(), given
        of_both = of_rows and self.weighed()
        if not (of_rows and of_both):
            return False
        self.lift = of_both / of_rows
        return True

    def slope(self) -> Array:
        """Return the memory for the gradient."""
        if self.options.overwrite:
            return self.given.detach()
        return empty(self.z, tuple(self.z.shape), self.z.dtype)

    def run(
        self,
        *,
        slope: Array | None = None,
        out: Array | None = None,
        cotangent: Array | None = None,
        scale: float = 1.0,
        weighing: int = 0,
        extras: bool = False,
    ) -> list[float]:
        """Run the kernel and return its sums: losses, number of invalid entries, weights."""
        chunk = max(1, _ELEMENTS_OF_A_CHUNK // self.classes)
        if self.classes <= _FEW:
            chunk = -(-chunk // _SIDE_BY_SIDE) * _SIDE_BY_SIDE
        integers = {"rows": self.rows, "classes": self.classes, "chunk": chunk}
        integers["weighing"] = weighing
        arrays = {"logits": self.z, "target": self.target, "slope": slope}
        for name, x in arrays.items():
            if x is not None:
                integers[name], integers[f"{name}_type"] = address(x), code(x) or 0
        integers |= self._places(index=self.index, out=out, weight=self.weight)
        integers |= self._places(class_weight=self.class_weight, cotangent=cotangent)
        if extras and self.options.outputs:
            integers |= self._extras_memory()
        lifted = {} if self.lift == 1 else _penalty_weights(self.options, self.lift)
        program = self.call.program(self.classes, self.bits)
        return program.run(-(-self.rows // chunk), _scratch(self.classes), integers, scale, lifted)

    @staticmethod
    def _places(**arrays: Array | None) -> dict[str, int]:
        return {name: address(x) for name, x in arrays.items() if x is not None}

    def _extras_memory(self) -> dict[str, int]:
        for name in self.options.outputs:
            dtype = kernel_dtype(self.z, 0) if name == "best" else self.dtype
            self.extras.append(empty(self.z, self.shape, dtype))
        return self._places(**dict(zip(self.options.outputs, self.extras, strict=True)))
