"""Who carries the gradient: the share of its total by how well a row is already classified."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossary.pages.messages import Message, say
from lossary.study.candidates import Candidate
from lossary.study.why.claim import Claim
from lossary.study.why.score_derivatives import margins, sizes, slopes
from lossary.study.why.setup import Subject, Training

__all__ = ["DECILES", "Carriers", "Shares", "carriers", "shares"]

DECILES = 10
HARD = 3
SMALL = 0.01


@dataclass(frozen=True)
class Shares:
    """At one checkpoint of one loss: who carries its gradient."""

    loss: str
    step: int
    deciles: tuple[float, ...]
    """The share of the total gradient of each tenth of the rows, the smallest margins first."""
    none: float
    """The share of the rows whose gradient is exactly 0."""
    rare: float
    """The share of the total that the rarest class carries."""

    @property
    def hard(self) -> float:
        """The share of the three tenths with the smallest margins."""
        return sum(self.deciles[:HARD])


@dataclass(frozen=True)
class Carriers(Claim):
    """Gradient shares under cross-entropy, hinge and focal, over training and side by side."""

    rarest: str
    rare_rows: float
    """The share of the rows that are of the rarest class."""
    training: tuple[Shares, ...]
    """Each loss on the path of its own training."""
    side_by_side: tuple[Shares, Shares, Shares]
    """All of them at the scores that cross-entropy ended with."""

    name: ClassVar[str] = "carriers"

    @property
    def ends(self) -> dict[str, Shares]:
        """The last checkpoint of each loss."""
        return {s.loss: s for s in self.training}

    @property
    def leaves_out(self) -> bool:
        """Whether hinge leaves rows out that cross-entropy hears."""
        entropy, hinge, _ = self.ends.values()
        return hinge.none > entropy.none

    @property
    def leans(self) -> bool:
        """Whether focal leans to the hard rows more than cross-entropy."""
        entropy, _, focal = self.side_by_side
        return focal.hard > entropy.hard

    @property
    def holds(self) -> bool:
        """Whether hinge leaves rows out that cross-entropy hears, and focal leans to the hard."""
        return self.leaves_out and self.leans

    @property
    def finding(self) -> Message:
        """Whom hinge leaves out, and where focal leans."""
        entropy, hinge, _ = self.ends.values()
        first, _, third = self.side_by_side
        return say(
            f"why.carriers.{'leaves_out' if self.leaves_out else 'hears_all'}_"
            f"{'leans' if self.leans else 'does_not_lean'}",
            hinge=hinge.none,
            entropy=entropy.none,
            entropy_hard=first.hard,
            focal_hard=third.hard,
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """Hinge at the same scores, and the rarest class."""
        entropy, hinge, focal = self.side_by_side
        side = (
            say("why.carriers.hinge_silent")
            if hinge.none == 1
            else say("why.carriers.hinge_hard", share=hinge.hard, silent=hinge.none)
        )
        return side, say(
            f"why.carriers.{_effect(entropy.rare, focal.rare)}",
            name=self.rarest,
            rows=self.rare_rows,
            entropy=entropy.rare,
            focal=focal.rare,
        )


def carriers(subject: Subject, entropy: Training, hinge: Training, focal: Training) -> Carriers:
    """Measure who carries the gradient, over three trainings and at one set of scores."""
    counts = torch.bincount(subject.y, minlength=subject.classes).tolist()
    rarest = min((c for c, n in enumerate(counts) if n), key=lambda c: counts[c])
    rare = subject.y == rarest
    trainings = (entropy, hinge, focal)
    end = entropy.scores(subject.x)
    first, second, third = (
        shares(t.candidate, end, subject.y, rare, entropy.steps[-1]) for t in trainings
    )
    return Carriers(
        kind=subject.task.kind,
        sample=subject.sample,
        rarest=subject.task.classes[rarest],
        rare_rows=float(rare.double().mean()),
        training=tuple(
            shares(t.candidate, t.scores(subject.x, i), subject.y, rare, step)
            for t in trainings
            for i, step in enumerate(t.steps)
        ),
        side_by_side=(first, second, third),
    )


def shares(candidate: Candidate, scores: Tensor, y: Tensor, rare: Tensor, step: int) -> Shares:
    """Return the shares of the gradient by the scores that a loss has at some scores."""
    pull = sizes(slopes(candidate, scores, y))
    order = torch.argsort(margins(scores, y), stable=True)
    total = float(pull.sum())
    part = pull / total if total else torch.zeros_like(pull)
    return Shares(
        loss=candidate.label,
        step=step,
        deciles=tuple(float(p.sum()) for p in torch.tensor_split(part[order], DECILES)),
        none=float((pull == 0).double().mean()),
        rare=float(part[rare].sum()),
    )


def _effect(entropy: float, focal: float) -> str:
    """Return what focal does to the rarest class."""
    if abs(focal - entropy) < SMALL:
        return "rare_alike"
    return "rare_more" if focal > entropy else "rare_less"
