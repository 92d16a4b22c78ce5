"""Errors of losses of a row of logits: value, gradient, Hessian-vector product."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.check.exact_comparison import ExactComparison, raised
from lossary.check.sample_points import (
    LEAST,
    Generator,
    Numbers,
    Size,
    distributions,
    logits,
    variants,
)
from lossary.formulas.record import Rowwise, error_limits
from lossary.interpreters import exact
from lossary.interpreters.array_row_losses import dense_row, index_row
from lossary.interpreters.differentiable_operations import Function
from lossary.interpreters.exact import mp

__all__ = ["CLASSES", "comparisons"]

CLASSES = 6

Column = list[Any]


def comparisons(
    record: Rowwise, rng: Generator, dtype: str, size: Size
) -> Iterator[ExactComparison]:
    """Yield the comparisons of a record, for several values of its parameters."""
    for parameters in variants(record, rng, size.variants):
        z = logits(rng, (size.points, CLASSES), dtype)
        v = np.asarray(rng.normal(size=z.shape), dtype)
        t = _targets(rng, z, dtype)
        if record.sparse:
            # Class weights multiply the targets of a sparse loss.
            t *= rng.choice([0.5, 1, 2], (len(t), 1)).astype(dtype)
        yield from _dense(record, parameters, z, t, v)
        if record.sparse:
            yield from _sparse(record, parameters, z, _indices(rng, size.points))


def _indices(rng: Generator, count: int) -> Numbers:
    return rng.integers(0, CLASSES, count)


def _targets(rng: Generator, z: Numbers, dtype: str) -> Numbers:
    """Return target distributions: unrelated ones, one-hot ones, and ones near the softmax."""
    t = distributions(rng, z.shape, "float64")
    t[::4] = np.eye(z.shape[1])[rng.integers(z.shape[1], size=len(t[::4]))]
    wide = z[1::4].astype("float64")
    p = np.exp(wide - wide.max(axis=-1, keepdims=True)) * (1 + 1e-3 * rng.normal(size=wide.shape))
    p = p.clip(LEAST)
    t[1::4] = p / p.sum(axis=-1, keepdims=True)
    return t.astype(dtype)


@dataclass(frozen=True)
class _Exact:
    """A row in exact arithmetic: the terms of its loss, and their derivatives by l and the target.

    ``felt`` holds the magnitudes of b and c, each with its change by one rounding of l.
    """

    p: Column
    l: Column
    terms: Column
    b: Column
    c: Column
    by_target: Column
    felt: tuple[Column, Column]

    def gradient(self) -> tuple[Column, Column]:
        """Return the gradient by the logits, and the magnitudes of its summands."""
        total, wide = mp.fsum(self.b), self.felt[0]
        sizes = [w * (1 - p) + p * (mp.fsum(wide) - w) for w, p in zip(wide, self.p, strict=True)]
        return [b - p * total for b, p in zip(self.b, self.p, strict=True)], sizes

    def product(self, v: list[float]) -> tuple[Column, Column]:
        """Return the Hessian times a vector, and the magnitudes of its summands."""
        mean, size = mp.fdot(self.p, v), mp.fdot(self.p, map(abs, v))
        u = [x - mean for x in v]
        total, bent = mp.fsum(self.b), mp.fdot(self.c, u)
        exactly = [
            c * x - p * (x * total + bent) for p, c, x in zip(self.p, self.c, u, strict=True)
        ]
        wide, (b, c) = [abs(x) + size for x in v], self.felt
        totals, bents = mp.fsum(b), mp.fdot(c, wide)
        sizes = [y * w + p * (w * totals + bents) for p, y, w in zip(self.p, c, wide, strict=True)]
        return exactly, sizes


def _exactly(record: Rowwise, z: list[float], t: list[float], parameters: Any) -> _Exact:
    l, f = exact.log_softmax(z), record.definition
    pairs = list(zip(t, l, strict=True))
    by_l = [exact.derivatives(f, x, y, by=1, order=3, **parameters) for x, y in pairs]
    terms, b, c, d = (list(column) for column in zip(*by_l, strict=True))
    # The logarithm of a target of 0 has no derivative.
    by_t = [
        exact.derivatives(f, x, y, by=0, order=1, **parameters)[1] if x else mp.nan
        for x, y in pairs
    ]
    felt = _felt(b, c, l), _felt(c, d, l)
    return _Exact([mp.exp(y) for y in l], l, terms, b, c, by_t, felt)


def _felt(b: Column, slope: Column, l: Column) -> Column:
    return [abs(x) + abs(s * y) for x, s, y in zip(b, slope, l, strict=True)]


def _dense(
    record: Rowwise, parameters: dict[str, float], z: Numbers, t: Numbers, v: Numbers
) -> Iterator[ExactComparison]:
    row: Any = dense_row(record, tuple(parameters.items()))
    slope, by_target = row.slopes
    value = _comparison(record, "value", parameters, row.value, z, t)
    gradient = _comparison(record, "gradient", parameters, slope.function, z, t)
    product = _comparison(record, "hessian product", parameters, slope.product, v, z, t)
    target = _comparison(record, "target gradient", parameters, by_target, z, t)
    for x, y, w in zip(z.tolist(), t.tolist(), v.tolist(), strict=True):
        point = _point(parameters, z=x, t=y)
        with exact.precision(_digits(x)):
            truth = _exactly(record, x, y, parameters)
            slopes, sizes = truth.gradient()
            value.add(point, *_value(record, truth, slopes))
            gradient.add(point, slopes, sizes)
            product.add(point, *truth.product(w))
            target.add(point, truth.by_target, [1 + abs(l) for l in truth.l])
    yield from (value, gradient, product, target)


def _sparse(
    record: Rowwise, parameters: dict[str, float], z: Numbers, index: Numbers
) -> Iterator[ExactComparison]:
    row: Any = index_row(record, tuple(parameters.items()))
    ones = np.ones(len(z), z.dtype)
    value = _comparison(record, "value, class index", parameters, row.value, z, index, ones)
    gradient = _comparison(
        record, "gradient, class index", parameters, row.slopes[0].function, z, index, ones
    )
    for x, i in zip(z.tolist(), index.tolist(), strict=True):
        point = _point(parameters, z=x, target=i)
        hot = [float(j == i) for j in range(len(x))]
        with exact.precision(_digits(x)):
            truth = _exactly(record, x, hot, parameters)
            value.add(point, [mp.fsum(truth.terms)])
            gradient.add(point, *truth.gradient())
    yield from (value, gradient)


def _comparison(
    record: Rowwise, part: str, parameters: dict[str, float], function: Function, *values: Numbers
) -> ExactComparison:
    value, gradient, hessian = error_limits(record, parameters)
    first = part.partition(" ")[0].rstrip(",")
    limit = {"value": value, "hessian": hessian}.get(first, gradient)
    run = raised(function)
    dtype = values[0].dtype.name
    return ExactComparison(record, part, limit, dtype, lambda on: on.call(run, *values))


def _value(record: Rowwise, truth: _Exact, slopes: Column) -> tuple[Column, Column]:
    """Return the loss and its error unit; comparisons of t and p include the rounding of l."""
    total = mp.fsum(truth.terms)
    felt = mp.fsum(abs(g * l) for g, l in zip(slopes, truth.l, strict=True))
    return [total], [total if record.sparse else max(abs(total), felt)]


def _digits(z: list[float]) -> int:
    return exact.digits_for(max(z) - min(z))


def _point(parameters: dict[str, float], **values: Any) -> str:
    return ", ".join(f"{k}={v!r}" for k, v in (values | parameters).items())
