"""Significance of differences between losses: corrected intervals of paired results.

The folds of repeated cross-validation share training rows, so their results are not independent.
Nadeau and Bengio (Inference for the Generalization Error, 2003) widen the variance of a mean of J
results from ``s²/J`` to ``s² (1/J + n_test/n_train)``. All pairs of losses are compared on a
metric, because the best is selected with the same data; Bonferroni's correction covers all of them.

Fewer than four results, or results that are all equal, do not allow a variance estimate: such an
interval is unknown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import isfinite
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from lossary.study.metrics import Metric

__all__ = [
    "CONFIDENCE",
    "FEWEST",
    "Comparison",
    "ConfidenceInterval",
    "all_same",
    "compare",
    "corrected_interval",
    "marked",
    "paired_interval",
]

CONFIDENCE = 0.95
FEWEST = 4
"""The smallest number of results per loss for which intervals are computed."""
_ROUNDING = 1e-12
Array = NDArray[np.float64]
ComparisonVerdict = Literal["best", "level", "worse", "failed"]


@dataclass(frozen=True)
class ConfidenceInterval:
    """A mean and the ends of its interval, NaN if these are unknown."""

    mean: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        """True if both ends are finite."""
        return isfinite(self.low) and isfinite(self.high)

    @property
    def excludes_zero(self) -> bool:
        """True if the interval is known and excludes 0."""
        return self.low > 0 or self.high < 0

    @property
    def half_width(self) -> float:
        """The half-width before the interval is clipped to the range of the metric."""
        return max(self.mean - self.low, self.high - self.mean)


SAME = ConfidenceInterval(0.0, 0.0, 0.0)
"""The difference of results that are equal in every fold."""


@dataclass(frozen=True)
class Comparison:
    """The value of a loss by a metric, and its difference from the best loss."""

    loss: str
    metric: str
    value: ConfidenceInterval
    difference: ConfidenceInterval
    verdict: ComparisonVerdict


def all_same(comparisons: Iterable[Comparison]) -> bool:
    """Return whether at least two losses finished, with equal results in every fold."""
    sound = [s for s in comparisons if s.verdict != "failed"]
    return len(sound) > 1 and all(s.difference == SAME for s in sound if s.verdict != "best")


def marked(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """Return the comparisons for display: if all are equal by a metric, none is marked best."""
    found = list(comparisons)
    tied = {m for m in {s.metric for s in found} if all_same(s for s in found if s.metric == m)}
    return [
        replace(s, verdict="level") if s.metric in tied and s.verdict == "best" else s
        for s in found
    ]


def corrected_interval(values: Array, test_share: float, confidence: float) -> ConfidenceInterval:
    """Return Nadeau and Bengio's t interval of the mean of one value per fold.

    ``test_share`` is ``n_test / n_train``: 1 / (k - 1) for k folds. The ends are NaN if there are
    fewer than four values, or all are equal.
    """
    count, mean = len(values), float(values.mean())
    spread = float(values.std(ddof=1)) if count >= FEWEST else float("nan")
    if not spread > _ROUNDING * float(np.abs(values).max()):
        return ConfidenceInterval(mean, float("nan"), float("nan"))
    error = spread * (1 / count + test_share) ** 0.5
    reach = float(student.ppf((1 + confidence) / 2, count - 1)) * error
    return ConfidenceInterval(mean, mean - reach, mean + reach)


def paired_interval(
    values: Array, others: Array, test_share: float, confidence: float
) -> ConfidenceInterval:
    """Return the corrected interval of the mean difference; it is [0, 0] for equal results."""
    if len(values) >= FEWEST and np.array_equal(values, others):
        return SAME
    return corrected_interval(values - others, test_share, confidence)


def compare(
    metric: Metric, results: Mapping[str, Array], test_share: float
) -> tuple[Comparison, ...]:
    """Compare each loss with the best by its value in every fold; NaN is a failed training."""
    sound = {name: v for name, v in results.items() if np.isfinite(v).all()}
    if not sound:
        return tuple(_failed(name, metric) for name in results)
    pick = min if metric.better == "lower" else max
    best = pick(sound, key=lambda name: float(sound[name].mean()))
    pairs = max(1, len(list(combinations(sound, 2))))
    sharp = 1 - (1 - CONFIDENCE) / pairs
    comparisons = []
    for name, values in results.items():
        if name not in sound:
            comparisons.append(_failed(name, metric))
            continue
        value = _within(corrected_interval(values, test_share, CONFIDENCE), metric)
        gap = paired_interval(values, sound[best], test_share, sharp)
        verdict: ComparisonVerdict = (
            "best" if name == best else "worse" if gap.excludes_zero else "level"
        )
        comparisons.append(Comparison(name, metric.name, value, gap, verdict))
    return tuple(comparisons)


def _within(interval: ConfidenceInterval, metric: Metric) -> ConfidenceInterval:
    if not interval.known:
        return interval
    return ConfidenceInterval(
        interval.mean, max(interval.low, 0.0), min(interval.high, metric.highest)
    )


def _failed(name: str, metric: Metric) -> Comparison:
    nothing = ConfidenceInterval(float("nan"), float("nan"), float("nan"))
    return Comparison(name, metric.name, nothing, nothing, "failed")
