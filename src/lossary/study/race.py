"""The race: every loss trains the same model on the same folds, and is measured on the rest."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import polars as pl
import torch

from lossary.study.columns import Columns
from lossary.study.contenders import Contender
from lossary.study.heat import Heat, prepared, run_heat
from lossary.study.metrics import Metric
from lossary.study.model import HIDDEN
from lossary.study.predict import Array
from lossary.study.splits import folds
from lossary.study.task import Task
from lossary.study.train import Budget

__all__ = ["BATCH", "Course", "Progress", "Result", "race", "steps_for"]

BATCH = 512
"""Rows per step; a training fold of no more is one batch."""
EPOCHS, FEWEST_STEPS, MOST_STEPS = 20, 200, 2000

Progress = Callable[[int, int, str], None]
"""Called with the trainings done, all of them, and the loss that trains."""


@dataclass(frozen=True)
class Course:
    """What all losses share: rows and columns, task, model, folds and seeds, steps."""

    frame: pl.DataFrame
    columns: Columns
    task: Task
    model: str
    folds: int
    seeds: int
    steps: int

    def budget(self, seed: int) -> Budget:
        """Return what each loss may spend on a fold."""
        return Budget(self.steps, BATCH, HIDDEN[self.model], seed)


@dataclass(frozen=True)
class Result:
    """What one loss achieved: one entry per fold of each seed in every array."""

    contender: Contender
    values: dict[str, Array]
    rates: Array
    curves: Array
    reliability: Array


def steps_for(rows: int, count: int) -> int:
    """Return the steps of a training on ``count`` folds: twenty epochs, between 200 and 2000."""
    epoch = rows * (count - 1) / count / BATCH
    return int(min(max(EPOCHS * epoch, FEWEST_STEPS), MOST_STEPS))


def race(
    course: Course,
    contenders: Sequence[Contender],
    metrics: Sequence[Metric],
    progress: Progress | None = None,
) -> tuple[Result, ...]:
    """Return the result of each loss over the folds of every seed."""
    heats: dict[str, list[Heat]] = {c.label: [] for c in contenders}
    total, done = len(contenders) * course.folds * course.seeds, 0
    with _one_thread():
        for seed in range(course.seeds):
            for rows in folds(course.task, course.folds, seed):
                fold = prepared(course.frame, course.columns, course.task, rows, seed)
                for contender in contenders:
                    if progress:
                        progress(done, total, contender.label)
                    heat = run_heat(fold, contender, metrics, course.budget(seed))
                    heats[contender.label].append(heat)
                    done += 1
    return tuple(_gathered(c, heats[c.label], metrics) for c in contenders)


def _gathered(contender: Contender, heats: Sequence[Heat], metrics: Sequence[Metric]) -> Result:
    return Result(
        contender=contender,
        values={m.name: np.array([h.values[m.name] for h in heats]) for m in metrics},
        rates=np.array([h.rate for h in heats]),
        curves=np.array([h.curve for h in heats]),
        reliability=np.sum([h.reliability for h in heats], axis=0),
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of one thread have one order: the same seed gives the same numbers."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
