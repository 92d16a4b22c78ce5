"""Errors of computed numbers in units of machine epsilon."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lossary.interpreters.exact import mp

__all__ = ["eps_errors", "furthest"]


def eps_errors(
    got: Any, truths: Sequence[Any], units: Sequence[Any], *, flushes: bool = False
) -> list[float]:
    """Return the error of each number in eps of its unit; 0 where the exact value is undefined.

    A unit is at least the magnitude of the exact value and the smallest normal number, and 1 / eps
    times that for a framework that ``flushes`` subnormal results, intermediate ones included.
    """
    values = np.asarray(got)
    limits = np.finfo(values.dtype)
    pairs = zip(values.ravel().tolist(), truths, units, strict=True)
    return [_error(value, truth, unit, limits, flushes=flushes) for value, truth, unit in pairs]


def furthest(errors: Sequence[float]) -> int:
    """Return the index of the largest error."""
    return max(range(len(errors)), key=errors.__getitem__)


def _error(value: float, truth: Any, unit: Any, limits: Any, *, flushes: bool) -> float:
    if mp.isnan(truth):
        return 0.0
    if abs(truth) > _largest(limits):
        truth = mp.sign(truth) * mp.inf
    if mp.isinf(truth) or not np.isfinite(value):
        return 0.0 if truth == value else float("inf")
    tiny = mp.mpf(float(limits.smallest_normal))
    eps = mp.mpf(float(limits.eps))
    size = max(abs(truth), tiny / eps if flushes else tiny, unit if mp.isfinite(unit) else tiny)
    return float(abs(mp.mpf(value) - truth) / (size * eps))


def _largest(limits: Any) -> Any:
    """Return the bound above which a real number rounds to infinity."""
    return mp.mpf(float(limits.max)) * (1 + mp.mpf(float(limits.eps)) / 4)
