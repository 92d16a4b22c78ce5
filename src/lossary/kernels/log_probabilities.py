"""Row losses of given log-probabilities: their options, and the calls that kernels compute."""

import sys
from dataclasses import dataclass
from typing import Any

from lossary.formulas.record import Rowwise
from lossary.kernels.array_memory import FLOATING, code
from lossary.kernels.eligibility import SHAPES_DIFFER, require, require_none
from lossary.kernels.interface import Array, Family, KernelOptions, Options, Prepared, Shape
from lossary.kernels.option_values import optional, remembered, result_dtype, tolerance

__all__ = ["LOG_PROBABILITIES", "LogProbabilityOptions"]


@dataclass(frozen=True, eq=False)
class LogProbabilityOptions(KernelOptions):
    """A row loss of log-probabilities. Inputs: these, a target, and weights of rows or None.

    The classes are the last axis. ``log_target``: the target, too, holds log-probabilities.
    ``tolerances`` bound the deviation from 1 of the masses of a row, of input and target: a number,
    and another one times the logarithm of the number of classes.
    """

    record: Rowwise
    reduction: str
    log_target: bool
    tolerances: tuple[tuple[float, float], tuple[float, float]]


def _converted(record: Rowwise, options: Options, *dtypes: Any) -> LogProbabilityOptions:
    log_target = options["log_target"]
    asked = optional(options, "sum_tolerance")
    of_input = _rounding(dtypes[0], asked, spread=True)
    tolerances = of_input, _rounding(dtypes[1], asked, spread=log_target)
    return LogProbabilityOptions(record, options["reduction"], log_target, tolerances)


def _prepare(
    family: Family, record: Rowwise, l: Array, target: Array, options: Options
) -> Prepared:
    """Prepare a loss; ``dtypes`` are those of input and target as they were given."""
    given = {n: v for n, v in options.items() if n not in {"class_weight", "dtypes"}}
    w, dtypes = given.pop("sample_weight"), options.get("dtypes") or (l.dtype, target.dtype)
    require_none(family.reason(l, target, w))
    require((code(target) or 0) <= FLOATING, "whole numbers are converted first")
    require(target.shape == l.shape and (w is None or w.shape == l.shape[:-1]), SHAPES_DIFFER)
    converted = remembered(_converted, (), record, given, *dtypes)
    return converted, (l, target, w), result_dtype(l, target)


def _rounding(dtype: Any, asked: float | None, *, spread: bool) -> tuple[float, float]:
    """Return the tolerance of a sum of masses of a dtype, and its increase for each log C."""
    if asked is not None:
        return asked, 0.0
    return tolerance(dtype), float(sys.modules["torch"].finfo(dtype).eps) if spread else 0.0


LOG_PROBABILITIES = Shape("log_probabilities", _prepare, by_rows=False)
