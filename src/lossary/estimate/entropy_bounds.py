"""No column tells more than its entropy: a note where an estimate is above that."""

from typing import Any

import numpy as np

from lossary import measures
from lossary.estimate.column_scaling import Scaled, copies
from lossary.estimate.result import Estimate

__all__ = ["above", "above_repeated"]

Array = np.ndarray[Any, Any]


def above(made: Estimate, name: str, counts: Array) -> str:
    """Return a note if an estimate in nats is above the entropy of counts."""
    entropy = float(measures.entropy_from_counts(counts))
    if made.value <= entropy:
        return ""
    return f"above the entropy of {name}, {entropy:.4g} nats, by its error: it is not cut to that"


def above_repeated(made: Estimate, *columns: Scaled) -> list[str]:
    """Return such notes on the columns all of whose rows repeat, which may be of labels."""
    return [above(made, x.name, counts) for x in columns if len(counts := _repeated(x))]


def _repeated(x: Scaled) -> Array:
    """Return how often each row occurs, nothing if one occurs but once."""
    each = copies(x) if x.recurs else np.ones(1, dtype=np.int64)
    if each.min() == 1:
        return np.empty(0, dtype=np.int64)
    sizes, rows = np.unique(each, return_counts=True)
    return np.repeat(sizes, rows // sizes)
