"""Errors of measures of distributions, for every representation of their arguments."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

import numpy as np

from lossary.check.exact_comparison import ExactComparison
from lossary.check.framework_adapters import Framework
from lossary.check.sample_points import (
    Generator,
    Numbers,
    Size,
    logits,
    near_pairs,
    pairs,
    variants,
)
from lossary.formulas.record import Measure
from lossary.interpreters import exact
from lossary.interpreters.array_helpers import Array
from lossary.interpreters.exact import mp
from lossary.measures.distribution_dispatch import measure, measure_from_logits

__all__ = ["OUTCOMES", "comparisons"]

OUTCOMES = 6
_DIGITS = 100
# Near-equal masses of other sums would need products with twice the digits.
_SCALES = (0.25, 1.0, 1024.0)

Exact = list[Any]
ExactMasses = Callable[[list[float]], Exact]
Slopes = Callable[[Measure, Any, Any], tuple[Exact, Any]]


def comparisons(
    record: Measure, rng: Generator, dtype: str, size: Size
) -> Iterator[ExactComparison]:
    """Yield the comparisons of a measure, for several values of its parameters."""
    for index, parameters in enumerate(variants(record, rng, size.variants)):
        trial = _MeasureCheck(record, parameters)
        for near in (False, True)[: record.arity]:
            kind = ", near-equal" if near else ""
            for space, function, masses, given in _spaces(
                record, rng, dtype, size.points, near=near
            ):
                yield trial.values(space + kind, function, masses, given)
        if index < 2:
            yield from trial.slopes(rng, dtype, size.points)


def _steepest(record: Measure) -> int:
    """Return the largest scale of the logits of distributions; powers of p / q overflow early."""
    return 2 if record.parameters else 3


def _spaces(
    record: Measure, rng: Generator, dtype: str, points: int, *, near: bool
) -> Iterator[tuple[str, Any, ExactMasses, list[Numbers]]]:
    """Yield each representation: its name, its function, its exact masses, some rows."""
    shape = points, OUTCOMES
    given = list((near_pairs if near else pairs)(rng, shape, dtype, _steepest(record)))
    given = given[: record.arity]
    yield "value", measure, _shares if record.shares else _given, given
    if not record.summed:
        return
    whole = partial(measure, normalize=True)
    yield (
        "normalize",
        whole,
        _shares,
        [p * rng.choice(_SCALES, (points, 1)).astype(dtype) for p in given],
    )
    yield "logits", measure_from_logits, _softmax, _rows(record, rng, shape, dtype, near=near)
    if dtype == "float64":
        counts = [np.rint(p * 10.0 ** rng.integers(1, 9, (points, 1))) for p in given]
        yield "counts", whole, _shares, [(c + (c == 0)).astype("int64") for c in counts]


@dataclass(frozen=True)
class _MeasureCheck:
    """Comparisons of a measure with given parameters."""

    record: Measure
    parameters: dict[str, float]

    def values(
        self, part: str, function: Callable[..., Array], space: ExactMasses, given: list[Numbers]
    ) -> ExactComparison:
        """Compare the values of a function of the record at the given rows."""

        def compute(on: Framework) -> Any:
            return on.call(partial(function, self.record, **self.parameters), *given)

        record, parameters = self.record, self.parameters
        dtype = given[0].dtype.name if given[0].dtype.kind == "f" else "float64"
        comparison = ExactComparison(record, part, record.within, dtype, compute, compiles=False)
        for rows in zip(*(x.tolist() for x in given), strict=True):
            with exact.precision(_DIGITS):
                masses = [space(row) for row in rows]
                truths = _exactly(record, masses, parameters)
                comparison.add(self._point(rows), truths, _units(record, truths, masses))
        return comparison

    def slopes(self, rng: Generator, dtype: str, points: int) -> Iterator[ExactComparison]:
        """Compare the gradients of every representation."""
        shape, arity = (points, OUTCOMES), self.record.arity
        given = list(pairs(rng, shape, dtype, _steepest(self.record)))[:arity]
        own = _by_masses if self.record.shares else _by_shares
        yield self._gradients("gradient", measure, own, given)
        if self.record.summed:
            scaled = [p * k for p, k in zip(given, (3, 5), strict=False)]
            whole = partial(measure, normalize=True)
            yield self._gradients("gradient, normalize", whole, _by_masses, scaled)
            rows = _rows(self.record, rng, shape, dtype, near=False)
            yield self._gradients("gradient, logits", measure_from_logits, _by_logits, rows)

    def _gradients(
        self, part: str, function: Callable[..., Array], slopes: Slopes, given: list[Numbers]
    ) -> ExactComparison:
        record, parameters = self.record, self.parameters

        def compute(on: Framework) -> Any:
            by = on.gradient(partial(function, record, **parameters), *given)
            return np.concatenate(by, axis=-1)

        # Centring adds the rounding error of the mean.
        limit = record.within * (2 if slopes is _by_shares else 4)
        dtype = given[0].dtype.name
        comparison = ExactComparison(
            record, part, limit, dtype, compute, differentiates=True, compiles=False
        )
        for rows in zip(*(x.tolist() for x in given), strict=True):
            with exact.precision(_DIGITS):
                truths, size = slopes(record, rows, parameters)
                comparison.add(self._point(rows), truths, [size for _ in truths])
        return comparison

    def _point(self, rows: Any) -> str:
        named = dict(zip("pq", rows, strict=False)) | self.parameters
        return ", ".join(f"{k}={v!r}" for k, v in named.items())


def _rows(
    record: Measure, rng: Generator, shape: tuple[int, int], dtype: str, *, near: bool
) -> list[Numbers]:
    # A power of p / q overflows where its logarithm does not.
    deepest = 10.0 if record.parameters else 60.0
    # The hard rows are first in one and last in the other: equal rows have a gradient of 0.
    a, b = logits(rng, shape, dtype, deepest), logits(rng, shape, dtype, 0.9 * deepest)[::-1].copy()
    noise = 10.0 ** rng.integers(-6, 0, (shape[0], 1)) * rng.normal(size=shape)
    return [a, (a + noise).astype(dtype) if near else b][: record.arity]


def _given(row: list[float]) -> Exact:
    return [mp.mpf(x) for x in row]


def _shares(row: list[float]) -> Exact:
    total = mp.fsum(row)
    return [mp.mpf(x) / total for x in row]


def _softmax(row: list[float]) -> Exact:
    return [mp.exp(x) for x in exact.log_softmax(row)]


def _exactly(record: Measure, rows: list[Exact], parameters: dict[str, float]) -> Exact:
    terms = [
        exact.evaluate(record.definition, *masses, **parameters)
        for masses in zip(*rows, strict=True)
    ]
    if not record.summed:
        return terms
    total = exact.evaluate(record.definition_finish, mp.fsum(terms), **parameters)
    return [mp.chop(total, 10.0**-70)]


def _units(record: Measure, truths: Exact, rows: list[Exact]) -> Exact:
    """Return the magnitudes of the exact values, or of those without the excess, if larger."""
    excess = sum(term.excess for term in record.terms)
    if record.arity == 1 or not excess:
        return truths
    unequal = excess * (mp.fsum(rows[0]) - mp.fsum(rows[1]))
    return [max(abs(truth), abs(truth - unequal)) for truth in truths]


def _slopes(record: Measure, rows: list[Exact], parameters: dict[str, float]) -> list[Exact]:
    """Return the derivatives by every mass of each distribution."""
    outer = mp.mpf(1)
    if record.summed:
        terms = [
            exact.evaluate(record.definition, *masses, **parameters)
            for masses in zip(*rows, strict=True)
        ]
        total: Any = mp.fsum(terms)
        finish: Any = exact.derivatives
        outer = finish(record.definition_finish, total, order=1, **parameters)[1]
    return [
        [outer * _derivative(record, masses, i, parameters) for masses in zip(*rows, strict=True)]
        for i in range(record.arity)
    ]


def _derivative(record: Measure, masses: Any, by: int, parameters: dict[str, Any]) -> Any:
    return exact.derivatives(record.definition, *masses, by=by, order=1, **parameters)[1]


def _by_shares(record: Measure, rows: Any, parameters: Any) -> tuple[Exact, Any]:
    """Return the derivatives by the unnormalised masses of all rows, and their magnitudes."""
    masses = [_given(row) for row in rows]
    truths = list(chain(*_slopes(record, masses, parameters)))
    return truths, max(map(abs, _exactly(record, masses, parameters) + truths))


def _by_masses(record: Measure, rows: Any, parameters: Any) -> tuple[Exact, Any]:
    """Return the derivatives by masses that are normalised."""
    shares = [_shares(row) for row in rows]
    truths = [
        slope / mp.fsum(row)
        for slopes, row in zip(_centred(record, shares, parameters), rows, strict=True)
        for slope in slopes
    ]
    return truths, max(map(abs, _exactly(record, shares, parameters) + truths))


def _by_logits(record: Measure, rows: Any, parameters: Any) -> tuple[Exact, Any]:
    """Return the derivatives by logits."""
    shares = [_softmax(row) for row in rows]
    truths = [
        slope * p
        for slopes, row in zip(_centred(record, shares, parameters), shares, strict=True)
        for slope, p in zip(slopes, row, strict=True)
    ]
    return truths, max(map(abs, _exactly(record, shares, parameters) + truths))


def _centred(record: Measure, shares: list[Exact], parameters: Any) -> list[Exact]:
    """Return the derivatives by shares minus their mean, as the shares sum to 1."""
    return [
        [slope - mp.fdot(slopes, row) for slope in slopes]
        for slopes, row in zip(_slopes(record, shares, parameters), shares, strict=True)
    ]
