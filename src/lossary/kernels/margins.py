"""Margin losses of several classes: their options, and the calls that kernels compute."""

from dataclasses import dataclass
from functools import partial

from lossary.formulas.record import Pointwise
from lossary.kernels.eligibility import require
from lossary.kernels.interface import Array, Family, KernelOptions, Options, Prepared, Shape
from lossary.kernels.option_values import index, parameters, reduction, remembered
from lossary.kernels.rows import WEIGHTS, row_inputs

__all__ = ["AVERAGED_MARGINS", "MARGINS", "MarginOptions"]

_OTHERS = {
    *("axis", "class_weight", "ignore_index", "reduction", "sample_weight", "variant"),
}


@dataclass(frozen=True, eq=False)
class MarginOptions(KernelOptions):
    """A margin loss of several classes. Inputs: scores, class indices, row and class weights.

    The classes are the last axis. ``largest`` takes the largest of a row's losses (Crammer and
    Singer), else their sum (Weston and Watkins). ``averaged``: a row's loss is divided by the
    number of classes, and the mean is over the weights of rows alone.
    """

    record: Pointwise
    parameters: tuple[float, ...]
    largest: bool
    reduction: str = "mean"
    ignore_index: int | None = None
    averaged: bool = False


def _converted(record: Pointwise, options: Options, averaged: bool) -> MarginOptions:  # noqa: FBT001
    return MarginOptions(
        record,
        parameters(record, options, _OTHERS),
        largest=options["variant"] == "crammer_singer",
        reduction=reduction(options),
        ignore_index=index(options.get("ignore_index")),
        averaged=averaged,
    )


def _prepare(
    family: Family,
    record: Pointwise,
    s: Array,
    target: Array,
    options: Options,
    *,
    averaged: bool,
) -> Prepared:
    inputs, dense = row_inputs(family, s, target, options)
    require(not dense, "a margin loss has no distribution as its target")
    return remembered(_converted, WEIGHTS, record, options, averaged), inputs, s.dtype


MARGINS = Shape("margins", partial(_prepare, averaged=False), by_rows=True)
AVERAGED_MARGINS = Shape("averaged_margins", partial(_prepare, averaged=True), by_rows=True)
"""The loss over the number of classes, its mean over the row weights alone, as in torch."""
