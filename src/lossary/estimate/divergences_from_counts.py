"""Divergences of two samples' distributions, estimated from their counts."""

from collections.abc import Callable, Collection
from math import log, sqrt
from typing import Any

import numpy as np

from lossary import measures, validation
from lossary.estimate.entropy_estimators import (
    entropy_estimator,
    estimate_entropy,
    pseudo_count,
    shrinkage_intensity,
)
from lossary.estimate.result import Estimate
from lossary.estimate.special_functions import digamma
from lossary.estimate.validated_counts import ClassCounts, class_counts
from lossary.measures.representations import as_counts
from lossary.measures.several_distributions import js_divergence

__all__ = ["js_divergence_from_counts", "kl_divergence_from_counts"]

Array = np.ndarray[Any, Any]
Measure = Callable[..., Any]

_SMOOTHED = ("james_stein", "jeffreys", "laplace", "perks", "minimax", "dirichlet")
_KL = ("zhang_grabchak", "plug_in", *_SMOOTHED)
_JS = ("miller_madow", "plug_in", *_SMOOTHED)
_SUMS = ("grassberger", "chao_shen", "nsb", "jackknife")


def kl_divergence_from_counts(
    p: Any,
    q: Any,
    *,
    method: str = "zhang_grabchak",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Kullback-Leibler divergence of the distributions that two samples' counts were drawn from.

    Zhang and Grabchak's ``Σ (c/n) [ψ(m + 1) - ψ(d + 1) - ψ(n) + ψ(c)]``, of counts c of n and d of
    m, has a bias that falls off exponentially, where the plug-in's is about ``(K - 1)/2 · (1/n +
    1/m)``, and infinite as soon as a class of p was not drawn from q.

    Parameters
    ----------
    p, q
        Counts of shape ``(classes,)``, the classes in the same order.
    method
        ``"zhang_grabchak"``, ``"plug_in"``, or the plug-in of smoothed frequencies:
        ``"james_stein"``, ``"jeffreys"``, ``"laplace"``, ``"perks"``, ``"minimax"``, or
        ``"dirichlet"`` with ``alpha``.
    base
        The base of the logarithm; nats without one.
    alpha
        The pseudo-count of each class, for ``"dirichlet"`` alone.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, with the delta method's standard error where every class
    of p occurs in q. What is corrected may be negative, and a note says so.

    Raises
    ------
    LossaryError
        For negative or fractional counts, unequal lengths, no observation, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> found = estimate.kl_divergence_from_counts([2, 2, 6], [10, 40, 50], method="plug_in")
    >>> round(float(found), 9)
    0.109392934

    References
    ----------
    Zhang and Grabchak, Nonparametric Estimation of Kullback-Leibler Divergence, 2014

    """
    x, y = _pair(p, q)
    if not _among(method, _KL):
        raise validation.unknown_name(method, _KL, "estimator of the Kullback-Leibler divergence")
    if method == "zhang_grabchak":
        _no_alpha(method, alpha)
        value = _zhang_grabchak(x, y)
        bias = "the bias falls off exponentially with the samples, but for classes never drawn"
    else:
        value, bias = _of_shares(measures.kl_divergence, x, y, method, alpha)
    found = Estimate(value, method, int(x.sum()), _kl_error(x, y), bias=bias)
    lacking = int(((x > 0) & (y == 0)).sum())
    if lacking:
        found = found.noted(
            f"{lacking} of {int((x > 0).sum())} classes of p do not occur in q: if q lacks them, "
            "the divergence is infinite"
        )
    return found.noted(_below_zero(value)).in_base(base)


def js_divergence_from_counts(
    p: Any,
    q: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Jensen-Shannon divergence of the distributions that two samples' counts were drawn from.

    ``H((p + q)/2) - H(p)/2 - H(q)/2``, within [0, log 2]. The plug-in of two samples of one
    distribution is positive by chance; ``"miller_madow"`` takes off what is expected in first
    order, for samples of any two sizes.

    Parameters
    ----------
    p, q
        Counts of shape ``(classes,)``, the classes in the same order.
    method
        ``"miller_madow"``, ``"plug_in"``; the plug-in of smoothed frequencies: ``"james_stein"``,
        ``"jeffreys"``, ``"laplace"``, ``"perks"``, ``"minimax"``, or ``"dirichlet"`` with
        ``alpha``; for samples of equal size, also ``"grassberger"``, ``"chao_shen"``, ``"nsb"``
        and ``"jackknife"``, as the sum of three entropies.
    base
        The base of the logarithm; nats without one.
    alpha
        The pseudo-count of each class, for ``"dirichlet"`` alone.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, with the delta method's standard error, which holds away
    from equal distributions. What is corrected may be negative, and a note says so.

    Raises
    ------
    LossaryError
        For negative or fractional counts, unequal lengths, no observation, an unknown method.

    Examples
    --------
    >>> from lossary import estimate
    >>> found = estimate.js_divergence_from_counts(
    ...     [50, 50, 0], [0, 50, 50], method="plug_in", base=2
    ... )
    >>> float(found)
    0.5

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991; Grosse et al., Analysis of Symbolic
    Sequences Using the Jensen-Shannon Divergence, 2002

    """
    x, y = _pair(p, q)
    if not _among(method, (*_JS, *_SUMS)):
        raise validation.unknown_name(
            method, (*_JS, *_SUMS), "estimator of the Jensen-Shannon divergence"
        )
    if method in _SUMS:
        _no_alpha(method, alpha)
        value, bias = _of_entropies(x, y, method)
    elif method == "miller_madow":
        _no_alpha(method, alpha)
        value = float(js_divergence(x, y, normalize=True)) - _js_bias(x, y)
        bias = "the first order is corrected, by the classes that occur"
    else:
        value, bias = _of_shares(js_divergence, x, y, method, alpha)
    found = Estimate(value, method, int(x.sum() + y.sum()), _js_error(x, y), bias=bias)
    above = f"above log 2, {log(2):.6g} nats, which no true value is" if value > log(2) else ""
    return found.noted(_below_zero(value), above).in_base(base)


def _among(method: Any, known: Collection[str]) -> bool:
    """Tell whether a method is one that is known by its name."""
    return isinstance(method, str) and method in known


def _pair(p: Any, q: Any) -> tuple[Array, Array]:
    x, y = (validation.to_numpy(as_counts(n, v)) for n, v in (("p", p), ("q", q)))
    validation.same_shape(p=x, q=y)
    for name, counts in (("p", x), ("q", y)):
        class_counts(name, counts)
    return x.astype(np.int64), y.astype(np.int64)


def _no_alpha(method: str, alpha: float | None) -> None:
    if alpha is not None:
        message = f"alpha is the pseudo-count of the method 'dirichlet', and {method!r} takes none"
        raise validation.LossaryError(message)


def _below_zero(value: float) -> str:
    return "below 0, which no true value is: no evidence of a difference" if value < 0 else ""


def _zhang_grabchak(x: Array, y: Array) -> float:
    n, m = int(x.sum()), int(y.sum())
    x, y = x[x > 0], y[x > 0]
    terms = digamma(m + 1) - digamma(y + 1) - digamma(n) + digamma(x)
    return float(x @ terms) / n


def _of_shares(
    measure: Measure, x: Array, y: Array, method: str, alpha: float | None
) -> tuple[float, str]:
    """Return the measure of counts as they are, or of both smoothed."""
    if method == "plug_in":
        _no_alpha(method, alpha)
        bias = "nothing is corrected: chance alone makes it positive"
        return float(measure(x, y, normalize=True)), bias
    bias = "pulled towards equal classes by what each is given"
    p, q = (_smoothed(c, method, alpha) for c in (x, y))
    return float(measure(p, q, normalize=True)), bias


def _smoothed(counts: Array, method: str, alpha: float | None) -> Array:
    t = ClassCounts(counts[counts > 0], len(counts), alphabet_given=True)
    if method == "james_stein":
        entropy_estimator(method, alpha)
        pull = shrinkage_intensity(t)
        shrunk: Array = pull / t.classes + (1 - pull) * counts / t.n
        return shrunk
    pseudo = pseudo_count(method, alpha, t)
    return counts + (pseudo or 0.0)


def _of_entropies(x: Array, y: Array, method: str) -> tuple[float, str]:
    n, m = int(x.sum()), int(y.sum())
    if n != m:
        message = (
            f"the method {method!r} needs two samples of one size, so that their sum is a sample "
            f"of the mixture, got {n} and {m}: take 'miller_madow' or 'plug_in'"
        )
        raise validation.LossaryError(message)
    entropy = entropy_estimator(method)
    both, p, q = (estimate_entropy(class_counts("counts", c), entropy).value for c in (x + y, x, y))
    return both - (p + q) / 2, f"of each entropy: {entropy.bias}"


def _js_bias(x: Array, y: Array) -> float:
    """Return the plug-in's expected excess: that of its entropies, to the first order.

    A share of the mixture varies by a quarter of the two samples' own variances.
    """
    n, m = int(x.sum()), int(y.sum())
    there = (x + y) > 0
    p, q = x[there] / n, y[there] / m
    variance = (p * (1 - p) / n + q * (1 - q) / m) / 4
    mixed = float(np.sum(variance / ((p + q) / 2))) / 2
    own = ((x > 0).sum() - 1) / (4 * n) + ((y > 0).sum() - 1) / (4 * m)
    return float(own) - mixed


def _kl_error(x: Array, y: Array) -> float | None:
    """Return the delta method's error of the plug-in, None where a class of p is not in q."""
    if ((x > 0) & (y == 0)).any():
        return None
    n, m = int(x.sum()), int(y.sum())
    there = x > 0
    p, q = x[there] / n, y[there] / m
    of_p = _variance(p, np.log(p / q))
    of_q = float(np.sum(p * p / q)) - 1
    return sqrt(of_p / n + max(of_q, 0.0) / m) or None


def _js_error(x: Array, y: Array) -> float | None:
    n, m = int(x.sum()), int(y.sum())
    error = 0.0
    for own, size, other in ((x / n, n, y / m), (y / m, m, x / n)):
        there = own > 0
        p, mixture = own[there], (own + other)[there] / 2
        error += _variance(p, np.log(p / mixture) / 2) / size
    return sqrt(error) or None


def _variance(p: Array, local: Array) -> float:
    return float(p @ (local - p @ local) ** 2)
