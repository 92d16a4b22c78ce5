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
    """The link of a loss, and how a decision is read from what the link returns.

    A decision is the class of the largest entry, whether a number exceeds the threshold, the same
    as a sign -1 or +1, or the number itself.
    """

    link: Literal["identity", "exp", "sigmoid", "softmax"] = "identity"
    decision: Literal["value", "class", "label", "sign"] = "value"
    threshold: float = 0.5

    def activated(self, x: Tensor, axis: int) -> Tensor:
        """Return the outputs of a model through the link."""
        if self.link == "softmax":
            return torch.softmax(x, axis)
        links = {"exp": torch.exp, "sigmoid": torch.sigmoid}
        return links[self.link](x) if self.link in links else x

    def decided(self, x: Tensor, axis: int) -> Tensor:
        """Return the decisions of what the link returned."""
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
    """Return how the outputs of a model are read that is trained on the loss of a record.

    Of the margin losses, the logistic alone estimates probabilities.
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
