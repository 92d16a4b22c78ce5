"""Losses for arrays of NumPy, PyTorch, JAX or any array-API framework.

Each is ``loss(score, target, *, reduction="mean", …)``; the parameters of its record are keyword
arguments. A record that is registered later is available here by its name.
"""

from typing import TYPE_CHECKING, Any

from lossary import validation
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise, Rowwise
from lossary.losses.multiclass_and_ranking import (
    margin_ranking,
    multiclass_hinge,
    multiclass_margin,
)
from lossary.losses.pointwise_from_record import pointwise_function
from lossary.losses.rowwise_from_record import rowwise_function

_OWN = {f.__name__: f for f in (margin_ranking, multiclass_hinge, multiclass_margin)}


def _attribute(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    record = catalogue.get(name) if name in catalogue.names() else None
    if isinstance(record, Pointwise):
        return pointwise_function(record)
    if isinstance(record, Rowwise):
        return rowwise_function(record)
    raise validation.unknown_name(name, __dir__(), "loss")


def __dir__() -> list[str]:
    return [*catalogue.names("pointwise"), *catalogue.names("rowwise"), *_OWN]


if TYPE_CHECKING:
    from lossary.losses._signatures import *  # noqa: F403
else:
    __getattr__ = _attribute
