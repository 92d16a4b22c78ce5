"""Comparison of a computation with its exact values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from lossary.check.errors_in_eps import eps_errors, furthest
from lossary.check.framework_adapters import Framework
from lossary.check.report_row import Row
from lossary.formulas.record import Record
from lossary.interpreters.array_helpers import Array, cast, compute_dtype, floating, namespace
from lossary.interpreters.exact import mp

__all__ = ["ExactComparison", "raised"]

Function = Callable[..., Array]


@dataclass
class ExactComparison:
    """A vectorised computation, its exact values, and the units of their errors."""

    record: Record
    part: str
    limit: float
    dtype: str
    compute: Callable[[Framework], Any]
    truths: list[Any] = field(default_factory=list)
    units: list[Any] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    differentiates: bool = False
    compiles: bool = True

    def add(self, point: str, truths: Sequence[Any], units: Sequence[Any] | None = None) -> None:
        """Add the exact values at one point, each with the unit of its error."""
        self.truths += truths
        self.units += truths if units is None else units
        self.points += [point] * len(truths)

    def _runs_on(self, framework: Framework) -> bool:
        if framework.compiles and not self.compiles:
            return False
        return framework.pull is not None or not self.differentiates

    def rows(self, frameworks: Sequence[Framework]) -> Iterator[Row]:
        """Yield the largest error on each framework, infinite where there is nothing to compare."""
        for framework in frameworks:
            if not self._runs_on(framework):
                continue
            got = self.compute(framework)
            errors = eps_errors(got, self.truths, self.units, flushes=framework.flushes)
            if all(map(mp.isnan, self.truths)):
                errors = [inf] * len(errors)
            i = furthest(errors)
            yield Row(
                name=self.record.name,
                kind=self.record.kind,
                part=self.part,
                framework=framework.name,
                dtype=self.dtype,
                error=errors[i],
                limit=self.limit,
                point=self.points[i],
            )


def raised(function: Function) -> Function:
    """Return the function computed in a wider dtype and cast back, as the library does."""

    def computed(*arrays: Array) -> Array:
        xp, dtype = namespace(arrays[0]), arrays[0].dtype
        work = compute_dtype(xp, dtype)
        wide = [cast(a, work) if floating(xp, a) else a for a in arrays]
        return cast(function(*wide), dtype)

    return computed
