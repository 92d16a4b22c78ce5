"""Claim: hinge ignores rows beyond its margin, and focal loss concentrates on hard rows.

Measured by the share of the total gradient that rows have, by their margin.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch import Tensor

from lossary.pages.localization import Message, say
from lossary.study.candidates import Candidate
from lossary.study.why.claim import Claim, comparison
from lossary.study.why.formulas import gradient_share_formulas
from lossary.study.why.score_derivatives import gradient_norms, margins, score_gradients
from lossary.study.why.setup import Setup, TrainingRun

__all__ = ["DECILES", "GradientShare", "Shares", "measure_gradient_share", "shares"]

DECILES = 10
HARD = 3
SMALL = 0.01


@dataclass(frozen=True)
class Shares:
    """Shares of the total gradient at one checkpoint of one loss."""

    loss: str
    step: int
    deciles: tuple[float, ...]
    """Share of each tenth of the rows, the smallest margins first."""
    none: float
    """Share of the rows whose gradient is exactly 0."""
    rare: float
    """Share of the rarest class."""

    @property
    def hard(self) -> float:
        """Share of the three tenths with the smallest margins."""
        return sum(self.deciles[:HARD])


@dataclass(frozen=True)
class GradientShare(Claim):
    """Gradient shares of cross-entropy, hinge and focal loss, over training and at equal scores."""

    rarest: str
    rare_rows: float
    """Share of the rows that are of the rarest class."""
    training: tuple[Shares, ...]
    """Each loss along its own training run."""
    side_by_side: tuple[Shares, Shares, Shares]
    """All losses at the scores that training with cross-entropy ended with."""
    parameters: tuple[tuple[str, dict[str, Any]], ...]
    """Each loss and all its parameters."""
    left_out: tuple[str, ...]
    """Losses of the study that differ from the compared ones in parameters alone."""

    name: ClassVar[str] = "gradient_share"

    @property
    def ends(self) -> dict[str, Shares]:
        """Shares at the last checkpoint of each loss."""
        return {s.loss: s for s in self.training}

    @property
    def ignores_rows(self) -> bool:
        """Whether more rows have no gradient under hinge than under cross-entropy."""
        entropy, hinge, _ = self.ends.values()
        return hinge.none > entropy.none

    @property
    def favours_hard(self) -> bool:
        """Whether hard rows have a larger share under focal loss than under cross-entropy."""
        entropy, _, focal = self.side_by_side
        return focal.hard > entropy.hard

    @property
    def holds(self) -> bool:
        """Whether hinge ignores rows and focal loss favours hard ones."""
        return self.ignores_rows and self.favours_hard

    @property
    def finding(self) -> Message:
        """The rows without gradient under hinge, and the share of hard rows under focal loss."""
        entropy, hinge, _ = self.ends.values()
        first, _, third = self.side_by_side
        return say(
            f"why.gradient_share.{'ignores_rows' if self.ignores_rows else 'uses_all'}_"
            f"{'favours_hard' if self.favours_hard else 'does_not_favour'}",
            hinge=hinge.none,
            entropy=entropy.none,
            entropy_hard=first.hard,
            focal_hard=third.hard,
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """Hinge at the scores of cross-entropy, and the rarest class."""
        entropy, hinge, focal = self.side_by_side
        side = (
            say("why.gradient_share.hinge_zero")
            if hinge.none == 1
            else say("why.gradient_share.hinge_hard", share=hinge.hard, zero=hinge.none)
        )
        rare = say(
            f"why.gradient_share.{_effect(entropy.rare, focal.rare)}",
            name=self.rarest,
            rows=self.rare_rows,
            entropy=entropy.rare,
            focal=focal.rare,
        )
        return side, rare, comparison(list(self.ends), self.left_out)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The formulas for the parameters of the compared losses."""
        return gradient_share_formulas(self.kind, *(given for _, given in self.parameters))


def measure_gradient_share(
    setup: Setup,
    trainings: tuple[TrainingRun, TrainingRun, TrainingRun],
    left_out: tuple[str, ...] = (),
) -> GradientShare:
    """Measure gradient shares over three training runs and at the scores of one of them."""
    counts = torch.bincount(setup.y, minlength=setup.classes).tolist()
    rarest = min((c for c, n in enumerate(counts) if n), key=lambda c: counts[c])
    rare = setup.y == rarest
    entropy = trainings[0]
    end = entropy.scores(setup.x)
    first, second, third = (
        shares(t.candidate, end, setup.y, rare, entropy.steps[-1]) for t in trainings
    )
    return GradientShare(
        kind=setup.task.kind,
        sample=setup.sample,
        rarest=setup.task.classes[rarest],
        rare_rows=float(rare.double().mean()),
        training=tuple(
            shares(t.candidate, t.scores(setup.x, i), setup.y, rare, step)
            for t in trainings
            for i, step in enumerate(t.steps)
        ),
        side_by_side=(first, second, third),
        parameters=tuple((t.candidate.label, t.candidate.settings) for t in trainings),
        left_out=left_out,
    )


def shares(candidate: Candidate, scores: Tensor, y: Tensor, rare: Tensor, step: int) -> Shares:
    """Return the shares of a loss's gradient with respect to the scores."""
    if candidate.outputs > scores.shape[1]:
        scores = torch.cat([torch.zeros_like(scores), scores], dim=1)
    sizes = gradient_norms(score_gradients(candidate, scores, y))
    order = torch.argsort(margins(scores, y), stable=True)
    total = float(sizes.sum())
    part = sizes / total if total else torch.zeros_like(sizes)
    return Shares(
        loss=candidate.label,
        step=step,
        deciles=tuple(float(p.sum()) for p in torch.tensor_split(part[order], DECILES)),
        none=float((sizes == 0).double().mean()),
        rare=float(part[rare].sum()),
    )


def _effect(entropy: float, focal: float) -> str:
    """Return the key of the text about the rarest class."""
    if abs(focal - entropy) < SMALL:
        return "rare_alike"
    return "rare_more" if focal > entropy else "rare_less"
