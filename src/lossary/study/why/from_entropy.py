"""From entropy to loss: what the labels hold, what the trained model still pays, and the excess.

``H(p, q) = H(p) + KL(p ‖ q)``: of the class frequencies ``p`` and the mean prediction ``q``.
"""

from dataclasses import dataclass
from math import log

import numpy as np
import torch
from torch import Tensor

from lossary import estimate, losses, measures
from lossary.measures.mixtures import js_divergence
from lossary.pages.words import digits
from lossary.study.why.claim import percent
from lossary.study.why.subject import Array, Subject, Training

__all__ = ["FromEntropy", "from_entropy"]

ROUNDING = 1e-12


@dataclass(frozen=True)
class FromEntropy:
    """Information of the held-out rows, in nats unless it says bits."""

    classes: tuple[str, ...]
    observed: tuple[float, ...]
    predicted: tuple[float, ...]
    """The mean predicted probability of each class."""
    label_entropy: float
    corrected_entropy: float
    """The entropy as an estimate for other rows: its bias corrected."""
    standard_error: float
    effective_classes: float
    model_cross_entropy: float
    """The mean surprise of the labels under the model: the loss."""
    mean_kl_divergence: float
    """Of each row's label, which has no entropy, and its prediction: the loss again."""
    frequencies_cross_entropy: float
    """H(p, q) of the frequencies p and the mean prediction q."""
    kl_divergence: float
    js_divergence: float

    @property
    def title(self) -> str:
        """The claim."""
        return "Loss is entropy plus divergence"

    @property
    def label_entropy_bits(self) -> float:
        """H(y) in bits."""
        return self.label_entropy / log(2)

    @property
    def learned(self) -> float:
        """How much of the labels' surprise the model takes away, H(y) less its loss."""
        return self.label_entropy - self.model_cross_entropy

    @property
    def identity_error(self) -> float:
        """What H(p, q) = H(p) + KL(p ‖ q) misses at most: of the classes, of each row."""
        whole = self.frequencies_cross_entropy - self.label_entropy - self.kl_divergence
        return max(abs(whole), abs(self.model_cross_entropy - self.mean_kl_divergence))

    @property
    def holds(self) -> bool:
        """Whether the parts add up, and JS stays within its bounds."""
        small = ROUNDING * max(1.0, self.model_cross_entropy)
        return self.identity_error <= small and 0 <= self.js_divergence <= log(2)

    @property
    def sentence(self) -> str:
        """What was measured."""
        share = self.learned / self.label_entropy if self.label_entropy else 0.0
        fate = (
            f"it took away {percent(share)} of it"
            if self.learned > 0
            else "no less, so stating the frequencies would do as well"
        )
        return (
            f"The held-out labels have an entropy of {digits(self.label_entropy)} nats "
            f"({digits(self.label_entropy_bits)} bits, as {self.effective_classes:.2f} equally "
            f"frequent classes would). The trained model's cross-entropy was "
            f"{digits(self.model_cross_entropy)} nats: {fate}. Between the frequencies and the "
            f"model's mean prediction, cross-entropy {digits(self.frequencies_cross_entropy)} is "
            f"entropy plus a KL divergence of {digits(self.kl_divergence)}, to within "
            f"{self.identity_error:.0e}; their JS divergence is {digits(self.js_divergence)} of at "
            f"most {digits(log(2))}."
        )


def from_entropy(subject: Subject, training: Training) -> FromEntropy:
    """Measure the labels' entropy and what a model trained under cross-entropy makes of it."""
    z, y = training.scores(subject.x_held), subject.y_held
    if z.shape[1] == 1:
        z = torch.cat([torch.zeros_like(z), z], dim=1)
    counts = np.bincount(y.numpy(), minlength=subject.classes)
    p: Array = counts / counts.sum()
    q: Array = _mean(torch.softmax(z, dim=1).numpy())
    labels = estimate.entropy_from_counts(counts, alphabet=subject.classes)
    return FromEntropy(
        classes=subject.task.classes,
        observed=tuple(p.tolist()),
        predicted=tuple(q.tolist()),
        label_entropy=float(measures.entropy(p)),
        corrected_entropy=labels.value,
        standard_error=labels.standard_error or 0.0,
        effective_classes=float(measures.perplexity(p)),
        model_cross_entropy=float(losses.softmax_cross_entropy(z, y)),
        mean_kl_divergence=_mean_divergence(z, y),
        frequencies_cross_entropy=float(measures.cross_entropy(p, q)),
        kl_divergence=float(measures.kl_divergence(p, q)),
        js_divergence=float(js_divergence(p, q)),
    )


def _mean(rows: Array) -> Array:
    mean = rows.mean(axis=0)
    return np.asarray(mean / mean.sum())


def _mean_divergence(z: Tensor, y: Tensor) -> float:
    certain = torch.nn.functional.one_hot(y, z.shape[1]).to(z.dtype).log()
    rows: Tensor = measures.kl_divergence_from_log_probabilities(
        certain, torch.log_softmax(z, dim=1), axis=1
    )
    return float(rows.mean())
