"""Divergences of two samples: of labels by counts, of numbers by neighbours."""

from dataclasses import replace
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate import divergences_from_counts, mixed_neighbours, neighbours
from lossary.estimate.column_kinds import Column, as_column
from lossary.estimate.joint_table_from_labels import (
    column_notes,
    counts_over_union,
    preferred,
    require_method,
)
from lossary.estimate.result import Estimate

__all__ = ["js_divergence", "kl_divergence"]


def kl_divergence(
    p_samples: Any,
    q_samples: Any,
    *,
    method: str | None = None,
    kind: str | None = None,
    k: int = 3,
    base: float | None = None,
    alpha: float | None = None,
    missing: str = "error",
) -> Estimate:
    """Kullback-Leibler divergence of one sample's distribution from another's.

    Of labels by counts, as :func:`kl_divergence_from_counts`; of numbers by the distances to the
    k-th nearest in either sample, as Wang, Kulkarni and Verdú.

    Parameters
    ----------
    p_samples, q_samples
        Two columns of one kind, of any lengths; numbers also of shape ``(n, d)``.
    method
        A method of :func:`kl_divergence_from_counts`, for labels.
    kind
        ``"discrete"`` or ``"continuous"``; told by the dtypes unless given.
    k
        How many neighbours to look at, for numbers.
    base
        The base of the logarithm; nats without one.
    alpha
        The pseudo-count of each label, for ``"dirichlet"`` alone.
    missing
        What to do with missing labels: ``"error"``, ``"category"``, ``"drop"``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        For samples of different kinds, missing values, too few rows for k, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> p, q = ["a"] * 50 + ["b"] * 50, ["a"] * 75 + ["b"] * 25
    >>> round(float(estimate.kl_divergence(p, q, method="plug_in")), 6)
    0.143841

    References
    ----------
    Kullback and Leibler, On Information and Sufficiency, 1951

    """
    columns = _of_one_kind(p_samples, q_samples, kind)
    if columns[0].discrete:
        p, q = counts_over_union(*columns, missing=missing)
        found = divergences_from_counts.kl_divergence_from_counts(
            p, q, method=preferred(method, "zhang_grabchak"), alpha=alpha
        )
    else:
        require_method("the samples are continuous", method, ("wang_kulkarni_verdu",), alpha=alpha)
        found = neighbours.kl_divergence(*(c.values for c in columns), k=k)
    return found.noted(*column_notes(*columns)).in_base(base)


def js_divergence(
    p_samples: Any,
    q_samples: Any,
    *,
    method: str | None = None,
    kind: str | None = None,
    k: int = 3,
    base: float | None = None,
    alpha: float | None = None,
    missing: str = "error",
) -> Estimate:
    """Jensen-Shannon divergence of the distributions of two samples.

    Of labels by counts, as :func:`js_divergence_from_counts`. Of numbers, what a value tells of the
    sample it came from, by Ross's estimator: the weights of the two distributions are then the
    samples' shares of all rows.

    Parameters
    ----------
    p_samples, q_samples
        Two columns of one kind, of any lengths; numbers also of shape ``(n, d)``.
    method
        A method of :func:`js_divergence_from_counts`, for labels.
    kind, k, base, alpha, missing
        As for :func:`kl_divergence`.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        As for :func:`kl_divergence`.

    Examples
    --------
    >>> from lossary import estimate
    >>> p, q = ["a", "b"] * 50, ["b", "c"] * 50
    >>> float(estimate.js_divergence(p, q, method="plug_in", base=2))
    0.5

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991; Ross, Mutual Information between
    Discrete and Continuous Data Sets, 2014

    """
    columns = _of_one_kind(p_samples, q_samples, kind)
    if columns[0].discrete:
        p, q = counts_over_union(*columns, missing=missing)
        found = divergences_from_counts.js_divergence_from_counts(
            p, q, method=preferred(method, "miller_madow"), alpha=alpha
        )
    else:
        require_method("the samples are continuous", method, ("ross",), alpha=alpha)
        found = _by_origin(*columns, k=k)
    return found.noted(*column_notes(*columns)).in_base(base)


def _of_one_kind(p: Any, q: Any, kind: str | None) -> tuple[Column, Column]:
    columns = as_column("p_samples", p, kind), as_column("q_samples", q, kind)
    if columns[0].kind != columns[1].kind:
        message = (
            f"the samples must be of one kind, but p_samples is {columns[0].kind} and q_samples "
            f"{columns[1].kind}: say kind="
        )
        raise validation.LossaryError(message)
    return columns


def _by_origin(p: Column, q: Column, k: int) -> Estimate:
    """Return what values tell of the sample that they came from."""
    origin = np.repeat([0, 1], [p.rows, q.rows])
    if p.values.shape[1:] != q.values.shape[1:]:
        message = (
            "the samples must have the same number of columns, got shapes "
            f"{p.values.shape} and {q.values.shape}"
        )
        raise validation.LossaryError(message)
    found = mixed_neighbours.ross(origin, np.concatenate([p.values, q.values]), k=k)
    share = p.rows / found.n
    note = f"the weights are the samples' shares of all rows, {share:.4g} and {1 - share:.4g}"
    return replace(found, notes=()).noted(note if p.rows != q.rows else "")
