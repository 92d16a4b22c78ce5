"""What a record is at given numbers: exactly by its definition, or as NumPy computes it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from mpmath import mp

from lossary.formulas.record import Measure, Pointwise, Rowwise
from lossary.interpreters import exact
from lossary.interpreters.array_row_losses import dense_row
from lossary.interpreters.array_vocabulary import vocabulary
from support.eps import eps_error


def pointwise(record: Pointwise, y: float, s: float, parameters: dict[str, float]) -> Any:
    """The exact loss of a score."""
    with exact.precision(exact.digits_for(y, s)):
        return exact.evaluate(record.definition, y, s, **parameters)


def row(
    record: Rowwise, t: Sequence[float], z: Sequence[float], parameters: dict[str, float]
) -> Any:
    """The exact loss of a row of logits."""
    with exact.precision(exact.digits_for(*z)):
        l = exact.log_softmax(z)
        terms = [
            exact.evaluate(record.definition, a, b, **parameters) for a, b in zip(t, l, strict=True)
        ]
        return mp.fsum(terms)


def measure(record: Measure, rows: Sequence[Sequence[float]], parameters: dict[str, float]) -> Any:
    """The exact measure of distributions."""
    with exact.precision(80):
        if record.shares:
            rows = [[mp.mpf(x) / mp.fsum(row) for x in row] for row in rows]
        cells = zip(*rows, strict=True)
        terms = [exact.evaluate(record.definition, *cell, **parameters) for cell in cells]
        total = mp.fsum(terms) if record.summed else terms[0]
        return exact.evaluate(record.definition_finish, total, **parameters)


def numpy_pointwise(
    record: Pointwise, y: np.ndarray, s: np.ndarray, parameters: dict[str, float]
) -> np.ndarray:
    """The loss as the stable form computes it on arrays."""
    with np.errstate(all="ignore"):
        return np.asarray(record.value(vocabulary(s), y, s, **parameters))


def numpy_row(
    record: Rowwise, t: np.ndarray, z: np.ndarray, parameters: dict[str, float]
) -> np.ndarray:
    """The loss of rows as the stable form computes it on arrays."""
    with np.errstate(all="ignore"):
        return np.asarray(dense_row(record, tuple(parameters.items())).value(z, t))


def error(got: float | None, truth: Any, scale: float = 0.0) -> float:
    """How far a number is from the truth, in eps of the truth or of a larger scale."""
    assert got is not None, f"got nothing, expected {truth}"
    with mp.workdps(60):
        exact_value = mp.mpf(truth)
        if mp.isfinite(exact_value) and abs(exact_value) < scale and np.isfinite(got):
            return float(abs(mp.mpf(got) - exact_value) / (scale * np.finfo(float).eps))
    return eps_error(np.array([got]), [truth])
