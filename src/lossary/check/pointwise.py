"""Errors of losses of a score: value, and derivatives by score and target."""

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

import numpy as np

from lossary.check.exact_comparison import ExactComparison, raised
from lossary.check.sample_points import Generator, Numbers, Size, scores, variants
from lossary.formulas.record import Formula, Interval, Pointwise, error_limits
from lossary.interpreters import exact
from lossary.interpreters.array_helpers import Array
from lossary.interpreters.array_vocabulary import vocabulary

__all__ = ["comparisons"]

_UNDERFLOW = 1e3
_PARTS = ("value", "gradient", "hessian", "target_gradient", "mixed")


def comparisons(
    record: Pointwise, rng: Generator, dtype: str, size: Size
) -> Iterator[ExactComparison]:
    """Yield the comparisons of a record, for several values of its parameters."""
    for parameters in variants(record, rng, size.variants):
        targets, values = scores(record, rng, size.points, dtype)
        parts = {
            part: ExactComparison(
                record,
                part,
                _limit(record, part, parameters),
                dtype,
                partial(_compute, formula, targets, values, parameters),
            )
            for part in _PARTS
            if (formula := _formula(record, part)) is not None
        }
        for y, s in zip(targets.tolist(), values.tolist(), strict=True):
            _add(record, parts, y, s, parameters)
        yield from parts.values()


def _formula(record: Pointwise, part: str) -> Formula | None:
    formula: Formula | None = getattr(record, part)
    return formula


def _limit(record: Pointwise, part: str, parameters: dict[str, float]) -> float:
    value, gradient, hessian = error_limits(record, parameters)
    return {"value": value, "hessian": hessian}.get(part, gradient)


def _compute(
    formula: Formula, targets: Numbers, values: Numbers, parameters: dict[str, float], on: Any
) -> Any:
    def function(y: Array, s: Array) -> Array:
        return formula(vocabulary(s), y, s, **parameters)

    return on.call(raised(function), targets, values)


def _add(
    record: Pointwise,
    parts: dict[str, ExactComparison],
    y: float,
    s: float,
    parameters: dict[str, Any],
) -> None:
    """Add the exact values at one point; at a kink there are no derivatives to compare with."""
    point = ", ".join(f"{k}={v!r}" for k, v in ({"y": y, "s": s} | parameters).items())
    with exact.precision(exact.digits_for(abs(y) + abs(s))):
        truths = _truths(record, y, s, parameters, by_target="target_gradient" in parts)
        sizes = {name: _size(truths, name) for name in record.crossing}
        smooth = not record.kink or exact.evaluate(record.kink, y, s, **parameters) != 0
        if (
            record.growing
            and abs(truths["value"]) < _UNDERFLOW * np.finfo(parts["value"].dtype).tiny
        ):
            # A power that underflows has factors with fewer digits than the format.
            truths, smooth = {**truths, "value": exact.mp.nan}, False
        for name, part in parts.items():
            truth = truths[name] if smooth or name == "value" else exact.mp.nan
            part.add(point, [truth], [sizes.get(name, truth)])


def _size(truths: dict[str, Any], part: str) -> Any:
    """Return the error unit of parts that pass through zero: the size of the whole loss."""
    own = ("value", "gradient", "hessian")
    return max(abs(truths[name]) for name in (own if part in own else truths))


def _truths(
    record: Pointwise, y: float, s: float, parameters: dict[str, Any], *, by_target: bool
) -> dict[str, Any]:
    value, gradient, hessian = exact.derivatives(record.definition, y, s, by=1, **parameters)
    truths = {"value": value, "gradient": gradient, "hessian": hessian}
    if by_target and isinstance(record.target, Interval):
        _, slope, bend = exact.derivatives(record.definition, y, s, by=0, **parameters)
        diagonal = exact.derivatives(_along(record.definition), 0, y, s, by=0, **parameters)[2]
        truths |= {"target_gradient": slope, "mixed": (diagonal - bend - hessian) / 2}
    return truths


@lru_cache(maxsize=256)
def _along(definition: Formula) -> Formula:
    """Return the definition along the diagonal; its second derivative contains the mixed one."""
    return lambda m, e, y, s, **parameters: definition(m, y + e, s + e, **parameters)
