"""Counting: columns of labels become a table of counts, samples their frequencies."""

from math import prod
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.factorize import factorize_labels, sorted_union
from lossary.kernels.counts_cpu import Codes, count_pairs

__all__ = ["contingency", "frequencies"]

_MOST_CELLS = 1 << 28


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
        For unequal lengths, missing labels, an empty column, labels of several types, a column of
        distinct fractions, or a table of more than 2^28 cells.

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
    given = [factorize_labels(c, name=f"column {i}") for i, c in enumerate(columns)]
    lengths = [len(c.codes) for c in given]
    if not given or len(set(lengths)) > 1:
        message = f"columns must be one or more, of one length, got lengths {lengths}"
        raise validation.LossaryError(message)
    shape = [c.levels for c in given]
    if prod(shape) > _MOST_CELLS:
        message = (
            f"a table of {' × '.join(map(str, shape))} cells is larger than the {_MOST_CELLS} that "
            "are made at once: leave out labels, or join rare ones"
        )
        raise validation.LossaryError(message)
    if len(given) == 2:
        return count_pairs([Codes(c.codes, c.levels) for c in given], [(0, 1)])[0]
    place = given[0].codes.astype(np.int64)
    for column in given[1:]:
        place = place * column.levels + column.codes
    return np.bincount(place, minlength=prod(shape)).reshape(shape)


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
        For missing labels, an empty sample, labels of several types, or a sample of distinct
        fractions.

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
    given = [factorize_labels(s, name=f"sample {i}") for i, s in enumerate(samples)]
    ordered = sorted_union("samples", *(s.labels for s in given))
    place = {v: i for i, v in enumerate(ordered)}
    counts = []
    for sample in given:
        own = np.bincount(sample.codes, minlength=sample.levels)
        total = np.zeros(len(ordered), dtype=np.int64)
        total[[place[v] for v in sample.labels]] = own
        counts.append(total)
    return counts
