"""Joint tables and counts from columns of labels, with row weights and missing labels."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.column_kinds import Column
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS
from lossary.estimate.factorize import Factorized, factorize_labels, sorted_union
from lossary.estimate.measures_from_entropies import EntropyCombination, estimate_combination
from lossary.estimate.method_validation import kinds_in_words, require_method
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable, sparse_from_codes
from lossary.interpreters.array_helpers import as_arrays

__all__ = [
    "column_notes",
    "counts_over_union",
    "estimate_from_labels",
    "joint_table_of",
    "row_weights",
    "sample_counts",
    "with_effective_size",
]

Array = np.ndarray[Any, Any]


def joint_table_of(
    *columns: Column, missing: str = "error", weight: Array | None = None
) -> SparseJointTable:
    """Return the joint table of columns of labels."""
    found = [factorize_labels(c.values, name=c.name, missing=missing) for c in columns]
    return sparse_from_codes(*found, weight=weight)


def row_weights(sample_weight: Any, rows: int) -> Array | None:
    """Return validated weights of rows: one each, none negative, some positive."""
    if sample_weight is None:
        return None
    name = "sample_weight"
    try:
        weight = validation.to_numpy(as_arrays(weights=sample_weight)["weights"]).astype(np.float64)
    except validation.LossaryError as error:
        raise validation.not_numbers(name, sample_weight) from error
    if weight.shape != (rows,):
        message = (
            f"{name} must have one weight for each of {rows} rows, shape ({rows},), "
            f"got shape {weight.shape}"
        )
        raise validation.LossaryError(message)
    bad = ~np.isfinite(weight) | (weight < 0)
    if bad.any():
        row = int(np.argmax(bad))
        message = f"{name} must be finite and not negative, got {weight[row]} in row {row}"
        raise validation.LossaryError(message)
    if not weight.any():
        message = f"{name} must have a weight above 0, got {rows} zeros"
        raise validation.LossaryError(message)
    return weight


def estimate_from_labels(
    columns: tuple[Column, ...],
    measure: EntropyCombination,
    method: str | None,
    *,
    default: str = "miller_madow",
    alpha: float | None,
    missing: str,
    sample_weight: Any,
    compute: Callable[..., Estimate] | None = None,
) -> Estimate:
    """Return a measure of columns of labels, in nats; weights are for the plug-in only.

    ``compute`` estimates it from the joint table in place of :func:`estimate_combination`.
    """
    if method is None:
        method = default if sample_weight is None else "plug_in"
    require_method(kinds_in_words(*columns), method, ENTROPY_ESTIMATORS)
    weight = row_weights(sample_weight, columns[0].rows)
    if weight is not None and method != "plug_in":
        message = (
            "sample_weight needs method='plug_in', as bias corrections are defined for counts, not "
            f"for sums of weights: got method={method!r}"
        )
        raise validation.LossaryError(message)
    table = joint_table_of(*columns, missing=missing, weight=weight)
    if compute is not None and weight is None:
        found = compute(table, method=method, alpha=alpha)
    else:
        found = estimate_combination(measure, table, method, alpha)
    found = found.noted(*column_notes(*columns))
    if weight is None:
        return found
    rows = int((weight > 0).sum())
    return with_effective_size(found, float(weight.sum()), float(weight @ weight), rows)


def with_effective_size(found: Estimate, mass: float, squares: float, rows: int) -> Estimate:
    """Return a weighted estimate with the standard error for its effective sample size.

    By Kish ``(Σ w)² / Σ w²``; n is the number of rows with a weight above 0.
    """
    effective = mass * mass / squares
    error = found.standard_error
    scaled = None if error is None else error * sqrt(mass / effective)
    note = f"the effective sample size of the {rows} weighted rows is {effective:.6g}"
    return replace(found, n=rows, standard_error=scaled).noted(note)


def column_notes(*columns: Column) -> tuple[str, ...]:
    """Return the kinds that columns were taken as, and the columns' own notes."""
    kinds = ", ".join(f"{c.name} {c.kind}" for c in columns)
    return (f"taken as: {kinds}", *(note for c in columns for note in c.notes))


def sample_counts(*columns: Column, missing: str = "error") -> list[Array]:
    """Return each sample's counts over the labels of all samples."""
    return counts_over_union(
        [factorize_labels(c.values, name=c.name, missing=missing) for c in columns]
    )


def counts_over_union(samples: Sequence[Factorized]) -> list[Array]:
    """Return each sample's counts over the labels of all, counted missing labels the last."""
    labels = sorted_union("the samples", *(s.labels for s in samples))
    place = {label: i for i, label in enumerate(labels)}
    size = len(labels) + any(s.kept_levels > len(s.labels) for s in samples)
    found = []
    for sample in samples:
        own = np.bincount(sample.codes, minlength=sample.levels)[: sample.kept_levels]
        counts = np.zeros(size, dtype=np.int64)
        counts[[*(place[label] for label in sample.labels), -1][: len(own)]] = own
        found.append(counts)
    return found
