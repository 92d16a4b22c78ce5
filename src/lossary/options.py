"""Options of losses and measures, besides the parameters of their records: one table.

From it come keyword arguments, defaults, validation, docstrings, type stubs, and the numbers that
kernels take. Code acts on an option by its name; one with a penalty needs none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from lossary.formulas.record import (
    NONNEGATIVE,
    POSITIVE,
    REAL,
    SIGNS,
    UNIT_INTERVAL,
    Interval,
    Pointwise,
    Record,
    Rowwise,
)

__all__ = ["OPTIONS", "Option", "Penalty", "loss_options", "penalties"]

Takes = Callable[[Record], bool]


@dataclass(frozen=True)
class Penalty:
    """Something that is added to the loss of a row of logits, times the value of an option.

    ``value`` and its derivative ``slope`` are functions of a vocabulary and of the log-sum-exp.
    """

    value: Callable[[Any, Any], Any]
    slope: Callable[[Any, Any], Any]


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option: its default and type, the interval of its numbers, and the losses that take it."""

    name: str
    default: Any
    text: str
    type: Any
    interval: Interval | None = None
    takes: Takes = lambda _: False
    penalty: Penalty | None = None


def _any_loss(record: Record) -> bool:
    return isinstance(record, Pointwise | Rowwise)


def _rows(record: Record) -> bool:
    return isinstance(record, Rowwise)


def _labels(record: Record) -> bool:
    """Return whether targets are labels, of rows or of scores."""
    return _rows(record) or (
        isinstance(record, Pointwise) and record.target in {SIGNS, UNIT_INTERVAL}
    )


def _scores(record: Record) -> bool:
    """Return whether a loss of labels takes scores of any size."""
    return _rows(record) or (
        isinstance(record, Pointwise) and _labels(record) and record.score == REAL
    )


def _soft_labels(record: Record) -> bool:
    return _rows(record) or (isinstance(record, Pointwise) and record.target == UNIT_INTERVAL)


_TABLE = (
    Option(
        name="axis",
        default=-1,
        type=int,
        text="The axis of the classes or outcomes.",
        takes=_rows,
    ),
    Option(
        name="reduction",
        default="mean",
        type=Literal["mean", "sum", "none"],
        text='``"mean"`` (divides by the sum of all weights), ``"sum"`` or ``"none"``.',
        takes=_any_loss,
    ),
    Option(
        name="sample_weight",
        default=None,
        type=Any,
        text="A weight for each target, of the target's shape, none negative.",
        takes=_any_loss,
    ),
    Option(
        name="class_weight",
        default=None,
        type=Any,
        text="A weight for each class, none negative.",
        takes=_labels,
    ),
    Option(
        name="ignore_index",
        default=None,
        type=float | None,
        interval=REAL,
        text="Targets of this value are ignored, whatever their score.",
        takes=_labels,
    ),
    Option(
        name="label_smoothing",
        default=0.0,
        type=float,
        interval=UNIT_INTERVAL,
        text="The share of the target that is spread evenly over the classes.",
        takes=_soft_labels,
    ),
    Option(
        name="temperature",
        default=1.0,
        type=float,
        interval=POSITIVE,
        text="Divisor of the scores.",
        takes=_scores,
    ),
    Option(
        name="softcap",
        default=None,
        type=float | None,
        interval=POSITIVE,
        text="Bound that caps scores smoothly: softcap * tanh(score / softcap).",
        takes=_scores,
    ),
    Option(
        name="z_loss",
        default=0.0,
        type=float,
        interval=NONNEGATIVE,
        text="Weight of the squared log-sum-exp of a row, added to its loss without class weights.",
        takes=_rows,
        penalty=Penalty(lambda _, lse: lse * lse, lambda _, lse: 2 * lse),
    ),
    Option(
        name="base",
        default=None,
        type=float | None,
        text="The base of the logarithm: 2 for bits; by default natural, in nats.",
    ),
    Option(
        name="normalize",
        default=False,
        type=bool,
        text="Divide by the sums first; otherwise sums other than 1 are an error.",
    ),
    Option(
        name="sum_tolerance",
        default=None,
        type=float | None,
        interval=NONNEGATIVE,
        text="Largest deviation of a sum from 1; by default the rounding error of the dtype.",
        takes=_rows,
    ),
)

OPTIONS: dict[str, Option] = {option.name: option for option in _TABLE}


def loss_options(record: Record) -> list[str]:
    """Return the names of the options of a loss."""
    return [name for name, option in OPTIONS.items() if option.takes(record)]


def penalties() -> dict[str, Penalty]:
    """Return the penalties by the names of their options."""
    return {n: option.penalty for n, option in OPTIONS.items() if option.penalty is not None}
