"""Measures of one and of two distributions on the CPU: sums of terms of their masses, by rows."""

from typing import Any

from lossary.formulas.divergence import bd0_tail
from lossary.formulas.record import Measure, Pair
from lossary.formulas.vocabulary import self_information
from lossary.framework_of_array import is_torch
from lossary.interpreters.array_helpers import cast
from lossary.interpreters.numba_source import function
from lossary.interpreters.trace import Tracer
from lossary.kernels.array_memory import contiguous, count, empty, empty_like, kernel_dtype, storage
from lossary.kernels.cpu.bound_kernel import Program
from lossary.kernels.cpu.template import Template
from lossary.kernels.distributions import ProbabilityOptions
from lossary.kernels.interface import Inputs, Result
from lossary.kernels.separated_masses_formulas import Apart, log_shares

__all__ = ["PARTIALS", "SUMS", "ProbabilityCall"]

Array = Any

_BLOCK = 1024
_ARRAYS = 5
_ELEMENTS_OF_A_CHUNK = 1 << 16
_BITS = 64
_FAR = 0.5
"""Sum of absolute differences of masses above which a divergence loses no digits."""

_ARGUMENTS = ("a", "b", "r", "h", "q")
"""Two masses, the logarithm of their ratio and of the larger's to their mean, the parameters."""


def _masses(m: Any, record: Measure, *, summed: bool) -> tuple[Any, ...]:
    """Return the arguments of a term: a mass and its self-information, or a pair.

    A sum uses both logarithms of shares, at the cost of one more; a slope computes its own.
    """
    a, b, r, larger, _ = map(m.variable, _ARGUMENTS)
    if record.arity == 1:
        return a, self_information(m, a)
    pair = Pair(m, a, b, a - b, r)
    if isinstance(m, Apart):
        m.contrasts |= {id(pair.contrast), id(pair.swap().contrast)}
    if summed:
        pair.log_shares = log_shares(m, larger, r, a >= b)
    return (pair,)


def _parameters(m: Any, record: Measure) -> dict[str, Any]:
    return {p.name: m.variable(p.name) for p in record.parameters}


def _value(m: Any, record: Measure) -> Any:
    return record.terms[0].value(m, *_masses(m, record, summed=True), **_parameters(m, record))


def _sum_formulas(m: Tracer, record: Measure) -> Any:
    return {
        "term": (_ARGUMENTS, [_value(m, record)]),
        "apart_term": (_ARGUMENTS, [_value(Apart(), record)]),
        "tail": (("p", "u"), [bd0_tail(m.variable("p"), m.variable("u"))]),
    }


def _constants(record: Measure) -> str:
    """Return the correction that a term's short form omits, and the bound above which it may."""
    excess = record.terms[0].excess
    same = not excess and len({_text(m, record) for m in (Tracer(), Apart())}) == 1
    return f"EXCESS = {excess}\nAPART = {-1.0 if same else _FAR}\n"


def _text(m: Tracer, record: Measure) -> str:
    return function("term", _ARGUMENTS, [_value(m, record)])


def _partial_formulas(m: Tracer, record: Measure) -> Any:
    (term,), masses = record.terms, _masses(m, record, summed=False)
    found = [partial(m, *masses, **_parameters(m, record)) for partial in term.partials]
    if term.excess:
        found = [found[0] + term.excess, found[1] - term.excess]
    first, second = found[0], found[-1]
    return {"first_slope": (_ARGUMENTS, [first]), "second_slope": (_ARGUMENTS, [second])}


_ROWS = ("rows", "classes", "chunk", "first", "first_type", "second", "second_type")

SUMS = Template(
    name="probability_values",
    formulas=_sum_formulas,
    integers=(*_ROWS, "out"),
    reals=("scale", "tolerance", "second_tolerance"),
    sums=("bad",),
    shared=("compensated_totals", "row_functions", "probability_blocks"),
    constants=_constants,
    functions=("log_ratio",),
)
PARTIALS = Template(
    name="probability_gradients",
    formulas=_partial_formulas,
    integers=(
        *_ROWS,
        *("cotangent", "by_first", "by_first_type", "by_second", "by_second_type"),
    ),
    reals=("scale",),
    sums=("bad",),
    shared=("compensated_totals", "row_functions", "probability_blocks"),
    functions=("log_ratio",),
)


class ProbabilityCall:
    """The sum of a measure's term for each row of probabilities, in float64 on the CPU."""

    overwrite = False

    def __init__(self, options: ProbabilityOptions) -> None:
        self.options = options
        self._programs: dict[str, Program] = {}

    def loops(self, inputs: Inputs) -> str:  # noqa: ARG002 - the same for all
        """Return the name of the loops for these inputs."""
        return "row by row in blocks of 1024 outcomes, checks and value in one pass"

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:  # noqa: ARG002
        """Return the sums of the rows; None: the inputs are left to the plain path."""
        work = _Work(self, inputs)
        out = empty(work.first, work.shape, kernel_dtype(work.first, _BITS))
        if work.run(SUMS, out=out):
            return None
        return Result(out if work.shape or is_torch(out) else out[()])

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:  # noqa: ARG002
        """Return the gradients by the masses, each row times its cotangent."""
        work = _Work(self, inputs)
        slopes = [
            empty_like(x) if asked else None
            for x, asked in zip(inputs, self.options.sides, strict=True)
        ]
        along = cast(contiguous(cotangent), kernel_dtype(work.first, _BITS))
        names = ("by_first", "by_second")[: len(slopes)]
        work.run(PARTIALS, cotangent=along, **dict(zip(names, slopes, strict=True)))
        return tuple(slopes)

    def program(self, loops: Template) -> Program:
        """Return the kernel of some loops, with these options."""
        if loops.name not in self._programs:
            first, second = self.options.tolerances[0], self.options.tolerances[-1]
            reals = {"tolerance": first, "second_tolerance": second}
            self._programs[loops.name] = Program(
                loops, _BITS, self.options.record, self.options.parameters, reals=reals
            )
        return self._programs[loops.name]


class _Work:
    """The arrays of one call in memory; one distribution stands for either of a pair."""

    def __init__(self, call: ProbabilityCall, inputs: Inputs) -> None:
        self.call = call
        arrays = [contiguous(x) for x in inputs]
        self.first, self.second = arrays[0], arrays[-1]
        self.shape, self.classes = tuple(self.first.shape[:-1]), int(self.first.shape[-1])
        self.rows = count(self.first) // self.classes

    def run(self, loops: Template, **more: Array | None) -> float:
        """Run a kernel and return the number of rows that are left to the plain path."""
        chunk = max(1, _ELEMENTS_OF_A_CHUNK // self.classes)
        integers = {"rows": self.rows, "classes": self.classes, "chunk": chunk}
        for name, x in {"first": self.first, "second": self.second, **more}.items():
            found = storage(name, x)
            integers |= {k: v for k, v in found.items() if k in loops.integers}
        chunks, program = -(-self.rows // chunk), self.call.program(loops)
        return program.run(chunks, _ARRAYS * _BLOCK, integers)[0]
