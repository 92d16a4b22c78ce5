"""Claim: gradient descent on a linear model's mean squared error ends at the closed form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch

from lossary import losses
from lossary.pages.localization import Message, say
from lossary.study.why.claim import Claim, scientific
from lossary.study.why.row_sample import Sample
from lossary.study.why.setup import Array, Setup, TrainingRun, subsampled

__all__ = ["ClosedForm", "measure_closed_form", "momentum_descent", "normal_equations_solution"]

MAX_STEPS = 100_000
LOGGED_STEPS = frozenset(np.geomspace(1, MAX_STEPS, 61).astype(int).tolist())
"""Steps of the descent that are recorded."""
GRADIENT_TOLERANCE = 1e-13
ROUNDING = 1e-6
RANK_TOLERANCE = 1e-10
"""Eigenvalues below this share of the largest count as 0."""


@dataclass(frozen=True)
class ClosedForm(Claim):
    """The least mean squared error, as a share of the target's variance, found in three ways."""

    closed: float
    descended: float
    steps: int
    distance: float
    """Norm of the difference of closed form and descent, relative to that of the closed form."""
    trained: float
    """Mean squared error of the study's own training run."""
    linear: bool
    path: tuple[tuple[int, float], ...]
    """Steps of the descent, each with the distance that is left."""

    name: ClassVar[str] = "closed_form"

    @property
    def holds(self) -> bool:
        """Whether the weights agree to rounding error."""
        return self.distance <= ROUNDING

    @property
    def finding(self) -> Message:
        """The distance at the end of the descent."""
        key = "there" if self.holds else "not_there"
        return say(f"why.closed_form.{key}", steps=self.steps, distance=scientific(self.distance))

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The share of the target's variance that each of the three ways leaves."""
        return (
            say("why.closed_form.left", closed=self.closed, descended=self.descended),
            say("why.closed_form.trained", trained=self.trained, linear=self.linear),
        )


def measure_closed_form(whole: Setup, training: TrainingRun) -> ClosedForm:
    """Fit least squares to the training rows in three ways and compare the results."""
    setup = subsampled(whole)
    x, y = setup.x, setup.y.numpy()
    rows = np.hstack([x.numpy(), np.ones((len(x), 1))])
    exact = normal_equations_solution(rows, y)
    path: list[tuple[int, float]] = []

    def record(step: int, at: Array) -> None:
        path.append((step, _length(at - exact) / max(_length(exact), 1e-300)))

    found, steps = momentum_descent(rows, y, record)
    with torch.no_grad():
        own = training.scores(x)[:, 0].numpy()
    return ClosedForm(
        kind=setup.task.kind,
        sample=Sample(len(y), whole.totals[0]),
        closed=_error(rows @ exact, y),
        descended=_error(rows @ found, y),
        steps=steps,
        distance=path[-1][1],
        trained=_error(own, y),
        linear=not setup.budget.hidden,
        path=tuple(path),
    )


def normal_equations_solution(rows: Array, y: Array) -> Array:
    """Return the solution of the normal equations with the smallest norm."""
    values, vectors = np.linalg.eigh(rows.T @ rows)
    kept = values > RANK_TOLERANCE * values[-1]
    basis = vectors[:, kept]
    return np.asarray(basis @ ((basis.T @ (rows.T @ y)) / values[kept]))


def momentum_descent(
    rows: Array, y: Array, record: Callable[[int, Array], None] | None = None
) -> tuple[Array, int]:
    """Return the weights where gradient descent with momentum ends, from 0, and its steps.

    Rate and momentum are optimal for the extreme curvatures (Polyak, 1964). ``record`` is called
    with the weights at some steps, the last included.
    """
    values = np.linalg.eigvalsh(2 * rows.T @ rows / len(rows))
    low, high = np.sqrt(values[values > RANK_TOLERANCE * values[-1]][[0, -1]]).tolist()
    rate, momentum = 4 / (high + low) ** 2, ((high - low) / (high + low)) ** 2
    at = before = np.zeros(rows.shape[1])
    first = 0.0
    for step in range(MAX_STEPS + 1):
        gradient = rows.T @ np.asarray(losses.squared_error.gradient(rows @ at, y)) / len(rows)
        size = float(np.linalg.norm(gradient))
        first = max(first, size)
        there = size <= GRADIENT_TOLERANCE * first or step == MAX_STEPS
        if record and (there or step in LOGGED_STEPS):
            record(step, at)
        if there:
            break
        at, before = at - rate * gradient + momentum * (at - before), at
    return at, step


def _length(vector: Array) -> float:
    return float(np.linalg.norm(vector))


def _error(prediction: Array, y: Array) -> float:
    return float(losses.squared_error(prediction, y))
