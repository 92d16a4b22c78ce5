"""The estimators of entropy from counts, each with its standard error where a formula is known."""

from collections.abc import Callable
from dataclasses import dataclass
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
    "pseudo_count",
    "shrinkage_intensity",
]

Array = np.ndarray[Any, Any]
ValueAndError = tuple[float, float | None]

#: The pseudo-count that each class is given.
_PSEUDO_COUNTS: dict[str, Callable[[ClassCounts], float]] = {
    "jeffreys": lambda _: 0.5,
    "laplace": lambda _: 1.0,
    "perks": lambda t: 1 / t.classes,
    "minimax": lambda t: sqrt(t.n) / t.classes,
}


@dataclass(frozen=True)
class EntropyEstimator:
    """An estimator of entropy: what it computes of a tally, and what it says of its bias.

    ``local`` gives each class its rows' own term, of whose deviation over the root of n the
    standard error is made, also that of sums of entropies. A method that ``fills`` gives mass to
    classes that do not occur.
    """

    name: str
    of: Callable[[ClassCounts], ValueAndError]
    bias: str
    needs_alphabet: bool = False
    local: Callable[[Array, int], Array] | None = None
    fills: bool = False


def _spread(t: ClassCounts, local: Callable[[Array, int], Array]) -> float | None:
    """Return the delta method's error: the deviation of the rows' own terms, over the root of n.

    Where all rows have the same term, the first order vanishes, and the error is not known.
    """
    values, times = t.grouped
    if len(values) == 1:
        return None
    rows, own = values * times, local(values, t.n)
    mean = (rows @ own) / t.n
    return sqrt(float(rows @ (own - mean) ** 2)) / t.n


def _surprise(counts: Array, n: int) -> Array:
    local: Array = -np.log(counts / n)
    return local


def _plug_in(t: ClassCounts) -> ValueAndError:
    return float(entropy_from_counts(t.counts)), _spread(t, _surprise)


def _miller_madow(t: ClassCounts) -> ValueAndError:
    return _plug_in(t)[0] + (t.occurring - 1) / (2 * t.n), _spread(t, _surprise)


def _grassberger_terms(counts: Array, n: int) -> Array:
    """Return log n - G(count), Grassberger's unbiased form of the surprise."""
    alternating = np.where(counts % 2 == 0, 0.5, -0.5)
    g = digamma(counts) + alternating * (digamma((counts + 1) / 2) - digamma(counts / 2))
    terms: Array = log(n) - g
    return terms


def _grassberger(t: ClassCounts) -> ValueAndError:
    values, times = t.grouped
    value = float((values * times) @ _grassberger_terms(values, t.n)) / t.n
    return value, _spread(t, _grassberger_terms)


def _chao_shen(t: ClassCounts) -> ValueAndError:
    values, times = t.grouped
    # A sample of nothing but singletons has no coverage: one of them is taken as seen again.
    unseen = min(t.singletons, t.n - 1) if t.n > 1 else 0
    p = (1 - unseen / t.n) * values / t.n
    with np.errstate(divide="ignore"):
        seen = -np.expm1(t.n * np.log1p(-p))
    return float(-np.sum(times * p * np.log(p) / seen)), None


def shrinkage_intensity(t: ClassCounts) -> float:
    """Return how far James and Stein's estimator pulls the frequencies towards uniform ones."""
    if t.n < 2:
        return 1.0
    values, times = t.grouped
    p, target = values / t.n, 1 / t.classes
    distance = times @ (p - target) ** 2 + t.absent * target**2
    variance = times @ (p * (1 - p)) / (t.n - 1)
    return 1.0 if distance == 0 else min(1.0, float(variance / distance))


def _smoothed(t: ClassCounts, seen: Array, unseen: float) -> float:
    """Return the entropy of shares: those of the distinct counts, and that of an absent class."""
    _, times = t.grouped
    absent = t.absent * unseen * log(unseen) if t.absent and unseen > 0 else 0.0
    return float(-(times @ (seen * np.log(seen))) - absent)


def _james_stein(t: ClassCounts) -> ValueAndError:
    pull = shrinkage_intensity(t)
    uniform = pull / t.classes
    return _smoothed(t, (1 - pull) * t.grouped[0] / t.n + uniform, uniform), None


def _dirichlet(t: ClassCounts, alpha: float) -> ValueAndError:
    total = t.n + alpha * t.classes
    value = _smoothed(t, (t.grouped[0] + alpha) / total, alpha / total)
    _, variance = dirichlet_moments(t, np.array([alpha]))
    return value, sqrt(max(float(variance[0]), 0.0))


def _last_row(counts: Any) -> Array:
    """Return c log c - (c - 1) log(c - 1), what the last row of a class adds to the sum."""
    c = np.asarray(counts, dtype=np.float64)
    added: Array = np.log(c) - (c - 1) * np.log1p(-1 / np.maximum(c, 2))
    return added


def _jackknife_terms(counts: Array, n: int) -> Array:
    """Return the pseudo-values, so scaled that their deviation gives the jackknife's own error."""
    return (_last_row(n) - _last_row(counts)) * sqrt(n / (n - 1))


def _jackknife(t: ClassCounts) -> ValueAndError:
    """Return ``n H - (n - 1) <H without a row>``, after what cancels in it has been left out."""
    values, times = t.grouped
    value = float((values * times) @ (_last_row(t.n) - _last_row(values))) / t.n
    return value, _spread(t, _jackknife_terms)


_POSTERIOR = "the error is the posterior's; the prior pulls towards equal classes"


def _smoothing(name: str, pseudo: Callable[[ClassCounts], float]) -> EntropyEstimator:
    return EntropyEstimator(
        name, lambda t: _dirichlet(t, pseudo(t)), _POSTERIOR, needs_alphabet=True, fills=True
    )


ENTROPY_ESTIMATORS: dict[str, EntropyEstimator] = {
    e.name: e
    for e in (
        EntropyEstimator(
            "plug_in",
            _plug_in,
            "nothing is corrected: too low by about (classes - 1) / 2n, and more with rare ones",
            local=_surprise,
        ),
        EntropyEstimator(
            "miller_madow",
            _miller_madow,
            "the first order is corrected, by the classes that occur; unseen classes are missing",
            local=_surprise,
        ),
        EntropyEstimator(
            "grassberger",
            _grassberger,
            "corrected but for what classes expected less than once contribute",
            local=_grassberger_terms,
        ),
        EntropyEstimator(
            "chao_shen",
            _chao_shen,
            "corrected for unseen classes by the coverage that singletons tell",
        ),
        EntropyEstimator(
            "james_stein",
            _james_stein,
            "pulled towards equal classes, as far as the counts' own noise suggests",
            needs_alphabet=True,
            fills=True,
        ),
        EntropyEstimator(
            "nsb",
            nsb,
            "a posterior mean, the prior uniform in entropy; the error is the posterior's",
            needs_alphabet=True,
        ),
        *(_smoothing(name, pseudo) for name, pseudo in _PSEUDO_COUNTS.items()),
        EntropyEstimator(
            "jackknife",
            _jackknife,
            "the order 1/n is corrected by leaving out one row at a time; rare classes remain",
            local=_jackknife_terms,
        ),
    )
}


def entropy_estimator(method: str, alpha: float | None = None) -> EntropyEstimator:
    """Return an estimator by its name; "dirichlet" has the pseudo-count alpha in each class."""
    if not isinstance(method, str):
        raise validation.unknown_name(
            method, [*ENTROPY_ESTIMATORS, "dirichlet"], "estimator of entropy"
        )
    if method == "dirichlet":
        if alpha is None:
            message = "the method 'dirichlet' needs alpha, the pseudo-count of each class, above 0"
            raise validation.LossaryError(message)
        pseudo = float(validation.single("alpha", alpha, POSITIVE))
        return _smoothing(method, lambda _: pseudo)
    if method not in ENTROPY_ESTIMATORS:
        raise validation.unknown_name(
            method, [*ENTROPY_ESTIMATORS, "dirichlet"], "estimator of entropy"
        )
    if alpha is not None:
        message = f"alpha is the pseudo-count of the method 'dirichlet', and {method!r} takes none"
        raise validation.LossaryError(message)
    return ENTROPY_ESTIMATORS[method]


def pseudo_count(method: str, alpha: float | None, t: ClassCounts) -> float | None:
    """Return the pseudo-count of a method that smooths by one, None for the other methods."""
    if method == "dirichlet":
        return float(validation.single("alpha", alpha, POSITIVE))
    pseudo = _PSEUDO_COUNTS.get(method)
    return None if pseudo is None else pseudo(t)


def estimate_entropy(t: ClassCounts, method: EntropyEstimator) -> Estimate:
    """Return the entropy of a tally, in nats, with what is to be said of it."""
    if t.single or (t.occurring == 1 and not method.needs_alphabet):
        note = "one class only: its entropy is 0"
        return Estimate(0.0, method.name, t.n, 0.0, notes=(note,))
    value, error = method.of(t)
    found = Estimate(value, method.name, t.n, error, bias=method.bias)
    return found.noted(*_notes(t, method, value))


def _notes(t: ClassCounts, method: EntropyEstimator, value: float) -> list[str]:
    notes = []
    if method.needs_alphabet and not t.alphabet_given:
        notes.append(
            f"the alphabet is taken as the {t.classes} classes that occur: pass alphabet= if there "
            "may be more"
        )
    if t.singletons == t.n > 1:
        notes.append("every class occurs once: the sample does not tell how many there are")
    if t.alphabet_given and value > log(t.classes) * (1 + 1e-12):
        notes.append(f"above {log(t.classes):.6g}, the entropy of {t.classes} equal classes")
    return notes
