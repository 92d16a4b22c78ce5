"""Validated counts of one variable: the input of the entropy estimators."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lossary import validation
from lossary.measures.representations import as_counts

__all__ = ["ClassCounts", "class_counts"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ClassCounts:
    """The counts of the classes that occur, and the number of possible classes.

    ``alphabet_given`` is False where ``classes`` is just the number of classes that occur.
    """

    counts: Array
    classes: int
    alphabet_given: bool = False

    @cached_property
    def n(self) -> int:
        """The number of observations."""
        return int(self.counts.sum())

    @property
    def occurring(self) -> int:
        """The number of classes that occur."""
        return len(self.counts)

    @property
    def absent(self) -> int:
        """The number of possible classes that do not occur."""
        return self.classes - self.occurring

    @property
    def has_one_class(self) -> bool:
        """Whether only one class is possible: the entropy is 0."""
        return self.classes == 1

    @cached_property
    def grouped(self) -> tuple[Array, Array]:
        """The distinct counts, and the number of classes with each."""
        values, times = np.unique(self.counts, return_counts=True)
        return values.astype(np.float64), times.astype(np.float64)

    @property
    def singletons(self) -> int:
        """The number of classes that occur once."""
        return int((self.counts == 1).sum())


def class_counts(name: str, counts: Any, alphabet: int | None = None) -> ClassCounts:
    """Return validated counts of one variable; zeros are classes that may occur."""
    x = validation.to_numpy(as_counts(name, counts))
    if x.ndim != 1 or x.size == 0:
        message = (
            f"{name} must have one axis with a count for each class, shape (classes,), "
            f"got shape {x.shape}"
        )
        raise validation.LossaryError(message)
    occurring = x[x > 0].astype(np.int64)
    if not occurring.size:
        message = f"{name} must hold at least one observation, got {x.size} zeros"
        raise validation.LossaryError(message)
    if alphabet is None:
        return ClassCounts(occurring, len(x), alphabet_given=len(x) > len(occurring))
    _require_alphabet(alphabet, len(occurring))
    return ClassCounts(occurring, int(alphabet), alphabet_given=True)


def _require_alphabet(alphabet: Any, occurring: int) -> None:
    whole = isinstance(alphabet, int | np.integer) and not isinstance(alphabet, bool)
    if not whole or alphabet < occurring:
        message = (
            "alphabet must be the number of possible classes, a whole number of at least the "
            f"{occurring} that occur, got {validation.shown(alphabet)}"
        )
        raise validation.LossaryError(message)
