"""Entropy, conditional entropy and information, estimated from counts."""

from dataclasses import replace
from math import sqrt
from typing import Any

from lossary import validation
from lossary.estimate.entropy_estimators import (
    EntropyEstimator,
    entropy_estimator,
    estimate_entropy,
)
from lossary.estimate.entropy_sums import (
    CONDITIONAL_ENTROPY,
    CONDITIONAL_MUTUAL_INFORMATION,
    MUTUAL_INFORMATION,
    estimate_combination,
    smoothed_table,
)
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


def entropy_from_counts(
    counts: Any,
    *,
    method: str = "grassberger",
    base: float | None = None,
    alphabet: int | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Entropy of the distribution that counts were drawn from.

    The plug-in ``-Σ (c/n) log(c/n)`` is too low by about ``(classes - 1) / 2n``, and the other
    methods correct that. Grassberger's ``log n - (1/n) Σ c G(c)`` leaves the least bias of those
    that need no alphabet, on uniform, geometric and Zipf distributions alike: it is the default.

    Parameters
    ----------
    counts
        Whole numbers of shape ``(classes,)``; a zero is a class that may occur, but did not.
    method
        ``"plug_in"``, ``"miller_madow"``, ``"grassberger"``, ``"chao_shen"``, ``"jackknife"``,
        ``"nsb"``; the plug-in of smoothed frequencies: ``"james_stein"``, ``"jeffreys"`` (1/2 added
        to each count), ``"laplace"`` (1), ``"perks"`` (1/K), ``"minimax"`` (√n/K), or
        ``"dirichlet"`` with ``alpha``.
    base
        The base of the logarithm; nats without one.
    alphabet
        K, how many classes there may be, where more than the counts have places for.
    alpha
        The pseudo-count of each class, for ``"dirichlet"`` alone.

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
      the first order is corrected, by the classes that occur; unseen classes are missing

    References
    ----------
    Miller, Note on the Bias of Information Estimates, 1955; Grassberger, Entropy Estimates from
    Insufficient Samplings, 2003; Chao and Shen, Nonparametric Estimation of Shannon's Index of
    Diversity When There Are Unseen Species in Sample, 2003; Nemenman, Shafee and Bialek, Entropy
    and Inference, Revisited, 2002; Hausser and Strimmer, Entropy Inference and the James-Stein
    Estimator, 2009; Zahl, Jackknifing an Index of Diversity, 1977

    """
    found = estimate_entropy(
        class_counts("counts", counts, alphabet), entropy_estimator(method, alpha)
    )
    return found.in_base(base)


def conditional_entropy_from_counts(
    joint: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Entropy of y that is left once x is known, from a table of counts.

    ``H(Y|X) = H(X,Y) - H(X)``, each by the method.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y)``.
    method, base, alpha
        As for :func:`entropy_from_counts`; pseudo-counts are added to every cell.

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
    cells = sparse_from_counts("joint", joint, 2)
    return estimate_combination(CONDITIONAL_ENTROPY, cells, method, alpha).in_base(base)


def mutual_information_from_counts(
    joint: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Mutual information of two variables, from a table of counts.

    ``I(X;Y) = H(X) + H(Y) - H(X,Y)``, each by the method. Chance alone makes the plug-in positive;
    ``"miller_madow"`` takes off ``(m - r - c + 1) / 2n`` with the r rows, c columns and m cells
    that occur: ``(r - 1)(c - 1) / 2n`` for a full table, and not too much for a sparse one. It is
    the default, as it costs nothing and is right wherever cells are met several times. A note says
    where the table is too sparse for it; there ``"jackknife"`` and ``"nsb"`` keep less bias.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y)``.
    method, base, alpha
        As for :func:`entropy_from_counts`; pseudo-counts are added to every cell.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`: the plug-in is never negative, and exactly 0 for exact
    independence; what is corrected may be negative, and a note says so. The standard error holds
    away from independence, where :func:`g_test` is the test.

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


def conditional_mutual_information_from_counts(
    joint: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Mutual information of x and y once z is known, from a table of counts.

    ``I(X;Y|Z) = H(X,Z) + H(Y,Z) - H(X,Y,Z) - H(Z)``, each by the method.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y, z)``.
    method, base, alpha
        As for :func:`mutual_information_from_counts`.

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
    cells = sparse_from_counts("joint", joint, 3)
    return estimate_combination(CONDITIONAL_MUTUAL_INFORMATION, cells, method, alpha).in_base(base)


def normalized_mutual_information_from_counts(
    joint: Any,
    *,
    method: str = "plug_in",
    average: str = "arithmetic",
    alpha: float | None = None,
) -> Estimate:
    """Mutual information over a mean of the two entropies, from a table of counts: in [0, 1].

    ``I(X;Y) / mean(H(X), H(Y))``, all three by the method.

    Parameters
    ----------
    joint
        Counts of shape ``(x, y)``.
    method, alpha
        As for :func:`mutual_information_from_counts`.
    average
        What divides: a mean of the entropies (arithmetic, geometric), min, max, or joint.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, never outside [0, 1]: a note says where it was held
    there. Two columns of one label each are the same partition: 1. One such column: 0.

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
    cells: SparseJointTable, method: str, average: str, alpha: float | None = None
) -> Estimate:
    """Return the normalised mutual information of a joint table, within [0, 1]."""
    validation.choice("average", average, AVERAGES)
    shared = estimate_combination(MUTUAL_INFORMATION, cells, method, alpha)
    constant = [cells.occupied(a) == 1 for a in (0, 1)]
    found = Estimate(float(all(constant)), method, shared.n, None, "no unit", shared.bias)
    if all(constant):
        return found.noted("one label in either column: the same partition, which is 1")
    if any(constant):
        return found.noted(*shared.notes)
    ratio = _ratio(cells, shared.value, average, entropy_estimator(method, alpha), alpha)
    held = min(max(ratio, 0.0), 1.0)
    found = replace(found, value=held).noted(*shared.notes)
    if abs(held - ratio) > 1e-12:
        return found.noted(f"held within [0, 1]: the ratio of the estimates is {ratio:.6g}")
    return found


def _ratio(
    cells: SparseJointTable,
    shared: float,
    average: Any,
    entropy: EntropyEstimator,
    alpha: float | None,
) -> float:
    if entropy.fills:
        table = smoothed_table(cells, entropy, alpha)
        return float(normalized_mutual_information(table, normalize=True, average=average))
    x, y, both = (
        estimate_entropy(cells.class_counts(axes), entropy).value for axes in ((0,), (1,), (0, 1))
    )
    divisor = {
        "arithmetic": (x + y) / 2,
        "geometric": sqrt(max(x * y, 0.0)),
        "min": min(x, y),
        "max": max(x, y),
        "joint": both,
    }[average]
    return shared / divisor if divisor > 0 else 0.0
