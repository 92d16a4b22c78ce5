"""Training of one candidate on one fold: learning rate, model, and metrics on the test rows."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from numpy.typing import NDArray

from lossary.study.candidates import Candidate
from lossary.study.columns import Columns
from lossary.study.feature_encoding import Encoder
from lossary.study.metrics import BINS, Metric, bins, predicted_and_observed
from lossary.study.models import Weights, scores
from lossary.study.scores_to_predictions import Array, Calibrator, Prediction, calibrate, predict
from lossary.study.splits import Rows, inner_folds
from lossary.study.task import Task
from lossary.study.threshold import best_threshold
from lossary.study.train import Budget, best_rate, fit

__all__ = ["Fold", "FoldResult", "prepare_fold", "run_fold"]


@dataclass(frozen=True)
class Fold:
    """The rows of one fold as matrices, and the inner fold of each training row."""

    x: torch.Tensor
    y: NDArray[Any]
    x_test: torch.Tensor
    truth: NDArray[Any]
    inner: Rows


@dataclass(frozen=True)
class FoldResult:
    """The result of one candidate on one fold.

    ``curve`` is the test error at each checkpoint. ``reliability`` (bins, 3) has the number of
    rows, the sum of the predicted probabilities and the number of events in each bin. ``seconds``
    is processor time.
    """

    values: dict[str, float]
    rate: float
    curve: tuple[float, ...]
    reliability: Array
    seconds: float


def prepare_fold(
    frame: pl.DataFrame, columns: Columns, task: Task, rows: tuple[Rows, Rows], seed: int
) -> Fold:
    """Return the fold of training and test rows; all statistics come from the training rows."""
    train, test = rows
    encoder = Encoder.fit(columns, frame[train])
    return Fold(
        x=_aligned(encoder.transform(frame[train])),
        y=task.y[train],
        x_test=_aligned(encoder.transform(frame[test])),
        truth=task.y[test],
        inner=inner_folds(task, train, seed),
    )


def _aligned(x: NDArray[np.float32]) -> torch.Tensor:
    """Copy into memory that torch aligns: the rounding of matrix products depends on alignment."""
    return torch.tensor(x)


def run_fold(
    fold: Fold, candidate: Candidate, metrics: Sequence[Metric], budget: Budget
) -> FoldResult:
    """Return the result of one candidate on one fold."""
    start = time.process_time()
    scaling = _TargetScaling.of(fold.y, candidate)
    y = scaling.tensor(fold.y)
    rate, unseen = best_rate(candidate, fold.x, y, fold.inner, budget)
    calibrator = (
        calibrate(_array(unseen), fold.y[fold.inner >= 0]) if candidate.link == "platt" else None
    )
    marks, curve = frozenset(budget.checkpoints()), []

    def read(weights: Weights, use: Calibrator | None = None) -> Prediction | None:
        with torch.no_grad():
            outcome = _array(scores(weights, fold.x_test)[0])
        if not np.isfinite(outcome).all():
            return None
        return scaling.restored(predict(outcome, candidate.link, use))

    def watch(step: int, weights: Weights) -> None:
        if step in marks:
            curve.append(_error(fold.truth, read(weights)))

    prediction = read(fit(candidate, fold.x, y, [rate], budget, watch=watch), calibrator)
    seconds = time.process_time() - start
    held_out = predict(_array(unseen), candidate.link), fold.y[fold.inner >= 0]
    values = {m.name: _measure(m, fold.truth, prediction, held_out) for m in metrics}
    return FoldResult(values, rate, tuple(curve), _reliability(fold.truth, prediction), seconds)


def _measure(
    metric: Metric,
    truth: NDArray[Any],
    prediction: Prediction | None,
    held_out: tuple[Prediction, NDArray[Any]],
) -> float:
    """Return the metric on test rows, at the threshold that is best on held-out training rows."""
    if prediction is None:
        return float("nan")
    if metric.quality:
        before, y = held_out
        prediction = prediction.cut(best_threshold(before.ranking, y, metric.quality))
    return metric.compute(truth, prediction)


@dataclass(frozen=True)
class _TargetScaling:
    """Scaling of the target for training: ``(y - center) / scale``, fitted on the training rows."""

    center: float
    scale: float

    @classmethod
    def of(cls, y: NDArray[Any], candidate: Candidate) -> "_TargetScaling":
        if candidate.link == "identity":
            return cls(float(y.mean()), float(y.std()) or 1.0)
        return cls(0.0, (float(y.mean()) or 1.0) if candidate.link == "exp" else 1.0)

    def tensor(self, y: NDArray[Any]) -> torch.Tensor:
        if y.dtype == np.int64:
            return torch.from_numpy(y)
        return torch.from_numpy(((y - self.center) / self.scale).astype(np.float32))

    def restored(self, prediction: Prediction) -> Prediction:
        if prediction.decision.dtype == np.int64:
            return prediction
        value = prediction.decision * self.scale + self.center
        return Prediction(value, value[:, None], value)


def _array(x: torch.Tensor) -> Array:
    return x.double().numpy()


def _error(truth: NDArray[Any], prediction: Prediction | None) -> float:
    """Return the error rate of classes, or the root mean squared error."""
    if prediction is None:
        return float("nan")
    if truth.dtype == np.int64:
        return float((prediction.decision != truth).mean())
    return float(((prediction.decision - truth) ** 2).mean() ** 0.5)


def _reliability(truth: NDArray[Any], prediction: Prediction | None) -> Array:
    if prediction is None or truth.dtype != np.int64:
        return np.zeros((BINS, 3))
    predicted, observed = predicted_and_observed(truth, prediction.probability)
    which = bins(predicted)
    columns = (None, predicted, observed)
    return np.stack([np.bincount(which, weights=c, minlength=BINS) for c in columns], axis=1)
