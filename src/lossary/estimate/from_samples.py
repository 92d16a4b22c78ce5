"""The measures of samples: one function each, for labels, for numbers, and for both together.

Floating-point columns are continuous and go by their neighbours, all others are counted; ``kind=``
or ``kinds=`` say otherwise, and every estimate notes what its columns were taken for.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from lossary.estimate import mixed_neighbours, neighbours
from lossary.estimate.column_kinds import Column, as_column, as_columns
from lossary.estimate.discrete_measures import entropy_of_table
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS
from lossary.estimate.entropy_sums import ENTROPY, MUTUAL_INFORMATION
from lossary.estimate.factorize import factorize_labels
from lossary.estimate.from_counts import normalized
from lossary.estimate.joint_table_from_labels import (
    column_notes,
    estimate_from_labels,
    joint_table_of,
    preferred,
    require_method,
)
from lossary.estimate.result import Estimate

__all__ = [
    "OF_BOTH",
    "OF_COUNTS",
    "OF_NUMBERS",
    "ColumnKinds",
    "by_neighbours",
    "entropy",
    "kinds_in_words",
    "mutual_information",
    "normalized_mutual_information",
]

ColumnKinds = Sequence[str | None] | str | None

OF_COUNTS = (*ENTROPY_ESTIMATORS, "dirichlet")
OF_NUMBERS = (*neighbours.KSG_METHODS, "gao")
OF_BOTH = ("ross", "gao")


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
    """Entropy of what a column was drawn from: of labels by counts, of numbers by neighbours.

    For labels, any method of :func:`entropy_from_counts`, ``"grassberger"`` unless said. For
    numbers the differential entropy of Kozachenko and Leonenko, of shape ``(n,)`` or ``(n, d)``.

    Parameters
    ----------
    x
        A column: a list, an array, a series of pandas, Polars or Arrow.
    method
        How to estimate; the default depends on the kind of the column.
    base
        The base of the logarithm; nats without one.
    kind
        ``"discrete"`` or ``"continuous"``; told by the dtype unless given.
    k
        How many neighbours to look at, for numbers.
    alphabet
        How many labels there may be; those that occur, unless given.
    alpha
        The pseudo-count of each label, for ``"dirichlet"`` alone.
    missing
        What to do with missing labels that are counted: ``"error"``, ``"category"``, ``"drop"``.
    sample_weight
        A weight for each row, for ``"plug_in"`` alone, which is then the default.

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
      nothing is corrected: too low by about (classes - 1) / 2n, and more with rare ones
      taken as: x discrete

    References
    ----------
    Paninski, Estimation of Entropy and Mutual Information, 2003

    """
    column = as_column("x", x, kind)
    if not column.discrete:
        labels = {"alphabet": alphabet, "alpha": alpha, "sample_weight": sample_weight}
        require_method("x is continuous", method, ("kozachenko_leonenko",), **labels)
        found = neighbours.entropy(column.values, k=k)
        return found.noted(*column_notes(column)).in_base(base)
    method = preferred(method, "grassberger" if sample_weight is None else "plug_in")
    require_method("x is discrete", method, OF_COUNTS)
    compute = partial(entropy_of_table, method=method, alphabet=alphabet, alpha=alpha)
    return estimate_from_labels(
        (column,),
        ENTROPY,
        method,
        alpha=alpha,
        missing=missing,
        sample_weight=sample_weight,
        compute=compute if sample_weight is None else None,
    ).in_base(base)


def kinds_in_words(*columns: Column) -> str:
    """Return what columns were taken for, in words."""
    return " and ".join(f"{c.name} is {c.kind}" for c in columns)


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
    """Mutual information of two columns: both labels, both numbers, or one of each.

    Labels are counted, and any method of :func:`mutual_information_from_counts` applies,
    ``"miller_madow"`` unless said. Of numbers, ``"ksg1"``, ``"ksg2"`` or, where values repeat,
    ``"gao"``. Of labels and numbers, ``"ross"`` where a label repeats, else ``"gao"``.

    Parameters
    ----------
    x, y
        Columns of one length; numbers also of shape ``(n, d)``.
    method
        How to estimate; the default depends on the kinds of the columns.
    kinds
        ``"discrete"`` or ``"continuous"``, one for both or one for each; by dtype unless given.
    k
        How many neighbours to look at, for numbers.
    base
        The base of the logarithm; nats without one.
    alpha
        The pseudo-count of each cell, for ``"dirichlet"`` alone.
    missing
        What to do with missing labels that are counted: ``"error"``, ``"category"``, ``"drop"``.
    sample_weight
        A weight for each row, for ``"plug_in"`` alone, which is then the default.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`: exactly 0 where a column is constant. What is corrected
    may be negative, or above an entropy, and then a note says so.

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
      nothing is corrected: chance alone makes it positive, the more the larger the table
      taken as: x discrete, y discrete

    References
    ----------
    Paninski, Estimation of Entropy and Mutual Information, 2003

    """
    columns = as_columns(kinds, x=x, y=y)
    discrete = [c.discrete for c in columns]
    if all(discrete):
        method = preferred(method, "miller_madow" if sample_weight is None else "plug_in")
        require_method(kinds_in_words(*columns), method, OF_COUNTS)
        return estimate_from_labels(
            columns,
            MUTUAL_INFORMATION,
            method,
            alpha=alpha,
            missing=missing,
            sample_weight=sample_weight,
        ).in_base(base)
    allowed = OF_BOTH if any(discrete) else OF_NUMBERS
    require_method(
        kinds_in_words(*columns), method, allowed, alpha=alpha, sample_weight=sample_weight
    )
    found = by_neighbours(columns, method, k)
    return found.noted(*column_notes(*columns)).in_base(base)


def by_neighbours(columns: tuple[Column, ...], method: str | None, k: int) -> Estimate:
    """Return the mutual information of two columns, not both of labels, in nats."""
    x, y = columns
    if not (x.discrete or y.discrete):
        if method == "gao":
            return mixed_neighbours.gao(x.values, y.values, k=k)
        return neighbours.mutual_information(
            x.values, y.values, method=preferred(method, "ksg1"), k=k
        )
    labels, numbers = (x, y) if x.discrete else (y, x)
    if method is None:
        repeat = len(factorize_labels(labels.values, name=labels.name).labels) < labels.rows
        method = "ross" if repeat else "gao"
    by = {"ross": mixed_neighbours.ross, "gao": mixed_neighbours.gao}[method]
    return by(labels.values, numbers.values, k=k)


def normalized_mutual_information(
    x: Any,
    y: Any,
    *,
    method: str = "plug_in",
    average: str = "arithmetic",
    alpha: float | None = None,
    missing: str = "error",
) -> Estimate:
    """Mutual information of two columns of labels over a mean of their entropies: in [0, 1].

    Parameters
    ----------
    x, y
        Columns of labels, of one length.
    method, average, alpha
        As for :func:`normalized_mutual_information_from_counts`.
    missing
        What to do with missing labels: ``"error"``, ``"category"``, ``"drop"``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, never outside [0, 1].

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
