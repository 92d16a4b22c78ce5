"""Inference of the task from the target: binary, multiclass or regression."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lossary.pages.localization import Message, say
from lossary.study.columns import tidy
from lossary.validation import LossaryError, choice, unknown_name

__all__ = ["Kind", "Task", "infer_task"]

Kind = Literal["binary", "multiclass", "regression"]
MOST_NUMERIC_CLASSES = 20


@dataclass(frozen=True)
class Task:
    """The kind of task, and the target as class indices (1 is the positive of two) or values."""

    kind: Kind
    reason: Message
    y: NDArray[Any]
    classes: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of rows of each class."""
        return tuple(int((self.y == c).sum()) for c in range(len(self.classes)))


def infer_task(target: pl.Series, kind: str | None = None, positive: str | None = None) -> Task:
    """Return the task of a target without missing values.

    ``kind`` overrides the inferred task, ``positive`` the positive one of two classes, by default
    the rarer. Raises LossaryError for a target that does not fit the task.
    """
    if kind is not None:
        choice("task", kind, get_args(Kind))
    if target.dtype.is_temporal() or target.dtype.is_nested():
        found = f"target {target.name!r} has the type {target.dtype}"
        message = f"{found}: convert it to numbers or class labels"
        raise LossaryError(message)
    values = tidy(target.to_frame()).to_series()
    distinct = values.n_unique()
    if distinct < 2:
        what = "one class" if kind != "regression" else "one value"
        message = f"target {target.name!r} has only {what}, {values[0]!r}: at least two are needed"
        raise LossaryError(message)
    found, reason = _suggested(values, distinct)
    chosen: Any = kind or found
    reason = reason if chosen == found else say("target.asked", found=say(f"task.{found}"))
    if chosen == "regression":
        return Task("regression", reason, _as_numbers(values))
    return _classes(values, chosen, reason, positive)


def _suggested(values: pl.Series, distinct: int) -> tuple[Kind, Message]:
    if distinct == 2:
        return "binary", say("target.two_values")
    if not values.dtype.is_numeric():
        return "multiclass", say("target.classes", distinct=distinct)
    whole = bool((values == values.cast(pl.Float64).round()).all())
    if whole and distinct <= MOST_NUMERIC_CLASSES and distinct * 5 <= len(values):
        return "multiclass", say("target.whole_numbers", distinct=distinct)
    return "regression", say("target.numbers", distinct=distinct)


def _as_numbers(values: pl.Series) -> NDArray[np.float64]:
    if not values.dtype.is_numeric() and values.dtype != pl.Boolean:
        message = f"regression needs a target of numbers, but {values.name!r} has {values[0]!r}"
        raise LossaryError(message)
    return values.cast(pl.Float64).to_numpy().astype(np.float64)


def _classes(values: pl.Series, kind: Kind, reason: Message, positive: str | None) -> Task:
    levels = values.unique().sort()
    names = [_named(v) for v in levels.to_list()]
    _enough(values, names, kind)
    y = levels.search_sorted(values).to_numpy().astype(np.int64)
    if kind == "multiclass":
        return Task(kind, reason, y, tuple(names))
    if positive is None:
        first_is_rarer = (y == 0).sum() < (y == 1).sum()
    elif positive in names:
        first_is_rarer = names.index(positive) == 0
    else:
        raise unknown_name(positive, names, f"class of {values.name!r}")
    if first_is_rarer:
        return Task(kind, reason, 1 - y, (names[1], names[0]))
    return Task(kind, reason, y, (names[0], names[1]))


def _named(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def _enough(values: pl.Series, names: list[str], kind: Kind) -> None:
    if kind == "binary" and len(names) != 2:
        message = (
            f"binary needs two classes, target {values.name!r} has {len(names)}: use --task "
            "multiclass"
        )
        raise LossaryError(message)
    if kind == "multiclass" and len(names) * 2 > len(values):
        hint = "; for numbers, use --task regression" if values.dtype.is_numeric() else ""
        message = (
            f"target {values.name!r} has {len(names)} classes in {len(values)} rows: "
            f"at least two rows per class are needed{hint}"
        )
        raise LossaryError(message)
