"""Claim: minimising the loss is maximising the likelihood.

Cross-entropy is the negative mean log-likelihood of a Bernoulli or categorical distribution;
squared error ``r²`` that of a normal one of variance 1/2, ``r² + ln π / 2``, but for its constant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, pi
from typing import ClassVar

import torch
from torch import Tensor
from torch.distributions import Bernoulli, Categorical, Distribution, Normal

from lossary.pages.localization import Message, say
from lossary.study.models import HIDDEN
from lossary.study.task import Kind
from lossary.study.why.claim import Claim, scientific
from lossary.study.why.newton import newton_minimum
from lossary.study.why.objective import mean_loss_of
from lossary.study.why.row_sample import Sample
from lossary.study.why.setup import Setup, TrainingRun, subsampled

__all__ = ["PENALTY", "Likelihood", "log_likelihood", "measure_likelihood"]

PENALTY = 1e-3
"""Half of it times the squared norm of the weights is added to both, so that a minimum exists."""
ROUNDING = 1e-6


@dataclass(frozen=True)
class Likelihood(Claim):
    """The loss and the log-likelihood of the trained model, and the distance of their optima."""

    loss: float
    mean_log_likelihood: float
    constant: float
    """The log-likelihood plus the loss, in theory."""
    weights: int
    distance: float
    """Norm of the difference of the two minimisers, relative to that of the first."""

    name: ClassVar[str] = "likelihood"

    @property
    def value_error(self) -> float:
        """Distance of the loss and the negative mean log-likelihood, but for the constant."""
        return abs(self.loss + self.mean_log_likelihood - self.constant)

    @property
    def holds(self) -> bool:
        """Whether values and minimisers agree to rounding error."""
        return self.value_error <= 1e-12 * max(1.0, self.loss) and self.distance <= ROUNDING

    @property
    def finding(self) -> Message:
        """The distance of the two minimisers."""
        return say(
            f"why.likelihood.{'same' if self.distance <= ROUNDING else 'apart'}",
            kind=self.kind,
            weights=self.weights,
            distance=scientific(self.distance),
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The two values, and the penalty of the minimisation."""
        return (
            say(
                "why.likelihood.value",
                kind=self.kind,
                rows=self.sample.rows,
                loss=self.loss,
                likelihood=self.mean_log_likelihood,
                error=scientific(self.value_error),
            ),
            say("why.likelihood.penalty", penalty=PENALTY),
        )


def measure_likelihood(whole: Setup, training: TrainingRun) -> Likelihood:
    """Compare a loss with the likelihood that it corresponds to."""
    setup = subsampled(whole)
    kind = setup.task.kind
    mean_loss = mean_loss_of(setup, training.candidate, HIDDEN["linear"])
    constant = -log(pi) / 2 if kind == "regression" else 0.0
    z = training.scores(setup.x)
    zero = torch.zeros(mean_loss.size, dtype=torch.float64)

    def loss(vector: Tensor) -> Tensor:
        return mean_loss.values(vector[None])[0]

    def negative_log_likelihood(vector: Tensor) -> Tensor:
        return -log_likelihood(kind, mean_loss.scores(vector), setup.y).mean()

    one, other = (newton_minimum(_penalised(f), zero) for f in (loss, negative_log_likelihood))
    return Likelihood(
        kind=kind,
        sample=Sample(len(setup.y), whole.totals[0]),
        loss=float(training.candidate.mean_losses(z[None], setup.y)),
        mean_log_likelihood=float(log_likelihood(kind, z, setup.y).mean()),
        constant=constant,
        weights=mean_loss.size,
        distance=float((one - other).norm() / one.norm().clamp(min=1e-300)),
    )


def log_likelihood(kind: Kind, scores: Tensor, y: Tensor) -> Tensor:
    """Return each row's log-likelihood, from ``torch.distributions``."""
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
