"""Who carries the gradient: the share of its total by how well a row is already classified."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lossary.study.contenders import Contender
from lossary.study.why.claim import percent
from lossary.study.why.slopes import margins, sizes, slopes
from lossary.study.why.subject import Subject, Training

__all__ = ["DECILES", "Carriers", "Shares", "carriers", "shares"]

DECILES = 10
HARD = 3


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
class Carriers:
    """Gradient shares under cross-entropy, hinge and focal, over training and side by side."""

    rarest: str
    rare_rows: float
    """The share of the rows that are of the rarest class."""
    training: tuple[Shares, ...]
    """Each loss on the path of its own training."""
    side_by_side: tuple[Shares, Shares, Shares]
    """All of them at the scores that cross-entropy ended with."""

    @property
    def title(self) -> str:
        """The claim."""
        return (
            "Cross-entropy listens to all rows, hinge to those within its margin, focal to the hard"
        )

    @property
    def ends(self) -> dict[str, Shares]:
        """The last checkpoint of each loss."""
        return {s.loss: s for s in self.training}

    @property
    def holds(self) -> bool:
        """Whether hinge leaves rows out that cross-entropy hears, and focal leans to the hard."""
        entropy, _, focal = self.side_by_side
        end = list(self.ends.values())[1]
        return end.none > entropy.none and focal.hard > entropy.hard

    @property
    def sentence(self) -> str:
        """What was measured."""
        entropy, hinge, focal = self.side_by_side
        ends = list(self.ends.values())
        return (
            "At the end of its own training hinge gave exactly no gradient to "
            f"{percent(ends[1].none)} of the training rows, cross-entropy to "
            f"{percent(ends[0].none)}. At the scores that cross-entropy ended with, the three "
            f"tenths of the rows with the smallest margins carried {percent(entropy.hard)} of the "
            f"gradient under cross-entropy, {percent(focal.hard)} under focal and "
            f"{_of_hinge(hinge)}. The rarest class, {self.rarest} with "
            f"{percent(self.rare_rows)} of the rows, carried {percent(entropy.rare)} under "
            f"cross-entropy and {percent(focal.rare)} under focal: "
            f"{_effect(entropy.rare, focal.rare)}."
        )


def carriers(subject: Subject, entropy: Training, hinge: Training, focal: Training) -> Carriers:
    """Measure who carries the gradient, over three trainings and at one set of scores."""
    counts = torch.bincount(subject.y, minlength=subject.classes).tolist()
    rarest = min((c for c, n in enumerate(counts) if n), key=lambda c: counts[c])
    rare = subject.y == rarest
    trainings = (entropy, hinge, focal)
    end = entropy.scores(subject.x)
    first, second, third = (
        shares(t.contender, end, subject.y, rare, entropy.steps[-1]) for t in trainings
    )
    return Carriers(
        rarest=subject.task.classes[rarest],
        rare_rows=float(rare.double().mean()),
        training=tuple(
            shares(t.contender, t.scores(subject.x, i), subject.y, rare, step)
            for t in trainings
            for i, step in enumerate(t.steps)
        ),
        side_by_side=(first, second, third),
    )


def shares(contender: Contender, scores: Tensor, y: Tensor, rare: Tensor, step: int) -> Shares:
    """Return the shares of the gradient by the scores that a loss has at some scores."""
    pull = sizes(slopes(contender, scores, y))
    order = torch.argsort(margins(scores, y), stable=True)
    total = float(pull.sum())
    part = pull / total if total else torch.zeros_like(pull)
    return Shares(
        loss=contender.label,
        step=step,
        deciles=tuple(float(p.sum()) for p in torch.tensor_split(part[order], DECILES)),
        none=float((pull == 0).double().mean()),
        rare=float(part[rare].sum()),
    )


def _of_hinge(hinge: Shares) -> str:
    if hinge.none == 1:
        return "under hinge, which has nothing left to learn there, none"
    return f"{percent(hinge.hard)} under hinge"


def _effect(entropy: float, focal: float) -> str:
    if abs(focal - entropy) < 0.01:
        return "focal does next to nothing for it"
    return "focal gives it more weight" if focal > entropy else "focal takes weight from it"
