"""Claim: the gradient of squared error on a sigmoid vanishes where the error is largest.

With ``p`` the sigmoid or softmax of the scores and ``J`` its derivative, cross-entropy has the
gradient ``p - t`` and squared error ``2 J (p - t)``: of one score ``2 σ(s) σ(-s)`` times that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossary.pages.localization import Message, say
from lossary.study.candidates import Candidate
from lossary.study.why.claim import Claim, scientific, step_count
from lossary.study.why.row_sample import Sample
from lossary.study.why.score_derivatives import gradient_norms, margins, score_gradients
from lossary.study.why.setup import Setup, TrainingRun, subsampled

__all__ = [
    "MAX_STEPS",
    "VANISHING",
    "WRONG_MARGIN",
    "GradientPoint",
    "MisclassifiedPoint",
    "Recovery",
    "Saturation",
    "measure_saturation",
    "steps_to_undecided",
]

VANISHING = 0.01
WRONG_MARGIN = 6.0
MAX_STEPS = 5000
ROUNDING = 1e-12
LOGGED_STEPS = frozenset(
    {0, 1, 2, 3, 5, 7, *(k * 10**i for i in (1, 2, 3) for k in (1, 1.5, 2, 3, 5, 7))}
)
"""Steps of the recovery that are recorded."""
STARTS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)


@dataclass(frozen=True)
class GradientPoint:
    """Norm of each loss's gradient where the right class has probability 1 - ``error``."""

    error: float
    cross_entropy: float
    squared_error: float


@dataclass(frozen=True)
class MisclassifiedPoint:
    """The misclassified rows at a step, and the share whose squared-error gradient vanishes."""

    step: int
    misclassified: int
    vanishing: float


@dataclass(frozen=True)
class Recovery:
    """Gradient descent with a loss from weights that are confidently wrong."""

    loss: str
    steps: int | None
    """Steps until half of the misclassified rows are right; None for more than ``MAX_STEPS``."""
    path: tuple[MisclassifiedPoint, ...]


@dataclass(frozen=True)
class Saturation(Claim):
    """Gradient by error, and the steps to recover from confident errors."""

    curve: tuple[GradientPoint, ...]
    identity_error: float
    single: tuple[tuple[float, int | None, int | None], ...]
    """Negative margin of a single score at the start; steps of cross-entropy and squared error."""
    cross_entropy: Recovery
    squared_error: Recovery
    training: tuple[MisclassifiedPoint, ...]
    """The study's training run with squared error, from small weights."""
    hidden: bool
    """Whether the model has hidden layers."""

    name: ClassVar[str] = "saturation"

    @property
    def slowdown(self) -> float:
        """Steps of squared error per step of cross-entropy; a lower bound where it was stopped."""
        fast, slow = (
            MAX_STEPS if u.steps is None else u.steps
            for u in (self.cross_entropy, self.squared_error)
        )
        return slow / max(fast, 1)

    @property
    def holds(self) -> bool:
        """Whether the gradients have the ratio of the theory, and recovery is slower."""
        return self.identity_error <= ROUNDING and self.slowdown > 1

    @property
    def finding(self) -> Message:
        """The steps to recovery."""
        fast, slow = (
            step_count(u.steps, MAX_STEPS) for u in (self.cross_entropy, self.squared_error)
        )
        key = "slower" if self.slowdown > 1 else "not_slower"
        if self.cross_entropy.steps is self.squared_error.steps is None:
            return say("why.saturation.neither", hidden=self.hidden, most=MAX_STEPS)
        return say(f"why.saturation.{key}", hidden=self.hidden, fast=fast, slow=slow)

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The steps of a single score, the vanishing gradients, and the ratio of the gradients."""
        start, *counts = next(row for row in self.single if row[0] == WRONG_MARGIN)
        fast, slow = (step_count(n, MAX_STEPS) for n in counts)
        vanishing = self.squared_error.path[0].vanishing
        return (
            say("why.saturation.single", start=start, fast=fast, slow=slow),
            say("why.saturation.vanishing", share=vanishing, margin=WRONG_MARGIN),
            self._usual,
            say("why.saturation.identity", error=scientific(self.identity_error), kind=self.kind),
        )

    @property
    def _usual(self) -> Message:
        worst = max(self.training, key=lambda p: p.vanishing)
        if not worst.vanishing:
            return say("why.saturation.never_vanishing")
        return say(
            "why.saturation.sometimes_vanishing",
            share=worst.vanishing,
            step=worst.step,
            rows=worst.misclassified,
        )


def measure_saturation(whole: Setup, entropy: TrainingRun, squared: TrainingRun) -> Saturation:
    """Measure saturation from training runs with the two losses."""
    setup = subsampled(whole)
    weights = _wrong_start(setup, entropy)
    start = weights[-2], weights[-1]
    features = _features(weights, setup.x)
    pair = entropy.candidate, squared.candidate
    # At an undecided score 2 J is 1/2, or 2/classes for several classes: the rates compensate.
    boost = 2.0 if pair[0].outputs == 1 else setup.classes / 2
    rate = 4 / float((features**2).sum(dim=1).mean() + 1)
    boosts = (1.0, boost)
    recoveries = [
        _recovery(pair, c, start, (features, setup.y), rate * b)
        for c, b in zip(pair, boosts, strict=True)
    ]
    single = [steps_to_undecided(c, STARTS, b) for c, b in zip(pair, boosts, strict=True)]
    wrong = features @ start[0] + start[1]
    return Saturation(
        kind=setup.task.kind,
        sample=Sample(len(setup.y), whole.totals[0]),
        curve=_curve(*pair),
        identity_error=max(
            _identity_error(*pair, z, setup.y) for z in (wrong, squared.scores(setup.x))
        ),
        single=tuple(zip(STARTS, *single, strict=True)),
        cross_entropy=recoveries[0],
        squared_error=recoveries[1],
        training=tuple(
            MisclassifiedPoint(step, *_vanishing(*pair, squared.scores(whole.x, i), whole.y))
            for i, step in enumerate(squared.steps)
        ),
        hidden=bool(setup.budget.hidden),
    )


def steps_to_undecided(
    candidate: Candidate, starts: Sequence[float], rate: float
) -> tuple[int | None, ...]:
    """Return the steps until scores with these negative margins are undecided; None if too many.

    The descent is over the scores themselves: the right class starts at minus ``starts``, the
    others at 0.
    """
    z = torch.zeros((len(starts), candidate.outputs), dtype=torch.float64)
    z[:, 0] = -torch.tensor(starts, dtype=torch.float64)
    y = torch.full((len(starts),), 1 if candidate.outputs == 1 else 0)
    found: list[int | None] = [None] * len(starts)
    for step in range(MAX_STEPS + 1):
        there = (margins(z, y) >= 0).tolist()
        found = [step if now and n is None else n for n, now in zip(found, there, strict=True)]
        if None not in found:
            break
        z = z - rate * score_gradients(candidate, z, y)
    return tuple(found)


def _wrong_start(setup: Setup, training: TrainingRun) -> list[Tensor]:
    """Return the trained weights, with the last layer scaled to a median margin of -6."""
    weights = [w[0] for w in training.path[-1]]
    lead = float(margins(training.scores(setup.x), setup.y).median())
    factor = -WRONG_MARGIN / (lead or 1e-9)
    return [*weights[:-2], weights[-2] * factor, weights[-1] * factor]


def _features(weights: list[Tensor], x: Tensor) -> Tensor:
    for matrix, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = torch.relu(x @ matrix + bias)
    return x


def _recovery(
    pair: tuple[Candidate, Candidate],
    candidate: Candidate,
    start: tuple[Tensor, Tensor],
    rows: tuple[Tensor, Tensor],
    rate: float,
) -> Recovery:
    """Train the last layer until half of the misclassified rows are right."""
    (matrix, bias), (x, y) = start, rows
    wrong = margins(x @ matrix + bias, y) <= 0
    path, found = [], None
    for step in range(MAX_STEPS + 1):
        z = x @ matrix + bias
        if int((margins(z, y)[wrong] > 0).sum()) * 2 >= int(wrong.sum()):
            found = step
        if step in LOGGED_STEPS or step == found:
            path.append(MisclassifiedPoint(step, *_vanishing(*pair, z, y)))
        if step == found:
            break
        gradient = score_gradients(candidate, z, y) / len(x)
        matrix, bias = matrix - rate * x.T @ gradient, bias - rate * gradient.sum(dim=0)
    return Recovery(candidate.label, found, tuple(path))


def _vanishing(entropy: Candidate, squared: Candidate, z: Tensor, y: Tensor) -> tuple[int, float]:
    wrong = margins(z, y) < 0
    count = int(wrong.sum())
    if not count:
        return 0, 0.0
    few = gradient_norms(score_gradients(squared, z, y)) < VANISHING * gradient_norms(
        score_gradients(entropy, z, y)
    )
    return count, int((few & wrong).sum()) / count


def _identity_error(entropy: Candidate, squared: Candidate, z: Tensor, y: Tensor) -> float:
    """Return the largest error of 2 J times cross-entropy's gradient as squared error's."""
    gradient = score_gradients(entropy, z, y)
    if entropy.outputs == 1:
        expected = 2 * (torch.sigmoid(z) * torch.sigmoid(-z)) * gradient
    else:
        p = torch.softmax(z, dim=1)
        expected = 2 * p * (gradient - (p * gradient).sum(dim=1, keepdim=True))
    return float((score_gradients(squared, z, y) - expected).abs().max())


def _curve(entropy: Candidate, squared: Candidate) -> tuple[GradientPoint, ...]:
    right = torch.linspace(0.001, 0.999, 99, dtype=torch.float64)
    z = torch.zeros((len(right), entropy.outputs), dtype=torch.float64)
    z[:, 0] = torch.logit(right) + (0.0 if entropy.outputs == 1 else _rivals(entropy))
    y = torch.full((len(right),), 1 if entropy.outputs == 1 else 0)
    both = [gradient_norms(score_gradients(c, z, y)).tolist() for c in (entropy, squared)]
    return tuple(
        GradientPoint(1 - r, *point) for r, *point in zip(right.tolist(), *both, strict=True)
    )


def _rivals(entropy: Candidate) -> float:
    return float(torch.tensor(entropy.outputs - 1.0, dtype=torch.float64).log())
