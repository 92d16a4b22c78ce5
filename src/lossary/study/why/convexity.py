"""Claim: a linear model's cross-entropy is convex in its weights, squared error on a sigmoid isn't.

Measured by the smallest eigenvalue of the Hessian over all weights, along each training run and at
random weights, and by the loss on a plane of weights.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossary.pages.localization import Message, say
from lossary.study.models import HIDDEN
from lossary.study.why.claim import Claim, scientific
from lossary.study.why.objective import (
    EigenvalueRange,
    MeanLoss,
    extreme_eigenvalues,
    flatten,
    mean_loss_of,
)
from lossary.study.why.row_sample import Sample
from lossary.study.why.setup import Setup, TrainingRun, subsampled

__all__ = ["Convexity", "Curvature", "LossSlice", "loss_slice", "measure_convexity"]

PATH_POINTS = 6
SPREADS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Standard deviations of the scores at random weights."""
DRAWS_PER_SPREAD = 4
ROUNDING = 1e-10
GRID_SIZE = 25
GRID_RANGE = (-1.0, 2.0)
"""From before the start of training, at 0, to beyond its end, at 1."""


@dataclass(frozen=True)
class Curvature:
    """Smallest eigenvalue over largest magnitude, along a training run and at random weights."""

    loss: str
    steps: tuple[int, ...]
    path: tuple[float, ...]
    random: tuple[float, ...]
    exact: bool

    @property
    def smallest(self) -> float:
        """The smallest of all."""
        return min(*self.path, *self.random)

    @property
    def negative_share(self) -> float:
        """The share of random weights where it is negative beyond rounding error."""
        return sum(v < -ROUNDING for v in self.random) / len(self.random)

    @property
    def convex(self) -> bool:
        """Whether it is never negative beyond rounding error."""
        return self.smallest >= -ROUNDING


@dataclass(frozen=True)
class LossSlice:
    """The loss on the plane through the start and end of training and a random direction.

    ``values[i][j]`` is the loss at the start plus ``along[i]`` times the difference to the end plus
    ``across[j]`` times a random vector of the same norm, orthogonal to that.
    """

    loss: str
    along: tuple[float, ...]
    across: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    concave_share: float
    """Share of lines of three neighbours whose middle lies above the mean of its ends."""


@dataclass(frozen=True)
class Convexity(Claim):
    """Curvature of cross-entropy and squared error, for a linear model and for the study's."""

    linear: tuple[Curvature, Curvature]
    own: tuple[Curvature, Curvature] | None
    """Curvature for the study's model, where it has hidden layers."""
    slices: tuple[LossSlice, LossSlice]

    name: ClassVar[str] = "convexity"

    @property
    def holds(self) -> bool:
        """Whether cross-entropy is convex everywhere and squared error is not."""
        entropy, squared = self.linear
        return entropy.convex and not squared.convex

    @property
    def finding(self) -> Message:
        """Shares of the weights where each loss is not convex."""
        entropy, squared = self.linear
        values = {
            "random": len(entropy.random),
            "path": len(entropy.path),
            "entropy": entropy.negative_share,
            "squared": squared.negative_share,
        }
        if not entropy.convex:
            return say("why.convexity.entropy_bent", **values)
        return say(f"why.convexity.{'neither' if squared.convex else 'squared_bent'}", **values)

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The smallest eigenvalues, the slices, and the study's model where it is not linear."""
        entropy, squared = self.linear
        lowest = say("why.convexity.lowest", entropy=_lowest(entropy), squared=_lowest(squared))
        slices = say(
            "why.convexity.slices",
            entropy=self.slices[0].concave_share,
            squared=self.slices[1].concave_share,
        )
        bound = () if entropy.exact else (say("why.convexity.lanczos"),)
        return (lowest, slices, *bound, *self._hidden)

    @property
    def _hidden(self) -> tuple[Message, ...]:
        if self.own is None:
            return ()
        entropy, squared = self.own
        key = "both" if not (entropy.convex or squared.convex) else "shares"
        values = {"entropy": entropy.negative_share, "squared": squared.negative_share}
        return (say(f"why.convexity.hidden_{key}", **values),)


def measure_convexity(
    whole: Setup,
    trainings: tuple[TrainingRun, TrainingRun],
    linear: tuple[TrainingRun, TrainingRun],
) -> Convexity:
    """Measure the curvature of cross-entropy and squared error.

    ``trainings`` are of the study's model and ``linear`` of a linear one; they are the same object
    where the study's model is linear.
    """
    setup = subsampled(whole)
    same = trainings is linear
    first, second = (
        loss_slice(mean_loss_of(setup, t.candidate, HIDDEN["linear"]), t) for t in linear
    )
    return Convexity(
        kind=setup.task.kind,
        sample=Sample(len(setup.y), whole.totals[0]),
        linear=_pair(setup, linear, HIDDEN["linear"]),
        own=None if same else _pair(setup, trainings, setup.budget.hidden),
        slices=(first, second),
    )


def loss_slice(objective: MeanLoss, training: TrainingRun) -> LossSlice:
    """Return the loss on a plane through a training run."""
    start, end = flatten(training.path[0]), flatten(training.path[-1])
    way = end - start
    random = _noise(objective.size, seed=1)
    aside = random - (random @ way) / (way @ way).clamp(min=1e-300) * way
    aside = aside * (way.norm() / aside.norm())
    low, high = GRID_RANGE
    along = low + (high - low) * torch.arange(GRID_SIZE, dtype=torch.float64) / (GRID_SIZE - 1)
    across = along - sum(GRID_RANGE) / 2
    with torch.no_grad():
        rows = [objective.values(start + a * way + across[:, None] * aside).double() for a in along]
    grid = torch.stack(rows)
    return LossSlice(
        loss=training.candidate.label,
        along=tuple(along.tolist()),
        across=tuple(across.tolist()),
        values=tuple(tuple(row) for row in grid.tolist()),
        concave_share=_concave_share(grid),
    )


def _concave_share(grid: Tensor) -> float:
    """Return the share of concave lines of three: horizontal, vertical and both diagonals."""
    lines = [
        (grid[:-2], grid[1:-1], grid[2:]),
        (grid[:, :-2], grid[:, 1:-1], grid[:, 2:]),
        (grid[:-2, :-2], grid[1:-1, 1:-1], grid[2:, 2:]),
        (grid[:-2, 2:], grid[1:-1, 1:-1], grid[2:, :-2]),
    ]
    size = float(grid.abs().max())
    down = [(middle - (a + b) / 2 > 1e-12 * size).reshape(-1) for a, middle, b in lines]
    return float(torch.cat(down).double().mean())


def _pair(
    setup: Setup, trainings: tuple[TrainingRun, TrainingRun], hidden: tuple[int, ...]
) -> tuple[Curvature, Curvature]:
    first, second = (_curvature(mean_loss_of(setup, t.candidate, hidden), t) for t in trainings)
    return first, second


def _curvature(objective: MeanLoss, training: TrainingRun) -> Curvature:
    last = len(training.path) - 1
    picked = sorted({round(i * last / (PATH_POINTS - 1)) for i in range(PATH_POINTS)})
    path = [_at(objective, flatten(training.path[i])) for i in picked]
    random = [
        _at(objective, _random_weights(objective, spread, DRAWS_PER_SPREAD * i + draw))
        for i, spread in enumerate(SPREADS)
        for draw in range(DRAWS_PER_SPREAD)
    ]
    return Curvature(
        loss=training.candidate.label,
        steps=tuple(training.steps[i] for i in picked),
        path=tuple(e.relative for e in path),
        random=tuple(e.relative for e in random),
        exact=path[0].exact,
    )


def _at(objective: MeanLoss, vector: Tensor) -> EigenvalueRange:
    return extreme_eigenvalues(objective.product(vector), objective.size)


def _random_weights(objective: MeanLoss, spread: float, seed: int) -> Tensor:
    """Return normal weights, with the last layer scaled to scores of the given deviation."""
    vector = _noise(objective.size, seed)
    with torch.no_grad():
        deviation = float(objective.scores(vector).std())
    last = (objective.layers[-2] + 1) * objective.layers[-1]
    vector[-last:] *= spread / max(deviation, 1e-12)
    return vector


def _noise(size: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, generator=generator, dtype=torch.float64)


def _lowest(curvature: Curvature) -> str:
    """Return the smallest eigenvalue with two decimals, or as a power of ten where it is small."""
    least = 0.0 if curvature.convex else curvature.smallest
    return f"−{-least:.2f}" if least <= -0.01 else scientific(least)
