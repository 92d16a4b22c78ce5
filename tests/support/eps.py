"""How far a result is from the truth, in units of the result's own machine epsilon."""

from typing import Any

import mpmath
import numpy as np

from support.arrays import to_numpy

DIGITS = 60


def eps_error(got: Any, expected: Any) -> float:
    """The largest error of an array of any framework, in eps of its dtype.

    ``expected`` holds floats, decimal strings or mpmath numbers, in the shape of ``got``.
    """
    values = np.asarray(to_numpy(got))
    truths = np.asarray(expected, dtype=object)
    if values.shape != truths.shape:
        msg = f"shape {values.shape}, expected {truths.shape}"
        raise AssertionError(msg)
    limits = np.finfo(values.dtype)
    pairs = zip(values.ravel().tolist(), truths.ravel().tolist(), strict=True)
    return max((_error(value, truth, limits) for value, truth in pairs), default=0.0)


def assert_eps(got: Any, expected: Any, eps: float) -> None:
    """Fail with the measured error where ``got`` is further than ``eps`` from ``expected``."""
    error = eps_error(got, expected)
    if not error <= eps:
        msg = f"{error:.3g} eps from the truth, {eps:g} allowed: got {got}, expected {expected}"
        raise AssertionError(msg)


def _error(value: float, truth: Any, limits: Any) -> float:
    with mpmath.workdps(DIGITS):
        exact = mpmath.mpf(truth)
        if mpmath.isnan(exact) or np.isnan(value):
            return 0.0 if mpmath.isnan(exact) and np.isnan(value) else np.inf
        if abs(exact) > _largest(limits):
            exact = mpmath.sign(exact) * mpmath.inf
        if mpmath.isinf(exact) or np.isinf(value):
            return 0.0 if exact == value else np.inf
        unit = max(abs(exact), mpmath.mpf(float(limits.smallest_normal)))
        return float(abs(mpmath.mpf(value) - exact) / (unit * mpmath.mpf(float(limits.eps))))


def _largest(limits: Any) -> Any:
    """The bound above which a real number rounds to infinity."""
    return mpmath.mpf(float(limits.max)) * (1 + mpmath.mpf(float(limits.eps)) / 4)
