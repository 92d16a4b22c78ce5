"""How far the columns of one frame are from those of another."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.divergences_from_counts import (
    js_divergence_from_counts,
    kl_divergence_from_counts,
)
from lossary.estimate.factorize import sorted_union
from lossary.estimate.result import Estimate
from lossary.frames.binning import BINS, Bins
from lossary.frames.column_types import Field, fields
from lossary.frames.engines import opened
from lossary.frames.label_counts import Counted, as_cells
from lossary.frames.number_precision import digits_of
from lossary.frames.query import Asked, asked
from lossary.frames.results import Divergence
from lossary.frames.time_values import family
from lossary.measures import kl_divergence
from lossary.measures.several_distributions import js_divergence

__all__ = ["divergence", "in_words", "side_by_side"]

Array = np.ndarray[Any, Any]


def divergence(
    reference: Any,
    current: Any,
    columns: Sequence[str] | str | None = None,
    *,
    alpha: float | None = None,
    missing: str = "category",
    bins: int = BINS,
    kinds: Mapping[str, str] | None = None,
    weights: str | None = None,
    base: float | None = None,
) -> dict[str, Divergence]:
    """Divergences of each column of a frame from the same column of a reference.

    ``JS = H((p + q)/2) - H(p)/2 - H(q)/2`` and ``KL = Σ p log(p/q)``, p the current distribution,
    q the reference's, over the labels of either. Continuous columns are counted in the quantile
    bins of the reference, the outer ones open, unless the least or the largest value has a bin of
    its own. Nothing is smoothed unless ``alpha`` says so.

    Parameters
    ----------
    reference, current
        Frames, each of any engine.
    columns
        Which columns; all of the reference but the weights, unless given.
    alpha
        A pseudo-count for each label of either frame, in both; none unless given. JS then is
        corrected by Miller and Madow's first order, KL by Zhang and Grabchak.
    missing, bins, kinds, weights, base
        As for all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    For each column a :class:`~lossary.frames.Divergence`: both estimates, labels and counts.

    Raises
    ------
    LossaryError
        As for :func:`entropy`, and for a column that the current frame lacks or has of another
        kind.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> reference = pl.DataFrame({"colour": ["red"] * 50 + ["blue"] * 50})
    >>> current = pl.DataFrame({"colour": ["red"] * 20 + ["blue"] * 80})
    >>> found = frames.divergence(reference, current)["colour"]
    >>> round(float(found.js), 4), found.labels, found.current.tolist()
    (0.0479, ('blue', 'red'), [80, 20])

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991; Kullback and Leibler, On
    Information and Sufficiency, 1951

    """
    how: dict[str, Any] = {"missing": missing, "kinds": kinds, "weights": weights}
    before = asked(reference, columns, bins=bins, **how)
    current = opened(current)
    digits = {}
    for field in fields(current.frame, before.names, kinds=kinds):
        _require_one_kind(before.field(field.name), field)
        if (found := digits_of(before.field(field.name), field)) is not None:
            digits[field.name] = found
    if digits:
        before = asked(reference, before.names, bins=bins, rounded=digits, **how)
    after = asked(current, before.names, fixed=before.question.bins, rounded=digits, **how)
    sides = [a.counted([(n,) for n in a.names]) for a in (before, after)]
    return {
        name: _divergence(before, name, (sides[0][name,], sides[1][name,]), alpha, base)
        for name in before.names
    }


def _require_one_kind(before: Field, after: Field) -> None:
    one_sort = before.discrete or family(before.sort) == family(after.sort)
    if (before.kind, before.taken_as) == (after.kind, after.taken_as) and one_sort:
        return
    # Text and categories have the same labels.
    if {before.kind, after.kind} == {"text", "categorical"}:
        return
    message = (
        f"column {before.name!r} is {before.kind} ({before.dtype}) in the reference, but "
        f"{after.kind} ({after.dtype}) in the current frame: make them one type"
    )
    raise validation.LossaryError(message)


def _divergence(
    a: Asked, name: str, sides: tuple[Counted, Counted], alpha: float | None, base: float | None
) -> Divergence:
    labels, q, p = side_by_side(*sides)
    if a.weights is None:
        smoothed: dict[str, Any] = {} if alpha is None else {"method": "dirichlet", "alpha": alpha}
        js = js_divergence_from_counts(p, q, base=base, **smoothed)
        kl = kl_divergence_from_counts(p, q, base=base, **smoothed)
    else:
        js, kl = (_of_masses(f, p, q, alpha).in_base(base) for f in (js_divergence, kl_divergence))
    told = a.told(name)
    shown = in_words(labels, a.question.bins.get(name))
    return Divergence(a.field(name), js.noted(told), kl.noted(told), shown, q, p)


def _of_masses(measure: Any, p: Array, q: Array, alpha: float | None) -> Estimate:
    pseudo = alpha or 0.0
    value = float(measure(p + pseudo, q + pseudo, normalize=True))
    bias = "nothing is corrected: chance alone makes it positive"
    return Estimate(value, "dirichlet" if alpha else "plug_in", round(p.sum()), bias=bias)


def side_by_side(one: Counted, other: Counted) -> tuple[list[Any], Array, Array]:
    """Return the labels of either of two columns, and both columns' counts of them."""
    named = [[v for v in side.labels[0] if v is not None] for side in (one, other)]
    labels = sorted_union("the columns", *named)
    lost = any(None in side.labels[0] for side in (one, other))
    labels = labels + [None] * lost
    place = {v: i for i, v in enumerate(labels)}
    counts = []
    for side in (one, other):
        cells = as_cells(side.table)
        placed = np.zeros(len(labels), dtype=cells.counts.dtype)
        where = np.array([place[v] for v in side.labels[0]], dtype=np.intp)
        placed[where[cells.index[0]]] = cells.counts
        counts.append(placed)
    return labels, counts[0], counts[1]


def in_words(labels: list[Any], bins: Bins | None) -> tuple[Any, ...]:
    """Return labels, those of bins as intervals."""
    if bins is None:
        return tuple(labels)
    words = bins.labels()
    return tuple(None if v is None else words[int(v)] for v in labels)
