"""What a linear head is made of: its options, its checks, and the plain path beside its kernels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import (
    NONNEGATIVE,
    POSITIVE,
    SIGNS,
    UNIT_INTERVAL,
    Interval,
    Pointwise,
    Rowwise,
)
from lossary.interpreters.array_api import exact_sum, sum_tolerance
from lossary.kernels import lanes, plan
from lossary.kernels.linear_cpu import Head
from lossary.kernels.margins_cpu import Margins
from lossary.kernels.rows_cpu import Rows
from lossary.losses.input_checks import class_indices, class_weights, sample_weights, scaled
from lossary.losses.multiclass_and_ranking import multiclass_margin
from lossary.losses.rowwise import rowwise
from lossary.reduction import REDUCTIONS
from lossary.torch.arguments import tensor, widened

__all__ = [
    "TOLD",
    "Options",
    "Tensors",
    "checked",
    "flattened",
    "head",
    "require_count",
    "told_names",
    "whole",
]

TOLD = {"lse": "lse", "entropy": "entropy", "prediction": "best", "accuracy": "best"}
"""What a head tells beside its loss, and what the kernels call it."""

_MISSING = {"lse": 0.0, "entropy": 0.0, "best": -1}
"""What is told of a row that counts for nothing."""

_SOFTMAX = {
    "label_smoothing": 0.0,
    "temperature": 1.0,
    "softcap": None,
    "z_loss": 0.0,
    "sum_tolerance": None,
}
_SOFTMAX_WITHIN = {
    "label_smoothing": UNIT_INTERVAL,
    "temperature": POSITIVE,
    "softcap": POSITIVE,
    "z_loss": NONNEGATIVE,
    "sum_tolerance": NONNEGATIVE,
}
_NUMBERS = (*_SOFTMAX, "ignore_index", "threshold", "chunk")
_WHOLE = ("ignore_index", "chunk")
_VARIANTS = ("crammer_singer", "weston_watkins")
_SHARE = Interval(0, 1, closed_high=False)


@dataclass(frozen=True)
class Tensors:
    """What a head computes of: hidden states, a projection, a target, weights of both kinds."""

    hidden: Tensor
    weight: Tensor
    bias: Tensor | None
    target: Tensor
    sample_weight: Tensor | None
    class_weight: Tensor | None

    @property
    def all(self) -> tuple[Tensor | None, ...]:
        """The tensors in the order of a kernel's inputs."""
        weights = self.sample_weight, self.class_weight
        return self.hidden, self.weight, self.bias, self.target, *weights

    @property
    def dense(self) -> bool:
        """Tell whether the target holds distributions."""
        return self.target.ndim == self.hidden.ndim and self.target.is_floating_point()


@dataclass(frozen=True)
class Options:
    """A loss by its name, and what is asked of it."""

    loss: str
    reduction: str
    ignore_index: int | None
    label_smoothing: float
    temperature: float
    softcap: float | None
    z_loss: float
    sum_tolerance: float | None
    told: tuple[str, ...]
    threshold: float | None
    chunk: int | None
    parameters: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, *, told: str | Sequence[str], filter: float | None, **given: Any) -> "Options":
        """Return the options of a call; what is none of them is the loss's own."""
        own = {name: given.pop(name) for name in ("loss", "reduction", *_WHOLE)}
        own |= {name: given.pop(name, usual) for name, usual in _SOFTMAX.items()}
        names = told_names(told)
        return cls(told=names, threshold=filter, parameters=tuple(given.items()), **own)

    @property
    def record(self) -> Rowwise | Pointwise:
        """The record of the loss."""
        record = catalogue.get(self.loss)
        if isinstance(record, Rowwise) or (isinstance(record, Pointwise) and _is_margin(record)):
            return record
        known = [
            *catalogue.names("rowwise"),
            *filter(_names_a_margin, catalogue.names("pointwise")),
        ]
        raise validation.unknown_name(self.loss, known, "loss of logits or margin loss")

    def check(self) -> None:
        """Look at what no plain path looks at, and at what a module should not wait with."""
        validation.choice("reduction", self.reduction, REDUCTIONS)
        for name in self.told:
            validation.choice("told", name, tuple(TOLD))
        if self.threshold is not None:
            validation.single("filter", self.threshold, _SHARE)
        if self.ignore_index is not None:
            validation.whole("ignore_index", self.ignore_index)
        if self.chunk is not None:
            require_count("chunk", self.chunk)
        self._check_softmax()
        record, own = self.record, dict(self.parameters)
        if isinstance(record, Pointwise):
            validation.choice("variant", own.pop("variant", _VARIANTS[0]), _VARIANTS)
            given = [n for n, usual in _SOFTMAX.items() if getattr(self, n) != usual]
            if given:
                message = f"{self.loss} is of margins, not of a softmax: it has no {given[0]}"
                raise validation.LossaryError(message)
        validation.parameters(record, own)

    def _check_softmax(self) -> None:
        for name, interval in _SOFTMAX_WITHIN.items():
            value = getattr(self, name)
            if value is not None or _SOFTMAX[name] is not None:
                validation.single(name, value, interval)

    @property
    def own(self) -> dict[str, Any]:
        """The options of the loss of rows that the head ends in."""
        if isinstance(self.record, Pointwise):
            return {"variant": _VARIANTS[0], **dict(self.parameters)}
        return {**{n: getattr(self, n) for n in _SOFTMAX}, **dict(self.parameters)}

    def losses(self, z: Tensor, target: Tensor, *weights: Tensor | None, **more: Any) -> Tensor:
        """Return the loss of logits that are there, with weights of rows and of classes."""
        sample_weight, class_weight = weights
        options = {**self.own, "sample_weight": sample_weight, "class_weight": class_weight, **more}
        if isinstance(self.record, Pointwise):
            loss: Tensor = multiclass_margin(z, target, loss=self.loss, **options)
        else:
            loss = rowwise(self.record, z, target, **options)
        return loss

    def told_of(self, z: Tensor, name: str) -> Tensor:
        """Return what the kernels tell of rows, of logits that are there."""
        if name == "best":
            return z.argmax(-1)
        z = scaled(widened(z), self.temperature, self.softcap)
        lse = torch.logsumexp(z, -1)
        if name == "lse":
            return lse
        p = torch.softmax(z, -1)
        return lse - torch.where(p == 0, 0, p * z).sum(-1)

    def coded(self) -> tuple[str, str, list[float]]:
        """Return the options as an operator takes them: words, and numbers by their names."""
        parameters = dict(self.parameters)
        words = [self.loss, self.reduction, parameters.pop("variant", ""), *self.told]
        given = {**{name: getattr(self, name) for name in _NUMBERS}, **parameters}
        known = {name: float(x) for name, x in given.items() if x is not None}
        return ",".join(words), ",".join(known), list(known.values())

    @classmethod
    def decoded(cls, words: str, names: str, numbers: Sequence[float]) -> "Options":
        """Return the options of a code."""
        known: dict[str, Any] = dict(zip(names.split(","), numbers, strict=True))
        loss, reduction, variant, *told = words.split(",")
        own: dict[str, Any] = {name: known.pop(name, None) for name in _NUMBERS}
        for name in _WHOLE:
            own[name] = None if own[name] is None else int(own[name])
        parameters = {**known, **({"variant": variant} if variant else {})}
        own |= {"loss": loss, "reduction": reduction, "told": tuple(told)}
        return cls(parameters=tuple(parameters.items()), **own)

    @property
    def asked(self) -> tuple[str, ...]:
        """What the kernels are asked to tell, each once."""
        wanted = {TOLD[name] for name in self.told}
        return tuple(name for name in ("lse", "entropy", "best") if name in wanted)


def told_names(told: Any) -> tuple[str, ...]:
    """Return what is to be told: one name or several."""
    names = (told,) if isinstance(told, str) else told
    if not isinstance(names, list | tuple):
        message = f"told must be a name or a list of them, of {', '.join(TOLD)}, got {told!r}"
        raise validation.LossaryError(message)
    return tuple(names)


def _is_margin(record: Pointwise) -> bool:
    return record.target == SIGNS


def _names_a_margin(name: str) -> bool:
    record = catalogue.get(name)
    return isinstance(record, Pointwise) and _is_margin(record)


def require_count(name: str, value: Any) -> None:
    """Require a number of things, of which there is one at least."""
    if type(value) is not int or value < 1:
        message = f"{name} must be a whole number from 1 on, got {value!r}"
        raise validation.LossaryError(message)


def checked(options: Options, given: Tensors) -> Tensors:
    """Return the tensors as kernels take them, or say what does not fit."""
    options.check()
    _require_projection(given)
    hidden, weight = given.hidden, given.weight
    batch, classes = tuple(hidden.shape[:-1]), len(weight)
    target, work = tensor("target", given.target), widened(hidden[:0]).dtype
    if target.is_floating_point() and tuple(target.shape) == (*batch, classes):
        work, like = torch.promote_types(work, target.dtype), target[..., 0]
    else:
        target = like = class_indices(target, batch, (*batch, classes))
        seen = target
        if options.ignore_index is not None:
            seen = torch.where(target == options.ignore_index, 0, target)
        if classes:
            validation.labels("target", seen, classes)
    class_weight = class_weights(given.class_weight, classes, work)
    sample_weight = sample_weights(given.sample_weight, like, work)
    return Tensors(hidden, weight, given.bias, target, sample_weight, class_weight)


def _require_projection(given: Tensors) -> None:
    hidden, weight, bias = (
        tensor("hidden", given.hidden),
        tensor("weight", given.weight),
        given.bias,
    )
    if weight.ndim != 2 or hidden.ndim == 0 or hidden.shape[-1] != weight.shape[1]:
        message = (
            "hidden must have the shape (…, H) and weight (C, H), a row for each class as in "
            f"nn.Linear, got {tuple(hidden.shape)} and {tuple(weight.shape)}"
        )
        turned = weight.ndim == 2 and hidden.ndim > 0 and hidden.shape[-1] == weight.shape[0]
        raise validation.LossaryError(f"{message}: transpose the weight" if turned else message)
    if bias is not None and tuple(tensor("bias", bias).shape) != (len(weight),):
        message = (
            f"bias must hold one number for each of the {len(weight)} classes, "
            f"got shape {tuple(bias.shape)}"
        )
        raise validation.LossaryError(message)
    dtypes = {x.dtype for x in (hidden, weight, bias) if x is not None}
    if len(dtypes) > 1 or not hidden.is_floating_point():
        message = (
            "hidden, weight and bias must have one floating dtype, got "
            f"{', '.join(sorted(map(str, dtypes)))}: convert them, or run under torch.autocast"
        )
        raise validation.LossaryError(message)


def flattened(given: Tensors) -> Tensors:
    """Return the rows of a batch one after another."""
    batch = given.hidden.shape[:-1]
    rows, classes = math.prod(batch), len(given.weight)
    target = given.target.reshape((rows, classes) if given.dense else (rows,))
    weight = None if given.sample_weight is None else given.sample_weight.reshape(rows)
    hidden = given.hidden.reshape(rows, given.hidden.shape[-1])
    return replace(given, hidden=hidden, target=target, sample_weight=weight)


def head(options: Options, given: Tensors) -> Head:
    """Return what computes rows of hidden states a chunk at a time."""
    call = _kernel(options, given)
    return Head(
        call,
        _Plain(options, given),
        options.reduction,
        None if given.dense else options.ignore_index,
        options.asked,
        options.chunk,
        0.0 if call is None else options.threshold or 0.0,
    )


def _kernel(options: Options, given: Tensors) -> Rows | Margins | None:
    """Return the kernel of rows of logits that are not there yet."""
    if not plan.enabled():
        return None
    record, target = options.record, given.target[:1]
    logits = given.weight.new_empty(1, len(given.weight), dtype=widened(given.weight[:0]).dtype)
    try:
        if isinstance(record, Pointwise):
            call = lanes.margins(record, logits, target, options.own)[0]
        else:
            call = lanes.rowwise(record, logits, target, options.own)[0]
    except plan.Declined:
        return None
    if isinstance(call, Rows):
        return replace(call, told=options.asked)
    return call if isinstance(call, Margins) else None


class _Plain:
    """The loss of rows on the plain path."""

    def __init__(self, options: Options, given: Tensors) -> None:
        self._options, self._target = options, given.target

    def losses(
        self,
        z: Tensor,
        target: Tensor,
        weight: Tensor | None,
        class_weight: Tensor | None,
        lift: Any,
    ) -> Tensor:
        """Return the weighted loss of each row of logits, its z-loss multiplied by ``lift``."""
        more: dict[str, Any] = {"reduction": "none"}
        if self._options.z_loss:
            more["z_loss"] = self._options.z_loss * lift
        try:
            return self._options.losses(z, target, weight, class_weight, **more)
        except validation.LossaryError:
            # The rows are some of many: the error is to name the place in all of them.
            if target.is_floating_point():
                total = exact_sum(self._target)
                asked = self._options.sum_tolerance
                tolerance = sum_tolerance(torch, target.dtype, asked)
                validation.distribution("target", self._target, total, tolerance)
            raise

    def told(self, z: Tensor, name: str) -> Tensor:
        """Return "lse", "entropy" or "best" (the class of the largest logit) of each row."""
        return self._options.told_of(z, name)


def _all_logits(options: Options, given: Tensors) -> Tensor:
    """Return all logits at once, differentiable without end."""
    hidden, bias = widened(given.hidden), given.bias
    counts = _counting(options, given)
    if counts is not None:
        hidden = torch.where(counts[:, None], hidden, 0)
    kind = hidden.device.type
    if kind == "meta" or not torch.is_autocast_enabled(kind):
        return _linear(hidden, given.weight, bias)
    with torch.autocast(kind, enabled=False):
        return _linear(hidden, given.weight, bias)


def _linear(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return functional.linear(hidden, widened(weight), None if bias is None else widened(bias))


def _counting(options: Options, given: Tensors) -> Tensor | None:
    """Return which rows are not ignored and have weight; None: all."""
    counts = None if given.sample_weight is None else given.sample_weight != 0
    if given.dense or options.ignore_index is None:
        return counts
    seen = given.target != options.ignore_index
    return seen if counts is None else counts & seen


def whole(options: Options, given: Tensors) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss, and what is told of the rows, from all logits at once."""
    z, weights = _all_logits(options, given), (given.sample_weight, given.class_weight)
    ignored = None if given.dense else options.ignore_index
    more = {"reduction": options.reduction, "ignore_index": ignored}
    value = options.losses(z, given.target, *weights, **more)
    counts, told = _counting(options, given), []
    for name in options.asked:
        known = options.told_of(z.detach(), name)
        told.append(known if counts is None else torch.where(counts, known, _MISSING[name]))
    return value, tuple(told)
