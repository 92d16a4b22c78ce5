"""Losses of rows of logits, computed from their records."""

from torch import Tensor

from lossary import validation
from lossary.formulas.record import Rowwise
from lossary.losses.rowwise_from_record import rowwise
from lossary.torch.arguments import Options, class_axis, promoted, renamed, tensor

__all__ = ["rowwise_loss"]

_NAMES = {"logits": "input", "class_weight": "weight"}


def rowwise_loss(record: Rowwise, input: Tensor, target: Tensor, options: Options) -> Tensor:
    """Return the loss of a record."""
    z = promoted("input", input)
    if (of_samples := options.get("sample_weight")) is not None:
        tensor("sample_weight", of_samples)
    options["axis"] = class_axis(z, options.pop("class_dim", None))
    options["class_weight"] = weight = options.pop("weight", None)
    try:
        loss: Tensor = rowwise(record, z, tensor("target", target), **options)
    except validation.LossaryError as error:
        raise renamed(error, _NAMES, weight=weight) from None
    return loss
