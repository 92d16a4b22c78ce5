"""Conversion of scores to predictions: the link of the loss, or Platt scaling if it has none."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_softmax, softmax

from lossary.study.candidates import Link

__all__ = ["Calibrator", "Prediction", "calibrate", "predict"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Prediction:
    """Decision, probabilities and ranking score of each row; for regression, its value."""

    decision: NDArray[Any]
    probability: Array
    ranking: Array

    def cut(self, threshold: float) -> "Prediction":
        """Return the prediction with class 1 where the ranking score is above a threshold."""
        return replace(self, decision=(self.ranking > threshold).astype(np.int64))


@dataclass(frozen=True)
class Calibrator:
    """A slope, and for two classes an offset, that turn scores into log-odds."""

    slope: float = 1.0
    offset: float = 0.0


def calibrate(scores: Array, y: NDArray[Any]) -> Calibrator:
    """Fit Platt's sigmoid to margins (rows, 1), or one slope (temperature) to rows of scores.

    The cross-entropy to Platt's smoothed targets is minimised (Platt, Probabilistic Outputs for
    Support Vector Machines, 1999; Guo et al., 2017).
    """
    if not np.isfinite(scores).all():
        return Calibrator()
    logits = np.hstack([np.zeros_like(scores), scores]) if scores.shape[1] == 1 else scores
    two = scores.shape[1] == 1
    wanted = _smoothed(y, logits.shape[1])

    def loss(parameters: Array) -> tuple[float, Array]:
        shift = np.array([0.0, parameters[1]]) if two else 0.0
        z = parameters[0] * logits + shift
        error = softmax(z, axis=1) - wanted
        gradient = [(error * logits).sum(), error[:, 1].sum()] if two else [(error * logits).sum()]
        return -float((wanted * log_softmax(z, axis=1)).sum()), np.array(gradient)

    unit = 1 / max(float(np.abs(scores).mean()), 1e-12)
    start = np.array([unit, 0.0]) if two else np.array([unit])
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return Calibrator(float(found[0]), float(found[1]) if two else 0.0)


def _smoothed(y: NDArray[Any], classes: int) -> Array:
    """Return Platt's targets: (n + 1) / (n + 2) for the true class, the rest shared evenly.

    With two classes ``n`` is the number of rows of the class, with more the number of all rows.
    """
    counts = np.bincount(y, minlength=classes) if classes == 2 else np.full(classes, len(y))
    right = ((counts + 1) / (counts + 2))[y]
    wanted = np.tile(((1 - right) / (classes - 1))[:, None], (1, classes))
    wanted[np.arange(len(y)), y] = right
    return wanted


def predict(scores: Array, link: Link, calibrator: Calibrator | None = None) -> Prediction:
    """Return the predictions of scores (rows, outputs).

    Calibration changes only the probabilities; decisions and, with two classes, the ranking come
    from the scores.
    """
    if link in {"identity", "exp"}:
        value = scores[:, 0] if link == "identity" else np.exp(scores[:, 0])
        return Prediction(value, value[:, None], value)
    use = calibrator or Calibrator()
    if scores.shape[1] == 1:
        odds = use.slope * scores[:, 0] + use.offset
        probability = np.stack([expit(-odds), expit(odds)], axis=1)
        return Prediction((scores[:, 0] > 0).astype(np.int64), probability, scores[:, 0])
    probability = softmax(use.slope * scores, axis=1)
    ranking = scores[:, 1] - scores[:, 0]
    return Prediction(scores.argmax(axis=1), probability, ranking)
