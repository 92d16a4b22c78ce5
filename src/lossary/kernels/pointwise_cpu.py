"""Losses of a score on the CPU: value and gradient in one pass."""

from dataclasses import dataclass
from typing import Any, ClassVar

from lossary.formulas.record import Pointwise
from lossary.interpreters.trace import Tracer
from lossary.kernels.build import Template, compute
from lossary.kernels.call import Inputs, Result
from lossary.kernels.memory import bits, contiguous, count, empty, empty_like, scalar, storage

__all__ = ["POINTWISE", "Elements"]

Array = Any

_CHUNK = 1 << 15
_BLOCK = 1024
_BUFFERS = 6


def _formulas(m: Tracer, record: Pointwise) -> Any:
    y, s = m.variable("y"), m.variable("s")
    parameters = {p.name: m.variable(p.name) for p in record.parameters}
    value, slope = (f(m, y, s, **parameters) for f in (record.value, record.gradient))
    return {
        "value": (("y", "s", "q"), [value]),
        "value_gradient": (("y", "s", "q"), [value, slope]),
        "lawless": (("y", "s"), [record.target.outside(y) | record.score.outside(s)]),
    }


POINTWISE = Template(
    "pointwise",
    _formulas,
    integers=(
        *("elements", "chunk", "score", "score_type", "target", "target_type"),
        *("weight", "weight_type", "cotangent", "cotangent_type"),
        *("out", "out_type", "slope", "slope_type", "staged", "ignoring", "weighing"),
    ),
    reals=("scale", "smoothing", "cooling", "softcap", "ignored", "negative", "positive"),
    sums=("loss", "bad", "weight"),
)


@dataclass(frozen=True)
class Elements:
    """A pointwise loss with its options; its inputs are score, target, and weights or None.

    ``class_weight`` are the weights of the negatives and of the positives.
    """

    record: Pointwise
    parameters: tuple[float, ...]
    reduction: str = "mean"
    smoothing: float = 0.0
    temperature: float = 1.0
    softcap: float | None = None
    ignore_index: float | None = None
    class_weight: tuple[float, float] | None = None

    kind: ClassVar[str] = "pointwise"

    def forward(self, inputs: Inputs, dtype: Any, *, slopes: bool) -> Result | None:
        """Return the loss, with its gradient by the score if asked for and the loss is one number.

        None stands for inputs out of their domain: the plain path says which.
        """
        s, y, w = (contiguous(x) for x in inputs)
        if self.reduction == "none":
            out = empty(s, s.shape, dtype)
            return None if self._run(s, y, w, dtype, out=out)["bad"] else Result(out)
        divisor = float(count(s)) if self.reduction == "mean" else 1.0
        if slopes:
            return self._with_slope(s, y, w, dtype, divisor)
        sums = self._run(s, y, w, dtype)
        if sums["bad"]:
            return None
        divisor = sums["weight"] if self._averages(w) else divisor
        return Result(scalar(s, _ratio(sums["loss"], divisor), dtype))

    def backward(self, inputs: Inputs, dtype: Any, cotangent: Array) -> tuple[Array | None, ...]:
        """Return the gradient by the score, times the cotangent of the loss."""
        s, y, w = (contiguous(x) for x in inputs)
        slope, each = empty_like(s), self.reduction == "none"
        scale = 1.0 if each else float(cotangent) / (self._divisor(s, y, w, dtype) or 1.0)
        along = contiguous(cotangent) if each else None
        self._run(s, y, w, dtype, slope=slope, scale=scale, cotangent=along)
        return slope, None, None

    def _with_slope(self, s: Array, y: Array, w: Any, dtype: Any, divisor: float) -> Result | None:
        if self._averages(w):
            divisor = self._divisor(s, y, w, dtype)
        slope, scale = empty_like(s), _ratio(1.0, divisor)
        sums = self._run(s, y, w, dtype, slope=slope, scale=scale)
        if sums["bad"]:
            return None
        return Result(scalar(s, sums["loss"] * scale, dtype), (slope, None, None))

    def _averages(self, w: Array | None) -> bool:
        """Tell whether the mean divides by weights, not by the number of elements."""
        weighted = w is not None or self.class_weight or self.ignore_index is not None
        return self.reduction == "mean" and bool(weighted)

    def _divisor(self, s: Array, y: Array, w: Array | None, dtype: Any) -> float:
        if self.reduction == "sum":
            return 1.0
        if not self._averages(w):
            return float(count(s))
        return self._run(s, y, w, dtype, weighing=1)["weight"]

    def _staged(self, w: Array | None, cotangent: Array | None) -> bool:
        options = (self.smoothing, self.temperature, self.softcap, self.ignore_index)
        asked = options != (0.0, 1.0, None, None) or self.class_weight
        return bool(asked) or w is not None or cotangent is not None

    def _run(
        self,
        s: Array,
        y: Array,
        w: Array | None,
        dtype: Any,
        *,
        out: Array | None = None,
        slope: Array | None = None,
        cotangent: Array | None = None,
        scale: float = 1.0,
        weighing: int = 0,
    ) -> dict[str, float]:
        n, (negative, positive) = count(s), self.class_weight or (1.0, 1.0)
        return compute(
            self.record,
            POINTWISE,
            bits(dtype),
            chunks=-(-n // _CHUNK),
            scratch=_BLOCK * _BUFFERS,
            integers={
                "elements": n,
                "chunk": _CHUNK,
                **storage("score", s),
                **storage("target", y),
                **storage("weight", w),
                **storage("cotangent", cotangent),
                **storage("out", out),
                **storage("slope", slope),
                "staged": self._staged(w, cotangent),
                "ignoring": self.ignore_index is not None,
                "weighing": weighing,
            },
            reals={
                "scale": scale,
                "smoothing": self.smoothing,
                "cooling": 1 / self.temperature,
                "softcap": self.softcap or 0.0,
                "ignored": self.ignore_index or 0.0,
                "negative": negative,
                "positive": positive,
            },
            parameters=self.parameters,
        )


def _ratio(x: float, divisor: float) -> float:
    """Return x over a sum of weights; nothing is lost where nothing has weight."""
    return x / divisor if divisor else 0.0
