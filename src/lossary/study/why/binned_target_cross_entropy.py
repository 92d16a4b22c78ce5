"""Claim: cross-entropy is no loss for regression.

It needs targets that are probabilities, and over bins of the target it ignores distances.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from lossary import losses
from lossary.pages.localization import Message, say
from lossary.study.why.claim import Claim
from lossary.study.why.setup import Array, Setup
from lossary.validation import LossaryError

__all__ = ["BINS", "RegressionCrossEntropy", "measure_regression_cross_entropy"]

BINS = 10
ROUNDING = 1e-12
Indices = NDArray[np.intp]
RIGHT = 0.1
"""Probability of the right bin in both predictions; the nearest or the farthest has the rest."""


@dataclass(frozen=True)
class RegressionCrossEntropy(Claim):
    """Cross-entropy of the targets themselves, and of the targets cut into bins."""

    outside: float
    """Share of the targets outside the unit interval."""
    refusal: str
    """The library's error message; empty where all targets are probabilities."""
    bins: int
    near_cross_entropy: float
    far_cross_entropy: float
    near_squared_error: float
    far_squared_error: float
    lost: float
    """Share of the target's variance within the bins, which no classifier of bins can explain."""

    name: ClassVar[str] = "regression_cross_entropy"

    @property
    def ignores_distance(self) -> bool:
        """Whether a near and a far miss have the same cross-entropy but not squared error."""
        alike = abs(self.near_cross_entropy - self.far_cross_entropy) <= ROUNDING
        return alike and self.near_squared_error < self.far_squared_error

    @property
    def holds(self) -> bool:
        """Whether targets are outside the unit interval, or distances between bins are ignored."""
        return self.outside > 0 or self.ignores_distance

    @property
    def finding(self) -> Message:
        """The share of the targets that are no probabilities, or the effect of bins."""
        if self.outside:
            return say("why.regression_cross_entropy.outside", share=self.outside)
        return say(
            f"why.regression_cross_entropy.{'inside' if self.ignores_distance else 'possible'}"
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The losses of near and far misses, and the variance that binning loses."""
        bins = say(
            f"why.regression_cross_entropy.{'bins' if self.ignores_distance else 'two_bins'}",
            bins=self.bins,
            stated=1 - RIGHT,
            entropy=self.near_cross_entropy,
            near=self.near_squared_error,
            far=self.far_squared_error,
        )
        return bins, say("why.regression_cross_entropy.lost", share=self.lost)


def measure_regression_cross_entropy(setup: Setup) -> RegressionCrossEntropy:
    """Measure cross-entropy on a numeric target and on its bins."""
    raw, y = np.asarray(setup.fold.y, dtype=np.float64), setup.y.numpy()
    bin_of, centers = _binned(y)
    near, far = (_misplaced(bin_of, centers, farthest=side) for side in (False, True))
    return RegressionCrossEntropy(
        kind=setup.task.kind,
        sample=setup.sample,
        outside=float(((raw < 0) | (raw > 1)).mean()),
        refusal=_refusal(raw),
        bins=len(centers),
        near_cross_entropy=_cross_entropy(near, bin_of),
        far_cross_entropy=_cross_entropy(far, bin_of),
        near_squared_error=float(losses.squared_error(near @ centers, y)),
        far_squared_error=float(losses.squared_error(far @ centers, y)),
        lost=float(losses.squared_error(centers[bin_of], y)),
    )


def _binned(y: Array) -> tuple[Indices, Array]:
    """Return the bin of each value, of equal frequency where ties allow, and the bins' means."""
    edges = np.unique(np.quantile(y, np.arange(1, BINS) / BINS))
    which = np.searchsorted(edges, y, side="right")
    used, bin_of = np.unique(which, return_inverse=True)
    return bin_of, np.array([y[which == b].mean() for b in used])


def _misplaced(bin_of: Indices, centers: Array, *, farthest: bool) -> Array:
    """Return a wrong prediction for each row: most of it on the nearest or the farthest bin."""
    apart = np.abs(centers[:, None] - centers)
    np.fill_diagonal(apart, -np.inf if farthest else np.inf)
    other = apart.argmax(axis=1) if farthest else apart.argmin(axis=1)
    table = RIGHT * np.eye(len(centers))
    table[np.arange(len(centers)), other] = 1 - RIGHT
    return np.asarray(table[bin_of])


def _cross_entropy(probability: Array, bin_of: Indices) -> float:
    log_p = torch.from_numpy(probability).log()
    return float(losses.softmax_cross_entropy(log_p, torch.from_numpy(bin_of)))


def _refusal(raw: Array) -> str:
    try:
        losses.sigmoid_cross_entropy(np.zeros_like(raw), raw)
    except LossaryError as error:
        return str(error)
    return ""
