"""From entropy to loss: what the labels hold, what the trained model still pays, and the excess.

``H(p, q) = H(p) + KL(p ‖ q)``: of the class frequencies ``p`` and the mean prediction ``q``.
"""

from dataclasses import dataclass
from math import log
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from lossary import estimate, losses, measures
from lossary.measures.several_distributions import js_divergence
from lossary.pages.messages import Message, say
from lossary.study.why.claim import Claim, tiny
from lossary.study.why.setup import Array, Subject, Training

__all__ = ["FromEntropy", "from_entropy"]

ROUNDING = 1e-12


@dataclass(frozen=True)
class FromEntropy(Claim):
    """Information of the held-out rows, in nats unless it says bits."""

    classes: tuple[str, ...]
    observed: tuple[float, ...]
    predicted: tuple[float, ...]
    """The mean predicted probability of each class."""
    label_entropy: float
    corrected_entropy: float
    """The entropy as an estimate for other rows: its bias corrected, at most that of even ones."""
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

    name: ClassVar[str] = "from_entropy"

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
        parts = self.label_entropy + self.kl_divergence
        return max(
            _apart(self.frequencies_cross_entropy, parts),
            _apart(self.model_cross_entropy, self.mean_kl_divergence),
        )

    @property
    def holds(self) -> bool:
        """Whether the parts add up, and JS stays within its bounds."""
        small = ROUNDING * max(1.0, self.model_cross_entropy)
        return self.identity_error <= small and 0 <= self.js_divergence <= log(2)

    @property
    def finding(self) -> Message:
        """What the labels hold and what the model still pays."""
        return say(
            f"why.from_entropy.{'learned' if self.learned > 0 else 'not_learned'}",
            entropy=self.label_entropy,
            loss=self.model_cross_entropy,
            share=self.learned / self.label_entropy if self.label_entropy else 0.0,
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The labels' entropy in other words, and the parts of a cross-entropy."""
        return (
            say(
                "why.from_entropy.bits",
                bits=self.label_entropy_bits,
                classes=self.effective_classes,
                corrected=self.corrected_entropy / log(2),
                error=self.standard_error / log(2),
            ),
            say(
                f"why.from_entropy.{'parts' if self.holds else 'parts_miss'}",
                cross=self.frequencies_cross_entropy,
                entropy=self.label_entropy,
                divergence=self.kl_divergence,
                error=tiny(self.identity_error),
            ),
            say("why.from_entropy.js", js=self.js_divergence, most=log(2)),
        )


def from_entropy(subject: Subject, training: Training) -> FromEntropy:
    """Measure the labels' entropy and what a model trained under cross-entropy makes of it."""
    z, y = training.scores(subject.x_held), subject.y_held
    if z.shape[1] == 1:
        z = torch.cat([torch.zeros_like(z), z], dim=1)
    counts = np.bincount(y.numpy(), minlength=subject.classes)
    p: Array = counts / counts.sum()
    q: Array = _mean(torch.softmax(z, dim=1).numpy())
    labels = estimate.entropy_from_counts(counts, method="miller_madow", alphabet=subject.classes)
    return FromEntropy(
        kind=subject.task.kind,
        sample=subject.held_sample,
        classes=subject.task.classes,
        observed=tuple(p.tolist()),
        predicted=tuple(q.tolist()),
        label_entropy=float(measures.entropy(p)),
        corrected_entropy=min(labels.value, log(subject.classes)),
        standard_error=labels.standard_error or 0.0,
        effective_classes=float(measures.perplexity(p)),
        model_cross_entropy=float(losses.softmax_cross_entropy(z, y)),
        mean_kl_divergence=_mean_divergence(z, y),
        frequencies_cross_entropy=float(measures.cross_entropy(p, q)),
        kl_divergence=float(measures.kl_divergence(p, q)),
        js_divergence=float(js_divergence(p, q)),
    )


def _apart(one: float, other: float) -> float:
    """Return how far two numbers are apart: infinite ones not at all."""
    return 0.0 if one == other else abs(one - other)


def _mean(rows: Array) -> Array:
    mean = rows.mean(axis=0)
    return np.asarray(mean / mean.sum())


def _mean_divergence(z: Tensor, y: Tensor) -> float:
    certain = torch.nn.functional.one_hot(y, z.shape[1]).to(z.dtype).log()
    rows: Tensor = measures.kl_divergence_from_log_probabilities(
        certain, torch.log_softmax(z, dim=1), axis=1
    )
    return float(rows.mean())
