"""Divergences of two samples: discrete ones by their counts, continuous ones by neighbours."""

from typing import Any

from lossary import validation
from lossary.estimate.column_kinds import as_column
from lossary.estimate.divergences_from_counts import (
    DIVERGENCES_FROM_COUNTS,
    divergence_methods,
)
from lossary.estimate.measures_of_labels import column_notes, sample_counts
from lossary.estimate.method_validation import require_method
from lossary.estimate.neighbour_registry import NEIGHBOUR_ESTIMATORS, neighbour_methods
from lossary.estimate.parameter_docs import documented, quoted
from lossary.estimate.result import Estimate

__all__ = ["js_divergence", "kl_divergence"]


def _methods(measure: str) -> str:
    return (
        f"The estimator. Discrete samples: {quoted(divergence_methods(measure))}. Continuous "
        f"samples: {quoted(neighbour_methods(measure))}. The default is the first of them."
    )


@documented(method=_methods("kl_divergence"))
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

    ``Σ p log(p / q)`` of discrete samples, as by :func:`kl_divergence_from_counts`; of continuous
    samples ``∫ p log(p / q)``, from the distances to the k-th neighbour in either sample.

    Parameters
    ----------
    p_samples, q_samples
        Two columns of one kind, of any lengths; continuous ones also of shape ``(n, d)``.

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
    found = _divergence(
        "kl_divergence", (p_samples, q_samples), kind, method, k=k, alpha=alpha, missing=missing
    )
    return found.in_base(base)


@documented(method=_methods("js_divergence"))
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

    ``H((p + q)/2) - H(p)/2 - H(q)/2`` of discrete samples, as by :func:`js_divergence_from_counts`.
    Of continuous samples, the mutual information of a value and the sample that it comes from, by
    Ross's estimator: the weights of the distributions are then the samples' shares of all rows.

    Parameters
    ----------
    p_samples, q_samples
        Two columns of one kind, of any lengths; continuous ones also of shape ``(n, d)``.

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
    found = _divergence(
        "js_divergence", (p_samples, q_samples), kind, method, k=k, alpha=alpha, missing=missing
    )
    return found.in_base(base)


def _divergence(
    measure: str,
    samples: tuple[Any, Any],
    kind: str | None,
    method: str | None,
    *,
    k: int,
    alpha: float | None,
    missing: str,
) -> Estimate:
    """Return a divergence of two samples of one kind, in nats."""
    p, q = (as_column(n, v, kind) for n, v in zip(("p_samples", "q_samples"), samples, strict=True))
    if p.kind != q.kind:
        message = (
            f"the samples must be of one kind, but p_samples is {p.kind} and q_samples {q.kind}: "
            f"pass kind='{q.kind}' or convert one of them"
        )
        raise validation.LossaryError(message)
    if p.discrete:
        counts = sample_counts(p, q, missing=missing)
        method = divergence_methods(measure)[0] if method is None else method
        found = DIVERGENCES_FROM_COUNTS[measure](*counts, method=method, alpha=alpha)
    else:
        allowed = neighbour_methods(measure)
        require_method("the samples are continuous", method, allowed, alpha=alpha)
        estimator = NEIGHBOUR_ESTIMATORS[measure, method or allowed[0]]
        found = estimator.compute(p.values, q.values, k=k)
    return found.noted(*column_notes(p, q))
