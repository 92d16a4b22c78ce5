"""Rows for training and for testing: repeated folds, and the folds within a training fold."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedKFold

from lossary.study.task import Task
from lossary.validation import LossaryError

__all__ = ["INNER", "MANY_ROWS", "Rows", "allowed_folds", "folds", "inner_folds"]

INNER = 3
"""The parts of a training fold: each is predicted by models trained on the others."""
MANY_ROWS = 1000
"""From here on one part tells enough: the others stay in training."""

Rows = NDArray[np.int64]


def allowed_folds(task: Task, asked: int) -> int:
    """Return the folds that the rarest class allows, at most as many as asked for.

    Raises LossaryError where not even two are possible.
    """
    if task.kind == "regression":
        rarest, what = len(task.y) // 2, f"{len(task.y)} rows"
    else:
        rarest = min(task.counts)
        name = task.classes[task.counts.index(rarest)]
        what = f"class {name!r} has {rarest} row{'s' * (rarest != 1)}"
    if rarest < 2:
        message = f"too few rows for two folds: {what}, at least two of each class are needed"
        raise LossaryError(message)
    return min(asked, rarest)


def folds(task: Task, count: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Return training and test rows of each fold, shuffled by the seed, stratified by class."""
    kind = KFold if task.kind == "regression" else StratifiedKFold
    yield from kind(count, shuffle=True, random_state=seed).split(task.y, task.y)


def inner_folds(task: Task, rows: Rows, seed: int) -> Rows:
    """Return the inner fold of each training row: a third of the rows and of each class.

    -1 is a row that is never held out.
    """
    assigned = np.empty(len(rows), dtype=np.int64)
    random = np.random.default_rng(seed)
    y = np.zeros(len(rows)) if task.kind == "regression" else task.y[rows]
    start = 0
    for c in np.unique(y):
        members = random.permutation(np.flatnonzero(y == c))
        assigned[members] = (start + np.arange(len(members))) % INNER
        start += len(members)
    return np.where(assigned == 0, 0, -1) if len(rows) > MANY_ROWS else assigned
