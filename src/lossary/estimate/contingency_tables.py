"""Tables of counts and frequencies from columns of labels."""

from math import prod
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.column_kinds import require_one_length
from lossary.estimate.factorize import factorize_labels
from lossary.estimate.measures_of_labels import counts_over_union
from lossary.estimate.sparse_joint_table import dense_counts

__all__ = ["contingency", "frequencies"]

_MAX_CELLS = 1 << 28


def contingency(*columns: Any) -> np.ndarray[Any, Any]:
    """Contingency table: the counts of every combination of labels of several columns.

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
    if not columns:
        message = "contingency needs at least one column, got none"
        raise validation.LossaryError(message)
    given = [factorize_labels(c, name=f"column {i}") for i, c in enumerate(columns)]
    require_one_length({f"column {i}": len(c.codes) for i, c in enumerate(given)})
    shape = [c.levels for c in given]
    if prod(shape) > _MAX_CELLS:
        message = (
            f"the contingency table has {' × '.join(map(str, shape))} cells, more than the "
            f"{_MAX_CELLS} allowed: leave out a column, or join rare labels"
        )
        raise validation.LossaryError(message)
    return dense_counts([c.codes for c in given], shape)


def frequencies(*samples: Any) -> list[np.ndarray[Any, Any]]:
    """Counts of the labels of several samples, over the labels of all.

    Parameters
    ----------
    *samples
        Samples of labels, of any lengths.

    Returns
    -------
    For each sample, the counts of every label that occurs in any of them, in sorted order.

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
    return counts_over_union(given)
