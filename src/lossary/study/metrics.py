"""What is measured on held-out rows, and which way is better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics
from sklearn.preprocessing import label_binarize

from lossary.study.predict import Array, Prediction
from lossary.study.task import Kind

__all__ = [
    "BEST_THRESHOLD",
    "BINS",
    "Metric",
    "Quality",
    "bins",
    "claims",
    "expected_calibration_error",
    "measured",
]

BINS = 10
BEST_THRESHOLD = ", best threshold"
"""What the name of a metric ends in where decisions are taken at the threshold best for it."""
Labels = NDArray[Any]

Quality = Callable[[Array, Array, Array, Array], Array]
"""Of true and false positives, false and true negatives."""


@dataclass(frozen=True)
class Metric:
    """A number for each fold: its name, the question it answers, its direction and range."""

    name: str
    question: str
    meaning: str
    better: Literal["lower", "higher"]
    highest: float
    compute: Callable[[Labels, Prediction], float]
    default: str = ""
    quality: Quality | None = None
    """What a threshold is chosen by, and the name of the metric at the default threshold."""


def measured(kind: Kind, levels: Sequence[float] = (), rare: int = 1) -> tuple[Metric, ...]:
    """Return the metrics of a kind of task.

    ``levels`` are those of the quantile losses raced, ``rare`` is the index of the rarest class.
    Only of two classes are there thresholds to choose.
    """
    if kind != "regression":
        decisions = (_BALANCED, _of_rare(rare))
        if kind == "multiclass":
            return (*_OF_CLASSES, decisions[1])
        qualities = (_balance, _f1_of_one if rare == 1 else _f1_of_none)
        best = map(_at_best, decisions, qualities)
        return (*_OF_CLASSES, decisions[1], *best)
    others = [level for level in dict.fromkeys(levels) if level != 0.5]
    return (*_OF_VALUES, *(_of_quantile(level) for level in others or [0.9]))


def expected_calibration_error(y: Labels, probability: Array) -> float:
    """Return the mean distance of stated and observed frequency, ``Σ |o - e| n / N`` over ten bins.

    Of the positive class where there are two, else of the most probable one (Guo et al., On
    Calibration of Modern Neural Networks, 2017). Few rows in a bin bias it upwards.
    """
    stated, happened = claims(y, probability)
    gaps = np.bincount(bins(stated), weights=happened - stated, minlength=BINS)
    return float(np.abs(gaps).sum() / len(y))


def claims(y: Labels, probability: Array) -> tuple[Array, Array]:
    """Return the probability stated for each row, and whether what it was stated of happened."""
    if probability.shape[1] == 2:
        return probability[:, 1], (y == 1).astype(float)
    return probability.max(axis=1), (y == probability.argmax(axis=1)).astype(float)


def bins(stated: Array) -> NDArray[np.int64]:
    """Return the bin of each probability: ten of equal width, 1 in the last."""
    return np.minimum((stated * BINS).astype(np.int64), BINS - 1)


def _log_loss(y: Labels, p: Prediction) -> float:
    return float(metrics.log_loss(y, p.probability, labels=_classes(p)))


def _brier(y: Labels, p: Prediction) -> float:
    proba = p.probability[:, 1] if len(_classes(p)) == 2 else p.probability
    return float(metrics.brier_score_loss(y, proba, labels=_classes(p)))


def _average_precision(y: Labels, p: Prediction) -> float:
    if len(_classes(p)) == 2:
        return float(metrics.average_precision_score(y, p.ranking))
    hot = label_binarize(y, classes=_classes(p))
    return float(metrics.average_precision_score(hot, p.probability, average="macro"))


def _roc_auc(y: Labels, p: Prediction) -> float:
    if len(_classes(p)) == 2:
        return float(metrics.roc_auc_score(y, p.ranking))
    return float(metrics.roc_auc_score(y, p.probability, multi_class="ovr", labels=_classes(p)))


def _accuracy(y: Labels, p: Prediction) -> float:
    return float(metrics.accuracy_score(y, p.decision))


def _balanced_accuracy(y: Labels, p: Prediction) -> float:
    return float(metrics.balanced_accuracy_score(y, p.decision))


def _calibration_error(y: Labels, p: Prediction) -> float:
    return expected_calibration_error(y, p.probability)


def _rmse(y: Labels, p: Prediction) -> float:
    return float(metrics.root_mean_squared_error(y, p.decision))


def _mae(y: Labels, p: Prediction) -> float:
    return float(metrics.mean_absolute_error(y, p.decision))


def _pinball(y: Labels, p: Prediction, level: float) -> float:
    return float(metrics.mean_pinball_loss(y, p.decision, alpha=level))


def _f1(y: Labels, p: Prediction, rare: int) -> float:
    return float(metrics.f1_score(y == rare, p.decision == rare, zero_division=0.0))


def _balance(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return (tp / np.maximum(tp + fn, 1) + tn / np.maximum(tn + fp, 1)) / 2


def _f1_of_one(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:  # noqa: ARG001 - a quality
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1)


def _f1_of_none(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return _f1_of_one(tn, fn, fp, tp)


def _at_best(metric: Metric, quality: Quality) -> Metric:
    return replace(
        metric,
        name=metric.name + BEST_THRESHOLD,
        question=f"{metric.question} at the best threshold",
        meaning=f"{metric.meaning}; decisions at the threshold best for it on training rows",
        default=metric.name,
        quality=quality,
    )


def _of_rare(rare: int) -> Metric:
    return Metric(
        "rare-class F1",
        "The rare class",
        "harmonic mean of precision and recall of the class with the fewest rows",
        "higher",
        1.0,
        partial(_f1, rare=rare),
    )


def _classes(p: Prediction) -> NDArray[np.int64]:
    return np.arange(p.probability.shape[1])


def _of_quantile(level: float) -> Metric:
    return Metric(
        f"quantile loss {level:g}",
        "Quantiles",
        f"falling short by 1 costs {level:g}, overshooting {1 - level:g}; in the target's unit",
        "lower",
        float("inf"),
        partial(_pinball, level=level),
    )


_BALANCED = Metric(
    "balanced accuracy",
    "Decisions",
    "share of right decisions in each class, averaged over the classes",
    "higher",
    1.0,
    _balanced_accuracy,
)
_OF_CLASSES = (
    Metric(
        "log-loss",
        "Probabilities",
        "mean surprise, in nats, at what happened",
        "lower",
        float("inf"),
        _log_loss,
    ),
    Metric(
        "Brier score",
        "Probabilities",
        "mean squared error of the probabilities; of more than two classes, the sum",
        "lower",
        float("inf"),
        _brier,
    ),
    Metric(
        "accuracy",
        "Decisions",
        "share of right decisions",
        "higher",
        1.0,
        _accuracy,
    ),
    _BALANCED,
    Metric(
        "average precision",
        "Ranking",
        "area under precision over recall of the positive class, or averaged over all classes",
        "higher",
        1.0,
        _average_precision,
    ),
    Metric(
        "ROC AUC",
        "Ranking",
        "how often a positive row ranks above a negative one; one against the rest, averaged",
        "higher",
        1.0,
        _roc_auc,
    ),
    Metric(
        "calibration error",
        "Calibration",
        "expected calibration error: distance of stated and observed frequency over ten bins",
        "lower",
        1.0,
        _calibration_error,
    ),
)
_OF_VALUES = (
    Metric(
        "RMSE",
        "Means",
        "root of the mean squared error, in the target's unit",
        "lower",
        float("inf"),
        _rmse,
    ),
    Metric(
        "MAE",
        "Medians",
        "mean absolute error, in the target's unit: twice the quantile loss at level 0.5",
        "lower",
        float("inf"),
        _mae,
    ),
)
