"""Errors of measures of joint tables, of probabilities and of counts."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from lossary.check.exact_comparison import ExactComparison
from lossary.check.framework_adapters import Framework
from lossary.check.sample_points import LEAST, Generator, Numbers, Size, variants
from lossary.formulas.record import Joint
from lossary.interpreters import exact
from lossary.interpreters.exact import mp
from lossary.measures.joint_from_record import joint_function

__all__ = ["comparisons"]

_SHAPES = {2: (3, 4), 3: (2, 3, 2)}
_DIGITS = 100
_NOTHING = 10.0**-70

Cells = dict[tuple[int, ...], Any]


def comparisons(record: Joint, rng: Generator, dtype: str, size: Size) -> Iterator[ExactComparison]:
    """Yield the comparisons for random tables; in float64 also for counts."""
    letters = len(record.letters)
    shape, points = _SHAPES.get(letters, (2,) * letters), -(-size.points // 3)
    each, axes = (points, *(1 for _ in shape)), tuple(range(1, len(shape) + 1))
    tables = np.exp(rng.choice([0.1, 1, 5], each) * rng.normal(size=(points, *shape))) + LEAST
    tables /= tables.sum(axis=axes, keepdims=True)
    trials = [("value", "", tables.astype(dtype))]
    if dtype == "float64":
        counts = np.rint(tables * 10.0 ** rng.integers(1, 9, each)).astype("int64")
        counts.reshape(points, -1)[:, 0] += 1
        near = _independent(rng, shape, points) + (rng.uniform(size=tables.shape) < 0.25)
        trials += [("counts", "_from_counts", counts)]
        trials += [("counts, near-independent", "_from_counts", near)]
    for parameters in variants(record, rng, size.variants):
        for part, space, rows in trials:
            yield _comparison(record, parameters, part, space, rows)


def _independent(rng: Generator, shape: tuple[int, ...], points: int) -> Numbers:
    """Return tables of counts whose cells are products of their marginals."""
    table = np.ones((points, *shape), dtype="int64")
    for axis, length in enumerate(shape, start=1):
        ends = [length if a == axis else 1 for a in range(1, len(shape) + 1)]
        table *= rng.integers(1, 300, (points, *ends))
    return table


def _comparison(
    record: Joint, parameters: dict[str, float], part: str, space: str, tables: Numbers
) -> ExactComparison:
    function: Callable[..., Any] = partial(joint_function(record, space), **parameters)
    dtype = tables.dtype.name if tables.dtype.kind == "f" else "float64"

    def compute(on: Framework) -> Any:
        if record.any_axes:
            return np.stack([on.call(function, table) for table in tables])
        return on.call(function, tables)

    given = "".join(f", {name}={value!r}" for name, value in parameters.items())
    comparison = ExactComparison(record, part, record.within, dtype, compute, compiles=False)
    for table in tables:
        with exact.precision(_DIGITS):
            truths, sizes = _exactly(record, parameters, table)
            comparison.add(f"joint={table.tolist()!r}{given}", truths, truths if space else sizes)
    return comparison


def _exactly(
    record: Joint, parameters: dict[str, float], table: Numbers
) -> tuple[list[Any], list[Any]]:
    """Return the exact values, and their magnitudes where marginals are rounded."""
    letters = record.letters
    total = mp.fsum(table.ravel().tolist())
    cells = {i: mp.mpf(table[i].item()) / total for i in product(*map(range, table.shape))}
    marginals = [_marginal(cells, [letters.index(a) for a in name]) for name in record.marginals]
    terms = [
        [exact.evaluate(f, *(marginal[i] for marginal in marginals), **parameters) for i in cells]
        for f in record.definitions
    ]
    if not record.summed:
        # The logarithm of a ratio near 1 is as small as the rounding errors of its masses.
        truths = [mp.chop(term, _NOTHING) for term in terms[0]]
        return truths, [max(1, abs(truth)) for truth in truths]
    sums = [mp.fsum(each) for each in terms]
    truth = mp.chop(exact.evaluate(record.finish, *sums, **parameters), _NOTHING)
    # Terms of both signs, each with its rounding error, cancel near independence.
    cancelled = [
        mp.fsum(each, absolute=True) / abs(s) for each, s in zip(terms, sums, strict=True) if s
    ]
    return [truth], [truth * max(cancelled, default=1)]


def _marginal(cells: Cells, kept: list[int]) -> Cells:
    """Return the marginal of some axes, for each cell of the table."""
    masses: Cells = {}
    for i, mass in cells.items():
        key = tuple(i[a] for a in kept)
        masses[key] = masses.get(key, mp.mpf(0)) + mass
    return {i: masses[tuple(i[a] for a in kept)] for i in cells}
