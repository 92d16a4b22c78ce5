"""Measures of a joint table as sums of entropies: conditional, mutual, conditional mutual.

The plug-in ones are computed from exact differences of integers instead, so that independence gives
exactly 0; smoothing fills the table first, and takes its measure.
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
    pseudo_count,
    shrinkage_intensity,
)
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.estimate.validated_counts import ClassCounts
from lossary.formulas.divergence import kl_divergence
from lossary.measures.distributions import pair_sum

__all__ = [
    "CONDITIONAL_ENTROPY",
    "CONDITIONAL_MUTUAL_INFORMATION",
    "ENTROPY",
    "MUTUAL_INFORMATION",
    "EntropyCombination",
    "estimate_combination",
    "smoothed_table",
]

Array = np.ndarray[Any, Any]
Axes = tuple[int, ...]

_KL = kl_divergence.terms[0]
_FIRST_ORDER = ("plug_in", "miller_madow")
_SPARSE = 0.1
_SMALL = 1 << 12


@dataclass(frozen=True)
class EntropyCombination:
    """A measure as a signed sum of entropies of marginals, over axes that count from 0.

    ``sparse`` computes the plug-in from occupied cells alone, ``local`` each cell's own part of it.
    It is exactly 0 where one of the ``zero`` axes is constant, and never above the entropy of one
    of the ``ceiling``.
    """

    name: str
    entropies: tuple[tuple[int, Axes], ...]
    sparse: Callable[[SparseJointTable], float]
    local: Callable[[SparseJointTable], Array]
    zero: Axes
    ceiling: tuple[Axes, ...] = ()

    @cached_property
    def of_table(self) -> Any:
        """The measure of a joint table of probabilities or masses."""
        return getattr(measures, self.name)

    def plug_in(self, cells: SparseJointTable) -> tuple[float, Array]:
        """Return the measure of the frequencies, and each cell's own part of it.

        Small tables are taken as they are, as the measure of given ones does.
        """
        if prod(cells.shape) > _SMALL:
            return self.sparse(cells), self.local(cells)
        return float(self.of_table(cells.table(), normalize=True)), self.local(cells)


def _conditional_terms(cells: SparseJointTable) -> Array:
    whole, place = cells.marginal(tuple(range(len(cells.shape) - 1)))
    terms: Array = np.log1p((whole[place] - cells.counts) / cells.counts)
    return terms


def _conditional(cells: SparseJointTable) -> float:
    """Return the entropy of the last axis given the others."""
    return float(cells.counts @ _conditional_terms(cells)) / float(cells.n)


def _against_independence(
    cells: SparseJointTable, given: Axes
) -> tuple[Array, Array, Array, Array]:
    """Return of each cell the count and the product of marginals, and each stratum's size.

    Both are times the size of the cell's stratum, by the axes that are given, so that they are
    whole numbers.
    """
    exact = replace(cells, counts=cells.exact)
    (x, at_x), (y, at_y) = (exact.marginal((axis, *given)) for axis in (0, 1))
    whole, at_z = exact.marginal(given)
    return exact.counts * whole[at_z], x[at_x] * y[at_y], whole, at_z


def _shared_terms(cells: SparseJointTable, given: Axes = ()) -> Array:
    joint, product, _, _ = _against_independence(cells, given)
    terms: Array = np.log((joint / product).astype(float))
    return terms


def _shared(cells: SparseJointTable, given: Axes = ()) -> float:
    """Return what the first two axes share, given others: KL from the table to independence."""
    joint, product, whole, at_z = _against_independence(cells, given)
    divisor = (whole[at_z] * cells.n).astype(float)
    p, q, difference = (
        (part / divisor).astype(float) for part in (joint, product, joint - product)
    )
    # What independence puts into empty cells: in each stratum, what the others lack.
    lacking = np.zeros(len(whole), dtype=joint.dtype)
    np.add.at(lacking, at_z, joint - product)
    empty = float((lacking / whole).astype(float).sum()) / float(cells.n)
    return float(pair_sum(_KL, p, q, (), difference)) + max(empty, 0.0)


def _surprise(cells: SparseJointTable) -> Array:
    terms: Array = -np.log(cells.counts / cells.n)
    return terms


ENTROPY = EntropyCombination(
    "entropy",
    ((1, (0,)),),
    lambda cells: float(measures.entropy(cells.counts, normalize=True)),
    _surprise,
    (0,),
)

CONDITIONAL_ENTROPY = EntropyCombination(
    "conditional_entropy",
    ((1, (0, 1)), (-1, (0,))),
    _conditional,
    _conditional_terms,
    (1,),
    ((1,),),
)

MUTUAL_INFORMATION = EntropyCombination(
    "mutual_information",
    ((1, (0,)), (1, (1,)), (-1, (0, 1))),
    _shared,
    _shared_terms,
    (0, 1),
    ((0,), (1,)),
)

CONDITIONAL_MUTUAL_INFORMATION = EntropyCombination(
    "conditional_mutual_information",
    ((1, (0, 2)), (1, (1, 2)), (-1, (0, 1, 2)), (-1, (2,))),
    partial(_shared, given=(2,)),
    partial(_shared_terms, given=(2,)),
    (0, 1),
    ((0,), (1,)),
)


def estimate_combination(
    measure: EntropyCombination, cells: SparseJointTable, method: str, alpha: float | None = None
) -> Estimate:
    """Return a measure of a joint table by an estimator of entropy, in nats."""
    entropy = entropy_estimator(method, alpha)
    n = round(cells.n)
    constant = [a for a in measure.zero if cells.occupied(a) == 1]
    if constant:
        note = "a column with one label only: exactly 0"
        return Estimate(0.0, method, n, 0.0, notes=(note,))
    value, error = _value(measure, cells, entropy, alpha)
    found = Estimate(value, method, n, error, bias=_bias(measure, entropy))
    return found.noted(*_notes(measure, cells, entropy, value))


def _value(
    measure: EntropyCombination,
    cells: SparseJointTable,
    entropy: EntropyEstimator,
    alpha: float | None,
) -> tuple[float, float | None]:
    if entropy.name in _FIRST_ORDER:
        value, local = measure.plug_in(cells)
        if entropy.name == "miller_madow":
            value += _first_order(measure, cells)
        return value, _error(cells, local)
    if entropy.fills:
        table = smoothed_table(cells, entropy, alpha)
        return float(measure.of_table(table, normalize=True)), None
    tallies = [(sign, axes, cells.class_counts(axes)) for sign, axes in measure.entropies]
    value = sum(sign * estimate_entropy(t, entropy).value for sign, _, t in tallies)
    if entropy.local is None:
        return value, None
    parts = (
        sign * entropy.local(t.counts, t.n)[cells.marginal(axes)[1]] for sign, axes, t in tallies
    )
    return value, _error(cells, sum(parts, np.zeros(len(cells.counts))))


def _first_order(measure: EntropyCombination, cells: SparseJointTable) -> float:
    """Return Miller and Madow's corrections of the entropies, by the cells that occur."""
    occupied = ((sign, len(cells.marginal(axes)[0])) for sign, axes in measure.entropies)
    return sum(sign * (m - 1) for sign, m in occupied) / (2 * float(cells.n))


def _error(cells: SparseJointTable, local: Array) -> float | None:
    """Return the delta method's error; None where its first order vanishes."""
    if np.ptp(local) <= 1e-12 * np.max(np.abs(local), initial=1e-3):
        return None
    n, weight = cells.n, cells.counts
    mean = (weight @ local) / n
    return sqrt(float(weight @ (local - mean) ** 2) / n / n)


def smoothed_table(
    cells: SparseJointTable, entropy: EntropyEstimator, alpha: float | None
) -> Array:
    """Return a table as a method sees it that fills it: with pseudo-counts, or shrunk."""
    table, everywhere = cells.table(), cells.class_counts(tuple(range(len(cells.shape))))
    if entropy.name == "james_stein":
        pull = shrinkage_intensity(everywhere)
        shrunk: Array = pull / table.size + (1 - pull) * table / table.sum()
        return shrunk
    pseudo = pseudo_count(entropy.name, alpha, everywhere)
    return table + (pseudo or 0.0)


def _bias(measure: EntropyCombination, entropy: EntropyEstimator) -> str:
    if len(measure.entropies) == 1:
        return entropy.bias
    if entropy.fills:
        return "every cell of the table is given mass, which pulls towards equal cells"
    if entropy.name == "miller_madow":
        return "the first order is corrected, by the cells that occur; sparse tables keep a bias"
    if entropy.name == "plug_in" and measure is not CONDITIONAL_ENTROPY:
        return "nothing is corrected: chance alone makes it positive, the more the larger the table"
    return f"of each entropy: {entropy.bias}"


def _notes(
    measure: EntropyCombination, cells: SparseJointTable, entropy: EntropyEstimator, value: float
) -> list[str]:
    notes = []
    if value < 0:
        notes.append(
            "below 0, which no true value is: what was corrected exceeds what was found, so there "
            "is no evidence of more than chance"
        )
    singletons = (
        0 if cells.weighted else cells.class_counts(tuple(range(len(cells.shape)))).singletons
    )
    if entropy.name in _FIRST_ORDER and singletons > _SPARSE * cells.n:
        notes.append(
            f"{singletons} of {cells.n} rows are alone in their cells: the table is too sparse for "
            "this method; 'jackknife' and 'nsb' keep less bias"
        )
    for axes in () if entropy.fills or cells.weighted else measure.ceiling:
        whole = cells.class_counts(axes)
        if entropy.name in _FIRST_ORDER and value <= _least(whole):
            continue
        limit = estimate_entropy(whole, entropy).value
        if value > limit * (1 + 1e-12):
            notes.append(
                f"above {limit:.6g}, the entropy of {'xyz'[axes[0]]} by the same method, which no "
                "true value is"
            )
    return notes


def _least(whole: ClassCounts) -> float:
    """Return a little less than the plug-in entropy, which the first order adds to."""
    return (1 - 1e-9) * (log(whole.n) - float(whole.counts @ np.log(whole.counts)) / whole.n)
