"""Divergences of two samples' distributions, estimated from their counts."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

import numpy as np

from lossary import measures, validation
from lossary.estimate.entropy_estimators import (
    ENTROPY_ESTIMATORS,
    EntropyEstimator,
    entropy_estimator,
    estimate_entropy,
    require_no_alpha,
)
from lossary.estimate.parameter_docs import documented, quoted
from lossary.estimate.result import Estimate
from lossary.estimate.special_functions import digamma
from lossary.estimate.validated_counts import ClassCounts, class_counts
from lossary.measures.representations import as_counts
from lossary.measures.several_distributions import js_divergence

__all__ = [
    "DIVERGENCES_FROM_COUNTS",
    "DIVERGENCE_ESTIMATORS",
    "DivergenceEstimator",
    "divergence_methods",
    "js_divergence_from_counts",
    "kl_divergence_from_counts",
]

Array = np.ndarray[Any, Any]
Measure = Callable[..., Any]

_KL, _JS = "kl_divergence", "js_divergence"


@dataclass(frozen=True)
class DivergenceEstimator:
    """An estimator of one divergence from counts; beside it every method that smooths applies."""

    measure: str
    name: str
    compute: Callable[[Array, Array], float]
    bias: str


def _plug_in_kl(x: Array, y: Array) -> float:
    return float(measures.kl_divergence(x, y, normalize=True))


def _plug_in_js(x: Array, y: Array) -> float:
    return float(js_divergence(x, y, normalize=True))


def _zhang_grabchak(x: Array, y: Array) -> float:
    n, m = int(x.sum()), int(y.sum())
    x, y = x[x > 0], y[x > 0]
    terms = digamma(m + 1) - digamma(y + 1) - digamma(n) + digamma(x)
    return float(x @ terms) / n


def _miller_madow(x: Array, y: Array) -> float:
    return _plug_in_js(x, y) - _first_order_bias(x, y)


_UNCORRECTED = "no bias correction: positive even for equal distributions"

DIVERGENCE_ESTIMATORS: dict[tuple[str, str], DivergenceEstimator] = {
    (e.measure, e.name): e
    for e in (
        DivergenceEstimator(
            _KL,
            "zhang_grabchak",
            _zhang_grabchak,
            "the bias falls off exponentially with the sample sizes, except for unseen classes",
        ),
        DivergenceEstimator(_KL, "plug_in", _plug_in_kl, _UNCORRECTED),
        DivergenceEstimator(
            _JS,
            "miller_madow",
            _miller_madow,
            "first-order bias correction from the observed classes",
        ),
        DivergenceEstimator(_JS, "plug_in", _plug_in_js, _UNCORRECTED),
    )
}
"""The estimators of divergences from counts by the measure and their names."""


def divergence_methods(measure: str) -> tuple[str, ...]:
    """Return the methods of a divergence: its own, and the estimators of entropy that apply."""
    own = [name for of, name in DIVERGENCE_ESTIMATORS if of == measure]
    smooth = [name for name, e in ENTROPY_ESTIMATORS.items() if e.smooth]
    sums = [name for name in ENTROPY_ESTIMATORS if name not in {*own, *smooth}]
    return (*own, *smooth, *(sums if measure == _JS else ()))


@documented(method=f"One of {quoted(divergence_methods(_KL))}.")
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
    m, has a bias that falls off exponentially. The plug-in's is about ``(K - 1)/2 · (1/n + 1/m)``,
    and infinite as soon as a class of p was not drawn from q. The methods that smooth take the
    plug-in of smoothed frequencies.

    Parameters
    ----------
    p, q
        Counts of shape ``(classes,)``, the classes in the same order.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, with the delta method's standard error where every class
    of p occurs in q. A corrected estimate may be negative, which a note says.

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
    value, bias = _value(_KL, x, y, method, alpha)
    found = Estimate(value, method, int(x.sum()), _kl_error(x, y), bias=bias)
    lacking = int(((x > 0) & (y == 0)).sum())
    if lacking:
        found = found.noted(
            f"{lacking} of {int((x > 0).sum())} classes of p do not occur in q: the divergence is "
            "infinite if their probability under q is 0"
        )
    return found.noted(_note_on_sign(value)).in_base(base)


@documented(method=f"One of {quoted(divergence_methods(_JS))}.")
def js_divergence_from_counts(
    p: Any,
    q: Any,
    *,
    method: str = "miller_madow",
    base: float | None = None,
    alpha: float | None = None,
) -> Estimate:
    """Jensen-Shannon divergence of the distributions that two samples' counts were drawn from.

    ``H((p + q)/2) - H(p)/2 - H(q)/2``, within [0, log 2]. The plug-in is positive even for samples
    of one distribution; ``"miller_madow"`` subtracts the expected excess in first order, for
    samples of any two sizes. The methods that smooth take the plug-in of smoothed frequencies; all
    others estimate the three entropies, and need samples of equal size.

    Parameters
    ----------
    p, q
        Counts of shape ``(classes,)``, the classes in the same order.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, with the delta method's standard error, valid away from
    equal distributions. A corrected estimate may be negative, which a note says.

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
    value, bias = _value(_JS, x, y, method, alpha)
    found = Estimate(value, method, int(x.sum() + y.sum()), _js_error(x, y), bias=bias)
    above = ""
    if value > log(2):
        above = f"above its upper bound, log 2 = {log(2):.6g} nats"
    return found.noted(_note_on_sign(value), above).in_base(base)


DIVERGENCES_FROM_COUNTS: dict[str, Callable[..., Estimate]] = {
    _KL: kl_divergence_from_counts,
    _JS: js_divergence_from_counts,
}
"""The divergences from counts by their names."""


def _pair(p: Any, q: Any) -> tuple[Array, Array]:
    x, y = (validation.to_numpy(as_counts(n, v)) for n, v in (("p", p), ("q", q)))
    validation.same_shape(p=x, q=y)
    for name, counts in (("p", x), ("q", y)):
        class_counts(name, counts)
    return x.astype(np.int64), y.astype(np.int64)


def _note_on_sign(value: float) -> str:
    return "negative estimate: the bias correction exceeds the signal" if value < 0 else ""


def _value(measure: str, x: Array, y: Array, method: Any, alpha: float | None) -> tuple[float, str]:
    """Return a divergence by a method, and its bias in words."""
    methods = divergence_methods(measure)
    if not isinstance(method, str) or method not in methods:
        title = "Kullback-Leibler" if measure == _KL else "Jensen-Shannon"
        raise validation.unknown_name(method, methods, f"estimator of the {title} divergence")
    own = DIVERGENCE_ESTIMATORS.get((measure, method))
    if own is not None:
        require_no_alpha(method, alpha)
        return own.compute(x, y), own.bias
    estimator = entropy_estimator(method, alpha)
    if estimator.smooth is None:
        return _from_entropies(x, y, estimator)
    p, q = (estimator.smooth(c, ClassCounts(c[c > 0], len(c), alphabet_given=True)) for c in (x, y))
    value = (_plug_in_kl if measure == _KL else _plug_in_js)(p, q)
    return value, "both distributions are smoothed: biased towards equal classes"


def _from_entropies(x: Array, y: Array, estimator: EntropyEstimator) -> tuple[float, str]:
    n, m = int(x.sum()), int(y.sum())
    if n != m:
        message = (
            f"method={estimator.name!r} needs samples of equal size, so that their sum is a sample "
            f"of the mixture, got {n} and {m} observations: pass method='miller_madow'"
        )
        raise validation.LossaryError(message)
    both, p, q = (
        estimate_entropy(class_counts("counts", c), estimator).value for c in (x + y, x, y)
    )
    return both - (p + q) / 2, f"of each entropy: {estimator.bias}"


def _first_order_bias(x: Array, y: Array) -> float:
    """Return the bias of the plug-in JS divergence, from its entropies to the first order.

    The variance of a share of the mixture is a quarter of the two samples' summed variances.
    """
    n, m = int(x.sum()), int(y.sum())
    there = (x + y) > 0
    p, q = x[there] / n, y[there] / m
    variance = (p * (1 - p) / n + q * (1 - q) / m) / 4
    mixed = float(np.sum(variance / ((p + q) / 2))) / 2
    own = ((x > 0).sum() - 1) / (4 * n) + ((y > 0).sum() - 1) / (4 * m)
    return float(own) - mixed


def _kl_error(x: Array, y: Array) -> float | None:
    """Return the plug-in's standard error, None where a class of p does not occur in q."""
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
