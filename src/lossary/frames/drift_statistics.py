"""Divergences of two columns of counts, corrected for chance, and their test."""

from dataclasses import dataclass
from functools import partial
from math import isfinite, log, sqrt
from typing import Any

import numpy as np

from lossary.estimate.result import Estimate, Test
from lossary.estimate.significance import g_test_of_table
from lossary.estimate.sparse_joint_table import sparse_from_counts
from lossary.estimate.two_sample_null_moments import NullMoments, null_moments
from lossary.formulas import divergence as formulas
from lossary.formulas.record import Measure, Pair
from lossary.interpreters.array_helpers import quietly
from lossary.interpreters.array_vocabulary import vocabulary
from lossary.measures.distribution_dispatch import measure

__all__ = ["CountComparison", "compare_counts"]

Array = np.ndarray[Any, Any]

_LARGEST = log(2)
_CORRECTED = "the mean of two samples of one distribution is subtracted"
_UNCORRECTED = "not corrected: without smoothing, it may be infinite by chance"


@dataclass(frozen=True)
class CountComparison:
    """Divergences in nats, corrected and as observed, and the test of equal distributions."""

    js: Estimate
    kl: Estimate
    psi: Estimate
    observed: dict[str, float]
    test: Test


@dataclass(frozen=True)
class _Shares:
    """Shares of the labels from smoothed counts: of the current rows p, of the reference q."""

    sizes: tuple[int, int]
    labels: int
    smoothing: float

    def of(self, current: Array, reference: Array) -> tuple[Array, Array]:
        a = self.smoothing
        n, m = (size + a * self.labels for size in self.sizes)
        return (current + a) / n, (reference + a) / m


@quietly
def compare_counts(reference: Array, current: Array, smoothing: float) -> CountComparison:
    """Return the divergences of current counts from the reference's; JS is never smoothed."""
    sizes = int(current.sum()), int(reference.sum())
    plain = _Shares(sizes, len(current), 0.0)
    smooth = _Shares(sizes, len(current), smoothing)
    measures: dict[str, tuple[Measure, _Shares]] = {
        "js": (formulas.js_divergence, plain),
        "kl": (formulas.kl_divergence, smooth),
        "psi": (formulas.jeffreys_divergence, smooth),
    }
    cells = [partial(_terms, record, shares) for record, shares in measures.values()]
    by_chance = null_moments(current, reference, *(cells if smoothing else cells[:1]), _g_terms)
    chances: dict[str, NullMoments | None] = dict.fromkeys(measures)
    chances |= dict(zip(measures, by_chance[:-1], strict=False))
    observed, found = {}, {}
    for name, (record, masses) in measures.items():
        p, q = masses.of(current, reference)
        observed[name] = float(measure(record, p, q, normalize=True))
        error = _variance(record, p, q, sizes)
        found[name] = _corrected(name, observed[name], error, chances[name], sum(sizes))
    test = _test(current, reference, by_chance[-1])
    return CountComparison(**found, observed=observed, test=test)


def _corrected(
    name: str, observed: float, variance: float | None, by_chance: NullMoments | None, n: int
) -> Estimate:
    """Return an estimate corrected for chance, its error that of a noncentral chi-squared.

    The delta method's variance at the observed value contains that by chance twice.
    """
    if by_chance is None:
        error = None if variance is None else sqrt(variance)
        return Estimate(observed, "plug_in", n, error, bias=_UNCORRECTED)
    scale = 1.0
    if name == "js" and observed > by_chance.mean:
        # No label in common then gives log 2, and chance 0, as for adjusted information.
        possible = _LARGEST - by_chance.mean
        scale = _LARGEST / possible if possible > 1e-9 else 0.0
    error = None
    if variance is not None:
        error = scale * sqrt(max(variance - by_chance.variance, by_chance.variance))
    value = scale * (observed - by_chance.mean) if scale else 0.0
    return Estimate(value, "adjusted", n, error, bias=_CORRECTED)


def _terms(record: Measure, masses: _Shares, current: Array, reference: Array) -> Array:
    """Return the term of each label in a divergence."""
    pair = _pair(*masses.of(current, reference))
    terms: Array = record.terms[0].value(vocabulary(pair.p), pair)
    return terms


def _pair(p: Array, q: Array) -> Pair:
    return Pair(vocabulary(p), p, q)


def _variance(record: Measure, p: Array, q: Array, sizes: tuple[int, int]) -> float | None:
    """Return the delta method's variance of a divergence, None if a derivative is infinite."""
    pair, total = _pair(p, q), 0.0
    for mass, partial_of, size in zip((p, q), record.terms[0].partials, sizes, strict=True):
        slope = partial_of(vocabulary(p), pair)
        positive = mass > 0
        own, local = mass[positive], slope[positive]
        total += float(own @ (local - own @ local) ** 2) / size
    return total if isfinite(total) else None


def _g_terms(current: Array, reference: Array) -> Array:
    """Return the term of each label in G, without the part that the totals determine."""
    both = (x * np.log(np.maximum(x, 1)) for x in (current, reference))
    terms: Array = 2 * sum(both, np.zeros(()))
    return terms


def _test(current: Array, reference: Array, by_chance: NullMoments) -> Test:
    test = g_test_of_table(sparse_from_counts("counts", np.stack([current, reference]), 2))
    total = current + reference
    n, m = int(current.sum()), int(reference.sum())
    fixed = 2 * float(np.sum(total * np.log(np.maximum(total, 1))))
    fixed += 2 * (n * log(n) + m * log(m) - (n + m) * log(n + m))
    centred = NullMoments(by_chance.mean - fixed, by_chance.variance)
    return Test(test.statistic, centred.p_value(test.statistic), "g_test", test.degrees)
