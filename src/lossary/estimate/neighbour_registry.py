"""Registry of the nearest-neighbour estimators of continuous and mixed columns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate import continuous_neighbours, mixed_neighbours
from lossary.estimate.result import Estimate

__all__ = ["NEIGHBOUR_ESTIMATORS", "NeighbourEstimator", "neighbour_methods"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class NeighbourEstimator:
    """An estimator of one measure by nearest neighbours; the first of a measure is its default.

    ``kinds`` are ``"continuous"``, for columns of numbers, and ``"mixed"``, for a column of labels
    and one of numbers. ``compute`` takes the values of the columns, labels first, and ``k=``.
    """

    measure: str
    name: str
    compute: Callable[..., Estimate]
    kinds: tuple[str, ...] = ("continuous",)


def _js_divergence(p: Array, q: Array, *, k: int) -> Estimate:
    """Return the mutual information of a value and the sample that it comes from."""
    if p.shape[1:] != q.shape[1:]:
        message = (
            "p_samples and q_samples must have the same number of columns, got shapes "
            f"{p.shape} and {q.shape}"
        )
        raise validation.LossaryError(message)
    sample = np.repeat([0, 1], [len(p), len(q)])
    found = mixed_neighbours.ross(sample, np.concatenate([p, q]), k=k)
    share = len(p) / found.n
    note = f"p and q are weighted by the samples' shares of the rows, {share:.4g} and "
    note = "" if len(p) == len(q) else f"{note}{1 - share:.4g}"
    return replace(found, notes=()).noted(note)


_INFORMATION = "mutual_information"
NEIGHBOUR_ESTIMATORS: dict[tuple[str, str], NeighbourEstimator] = {
    (e.measure, e.name): e
    for e in (
        NeighbourEstimator("entropy", "kozachenko_leonenko", continuous_neighbours.entropy),
        *(
            NeighbourEstimator(
                _INFORMATION, name, partial(continuous_neighbours.mutual_information, method=name)
            )
            for name in continuous_neighbours.KSG_METHODS
        ),
        NeighbourEstimator(_INFORMATION, "ross", mixed_neighbours.ross, ("mixed",)),
        NeighbourEstimator(_INFORMATION, "gao", mixed_neighbours.gao, ("continuous", "mixed")),
        NeighbourEstimator(
            "conditional_mutual_information",
            "frenzel_pompe",
            continuous_neighbours.conditional_mutual_information,
        ),
        NeighbourEstimator(
            "kl_divergence", "wang_kulkarni_verdu", continuous_neighbours.kl_divergence
        ),
        NeighbourEstimator("js_divergence", "ross", _js_divergence),
    )
}
"""The nearest-neighbour estimators by the measure and their names."""


def neighbour_methods(measure: str, kind: str = "continuous") -> tuple[str, ...]:
    """Return the methods of a measure for columns of a kind, the default first."""
    found = NEIGHBOUR_ESTIMATORS.values()
    return tuple(e.name for e in found if e.measure == measure and kind in e.kinds)
