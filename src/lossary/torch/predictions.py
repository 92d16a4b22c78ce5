"""Outputs of a model as probabilities and as predictions, by the loss that it is trained on."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from lossary.formulas.record import (
    NONNEGATIVE,
    REAL,
    SIGNS,
    UNIT_INTERVAL,
    Pointwise,
    Rowwise,
)

__all__ = ["BINARY", "CLASSES", "LOG_PROBABILITIES", "Output", "output_of"]


@dataclass(frozen=True)
class Output:
    """The link of a loss, and the decision rule for the link's result.

    A decision is the class of the largest entry, a Boolean (above the threshold or not), the same
    as a sign -1 or +1, or the number itself.
    """

    link: Literal["identity", "exp", "sigmoid", "softmax"] = "identity"
    decision: Literal["value", "class", "label", "sign"] = "value"
    threshold: float = 0.5

    def activated(self, x: Tensor, axis: int) -> Tensor:
        """Return the link of a model's outputs."""
        if self.link == "softmax":
            return torch.softmax(x, axis)
        links = {"exp": torch.exp, "sigmoid": torch.sigmoid}
        return links[self.link](x) if self.link in links else x

    def decided(self, x: Tensor, axis: int) -> Tensor:
        """Return the decisions for the link's result."""
        if self.decision == "class":
            return x.argmax(axis)
        if self.decision == "value":
            return x
        above = x > self.threshold
        return above if self.decision == "label" else torch.where(above, 1, -1).to(x.dtype)


CLASSES = Output("softmax", "class")
LOG_PROBABILITIES = Output("exp", "class")
BINARY = Output("sigmoid", "label")


def output_of(record: Pointwise | Rowwise) -> Output:
    """Return link and decision rule for a model trained on the loss of a record.

    Of the margin losses, only the logistic loss estimates probabilities.
    """
    if isinstance(record, Rowwise):
        return CLASSES
    if record.target == UNIT_INTERVAL:
        return BINARY if record.score == REAL else Output("identity", "label")
    if record.target == SIGNS:
        logistic = record.name == "logistic"
        return Output("sigmoid", "sign") if logistic else Output("identity", "sign", 0.0)
    counts = record.target == NONNEGATIVE and record.score == REAL
    return Output("exp") if counts else Output()
