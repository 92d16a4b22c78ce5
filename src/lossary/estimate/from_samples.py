"""Entropy and information of samples: discrete, continuous or mixed columns.

Floating-point columns are continuous and measured by their neighbours, all others are discrete and
counted; ``kind=`` or ``kinds=`` override this, and every estimate notes how it took its columns.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from lossary.estimate.column_kinds import Column, as_column, as_columns
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS
from lossary.estimate.factorize import factorize_labels
from lossary.estimate.from_counts import normalized
from lossary.estimate.joint_table_measures import entropy_of_table
from lossary.estimate.measures_from_entropies import ENTROPY, MUTUAL_INFORMATION
from lossary.estimate.measures_of_labels import (
    column_notes,
    estimate_from_labels,
    joint_table_of,
)
from lossary.estimate.method_validation import neighbour_estimator
from lossary.estimate.neighbour_registry import NEIGHBOUR_ESTIMATORS, neighbour_methods
from lossary.estimate.parameter_docs import documented, quoted
from lossary.estimate.result import Estimate

__all__ = [
    "INFORMATION_METHODS",
    "ColumnKinds",
    "entropy",
    "information_by_neighbours",
    "mutual_information",
    "normalized_mutual_information",
]

ColumnKinds = Sequence[str | None] | str | None

INFORMATION_METHODS = (
    f"The estimator. Discrete columns: {quoted(ENTROPY_ESTIMATORS)}. Continuous columns: "
    f"{quoted(neighbour_methods('mutual_information'))}. One of each: "
    f"{quoted(neighbour_methods('mutual_information', 'mixed'))}. The default depends on the kinds."
)
"""The documentation of ``method`` of mutual information and conditional entropy."""


@documented(
    method=f"The estimator. A discrete column: {quoted(ENTROPY_ESTIMATORS)}. A continuous column: "
    f"{quoted(neighbour_methods('entropy'))}. The default depends on the kind."
)
def entropy(
    x: Any,
    *,
    method: str | None = None,
    base: float | None = None,
    kind: str | None = None,
    k: int = 3,
    alphabet: int | None = None,
    alpha: float | None = None,
    missing: str = "error",
    sample_weight: Any = None,
) -> Estimate:
    """Entropy of the distribution that a column was drawn from.

    ``H(X) = -Σ p log p`` of a discrete column, from its counts, by default with Grassberger's
    estimator. The differential entropy ``-∫ f log f`` of a continuous column, from the distances
    of its nearest neighbours.

    Parameters
    ----------
    x
        A column: a list, an array, a series of pandas, Polars or Arrow; a continuous one of shape
        ``(n,)`` or ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        For an empty column, missing values, labels of several types, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> print(estimate.entropy(["a", "b", "a", "c", "a", "b"], method="plug_in", base=2))
    1.45915 ± 0.24 bits (plug_in, n = 6)
      no bias correction: too low by about (classes - 1) / 2n, more with rare classes
      taken as: x discrete

    References
    ----------
    Paninski, Estimation of Entropy and Mutual Information, 2003

    """
    column = as_column("x", x, kind)
    if column.discrete:
        return estimate_from_labels(
            (column,),
            ENTROPY,
            method,
            default="grassberger",
            alpha=alpha,
            missing=missing,
            sample_weight=sample_weight,
            compute=partial(entropy_of_table, alphabet=alphabet),
        ).in_base(base)
    options = {"alphabet": alphabet, "alpha": alpha, "sample_weight": sample_weight}
    estimator = neighbour_estimator("entropy", (column,), method, **options)
    found = estimator.compute(column.values, k=k)
    return found.noted(*column_notes(column)).in_base(base)


@documented(method=INFORMATION_METHODS)
def mutual_information(
    x: Any,
    y: Any,
    *,
    method: str | None = None,
    kinds: ColumnKinds = None,
    k: int = 3,
    base: float | None = None,
    alpha: float | None = None,
    missing: str = "error",
    sample_weight: Any = None,
) -> Estimate:
    """Mutual information of two columns, each discrete or continuous.

    ``I(X;Y) = H(X) + H(Y) - H(X,Y)``. Discrete columns are counted, by default with Miller and
    Madow's correction. Continuous columns are measured by nearest neighbours, by default with
    ``"ksg1"``; one of each with ``"ross"`` if a label repeats, else with ``"gao"``.

    Parameters
    ----------
    x, y
        Columns of one length; continuous ones also of shape ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`: exactly 0 where a column is constant. A corrected
    estimate may be negative, or above an entropy, which a note says.

    Raises
    ------
    LossaryError
        For unequal lengths, missing values, labels of several types, too few rows for k, a method
        for other kinds.

    Examples
    --------
    >>> from lossary import estimate
    >>> x, y = ["a", "a", "b", "b"] * 25, [0, 0, 1, 1] * 25
    >>> print(estimate.mutual_information(x, y, method="plug_in", base=2))
    1 bits (plug_in, n = 100)
      no bias correction: positive even for independent columns, more in large tables
      taken as: x discrete, y discrete

    References
    ----------
    Paninski, Estimation of Entropy and Mutual Information, 2003

    """
    columns = as_columns(kinds, x=x, y=y)
    if all(c.discrete for c in columns):
        return estimate_from_labels(
            columns,
            MUTUAL_INFORMATION,
            method,
            alpha=alpha,
            missing=missing,
            sample_weight=sample_weight,
        ).in_base(base)
    found = information_by_neighbours(columns, method, k, alpha=alpha, sample_weight=sample_weight)
    return found.noted(*column_notes(*columns)).in_base(base)


def information_by_neighbours(
    columns: tuple[Column, ...], method: str | None, k: int, **label_options: Any
) -> Estimate:
    """Return the mutual information of two columns, not both discrete, in nats."""
    measure = "mutual_information"
    estimator = neighbour_estimator(measure, columns, method, **label_options)
    labels, numbers = sorted(columns, key=lambda c: not c.discrete)
    if method is None and labels.discrete:
        distinct = factorize_labels(labels.values, name=labels.name).labels
        name = "ross" if len(distinct) < labels.rows else "gao"
        estimator = NEIGHBOUR_ESTIMATORS[measure, name]
    return estimator.compute(labels.values, numbers.values, k=k)


@documented(method=f"An estimator of entropy from counts: {quoted(ENTROPY_ESTIMATORS)}.")
def normalized_mutual_information(
    x: Any,
    y: Any,
    *,
    method: str = "plug_in",
    average: str = "arithmetic",
    alpha: float | None = None,
    missing: str = "error",
) -> Estimate:
    """Normalised mutual information of two discrete columns.

    ``I(X;Y) / mean(H(X), H(Y))`` within [0, 1], all three by the method.

    Parameters
    ----------
    x, y
        Columns of labels, of one length.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate` within [0, 1].

    Raises
    ------
    LossaryError
        For unequal lengths, missing values, a column of fractions, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> float(estimate.normalized_mutual_information("aabb", "yyxx"))
    1.0

    References
    ----------
    Vinh, Epps and Bailey, Information Theoretic Measures for Clusterings, 2010

    """
    columns = as_columns("discrete", x=x, y=y)
    found = normalized(joint_table_of(*columns, missing=missing), method, average, alpha)
    return found.noted(*column_notes(*columns))
