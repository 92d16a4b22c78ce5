"""Bins for values outside the range of a reference, kept if chance does not explain them."""

from collections.abc import Sequence
from math import exp, lgamma
from typing import Any

import numpy as np

from lossary.frames.binning import Bins

__all__ = ["merge_outer_bins"]

Array = np.ndarray[Any, Any]

_UNLIKELY = 0.001


def merge_outer_bins(
    bins: Bins, codes: Sequence[Any], reference: Array, current: Array
) -> tuple[Bins, list[Any], Array, Array]:
    """Return bins, their numbers and counts, with outer bins that chance explains merged.

    An outer bin holds no row of the reference by construction. If both samples have one
    distribution, the T largest of all values are from the current one with the probability
    ``Π (m - i) / (n + m - i)``, i from 0 to T - 1; ties lower it. If that is at least one in a
    thousand, the bin is merged into its neighbour, which preserves the test's rate of false alarms.
    """
    sizes = {c: (n, m) for c, n, m in zip(codes, reference.tolist(), current.tolist(), strict=True)}
    rows = [int(side[[c is not None for c in codes]].sum()) for side in (reference, current)]
    ends = (0, len(bins) - 1)
    by_chance = [
        added and _chance(sizes.get(end, (0, 0))[1], *rows) >= _UNLIKELY
        for end, added in zip(ends, bins.outer, strict=True)
    ]
    first, last = by_chance
    merged = bins.merge_outer(first=first, last=last)
    moved: dict[Any, Array] = {}
    for code, counts in sizes.items():
        place = code if code is None else min(max(code - first, 0), len(merged) - 1)
        moved[place] = moved.get(place, 0) + np.array(counts)
    both = np.array(list(moved.values()), dtype=reference.dtype).reshape(-1, 2)
    return merged, list(moved), both[:, 0], both[:, 1]


def _chance(outside: int, n: int, m: int) -> float:
    """Return the probability that so many values of m lie above all n others, or below all."""
    terms = lgamma(m + 1), -lgamma(m - outside + 1), -lgamma(n + m + 1), lgamma(n + m - outside + 1)
    return exp(min(sum(terms), 0.0))
