"""What the claims are measured on: one fold of the reader's rows, and models trained on it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lossary.study.candidates import Candidate, choose_candidates
from lossary.study.config import Config, steps_for
from lossary.study.fold_run import Fold, prepared
from lossary.study.models import Weights, scores
from lossary.study.splits import folds
from lossary.study.task import Kind, Task
from lossary.study.train import Budget, best_rate, fit
from lossary.study.why.row_sample import MOST_CURVED, MOST_CURVED_SCORES, Sample, drawn

__all__ = ["LABELS", "Array", "Subject", "Training", "fewer", "subject_of", "train"]

Array = NDArray[np.float64]

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
    of: tuple[int, int]
    """The training and the held-out rows of the whole fold."""

    @property
    def sample(self) -> Sample:
        """The training rows, and of how many they are."""
        return Sample(len(self.y), self.of[0])

    @property
    def held_sample(self) -> Sample:
        """The held-out rows, and of how many they are."""
        return Sample(len(self.y_held), self.of[1])

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

    candidate: Candidate
    rate: float
    steps: tuple[int, ...]
    path: tuple[Weights, ...]

    @property
    def diverged(self) -> bool:
        """Whether some weight is no number, at any checkpoint."""
        return not all(bool(w.isfinite().all()) for weights in self.path for w in weights)

    def scores(self, x: Tensor, at: int = -1) -> Tensor:
        """Return the scores (rows, outputs) of rows at a checkpoint, by default the last."""
        return scores(self.path[at], x)[0]


def subject_of(config: Config, seed: int = 0) -> Subject:
    """Return the first fold of a config; of a sample of it the training has its own steps."""
    random = np.random.default_rng(seed)
    rows, held = next(iter(folds(config.task, config.folds, seed)))
    chosen = drawn(config.task, rows, random), drawn(config.task, held, random)
    fold = prepared(config.frame, config.columns, config.task, chosen, seed)
    y, y_held = (_standard(values, fold.y, config.task.kind) for values in (fold.y, fold.truth))
    budget = config.budget(seed)
    if len(y) < len(rows):
        budget = replace(budget, steps=min(config.steps, steps_for(2 * len(y), 2)))
    return Subject(config.task, fold, budget, y, y_held, (len(rows), len(held)))


def fewer(subject: Subject) -> Subject:
    """Return a subject of fewer training rows, drawn from its own, where it has many."""
    most = min(MOST_CURVED, MOST_CURVED_SCORES // max(subject.classes, 1))
    classes = replace(subject.task, y=subject.y.numpy())
    rows = drawn(classes, np.arange(len(subject.y)), np.random.default_rng(0), most)
    fold = subject.fold
    fold = replace(fold, x=fold.x[rows], y=fold.y[rows], inner=fold.inner[rows])
    return replace(subject, fold=fold, y=subject.y[rows])


def train(
    subject: Subject, label: str, *, rate: float | None = None, y: Tensor | None = None
) -> Training:
    """Return the training of the study's model under a loss, as the race trains it.

    The learning rate is the race's choice unless given; ``y`` replaces the targets.
    """
    (candidate,) = choose_candidates([label], subject.task)
    target = subject.y if y is None else y
    target = target.float() if target.is_floating_point() else target
    x, budget = subject.fold.x, subject.budget
    if rate is None:
        rate, _ = best_rate(candidate, x, target, subject.fold.inner, budget)
    marks, steps, path = frozenset(budget.checkpoints()), [], []

    def watch(step: int, weights: Weights) -> None:
        if step in marks:
            steps.append(step)
            path.append([w.detach().double() for w in weights])

    fit(candidate, x, target, [rate], budget, watch=watch)
    return Training(candidate, rate, tuple(steps), tuple(path))


def _standard(values: NDArray[Any], seen: NDArray[Any], kind: Kind) -> Tensor:
    if kind != "regression":
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.int64))
    return torch.from_numpy((values - seen.mean()) / (float(seen.std()) or 1.0)).double()
