"""Claim: under squared error, outliers have the largest influence.

Measured by the largest residuals' share of the gradient, and by the change of the predictions when
a few targets are corrupted.
"""

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import torch
from torch import Tensor

from lossary.pages.localization import Message, say
from lossary.study.why.claim import Claim, comparison
from lossary.study.why.score_derivatives import gradient_norms, score_gradients
from lossary.study.why.setup import Setup, TrainingRun, train

__all__ = ["OutlierInfluence", "ResidualGradientShare", "measure_residual_gradient_share"]

DECILES = 10
CORRUPTED_SHARE = 0.01
CORRUPTION = 10.0
ROUNDING = 1e-12


@dataclass(frozen=True)
class OutlierInfluence:
    """Shares of the gradient under one loss, and the effect of a few corrupted targets."""

    loss: str
    deciles: tuple[float, ...]
    """Share of the gradient of each tenth of the rows, the smallest residuals first."""
    largest: float
    """Share of the one row in a hundred with the largest residuals."""
    moved: float | None
    """Root mean square change of the held-out predictions, in standard deviations of the target.

    None where the training on the corrupted targets diverged.
    """


@dataclass(frozen=True)
class ResidualGradientShare(Claim):
    """Gradient shares at the residuals of squared error, and the effect of outliers."""

    largest_rows: int
    corrupted_rows: int
    influences: tuple[OutlierInfluence, ...]
    delta: float
    """The parameter of Huber's loss."""
    left_out: tuple[str, ...]
    """Losses of the study that differ from the compared ones in parameters alone."""

    name: ClassVar[str] = "residual_gradient_share"

    @property
    def largest_share(self) -> bool:
        """Whether the largest residuals' share is largest under squared error."""
        squared, *others = self.influences
        return all(p.largest <= squared.largest + ROUNDING for p in others)

    @property
    def largest_change(self) -> bool:
        """Whether the predictions change most under squared error."""
        squared, *others = (inf if p.moved is None else p.moved for p in self.influences)
        return all(moved < squared for moved in others)

    @property
    def holds(self) -> bool:
        """Whether share and change are largest under squared error."""
        return self.largest_share and self.largest_change

    @property
    def finding(self) -> Message:
        """The change of the predictions."""
        squared, absolute, *_ = self.influences
        key = "largest_change" if self.largest_change else "smaller_change"
        return say(
            f"why.residual_gradient_share.{key}",
            rows=self.corrupted_rows,
            far=CORRUPTION,
            squared=_moved(squared),
            absolute=_moved(absolute),
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The change under the other losses, and the largest residuals' shares."""
        squared, absolute, huber, log_cosh = self.influences
        key = "largest_share" if self.largest_share else "smaller_share"
        return (
            say(
                "why.residual_gradient_share.others", huber=_moved(huber), log_cosh=_moved(log_cosh)
            ),
            say(
                f"why.residual_gradient_share.{key}",
                rows=self.largest_rows,
                squared=squared.largest,
                absolute=absolute.largest,
                huber=huber.largest,
                log_cosh=log_cosh.largest,
            ),
            comparison([i.loss for i in self.influences], self.left_out),
        )

    @property
    def formulas(self) -> tuple[str, ...]:
        """The formulas with the value of Huber's delta."""
        return (*super().formulas, rf"\delta = {self.delta:g}")


def measure_residual_gradient_share(
    setup: Setup, trainings: tuple[TrainingRun, ...], left_out: tuple[str, ...] = ()
) -> ResidualGradientShare:
    """Measure shares and the effect of outliers under each loss, squared error first."""
    z = trainings[0].scores(setup.x)
    corrupted, rows = _corrupted_targets(setup)
    return ResidualGradientShare(
        kind=setup.task.kind,
        sample=setup.sample,
        largest_rows=_few(len(z)),
        corrupted_rows=rows,
        influences=tuple(_influence(setup, t, z, corrupted) for t in trainings),
        delta=trainings[2].candidate.settings["delta"],
        left_out=left_out,
    )


def _influence(
    setup: Setup, training: TrainingRun, z: Tensor, corrupted: Tensor
) -> OutlierInfluence:
    size = gradient_norms(score_gradients(training.candidate, z, setup.y))
    order = torch.argsort((z[:, 0] - setup.y).abs(), stable=True)
    total = float(size.sum())
    part = (size / total if total else torch.zeros_like(size))[order]
    label = training.candidate.label
    again = train(setup, label, rate=training.rate, y=corrupted)
    change = again.scores(setup.x_held) - training.scores(setup.x_held)
    moved = None if again.diverged else float(change.square().mean().sqrt())
    return OutlierInfluence(
        loss=label,
        deciles=tuple(float(p.sum()) for p in torch.tensor_split(part, DECILES)),
        largest=float(part[-_few(len(part)) :].sum()),
        moved=moved,
    )


def _corrupted_targets(setup: Setup) -> tuple[Tensor, int]:
    """Return the targets with one in a hundred corrupted, chosen by the study's seed."""
    rows = _few(len(setup.y))
    generator = torch.Generator().manual_seed(setup.budget.seed)
    chosen = torch.randperm(len(setup.y), generator=generator)[:rows]
    y = setup.y.clone()
    y[chosen] += CORRUPTION
    return y, rows


def _few(rows: int) -> int:
    return max(1, round(CORRUPTED_SHARE * rows))


def _moved(influence: OutlierInfluence) -> Message:
    if influence.moved is None:
        return say("why.diverged")
    return say("why.residual_gradient_share.deviations", moved=influence.moved)
