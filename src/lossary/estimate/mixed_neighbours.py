"""Mutual information of discrete, continuous and mixed columns by nearest neighbours.

Distances are those of :mod:`lossary.estimate.continuous_neighbours`: between continuous columns
divided by their standard deviation, without added noise.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.column_kinds import require_one_length
from lossary.estimate.column_scaling import ScaledColumns, require_neighbours, scaled_columns
from lossary.estimate.continuous_neighbours import (
    atoms_note,
    ksg1_terms,
    mean_of_terms,
    zero_for_constant,
)
from lossary.estimate.factorize import Factorized, factorize_labels
from lossary.estimate.information_bound_notes import entropy_bound_note, entropy_bound_notes
from lossary.estimate.neighbour_counts import NeighbourCounts, digamma_of_counts
from lossary.estimate.parameter_docs import documented
from lossary.estimate.result import Estimate
from lossary.estimate.special_functions import digamma

__all__ = ["gao", "ross"]

Array = np.ndarray[Any, Any]


@documented()
def ross(labels: Any, x: Any, *, k: int = 3, base: float | None = None) -> Estimate:
    """Mutual information of a discrete column and a continuous one.

    By Ross: ``ψ(n) + ψ(k) - <ψ(n_l) + ψ(m)>`` with n_l rows of a row's label, and m rows of any
    label that are at most as far by x as the k-th nearest of the same. A row with k or fewer others
    of its label uses all of them; a row whose label occurs once is left out.

    Parameters
    ----------
    labels
        Labels of any one type, of shape ``(n,)``.
    x
        Numbers of shape ``(n,)`` or ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, which may be negative; a note says if it is above the
    entropy of the labels. The standard error is that of the mean over independent rows.

    Raises
    ------
    LossaryError
        For unequal lengths, missing labels, numbers that are not finite, no label that occurs
        twice, or no more than k rows.

    Examples
    --------
    >>> import numpy as np
    >>> from lossary.estimate import mixed_neighbours
    >>> rng = np.random.default_rng(0)
    >>> labels = rng.integers(0, 5, size=3000)
    >>> x = labels + 2 * rng.random(3000)
    >>> e = mixed_neighbours.ross(labels, x)  # of these: log 5 - (4 / 5) log 2 = 1.055
    >>> round(float(e), 2), round(e.standard_error, 3)
    (1.06, 0.009)

    References
    ----------
    Ross, Mutual Information between Discrete and Continuous Data Sets, 2014

    """
    column = factorize_labels(labels, name="labels")
    (scaled,) = scaled_columns(x=x)
    require_one_length({"labels": len(column.codes), "x": scaled.rows})
    require_neighbours(k, scaled.rows)
    if scaled.constant or len(column.labels) == 1:
        name = "x" if scaled.constant else "labels"
        return zero_for_constant("ross", scaled.rows, base, name)
    sizes = np.bincount(column.codes)[column.codes]
    kept = sizes > 1
    _require_some_twice(kept)
    own, sizes = scaled.of(kept), sizes[kept]
    most = min(k, int(sizes.max()) - 1)
    counts = NeighbourCounts((own, _labelled(column, own, kept)), most, limits=sizes - 1)
    (near,) = counts.digamma_within((own,))
    terms = (
        digamma_of_counts(counts.neighbours) + digamma(own.rows) - digamma_of_counts(sizes) - near
    )
    notes = (
        *scaled.notes,
        *_small(sizes, k, scaled.rows - own.rows),
        atoms_note(counts.atoms, k),
    )
    bias = "corrected for the number of neighbours; too low where labels have few rows"
    made = mean_of_terms(terms, "ross", bias, None, notes)
    label_counts = np.bincount(column.codes)
    return made.noted(entropy_bound_note(made, "the labels", label_counts)).in_base(base)


@documented()
def gao(x: Any, y: Any, *, k: int = 3, base: float | None = None) -> Estimate:
    """Mutual information of columns of numbers that may be discrete, continuous or a mixture.

    By Gao, Kannan, Oh and Viswanath: ``<ψ(k_i)> + log(n) - <ψ(n_x + 1) + ψ(n_y + 1)>`` with n_x
    rows nearer by x than the k-th nearest is by both; where that is at distance 0, a row is an
    atom, and k_i, n_x + 1 and n_y + 1 are its copies by both, x and y. This is the authors'
    program; the paper's ``log`` in place of digamma has the same limit, but a larger bias.

    Parameters
    ----------
    x, y
        Numbers of shape ``(n,)`` or ``(n, d)``.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`, which may be negative; a note says if it is above the
    entropy of a column all of whose numbers repeat. The standard error is that of the mean over
    independent rows.

    Raises
    ------
    LossaryError
        For unequal lengths, values that are not finite, or no more than k rows.

    Examples
    --------
    >>> import numpy as np
    >>> from lossary.estimate import mixed_neighbours
    >>> rng = np.random.default_rng(0)
    >>> x = rng.exponential(size=4000)
    >>> y = np.where(rng.random(4000) < 0.15, 0, rng.poisson(x))  # more zeros than Poisson's
    >>> e = mixed_neighbours.gao(x, y)  # of these: 0.230
    >>> round(float(e), 1), round(e.standard_error, 2)
    (0.2, 0.01)

    References
    ----------
    Gao, Kannan, Oh and Viswanath, Estimating Mutual Information for Discrete-Continuous Mixtures,
    2017

    """
    a, b = scaled_columns(x=x, y=y)
    require_neighbours(k, a.rows)
    if a.constant or b.constant:
        return zero_for_constant("gao", a.rows, base, a.name if a.constant else b.name)
    counts = NeighbourCounts((a, b), k)
    terms = ksg1_terms(counts, a, b) + np.log(a.rows)
    bias = "corrected for the number of neighbours; too low for a strong dependence"
    made = mean_of_terms(terms, "gao", bias, None, ())
    return made.noted(*entropy_bound_notes(made, a, b)).in_base(base)


def _labelled(column: Factorized, x: ScaledColumns, kept: Array) -> ScaledColumns:
    """Return labels as coordinates farther apart than any two points."""
    codes = column.codes[kept].astype(np.float64)[None]
    width = np.max((x.points.max(axis=1) - x.points.min(axis=1)) * x.weights)
    return ScaledColumns("labels", codes, np.array([2 * width + 1]), 0.0, np.array([True]))


def _small(sizes: Array, k: int, single: int) -> list[str]:
    """Return notes on labels with few rows."""
    few, notes = int(np.sum(sizes <= k)), []
    if single:
        ends = ("s have", "are") if single > 1 else (" has", "is")
        notes += [f"{single} row{ends[0]} a label that occurs once, and {ends[1]} left out"]
    if few:
        others = f"fewer than {k} others of their label"
        notes += [f"{few} rows have {others}, and use only these as neighbours"]
    return notes


def _require_some_twice(kept: Sequence[bool] | Array) -> None:
    if not np.any(kept):
        message = (
            f"labels must hold a label that occurs twice, got {len(kept)} distinct ones: if they "
            "are numbers, pass kinds='continuous'"
        )
        raise validation.LossaryError(message)
