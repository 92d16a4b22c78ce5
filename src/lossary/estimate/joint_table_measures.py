"""Measures of discrete columns, by name, from their sparse joint table."""

from collections.abc import Callable

from lossary.estimate.entropy_estimators import entropy_estimator, estimate_entropy
from lossary.estimate.from_counts import normalized
from lossary.estimate.measures_from_entropies import (
    CONDITIONAL_ENTROPY,
    CONDITIONAL_MUTUAL_INFORMATION,
    MUTUAL_INFORMATION,
    EntropyCombination,
    estimate_combination,
)
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.estimate.validated_counts import class_counts

__all__ = ["TABLE_MEASURES", "entropy_of_table"]


def entropy_of_table(
    table: SparseJointTable,
    *,
    method: str,
    alphabet: int | None = None,
    alpha: float | None = None,
    base: float | None = None,
) -> Estimate:
    """Return the entropy of one column."""
    sample = table.class_counts((0,))
    if alphabet is not None:
        sample = class_counts("counts", table.counts, alphabet)
    return estimate_entropy(sample, entropy_estimator(method, alpha)).in_base(base)


def _combination(measure: EntropyCombination, *axes: int) -> Callable[..., Estimate]:
    def compute(
        table: SparseJointTable,
        *,
        method: str,
        alpha: float | None = None,
        base: float | None = None,
    ) -> Estimate:
        return estimate_combination(measure, table.transposed(*axes), method, alpha).in_base(base)

    return compute


TABLE_MEASURES: dict[str, Callable[..., Estimate]] = {
    "entropy": entropy_of_table,
    "conditional_entropy": _combination(CONDITIONAL_ENTROPY, 1, 0),
    "mutual_information": _combination(MUTUAL_INFORMATION, 0, 1),
    "conditional_mutual_information": _combination(CONDITIONAL_MUTUAL_INFORMATION, 0, 1, 2),
    "normalized_mutual_information": normalized,
}
"""The measures of discrete columns by their names, as functions of their joint table."""
