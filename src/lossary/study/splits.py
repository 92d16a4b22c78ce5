"""Splits into folds for cross-validation, and inner folds for the learning rate."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedKFold

from lossary.study.task import Task
from lossary.validation import LossaryError

__all__ = ["INNER", "MANY_ROWS", "Rows", "allowed_folds", "folds", "inner_folds"]

INNER = 3
"""The number of inner folds: each is predicted by models trained on the others."""
MANY_ROWS = 1000
"""With more training rows, only one inner fold is held out."""

Rows = NDArray[np.int64]


def allowed_folds(task: Task, requested: int) -> int:
    """Return the number of folds that the rarest class allows, at most the requested number.

    Raises LossaryError if not even two are possible.
    """
    if task.kind == "regression":
        rarest, what = len(task.y) // 2, f"{len(task.y)} rows"
    else:
        rarest = min(task.counts)
        name = task.classes[task.counts.index(rarest)]
        what = f"class {name!r} has {rarest} row{'s' * (rarest != 1)}"
    if rarest < 2:
        message = f"too few rows for two folds: {what}, but at least two of each class are needed"
        raise LossaryError(message)
    return min(requested, rarest)


def folds(task: Task, count: int, seed: int) -> Iterator[tuple[Rows, Rows]]:
    """Yield training and test rows of each fold, shuffled and stratified by class."""
    kind = KFold if task.kind == "regression" else StratifiedKFold
    yield from kind(count, shuffle=True, random_state=seed).split(task.y, task.y)


def inner_folds(task: Task, rows: Rows, seed: int) -> Rows:
    """Return the inner fold of each training row, stratified by class; -1 is never held out."""
    assigned = np.empty(len(rows), dtype=np.int64)
    random = np.random.default_rng(seed)
    y = np.zeros(len(rows)) if task.kind == "regression" else task.y[rows]
    start = 0
    for c in np.unique(y):
        members = random.permutation(np.flatnonzero(y == c))
        assigned[members] = (start + np.arange(len(members))) % INNER
        start += len(members)
    return np.where(assigned == 0, 0, -1) if len(rows) > MANY_ROWS else assigned
