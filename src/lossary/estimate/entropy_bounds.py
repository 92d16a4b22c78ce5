"""No column tells more than its entropy: a note where an estimate is above that."""

from typing import Any

import numpy as np

from lossary import measures
from lossary.estimate.column_scaling import ScaledColumns, duplicate_counts
from lossary.estimate.result import Estimate

__all__ = ["entropy_bound_note", "entropy_bound_notes"]

Array = np.ndarray[Any, Any]


def entropy_bound_note(made: Estimate, name: str, counts: Array) -> str:
    """Return a note if an estimate in nats is above the entropy of counts."""
    entropy = float(measures.entropy_from_counts(counts))
    if made.value <= entropy:
        return ""
    return f"above the entropy of {name}, {entropy:.4g} nats, by its error: it is not cut to that"


def entropy_bound_notes(made: Estimate, *columns: ScaledColumns) -> list[str]:
    """Return such notes on the columns all of whose rows repeat, which may be of labels."""
    return [
        entropy_bound_note(made, x.name, counts) for x in columns if len(counts := _repeated(x))
    ]


def _repeated(x: ScaledColumns) -> Array:
    """Return how often each row occurs, nothing if one occurs but once."""
    each = duplicate_counts(x) if x.has_ties else np.ones(1, dtype=np.int64)
    if each.min() == 1:
        return np.empty(0, dtype=np.int64)
    sizes, rows = np.unique(each, return_counts=True)
    return np.repeat(sizes, rows // sizes)
