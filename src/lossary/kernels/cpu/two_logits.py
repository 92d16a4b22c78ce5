"""Measures of two softmaxes on the CPU: values and gradients by the logits in one pass."""

from functools import partial
from typing import Any

from lossary.formulas.record import Measure, Pair
from lossary.formulas.vocabulary import safe_product
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
)
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.template import Template
from lossary.kernels.distributions import LogitPairOptions
from lossary.kernels.interface import Inputs, Result
from lossary.kernels.separated_masses_formulas import Apart, log_shares

__all__ = ["BY_FIRST", "BY_SECOND", "VALUES", "LogitPairCall"]

Array = Any

_PAD = 64
_ARRAYS = 5
_ELEMENTS_OF_A_CHUNK = 1 << 16


_MASSES = ("a", "b")
_KNOWN = ("r", "s", "i", "q")
"""Of two masses: the logarithm of their ratio, the self-information of each, the parameters."""


def _pair(m: Any, *, apart: bool, swapped: bool) -> Pair:
    a, b, r, s, i = (m.variable(n) for n in (*_MASSES, *_KNOWN[:-1]))
    d = a - b if apart else m.variable("d")
    found = Pair(m, b, a, -d, -r, s) if swapped else Pair(m, a, b, d, r, i)
    contrast = found.contrast
    if apart:
        m.contrasts |= {id(contrast), id(found.swap().contrast)}
    larger = m.log1p(m.minimum(m.abs(contrast), 1))
    found.log_shares = log_shares(m, larger, found.log_ratio, contrast >= 0)
    return found


def _term(m: Any, record: Measure, *, apart: bool, swapped: bool, graded: bool) -> list[Any]:
    """Return a measure's term, and on request its slope by the logarithm of the second mass."""
    pair = _pair(m, apart=apart, swapped=swapped)
    parameters = {p.name: m.variable(p.name) for p in record.parameters}
    (term,), side = record.terms, int(not swapped)
    results = [term.value(m, pair, **parameters)]
    if graded and term.logit_partials is not None:
        results.append(term.logit_partials[side](m, pair, **parameters))
    elif graded:
        partial = term.partials[side](m, pair, **parameters)
        results.append(safe_product(m, (pair.p, pair.q)[side], partial))
    return results


def _formulas(m: Tracer, record: Measure, *, swapped: bool, graded: bool) -> Any:
    name = "graded" if graded else "term"
    options = {"swapped": swapped, "graded": graded}
    return {
        name: ((*_MASSES, "d", *_KNOWN), _term(m, record, apart=False, **options)),
        f"coarse_{name}": ((*_MASSES, *_KNOWN), _term(Apart(), record, apart=True, **options)),
    }


def _template(name: str, file: str, *, swapped: bool = False) -> Template:
    graded = file == "two_logits_gradients"
    return Template(
        name=name,
        formulas=partial(_formulas, swapped=swapped, graded=graded),
        integers=(
            *("rows", "classes", "chunk", "first", "first_type", "second", "second_type"),
            *("slope", "slope_type", "cotangent", "out", "normal"),
        ),
        reals=("scale", "tolerance", "second_tolerance"),
        sums=("bad",),
        shared=("compensated_totals", "row_functions", "softmax_sums", "two_logits"),
        file=file,
    )


VALUES = _template("two_logits_values", "two_logits_values")
BY_SECOND = _template("two_logits_gradients", "two_logits_gradients")
BY_FIRST = _template("two_logits_gradients_by_first", "two_logits_gradients", swapped=True)
"""The first's gradient is the second's of the pair the other way round."""


class LogitPairCall:
    """The sum of a measure's term for each row of two softmaxes, computed on the CPU."""

    overwrite = False

    def __init__(self, options: LogitPairOptions) -> None:
        self.options = options
        self._programs: dict[tuple[str, int], Program] = {}

    def loops(self, inputs: Inputs) -> str:  # noqa: ARG002 - the same for all
        """Return the name of the loops for these inputs."""
        return "row by row in blocks of 1024 classes, value and gradients in one pass"

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the sums of the rows, on request with their gradients times that of the mean.

        None stands for inputs that are left to the plain path.
        """
        work = _Work(self, inputs, dtype)
        out, foreseen = empty(work.first, work.shape, work.dtype), 1 / work.rows
        if not slopes:
            return None if work.run(VALUES, out=out) else Result(out)
        found = work.slopes(out=out, scale=foreseen)
        return None if found is None else Result(out, found, foreseen=foreseen)

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradients by the logits, each row times its cotangent."""
        work = _Work(self, inputs, dtype)
        return work.slopes(cotangent=cast(contiguous(cotangent), work.dtype)) or (None, None)

    def program(self, loops: Template, width: int) -> Program:
        """Return the kernel of some loops that computes in so many bits, with these options."""
        key = loops.name, width
        if key not in self._programs:
            limits = self.options.tolerances or (0.0, 0.0)
            first, second = limits[::-1] if loops is BY_FIRST else limits
            self._programs[key] = Program(
                loops,
                width,
                self.options.record,
                self.options.parameters,
                integers={"normal": self.options.tolerances is not None},
                reals={"tolerance": first, "second_tolerance": second},
            )
        return self._programs[key]


class _Work:
    """The arrays of one call in memory."""

    def __init__(self, call: LogitPairCall, inputs: Inputs, dtype: Any) -> None:
        self.call = call
        self.first, self.second = map(contiguous, inputs)
        self.shape, self.classes = tuple(self.first.shape[:-1]), int(self.first.shape[-1])
        self.rows = count(self.first) // self.classes
        self.bits = bits(dtype)
        self.dtype = kernel_dtype(self.first, self.bits)

    def slopes(
        self, *, out: Array | None = None, cotangent: Array | None = None, scale: float = 1.0
    ) -> tuple[Array | None, ...] | None:
        """Return the requested gradients, None for inputs that are left to the plain path."""
        found = []
        sides = zip(
            (self.first, self.second), (BY_FIRST, BY_SECOND), self.call.options.sides, strict=True
        )
        for x, loops, asked in sides:
            slope = empty_like(x) if asked else None
            if asked and self.run(loops, slope=slope, out=out, cotangent=cotangent, scale=scale):
                return None
            found.append(slope)
        return tuple(found)

    def run(
        self,
        loops: Template,
        *,
        slope: Array | None = None,
        out: Array | None = None,
        cotangent: Array | None = None,
        scale: float = 1.0,
    ) -> float:
        """Run a kernel and return the number of rows that are left to the plain path."""
        chunk = max(1, _ELEMENTS_OF_A_CHUNK // self.classes)
        integers = {"rows": self.rows, "classes": self.classes, "chunk": chunk}
        pair = (self.second, self.first) if loops is BY_FIRST else (self.first, self.second)
        for name, x in zip(("first", "second", "slope"), (*pair, slope), strict=True):
            if x is not None:
                integers[name], integers[f"{name}_type"] = address(x), code(x) or 0
        for name, x in {"out": out, "cotangent": cotangent}.items():
            if x is not None:
                integers[name] = address(x)
        scratch = _ARRAYS * (-(-self.classes // _PAD) * _PAD)
        program = self.call.program(loops, self.bits)
        (bad,) = program.run(-(-self.rows // chunk), scratch, integers, scale)
        return bad
