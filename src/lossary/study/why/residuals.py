"""Regression's carriers: the largest residuals' share of the gradient, and what they move."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lossary.pages.words import digits, listed
from lossary.study.why.claim import percent, times
from lossary.study.why.slopes import sizes, slopes
from lossary.study.why.subject import Subject, Training, train

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
    moved: float
    """Root mean squared change of the held-out predictions, in the target's deviations."""


@dataclass(frozen=True)
class Residuals:
    """Gradient shares at the residuals that squared error leaves, and the effect of outliers."""

    largest_rows: int
    spoilt_rows: int
    pulls: tuple[Pull, ...]

    @property
    def title(self) -> str:
        """The claim."""
        return "Under squared error outliers pull in proportion to their distance"

    @property
    def holds(self) -> bool:
        """Whether no loss gives them more than squared error, which is moved the furthest."""
        squared, *others = self.pulls
        most = squared.largest + ROUNDING
        return all(p.largest <= most and p.moved < squared.moved for p in others)

    @property
    def sentence(self) -> str:
        """What was measured."""
        names = [p.loss for p in self.pulls]
        carried = [percent(p.largest) for p in self.pulls]
        moved = [digits(p.moved) for p in self.pulls]
        return (
            f"The {times(self.largest_rows, 'training row')} with the largest residuals carried, "
            f"at the residuals that squared error leaves, {listed(carried)} of the gradient "
            f"under {listed(names)}. "
            f"Moving the targets of {times(self.spoilt_rows, 'training row')} by {FAR:g} standard "
            "deviations and training again moved the held-out predictions by "
            f"{listed(moved)} standard deviations."
        )


def residuals(subject: Subject, trainings: tuple[Training, ...]) -> Residuals:
    """Measure who pulls under each loss; the first training is squared error's."""
    z = trainings[0].scores(subject.x)
    spoilt, rows = _spoilt(subject)
    return Residuals(
        largest_rows=_few(len(z)),
        spoilt_rows=rows,
        pulls=tuple(_pull(subject, t, z, spoilt) for t in trainings),
    )


def _pull(subject: Subject, training: Training, z: Tensor, spoilt: Tensor) -> Pull:
    size = sizes(slopes(training.contender, z, subject.y))
    order = torch.argsort((z[:, 0] - subject.y).abs(), stable=True)
    total = float(size.sum())
    part = (size / total if total else torch.zeros_like(size))[order]
    label = training.contender.label
    again = train(subject, label, rate=training.rate, y=spoilt)
    change = again.scores(subject.x_held) - training.scores(subject.x_held)
    return Pull(
        loss=label,
        deciles=tuple(float(p.sum()) for p in torch.tensor_split(part, DECILES)),
        largest=float(part[-_few(len(part)) :].sum()),
        moved=float(change.square().mean().sqrt()),
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
