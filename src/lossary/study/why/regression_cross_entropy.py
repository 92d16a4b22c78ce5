"""Why a number is not learnt by cross-entropy: it needs a probability, and knows no distance."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from lossary import losses
from lossary.pages.messages import Message, say
from lossary.study.why.claim import Claim
from lossary.study.why.setup import Array, Subject
from lossary.validation import LossaryError

__all__ = ["BINS", "NotCrossEntropy", "not_cross_entropy"]

BINS = 10
ROUNDING = 1e-12
Indices = NDArray[np.intp]
RIGHT = 0.1
"""What both predictions give to the right bin; the rest goes to the nearest, or the farthest."""


@dataclass(frozen=True)
class NotCrossEntropy(Claim):
    """What cross-entropy says to the targets themselves, and to the targets cut into bins."""

    outside: float
    """The share of the targets that no probability can equal."""
    refusal: str
    """What the library answers; empty where all targets are probabilities."""
    bins: int
    near_cross_entropy: float
    far_cross_entropy: float
    near_squared_error: float
    far_squared_error: float
    lost: float
    """The share of the target's variance within the bins, which no classifier of bins explains."""

    name: ClassVar[str] = "not_cross_entropy"

    @property
    def blind(self) -> bool:
        """Whether a near miss costs as much cross-entropy as a far one, and less squared error."""
        alike = abs(self.near_cross_entropy - self.far_cross_entropy) <= ROUNDING
        return alike and self.near_squared_error < self.far_squared_error

    @property
    def holds(self) -> bool:
        """Whether cross-entropy refuses the targets, or is blind to the distance between bins."""
        return self.outside > 0 or self.blind

    @property
    def finding(self) -> Message:
        """What the targets are to cross-entropy."""
        if self.outside:
            return say("why.not_cross_entropy.outside", share=self.outside)
        return say(f"why.not_cross_entropy.{'inside' if self.blind else 'possible'}")

    @property
    def measurements(self) -> tuple[Message, ...]:
        """What it makes of bins, and what the bins cost."""
        bins = say(
            f"why.not_cross_entropy.{'bins' if self.blind else 'two_bins'}",
            bins=self.bins,
            stated=1 - RIGHT,
            entropy=self.near_cross_entropy,
            near=self.near_squared_error,
            far=self.far_squared_error,
        )
        return bins, say("why.not_cross_entropy.lost", share=self.lost)


def not_cross_entropy(subject: Subject) -> NotCrossEntropy:
    """Measure what cross-entropy would make of a target of numbers."""
    raw, y = np.asarray(subject.fold.y, dtype=np.float64), subject.y.numpy()
    bin_of, centers = _binned(y)
    near, far = (_misplaced(bin_of, centers, farthest=side) for side in (False, True))
    return NotCrossEntropy(
        kind=subject.task.kind,
        sample=subject.sample,
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
    """Return a prediction for each row: little on its bin, the rest on another by distance."""
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
