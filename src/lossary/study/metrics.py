"""What is measured on held-out rows, and which way is better."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics
from sklearn.preprocessing import label_binarize

from lossary.study.predict import Array, Prediction
from lossary.study.task import Kind

__all__ = ["BINS", "Metric", "bins", "claims", "expected_calibration_error", "measured"]

BINS = 10
Labels = NDArray[Any]


@dataclass(frozen=True)
class Metric:
    """A number for each fold: its name, the question it answers, its direction and range."""

    name: str
    question: str
    meaning: str
    better: Literal["lower", "higher"]
    highest: float
    compute: Callable[[Labels, Prediction], float]


def measured(kind: Kind, levels: Sequence[float] = ()) -> tuple[Metric, ...]:
    """Return the metrics of a kind of task; ``levels`` are those of the quantile losses raced."""
    if kind != "regression":
        return _OF_CLASSES
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


def _classes(p: Prediction) -> NDArray[np.int64]:
    return np.arange(p.probability.shape[1])


def _of_quantile(level: float) -> Metric:
    return Metric(
        f"quantile loss {level:g}",
        "Quantiles",
        f"falling short by 1 costs {level:g}, overshooting {1 - level:g}; in the target's unit",
        "lower",
        float("inf"),
        lambda y, p: float(metrics.mean_pinball_loss(y, p.decision, alpha=level)),
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
        lambda y, p: float(metrics.accuracy_score(y, p.decision)),
    ),
    Metric(
        "balanced accuracy",
        "Decisions",
        "share of right decisions in each class, averaged over the classes",
        "higher",
        1.0,
        lambda y, p: float(metrics.balanced_accuracy_score(y, p.decision)),
    ),
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
        lambda y, p: expected_calibration_error(y, p.probability),
    ),
)
_OF_VALUES = (
    Metric(
        "RMSE",
        "Means",
        "root of the mean squared error, in the target's unit",
        "lower",
        float("inf"),
        lambda y, p: float(metrics.root_mean_squared_error(y, p.decision)),
    ),
    Metric(
        "MAE",
        "Medians",
        "mean absolute error, in the target's unit: twice the quantile loss at level 0.5",
        "lower",
        float("inf"),
        lambda y, p: float(metrics.mean_absolute_error(y, p.decision)),
    ),
)
