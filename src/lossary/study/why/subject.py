"""What the claims are measured on: one fold of the reader's rows, and models trained on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lossary.study.contenders import Contender, choose
from lossary.study.heat import Fold, prepared
from lossary.study.model import Weights, scores
from lossary.study.race import Course
from lossary.study.splits import Rows, folds
from lossary.study.task import Kind, Task
from lossary.study.train import Budget, best_rate, fit

__all__ = ["LABELS", "MOST_ROWS", "Array", "Subject", "Training", "subject_of", "train"]

Array = NDArray[np.float64]

MOST_ROWS = 2000
"""A fold of more rows is measured on a sample of this many."""

LABELS: Mapping[Kind, tuple[str, ...]] = {
    "binary": ("sigmoid_cross_entropy", "sigmoid_squared_error", "hinge", "sigmoid_focal:gamma=2"),
    "multiclass": (
        "softmax_cross_entropy",
        "softmax_squared_error",
        "multiclass_hinge",
        "softmax_focal:gamma=2",
    ),
    "regression": ("squared_error", "absolute_error", "huber", "log_cosh"),
}
"""What the claims compare: cross-entropy, squared error, hinge and focal, in this order."""


@dataclass(frozen=True)
class Subject:
    """Training and held-out rows as float64; a number to learn has mean 0 and deviation 1."""

    task: Task
    fold: Fold
    budget: Budget
    y: Tensor
    y_held: Tensor

    @property
    def x(self) -> Tensor:
        """The training rows (rows, inputs)."""
        return self.fold.x.double()

    @property
    def x_held(self) -> Tensor:
        """The held-out rows (rows, inputs)."""
        return self.fold.x_test.double()

    @property
    def classes(self) -> int:
        """How many classes there are; none for a number."""
        return len(self.task.classes)


@dataclass(frozen=True)
class Training:
    """The weights of a model at each checkpoint of its training, the start and the end included."""

    contender: Contender
    rate: float
    steps: tuple[int, ...]
    path: tuple[Weights, ...]

    def scores(self, x: Tensor, at: int = -1) -> Tensor:
        """Return the scores (rows, outputs) of rows at a checkpoint, by default the last."""
        return scores(self.path[at], x)[0]


def subject_of(course: Course, seed: int = 0) -> Subject:
    """Return the first fold of a course."""
    random = np.random.default_rng(seed)
    rows, held = next(iter(folds(course.task, course.folds, seed)))
    chosen = _some(rows, random), _some(held, random)
    fold = prepared(course.frame, course.columns, course.task, chosen, seed)
    y, y_held = (_standard(values, fold.y, course.task.kind) for values in (fold.y, fold.truth))
    return Subject(course.task, fold, course.budget(seed), y, y_held)


def train(
    subject: Subject, label: str, *, rate: float | None = None, y: Tensor | None = None
) -> Training:
    """Return the training of the study's model under a loss, as the race trains it.

    The learning rate is the race's choice unless given; ``y`` replaces the targets.
    """
    (contender,) = choose([label], subject.task)
    target = subject.y if y is None else y
    target = target.float() if target.is_floating_point() else target
    x, budget = subject.fold.x, subject.budget
    if rate is None:
        rate, _ = best_rate(contender, x, target, subject.fold.inner, budget)
    marks, steps, path = frozenset(budget.checkpoints()), [], []

    def watch(step: int, weights: Weights) -> None:
        if step in marks:
            steps.append(step)
            path.append([w.detach().double() for w in weights])

    fit(contender, x, target, [rate], budget, watch=watch)
    return Training(contender, rate, tuple(steps), tuple(path))


def _some(rows: Rows, random: np.random.Generator) -> Rows:
    if len(rows) <= MOST_ROWS:
        return rows
    return np.sort(random.choice(rows, MOST_ROWS, replace=False))


def _standard(values: NDArray[Any], seen: NDArray[Any], kind: Kind) -> Tensor:
    if kind != "regression":
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.int64))
    return torch.from_numpy((values - seen.mean()) / (float(seen.std()) or 1.0)).double()
