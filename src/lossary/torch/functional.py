"""The losses as functions, by their names in torch.nn.functional, and each record's by its own.

``functional.mse_loss`` takes torch's arguments. ``functional.log_cosh`` comes from the record
``log_cosh``; so does the function of whatever record is registered later.
"""

from collections.abc import Callable

from torch import Tensor

from lossary import validation
from lossary.torch.binary_losses import binary_cross_entropy, binary_cross_entropy_with_logits
from lossary.torch.classification import cross_entropy
from lossary.torch.divergence_losses import js_div, kl_div
from lossary.torch.from_records import loss_function, loss_records
from lossary.torch.margin_losses import margin_ranking_loss, multi_margin_loss
from lossary.torch.regression import huber_loss, l1_loss, mse_loss, poisson_nll_loss

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "huber_loss",
    "js_div",
    "kl_div",
    "l1_loss",
    "margin_ranking_loss",
    "mse_loss",
    "multi_margin_loss",
    "poisson_nll_loss",
]
_OWN = tuple(__all__)


def __dir__() -> list[str]:
    records = (record.name for record in loss_records().values())
    return [*_OWN, *(name for name in records if name not in _OWN)]


def __getattr__(name: str) -> Callable[..., Tensor]:
    found = {record.name: record for record in loss_records().values()}
    if name in found:
        return loss_function(found[name])
    if name.startswith("__"):
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    raise validation.unknown_name(name, __dir__(), "loss function")


__all__ += [name for name in __dir__() if name not in _OWN]
