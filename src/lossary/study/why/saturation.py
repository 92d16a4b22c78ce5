"""Saturation: where squared error on a sigmoid is most wrong, it learns least.

With ``p`` the sigmoid or softmax of the scores and ``J`` its derivative, cross-entropy has the
gradient ``p - t`` and squared error ``2 J (p - t)``: of one score ``2 σ(s) σ(-s)`` times that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossary.pages.messages import Message, say
from lossary.study.candidates import Candidate
from lossary.study.why.claim import Claim, steps, tiny
from lossary.study.why.row_sample import Sample
from lossary.study.why.score_derivatives import margins, sizes, slopes
from lossary.study.why.setup import Subject, Training, fewer

__all__ = [
    "FAINT",
    "MOST_STEPS",
    "WRONG_BY",
    "GradientPoint",
    "Saturation",
    "SilentPoint",
    "Unlearning",
    "saturation",
    "single_starts",
]

FAINT = 0.01
WRONG_BY = 6.0
MOST_STEPS = 5000
ROUNDING = 1e-12
MARKS = frozenset({0, 1, 2, 3, 5, 7, *(k * 10**i for i in (1, 2, 3) for k in (1, 1.5, 2, 3, 5, 7))})
"""The steps at which the way back is looked at."""
STARTS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)


@dataclass(frozen=True)
class GradientPoint:
    """The size of each loss's gradient where the right class is given 1 - ``error``."""

    error: float
    cross_entropy: float
    squared_error: float


@dataclass(frozen=True)
class SilentPoint:
    """The misclassified rows at a step, and the share of them that squared error ignores."""

    step: int
    misclassified: int
    faint: float


@dataclass(frozen=True)
class Unlearning:
    """From weights that are confidently wrong: the way of plain gradient descent under a loss."""

    loss: str
    steps: int | None
    """Until half of what was misclassified is right; None where that took too many."""
    path: tuple[SilentPoint, ...]


@dataclass(frozen=True)
class Saturation(Claim):
    """Gradients against error, and what it takes to unlearn."""

    curve: tuple[GradientPoint, ...]
    identity_error: float
    single: tuple[tuple[float, int | None, int | None], ...]
    """How wrong the one score starts; steps of cross-entropy and of squared error."""
    cross_entropy: Unlearning
    squared_error: Unlearning
    training: tuple[SilentPoint, ...]
    """The usual training under squared error, from small weights."""
    hidden: bool
    """Whether the model has layers before the last."""

    name: ClassVar[str] = "saturation"

    @property
    def slowdown(self) -> float:
        """Steps of squared error for each of cross-entropy; at least that where it is capped."""
        fast, slow = (
            MOST_STEPS if u.steps is None else u.steps
            for u in (self.cross_entropy, self.squared_error)
        )
        return slow / max(fast, 1)

    @property
    def holds(self) -> bool:
        """Whether the one gradient is the other times the slope, and unlearning is slower."""
        return self.identity_error <= ROUNDING and self.slowdown > 1

    @property
    def finding(self) -> Message:
        """How long it takes to unlearn."""
        fast, slow = (steps(u.steps, MOST_STEPS) for u in (self.cross_entropy, self.squared_error))
        key = "slower" if self.slowdown > 1 else "not_slower"
        if self.cross_entropy.steps is self.squared_error.steps is None:
            return say("why.saturation.neither", hidden=self.hidden, most=MOST_STEPS)
        return say(f"why.saturation.{key}", hidden=self.hidden, fast=fast, slow=slow)

    @property
    def measurements(self) -> tuple[Message, ...]:
        """One score alone, who is not heard, and the slope."""
        start, *counts = next(row for row in self.single if row[0] == WRONG_BY)
        fast, slow = (steps(n, MOST_STEPS) for n in counts)
        faint = self.squared_error.path[0].faint
        return (
            say("why.saturation.single", start=start, fast=fast, slow=slow),
            say("why.saturation.faint", share=faint, margin=WRONG_BY),
            self._usual,
            say("why.saturation.identity", error=tiny(self.identity_error), kind=self.kind),
        )

    @property
    def _usual(self) -> Message:
        worst = max(self.training, key=lambda p: p.faint)
        if not worst.faint:
            return say("why.saturation.never_faint")
        return say(
            "why.saturation.sometimes_faint",
            share=worst.faint,
            step=worst.step,
            rows=worst.misclassified,
        )


def saturation(whole: Subject, entropy: Training, squared: Training) -> Saturation:
    """Measure saturation on a subject, from its trainings under the two losses."""
    subject = fewer(whole)
    weights = _wrong_start(subject, entropy)
    start = weights[-2], weights[-1]
    features = _features(weights, subject.x)
    pair = entropy.candidate, squared.candidate
    # At an undecided score 2 J is 1/2, or of several classes 2/classes: the rates make up for it.
    boost = 2.0 if pair[0].outputs == 1 else subject.classes / 2
    rate = 4 / float((features**2).sum(dim=1).mean() + 1)
    boosts = (1.0, boost)
    ways = [
        _unlearning(pair, c, start, (features, subject.y), rate * b)
        for c, b in zip(pair, boosts, strict=True)
    ]
    single = [single_starts(c, STARTS, b) for c, b in zip(pair, boosts, strict=True)]
    wrong = features @ start[0] + start[1]
    return Saturation(
        kind=subject.task.kind,
        sample=Sample(len(subject.y), whole.of[0]),
        curve=_curve(*pair),
        identity_error=max(
            _identity_error(*pair, z, subject.y) for z in (wrong, squared.scores(subject.x))
        ),
        single=tuple(zip(STARTS, *single, strict=True)),
        cross_entropy=ways[0],
        squared_error=ways[1],
        training=tuple(
            SilentPoint(step, *_faint(*pair, squared.scores(whole.x, i), whole.y))
            for i, step in enumerate(squared.steps)
        ),
        hidden=bool(subject.budget.hidden),
    )


def single_starts(
    candidate: Candidate, starts: Sequence[float], rate: float
) -> tuple[int | None, ...]:
    """Return the steps until scores that start wrong by so much are undecided; None if too many.

    The descent moves the scores themselves: of several classes the right one starts at minus
    how wrong it is, and the rest at 0.
    """
    z = torch.zeros((len(starts), candidate.outputs), dtype=torch.float64)
    z[:, 0] = -torch.tensor(starts, dtype=torch.float64)
    y = torch.full((len(starts),), 1 if candidate.outputs == 1 else 0)
    found: list[int | None] = [None] * len(starts)
    for step in range(MOST_STEPS + 1):
        there = (margins(z, y) >= 0).tolist()
        found = [step if now and n is None else n for n, now in zip(found, there, strict=True)]
        if None not in found:
            break
        z = z - rate * slopes(candidate, z, y)
    return tuple(found)


def _wrong_start(subject: Subject, training: Training) -> list[Tensor]:
    """Return the trained weights, their last layer turned round to a median margin of -6."""
    weights = [w[0] for w in training.path[-1]]
    lead = float(margins(training.scores(subject.x), subject.y).median())
    factor = -WRONG_BY / (lead or 1e-9)
    return [*weights[:-2], weights[-2] * factor, weights[-1] * factor]


def _features(weights: list[Tensor], x: Tensor) -> Tensor:
    for matrix, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        x = torch.relu(x @ matrix + bias)
    return x


def _unlearning(
    pair: tuple[Candidate, Candidate],
    candidate: Candidate,
    start: tuple[Tensor, Tensor],
    rows: tuple[Tensor, Tensor],
    rate: float,
) -> Unlearning:
    """Return the way of the last layer until half of what was misclassified is right."""
    (matrix, bias), (x, y) = start, rows
    wrong = margins(x @ matrix + bias, y) <= 0
    path, found = [], None
    for step in range(MOST_STEPS + 1):
        z = x @ matrix + bias
        if int((margins(z, y)[wrong] > 0).sum()) * 2 >= int(wrong.sum()):
            found = step
        if step in MARKS or step == found:
            path.append(SilentPoint(step, *_faint(*pair, z, y)))
        if step == found:
            break
        pull = slopes(candidate, z, y) / len(x)
        matrix, bias = matrix - rate * x.T @ pull, bias - rate * pull.sum(dim=0)
    return Unlearning(candidate.label, found, tuple(path))


def _faint(entropy: Candidate, squared: Candidate, z: Tensor, y: Tensor) -> tuple[int, float]:
    wrong = margins(z, y) < 0
    count = int(wrong.sum())
    if not count:
        return 0, 0.0
    few = sizes(slopes(squared, z, y)) < FAINT * sizes(slopes(entropy, z, y))
    return count, int((few & wrong).sum()) / count


def _identity_error(entropy: Candidate, squared: Candidate, z: Tensor, y: Tensor) -> float:
    """Return how far 2 J times the one gradient is from the other, at most."""
    pull = slopes(entropy, z, y)
    if entropy.outputs == 1:
        expected = 2 * (torch.sigmoid(z) * torch.sigmoid(-z)) * pull
    else:
        p = torch.softmax(z, dim=1)
        expected = 2 * p * (pull - (p * pull).sum(dim=1, keepdim=True))
    return float((slopes(squared, z, y) - expected).abs().max())


def _curve(entropy: Candidate, squared: Candidate) -> tuple[GradientPoint, ...]:
    right = torch.linspace(0.001, 0.999, 99, dtype=torch.float64)
    z = torch.zeros((len(right), entropy.outputs), dtype=torch.float64)
    z[:, 0] = torch.logit(right) + (0.0 if entropy.outputs == 1 else _rivals(entropy))
    y = torch.full((len(right),), 1 if entropy.outputs == 1 else 0)
    both = [sizes(slopes(c, z, y)).tolist() for c in (entropy, squared)]
    return tuple(
        GradientPoint(1 - r, *point) for r, *point in zip(right.tolist(), *both, strict=True)
    )


def _rivals(entropy: Candidate) -> float:
    return float(torch.tensor(entropy.outputs - 1.0, dtype=torch.float64).log())
