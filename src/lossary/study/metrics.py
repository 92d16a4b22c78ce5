"""Metrics on held-out rows, by task and purpose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics
from sklearn.preprocessing import label_binarize

from lossary.pages.localization import Message, say
from lossary.study.scores_to_predictions import Array, Prediction
from lossary.study.task import Kind

__all__ = [
    "BEST_THRESHOLD",
    "BINS",
    "Metric",
    "Quality",
    "bins",
    "expected_calibration_error",
    "metrics_for",
    "predicted_and_observed",
]

BINS = 10
BEST_THRESHOLD = ", best threshold"
"""The end of the name of a metric whose decisions use the best threshold."""
Labels = NDArray[Any]

Quality = Callable[[Array, Array, Array, Array], Array]
"""A function of the numbers of true and false positives, false and true negatives."""


@dataclass(frozen=True)
class Metric:
    """A metric with its texts, purpose, direction, range and function."""

    name: str
    title: Message
    meaning: Message
    purpose: str
    noun: Message
    """The name of its purpose within a sentence."""
    better: Literal["lower", "higher"]
    highest: float
    compute: Callable[[Labels, Prediction], float]
    decides: bool = True
    """If False, the metric is shown, but the verdict does not depend on it."""
    default: str = ""
    quality: Quality | None = None
    """The function that a threshold maximises; ``default`` is the metric at the default one."""

    @property
    def question(self) -> Message:
        """The name of its purpose as a title."""
        return say("purpose.title", noun=self.noun)


def metrics_for(kind: Kind, levels: Sequence[float] = (), rare: int = 1) -> tuple[Metric, ...]:
    """Return the metrics for a kind of task; the first deciding one of each purpose leads.

    ``levels`` are the levels of the quantile losses, ``rare`` is the index of the rarest class.
    With two classes, decisions are compared at the best threshold.
    """
    if kind == "multiclass":
        return (*_OF_CLASSES, _of_rare(rare))
    if kind == "binary":
        own = (*_OF_CLASSES, _of_rare(rare))
        at_default = (replace(m, decides=m.decides and m.purpose in _OF_SCORES) for m in own)
        rarely = _f1_of_one if rare == 1 else _f1_of_none
        return (*at_default, _at_best(_BALANCED, _balance), _at_best(own[-1], rarely))
    others = [level for level in dict.fromkeys(levels) if level != 0.5]
    return (*_OF_VALUES, *(_of_quantile(level) for level in others or [0.9]))


def expected_calibration_error(y: Labels, probability: Array) -> float:
    """Return the expected calibration error, ``Σ |o - e| n / N`` over ten bins.

    ``e`` is the predicted probability of the positive of two classes, else of the most probable
    class, and ``o`` its observed frequency (Guo et al., On Calibration of Modern Neural Networks,
    2017). Few rows in a bin bias it upwards.
    """
    stated, happened = predicted_and_observed(y, probability)
    gaps = np.bincount(bins(stated), weights=happened - stated, minlength=BINS)
    return float(np.abs(gaps).sum() / len(y))


def predicted_and_observed(y: Labels, probability: Array) -> tuple[Array, Array]:
    """Return the predicted probability of one class in each row, and 1.0 where it occurred."""
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


def _classes(p: Prediction) -> NDArray[np.int64]:
    return np.arange(p.probability.shape[1])


def _metric(
    name: str,
    key: str,
    purpose: str,
    better: Literal["lower", "higher"],
    compute: Callable[[Labels, Prediction], float],
    *,
    highest: float = 1.0,
    decides: bool = True,
) -> Metric:
    """Return a metric with the texts of its key and its purpose."""
    return Metric(
        name=name,
        title=say(f"metric.{key}.title"),
        meaning=say(f"metric.{key}.meaning"),
        purpose=purpose,
        noun=say(f"purpose.{purpose}"),
        better=better,
        highest=highest,
        compute=compute,
        decides=decides,
    )


def _at_best(metric: Metric, quality: Quality) -> Metric:
    return replace(
        metric,
        name=metric.name + BEST_THRESHOLD,
        title=say("metric.best_threshold.title", metric=metric.title),
        meaning=say("metric.best_threshold.meaning", meaning=metric.meaning),
        default=metric.name,
        quality=quality,
    )


def _of_rare(rare: int) -> Metric:
    return _metric("rare-class F1", "rare_f1", "rare", "higher", partial(_f1, rare=rare))


def _of_quantile(level: float) -> Metric:
    text = f"{level:g}"
    return Metric(
        name=f"quantile loss {text}",
        title=say("metric.quantile.title", level=text),
        meaning=say("metric.quantile.meaning", short=text, over=f"{1 - level:g}"),
        purpose=f"quantile {text}",
        noun=say("purpose.quantile", level=text),
        better="lower",
        highest=float("inf"),
        compute=partial(_pinball, level=level),
    )


_INFINITE = float("inf")
_BALANCED = _metric(
    "balanced accuracy", "balanced_accuracy", "decisions", "higher", _balanced_accuracy
)
_OF_SCORES = ("probabilities", "ranking")
"""The purposes that do not depend on a threshold."""
_OF_CLASSES = (
    _metric("log-loss", "log_loss", "probabilities", "lower", _log_loss, highest=_INFINITE),
    _metric("Brier score", "brier", "probabilities", "lower", _brier, highest=_INFINITE),
    _metric("accuracy", "accuracy", "decisions", "higher", _accuracy),
    _BALANCED,
    _metric("average precision", "average_precision", "ranking", "higher", _average_precision),
    _metric("ROC AUC", "roc_auc", "ranking", "higher", _roc_auc),
    _metric(
        "calibration error",
        "calibration",
        "probabilities",
        "lower",
        _calibration_error,
        decides=False,
    ),
)
_OF_VALUES = (
    _metric("RMSE", "rmse", "means", "lower", _rmse, highest=_INFINITE),
    _metric("MAE", "mae", "medians", "lower", _mae, highest=_INFINITE),
)
