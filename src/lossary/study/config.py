"""The settings that all candidates of a study share."""

from dataclasses import dataclass

import polars as pl

from lossary.study.columns import Columns
from lossary.study.models import HIDDEN
from lossary.study.task import Task
from lossary.study.train import Budget

__all__ = ["BATCH", "Config", "steps_for"]

BATCH = 512
"""Rows per step; a training fold with no more rows is one batch."""
EPOCHS, FEWEST_STEPS, MOST_STEPS = 20, 200, 2000


@dataclass(frozen=True)
class Config:
    """Data, task, model, folds, seeds and steps, shared by all candidates."""

    frame: pl.DataFrame
    columns: Columns
    task: Task
    model: str
    folds: int
    seeds: int
    steps: int

    def budget(self, seed: int) -> Budget:
        """Return the training budget of each candidate on a fold."""
        return Budget(self.steps, BATCH, HIDDEN[self.model], seed)


def steps_for(rows: int, count: int) -> int:
    """Return the training steps with ``count`` folds: twenty epochs, but 200 to 2000 steps."""
    epoch = rows * (count - 1) / count / BATCH
    return int(min(max(EPOCHS * epoch, FEWEST_STEPS), MOST_STEPS))
