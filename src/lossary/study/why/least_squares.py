"""Linear regression: the closed form equals the descent's end."""

from dataclasses import dataclass

import numpy as np
import torch

from lossary import losses
from lossary.pages.words import digits
from lossary.study.why.claim import times
from lossary.study.why.subject import Array, Subject, Training

__all__ = ["LeastSquares", "closed_form", "descent", "least_squares"]

MOST_STEPS = 200_000
STILL = 1e-13
RANK = 1e-10
"""Directions whose eigenvalue is below this share of the largest are taken for none."""


@dataclass(frozen=True)
class LeastSquares:
    """The least mean squared error, in units of the target's variance, by three ways."""

    closed: float
    descended: float
    steps: int
    distance: float
    """Between the weights of closed form and descent, over the length of the former."""
    trained: float
    """What the study's own training reached."""
    linear: bool

    @property
    def title(self) -> str:
        """The claim."""
        return "The closed form of linear regression is where descent ends"

    @property
    def holds(self) -> bool:
        """Whether the weights agree to rounding."""
        return self.distance <= 1e-6

    @property
    def sentence(self) -> str:
        """What was measured."""
        model = "the same linear model" if self.linear else "a model with hidden layers"
        return (
            f"Gradient descent with momentum on the mean squared error of a linear model ended "
            f"after {times(self.steps)} at weights that differ from the normal equations' by "
            f"{self.distance:.0e} of their length: {digits(self.descended)} and "
            f"{digits(self.closed)} of the target's variance are left. The study's training of "
            f"{model} left {digits(self.trained)}."
        )


def least_squares(subject: Subject, training: Training) -> LeastSquares:
    """Compare three ways to the least squares of a subject's training rows."""
    x, y = subject.x, subject.y.numpy()
    rows = np.hstack([x.numpy(), np.ones((len(x), 1))])
    exact = closed_form(rows, y)
    found, steps = descent(rows, y)
    with torch.no_grad():
        own = training.scores(x)[:, 0].numpy()
    return LeastSquares(
        closed=_error(rows @ exact, y),
        descended=_error(rows @ found, y),
        steps=steps,
        distance=_length(found - exact) / max(_length(exact), 1e-300),
        trained=_error(own, y),
        linear=not subject.budget.hidden,
    )


def closed_form(rows: Array, y: Array) -> Array:
    """Return the solution of the normal equations, of several the shortest."""
    values, vectors = np.linalg.eigh(rows.T @ rows)
    kept = values > RANK * values[-1]
    basis = vectors[:, kept]
    return np.asarray(basis @ ((basis.T @ (rows.T @ y)) / values[kept]))


def descent(rows: Array, y: Array) -> tuple[Array, int]:
    """Return where gradient descent with Polyak's momentum ends from 0, and its steps.

    Rate and momentum are the best for the extreme curvatures (Polyak, 1964).
    """
    values = np.linalg.eigvalsh(2 * rows.T @ rows / len(rows))
    low, high = np.sqrt(values[values > RANK * values[-1]][[0, -1]]).tolist()
    rate, momentum = 4 / (high + low) ** 2, ((high - low) / (high + low)) ** 2
    at = before = np.zeros(rows.shape[1])
    first = 0.0
    for step in range(MOST_STEPS):
        gradient = rows.T @ np.asarray(losses.squared_error.gradient(rows @ at, y)) / len(rows)
        size = float(np.linalg.norm(gradient))
        first = max(first, size)
        if size <= STILL * first:
            return at, step
        at, before = at - rate * gradient + momentum * (at - before), at
    return at, MOST_STEPS


def _length(vector: Array) -> float:
    return float(np.linalg.norm(vector))


def _error(prediction: Array, y: Array) -> float:
    return float(losses.squared_error(prediction, y))
