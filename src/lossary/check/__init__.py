"""Every record beside its definition in exact numbers: how far off, where, and how far is allowed.

Definitions and their derivatives are evaluated by mpmath, with enough digits to know every digit of
the result; formulas are computed on NumPy and on those of PyTorch and JAX that are installed, in
float32 and float64, at random points of many scales and at the hard points of each record.

An error is counted in eps (2^-23, 2^-52) of a unit:

- the size of the exact value, at least the smallest normal number; infinity is right where the
  exact value rounds to it;
- of a loss of a score, for the parts that its record names in ``crossing``, which pass through 0:
  the largest of value, gradient and hessian at the point. At a kink only the value is compared;
- of a row of logits, for derivatives, and for the value of what compares the softmax with the
  target: the sum of the sizes of what the exact formula adds up, and of what a rounding of the
  log-probabilities moves in it. Of cross-entropy of a class index that is the exact value;
- of a measure, for gradients: the largest of all entries and the value. What leaves out Σ(p - q)
  and adds it exactly is counted by its value with or without it, whichever is larger. Joint
  tables of probabilities are divided by their exact sum first, and counted by the sum of the
  sizes of their terms, which tables of counts are not.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from lossary.check import distributions, pointwise, rowwise, tables
from lossary.check.comparison import Comparison, Row
from lossary.check.frameworks import chosen
from lossary.formulas import catalogue
from lossary.formulas.record import Record

__all__ = ["DTYPES", "Row", "check", "run"]

DTYPES = ("float32", "float64")

_KINDS: dict[str, Callable[..., Iterator[Comparison]]] = {
    "pointwise": pointwise.comparisons,
    "rowwise": rowwise.comparisons,
    "measure": distributions.comparisons,
    "joint": tables.comparisons,
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


def check(
    record: Record,
    *,
    points: int = 24,
    frameworks: Iterable[str] | None = None,
    dtypes: Iterable[str] = DTYPES,
    seed: int = 0,
) -> list[Row]:
    """Return the largest error of each part of a record, on each framework and in each dtype.

    A point is a pair of target and score, a row of logits, a pair of distributions or a joint
    table; there are so many for each of several values of the parameters. The frameworks are those
    of ``"numpy"``, ``"torch"``, ``"jax"`` and ``"jax.jit"`` that are named, or all that are
    installed, JAX as it is (compiling each record takes longer than computing it).

    Examples
    --------
    >>> from lossary.check import check
    >>> from lossary.formulas.distance import squared_error
    >>> [row.part for row in check(squared_error, frameworks=["numpy"], dtypes=["float64"])]
    ['value', 'gradient', 'hessian', 'target_gradient', 'mixed']

    """
    used = chosen(frameworks)
    worst: dict[tuple[str, ...], Row] = {}
    for dtype in dtypes:
        rng = np.random.default_rng(seed)
        for comparison in _KINDS[record.kind](record, rng, dtype, points):
            for row in comparison.rows(used):
                key = row.part, row.framework, row.dtype
                if key not in worst or row.error > worst[key].error:
                    worst[key] = row
    return list(worst.values())
