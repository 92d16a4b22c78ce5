"""Losses of a row of logits, made from rowwise records."""

from functools import lru_cache
from typing import Any

from lossary.formulas.record import Rowwise
from lossary.interpreters.array_helpers import Array
from lossary.kernels.dispatch import Dispatch
from lossary.kernels.rows import ROWS
from lossary.losses.rowwise_plain import plain_rowwise
from lossary.record_functions import Loss, loss_function

__all__ = ["ROW_DISPATCH", "rowwise", "rowwise_function"]


@lru_cache(maxsize=1024)
def rowwise_function(record: Rowwise) -> Loss:
    """Return the public function of a record."""

    def loss(logits: Any, target: Any, **options: Any) -> Array:
        return rowwise(record, logits, target, **options)

    return loss_function(record, loss)


def _operator() -> Any:
    """Return the operator that torch.compile records."""
    from lossary.losses import compiled_operators  # noqa: PLC0415 - imported by who has torch

    return compiled_operators.ROW_OPERATOR


ROW_DISPATCH = Dispatch(ROWS, _operator)


def rowwise(record: Rowwise, logits: Any, target: Any, **options: Any) -> Array:
    """Compute a loss of rows of logits; the target holds class indices or distributions."""
    small = ROW_DISPATCH.attempt_small(plain_rowwise, record, logits, target, options)
    if small is not None:
        return small

    def plain(z: Array, t: Array, weight: Array | None = None, classes: Any = None) -> Array:
        weights = {"sample_weight": weight, "class_weight": classes}
        return plain_rowwise(record, z, t, **{**options, **weights, "axis": -1})

    found = ROW_DISPATCH.attempt(plain, record, logits, target, options)
    return plain_rowwise(record, logits, target, **options) if found is None else found
