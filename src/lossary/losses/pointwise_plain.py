"""The plain path of losses of a score: formulas as operations of the array's framework."""

from dataclasses import dataclass
from typing import Any

from lossary import framework_of_array, validation
from lossary.formulas.record import REAL, SIGNS, UNIT_INTERVAL, Domain, Formula, Pointwise
from lossary.formulas.vocabulary import Vocabulary
from lossary.interpreters.array_helpers import (
    Array,
    as_arrays,
    cast,
    compute_dtype,
    namespace,
    poisoned,
)
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.interpreters.differentiable_operations import Elementwise, apply
from lossary.interpreters.differentiable_protocol import Operation
from lossary.losses.input_checks import class_weights, option, result_dtype, sample_weights, scaled
from lossary.reduction import REDUCTIONS, reduce

__all__ = ["Scores", "apply_pointwise", "plain_pointwise"]

_HINTS: dict[Domain, str] = {
    SIGNS: "labels 0 and 1 become -1 and +1 by 2 * target - 1",
    UNIT_INTERVAL: "labels -1 and +1 become 0 and 1 by (target + 1) / 2",
}


@dataclass(frozen=True)
class _ArrayParameters:
    """Formula some of whose parameters are arrays, passed between target and score."""

    formula: Formula
    names: tuple[str, ...]

    def __call__(self, m: Vocabulary, y: Array, *rest: Array, **numbers: float) -> Array:
        arrays = dict(zip(self.names, rest[:-1], strict=True))
        return self.formula(m, y, rest[-1], **arrays, **numbers)


def _operations(
    record: Pointwise, arrays: tuple[str, ...], numbers: tuple[tuple[str, float], ...]
) -> tuple[Operation, Operation, Operation]:
    """Return value, gradient and Hessian as operations with the derivatives of the record."""
    nothing = (None,) * len(arrays)
    by_target = record.target_gradient and _ArrayParameters(record.target_gradient, arrays)
    mixed = record.mixed and _ArrayParameters(record.mixed, arrays)
    hessian = _ArrayParameters(record.hessian, arrays)
    slope = Elementwise(
        _ArrayParameters(record.gradient, arrays), (mixed, *nothing, hessian), numbers
    )
    value = Elementwise(
        _ArrayParameters(record.value, arrays), (by_target, *nothing, slope), numbers
    )
    return value, slope, Elementwise(hessian, (None, *nothing, None), numbers)


def apply_pointwise(
    record: Pointwise, parameters: dict[str, Any], y: Array, s: Array, order: int = 0
) -> Array:
    """Compute a record or its derivative of an order, for arrays of one shape and dtype."""
    numbers = tuple((k, v) for k, v in parameters.items() if isinstance(v, float))
    arrays = {k: v for k, v in parameters.items() if not isinstance(v, float)}
    spread = [_spread(name, v, s) for name, v in arrays.items()]
    return apply(_operations(record, tuple(arrays), numbers)[order], y, *spread, s)


def _spread(name: str, parameter: Array, s: Array) -> Array:
    """Return an array parameter, broadcast to the shape of the scores."""
    if framework_of_array.is_jax(parameter) and not framework_of_array.is_jax(s):
        raise validation.mixed_frameworks({name: type(parameter), "the score": type(s)})
    x = as_arrays(**{name: parameter, "the score": s})[name]
    shape = (1,) * (s.ndim - x.ndim) + tuple(x.shape)
    if len(shape) != s.ndim or any(a not in {1, b} for a, b in zip(shape, s.shape, strict=True)):
        message = (
            f"{name} must be a number, or an array that broadcasts to the score's shape "
            f"{tuple(s.shape)}, got shape {tuple(x.shape)}"
        )
        raise validation.LossaryError(message)
    return namespace(s).broadcast_to(cast(x, s.dtype), s.shape)


class Scores:
    """Validated score and target of a call, in the dtype to compute in, ignored elements masked."""

    def __init__(
        self,
        record: Pointwise,
        score: Any,
        target: Any,
        *,
        sample_weight: Any = None,
        class_weight: Any = None,
        ignore_index: float | None = None,
    ) -> None:
        arrays = as_arrays(
            score=score, target=target, sample_weight=sample_weight, class_weight=class_weight
        )
        s, y = arrays["score"], arrays["target"]
        self.dtype = result_dtype("score", s, y)
        validation.same_shape(score=s, target=y)
        work = compute_dtype(namespace(s), self.dtype)
        s, y = cast(s, work), cast(y, work)
        m = vocabulary(s)
        weight = sample_weights(arrays["sample_weight"], y, work)
        if ignore_index is not None:
            kept = y != option("ignore_index", ignore_index, REAL, y)
            y = m.where(kept, y, 1)
            one = namespace(s).ones_like(s)
            weight = m.where(kept, one if weight is None else weight, 0)
        y = self._in_domain("target", y, record.target, _HINTS.get(record.target, ""))
        s = self._in_domain("score", s, record.score, "it is a probability")
        if weight is not None:
            weightless = weight == 0
            s, y = m.where(weightless, 0.5, s), m.where(weightless, 1, y)
        self.s, self.y, self.weight = s, y, weight
        self.class_weight = class_weights(arrays["class_weight"], 2, work)

    @staticmethod
    def _in_domain(name: str, x: Array, allowed: Domain, hint: str) -> Array:
        """Return x, NaN outside the domain where the values cannot be read."""
        return poisoned(x, validation.domain(name, x, allowed, hint))

    def class_mass(self) -> Array | None:
        """Return the class weight of each label."""
        if self.class_weight is None:
            return None
        positive = vocabulary(self.y).where(self.y < 0, 0, self.y)
        return self.class_weight[1] * positive + self.class_weight[0] * (1 - positive)


def plain_pointwise(
    record: Pointwise,
    score: Any,
    target: Any,
    *,
    reduction: str = "mean",
    sample_weight: Any = None,
    class_weight: Any = None,
    ignore_index: float | None = None,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    softcap: float | None = None,
    **parameters: Any,
) -> Array:
    """Compute a loss of a score by the operations of its framework."""
    validation.choice("reduction", reduction, REDUCTIONS)
    bound = validation.parameters(record, parameters)
    data = Scores(
        record,
        score,
        target,
        sample_weight=sample_weight,
        class_weight=class_weight,
        ignore_index=ignore_index,
    )
    mass = data.class_mass()
    epsilon = option("label_smoothing", label_smoothing, UNIT_INTERVAL, data.s)
    y = data.y if epsilon == 0 else (1 - epsilon) * data.y + epsilon / 2
    loss = apply_pointwise(record, bound, y, scaled(data.s, temperature, softcap))
    weight = data.weight
    if mass is not None:
        weight = mass if weight is None else weight * mass
    return reduce(loss, weight, reduction, data.dtype)
