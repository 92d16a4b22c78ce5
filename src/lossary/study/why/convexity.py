"""Convexity: cross-entropy of a linear model has one valley, squared error on a sigmoid has not.

Measured by the smallest eigenvalue of the Hessian over all weights, along each training and at
random weights, and by slices of the loss on a plane of weights.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossary.pages.messages import Message, say
from lossary.study.models import HIDDEN
from lossary.study.why.claim import Claim, tiny
from lossary.study.why.mean_loss import Extremes, Objective, extremes, flat, objective_of
from lossary.study.why.row_sample import Sample
from lossary.study.why.setup import Subject, Training, fewer

__all__ = ["Convexity", "Curvature", "Slice", "convexity", "slice_of"]

PATH_POINTS = 6
SPREADS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""The standard deviations of the scores at random weights."""
DRAWS = 4
ROUNDING = 1e-10
SIDE = 25
REACH = (-1.0, 2.0)
"""From before the start, 0, to beyond the end, 1."""


@dataclass(frozen=True)
class Curvature:
    """Smallest eigenvalues over largest magnitudes, along a training and at random weights."""

    loss: str
    steps: tuple[int, ...]
    path: tuple[float, ...]
    random: tuple[float, ...]
    exact: bool

    @property
    def smallest(self) -> float:
        """The least of all."""
        return min(*self.path, *self.random)

    @property
    def negative(self) -> float:
        """The share of the random weights where it is negative beyond rounding."""
        return sum(v < -ROUNDING for v in self.random) / len(self.random)

    @property
    def convex(self) -> bool:
        """Whether it is never negative beyond rounding."""
        return self.smallest >= -ROUNDING


@dataclass(frozen=True)
class Slice:
    """The loss on the plane through a training's start and end and a random direction.

    ``values[i][j]`` is the loss at the start plus ``along[i]`` times the way to the end plus
    ``across[j]`` times a random way of the same length, at right angles to it.
    """

    loss: str
    along: tuple[float, ...]
    across: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    bumps: float
    """The share of three neighbours on a line whose middle lies above the mean of its ends."""


@dataclass(frozen=True)
class Convexity(Claim):
    """Cross-entropy and squared error over the weights of a linear model and of the study's."""

    linear: tuple[Curvature, Curvature]
    own: tuple[Curvature, Curvature] | None
    """Of the study's model where it has hidden layers."""
    slices: tuple[Slice, Slice]

    name: ClassVar[str] = "convexity"

    @property
    def holds(self) -> bool:
        """Whether the one is never bent down, and the other somewhere."""
        entropy, squared = self.linear
        return entropy.convex and not squared.convex

    @property
    def finding(self) -> Message:
        """Where which of them is bent down."""
        entropy, squared = self.linear
        values = {
            "random": len(entropy.random),
            "path": len(entropy.path),
            "entropy": entropy.negative,
            "squared": squared.negative,
        }
        if not entropy.convex:
            return say("why.convexity.entropy_bent", **values)
        return say(f"why.convexity.{'neither' if squared.convex else 'squared_bent'}", **values)

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The lowest of all, the slices, and the study's model where it is another."""
        entropy, squared = self.linear
        lowest = say("why.convexity.lowest", entropy=_lowest(entropy), squared=_lowest(squared))
        slices = say(
            "why.convexity.slices", entropy=self.slices[0].bumps, squared=self.slices[1].bumps
        )
        bound = () if entropy.exact else (say("why.convexity.lanczos"),)
        return (lowest, slices, *bound, *self._hidden)

    @property
    def _hidden(self) -> tuple[Message, ...]:
        if self.own is None:
            return ()
        entropy, squared = self.own
        key = "both" if not (entropy.convex or squared.convex) else "shares"
        values = {"entropy": entropy.negative, "squared": squared.negative}
        return (say(f"why.convexity.hidden_{key}", **values),)


def convexity(
    whole: Subject, trainings: tuple[Training, Training], linear: tuple[Training, Training]
) -> Convexity:
    """Measure the curvature of cross-entropy and of squared error.

    ``trainings`` are those of the study's model and ``linear`` those of a linear one: the same
    where the study's model is linear.
    """
    subject = fewer(whole)
    same = trainings is linear
    first, second = (
        slice_of(objective_of(subject, t.candidate, HIDDEN["linear"]), t) for t in linear
    )
    return Convexity(
        kind=subject.task.kind,
        sample=Sample(len(subject.y), whole.of[0]),
        linear=_pair(subject, linear, HIDDEN["linear"]),
        own=None if same else _pair(subject, trainings, subject.budget.hidden),
        slices=(first, second),
    )


def slice_of(objective: Objective, training: Training) -> Slice:
    """Return the loss on a plane through a training."""
    start, end = flat(training.path[0]), flat(training.path[-1])
    way = end - start
    random = _noise(objective.size, seed=1)
    aside = random - (random @ way) / (way @ way).clamp(min=1e-300) * way
    aside = aside * (way.norm() / aside.norm())
    low, high = REACH
    along = low + (high - low) * torch.arange(SIDE, dtype=torch.float64) / (SIDE - 1)
    across = along - sum(REACH) / 2
    with torch.no_grad():
        rows = [objective.values(start + a * way + across[:, None] * aside).double() for a in along]
    grid = torch.stack(rows)
    return Slice(
        loss=training.candidate.label,
        along=tuple(along.tolist()),
        across=tuple(across.tolist()),
        values=tuple(tuple(row) for row in grid.tolist()),
        bumps=_bumps(grid),
    )


def _bumps(grid: Tensor) -> float:
    """Return the share of lines of three that bend down: level, upright and both diagonals."""
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
    subject: Subject, trainings: tuple[Training, Training], hidden: tuple[int, ...]
) -> tuple[Curvature, Curvature]:
    first, second = (_curvature(objective_of(subject, t.candidate, hidden), t) for t in trainings)
    return first, second


def _curvature(objective: Objective, training: Training) -> Curvature:
    last = len(training.path) - 1
    picked = sorted({round(i * last / (PATH_POINTS - 1)) for i in range(PATH_POINTS)})
    path = [_at(objective, flat(training.path[i])) for i in picked]
    random = [
        _at(objective, _random_weights(objective, spread, DRAWS * i + draw))
        for i, spread in enumerate(SPREADS)
        for draw in range(DRAWS)
    ]
    return Curvature(
        loss=training.candidate.label,
        steps=tuple(training.steps[i] for i in picked),
        path=tuple(e.relative for e in path),
        random=tuple(e.relative for e in random),
        exact=path[0].exact,
    )


def _at(objective: Objective, vector: Tensor) -> Extremes:
    return extremes(objective.product(vector), objective.size)


def _random_weights(objective: Objective, spread: float, seed: int) -> Tensor:
    """Return normal weights, the last layer's scaled to scores of the given deviation."""
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
    """Return the least eigenvalue with two decimals, or its power of ten where that says none."""
    least = 0.0 if curvature.convex else curvature.smallest
    return f"−{-least:.2f}" if least <= -0.01 else tiny(least)
