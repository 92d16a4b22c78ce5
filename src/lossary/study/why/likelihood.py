"""Likelihood: the loss is minus the mean log-likelihood, and both have one minimiser.

Cross-entropy is that of a Bernoulli or categorical distribution; squared error ``r²`` that of a
normal one of variance 1/2, ``r² + ln π / 2``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi
from typing import ClassVar

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Categorical, Distribution, Normal

from lossary.pages.messages import Message, say
from lossary.study.models import HIDDEN
from lossary.study.task import Kind
from lossary.study.why.claim import Claim, tiny
from lossary.study.why.mean_loss import objective_of
from lossary.study.why.newton import minimiser
from lossary.study.why.row_sample import Sample
from lossary.study.why.setup import Subject, Training, fewer

__all__ = ["PENALTY", "Likelihood", "likelihood", "log_likelihood"]

PENALTY = 1e-3
"""Half of it times the squared length of the weights is added to both, so that a minimum exists."""
ROUNDING = 1e-6


@dataclass(frozen=True)
class Likelihood(Claim):
    """The loss and the log-likelihood of the trained model, and where each is best."""

    loss: float
    mean_log_likelihood: float
    constant: float
    """What the log-likelihood has beside minus the loss."""
    weights: int
    distance: float
    """Between the two minimisers, over the length of the first."""

    name: ClassVar[str] = "likelihood"

    @property
    def value_error(self) -> float:
        """How far the loss is from minus the mean log-likelihood, its constant apart."""
        return abs(self.loss + self.mean_log_likelihood - self.constant)

    @property
    def holds(self) -> bool:
        """Whether values and minimisers agree to rounding."""
        return self.value_error <= 1e-12 * max(1.0, self.loss) and self.distance <= ROUNDING

    @property
    def finding(self) -> Message:
        """How far the two minimisers are apart."""
        return say(
            f"why.likelihood.{'same' if self.distance <= ROUNDING else 'apart'}",
            kind=self.kind,
            weights=self.weights,
            distance=tiny(self.distance),
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """How far the two values are apart, and what both were minimised with."""
        return (
            say(
                "why.likelihood.value",
                kind=self.kind,
                rows=self.sample.rows,
                loss=self.loss,
                likelihood=self.mean_log_likelihood,
                error=tiny(self.value_error),
            ),
            say("why.likelihood.penalty", penalty=PENALTY),
        )


def likelihood(whole: Subject, training: Training) -> Likelihood:
    """Compare a loss with the likelihood it stands for."""
    subject = fewer(whole)
    kind = subject.task.kind
    objective = objective_of(subject, training.candidate, HIDDEN["linear"])
    constant = -log(pi) / 2 if kind == "regression" else 0.0
    z = training.scores(subject.x)
    zero = torch.zeros(objective.size, dtype=torch.float64)

    def loss(vector: Tensor) -> Tensor:
        return objective.values(vector[None])[0]

    def surprise(vector: Tensor) -> Tensor:
        return -log_likelihood(kind, objective.scores(vector), subject.y).mean()

    one, other = (minimiser(_penalised(f), zero) for f in (loss, surprise))
    return Likelihood(
        kind=kind,
        sample=Sample(len(subject.y), whole.of[0]),
        loss=float(training.candidate.mean_losses(z[None], subject.y)),
        mean_log_likelihood=float(log_likelihood(kind, z, subject.y).mean()),
        constant=constant,
        weights=objective.size,
        distance=float((one - other).norm() / one.norm().clamp(min=1e-300)),
    )


def log_likelihood(kind: Kind, scores: Tensor, y: Tensor) -> Tensor:
    """Return each row's log-likelihood, from the framework's own distributions."""
    found: Tensor = _family(kind, scores).log_prob(y if kind != "binary" else y.double())
    return found


def _family(kind: Kind, scores: Tensor) -> Distribution:
    if kind == "multiclass":
        return Categorical(logits=scores, validate_args=False)
    score = scores[:, 0]
    if kind == "binary":
        return Bernoulli(logits=score, validate_args=False)
    return Normal(score, 0.5**0.5, validate_args=False)


def _penalised(f: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda vector: f(vector) + PENALTY / 2 * (vector @ vector)
