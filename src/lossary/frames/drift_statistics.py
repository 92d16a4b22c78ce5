"""How far two columns of counts are apart, beyond what chance would show."""

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
from lossary.interpreters.array_api import quietly, vocabulary
from lossary.measures.distributions import measure

__all__ = ["Shift", "shift"]

Array = np.ndarray[Any, Any]

_LARGEST = log(2)
_TO_CHANCE = "what two samples of one distribution would show on the average is taken off"
_UNCORRECTED = "nothing is corrected: without smoothing, chance alone may make it infinite"


@dataclass(frozen=True)
class Shift:
    """Divergences in nats, corrected and as observed, and the test of one distribution."""

    js: Estimate
    kl: Estimate
    psi: Estimate
    observed: dict[str, float]
    test: Test


@dataclass(frozen=True)
class _Masses:
    """Shares of smoothed counts: of the current rows p, of the reference's q."""

    sizes: tuple[int, int]
    labels: int
    smoothing: float

    def of(self, current: Array, reference: Array) -> tuple[Array, Array]:
        a = self.smoothing
        n, m = (size + a * self.labels for size in self.sizes)
        return (current + a) / n, (reference + a) / m


@quietly
def shift(reference: Array, current: Array, smoothing: float) -> Shift:
    """Return how far current counts are from the reference's; both are smoothed but for JS."""
    sizes = int(current.sum()), int(reference.sum())
    plain = _Masses(sizes, len(current), 0.0)
    smooth = _Masses(sizes, len(current), smoothing)
    asked: dict[str, tuple[Measure, _Masses]] = {
        "js": (formulas.js_divergence, plain),
        "kl": (formulas.kl_divergence, smooth),
        "psi": (formulas.jeffreys_divergence, smooth),
    }
    cells = [partial(_terms, *how) for how in asked.values()]
    by_chance = null_moments(current, reference, *(cells if smoothing else cells[:1]), _g_terms)
    chances: dict[str, NullMoments | None] = dict.fromkeys(asked)
    chances |= dict(zip(asked, by_chance[:-1], strict=False))
    observed, found = {}, {}
    for name, (record, masses) in asked.items():
        p, q = masses.of(current, reference)
        observed[name] = float(measure(record, p, q, normalize=True))
        error = _variance(record, p, q, sizes)
        found[name] = _corrected(name, observed[name], error, chances[name], sum(sizes))
    test = _test(current, reference, by_chance[-1])
    return Shift(**found, observed=observed, test=test)


def _corrected(
    name: str, observed: float, variance: float | None, by_chance: NullMoments | None, n: int
) -> Estimate:
    """Return an estimate without what chance adds, its error that of a noncentral chi-squared.

    The delta method's variance at what was observed holds chance's own twice.
    """
    if by_chance is None:
        error = None if variance is None else sqrt(variance)
        return Estimate(observed, "plug_in", n, error, bias=_UNCORRECTED)
    scale = 1.0
    if name == "js" and observed > by_chance.mean:
        # So that no label in common gives log 2, and chance 0, as in the adjusted information.
        left = _LARGEST - by_chance.mean
        scale = _LARGEST / left if left > 1e-9 else 0.0
    error = None
    if variance is not None:
        error = scale * sqrt(max(variance - by_chance.variance, by_chance.variance))
    value = scale * (observed - by_chance.mean) if scale else 0.0
    return Estimate(value, "adjusted", n, error, bias=_TO_CHANCE)


def _terms(record: Measure, masses: _Masses, current: Array, reference: Array) -> Array:
    """Return what each label adds to a divergence."""
    pair = _pair(*masses.of(current, reference))
    terms: Array = record.terms[0].value(vocabulary(pair.p), pair)
    return terms


def _pair(p: Array, q: Array) -> Pair:
    return Pair(vocabulary(p), p, q)


def _variance(record: Measure, p: Array, q: Array, sizes: tuple[int, int]) -> float | None:
    """Return the delta method's variance of a divergence, None where a slope is infinite."""
    pair, total = _pair(p, q), 0.0
    for mass, partial_of, size in zip((p, q), record.terms[0].partials, sizes, strict=True):
        slope = partial_of(vocabulary(p), pair)
        there = mass > 0
        own, local = mass[there], slope[there]
        total += float(own @ (local - own @ local) ** 2) / size
    return total if isfinite(total) else None


def _g_terms(current: Array, reference: Array) -> Array:
    """Return what each label adds to G, but for what the totals alone decide."""
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
