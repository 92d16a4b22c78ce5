"""Entropy, conditional entropy and information, estimated from counts."""

from dataclasses import replace
from math import sqrt
from typing import Any

from lossary import validation
from lossary.estimate.entropy_estimators import (
    ENTROPY_ESTIMATORS,
    EntropyEstimator,
    entropy_estimator,
    estimate_entropy,
)
from lossary.estimate.measures_from_entropies import (
    CONDITIONAL_ENTROPY,
    CONDITIONAL_MUTUAL_INFORMATION,
    MUTUAL_INFORMATION,
    estimate_combination,
)
from lossary.estimate.parameter_docs import documented, method_list, quoted
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable, sparse_from_counts
from lossary.estimate.validated_counts import class_counts
from lossary.formulas.information import AVERAGES
from lossary.measures import normalized_mutual_information

__all__ = [
    "conditional_entropy_from_counts",
    "conditional_mutual_information_from_counts",
    "entropy_from_counts",
    "mutual_information_from_counts",
    "normalized",
    "normalized_mutual_information_from_counts",
]

_METHOD = (
    f"An estimator of entropy, see :func:`entropy_from_counts`: {quoted(ENTROPY_ESTIMATORS)}. "
    "Pseudo-counts are added to every cell."
)


@documented(
    *(e.source for e in ENTROPY_ESTIMATORS.values()),
    method=method_list(ENTROPY_ESTIMATORS.values()),
)
def entropy_from_counts(
    counts: Any,
    *,
    method: str = "grassberger",
    base: float | None = None,
    alphabet: int | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Entropy of the distribution that counts were drawn from.

    The plug-in ``-Σ (c/n) log(c/n)`` is too low by about ``(K - 1) / 2n`` for K classes; the other
    methods correct for that. Grassberger's is the default: it has the least bias of those without
    an alphabet, on uniform, geometric and Zipf distributions alike.

    Parameters
    ----------
    counts
        Whole numbers of shape ``(classes,)``; a zero is a class that may occur, but did not.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`. Its standard error is the delta method's, the
    jackknife's own, or for ``"nsb"`` and the pseudo-counts the posterior's; None for others.

    Raises
    ------
    LossaryError
        For negative or fractional counts, no observation, an alphabet smaller than the number of
        classes that occur, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> counts = [4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1]
    >>> print(estimate.entropy_from_counts(counts, method="miller_madow"))
    2.15259 ± 0.1 nats (miller_madow, n = 19)
      first-order bias correction from the observed classes; unseen classes are not accounted for

    References
    ----------
    Paninski, Estimation of Entropy and Mutual Information, 2003

    """
    found = estimate_entropy(
        class_counts("counts", counts, alphabet), entropy_estimator(method, alpha)
    )
    return found.in_base(base)


@documented(method=_METHOD)
def conditional_entropy_from_counts(
    joint: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Conditional entropy of y given x, from a table of counts.

    ``H(Y|X) = H(X,Y) - H(X)``, each by the method.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, exactly 0 where y has one class only.

    Raises
    ------
    LossaryError
        For negative or fractional counts, a table of other than two axes, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> joint = [[4, 2, 1, 1], [2, 4, 1, 1], [2, 2, 2, 2], [8, 0, 0, 0]]
    >>> float(estimate.conditional_entropy_from_counts(joint, method="plug_in", base=2))
    1.375

    References
    ----------
    Cover and Thomas, Elements of Information Theory, 2006, example 2.2.1

    """
    table = sparse_from_counts("joint", joint, 2)
    return estimate_combination(CONDITIONAL_ENTROPY, table, method, alpha).in_base(base)


@documented(method=_METHOD)
def mutual_information_from_counts(
    joint: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Mutual information of two variables, from a table of counts.

    ``I(X;Y) = H(X) + H(Y) - H(X,Y)``, each by the method. The plug-in is positive even for
    independent variables; ``"miller_madow"`` subtracts ``(m - r - c + 1) / 2n`` with the r rows, c
    columns and m cells that occur: ``(r - 1)(c - 1) / 2n`` for a full table, less for a sparse one.
    It is the default, as it costs nothing and is accurate where most cells hold several rows. A
    note says where the table is too sparse; there ``"jackknife"`` and ``"nsb"`` have less bias.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`: the plug-in is never negative, and exactly 0 for exact
    independence; a corrected estimate may be negative, which a note says. The standard error is
    valid away from independence; test for independence with :func:`g_test`.

    Raises
    ------
    LossaryError
        For negative or fractional counts, a table of other than two axes, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> joint = [[4, 2, 1, 1], [2, 4, 1, 1], [2, 2, 2, 2], [8, 0, 0, 0]]
    >>> float(estimate.mutual_information_from_counts(joint, method="plug_in", base=2))
    0.375

    References
    ----------
    Roulston, Estimating the Errors on Measured Entropy and Mutual Information, 1999

    """
    return estimate_combination(
        MUTUAL_INFORMATION, sparse_from_counts("joint", joint, 2), method, alpha
    ).in_base(base)


@documented(method=_METHOD)
def conditional_mutual_information_from_counts(
    joint: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Conditional mutual information of x and y given z, from a table of counts.

    ``I(X;Y|Z) = H(X,Z) + H(Y,Z) - H(X,Y,Z) - H(Z)``, each by the method.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y, z)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        For negative or fractional counts, a table of other than three axes, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> exclusive_or = [[[25, 0], [0, 25]], [[0, 25], [25, 0]]]
    >>> found = estimate.conditional_mutual_information_from_counts(
    ...     exclusive_or, method="plug_in", base=2
    ... )
    >>> float(found)
    1.0

    References
    ----------
    Wyner, A Definition of Conditional Mutual Information for Arbitrary Ensembles, 1978

    """
    table = sparse_from_counts("joint", joint, 3)
    return estimate_combination(CONDITIONAL_MUTUAL_INFORMATION, table, method, alpha).in_base(base)


@documented(method=_METHOD)
def normalized_mutual_information_from_counts(
    joint: Any,
    *,
    method: str = "plug_in",
    average: str = "arithmetic",
    alpha: float | None = None,
) -> Estimate:
    """Normalised mutual information of two variables, from a table of counts.

    ``I(X;Y) / mean(H(X), H(Y))`` within [0, 1], all three by the method.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate` within [0, 1]; a note says where it was clipped. Two
    constant variables are the same partition: 1. One constant variable: 0.

    Raises
    ------
    LossaryError
        For negative or fractional counts, a table of other than two axes, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> float(estimate.normalized_mutual_information_from_counts([[7, 0], [0, 3]]))
    1.0

    References
    ----------
    Vinh, Epps and Bailey, Information Theoretic Measures for Clusterings, 2010

    """
    return normalized(sparse_from_counts("joint", joint, 2), method, average, alpha)


def normalized(
    table: SparseJointTable,
    method: str,
    average: str = "arithmetic",
    alpha: float | None = None,
) -> Estimate:
    """Return the normalised mutual information of a joint table, within [0, 1]."""
    validation.choice("average", average, AVERAGES)
    shared = estimate_combination(MUTUAL_INFORMATION, table, method, alpha)
    constant = [table.occupied(axis) == 1 for axis in (0, 1)]
    found = Estimate(float(all(constant)), method, shared.n, None, "no unit", shared.bias)
    if all(constant):
        return found.noted("both columns have one label only: the same partition, 1 by convention")
    if any(constant):
        return found.noted(*shared.notes)
    ratio = _ratio(table, shared.value, average, entropy_estimator(method, alpha))
    clipped = min(max(ratio, 0.0), 1.0)
    found = replace(found, value=clipped).noted(*shared.notes)
    if abs(clipped - ratio) > 1e-12:
        return found.noted(f"clipped to [0, 1]: the ratio of the estimates is {ratio:.6g}")
    return found


def _ratio(
    table: SparseJointTable, shared: float, average: Any, estimator: EntropyEstimator
) -> float:
    if estimator.smooth:
        smoothed = estimator.smooth(table.to_dense(), table.class_counts(table.axes))
        return float(normalized_mutual_information(smoothed, normalize=True, average=average))
    x, y, both = (
        estimate_entropy(table.class_counts(axes), estimator).value for axes in ((0,), (1,), (0, 1))
    )
    divisor = {
        "arithmetic": (x + y) / 2,
        "geometric": sqrt(max(x * y, 0.0)),
        "min": min(x, y),
        "max": max(x, y),
        "joint": both,
    }[average]
    return shared / divisor if divisor > 0 else 0.0
