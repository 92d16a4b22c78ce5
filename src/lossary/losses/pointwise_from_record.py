"""Losses of a score, made from pointwise records."""

from functools import lru_cache
from typing import Any

from lossary import validation
from lossary.formulas.record import Pointwise
from lossary.interpreters.array_helpers import Array, cast, quietly
from lossary.kernels.dispatch import Dispatch
from lossary.kernels.pointwise import POINTWISE
from lossary.losses.pointwise_plain import Scores, apply_pointwise, plain_pointwise
from lossary.record_functions import Loss, loss_function

__all__ = ["POINTWISE_DISPATCH", "pointwise", "pointwise_function"]


@lru_cache(maxsize=1024)
def pointwise_function(record: Pointwise) -> Loss:
    """Return the public function of a record, with its gradient and Hessian as attributes."""

    def loss(score: Any, target: Any, **options: Any) -> Array:
        return pointwise(record, score, target, **options)

    @quietly
    def gradient(score: Any, target: Any, **parameters: Any) -> Array:
        return _derivative(record, 1, score, target, parameters)

    @quietly
    def hessian(score: Any, target: Any, **parameters: Any) -> Array:
        return _derivative(record, 2, score, target, parameters)

    return loss_function(record, loss, gradient=gradient, hessian=hessian)


def _operator() -> Any:
    """Return the operator that torch.compile records."""
    from lossary.losses import compiled_operators  # noqa: PLC0415 - imported by who has torch

    return compiled_operators.POINTWISE_OPERATOR


POINTWISE_DISPATCH = Dispatch(POINTWISE, _operator)


def pointwise(record: Pointwise, score: Any, target: Any, **options: Any) -> Array:
    """Compute a loss of a score."""
    small = POINTWISE_DISPATCH.attempt_small(plain_pointwise, record, score, target, options)
    if small is not None:
        return small

    def plain(s: Array, y: Array, weight: Array | None = None) -> Array:
        return plain_pointwise(record, s, y, **{**options, "sample_weight": weight})

    found = POINTWISE_DISPATCH.attempt(plain, record, score, target, options)
    return plain_pointwise(record, score, target, **options) if found is None else found


def _derivative(
    record: Pointwise, order: int, score: Any, target: Any, parameters: dict[str, Any]
) -> Array:
    bound = validation.parameters(record, parameters)
    data = Scores(record, score, target)
    return cast(apply_pointwise(record, bound, data.y, data.s, order), data.dtype)
