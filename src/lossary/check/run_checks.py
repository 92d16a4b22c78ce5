"""Check of all records: the largest error of every part."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from lossary.check import distributions, joint_tables, pointwise, rowwise
from lossary.check.exact_comparison import ExactComparison
from lossary.check.framework_adapters import chosen
from lossary.check.report_row import Row
from lossary.check.sample_points import Size
from lossary.formulas import catalogue
from lossary.formulas.record import Record
from lossary.kernels import eligibility

__all__ = ["DTYPES", "check", "run"]

DTYPES = ("float32", "float64")

_KINDS: dict[str, Callable[..., Iterator[ExactComparison]]] = {
    "pointwise": pointwise.comparisons,
    "rowwise": rowwise.comparisons,
    "measure": distributions.comparisons,
    "joint": joint_tables.comparisons,
}


def run(names: Iterable[str] | None = None, **options: Any) -> list[Row]:
    """Return the largest errors of the records of these names, or of all.

    Takes the options of :func:`check`.

    Examples
    --------
    >>> from lossary.check import run
    >>> all(row.ok for row in run(["hinge"], frameworks=["numpy"]))
    True

    """
    records = [catalogue.get(name) for name in names or catalogue.names()]
    return [row for record in records for row in check(record, **options)]


@eligibility.plain()
def check(
    record: Record,
    *,
    points: int = 24,
    variants: int = 3,
    frameworks: Iterable[str] | None = None,
    dtypes: Iterable[str] = DTYPES,
    seed: int = 0,
) -> list[Row]:
    """Return the largest error of each part of a record, on each framework and in each dtype.

    A point is a pair of target and score, a row of logits, a pair of distributions or a joint
    table. Parameters take their defaults and other ``variants``, each with so many points.
    ``frameworks`` are among ``"numpy"``, ``"torch"``, ``"jax"`` and ``"jax.jit"``; by default all
    that are installed, without the slow ``"jax.jit"``. Kernels are not used.

    Examples
    --------
    >>> from lossary.check import check
    >>> from lossary.formulas.residual import squared_error
    >>> [row.part for row in check(squared_error, frameworks=["numpy"], dtypes=["float64"])]
    ['value', 'gradient', 'hessian', 'target_gradient', 'mixed']

    """
    used, size = chosen(frameworks), Size(points, variants)
    worst: dict[tuple[str, ...], Row] = {}
    for dtype in dtypes:
        rng = np.random.default_rng(seed)
        for comparison in _KINDS[record.kind](record, rng, dtype, size):
            for row in comparison.rows(used):
                key = row.part, row.framework, row.dtype
                if key not in worst or row.error > worst[key].error:
                    worst[key] = row
    return list(worst.values())
