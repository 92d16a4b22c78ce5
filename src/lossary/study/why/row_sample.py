"""The rows that a claim is measured on: all of a fold, or some drawn at random."""

from dataclasses import dataclass

import numpy as np

from lossary.study.splits import Rows
from lossary.study.task import Task

__all__ = ["FEWEST", "MOST_CURVED", "MOST_CURVED_SCORES", "MOST_ROWS", "Sample", "drawn"]

MOST_ROWS = 20_000
"""A fold of more rows is measured on a sample of this many."""
MOST_CURVED = 1000
"""What walks over the weights, their curvature above all, is measured on this many rows."""
MOST_CURVED_SCORES = 20_000
"""And on rows with no more scores than this, of many classes."""
FEWEST = 10
"""What a sample keeps of each class, where there are as many."""


@dataclass(frozen=True)
class Sample:
    """How many rows were measured, and of how many they are."""

    rows: int
    of: int

    @property
    def drawn(self) -> bool:
        """Whether some were left out."""
        return self.rows < self.of


def drawn(task: Task, rows: Rows, random: np.random.Generator, most: int = MOST_ROWS) -> Rows:
    """Return rows drawn at random, of each class its share and at least a few."""
    if len(rows) <= most:
        return rows
    if task.kind == "regression":
        return np.sort(random.choice(rows, most, replace=False))
    share, fewest = most / len(rows), max(1, min(FEWEST, most // (2 * len(task.classes))))
    parts = [rows[task.y[rows] == c] for c in range(len(task.classes))]
    taken = [
        random.choice(part, min(len(part), max(fewest, round(share * len(part)))), replace=False)
        for part in parts
    ]
    return np.sort(np.concatenate(taken))
