"""Notes where an estimate of mutual information exceeds the entropy of a column."""

from typing import Any

import numpy as np

from lossary import measures
from lossary.estimate.column_scaling import ScaledColumns, duplicate_counts
from lossary.estimate.result import Estimate

__all__ = ["entropy_bound_note", "entropy_bound_notes"]

Array = np.ndarray[Any, Any]


def entropy_bound_note(found: Estimate, name: str, counts: Array) -> str:
    """Return a note if an estimate in nats exceeds the entropy of counts."""
    entropy = float(measures.entropy_from_counts(counts))
    if found.value <= entropy:
        return ""
    return f"above its upper bound, the entropy of {name}: {entropy:.4g} nats (not clipped)"


def entropy_bound_notes(found: Estimate, *columns: ScaledColumns) -> list[str]:
    """Return such notes for columns all of whose rows repeat, as those of labels do."""
    return [
        entropy_bound_note(found, x.name, counts) for x in columns if len(counts := _repeated(x))
    ]


def _repeated(x: ScaledColumns) -> Array:
    """Return the counts of distinct rows, or an empty array if one occurs only once."""
    each = duplicate_counts(x) if x.has_ties else np.ones(1, dtype=np.int64)
    if each.min() == 1:
        return np.empty(0, dtype=np.int64)
    sizes, rows = np.unique(each, return_counts=True)
    return np.repeat(sizes, rows // sizes)
