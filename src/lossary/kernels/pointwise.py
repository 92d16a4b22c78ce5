"""Losses of a score: their options, and the calls that kernels compute."""

from dataclasses import dataclass

from lossary.formulas.record import Pointwise
from lossary.kernels.eligibility import SHAPES_DIFFER, require, require_none
from lossary.kernels.interface import Array, Family, KernelOptions, Options, Prepared, Shape
from lossary.kernels.option_values import (
    number,
    optional,
    parameters,
    reduction,
    remembered,
    result_dtype,
    two_weights,
)

__all__ = ["POINTWISE", "PointwiseOptions", "pointwise_options"]

_OTHERS = {
    *("class_weight", "ignore_index", "reduction", "sample_weight"),
    *("label_smoothing", "softcap", "temperature"),
}


@dataclass(frozen=True, eq=False)
class PointwiseOptions(KernelOptions):
    """A pointwise loss with its options; its inputs are score, target, and weights or None.

    ``class_weight`` are the weights of the negatives and of the positives.
    """

    record: Pointwise
    parameters: tuple[float, ...]
    reduction: str = "mean"
    smoothing: float = 0.0
    temperature: float = 1.0
    softcap: float | None = None
    ignore_index: float | None = None
    class_weight: tuple[float, float] | None = None


def pointwise_options(record: Pointwise, options: Options) -> PointwiseOptions:
    """Return the options of a loss, cached."""
    converted: PointwiseOptions = remembered(_converted, ("sample_weight",), record, options)
    return converted


def _converted(record: Pointwise, options: Options) -> PointwiseOptions:
    return PointwiseOptions(
        record,
        parameters(record, options, _OTHERS),
        reduction=reduction(options),
        smoothing=number(options, "label_smoothing"),
        temperature=number(options, "temperature"),
        softcap=optional(options, "softcap"),
        ignore_index=optional(options, "ignore_index"),
        class_weight=two_weights(options.get("class_weight")),
    )


def _prepare(family: Family, record: Pointwise, s: Array, y: Array, options: Options) -> Prepared:
    w = options.get("sample_weight")
    require(y is not None, "the plain path looks at the target")
    require_none(family.reason(s, y, w))
    require(s.shape == y.shape and (w is None or w.shape == y.shape), SHAPES_DIFFER)
    return pointwise_options(record, options), (s, y, w), result_dtype(s, y)


POINTWISE = Shape("pointwise", _prepare, by_rows=False)
