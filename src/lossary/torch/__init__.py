"""The losses as PyTorch modules, under the names and with the arguments of torch.nn.

>>> from lossary.torch import CrossEntropyLoss, FocalLoss
>>> FocalLoss(gamma=1.5, label_smoothing=0.1)
FocalLoss(gamma=1.5, label_smoothing=0.1)

Each record of a loss is a module, too: ``log_cosh`` is ``LogCoshLoss``, and a record that is
registered later is found here as well. ``lossary.torch.functional`` has the functions.
"""

from lossary import validation
from lossary.formulas import rows

try:
    from lossary.torch import functional
    from lossary.torch.binary_losses import BCELoss, BCEWithLogitsLoss
    from lossary.torch.classification import CrossEntropyLoss
    from lossary.torch.divergence_losses import JSDivLoss, KLDivLoss
    from lossary.torch.from_records import RecordLoss, loss_class, loss_records
    from lossary.torch.linear import linear_loss
    from lossary.torch.linear_modules import LinearCrossEntropyLoss, LinearLoss
    from lossary.torch.margin_losses import MarginRankingLoss, MultiMarginLoss
    from lossary.torch.regression import HuberLoss, L1Loss, MSELoss, PoissonNLLLoss
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    validation.need("torch", "torch")

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "BrierLoss",
    "CrossEntropyLoss",
    "FocalLoss",
    "HuberLoss",
    "JSDivLoss",
    "KLDivLoss",
    "L1Loss",
    "LinearCrossEntropyLoss",
    "LinearLoss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiMarginLoss",
    "PoissonNLLLoss",
    "functional",
    "linear_loss",
]
_OWN = tuple(__all__)

FocalLoss = loss_class(rows.softmax_focal, "FocalLoss")
BrierLoss = loss_class(rows.softmax_squared_error, "BrierLoss")

_ELSEWHERE = {
    "HingeEmbeddingLoss": (
        "which is not the hinge: torch's takes distances, and pulls pairs together or pushes them "
        "a margin apart. The hinge of a score and a label of -1 or +1 is HingeLoss"
    ),
    "NLLLoss": "which takes log-probabilities: CrossEntropyLoss takes the logits themselves",
    "SmoothL1Loss": "which with beta=b is HuberLoss(delta=b) divided by b",
    "SoftMarginLoss": "which is LogisticLoss",
}


def __dir__() -> list[str]:
    return [*_OWN, *(name for name in loss_records() if name not in _OWN)]


def __getattr__(name: str) -> type[RecordLoss]:
    found = loss_records()
    if name in found:
        return loss_class(found[name], name)
    if name in _ELSEWHERE:
        message = f"there is no {name} here, {_ELSEWHERE[name]}"
        raise validation.UnknownNameError(message)
    if name.startswith("__"):
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    raise validation.unknown_name(name, __dir__(), "module")


__all__ += [name for name in __dir__() if name not in _OWN]
