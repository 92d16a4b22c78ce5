"""Measures of a joint table as signed sums of entropies of its marginals.

Plug-in estimates are computed from exact integer differences instead, so that exact independence
gives exactly 0; methods that smooth are applied to the table, whose measure is then taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import log, prod, sqrt
from typing import Any

import numpy as np

from lossary import measures
from lossary.estimate.entropy_estimators import (
    EntropyEstimator,
    entropy_estimator,
    estimate_entropy,
)
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.estimate.validated_counts import ClassCounts
from lossary.formulas.divergence import kl_divergence
from lossary.measures.plain_sums import pair_sum

__all__ = [
    "CONDITIONAL_ENTROPY",
    "CONDITIONAL_MUTUAL_INFORMATION",
    "ENTROPY",
    "MUTUAL_INFORMATION",
    "EntropyCombination",
    "estimate_combination",
]

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]

_KL = kl_divergence.terms[0]
_FIRST_ORDER = ("plug_in", "miller_madow")
_SPARSE_SHARE = 0.1
_DENSE_CELLS = 1 << 12


@dataclass(frozen=True)
class EntropyCombination:
    """A measure of a joint table as a signed sum of entropies of its marginals.

    Attributes
    ----------
    name
        The name of the measure.
    entropies
        Pairs of a sign and the axes of a marginal.
    sparse
        Returns the plug-in estimate from the occupied cells.
    contributions
        Returns the contribution of each occupied cell to it.
    zero_axes
        The measure is exactly 0 where one of these axes is constant.
    bounds
        Axes whose entropies bound the measure from above.

    """

    name: str
    entropies: tuple[tuple[int, Axes], ...]
    sparse: Callable[[SparseJointTable], float]
    contributions: Callable[[SparseJointTable], Array]
    zero_axes: Axes
    bounds: tuple[Axes, ...] = ()

    @cached_property
    def of_dense_table(self) -> Any:
        """The measure of a dense table of probabilities or masses."""
        return getattr(measures, self.name)

    def plug_in(self, table: SparseJointTable) -> tuple[float, Array]:
        """Return the measure of the frequencies, and each cell's contribution.

        Small tables are made dense, so that the value is the one of :mod:`lossary.measures`.
        """
        if prod(table.shape) > _DENSE_CELLS:
            return self.sparse(table), self.contributions(table)
        value = float(self.of_dense_table(table.to_dense(), normalize=True))
        return value, self.contributions(table)


def _conditional_terms(table: SparseJointTable) -> Array:
    whole, place = table.marginal(tuple(range(len(table.shape) - 1)))
    terms: Array = np.log1p((whole[place] - table.counts) / table.counts)
    return terms


def _conditional(table: SparseJointTable) -> float:
    """Return the entropy of the last axis given the others."""
    return float(table.counts @ _conditional_terms(table)) / float(table.n)


def _against_independence(
    table: SparseJointTable, given: Axes
) -> tuple[Array, Array, Array, Array]:
    """Return each cell's count and product of marginals, and each stratum's size.

    Both are multiplied by the size of the cell's stratum (by the axes ``given``), which makes them
    whole numbers.
    """
    exact = replace(table, counts=table.overflow_safe_counts)
    (x, at_x), (y, at_y) = (exact.marginal((axis, *given)) for axis in (0, 1))
    whole, at_z = exact.marginal(given)
    return exact.counts * whole[at_z], x[at_x] * y[at_y], whole, at_z


def _information_terms(table: SparseJointTable, given: Axes = ()) -> Array:
    joint, product, _, _ = _against_independence(table, given)
    terms: Array = np.log((joint / product).astype(float))
    return terms


def _information(table: SparseJointTable, given: Axes = ()) -> float:
    """Return the mutual information of the first two axes given others, as a KL divergence."""
    joint, product, whole, at_z = _against_independence(table, given)
    divisor = (whole[at_z] * table.n).astype(float)
    p, q, difference = (
        (part / divisor).astype(float) for part in (joint, product, joint - product)
    )
    # The mass of independence in empty cells: in each stratum, the deficit of the occupied ones.
    lacking = np.zeros(len(whole), dtype=joint.dtype)
    np.add.at(lacking, at_z, joint - product)
    empty = float((lacking / whole).astype(float).sum()) / float(table.n)
    return float(pair_sum(_KL, p, q, (), difference)) + max(empty, 0.0)


def _self_information(table: SparseJointTable) -> Array:
    terms: Array = -np.log(table.counts / table.n)
    return terms


ENTROPY = EntropyCombination(
    "entropy",
    ((1, (0,)),),
    lambda table: float(measures.entropy(table.counts, normalize=True)),
    _self_information,
    zero_axes=(0,),
)

CONDITIONAL_ENTROPY = EntropyCombination(
    "conditional_entropy",
    ((1, (0, 1)), (-1, (0,))),
    _conditional,
    _conditional_terms,
    zero_axes=(1,),
    bounds=((1,),),
)

MUTUAL_INFORMATION = EntropyCombination(
    "mutual_information",
    ((1, (0,)), (1, (1,)), (-1, (0, 1))),
    _information,
    _information_terms,
    zero_axes=(0, 1),
    bounds=((0,), (1,)),
)

CONDITIONAL_MUTUAL_INFORMATION = EntropyCombination(
    "conditional_mutual_information",
    ((1, (0, 2)), (1, (1, 2)), (-1, (0, 1, 2)), (-1, (2,))),
    partial(_information, given=(2,)),
    partial(_information_terms, given=(2,)),
    zero_axes=(0, 1),
    bounds=((0,), (1,)),
)


def estimate_combination(
    measure: EntropyCombination,
    table: SparseJointTable,
    method: str,
    alpha: float | None = None,
) -> Estimate:
    """Return a measure of a joint table by an estimator of entropy, in nats."""
    estimator = entropy_estimator(method, alpha)
    n = round(table.n)
    if any(table.occupied(axis) == 1 for axis in measure.zero_axes):
        note = "a column has one label only: exactly 0"
        return Estimate(0.0, method, n, 0.0, notes=(note,))
    value, error = _value(measure, table, estimator)
    found = Estimate(value, method, n, error, bias=_bias(measure, estimator))
    return found.noted(*_notes(measure, table, estimator, value))


def _value(
    measure: EntropyCombination, table: SparseJointTable, estimator: EntropyEstimator
) -> tuple[float, float | None]:
    if estimator.name in _FIRST_ORDER:
        value, contributions = measure.plug_in(table)
        if estimator.name == "miller_madow":
            value += _first_order(measure, table)
        return value, _delta_error(table, contributions)
    if estimator.smooth:
        smoothed = estimator.smooth(table.to_dense(), table.class_counts(table.axes))
        return float(measure.of_dense_table(smoothed, normalize=True)), None
    marginals = [(sign, axes, table.class_counts(axes)) for sign, axes in measure.entropies]
    value = sum(sign * estimate_entropy(own, estimator).value for sign, _, own in marginals)
    if estimator.contributions is None:
        return value, None
    parts = (
        sign * estimator.contributions(own.counts, own.n)[table.marginal(axes)[1]]
        for sign, axes, own in marginals
    )
    return value, _delta_error(table, sum(parts, np.zeros(len(table.counts))))


def _first_order(measure: EntropyCombination, table: SparseJointTable) -> float:
    """Return the sum of Miller and Madow's corrections, from the occupied cells."""
    occupied = ((sign, len(table.marginal(axes)[0])) for sign, axes in measure.entropies)
    return sum(sign * (m - 1) for sign, m in occupied) / (2 * float(table.n))


def _delta_error(table: SparseJointTable, contributions: Array) -> float | None:
    """Return the standard error by the delta method, None where the first order vanishes."""
    if np.ptp(contributions) <= 1e-12 * np.max(np.abs(contributions), initial=1e-3):
        return None
    n, weight = table.n, table.counts
    mean = (weight @ contributions) / n
    return sqrt(float(weight @ (contributions - mean) ** 2) / n / n)


def _bias(measure: EntropyCombination, estimator: EntropyEstimator) -> str:
    if len(measure.entropies) == 1:
        return estimator.bias
    if estimator.smooth:
        return "every cell of the table is smoothed: biased towards equal cells"
    if estimator.name == "miller_madow":
        return "first-order bias correction from the occupied cells; sparse tables keep a bias"
    if estimator.name == "plug_in" and measure is not CONDITIONAL_ENTROPY:
        return "no bias correction: positive even for independent columns, more in large tables"
    return f"of each entropy: {estimator.bias}"


def _notes(
    measure: EntropyCombination,
    table: SparseJointTable,
    estimator: EntropyEstimator,
    value: float,
) -> list[str]:
    notes = []
    if value < 0:
        notes.append("negative estimate: the bias correction exceeds the signal")
    singletons = 0 if table.weighted else table.class_counts(table.axes).singletons
    if estimator.name in _FIRST_ORDER and singletons > _SPARSE_SHARE * table.n:
        notes.append(
            f"{singletons} of {table.n} rows are alone in their cells: the table is too sparse for "
            "this method; 'jackknife' and 'nsb' have less bias"
        )
    for axes in () if estimator.smooth or table.weighted else measure.bounds:
        whole = table.class_counts(axes)
        if estimator.name in _FIRST_ORDER and value <= _lower_bound(whole):
            continue
        limit = estimate_entropy(whole, estimator).value
        if value > limit * (1 + 1e-12):
            notes.append(
                f"above its upper bound, the entropy of {'xyz'[axes[0]]} by the same method: "
                f"{limit:.6g} nats"
            )
    return notes


def _lower_bound(whole: ClassCounts) -> float:
    """Return slightly less than the plug-in entropy, a lower bound of the first-order estimates."""
    return (1 - 1e-9) * (log(whole.n) - float(whole.counts @ np.log(whole.counts)) / whole.n)
