"""Two computations of one thing, beside each other in eps of the coarser dtype."""

from typing import Any

import numpy as np

from support.arrays import to_numpy


def assert_close(got: Any, expected: Any, eps: float) -> None:
    """Fail where two arrays differ by more than so many eps, relative to the expected one."""
    a, b = (np.asarray(to_numpy(x)) for x in (got, np.asarray(to_numpy(expected))))
    assert a.shape == b.shape, f"shape {a.shape}, expected {b.shape}"
    tiny = np.finfo(a.dtype)
    tolerance = eps * float(tiny.eps)
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=float(tiny.smallest_normal))
