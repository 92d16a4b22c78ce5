"""Random samples of rows, for claims on large data."""

from dataclasses import dataclass

import numpy as np

from lossary.study.splits import Rows
from lossary.study.task import Task

__all__ = [
    "MAX_CURVATURE_ROWS",
    "MAX_CURVATURE_SCORES",
    "MAX_ROWS",
    "MIN_PER_CLASS",
    "Sample",
    "draw_rows",
]

MAX_ROWS = 20_000
"""Most rows of a fold; of more, a sample is used."""
MAX_CURVATURE_ROWS = 1000
"""Most rows for measurements over the weights, such as their curvature."""
MAX_CURVATURE_SCORES = 20_000
"""Most scores, rows times classes, for the same."""
MIN_PER_CLASS = 10
"""Fewest rows of each class in a sample, where there are as many."""


@dataclass(frozen=True)
class Sample:
    """The number of rows measured, and of all rows."""

    rows: int
    total: int

    @property
    def partial(self) -> bool:
        """Whether some rows were left out."""
        return self.rows < self.total


def draw_rows(task: Task, rows: Rows, random: np.random.Generator, most: int = MAX_ROWS) -> Rows:
    """Return a random sample of rows, stratified by class with a minimum for each."""
    if len(rows) <= most:
        return rows
    if task.kind == "regression":
        return np.sort(random.choice(rows, most, replace=False))
    share, fewest = most / len(rows), max(1, min(MIN_PER_CLASS, most // (2 * len(task.classes))))
    parts = [rows[task.y[rows] == c] for c in range(len(task.classes))]
    taken = [
        random.choice(part, min(len(part), max(fewest, round(share * len(part)))), replace=False)
        for part in parts
    ]
    return np.sort(np.concatenate(taken))
