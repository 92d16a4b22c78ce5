"""The measures of columns of labels, from the occupied cells of their joint table."""

from collections.abc import Callable

from lossary.estimate.entropy_estimators import entropy_of, method_named
from lossary.estimate.entropy_sums import (
    CONDITIONAL,
    CONDITIONAL_MUTUAL,
    MUTUAL,
    Combination,
    combined,
)
from lossary.estimate.from_counts import normalized
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import Cells
from lossary.estimate.validated_counts import Tally, tally

__all__ = ["OF_CELLS", "entropy_of_cells"]


def _told(cells: Cells, alphabet: int | None) -> Tally:
    return cells.tally((0,)) if alphabet is None else tally("counts", cells.counts, alphabet)


def entropy_of_cells(
    cells: Cells,
    *,
    method: str,
    alphabet: int | None = None,
    alpha: float | None = None,
    base: float | None = None,
) -> Estimate:
    """Return the entropy of one column's cells."""
    return entropy_of(_told(cells, alphabet), method_named(method, alpha)).in_base(base)


def _of_cells(measure: Combination, order: tuple[int, ...]) -> Callable[..., Estimate]:
    def compute(
        cells: Cells, *, method: str, alpha: float | None = None, base: float | None = None
    ) -> Estimate:
        index, shape = tuple(cells.index[i] for i in order), tuple(cells.shape[i] for i in order)
        ordered = Cells(cells.counts, index, shape, cells.told)
        return combined(measure, ordered, method, alpha).in_base(base)

    return compute


def _normalized(
    cells: Cells, *, method: str, average: str = "arithmetic", alpha: float | None = None
) -> Estimate:
    return normalized(cells, method, average, alpha)


#: The measures of columns of labels, from the occupied cells of their joint table.
OF_CELLS: dict[str, Callable[..., Estimate]] = {
    "entropy": entropy_of_cells,
    "conditional_entropy": _of_cells(CONDITIONAL, (1, 0)),
    "mutual_information": _of_cells(MUTUAL, (0, 1)),
    "conditional_mutual_information": _of_cells(CONDITIONAL_MUTUAL, (0, 1, 2)),
    "normalized_mutual_information": _normalized,
}
