"""The losses that a study compares: their parameters, targets and links."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

import torch
from torch import Tensor

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import (
    NONNEGATIVE,
    REAL,
    SIGNS,
    UNIT_INTERVAL,
    Domain,
    Pointwise,
    Record,
    Rowwise,
)
from lossary.losses.multiclass_and_ranking import multiclass_hinge
from lossary.losses.pointwise_from_record import pointwise
from lossary.losses.rowwise_from_record import rowwise
from lossary.study.task import Kind, Task
from lossary.validation import LossaryError

__all__ = [
    "DEFAULTS",
    "MULTICLASS_HINGE",
    "Candidate",
    "Link",
    "choose_candidates",
    "fitting_losses",
]

DEFAULTS: Mapping[Kind, tuple[str, ...]] = {
    "binary": (
        "sigmoid_cross_entropy",
        "sigmoid_squared_error",
        "sigmoid_focal:gamma=2",
        "hinge",
        "squared_hinge",
        "exponential",
    ),
    "multiclass": (
        "softmax_cross_entropy",
        "softmax_squared_error",
        "softmax_focal:gamma=2",
        "generalized_cross_entropy",
        "multiclass_hinge:variant=crammer_singer",
        "multiclass_hinge:variant=weston_watkins",
    ),
    "regression": (
        "squared_error",
        "absolute_error",
        "huber",
        "log_cosh",
        "quantile:level=0.9",
    ),
}
MULTICLASS_HINGE = "multiclass_hinge"
"""The one loss without a record of its own: it applies hinge to each pair of classes."""
SUMMARY_OF_HINGE = "the hinge of every wrong class against the right one: the largest, or their sum"
VARIANTS = ("crammer_singer", "weston_watkins")

Link = Literal["sigmoid", "softmax", "platt", "identity", "exp"]
"""The map from scores to predictions; ``platt`` is fitted, the others belong to the loss."""


@dataclass(frozen=True)
class Candidate:
    """A loss with its parameters, the number of its scores per row, and their link."""

    label: str
    name: str
    summary: str
    parameters: Mapping[str, Any]
    outputs: int
    link: Link
    signed_target: bool

    @property
    def record(self) -> Record:
        """The record of the loss; for a multiclass hinge, that of hinge."""
        return catalogue.get("hinge" if self.name == MULTICLASS_HINGE else self.name)

    @property
    def settings(self) -> dict[str, Any]:
        """All parameters of the loss, given or not, with shorthands expanded."""
        given = dict(self.parameters)
        for short in self.record.shorthands:
            if short.name in given:
                given |= short.expand(given.pop(short.name))
        variant = {"variant": VARIANTS[0]} if self.name == MULTICLASS_HINGE else {}
        return {**self.record.defaults, **variant, **given}

    @cached_property
    def loss(self) -> Callable[..., Tensor]:
        """The loss with its parameters bound; it returns one value per row."""
        bound = dict(self.parameters) | {"reduction": "none"}
        if self.name == MULTICLASS_HINGE:
            return partial(multiclass_hinge, **bound)
        compute: Callable[..., Tensor] = rowwise if isinstance(self.record, Rowwise) else pointwise
        return partial(compute, self.record, **bound)

    def __getstate__(self) -> dict[str, Any]:
        # A record may hold functions that can't be pickled: another process finds its own.
        return {name: value for name, value in vars(self).items() if name != "loss"}

    def row_losses(self, scores: Tensor, target: Tensor) -> Tensor:
        """Return the loss of each row of ``scores`` (rows, outputs).

        ``target`` (rows,) holds class indices or values; a shorter one is repeated.
        """
        expected = 2 * target - 1 if self.signed_target else target
        if self.outputs == 1:
            scores, expected = scores.reshape(-1), expected.to(scores.dtype)
        return self.loss(scores, expected.repeat(len(scores) // len(target)))

    def mean_losses(self, scores: Tensor, target: Tensor, share: Tensor | None = None) -> Tensor:
        """Return the mean loss of each of several models.

        ``scores`` is (models, rows, outputs), ``target`` (rows,): class indices or values;
        ``share`` (models, rows) is 0 for the rows that a model is not trained on, else 1.
        """
        models, rows, outputs = scores.shape
        table = self.row_losses(scores.reshape(-1, outputs), target).reshape(models, rows)
        if share is None:
            return table.mean(dim=1)
        return (table * share).sum(dim=1) / share.sum(dim=1).clamp(min=1)


def choose_candidates(specifications: Sequence[str] | None, task: Task) -> tuple[Candidate, ...]:
    """Return the losses of texts such as ``sigmoid_focal:gamma=2``, or the defaults of a task.

    Raises LossaryError for an unknown loss or parameter, and for a loss that does not fit the task.
    """
    found = (_parse(text, task) for text in specifications or DEFAULTS[task.kind])
    return tuple({c.label: c for c in found}.values())


def fitting_losses(kind: Kind) -> tuple[str, ...]:
    """Return the names of the losses that fit a kind of task."""
    return tuple(name for name in (*catalogue.names(), MULTICLASS_HINGE) if _fits(name, kind))


def _parse(text: str, task: Task) -> Candidate:
    name, _, rest = (part.strip() for part in text.partition(":"))
    given = dict(_assignment(item, text) for item in rest.split(",") if item.strip())
    if name not in (*catalogue.names(), MULTICLASS_HINGE):
        known = (*catalogue.names("pointwise"), *catalogue.names("rowwise"), MULTICLASS_HINGE)
        raise validation.unknown_name(name, known, "loss")
    candidate = _candidate(name, task.kind, len(task.classes), given)
    if candidate is None or not _fits(name, task.kind):
        fitting = ", ".join(fitting_losses(task.kind))
        message = f"{name} does not fit {task.kind} targets; those that do: {fitting}"
        raise LossaryError(message)
    _check(name, given)
    if candidate.link == "exp" and (task.y < 0).any():
        message = f"{name} needs a target in {NONNEGATIVE}, got {task.y.min():g}"
        raise LossaryError(message)
    return candidate


def _assignment(item: str, text: str) -> tuple[str, Any]:
    key, equals, value = (part.strip() for part in item.partition("="))
    if not (key and equals and value):
        message = f"cannot read the loss {text!r}: write NAME or NAME:parameter=value,…"
        raise LossaryError(message)
    try:
        return key, float(value)
    except ValueError:
        return key, value


def _check(name: str, given: Mapping[str, Any]) -> None:
    """Require known parameters within their intervals."""
    own = dict(given)
    if name == MULTICLASS_HINGE:
        validation.choice("variant", own.pop("variant", VARIANTS[0]), VARIANTS)
        name = "hinge"
    validation.parameters(catalogue.get(name), own)


def _fits(name: str, kind: Kind) -> bool:
    """Return whether a loss takes targets of a kind, is finite for them and depends on them."""
    candidate = _candidate(name, kind, 3 if kind == "multiclass" else 2, {})
    if candidate is None:
        return False
    scores = torch.arange(1.0, 2 * candidate.outputs + 1).square().sin().reshape(2, -1)
    values = candidate.row_losses(scores.repeat(2, 1), torch.tensor([0, 1, 1, 0]))
    one, other = values.reshape(2, 2).mean(dim=1).tolist()
    return math.isfinite(one) and not math.isclose(one, other, rel_tol=1e-3)


def _candidate(
    name: str, kind: Kind, classes: int, parameters: Mapping[str, Any]
) -> Candidate | None:
    """Return a loss as a candidate; None if it takes targets of another kind."""
    record = None if name == MULTICLASS_HINGE else catalogue.get(name)
    link = _link(record, kind)
    if link is None:
        return None
    shown = ",".join(
        f"{k}={v:.15g}" if isinstance(v, float) else f"{k}={v}" for k, v in parameters.items()
    )
    return Candidate(
        label=f"{name}:{shown}" if shown else name,
        name=name,
        summary=record.summary if record else SUMMARY_OF_HINGE,
        parameters=parameters,
        outputs=1 if isinstance(record, Pointwise) else classes,
        link=link,
        signed_target=isinstance(record, Pointwise) and record.target == SIGNS,
    )


def _link(record: Record | None, kind: Kind) -> Link | None:
    """Return the link of a record, or of the multiclass hinge loss (None), for a kind of task."""
    if record is None or isinstance(record, Rowwise):
        of_classes: Link = "softmax" if record else "platt"
        return None if kind == "regression" else of_classes
    if not isinstance(record, Pointwise) or record.score != REAL:
        return None
    links: dict[Domain, Link] = {}
    if kind == "regression":
        links = {REAL: "identity", NONNEGATIVE: "exp"}
    elif kind == "binary":
        logistic = record.name == "logistic"
        links = {UNIT_INTERVAL: "sigmoid", SIGNS: "sigmoid" if logistic else "platt"}
    return links.get(record.target)
