"""Claim: cross-entropy is the entropy of the labels plus the divergence of the predictions.

``H(p, q) = H(p) + KL(p ‖ q)``, for class frequencies ``p`` and the mean prediction ``q``.
"""

from dataclasses import dataclass
from math import log
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from lossary import estimate, losses, measures
from lossary.measures.several_distributions import js_divergence
from lossary.pages.localization import Message, say
from lossary.study.why.claim import Claim, scientific
from lossary.study.why.setup import Array, Setup, TrainingRun

__all__ = ["EntropyDecomposition", "measure_entropy_decomposition"]

ROUNDING = 1e-12


@dataclass(frozen=True)
class EntropyDecomposition(Claim):
    """Entropies and divergences of the held-out rows, in nats unless bits are named."""

    classes: tuple[str, ...]
    observed: tuple[float, ...]
    predicted: tuple[float, ...]
    """The mean predicted probability of each class."""
    label_entropy: float
    corrected_entropy: float
    """Bias-corrected estimate of the population's entropy, at most that of equal frequencies."""
    standard_error: float
    effective_classes: float
    model_cross_entropy: float
    """Mean negative log-likelihood of the labels: the loss of the model."""
    mean_kl_divergence: float
    """Mean divergence of each row's one-hot label and its prediction: equal to the loss."""
    frequencies_cross_entropy: float
    """H(p, q) of the frequencies p and the mean prediction q."""
    kl_divergence: float
    js_divergence: float

    name: ClassVar[str] = "entropy_decomposition"

    @property
    def label_entropy_bits(self) -> float:
        """H(y) in bits."""
        return self.label_entropy / log(2)

    @property
    def learned(self) -> float:
        """Entropy of the labels minus the loss of the model."""
        return self.label_entropy - self.model_cross_entropy

    @property
    def identity_error(self) -> float:
        """Largest error of H(p, q) = H(p) + KL(p ‖ q), over the classes and over the rows."""
        parts = self.label_entropy + self.kl_divergence
        return max(
            _apart(self.frequencies_cross_entropy, parts),
            _apart(self.model_cross_entropy, self.mean_kl_divergence),
        )

    @property
    def holds(self) -> bool:
        """Whether the parts add up and the JS divergence is within its bounds."""
        small = ROUNDING * max(1.0, self.model_cross_entropy)
        return self.identity_error <= small and 0 <= self.js_divergence <= log(2)

    @property
    def finding(self) -> Message:
        """The entropy of the labels and the loss of the model."""
        return say(
            f"why.entropy_decomposition.{'learned' if self.learned > 0 else 'not_learned'}",
            entropy=self.label_entropy,
            loss=self.model_cross_entropy,
            share=self.learned / self.label_entropy if self.label_entropy else 0.0,
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The entropy in bits, the parts of the cross-entropy, and the JS divergence."""
        return (
            say(
                "why.entropy_decomposition.bits",
                bits=self.label_entropy_bits,
                classes=self.effective_classes,
                corrected=self.corrected_entropy / log(2),
                error=self.standard_error / log(2),
            ),
            say(
                f"why.entropy_decomposition.{'parts' if self.holds else 'parts_miss'}",
                cross=self.frequencies_cross_entropy,
                entropy=self.label_entropy,
                divergence=self.kl_divergence,
                error=scientific(self.identity_error),
            ),
            say("why.entropy_decomposition.js", js=self.js_divergence, most=log(2)),
        )


def measure_entropy_decomposition(setup: Setup, training: TrainingRun) -> EntropyDecomposition:
    """Measure the entropy of the labels and the loss of a model trained with cross-entropy."""
    z, y = training.scores(setup.x_held), setup.y_held
    if z.shape[1] == 1:
        z = torch.cat([torch.zeros_like(z), z], dim=1)
    counts = np.bincount(y.numpy(), minlength=setup.classes)
    p: Array = counts / counts.sum()
    q: Array = _mean(torch.softmax(z, dim=1).numpy())
    labels = estimate.entropy_from_counts(counts, method="miller_madow", alphabet=setup.classes)
    return EntropyDecomposition(
        kind=setup.task.kind,
        sample=setup.held_sample,
        classes=setup.task.classes,
        observed=tuple(p.tolist()),
        predicted=tuple(q.tolist()),
        label_entropy=float(measures.entropy(p)),
        corrected_entropy=min(labels.value, log(setup.classes)),
        standard_error=labels.standard_error or 0.0,
        effective_classes=float(measures.perplexity(p)),
        model_cross_entropy=float(losses.softmax_cross_entropy(z, y)),
        mean_kl_divergence=_mean_divergence(z, y),
        frequencies_cross_entropy=float(measures.cross_entropy(p, q)),
        kl_divergence=float(measures.kl_divergence(p, q)),
        js_divergence=float(js_divergence(p, q)),
    )


def _apart(one: float, other: float) -> float:
    """Return the distance of two numbers; 0 for equal infinities."""
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
