"""Points of the learning curves and calibration curves."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lossary.study.comparison import CONFIDENCE, corrected_interval
from lossary.study.cross_validation import Config, LossResult

__all__ = ["CurvePoint", "ReliabilityPoint", "curve_points", "reliability_points"]

NORMAL_QUANTILE = 1.959964


class CurvePoint(NamedTuple):
    """The test error of a loss after some steps, and its interval."""

    loss: str
    step: int
    mean: float
    low: float
    high: float


class ReliabilityPoint(NamedTuple):
    """Mean probability and observed frequency in a bin, with an interval and its share of rows."""

    stated: float
    observed: float
    low: float
    high: float
    share: float


def curve_points(results: Sequence[LossResult], config: Config) -> list[CurvePoint]:
    """Return the learning curve of every loss; NaN marks a diverged training."""
    marks = config.budget(0).checkpoints()
    share = 1 / (config.folds - 1)
    points = []
    for result in results:
        for step, errors in zip(marks, result.curves.T, strict=True):
            if step:
                i = corrected_interval(errors, share, CONFIDENCE)
                points.append(
                    CurvePoint(result.candidate.label, step, i.mean, max(i.low, 0.0), i.high)
                )
    return points


def reliability_points(result: LossResult, seeds: int) -> list[ReliabilityPoint]:
    """Return the calibration of a loss over the test rows of all folds.

    Every row is tested once per seed, but counts once for the interval (Wilson, Probable
    Inference, 1927).
    """
    rows, stated, happened = result.reliability.T
    points = []
    for n, s, h in zip(rows, stated, happened, strict=True):
        if n:
            low, high = _wilson(h / n, n / seeds)
            points.append(ReliabilityPoint(s / n, h / n, low, high, n / rows.sum()))
    return points


def _wilson(frequency: float, count: float) -> tuple[float, float]:
    z2 = NORMAL_QUANTILE**2 / count
    middle = (frequency + z2 / 2) / (1 + z2)
    reach = np.sqrt(z2 * (frequency * (1 - frequency) + z2 / 4)) / (1 + z2)
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))
