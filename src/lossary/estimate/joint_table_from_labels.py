"""From rows to counts: columns of labels coded and met, weights and missing labels minded."""

from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate import neighbours
from lossary.estimate.column_kinds import Column
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS
from lossary.estimate.entropy_sums import EntropyCombination, estimate_combination
from lossary.estimate.factorize import Factorized, factorize_labels, sorted_union
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable, sparse_from_codes
from lossary.interpreters.array_api import as_arrays

__all__ = [
    "column_notes",
    "counts_over_union",
    "estimate_from_labels",
    "joint_table_of",
    "preferred",
    "require_method",
    "row_weights",
    "with_effective_size",
]

Array = np.ndarray[Any, Any]

_EVERY = (
    *ENTROPY_ESTIMATORS,
    *neighbours.KSG_METHODS,
    "dirichlet",
    "ross",
    "gao",
    "zhang_grabchak",
)


def joint_table_of(
    *columns: Column, missing: str = "error", weight: Array | None = None
) -> SparseJointTable:
    """Return the occupied cells of the joint table of columns of labels."""
    found = [factorize_labels(c.values, name=c.name, missing=missing) for c in columns]
    return sparse_from_codes(*found, weight=weight)


def row_weights(sample_weight: Any, rows: int) -> Array | None:
    """Return weights of rows, checked: one for each, none negative, some positive."""
    if sample_weight is None:
        return None
    name = "sample_weight"
    try:
        weight = validation.to_numpy(as_arrays(weights=sample_weight)["weights"]).astype(np.float64)
    except validation.LossaryError as error:
        raise validation.not_numbers(name, sample_weight) from error
    if weight.shape != (rows,):
        message = f"{name} must have one weight for each of {rows} rows, got {weight.shape}"
        raise validation.LossaryError(message)
    bad = ~np.isfinite(weight) | (weight < 0)
    if bad.any():
        row = int(np.argmax(bad))
        message = f"{name} must be finite and not negative, got {weight[row]} in row {row}"
        raise validation.LossaryError(message)
    if not weight.any():
        message = f"{name} must have some weight above 0, got zeros alone"
        raise validation.LossaryError(message)
    return weight


def estimate_from_labels(
    columns: tuple[Column, ...],
    measure: EntropyCombination,
    method: str,
    *,
    alpha: float | None,
    missing: str,
    sample_weight: Any,
    compute: Callable[[SparseJointTable], Estimate] | None = None,
) -> Estimate:
    """Return a measure of columns of labels, in nats; weights are for the plug-in alone."""
    weight = row_weights(sample_weight, columns[0].rows)
    if weight is not None and method != "plug_in":
        message = (
            "sample_weight is for method='plug_in': what the others correct is known of counts "
            f"alone, not of masses; got method={method!r}"
        )
        raise validation.LossaryError(message)
    cells = joint_table_of(*columns, missing=missing, weight=weight)
    found = compute(cells) if compute else estimate_combination(measure, cells, method, alpha)
    found = found.noted(*column_notes(*columns))
    if weight is None:
        return found
    return with_effective_size(
        found, float(weight.sum()), float(weight @ weight), int((weight > 0).sum())
    )


def with_effective_size(found: Estimate, mass: float, squares: float, rows: int) -> Estimate:
    """Return an estimate from masses with the error of as many rows as the weights are worth.

    Kish's ``(Σ w)² / Σ w²``, of the rows with a weight above 0.
    """
    worth = mass * mass / squares
    error = found.standard_error
    scaled = None if error is None else error * sqrt(mass / worth)
    note = f"the weights of {rows} rows are worth {worth:.6g} equal ones"
    return replace(found, n=rows, standard_error=scaled).noted(note)


def column_notes(*columns: Column) -> tuple[str, ...]:
    """Return what a column was taken for, in words, and the columns' own notes."""
    kinds = ", ".join(f"{c.name} {c.kind}" for c in columns)
    return (f"taken as: {kinds}", *(note for c in columns for note in c.notes))


def preferred(method: str | None, usual: str) -> str:
    """Return the method that was asked for, the usual one where none was."""
    return usual if method is None else method


def require_method(what: str, method: Any, allowed: tuple[str, ...], **of_labels: Any) -> None:
    """Require a method made for the kinds of the columns, and no option that is not for these."""
    if method is not None and not (isinstance(method, str) and method in {*_EVERY, *allowed}):
        raise validation.unknown_name(method, allowed, "estimator")
    if method is not None and method not in allowed:
        message = (
            f"method must be one of {', '.join(allowed)}, as {what}, got {method!r}: choose one of "
            "these, or say what the columns are by kind= or kinds="
        )
        raise validation.LossaryError(message)
    for name, value in of_labels.items():
        if value is not None:
            message = f"{name} is for labels, but {what}"
            raise validation.LossaryError(message)


def counts_over_union(*columns: Column, missing: str = "error") -> list[Array]:
    """Return each sample's counts over the labels of all; missing labels, if counted, come last."""
    samples = [factorize_labels(c.values, name=c.name, missing=missing) for c in columns]
    labels = sorted_union("the samples", *(s.labels for s in samples))
    place = {label: i for i, label in enumerate(labels)}
    lost = any(s.kept_levels > len(s.labels) for s in samples)
    return [_placed(s, place, len(labels) + lost) for s in samples]


def _placed(sample: Factorized, place: dict[Any, int], size: int) -> Array:
    own = np.bincount(sample.codes, minlength=sample.levels)
    counts = np.zeros(size, dtype=np.int64)
    counts[[place[label] for label in sample.labels]] = own[: len(sample.labels)]
    if sample.kept_levels > len(sample.labels):
        counts[-1] = own[len(sample.labels)]
    return counts
