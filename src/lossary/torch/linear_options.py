"""Options of a linear head, their validation, and the plain path beside its kernels."""

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
    REAL,
    SIGNS,
    Pointwise,
    Rowwise,
)
from lossary.interpreters.array_helpers import exact_sum, sum_tolerance
from lossary.kernels import dispatch, eligibility
from lossary.kernels.cpu.margins import MarginCall
from lossary.kernels.cpu.rows import RowCall
from lossary.kernels.margins import MARGINS
from lossary.kernels.rows import ROWS
from lossary.kernels.torch.linear_head import Head
from lossary.losses.input_checks import class_indices, class_weights, sample_weights, scaled
from lossary.losses.multiclass_and_ranking import multiclass_margin
from lossary.losses.rowwise_from_record import rowwise
from lossary.options import OPTIONS, penalties
from lossary.reduction import REDUCTIONS
from lossary.torch.arguments import tensor, widened

__all__ = [
    "OUTPUTS",
    "HeadOptions",
    "Tensors",
    "flattened",
    "head",
    "of_all_logits",
    "output_names",
    "require_count",
    "validated",
]

OUTPUTS = {"lse": "lse", "entropy": "entropy", "prediction": "best", "accuracy": "best"}
"""The auxiliary outputs of a head, and the kernels' output that each is computed from."""

_OF_UNCOUNTED_ROWS = {"lse": 0.0, "entropy": 0.0, "best": -1}
"""The kernels' outputs of rows that are ignored or have no weight."""

_SOFTMAX = {
    name: OPTIONS[name].default
    for name in ("label_smoothing", "temperature", "softcap", "z_loss", "sum_tolerance")
}
_NUMBERS = (*_SOFTMAX, "ignore_index", "chunk")
_WHOLE = ("ignore_index", "chunk")
_VARIANTS = ("crammer_singer", "weston_watkins")


@dataclass(frozen=True)
class Tensors:
    """The tensors of a head: hidden states, projection, target, weights of rows and of classes."""

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
        """Whether the target holds distributions."""
        return self.target.ndim == self.hidden.ndim and self.target.is_floating_point()


@dataclass(frozen=True)
class HeadOptions:
    """A loss by its name, and the options of a call."""

    loss: str
    reduction: str
    ignore_index: int | None
    label_smoothing: float
    temperature: float
    softcap: float | None
    z_loss: float
    sum_tolerance: float | None
    outputs: tuple[str, ...]
    chunk: int | None
    parameters: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, *, outputs: Sequence[str], **given: Any) -> "HeadOptions":
        """Return the options of a call; other arguments are parameters of the loss."""
        own = {name: given.pop(name) for name in ("loss", "reduction", *_WHOLE)}
        own |= {name: given.pop(name, usual) for name, usual in _SOFTMAX.items()}
        return cls(outputs=output_names(outputs), parameters=tuple(given.items()), **own)

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
        """Validate the options, those too that no loss validates before it computes."""
        validation.choice("reduction", self.reduction, REDUCTIONS)
        for name in self.outputs:
            validation.choice("outputs", name, tuple(OUTPUTS))
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
                name = given[0]
                message = (
                    f"{name} applies to losses of a softmax, and {self.loss} is a margin loss: got "
                    f"{name}={getattr(self, name)!r}; leave it out, or choose a loss of logits"
                )
                raise validation.LossaryError(message)
        validation.parameters(record, own)

    def _check_softmax(self) -> None:
        for name, usual in _SOFTMAX.items():
            value, interval = getattr(self, name), OPTIONS[name].interval or REAL
            if value is not None or usual is not None:
                validation.single(name, value, interval)

    @property
    def own(self) -> dict[str, Any]:
        """The options of the loss of logits."""
        if isinstance(self.record, Pointwise):
            return {"variant": _VARIANTS[0], **dict(self.parameters)}
        return {**{n: getattr(self, n) for n in _SOFTMAX}, **dict(self.parameters)}

    def losses(self, z: Tensor, target: Tensor, *weights: Tensor | None, **more: Any) -> Tensor:
        """Return the loss of given logits, with weights of rows and of classes."""
        sample_weight, class_weight = weights
        options = {**self.own, "sample_weight": sample_weight, "class_weight": class_weight, **more}
        if isinstance(self.record, Pointwise):
            loss: Tensor = multiclass_margin(z, target, loss=self.loss, **options)
        else:
            loss = rowwise(self.record, z, target, **options)
        return loss

    def auxiliary(self, z: Tensor, name: str) -> Tensor:
        """Return "lse", "entropy" or "best" (the class of the largest logit) of each row."""
        if name == "best":
            return z.argmax(-1)
        z = scaled(widened(z), self.temperature, self.softcap)
        lse = torch.logsumexp(z, -1)
        if name == "lse":
            return lse
        p = torch.softmax(z, -1)
        return lse - torch.where(p == 0, 0, p * z).sum(-1)

    def coded(self) -> tuple[str, str, list[float]]:
        """Return the options as an operator takes them: names, and numbers by their names."""
        parameters = dict(self.parameters)
        words = [self.loss, self.reduction, parameters.pop("variant", ""), *self.outputs]
        given = {**{name: getattr(self, name) for name in _NUMBERS}, **parameters}
        known = {name: float(x) for name, x in given.items() if x is not None}
        return ",".join(words), ",".join(known), list(known.values())

    @classmethod
    def decoded(cls, words: str, names: str, numbers: Sequence[float]) -> "HeadOptions":
        """Return the options of a code."""
        known: dict[str, Any] = dict(zip(names.split(","), numbers, strict=True))
        loss, reduction, variant, *outputs = words.split(",")
        own: dict[str, Any] = {name: known.pop(name, None) for name in _NUMBERS}
        for name in _WHOLE:
            own[name] = None if own[name] is None else int(own[name])
        parameters = {**known, **({"variant": variant} if variant else {})}
        own |= {"loss": loss, "reduction": reduction, "outputs": tuple(outputs)}
        return cls(parameters=tuple(parameters.items()), **own)

    @property
    def kernel_outputs(self) -> tuple[str, ...]:
        """The kernels' outputs that the auxiliary outputs are computed from, each once."""
        wanted = {OUTPUTS[name] for name in self.outputs}
        return tuple(name for name in ("lse", "entropy", "best") if name in wanted)


def output_names(outputs: Any) -> tuple[str, ...]:
    """Return the names of auxiliary outputs as a tuple."""
    if not isinstance(outputs, list | tuple):
        hint = f": write outputs=({outputs!r},)" if isinstance(outputs, str) else ""
        allowed = ", ".join(map(repr, OUTPUTS))
        message = f"outputs must be a tuple of names among {allowed}, got {outputs!r}{hint}"
        raise validation.LossaryError(message)
    return tuple(outputs)


def _is_margin(record: Pointwise) -> bool:
    return record.target == SIGNS


def _names_a_margin(name: str) -> bool:
    record = catalogue.get(name)
    return isinstance(record, Pointwise) and _is_margin(record)


def require_count(name: str, value: Any) -> None:
    """Require a positive integer."""
    if type(value) is not int or value < 1:
        message = f"{name} must be a whole number from 1 on, got {value!r}"
        raise validation.LossaryError(message)


def validated(options: HeadOptions, given: Tensors) -> Tensors:
    """Return the tensors as kernels take them; shapes and values out of range are errors."""
    options.check()
    _require_projection(given)
    hidden, weight = given.hidden, given.weight
    batch, classes = tuple(hidden.shape[:-1]), len(weight)
    target, work = tensor("target", given.target), widened(hidden[:0]).dtype
    if target.is_floating_point() and tuple(target.shape) == (*batch, classes):
        work, like = torch.promote_types(work, target.dtype), target[..., 0]
    else:
        target = like = class_indices(target, batch, (*batch, classes))
        counted = target
        if options.ignore_index is not None:
            counted = torch.where(target == options.ignore_index, 0, target)
        if classes:
            validation.labels("target", counted, classes)
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
        transposed = weight.ndim == 2 and hidden.ndim > 0 and hidden.shape[-1] == weight.shape[0]
        raise validation.LossaryError(f"{message}: pass weight.t()" if transposed else message)
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
    """Return the tensors with all axes of the batch flattened into one of rows."""
    batch = given.hidden.shape[:-1]
    rows, classes = math.prod(batch), len(given.weight)
    target = given.target.reshape((rows, classes) if given.dense else (rows,))
    weight = None if given.sample_weight is None else given.sample_weight.reshape(rows)
    hidden = given.hidden.reshape(rows, given.hidden.shape[-1])
    return replace(given, hidden=hidden, target=target, sample_weight=weight)


def head(options: HeadOptions, given: Tensors) -> Head:
    """Return the computation of a head, a chunk of rows at a time."""
    call = _kernel(options, given)
    return Head(
        call,
        _Plain(options, given),
        options.reduction,
        None if given.dense else options.ignore_index,
        options.kernel_outputs,
        options.chunk,
    )


def _kernel(options: HeadOptions, given: Tensors) -> RowCall | MarginCall | None:
    """Return the kernel for rows of logits, None where there is none."""
    if not eligibility.enabled():
        return None
    record, target = options.record, given.target[:1]
    logits = given.weight.new_empty(1, len(given.weight), dtype=widened(given.weight[:0]).dtype)
    try:
        shape = MARGINS if isinstance(record, Pointwise) else ROWS
        family, call, *_ = dispatch.prepared(shape, record, logits, target, options.own)
        if isinstance(call, RowCall) and options.kernel_outputs:
            call = family.call(replace(call.options, outputs=options.kernel_outputs))
    except eligibility.Declined:
        return None
    return call if isinstance(call, RowCall | MarginCall) else None


class _Plain:
    """The loss of rows on the plain path."""

    def __init__(self, options: HeadOptions, given: Tensors) -> None:
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
        for name in penalties():
            if value := getattr(self._options, name, None):
                more[name] = value * lift
        try:
            return self._options.losses(z, target, weight, class_weight, **more)
        except validation.LossaryError:
            # These rows are a chunk: the error must give the index in the whole target.
            if target.is_floating_point():
                total, given = exact_sum(self._target), self._options.sum_tolerance
                tolerance = sum_tolerance(torch, target.dtype, given)
                validation.distribution("target", self._target, total, tolerance)
            raise

    def auxiliary(self, z: Tensor, name: str) -> Tensor:
        """Return an auxiliary output of each row."""
        return self._options.auxiliary(z, name)


def _all_logits(options: HeadOptions, given: Tensors) -> Tensor:
    """Return all logits at once, differentiable to any order."""
    hidden, bias = widened(given.hidden), given.bias
    counted = _counted(options, given)
    if counted is not None:
        hidden = torch.where(counted[:, None], hidden, 0)
    kind = hidden.device.type
    if kind == "meta" or not torch.is_autocast_enabled(kind):
        return _linear(hidden, given.weight, bias)
    with torch.autocast(kind, enabled=False):
        return _linear(hidden, given.weight, bias)


def _linear(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return functional.linear(hidden, widened(weight), None if bias is None else widened(bias))


def _counted(options: HeadOptions, given: Tensors) -> Tensor | None:
    """Return a mask of the rows that have weight and are not ignored; None: all of them."""
    weighted = None if given.sample_weight is None else given.sample_weight != 0
    if given.dense or options.ignore_index is None:
        return weighted
    kept = given.target != options.ignore_index
    return kept if weighted is None else weighted & kept


def of_all_logits(options: HeadOptions, given: Tensors) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Return the loss and the rows' auxiliary outputs, from all logits at once."""
    z, weights = _all_logits(options, given), (given.sample_weight, given.class_weight)
    ignored = None if given.dense else options.ignore_index
    more = {"reduction": options.reduction, "ignore_index": ignored}
    value = options.losses(z, given.target, *weights, **more)
    counted, extras = _counted(options, given), []
    for name in options.kernel_outputs:
        x = options.auxiliary(z.detach(), name)
        extras.append(x if counted is None else torch.where(counted, x, _OF_UNCOUNTED_ROWS[name]))
    return value, tuple(extras)
