"""Data and training runs that the claims are measured on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lossary.study.candidates import Candidate, choose_candidates
from lossary.study.config import Config, steps_for
from lossary.study.fold_run import Fold, prepare_fold
from lossary.study.models import Weights, scores
from lossary.study.splits import folds
from lossary.study.task import Kind, Task
from lossary.study.train import Budget, best_rate, fit
from lossary.study.why.row_sample import MAX_CURVATURE_ROWS, MAX_CURVATURE_SCORES, Sample, draw_rows

__all__ = [
    "COMPARED_LOSSES",
    "Array",
    "ComparedLosses",
    "Setup",
    "TrainingRun",
    "compared_losses",
    "prepare_setup",
    "subsampled",
    "train",
]

Array = NDArray[np.float64]

COMPARED_LOSSES: Mapping[Kind, tuple[str, ...]] = {
    "binary": ("sigmoid_cross_entropy", "sigmoid_squared_error", "hinge", "sigmoid_focal:gamma=2"),
    "multiclass": (
        "softmax_cross_entropy",
        "softmax_squared_error",
        "multiclass_hinge",
        "softmax_focal:gamma=2",
    ),
    "regression": ("squared_error", "absolute_error", "huber", "log_cosh"),
}
"""Losses that the claims compare, by the kind of task."""
_WITH_TWO_SCORES = {"hinge": "multiclass_hinge", "sigmoid_focal": "softmax_focal"}
"""Losses of two scores that are the same as a loss of one, for two classes."""


@dataclass(frozen=True)
class Setup:
    """Training and held-out rows of one fold; numeric targets are standardised."""

    task: Task
    fold: Fold
    budget: Budget
    y: Tensor
    y_held: Tensor
    totals: tuple[int, int]
    """Numbers of the training and the held-out rows of the whole fold."""

    @property
    def sample(self) -> Sample:
        """The number of training rows used, and of all of them."""
        return Sample(len(self.y), self.totals[0])

    @property
    def held_sample(self) -> Sample:
        """The number of held-out rows used, and of all of them."""
        return Sample(len(self.y_held), self.totals[1])

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
        """Number of classes; 0 for a numeric target."""
        return len(self.task.classes)


@dataclass(frozen=True)
class TrainingRun:
    """Weights of a model at each checkpoint of its training, start and end included."""

    candidate: Candidate
    rate: float
    steps: tuple[int, ...]
    path: tuple[Weights, ...]

    @property
    def diverged(self) -> bool:
        """Whether any weight is not finite, at any checkpoint."""
        return not all(bool(w.isfinite().all()) for weights in self.path for w in weights)

    def scores(self, x: Tensor, at: int = -1) -> Tensor:
        """Return the scores (rows, outputs) at a checkpoint, by default the last."""
        return scores(self.path[at], x)[0]


@dataclass(frozen=True)
class ComparedLosses:
    """Labels of the compared losses, and of candidates that differ from them in parameters."""

    labels: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def compared_losses(task: Task, candidates: Sequence[Candidate] = ()) -> ComparedLosses:
    """Return the losses to compare, with the parameters that a study's candidates have.

    Of several candidates of one loss, the one with default parameters is compared, or else the
    first.
    """
    labels, left_out = [], list[str]()
    for default in choose_candidates(COMPARED_LOSSES[task.kind], task):
        names = (default.name, _WITH_TWO_SCORES.get(default.name))
        alike = [c for c in candidates if c.name in names]
        same = [c for c in alike if default.settings | c.settings == default.settings]
        chosen = default if same or not alike else alike[0]
        labels.append(chosen.label)
        left_out += [c.label for c in alike if c is not chosen and c not in same]
    return ComparedLosses(tuple(labels), tuple(left_out))


def prepare_setup(config: Config, seed: int = 0) -> Setup:
    """Return the first fold of a study, or a sample of it with fewer training steps."""
    random = np.random.default_rng(seed)
    rows, held = next(iter(folds(config.task, config.folds, seed)))
    chosen = draw_rows(config.task, rows, random), draw_rows(config.task, held, random)
    fold = prepare_fold(config.frame, config.columns, config.task, chosen, seed)
    y, y_held = (_standard(values, fold.y, config.task.kind) for values in (fold.y, fold.truth))
    budget = config.budget(seed)
    if len(y) < len(rows):
        budget = replace(budget, steps=min(config.steps, steps_for(2 * len(y), 2)))
    return Setup(config.task, fold, budget, y, y_held, (len(rows), len(held)))


def subsampled(setup: Setup) -> Setup:
    """Return the setup with a sample of its training rows, where it has many."""
    most = min(MAX_CURVATURE_ROWS, MAX_CURVATURE_SCORES // max(setup.classes, 1))
    classes = replace(setup.task, y=setup.y.numpy())
    rows = draw_rows(classes, np.arange(len(setup.y)), np.random.default_rng(0), most)
    fold = setup.fold
    fold = replace(fold, x=fold.x[rows], y=fold.y[rows], inner=fold.inner[rows])
    return replace(setup, fold=fold, y=setup.y[rows])


def train(
    setup: Setup, label: str, *, rate: float | None = None, y: Tensor | None = None
) -> TrainingRun:
    """Train the study's model with a loss, as in cross-validation.

    The learning rate is chosen as there unless given; ``y`` replaces the targets.
    """
    (candidate,) = choose_candidates([label], setup.task)
    target = setup.y if y is None else y
    target = target.float() if target.is_floating_point() else target
    x, budget = setup.fold.x, setup.budget
    if rate is None:
        rate, _ = best_rate(candidate, x, target, setup.fold.inner, budget)
    marks, steps, path = frozenset(budget.checkpoints()), [], []

    def watch(step: int, weights: Weights) -> None:
        if step in marks:
            steps.append(step)
            path.append([w.detach().double() for w in weights])

    fit(candidate, x, target, [rate], budget, watch=watch)
    return TrainingRun(candidate, rate, tuple(steps), tuple(path))


def _standard(values: NDArray[Any], seen: NDArray[Any], kind: Kind) -> Tensor:
    if kind != "regression":
        return torch.from_numpy(np.ascontiguousarray(values, dtype=np.int64))
    return torch.from_numpy((values - seen.mean()) / (float(seen.std()) or 1.0)).double()
