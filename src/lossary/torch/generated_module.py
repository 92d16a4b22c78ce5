"""Base class of the modules that are generated from an entry."""

from typing import Any, ClassVar

from torch import Tensor

from lossary.torch.argument_table import Record
from lossary.torch.base_module import LossModule
from lossary.torch.loss_entry import LossEntry

__all__ = ["RecordLoss"]


class RecordLoss(LossModule):
    """A module generated from an entry, which its class holds."""

    entry: ClassVar[LossEntry]
    record: ClassVar[Record]

    def __init__(self, *positional: Any, **given: Any) -> None:
        super().__init__(**self.entry.validated(positional, given))

    def forward(self, input: Tensor, target: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """Return the loss."""
        options = self._options()
        options["sample_weight"] = sample_weight
        return self.entry.compute(self.record, input, target, options)
