"""The losses that race: which fit a task, and how each is called."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lossary import losses, validation
from lossary.formulas import catalogue
from lossary.formulas.record import NONNEGATIVE, Record
from lossary.study.loss_adapter import MULTICLASS_HINGE, Link, LossAdapter, adapter_for
from lossary.study.task import Kind, Task
from lossary.validation import LossaryError

__all__ = ["DEFAULTS", "Candidate", "choose_candidates", "fitting_losses"]

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
VARIANTS = ("crammer_singer", "weston_watkins")


@dataclass(frozen=True)
class Candidate:
    """A loss with its parameters, as it is trained with and read."""

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

    def mean_losses(self, scores: Tensor, target: Tensor, share: Tensor | None = None) -> Tensor:
        """Return the mean loss of each of several models.

        ``scores`` is (models, rows, outputs), ``target`` (rows,): class indices or values;
        ``share`` (models, rows) is 0 for the rows that a model doesn't see, else 1.
        """
        models, rows, outputs = scores.shape
        expected = 2 * target - 1 if self.signed_target else target
        flat = scores.reshape(-1) if outputs == 1 else scores.reshape(-1, outputs)
        wanted = expected.to(scores.dtype) if outputs == 1 else expected
        values: Tensor = getattr(losses, self.name)(
            flat, wanted.repeat(models), reduction="none", **self.parameters
        )
        table = values.reshape(models, rows)
        if share is None:
            return table.mean(dim=1)
        return (table * share).sum(dim=1) / share.sum(dim=1).clamp(min=1)


def choose_candidates(specifications: Sequence[str] | None, task: Task) -> tuple[Candidate, ...]:
    """Return the losses to race, from texts like ``sigmoid_focal:gamma=2``, or a task's defaults.

    Raises LossaryError for an unknown loss or parameter, and for a loss that does not fit.
    """
    texts = specifications or DEFAULTS[task.kind]
    forms = _forms(task.kind)
    found = {c.label: c for c in (_candidate(text, task, forms) for text in texts)}
    return tuple(found.values())


def fitting_losses(kind: Kind) -> tuple[str, ...]:
    """Return the names of the losses that fit a kind of task."""
    return tuple(_forms(kind))


def _forms(kind: Kind) -> dict[str, LossAdapter]:
    forms = {name: adapter_for(name, kind) for name in (*catalogue.names(), MULTICLASS_HINGE)}
    return {n: form for n, form in forms.items() if form and _learns(n, form, kind)}


def _candidate(text: str, task: Task, forms: Mapping[str, LossAdapter]) -> Candidate:
    name, _, rest = (part.strip() for part in text.partition(":"))
    given = dict(_assignment(item, text) for item in rest.split(",") if item.strip())
    if name not in (*catalogue.names(), MULTICLASS_HINGE):
        known = (*catalogue.names("pointwise"), *catalogue.names("rowwise"), MULTICLASS_HINGE)
        raise validation.unknown_name(name, known, "loss")
    if name not in forms:
        message = f"{name} does not fit {task.kind} targets; those that do: {', '.join(forms)}"
        raise LossaryError(message)
    _check(name, given)
    shown = ",".join(
        f"{k}={v:.15g}" if isinstance(v, float) else f"{k}={v}" for k, v in given.items()
    )
    label = f"{name}:{shown}" if shown else name
    candidate = _built(name, forms[name], len(task.classes), given, label)
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


def _built(
    name: str, form: LossAdapter, classes: int, parameters: Mapping[str, Any], label: str
) -> Candidate:
    return Candidate(
        label=label,
        name=name,
        summary=form.summary,
        parameters=parameters,
        outputs=classes if form.rows else 1,
        link=form.link,
        signed_target=form.signed_target,
    )


def _learns(name: str, form: LossAdapter, kind: Kind) -> bool:
    """Tell whether a loss is finite for plain labels and depends on them."""
    candidate = _built(name, form, 3 if kind == "multiclass" else 2, {}, name)
    irregular = torch.arange(1.0, 2 * candidate.outputs + 1).square().sin()
    scores = irregular.reshape(1, 2, -1)
    one, other = (
        float(candidate.mean_losses(scores, torch.tensor(target))) for target in ([0, 1], [1, 0])
    )
    return math.isfinite(one) and one != other
