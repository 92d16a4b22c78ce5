"""Decision thresholds for two classes: the best on training rows, compared with the default.

The default is probability 0.5, and 0 for a margin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lossary.pages.localization import Message, say
from lossary.pages.number_text import digits
from lossary.study.best_loss_sentences import Finding
from lossary.study.comparison import CONFIDENCE, Comparison, ConfidenceInterval, paired_interval
from lossary.study.interval_text import span
from lossary.study.metrics import Metric, Quality
from lossary.study.scores_to_predictions import Array

__all__ = ["ThresholdEffect", "best_threshold", "threshold_effects", "threshold_findings"]


@dataclass(frozen=True)
class ThresholdEffect:
    """A decision metric of one loss at the default and the best threshold, and the gain."""

    loss: str
    metric: str
    default: float
    best: float
    gain: ConfidenceInterval


def best_threshold(ranking: Array, y: NDArray[np.int64], quality: Quality) -> float:
    """Return the threshold with the highest quality; the nearest to 0 of several.

    ``ranking`` (rows,) are scores and ``y`` (rows,) classes; scores above the threshold are class
    1. Thresholds lie halfway between neighbouring scores, or at 0.
    """
    if not np.isfinite(ranking).all():
        return 0.0
    order = np.argsort(ranking)
    ranks, last = np.unique(ranking[order], return_index=True)
    cuts = np.append((ranks[1:] + ranks[:-1]) / 2, 0.0)
    below = np.append(last[1:], np.searchsorted(ranking[order], 0.0, side="right"))
    positives = np.append(0, np.cumsum(y[order]))
    fn = positives[below].astype(np.float64)
    tn, tp = below - fn, positives[-1] - fn
    reached = quality(tp, len(y) - below - tp, fn, tn)
    best = cuts[reached >= reached.max()]
    return float(best[np.abs(best).argmin()])


def threshold_effects(
    metrics: Sequence[Metric], values: Mapping[str, Mapping[str, Array]], test_share: float
) -> tuple[ThresholdEffect, ...]:
    """Return the gain from the best threshold for each loss, from its ``values`` of each metric.

    The intervals hold for all losses simultaneously (Bonferroni).
    """
    found, sharp = [], 1 - (1 - CONFIDENCE) / max(1, len(values))
    for metric in (m for m in metrics if m.quality):
        for loss, own in values.items():
            default, best = own[metric.default], own[metric.name]
            if np.isfinite(best - default).all():
                gain = paired_interval(best, default, test_share, sharp)
                found.append(
                    ThresholdEffect(
                        loss, metric.default, float(default.mean()), float(best.mean()), gain
                    )
                )
    return tuple(found)


def threshold_findings(
    metrics: Sequence[Metric], comparisons: Sequence[Comparison], found: Sequence[ThresholdEffect]
) -> tuple[Finding, ...]:
    """Compare for each decision metric the effect of the threshold with that of the loss."""
    names = dict.fromkeys(e.metric for e in found if e.gain.known)
    titles = {m.name: m.title for m in metrics}
    at_best = {m.default: m.name for m in metrics if m.default}
    return tuple(
        Finding(
            say("threshold.question"),
            name,
            titles[name],
            _finding(
                [e for e in found if e.metric == name and e.gain.known],
                _furthest(comparisons, name),
                _furthest(comparisons, at_best[name]),
            ),
        )
        for name in names
    )


def _furthest(comparisons: Sequence[Comparison], metric: str) -> float:
    """Return the largest significant difference of a loss from the best one; 0 without any."""
    apart = [s for s in comparisons if s.metric == metric and s.verdict == "worse"]
    return max((abs(s.difference.mean) for s in apart), default=0.0)


def _finding(found: Sequence[ThresholdEffect], default: float, best: float) -> Message:
    """Compare the threshold's effects with the differences of losses at either threshold."""
    most = max(found, key=lambda e: (e.gain.low > 0, e.gain.mean))
    gain = most.gain
    moved = (
        say("threshold.adds", gain=digits(gain.mean), loss=most.loss, span=span(gain))
        if gain.mean > 0
        else say("threshold.adds_nothing")
    )
    if len(found) == 1:
        return say("threshold.alone", moved=moved, apart=gain.low > 0 or gain.mean <= 0)
    return say(
        "threshold.beside",
        moved=moved,
        default=digits(default) if default else "",
        best=digits(best) if best else "",
        larger=say(f"threshold.{_larger(gain, max(default, best))}"),
    )


def _larger(gain: ConfidenceInterval, apart: float) -> str:
    if gain.low > 0 and apart:
        return "threshold_more" if gain.mean > apart else "loss_more"
    if gain.low > 0 or apart:
        return "threshold_only" if gain.low > 0 else "loss_only"
    return "neither"
