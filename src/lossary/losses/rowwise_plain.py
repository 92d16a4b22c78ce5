"""The plain path of losses of a row of logits: formulas as operations of the array's framework."""

from typing import Any

from lossary import framework_of_array, validation
from lossary.formulas.record import REAL, UNIT_INTERVAL, Rowwise
from lossary.interpreters.array_helpers import (
    Array,
    as_arrays,
    axis_last,
    cast,
    compute_dtype,
    detached,
    exact_sum,
    floating,
    namespace,
    poisoned,
)
from lossary.interpreters.array_helpers import sum_tolerance as tolerance_of
from lossary.interpreters.array_row_losses import dense_row, index_row, log_sum_exp, one_hot
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.interpreters.differentiable_operations import apply
from lossary.losses.input_checks import (
    class_indices,
    class_weights,
    option,
    result_dtype,
    sample_weights,
    scaled,
)
from lossary.options import OPTIONS, penalties
from lossary.reduction import REDUCTIONS, reduce

__all__ = ["Rows", "plain_rowwise"]


class Rows:
    """Validated logits and targets of a call, classes along the last axis, ignored rows masked."""

    def __init__(
        self,
        logits: Any,
        target: Any,
        *,
        axis: int,
        sample_weight: Any = None,
        class_weight: Any = None,
        ignore_index: int | None = None,
        sum_tolerance: float | None = None,
    ) -> None:
        arrays = as_arrays(
            logits=logits, target=target, sample_weight=sample_weight, class_weight=class_weight
        )
        z, target = arrays["logits"], arrays["target"]
        xp, axis = namespace(z), validation.whole("axis", axis)
        if z.ndim == 0 or not -z.ndim <= axis < z.ndim or z.shape[axis] == 0:
            message = (
                f"logits must hold at least one class along axis {axis}, got shape {tuple(z.shape)}"
            )
            raise validation.LossaryError(message)
        dense = target.shape == z.shape and floating(xp, target)
        self.dtype = result_dtype("logits", z, target if dense else None)
        work = compute_dtype(xp, self.dtype)
        self.z = axis_last(cast(z, work), axis)
        self.index = self.distribution = None
        if dense:
            t = axis_last(cast(target, work), axis)
            total = detached(exact_sum(t))
            tolerance = tolerance_of(xp, target.dtype, sum_tolerance)
            self.distribution = poisoned(t, validation.distribution("target", t, total, tolerance))
        else:
            self.index = class_indices(target, tuple(self.z.shape[:-1]), tuple(z.shape))
        like = self.z[..., 0]
        self.class_weight = class_weights(arrays["class_weight"], self.z.shape[-1], work)
        self.weight = sample_weights(arrays["sample_weight"], like, work)
        self._ignore(ignore_index)

    def _ignore(self, ignore_index: int | None) -> None:
        """Mask the rows without weight, whose loss and gradient are 0."""
        m = vocabulary(self.z)
        if ignore_index is not None:
            validation.whole("ignore_index", ignore_index)
        if self.index is not None:
            if ignore_index is not None:
                kept = self.index != ignore_index
                xp = namespace(self.z)
                self.index = vocabulary(self.index).where(kept, self.index, 0)
                one = xp.ones_like(self.z[..., 0])
                self.weight = m.where(kept, one if self.weight is None else self.weight, 0)
            validation.labels("target", self.index, self.z.shape[-1])
        if self.weight is not None:
            weightless = (self.weight == 0)[..., None]
            self.z = m.where(weightless, 0, self.z)
            if self.distribution is not None:
                self.distribution = m.where(weightless, 1 / self.z.shape[-1], self.distribution)

    def class_mass(self) -> Array | None:
        """Return the class weight of each row, or its mean under the target distribution."""
        if self.class_weight is None:
            return None
        xp = namespace(self.z)
        if self.distribution is not None:
            return xp.sum(self.distribution * self.class_weight, axis=-1)
        hot = one_hot(self.index, self.z)
        return xp.sum(vocabulary(self.z).where(hot, self.class_weight, 0), axis=-1)

    def dense(self, label_smoothing: float) -> Array:
        """Return the target as a distribution after label smoothing."""
        t = self.distribution
        if t is None:
            one = namespace(self.z).ones_like(self.z)
            t = vocabulary(self.z).where(one_hot(self.index, self.z), one, 0)
        if label_smoothing == 0:
            return t
        return (1 - label_smoothing) * t + label_smoothing / self.z.shape[-1]


def plain_rowwise(
    record: Rowwise,
    logits: Any,
    target: Any,
    *,
    axis: int = -1,
    reduction: str = "mean",
    sample_weight: Any = None,
    class_weight: Any = None,
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    softcap: float | None = None,
    sum_tolerance: float | None = None,
    inplace: bool = False,
    **parameters: Any,
) -> Array:
    """Compute a loss of rows by the operations of its framework."""
    validation.choice("reduction", reduction, REDUCTIONS)
    validation.flag("inplace", inplace)
    added = {name: parameters.pop(name, OPTIONS[name].default) for name in penalties()}
    bound = tuple(validation.parameters(record, parameters).items())
    rows = Rows(
        logits,
        target,
        axis=axis,
        sample_weight=sample_weight,
        class_weight=class_weight,
        ignore_index=ignore_index,
        sum_tolerance=sum_tolerance,
    )
    epsilon = option("label_smoothing", label_smoothing, UNIT_INTERVAL, rows.z)
    weights = {n: option(n, w, OPTIONS[n].interval or REAL, rows.z) for n, w in added.items()}
    z, mass = scaled(rows.z, temperature, softcap), rows.class_mass()
    if record.sparse and rows.index is not None and epsilon == 0:
        ones = namespace(z).ones_like(z[..., 0])
        loss = apply(index_row(record, bound), z, rows.index, ones if mass is None else mass)
    else:
        t = rows.dense(epsilon)
        spread = record.sparse and rows.class_weight is not None
        loss = apply(dense_row(record, bound), z, t * rows.class_weight if spread else t)
        loss = loss if spread or mass is None else mass * loss
    penalty = _penalty(z, weights)
    if penalty is None:
        return reduce(loss, rows.weight, reduction, rows.dtype, mass)
    if mass is None:
        return reduce(loss + penalty, rows.weight, reduction, rows.dtype)
    # Class weights affect neither the penalty nor its mean.
    own = reduce(loss, rows.weight, reduction, z.dtype, mass)
    return cast(own + reduce(penalty, rows.weight, reduction, z.dtype), rows.dtype)


def _penalty(z: Array, weights: dict[str, Any]) -> Array | None:
    """Return the sum of the penalties of the rows by their weights, None where all are 0."""
    given = {n: w for n, w in weights.items() if framework_of_array.is_array(w) or w}
    if not given:
        return None
    lse, m = apply(log_sum_exp, z), vocabulary(z)
    terms = (w * penalties()[n].value(m, lse) for n, w in given.items())
    return sum(terms, namespace(z).zeros_like(lse))
