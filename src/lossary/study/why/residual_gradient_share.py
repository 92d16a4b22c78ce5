"""Regression's carriers: the largest residuals' share of the gradient, and what they move."""

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import torch
from torch import Tensor

from lossary.pages.messages import Message, say
from lossary.study.why.claim import Claim
from lossary.study.why.score_derivatives import sizes, slopes
from lossary.study.why.setup import Subject, Training, train

__all__ = ["Pull", "Residuals", "residuals"]

DECILES = 10
SPOILT = 0.01
FAR = 10.0
ROUNDING = 1e-12


@dataclass(frozen=True)
class Pull:
    """Who pulls under one loss, and how far a few spoilt targets move its fit."""

    loss: str
    deciles: tuple[float, ...]
    """The share of the total gradient of each tenth of the rows, the smallest residuals first."""
    largest: float
    """The share of the one row in a hundred with the largest residuals."""
    moved: float | None
    """Root mean squared change of the held-out predictions, in the target's deviations.

    None where the training on the spoilt targets diverged.
    """


@dataclass(frozen=True)
class Residuals(Claim):
    """Gradient shares at the residuals that squared error leaves, and the effect of outliers."""

    largest_rows: int
    spoilt_rows: int
    pulls: tuple[Pull, ...]

    name: ClassVar[str] = "residuals"

    @property
    def carries_most(self) -> bool:
        """Whether no loss gives the largest residuals more of the gradient than squared error."""
        squared, *others = self.pulls
        return all(p.largest <= squared.largest + ROUNDING for p in others)

    @property
    def moves_most(self) -> bool:
        """Whether no other loss lets a few targets move its predictions as far."""
        squared, *others = (inf if p.moved is None else p.moved for p in self.pulls)
        return all(moved < squared for moved in others)

    @property
    def holds(self) -> bool:
        """Whether no loss gives them more than squared error, which is moved the furthest."""
        return self.carries_most and self.moves_most

    @property
    def finding(self) -> Message:
        """How far the predictions were moved."""
        squared, absolute, *_ = self.pulls
        key = "moves_most" if self.moves_most else "moves_less"
        return say(
            f"why.residuals.{key}",
            rows=self.spoilt_rows,
            far=FAR,
            squared=_moved(squared),
            absolute=_moved(absolute),
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The other losses, and who carries the gradient."""
        squared, absolute, huber, log_cosh = self.pulls
        return (
            say("why.residuals.others", huber=_moved(huber), log_cosh=_moved(log_cosh)),
            say(
                f"why.residuals.{'carries' if self.carries_most else 'carries_less'}",
                rows=self.largest_rows,
                squared=squared.largest,
                absolute=absolute.largest,
                huber=huber.largest,
                log_cosh=log_cosh.largest,
            ),
        )


def residuals(subject: Subject, trainings: tuple[Training, ...]) -> Residuals:
    """Measure who pulls under each loss; the first training is squared error's."""
    z = trainings[0].scores(subject.x)
    spoilt, rows = _spoilt(subject)
    return Residuals(
        kind=subject.task.kind,
        sample=subject.sample,
        largest_rows=_few(len(z)),
        spoilt_rows=rows,
        pulls=tuple(_pull(subject, t, z, spoilt) for t in trainings),
    )


def _pull(subject: Subject, training: Training, z: Tensor, spoilt: Tensor) -> Pull:
    size = sizes(slopes(training.candidate, z, subject.y))
    order = torch.argsort((z[:, 0] - subject.y).abs(), stable=True)
    total = float(size.sum())
    part = (size / total if total else torch.zeros_like(size))[order]
    label = training.candidate.label
    again = train(subject, label, rate=training.rate, y=spoilt)
    change = again.scores(subject.x_held) - training.scores(subject.x_held)
    moved = None if again.diverged else float(change.square().mean().sqrt())
    return Pull(
        loss=label,
        deciles=tuple(float(p.sum()) for p in torch.tensor_split(part, DECILES)),
        largest=float(part[-_few(len(part)) :].sum()),
        moved=moved,
    )


def _spoilt(subject: Subject) -> tuple[Tensor, int]:
    """Return the targets with one in a hundred moved up, drawn by the study's seed."""
    rows = _few(len(subject.y))
    generator = torch.Generator().manual_seed(subject.budget.seed)
    chosen = torch.randperm(len(subject.y), generator=generator)[:rows]
    y = subject.y.clone()
    y[chosen] += FAR
    return y, rows


def _few(rows: int) -> int:
    return max(1, round(SPOILT * rows))


def _moved(pull: Pull) -> Message:
    if pull.moved is None:
        return say("why.diverged")
    return say("why.residuals.deviations", moved=pull.moved)
