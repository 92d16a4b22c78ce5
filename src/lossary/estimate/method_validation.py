"""Validation of ``method=`` and other options by the kinds of the columns."""

from collections.abc import Iterable
from typing import Any

from lossary import validation
from lossary.estimate.column_kinds import Column
from lossary.estimate.divergences_from_counts import DIVERGENCE_ESTIMATORS
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS
from lossary.estimate.neighbour_registry import (
    NEIGHBOUR_ESTIMATORS,
    NeighbourEstimator,
    neighbour_methods,
)

__all__ = ["kinds_in_words", "neighbour_estimator", "require_method"]


def kinds_in_words(*columns: Column) -> str:
    """Return the kinds of columns in words."""
    return " and ".join(f"{c.name} is {c.kind}" for c in columns)


def require_method(reason: str, method: Any, allowed: Iterable[str], **label_options: Any) -> None:
    """Require None or a method for these kinds of columns, and no option for labels only."""
    allowed = tuple(allowed)
    by_measure = (*DIVERGENCE_ESTIMATORS, *NEIGHBOUR_ESTIMATORS)
    known = {*ENTROPY_ESTIMATORS, *(name for _, name in by_measure)}
    if method is not None and not (isinstance(method, str) and method in known):
        raise validation.unknown_name(method, allowed, "estimator")
    if method is not None and method not in allowed:
        message = (
            f"method must be one of {', '.join(allowed)}, as {reason}, got {method!r}; if the kind "
            "is wrong, pass kind= or kinds="
        )
        raise validation.LossaryError(message)
    for name, value in label_options.items():
        if value is not None:
            message = f"{name} applies to discrete columns only, but {reason}: leave it out"
            raise validation.LossaryError(message)


def neighbour_estimator(
    measure: str, columns: tuple[Column, ...], method: str | None, **label_options: Any
) -> NeighbourEstimator:
    """Return an estimator for columns not all discrete: the method's, or the default one."""
    kind = "mixed" if any(c.discrete for c in columns) else "continuous"
    allowed = neighbour_methods(measure, kind)
    require_method(kinds_in_words(*columns), method, allowed, **label_options)
    return NEIGHBOUR_ESTIMATORS[measure, method or allowed[0]]
