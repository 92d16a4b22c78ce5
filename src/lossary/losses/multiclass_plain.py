"""The plain path of margin losses of several classes: operations of the array's framework."""

from typing import Any

from lossary import validation
from lossary.formulas.record import Pointwise
from lossary.interpreters.array_helpers import Array, namespace, quietly
from lossary.interpreters.array_row_losses import one_hot
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.losses.pointwise_plain import apply_pointwise
from lossary.losses.rowwise_plain import Rows
from lossary.reduction import reduce

__all__ = ["plain_multiclass"]


@quietly
def plain_multiclass(
    record: Pointwise,
    scores: Any,
    target: Any,
    *,
    variant: str = "crammer_singer",
    axis: int = -1,
    reduction: str = "mean",
    sample_weight: Any = None,
    class_weight: Any = None,
    ignore_index: int | None = None,
    **parameters: Any,
) -> Array:
    """Compute a multi-class margin loss by the operations of its framework."""
    bound = validation.parameters(record, parameters)
    rows = Rows(
        scores,
        target,
        axis=axis,
        sample_weight=sample_weight,
        class_weight=class_weight,
        ignore_index=ignore_index,
    )
    if rows.index is None:
        message = "target must hold class indices: a margin loss has no distribution as its target"
        raise validation.LossaryError(message)
    xp, s, hot = namespace(rows.z), rows.z, one_hot(rows.index, rows.z)
    m = vocabulary(s)
    right = xp.sum(m.where(hot, s, 0), axis=-1, keepdims=True)
    lead = m.where(hot, 0, right - s)
    psi = apply_pointwise(record, bound, xp.ones_like(s), lead)
    others = m.where(hot, 0, psi)
    total = xp.sum(others, axis=-1) if variant == "weston_watkins" else xp.max(others, axis=-1)
    valid = xp.any(hot, axis=-1)
    mass = rows.class_mass()
    total = m.where(valid, total if mass is None else mass * total, float("nan"))
    return reduce(total, rows.weight, reduction, rows.dtype, mass)
