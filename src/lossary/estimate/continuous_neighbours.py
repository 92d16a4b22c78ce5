"""Entropy, information and divergence of continuous columns by nearest neighbours.

Distances are maximum norms of columns divided by their standard deviations: the estimates depend
neither on the units of columns nor on their origin. No noise is added: the same data give the same
estimate.

A search in d columns visits about ``n ** (1 - 2 / d)`` points for each row: few for a pair of
columns, nearly all from about eight on.
"""

from collections.abc import Sequence
from math import inf, log
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.column_scaling import (
    ScaledColumns,
    as_numbers,
    require_neighbours,
    scaled_columns,
)
from lossary.estimate.information_bound_notes import entropy_bound_notes
from lossary.estimate.neighbour_counts import NeighbourCounts, closed_radii, digamma_of_counts
from lossary.estimate.parameter_docs import documented
from lossary.estimate.result import Estimate
from lossary.estimate.special_functions import digamma

__all__ = [
    "KSG_METHODS",
    "atoms_note",
    "conditional_mutual_information",
    "entropy",
    "kl_divergence",
    "ksg1_terms",
    "mean_of_terms",
    "mutual_information",
    "zero_for_constant",
]

KSG_METHODS = ("ksg1", "ksg2")

Array = np.ndarray[Any, Any]


@documented()
def entropy(x: Any, *, k: int = 3, base: float | None = None) -> Estimate:
    """Differential entropy of a continuous column, or of several jointly.

    By Kozachenko and Leonenko: ``ψ(n) - ψ(k) + d log 2 + d <log ε>`` with ε the distance of each
    row to its k-th nearest in d dimensions, of columns divided by their standard deviations, whose
    logarithms are added.

    Parameters
    ----------
    x
        Numbers of shape ``(n,)`` or ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`. The standard error is that of the mean over
    independent rows.

    Raises
    ------
    LossaryError
        For values that are not finite, or no more than k rows.

    Examples
    --------
    >>> import numpy as np
    >>> from lossary.estimate import continuous_neighbours
    >>> x = np.random.default_rng(0).normal(size=5000)
    >>> e = continuous_neighbours.entropy(x)  # of a normal variable: log(2 π e) / 2 = 1.4189
    >>> round(float(e), 2), round(e.standard_error, 2)
    (1.4, 0.01)

    References
    ----------
    Kozachenko and Leonenko, Sample Estimate of the Entropy of a Random Vector, 1987

    """
    (scaled,) = scaled_columns(x=x)
    n, d = scaled.rows, len(scaled.points)
    require_neighbours(k, n)
    if not scaled.varies.all():
        note = f"{'x is' if d == 1 else 'a column of x is'} constant: the entropy is -inf"
        return _no_density(n, base, note)
    reach = scaled.index.nearest(k)
    if not reach.all():
        share = np.mean(reach == 0)
        note = (
            f"{share:.0%} of the rows have {k} or more exact copies: a distribution with atoms has "
            "no density; if they are due to rounding, pass a larger k"
        )
        return _no_density(n, base, note)
    terms = digamma(n) - digamma(k) + d * np.log(2 * reach) + scaled.log_scale
    bias = "corrected for a locally constant density; biased where its curvature is large"
    return mean_of_terms(terms, "kozachenko_leonenko", bias, base, scaled.notes)


@documented()
def mutual_information(
    x: Any, y: Any, *, method: str = "ksg1", k: int = 3, base: float | None = None
) -> Estimate:
    """Mutual information of two continuous columns, or of two groups of columns.

    By Kraskov, Stögbauer and Grassberger: ``ψ(k) + ψ(n) - <ψ(n_x + 1) + ψ(n_y + 1)>`` with n_x
    rows nearer by x than the k-th nearest is by both; their second, ``"ksg2"``, counts within the
    smallest rectangle of these k instead: ``ψ(k) - 1 / k + ψ(n) - <ψ(n_x) + ψ(n_y)>``.

    Ties need no noise: counts are the expectation over breaking ties at random (``"ksg2"`` counts
    tied rows as ``"ksg1"`` does). A row with k or more copies is an atom, and its copies are
    counted, as Gao et al. (2017) do.

    Parameters
    ----------
    x, y
        Numbers of shape ``(n,)`` or ``(n, d)``.
    method
        ``"ksg1"``, with the smaller variance, or ``"ksg2"``, with the smaller bias where k is small
        relative to the number of dimensions.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, which may be negative; a note says if it is above the
    entropy of a column all of whose numbers repeat. The standard error is that of the mean over
    independent rows.

    Raises
    ------
    LossaryError
        For unequal lengths, values that are not finite, no more than k rows, or an unknown method.

    Examples
    --------
    >>> import numpy as np
    >>> from lossary.estimate import continuous_neighbours
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=2000)
    >>> y = 0.6 * x + 0.8 * rng.normal(size=2000)
    >>> e = continuous_neighbours.mutual_information(x, y)  # of these: -log(1 - 0.36) / 2 = 0.2231
    >>> round(float(e), 2), round(e.standard_error, 2)
    (0.21, 0.02)

    References
    ----------
    Kraskov, Stögbauer and Grassberger, Estimating Mutual Information, 2004

    """
    validation.choice("method", method, KSG_METHODS)
    a, b = scaled_columns(x=x, y=y)
    require_neighbours(k, a.rows)
    if a.constant or b.constant:
        return zero_for_constant(method, a.rows, base, a.name if a.constant else b.name)
    counts = NeighbourCounts((a, b), k)
    terms = (ksg1_terms if method == "ksg1" else _ksg2_terms)(counts, a, b) + digamma(a.rows)
    bias = "corrected for the number of neighbours; too low for a strong dependence"
    notes = (*a.notes, *b.notes, atoms_note(counts.atoms, k))
    made = mean_of_terms(terms, method, bias, None, notes)
    return made.noted(*entropy_bound_notes(made, a, b)).in_base(base)


@documented()
def conditional_mutual_information(
    x: Any, y: Any, given: Any, *, k: int = 3, base: float | None = None
) -> Estimate:
    """Conditional mutual information of continuous columns given others.

    By Frenzel and Pompe: ``ψ(k) - <ψ(n_xz + 1) + ψ(n_yz + 1) - ψ(n_z + 1)>`` with n_xz the rows
    nearer by x and the given z than the k-th nearest is by all. Rows with k or more exact copies
    are atoms, whose copies are counted; other ties are broken at random, in expectation.

    Parameters
    ----------
    x, y, given
        Numbers of shape ``(n,)`` or ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, which may be negative. The standard error is that of
    the mean over independent rows.

    Raises
    ------
    LossaryError
        For unequal lengths, values that are not finite, or no more than k rows.

    Examples
    --------
    >>> import numpy as np
    >>> from lossary.estimate import continuous_neighbours
    >>> x, y, z = np.random.default_rng(0).normal(size=(3, 2000))
    >>> x, y = x + z, y + z  # dependent only through z
    >>> round(float(continuous_neighbours.mutual_information(x, y)), 1)
    0.1
    >>> abs(round(float(continuous_neighbours.conditional_mutual_information(x, y, z)), 1))
    0.0

    References
    ----------
    Frenzel and Pompe, Partial Mutual Information for Coupling Analysis of Multivariate Time
    Series, 2007

    """
    a, b, c = scaled_columns(x=x, y=y, given=given)
    require_neighbours(k, a.rows)
    if a.constant or b.constant:
        return zero_for_constant("frenzel_pompe", a.rows, base, a.name if a.constant else b.name)
    counts = NeighbourCounts((a, b, c), k)
    xz, yz, z = counts.digamma_within((a, c), (b, c), (c,))
    terms = digamma_of_counts(counts.neighbours) - xz - yz + z
    bias = "corrected for the number of neighbours; too low in many dimensions"
    notes = (*a.notes, *b.notes, *c.notes, atoms_note(counts.atoms, k))
    made = mean_of_terms(terms, "frenzel_pompe", bias, None, notes)
    return made.noted(*entropy_bound_notes(made, a, b)).in_base(base)


@documented()
def kl_divergence(
    p_samples: Any, q_samples: Any, *, k: int = 3, base: float | None = None
) -> Estimate:
    """Kullback–Leibler divergence of one continuous distribution from another, from samples.

    By Wang, Kulkarni and Verdú: ``d <log(ν / ρ)> + log(m / (n - 1))`` over the n rows of the first
    sample, ρ the distance to the k-th nearest of the others in it, ν to the k-th nearest of m in
    the second. Where one of them is 0, both samples' rows within the other distance are counted,
    l and r of them: the row's logarithm is then ``ψ(l) - ψ(r)``.

    Parameters
    ----------
    p_samples, q_samples
        Numbers of shape ``(n,)`` and ``(m,)``, or ``(n, d)`` and ``(m, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, which may be negative. The standard error is that of
    the mean over the rows of the first sample, given the second.

    Raises
    ------
    LossaryError
        For unequal numbers of columns, values that are not finite, no more than k rows.

    Examples
    --------
    >>> import numpy as np
    >>> from lossary.estimate import continuous_neighbours
    >>> rng = np.random.default_rng(0)
    >>> p, q = rng.normal(size=4000), rng.normal(1, 1, size=5000)
    >>> round(float(continuous_neighbours.kl_divergence(p, q)), 1)  # of these: 1 / 2
    0.5

    References
    ----------
    Wang, Kulkarni and Verdú, Divergence Estimation for Multidimensional Densities via
    k-Nearest-Neighbor Distances, 2009

    """
    p, q = _two_samples(p_samples, q_samples)
    n, m, d = p.rows, q.rows, len(p.points)
    require_neighbours(k, n, "rows of p_samples")
    if k > m:
        message = (
            f"k={k} neighbours need at least {k} rows of q_samples, got {m}: pass a smaller k or "
            "more rows"
        )
        raise validation.LossaryError(message)
    own, other = p.index.nearest(k), q.index.nearest(k, p.points)
    ties = (own == 0) | (other == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = d * np.log(other / own) + log(m / (n - 1))
    if ties.any():
        terms[ties] = _by_counts(p, q, np.maximum(own, other), ties)
    bias = "corrected for the number of neighbours; too low where the samples hardly overlap"
    return mean_of_terms(terms, "wang_kulkarni_verdu", bias, base, (atoms_note(ties, k),))


def mean_of_terms(
    terms: Array, method: str, bias: str, base: float | None, notes: Sequence[str]
) -> Estimate:
    """Return the mean of the rows' terms, in nats, as an estimate in the unit of a base."""
    n = len(terms)
    error = float(np.std(terms, ddof=1)) / n**0.5
    value = float(np.mean(terms))
    return Estimate(value, method, n, error, bias=bias).noted(*notes).in_base(base)


def zero_for_constant(method: str, n: int, base: float | None, name: str) -> Estimate:
    """Return the mutual information with a constant column."""
    note = f"{name} is constant: the mutual information is 0"
    return Estimate(0.0, method, n, 0.0, notes=(note,)).in_base(base)


def atoms_note(atoms: Array, k: int) -> str:
    """Return a note where rows have so many copies that they are atoms."""
    share = float(np.mean(atoms))
    if not share:
        return ""
    shown = "less than 1%" if share < 0.01 else f"{share:.0%}"
    return f"{shown} of the rows have {k} or more exact copies, which are counted as atoms"


def _no_density(n: int, base: float | None, note: str) -> Estimate:
    return Estimate(-inf, "kozachenko_leonenko", n, notes=(note,)).in_base(base)


def ksg1_terms(counts: NeighbourCounts, x: ScaledColumns, y: ScaledColumns) -> Array:
    """Return the rows' terms minus digamma(n), by the first algorithm."""
    of_x, of_y = counts.digamma_within((x,), (y,))
    result: Array = digamma_of_counts(counts.neighbours) - of_x - of_y
    return result


def _ksg2_terms(counts: NeighbourCounts, x: ScaledColumns, y: ScaledColumns) -> Array:
    """Return the same by the second algorithm; for rows with ties, by the first."""
    split, columns = len(x.points), len(x.points) + len(y.points)
    found, far, _ = counts.joint.border(counts.radii, [range(split), range(split, columns)])
    found = np.maximum(found, 1)
    near = [p.index.within(closed_radii(r)) for p, r in zip((x, y), far, strict=True)]
    of_x, of_y = map(digamma_of_counts, near)
    terms: Array = digamma_of_counts(found) - 1 / found - of_x - of_y
    if not counts.has_ties:
        return terms
    alone = [n - p.index.within(r) == 1 for n, p, r in zip(near, (x, y), far, strict=True)]
    usual = alone[0] & alone[1] & (found == counts.neighbours) & ~counts.atoms
    return np.where(usual, terms, ksg1_terms(counts, x, y))


def _two_samples(p_samples: Any, q_samples: Any) -> tuple[ScaledColumns, ScaledColumns]:
    """Return two samples on the scale of both together."""
    (p,), (q,) = scaled_columns(p_samples=p_samples), scaled_columns(q_samples=q_samples)
    if len(p.points) != len(q.points):
        message = (
            "p_samples and q_samples must have the same number of columns, got "
            f"{len(p.points)} and {len(q.points)}"
        )
        raise validation.LossaryError(message)
    numbers = [as_numbers("samples", s) for s in (p_samples, q_samples)]
    columns = [np.asarray(s).reshape(-1, len(p.points)) for s in numbers]
    (both,) = scaled_columns(samples=np.concatenate(columns))
    return both.of(slice(p.rows)), both.of(slice(p.rows, None))


def _by_counts(p: ScaledColumns, q: ScaledColumns, radii: Array, ties: Array) -> Array:
    """Return the log density ratios at rows with ties, from counts within a radius."""
    radii = closed_radii(radii[ties])
    places = np.ascontiguousarray(p.points[:, ties])
    ours, theirs = (s.index.within(radii, places) for s in (p, q))
    single = radii == closed_radii(np.zeros(1))
    others = np.where(single, ours, ours - 1)
    n = np.where(single, p.rows, p.rows - 1)
    result: Array = digamma_of_counts(others) - digamma_of_counts(theirs) + np.log(q.rows / n)
    return result
