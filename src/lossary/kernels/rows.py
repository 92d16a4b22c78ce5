"""Losses of rows of logits: their options, and the calls that kernels compute."""

from dataclasses import dataclass
from typing import Any

from lossary import validation
from lossary.formulas.record import Rowwise
from lossary.gradient_errors import leaf_in_place
from lossary.interpreters.array_helpers import axis_last
from lossary.kernels.array_memory import CODES, FLOATING, code, whole
from lossary.kernels.eligibility import SHAPES_DIFFER, derived, require, require_none
from lossary.kernels.interface import (
    Array,
    Family,
    Inputs,
    KernelOptions,
    Options,
    Prepared,
    Shape,
)
from lossary.kernels.option_values import (
    index,
    number,
    optional,
    parameters,
    reduction,
    remembered,
    result_dtype,
    tolerance,
)
from lossary.options import loss_options, penalties

__all__ = ["ROWS", "WEIGHTS", "RowOptions", "row_inputs", "row_options"]

WEIGHTS = ("class_weight", "sample_weight")
"""The options of losses of rows that are arrays."""


@dataclass(frozen=True, eq=False)
class RowOptions(KernelOptions):
    """A loss of rows with its options. Inputs: logits, target, row weights, class weights.

    The classes are the last axis. The target holds class indices (int64) or distributions.
    ``overwrite`` writes the gradient over the logits. ``outputs`` names what else is returned,
    a number for each row: "lse", "entropy", "best" (the class of the largest logit). ``penalties``
    are the weights of what is added to the loss, in the order of the table of options.
    """

    record: Rowwise
    parameters: tuple[float, ...]
    reduction: str = "mean"
    smoothing: float = 0.0
    temperature: float = 1.0
    softcap: float | None = None
    penalties: tuple[float, ...] = ()
    ignore_index: int | None = None
    tolerance: float = 0.0
    overwrite: bool = False
    outputs: tuple[str, ...] = ()

    @property
    def scaled(self) -> bool:
        """Whether the logits are changed before the formula."""
        return (self.temperature, self.softcap) != (1.0, None)


def row_options(
    record: Rowwise, options: Options, dense: Any = None, *, overwrite: bool = False
) -> RowOptions:
    """Return the options of a loss, cached; ``dense``: the dtype of target distributions."""
    converted: RowOptions = remembered(_converted, WEIGHTS, record, options, dense, overwrite)
    return converted


def _converted(record: Rowwise, options: Options, dense: Any, overwrite: bool) -> RowOptions:  # noqa: FBT001
    return RowOptions(
        record,
        parameters(record, options, {*loss_options(record), "inplace"}),
        reduction=reduction(options),
        smoothing=number(options, "label_smoothing"),
        temperature=number(options, "temperature"),
        softcap=optional(options, "softcap"),
        penalties=tuple(number(options, name) for name in penalties()),
        ignore_index=None if dense else index(options.get("ignore_index")),
        tolerance=_tolerance(options, dense) if dense else 0.0,
        overwrite=overwrite,
    )


def _tolerance(options: Options, dtype: Any) -> float:
    """Return the tolerance of a target's sum: by its dtype, unless the caller gives one."""
    asked = optional(options, "sum_tolerance")
    return tolerance(dtype) if asked is None else asked


def _prepare(
    family: Family, record: Rowwise, z: Array, target: Array, options: Options
) -> Prepared:
    inputs, dense = row_inputs(family, z, target, options)
    overwrite = validation.flag("inplace", options.get("inplace", False)) and _overwritten(
        inputs[0]
    )
    converted = row_options(record, options, target.dtype if dense else None, overwrite=overwrite)
    return converted, inputs, result_dtype(z, target)


def row_inputs(family: Family, z: Array, target: Array, options: Options) -> tuple[Inputs, bool]:
    """Return the arrays of a loss of rows, and whether the target holds distributions."""
    w, class_weight = options.get("sample_weight"), options.get("class_weight")
    require(target is not None, "the plain path looks at the target")
    target = whole(target)
    require_none(family.reason(z, target, w, class_weight))
    axis, shape = options.get("axis", -1), z.shape
    require(
        type(axis) is int and -len(shape) <= axis < len(shape), "the plain path looks at the axis"
    )
    dense = target.shape == shape and (code(target) or 0) <= FLOATING
    if axis not in {-1, len(shape) - 1}:
        z, target = axis_last(z, axis), axis_last(target, axis) if dense else target
        shape = z.shape
    if not dense:
        require(code(target) == CODES["int64"], "the plain path looks at the target's dtype")
        require(target.shape == shape[:-1], SHAPES_DIFFER)
    require(w is None or w.shape == shape[:-1], SHAPES_DIFFER)
    require(class_weight is None or class_weight.shape == shape[-1:], SHAPES_DIFFER)
    return (z, target, w, class_weight), dense


def _overwritten(z: Array) -> bool:
    """Return whether the gradient is to be written over the logits, if there is one."""
    wanted = derived(z)
    if wanted and z.is_leaf:
        raise leaf_in_place()
    require(not wanted or z.is_contiguous(), "logits in pieces are not overwritten")
    return wanted


ROWS = Shape("rowwise", _prepare, by_rows=True)
