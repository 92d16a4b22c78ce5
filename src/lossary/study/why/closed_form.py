"""Linear regression: the closed form equals the descent's end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from lossary import losses
from lossary.pages.messages import Message, say
from lossary.study.why.claim import Claim, tiny
from lossary.study.why.row_sample import Sample
from lossary.study.why.setup import Array, Subject, Training, fewer

__all__ = ["LeastSquares", "closed_form", "descent", "least_squares"]

MOST_STEPS = 100_000
MARKS = frozenset(np.geomspace(1, MOST_STEPS, 61).astype(int).tolist())
"""The steps at which the descent is looked at."""
STILL = 1e-13
ROUNDING = 1e-6
RANK = 1e-10
"""Directions whose eigenvalue is below this share of the largest are taken for none."""


@dataclass(frozen=True)
class LeastSquares(Claim):
    """The least mean squared error, in units of the target's variance, by three ways."""

    closed: float
    descended: float
    steps: int
    distance: float
    """Between the weights of closed form and descent, over the length of the former."""
    trained: float
    """What the study's own training reached."""
    linear: bool
    path: tuple[tuple[int, float], ...]
    """The distance over the steps of the descent."""

    name: ClassVar[str] = "least_squares"

    @property
    def holds(self) -> bool:
        """Whether the weights agree to rounding."""
        return self.distance <= ROUNDING

    @property
    def finding(self) -> Message:
        """Where the descent ended."""
        key = "there" if self.holds else "not_there"
        return say(f"why.least_squares.{key}", steps=self.steps, distance=tiny(self.distance))

    @property
    def measurements(self) -> tuple[Message, ...]:
        """What the three ways leave of the target's variance."""
        return (
            say("why.least_squares.left", closed=self.closed, descended=self.descended),
            say("why.least_squares.trained", trained=self.trained, linear=self.linear),
        )


def least_squares(whole: Subject, training: Training) -> LeastSquares:
    """Compare three ways to the least squares of a subject's training rows."""
    subject = fewer(whole)
    x, y = subject.x, subject.y.numpy()
    rows = np.hstack([x.numpy(), np.ones((len(x), 1))])
    exact = closed_form(rows, y)
    path: list[tuple[int, float]] = []

    def watch(step: int, at: Array) -> None:
        path.append((step, _length(at - exact) / max(_length(exact), 1e-300)))

    found, steps = descent(rows, y, watch)
    with torch.no_grad():
        own = training.scores(x)[:, 0].numpy()
    return LeastSquares(
        kind=subject.task.kind,
        sample=Sample(len(y), whole.of[0]),
        closed=_error(rows @ exact, y),
        descended=_error(rows @ found, y),
        steps=steps,
        distance=path[-1][1],
        trained=_error(own, y),
        linear=not subject.budget.hidden,
        path=tuple(path),
    )


def closed_form(rows: Array, y: Array) -> Array:
    """Return the solution of the normal equations, of several the shortest."""
    values, vectors = np.linalg.eigh(rows.T @ rows)
    kept = values > RANK * values[-1]
    basis = vectors[:, kept]
    return np.asarray(basis @ ((basis.T @ (rows.T @ y)) / values[kept]))


def descent(
    rows: Array, y: Array, watch: Callable[[int, Array], None] | None = None
) -> tuple[Array, int]:
    """Return where gradient descent with Polyak's momentum ends from 0, and its steps.

    Rate and momentum are the best for the extreme curvatures (Polyak, 1964). ``watch`` sees the
    weights at some steps, the last included.
    """
    values = np.linalg.eigvalsh(2 * rows.T @ rows / len(rows))
    low, high = np.sqrt(values[values > RANK * values[-1]][[0, -1]]).tolist()
    rate, momentum = 4 / (high + low) ** 2, ((high - low) / (high + low)) ** 2
    at = before = np.zeros(rows.shape[1])
    first = 0.0
    for step in range(MOST_STEPS + 1):
        gradient = rows.T @ np.asarray(losses.squared_error.gradient(rows @ at, y)) / len(rows)
        size = float(np.linalg.norm(gradient))
        first = max(first, size)
        there = size <= STILL * first or step == MOST_STEPS
        if watch and (there or step in MARKS):
            watch(step, at)
        if there:
            break
        at, before = at - rate * gradient + momentum * (at - before), at
    return at, step


def _length(vector: Array) -> float:
    return float(np.linalg.norm(vector))


def _error(prediction: Array, y: Array) -> float:
    return float(losses.squared_error(prediction, y))
