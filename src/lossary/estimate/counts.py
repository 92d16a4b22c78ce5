"""Counting: columns of labels become a table of counts, samples their frequencies."""

from math import isnan
from typing import Any

import numpy as np

from lossary import checks

__all__ = ["contingency", "frequencies"]


def _codes(name: str, column: Any) -> tuple[list[Any], np.ndarray[Any, Any]]:
    """Return the distinct values of a column, in order, and the place of each row's value."""
    values = column.tolist() if hasattr(column, "tolist") else list(column)
    if not values:
        message = f"{name} must hold at least one label, got an empty column"
        raise checks.LossaryError(message)
    for row, value in enumerate(values):
        if value is None or (isinstance(value, float) and isnan(value)):
            message = (
                f"{name} has a missing label ({value!r}) in row {row}: drop it, or give it a "
                "label of its own"
            )
            raise checks.LossaryError(message)
    continuous = all(isinstance(v, float) and not v.is_integer() for v in values)
    distinct = set(values)
    if continuous and len(distinct) == len(values) > 1:
        message = (
            f"{name} looks continuous: all its {len(values)} values are distinct fractions, and "
            "counting them says nothing; bin them first"
        )
        raise checks.LossaryError(message)
    ordered = sorted(distinct, key=lambda v: (type(v).__name__, v))
    place = {v: i for i, v in enumerate(ordered)}
    return ordered, np.asarray([place[v] for v in values])


def contingency(*columns: Any) -> np.ndarray[Any, Any]:
    """Count how often the labels of several columns meet.

    Parameters
    ----------
    *columns
        Columns of one length: labels of any kind that can be compared for equality.

    Returns
    -------
    A table of counts with one axis for each column, its labels in sorted order.

    Raises
    ------
    LossaryError
        For unequal lengths, missing labels, an empty column, or a column of distinct fractions.

    Examples
    --------
    >>> import lossary as ls
    >>> ls.contingency(["a", "b", "a"], [0, 1, 1])
    array([[1, 1],
           [0, 1]])
    >>> round(float(ls.mutual_information_from_counts(ls.contingency("abab", "xyxy"))), 6)
    0.693147

    References
    ----------
    Pearson, On the Theory of Contingency, 1904

    """
    coded = [_codes(f"column {i}", c) for i, c in enumerate(columns)]
    lengths = [len(codes) for _, codes in coded]
    if not coded or len(set(lengths)) > 1:
        message = f"columns must be one or more, of one length, got lengths {lengths}"
        raise checks.LossaryError(message)
    table = np.zeros([len(labels) for labels, _ in coded], dtype=np.int64)
    np.add.at(table, tuple(codes for _, codes in coded), 1)
    return table


def frequencies(*samples: Any) -> list[np.ndarray[Any, Any]]:
    """Count each sample's labels over the labels of all.

    Parameters
    ----------
    *samples
        Samples of labels, of any lengths.

    Returns
    -------
    For each sample the counts of every label that occurs in any, in sorted order.

    Raises
    ------
    LossaryError
        For missing labels, an empty sample, or a sample of distinct fractions.

    Examples
    --------
    >>> import lossary as ls
    >>> p, q = ls.frequencies([0] * 10, [1] * 990)
    >>> float(ls.js_divergence_from_counts(p, q))
    0.6931471805599453

    References
    ----------
    Pearson, On the Theory of Contingency, 1904

    """
    coded = [_codes(f"sample {i}", s) for i, s in enumerate(samples)]
    support = {label for labels, _ in coded for label in labels}
    ordered = sorted(support, key=lambda v: (type(v).__name__, v))
    place = {v: i for i, v in enumerate(ordered)}
    counts = []
    for labels, codes in coded:
        places = np.asarray([place[label] for label in labels])[codes]
        counts.append(np.bincount(places, minlength=len(ordered)))
    return counts
