"""The measures of columns of labels, from the occupied cells of their joint table."""

from collections.abc import Callable

from lossary.estimate.entropy_estimators import entropy_estimator, estimate_entropy
from lossary.estimate.entropy_sums import (
    CONDITIONAL_ENTROPY,
    CONDITIONAL_MUTUAL_INFORMATION,
    MUTUAL_INFORMATION,
    EntropyCombination,
    estimate_combination,
)
from lossary.estimate.from_counts import normalized
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.estimate.validated_counts import ClassCounts, class_counts

__all__ = ["TABLE_MEASURES", "entropy_of_table"]


def _told(cells: SparseJointTable, alphabet: int | None) -> ClassCounts:
    return (
        cells.class_counts((0,))
        if alphabet is None
        else class_counts("counts", cells.counts, alphabet)
    )


def entropy_of_table(
    cells: SparseJointTable,
    *,
    method: str,
    alphabet: int | None = None,
    alpha: float | None = None,
    base: float | None = None,
) -> Estimate:
    """Return the entropy of one column's cells."""
    return estimate_entropy(_told(cells, alphabet), entropy_estimator(method, alpha)).in_base(base)


def _of_cells(measure: EntropyCombination, order: tuple[int, ...]) -> Callable[..., Estimate]:
    def compute(
        cells: SparseJointTable,
        *,
        method: str,
        alpha: float | None = None,
        base: float | None = None,
    ) -> Estimate:
        index, shape = tuple(cells.index[i] for i in order), tuple(cells.shape[i] for i in order)
        ordered = SparseJointTable(cells.counts, index, shape, cells.alphabet_given)
        return estimate_combination(measure, ordered, method, alpha).in_base(base)

    return compute


def _normalized(
    cells: SparseJointTable, *, method: str, average: str = "arithmetic", alpha: float | None = None
) -> Estimate:
    return normalized(cells, method, average, alpha)


#: The measures of columns of labels, from the occupied cells of their joint table.
TABLE_MEASURES: dict[str, Callable[..., Estimate]] = {
    "entropy": entropy_of_table,
    "conditional_entropy": _of_cells(CONDITIONAL_ENTROPY, (1, 0)),
    "mutual_information": _of_cells(MUTUAL_INFORMATION, (0, 1)),
    "conditional_mutual_information": _of_cells(CONDITIONAL_MUTUAL_INFORMATION, (0, 1, 2)),
    "normalized_mutual_information": _normalized,
}
