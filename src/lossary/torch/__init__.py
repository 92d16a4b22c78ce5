"""The losses as PyTorch modules, under the names and with the arguments of torch.nn.

>>> from lossary.torch import CrossEntropyLoss, FocalLoss
>>> FocalLoss(gamma=1.5, label_smoothing=0.1)
FocalLoss(gamma=1.5, label_smoothing=0.1)

Each record of a loss is a module, too: ``log_cosh`` is ``LogCoshLoss``, and so is a record that is
registered later. ``lossary.torch.functional`` has the functions.
"""

from typing import TYPE_CHECKING, Any

from lossary import validation

try:
    from lossary.torch import functional as functional
    from lossary.torch.from_loss_entries import loss_class
    from lossary.torch.linear import linear_loss as linear_loss
    from lossary.torch.linear_modules import LinearCrossEntropyLoss as LinearCrossEntropyLoss
    from lossary.torch.linear_modules import LinearLoss as LinearLoss
    from lossary.torch.loss_table import MODULES, all_modules
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    validation.need("torch", "torch")

_LINEAR = ("LinearCrossEntropyLoss", "LinearLoss", "functional", "linear_loss")

_UNDER_ANOTHER_NAME = {
    "HingeEmbeddingLoss": (
        "torch's is a loss of distances, not of scores; for the hinge loss of a score and a label "
        "of -1 or +1 use HingeLoss"
    ),
    "NLLLoss": "torch's takes log-probabilities; for logits use CrossEntropyLoss",
    "SmoothL1Loss": "for SmoothL1Loss(beta=b) use HuberLoss(delta=b) and divide by b",
    "SoftMarginLoss": "the same loss is LogisticLoss",
}
"""Names of torch.nn that are missing here, and what to use instead."""


def __dir__() -> list[str]:
    return [*_LINEAR, *all_modules()]


def _attribute(name: str) -> Any:
    if name in MODULES:
        # Kept, so that the next access is direct; a record may be unregistered.
        globals()[name] = loss_class(MODULES[name])
        return globals()[name]
    entries = all_modules()
    if name in entries:
        return loss_class(entries[name])
    if name == "__test__":  # doctest runs the examples of these
        return {entry: loss_class(entries[entry]) for entry in entries}
    if name.startswith("__"):
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    if name in _UNDER_ANOTHER_NAME:
        message = f"lossary.torch has no {name}: {_UNDER_ANOTHER_NAME[name]}"
        raise validation.UnknownNameError(message)
    raise validation.unknown_name(name, __dir__(), "module")


if TYPE_CHECKING:
    from lossary.torch._signatures import *  # noqa: F403
else:
    __getattr__ = _attribute
    __all__ = list(__dir__())
