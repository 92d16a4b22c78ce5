"""Modules and functions made from any record of a loss, in torch's words."""

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise, Rowwise
from lossary.kernels import plan
from lossary.losses.pointwise import pointwise
from lossary.losses.rowwise import rowwise
from lossary.torch.arguments import (
    OF_ROWS,
    chosen_reduction,
    class_axis,
    promoted,
    renamed,
    require_same_shape,
    tensor,
)
from lossary.torch.base_module import Loss
from lossary.torch.docstrings import combinators, described, example, parameters
from lossary.torch.predictions import output_of

__all__ = ["RecordLoss", "class_name", "loss_class", "loss_function", "loss_records"]

Record = Pointwise | Rowwise

_COUNTERPARTS: dict[str, type[nn.Module]] = {
    "absolute_error": nn.L1Loss,
    "binary_cross_entropy": nn.BCELoss,
    "huber": nn.HuberLoss,
    "logistic": nn.SoftMarginLoss,
    "poisson": nn.PoissonNLLLoss,
    "sigmoid_cross_entropy": nn.BCEWithLogitsLoss,
    "softmax_cross_entropy": nn.CrossEntropyLoss,
    "squared_error": nn.MSELoss,
}
"""The classes of torch.nn whose loss is a record's."""


def loss_records() -> dict[str, Record]:
    """Return the records that modules are made from, by the names of their modules."""
    names = [*catalogue.names("pointwise"), *catalogue.names("rowwise")]
    records = [catalogue.get(name) for name in names]
    return {class_name(r): r for r in records if isinstance(r, Pointwise | Rowwise)}


def class_name(record: Record) -> str:
    """Return the name of a record's module: log_cosh's is LogCoshLoss."""
    return "".join(part.capitalize() for part in record.name.split("_")) + "Loss"


def _compute(
    record: Record, input: Tensor, target: Tensor, sample_weight: Tensor | None, **options: Any
) -> Tensor:
    s = promoted("input", input)
    if sample_weight is not None:
        tensor("sample_weight", sample_weight)
    if isinstance(record, Pointwise):
        require_same_shape(s, promoted("target", target))
        _require_constant(record, target)
        try:
            loss: Tensor = pointwise(record, s, target, sample_weight=sample_weight, **options)
        except validation.LossaryError as error:
            raise renamed(error, {"score": "input"}, **options) from None
        return loss
    class_dim, weight = options.pop("class_dim", None), options.pop("weight", None)
    try:
        result: Tensor = rowwise(
            record,
            s,
            tensor("target", target),
            axis=class_axis(s, class_dim),
            sample_weight=sample_weight,
            class_weight=weight,
            **{"ignore_index": -100, **options},
        )
    except validation.LossaryError as error:
        raise renamed(error, OF_ROWS, weight=weight) from None
    return result


def _require_constant(record: Pointwise, target: Tensor) -> None:
    asked = target.requires_grad and torch.is_grad_enabled()
    if asked and record.target_gradient is None:
        message = (
            f"{record.name} has no derivative by its target, and target requires one: "
            "pass target.detach()"
        )
        raise validation.LossaryError(message)


class RecordLoss(Loss):
    """A module made from a record, which its class holds."""

    record: ClassVar[Record]

    def __init__(self, *positional: Any, **given: Any) -> None:
        bound = inspect.signature(type(self)).bind(*positional, **given)
        bound.apply_defaults()
        options = bound.arguments
        names = {name for name, *_ in parameters(self.record)}
        validation.parameters(self.record, {n: v for n, v in options.items() if n in names})
        chosen_reduction(options["reduction"])
        super().__init__(**options)

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        return _compute(self.record, input, target, sample_weight, **self._options())


@lru_cache(maxsize=1024)
def loss_class(record: Record, name: str) -> type[RecordLoss]:
    """Return the module of a record; pickles find it as ``lossary.torch.<name>``."""
    kind = inspect.Parameter
    parts = [
        kind(n, kind.POSITIONAL_OR_KEYWORD, default=default) for n, default, _ in parameters(record)
    ]
    parts += [kind(n, kind.KEYWORD_ONLY, default=d) for n, d, _ in combinators(record)]
    namespace = {
        "record": record,
        "output": output_of(record),
        "y_int": isinstance(record, Rowwise),
        "__signature__": inspect.Signature(parts),
        "__module__": "lossary.torch",
        "__qualname__": name,
    }
    counterpart = _COUNTERPARTS.get(record.name)
    bases = (RecordLoss,) if counterpart is None else (RecordLoss, counterpart)
    made: type[RecordLoss] = type(name, bases, namespace)
    made.__doc__ = described(record, _module_example(made))
    return made


@lru_cache(maxsize=1024)
def loss_function(record: Record) -> Callable[..., Tensor]:
    """Return the function of a record, which takes what its module does, and sample weights."""
    options = {name: default for name, default, _ in (*parameters(record), *combinators(record))}
    options["sample_weight"] = None

    def function(
        input: Tensor, target: Tensor, *, sample_weight: Tensor | None = None, **given: Any
    ) -> Tensor:
        unknown = set(given) - set(options)
        if unknown:
            message = (
                f"{record.name} has no argument {min(unknown)!r}: it takes {', '.join(options)}"
            )
            raise validation.LossaryError(message)
        return _compute(record, input, target, sample_weight, **given)

    kind = inspect.Parameter
    parts = [kind(n, kind.POSITIONAL_OR_KEYWORD) for n in ("input", "target")]
    parts += [kind(n, kind.KEYWORD_ONLY, default=d) for n, d in options.items()]
    function.__signature__ = inspect.Signature(parts)  # type: ignore[attr-defined]
    function.__name__ = function.__qualname__ = record.name
    function.__module__ = "lossary.torch.functional"
    function.__doc__ = described(record, _function_example(record, function))
    return function


def _module_example(made: type[RecordLoss]) -> str:
    score, target = example(made.record)
    scope = {made.__name__: made, "torch": torch}
    call = f"{made.__name__}()(torch.tensor({score}), torch.tensor({target}))"
    with plan.plain():
        result = eval(call, scope)  # noqa: S307 - our own text
    return (
        f">>> import torch\n>>> from lossary.torch import {made.__name__}\n>>> {call}\n{result!r}"
    )


def _function_example(record: Record, function: Callable[..., Tensor]) -> str:
    score, target = example(record)
    call = f'{record.name}(torch.tensor({score}), torch.tensor({target}), reduction="none")'
    with plan.plain():
        result = eval(call, {record.name: function, "torch": torch})  # noqa: S307 - our own text
    return (
        f">>> import torch\n>>> from lossary.torch.functional import {record.name}\n"
        f">>> {call}\n{result!r}"
    )
