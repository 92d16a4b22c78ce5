"""Estimators of entropy from counts: one registry entry each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.nsb import dirichlet_moments, nsb
from lossary.estimate.result import Estimate
from lossary.estimate.special_functions import digamma
from lossary.estimate.validated_counts import ClassCounts
from lossary.formulas.record import POSITIVE
from lossary.measures import entropy_from_counts

__all__ = [
    "ENTROPY_ESTIMATORS",
    "EntropyEstimator",
    "entropy_estimator",
    "estimate_entropy",
    "require_no_alpha",
]

Array = np.ndarray[Any, Any]
ValueAndError = tuple[float, float | None]
Contributions = Callable[[Array, int], Array]


@dataclass(frozen=True)
class EntropyEstimator:
    """An estimator of entropy from counts, a ``method=`` of every measure of counts or labels.

    ``compute`` returns the entropy in nats and its standard error (None where no formula is known);
    ``bias`` says what is corrected and what remains; ``summary`` and ``source`` are for docstrings.
    With ``needs_alphabet`` the estimate depends on the number of classes that do not occur.
    ``contributions`` returns the contribution of one row of each class, whose spread gives the
    standard error of sums of entropies. ``smooth`` returns smoothed frequencies or counts of all
    classes, for methods that smooth; ``with_alpha`` the estimator for a value of ``alpha=``.
    """

    name: str
    summary: str
    source: str
    compute: Callable[[ClassCounts], ValueAndError]
    bias: str
    needs_alphabet: bool = False
    contributions: Contributions | None = None
    smooth: Callable[[Array, ClassCounts], Array] | None = None
    with_alpha: "Callable[[float], EntropyEstimator] | None" = None


def _delta_error(sample: ClassCounts, contributions: Contributions) -> float | None:
    """Return the standard error by the delta method: the rows' standard deviation over root n.

    None where all rows contribute the same: the first-order term vanishes.
    """
    values, times = sample.grouped
    if len(values) == 1:
        return None
    rows, own = values * times, contributions(values, sample.n)
    mean = (rows @ own) / sample.n
    return sqrt(float(rows @ (own - mean) ** 2)) / sample.n


def _self_information(counts: Array, n: int) -> Array:
    terms: Array = -np.log(counts / n)
    return terms


def _plug_in(sample: ClassCounts) -> ValueAndError:
    return float(entropy_from_counts(sample.counts)), _delta_error(sample, _self_information)


def _miller_madow(sample: ClassCounts) -> ValueAndError:
    value, error = _plug_in(sample)
    return value + (sample.occurring - 1) / (2 * sample.n), error


def _grassberger_terms(counts: Array, n: int) -> Array:
    """Return log n - G(count), Grassberger's estimate of the self-information."""
    alternating = np.where(counts % 2 == 0, 0.5, -0.5)
    g = digamma(counts) + alternating * (digamma((counts + 1) / 2) - digamma(counts / 2))
    terms: Array = log(n) - g
    return terms


def _grassberger(sample: ClassCounts) -> ValueAndError:
    values, times = sample.grouped
    value = float((values * times) @ _grassberger_terms(values, sample.n)) / sample.n
    return value, _delta_error(sample, _grassberger_terms)


def _chao_shen(sample: ClassCounts) -> ValueAndError:
    n, (values, times) = sample.n, sample.grouped
    # With singletons alone the estimated coverage is 0: one of them is counted as seen twice.
    unseen = min(sample.singletons, n - 1) if n > 1 else 0
    p = (1 - unseen / n) * values / n
    with np.errstate(divide="ignore"):
        seen = -np.expm1(n * np.log1p(-p))
    return float(-np.sum(times * p * np.log(p) / seen)), None


def _shrinkage_intensity(sample: ClassCounts) -> float:
    """Return the weight of the uniform distribution in James and Stein's estimate."""
    if sample.n < 2:
        return 1.0
    values, times = sample.grouped
    p, target = values / sample.n, 1 / sample.classes
    distance = times @ (p - target) ** 2 + sample.absent * target**2
    variance = times @ (p * (1 - p)) / (sample.n - 1)
    return 1.0 if distance == 0 else min(1.0, float(variance / distance))


def _shrink(counts: Array, sample: ClassCounts) -> Array:
    weight = _shrinkage_intensity(sample)
    shrunk: Array = weight / sample.classes + (1 - weight) * counts / sample.n
    return shrunk


def _entropy_of_shares(sample: ClassCounts, seen: Array, unseen: float) -> float:
    """Return the entropy of shares, given for each distinct count and for an absent class."""
    _, times = sample.grouped
    absent = sample.absent * unseen * log(unseen) if sample.absent and unseen > 0 else 0.0
    return float(-(times @ (seen * np.log(seen))) - absent)


def _james_stein(sample: ClassCounts) -> ValueAndError:
    weight = _shrinkage_intensity(sample)
    uniform = weight / sample.classes
    seen = (1 - weight) * sample.grouped[0] / sample.n + uniform
    return _entropy_of_shares(sample, seen, uniform), None


def _dirichlet(sample: ClassCounts, alpha: float) -> ValueAndError:
    total = sample.n + alpha * sample.classes
    value = _entropy_of_shares(sample, (sample.grouped[0] + alpha) / total, alpha / total)
    _, variance = dirichlet_moments(sample, np.array([alpha]))
    return value, sqrt(max(float(variance[0]), 0.0))


def _last_row(counts: Any) -> Array:
    """Return c log c - (c - 1) log(c - 1): the share of a class's last row in the sum."""
    c = np.asarray(counts, dtype=np.float64)
    added: Array = np.log(c) - (c - 1) * np.log1p(-1 / np.maximum(c, 2))
    return added


def _jackknife_terms(counts: Array, n: int) -> Array:
    """Return pseudo-values, scaled so that their deviation gives the jackknife's standard error."""
    return (_last_row(n) - _last_row(counts)) * sqrt(n / (n - 1))


def _jackknife(sample: ClassCounts) -> ValueAndError:
    """Return ``n H - (n - 1) <H without a row>``, with the terms that cancel left out."""
    values, times = sample.grouped
    value = float((values * times) @ (_last_row(sample.n) - _last_row(values))) / sample.n
    return value, _delta_error(sample, _jackknife_terms)


def _pseudo_count(
    name: str, summary: str, pseudo: Callable[[ClassCounts], float]
) -> EntropyEstimator:
    return EntropyEstimator(
        name,
        summary,
        "Hausser and Strimmer, Entropy Inference and the James-Stein Estimator, 2009",
        lambda sample: _dirichlet(sample, pseudo(sample)),
        "biased towards equal classes by the prior; the standard error is the posterior's",
        needs_alphabet=True,
        smooth=lambda counts, sample: counts + pseudo(sample),
    )


def _dirichlet_estimator(alpha: float = 1.0) -> EntropyEstimator:
    found = _pseudo_count("dirichlet", "``alpha`` added to each count", lambda _: alpha)
    return replace(found, with_alpha=_dirichlet_estimator)


ENTROPY_ESTIMATORS: dict[str, EntropyEstimator] = {
    e.name: e
    for e in (
        EntropyEstimator(
            "plug_in",
            "the entropy of the observed frequencies",
            "Basharin, On a Statistical Estimate for the Entropy of a Sequence of Independent "
            "Random Variables, 1959",
            _plug_in,
            "no bias correction: too low by about (classes - 1) / 2n, more with rare classes",
            contributions=_self_information,
        ),
        EntropyEstimator(
            "miller_madow",
            "the plug-in plus its first-order bias, ``(classes - 1) / 2n``",
            "Miller, Note on the Bias of Information Estimates, 1955",
            _miller_madow,
            "first-order bias correction from the observed classes; unseen classes are not "
            "accounted for",
            contributions=_self_information,
        ),
        EntropyEstimator(
            "grassberger",
            "``log n - (1/n) Σ c G(c)``, the least bias of those without an alphabet",
            "Grassberger, Entropy Estimates from Insufficient Samplings, 2003",
            _grassberger,
            "bias-corrected; residual bias from classes with an expected count below 1",
            contributions=_grassberger_terms,
        ),
        EntropyEstimator(
            "chao_shen",
            "weighted by the coverage that the number of singletons suggests",
            "Chao and Shen, Nonparametric Estimation of Shannon's Index of Diversity When There "
            "Are Unseen Species in Sample, 2003",
            _chao_shen,
            "corrected for unseen classes by the coverage estimated from singletons",
        ),
        EntropyEstimator(
            "james_stein",
            "the plug-in of frequencies shrunk towards equal classes",
            "Hausser and Strimmer, Entropy Inference and the James-Stein Estimator, 2009",
            _james_stein,
            "biased towards equal classes, with a weight estimated from the counts' variance",
            needs_alphabet=True,
            smooth=_shrink,
        ),
        EntropyEstimator(
            "nsb",
            "the posterior mean under a prior nearly uniform in entropy",
            "Nemenman, Shafee and Bialek, Entropy and Inference, Revisited, 2002",
            nsb,
            "posterior mean under a prior uniform in entropy; the standard error is the "
            "posterior's",
            needs_alphabet=True,
        ),
        _pseudo_count("jeffreys", "1/2 added to each count", lambda _: 0.5),
        _pseudo_count("laplace", "1 added to each count", lambda _: 1.0),
        _pseudo_count("perks", "1/K added to each count", lambda sample: 1 / sample.classes),
        _pseudo_count(
            "minimax", "√n/K added to each count", lambda sample: sqrt(sample.n) / sample.classes
        ),
        EntropyEstimator(
            "jackknife",
            "the plug-in corrected by leaving out one row at a time",
            "Zahl, Jackknifing an Index of Diversity, 1977",
            _jackknife,
            "bias of order 1/n corrected by leaving out one row at a time; rare classes keep a "
            "bias",
            contributions=_jackknife_terms,
        ),
        _dirichlet_estimator(),
    )
}
"""The estimators of entropy by their names."""


def entropy_estimator(method: Any, alpha: float | None = None) -> EntropyEstimator:
    """Return an estimator by its name, with its pseudo-count alpha where it takes one."""
    if not isinstance(method, str) or method not in ENTROPY_ESTIMATORS:
        raise validation.unknown_name(method, ENTROPY_ESTIMATORS, "estimator of entropy")
    found = ENTROPY_ESTIMATORS[method]
    if found.with_alpha is None:
        require_no_alpha(method, alpha)
        return found
    if alpha is None:
        message = (
            f"method={method!r} needs alpha, the pseudo-count of each class, a number above 0: "
            "pass alpha=0.5, for example"
        )
        raise validation.LossaryError(message)
    return found.with_alpha(float(validation.single("alpha", alpha, POSITIVE)))


def require_no_alpha(method: str, alpha: float | None) -> None:
    """Require that no pseudo-count is given to a method without one."""
    if alpha is not None:
        message = (
            f"alpha is the pseudo-count of method='dirichlet', but method={method!r} has none: "
            f"got alpha={validation.shown(alpha)}"
        )
        raise validation.LossaryError(message)


def estimate_entropy(sample: ClassCounts, estimator: EntropyEstimator) -> Estimate:
    """Return the entropy of the distribution that counts were drawn from, in nats."""
    if sample.has_one_class or (sample.occurring == 1 and not estimator.needs_alphabet):
        note = "one class only: the entropy is 0"
        return Estimate(0.0, estimator.name, sample.n, 0.0, notes=(note,))
    value, error = estimator.compute(sample)
    found = Estimate(value, estimator.name, sample.n, error, bias=estimator.bias)
    return found.noted(*_notes(sample, estimator, value))


def _notes(sample: ClassCounts, estimator: EntropyEstimator, value: float) -> list[str]:
    notes = []
    if estimator.needs_alphabet and not sample.alphabet_given:
        notes.append(
            f"the alphabet is assumed to be the {sample.classes} classes that occur: pass "
            "alphabet= if more are possible"
        )
    if sample.singletons == sample.n > 1:
        notes.append("every class occurs once: the number of classes cannot be estimated")
    limit = log(sample.classes)
    if sample.alphabet_given and value > limit * (1 + 1e-12):
        notes.append(
            f"above {limit:.6g} nats, the entropy of {sample.classes} equally likely classes"
        )
    return notes
