"""Distances in 36 binary digits, so that those of decimal numbers tie: 0.3 - 0.2 and 0.2 - 0.1.

Rounding keeps order: only the k-th nearest distance is rounded, and the rounded distances below a
radius are exactly the unrounded ones below another radius.
"""

from typing import Any

import numpy as np

__all__ = ["bounds", "rounded"]

_STEP = 1 << 16

Array = np.ndarray[Any, Any]


def rounded(distances: Array) -> Array:
    """Return distances in 36 binary digits."""
    bits = (distances.view(np.int64) + _STEP // 2) & -_STEP
    result: Array = bits.view(np.float64)
    return result


def bounds(radii: Array) -> Array:
    """Return the smallest distances that are not below the radii when rounded."""
    up = (radii.view(np.int64) + (_STEP - 1)) & -_STEP
    result: Array = np.maximum(up - _STEP // 2, 0).view(np.float64)
    return result
