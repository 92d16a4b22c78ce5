"""Losses of each element of the input, computed from their records."""

from typing import Any

import torch
from torch import Tensor

from lossary import validation
from lossary.formulas.record import Pointwise
from lossary.losses.input_checks import result_dtype
from lossary.losses.pointwise_from_record import pointwise
from lossary.torch.arguments import (
    Options,
    averaged,
    expanded,
    promoted,
    renamed,
    require_same_shape,
    tensor,
    widened,
)
from lossary.torch.generated_module import RecordLoss

__all__ = ["PoissonModule", "binary_loss", "pointwise_loss", "poisson_loss", "require_log_input"]


def pointwise_loss(record: Pointwise, input: Tensor, target: Tensor, options: Options) -> Tensor:
    """Return the loss of a record."""
    s, y = promoted("input", input), promoted("target", target)
    require_same_shape(s, y)
    if (weight := options.get("sample_weight")) is not None:
        tensor("sample_weight", weight)
    _require_target_gradient(record, y)
    try:
        loss: Tensor = pointwise(record, s, y, **options)
    except validation.LossaryError as error:
        raise renamed(error, {"score": "input"}, **{**options, "target": target}) from None
    return loss


def _require_target_gradient(record: Pointwise, target: Tensor) -> None:
    if record.target_gradient is None and target.requires_grad and torch.is_grad_enabled():
        message = (
            f"target requires a gradient, and {record.name} has no derivative by its target: pass "
            "target.detach()"
        )
        raise validation.LossaryError(message)


def binary_loss(record: Pointwise, input: Tensor, target: Tensor, options: Options) -> Tensor:
    """Return a binary loss, its elements times ``weight``, by which the mean does not divide."""
    weight = options.pop("weight")
    if weight is None:
        return pointwise_loss(record, input, target, options)
    s = promoted("input", input)
    require_same_shape(s, tensor("target", target))
    of_elements = {"reduction": "none", "sample_weight": expanded("weight", weight, s.shape)}
    try:
        loss = pointwise_loss(record, widened(s), target, {**options, **of_elements})
    except validation.LossaryError as error:
        raise renamed(error, {"sample_weight": "weight"}) from None
    ignored = options.get("ignore_index")
    kept = None if ignored is None else target != ignored
    dtype = result_dtype("input", s, target)
    return averaged(loss, dtype, options["reduction"], options["sample_weight"], kept)


def poisson_loss(record: Pointwise, input: Tensor, target: Tensor, options: Options) -> Tensor:
    """Return Poisson's loss, with ``full`` its constant ``log y!`` too."""
    require_log_input("log_input", options.pop("log_input"))
    del options["eps"]  # torch adds it to a rate, not to its logarithm
    if not validation.flag("full", options.pop("full")):
        return pointwise_loss(record, input, target, options)
    s, y = promoted("input", input), promoted("target", target)
    of_elements = {"reduction": "none", "sample_weight": None}
    loss = pointwise_loss(record, widened(s), y, of_elements)
    loss = loss + torch.lgamma(y.to(loss.dtype) + 1)
    return averaged(loss, result_dtype("input", s, y), **options)


def require_log_input(name: str, value: Any) -> None:
    """Require that the input is the logarithm of a rate."""
    if value is not True:
        message = (
            f"{name} must be True (the input is the logarithm of the rate), got {name}={value!r}: "
            "pass input.log() for a rate"
        )
        raise validation.LossaryError(message)


class PoissonModule(RecordLoss):
    """A module whose input has the name that torch gives it."""

    def forward(
        self, log_input: Tensor, target: Tensor, sample_weight: Tensor | None = None
    ) -> Tensor:
        """Return the loss."""
        return super().forward(log_input, target, sample_weight)
