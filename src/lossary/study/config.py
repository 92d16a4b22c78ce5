"""What all losses of a race share."""

from dataclasses import dataclass

import polars as pl

from lossary.study.columns import Columns
from lossary.study.models import HIDDEN
from lossary.study.task import Task
from lossary.study.train import Budget

__all__ = ["BATCH", "Config", "steps_for"]

BATCH = 512
"""Rows per step; a training fold of no more is one batch."""
EPOCHS, FEWEST_STEPS, MOST_STEPS = 20, 200, 2000


@dataclass(frozen=True)
class Config:
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


def steps_for(rows: int, count: int) -> int:
    """Return the steps of a training on ``count`` folds: twenty epochs, between 200 and 2000."""
    epoch = rows * (count - 1) / count / BATCH
    return int(min(max(EPOCHS * epoch, FEWEST_STEPS), MOST_STEPS))
