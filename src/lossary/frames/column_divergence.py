"""Divergences of the columns of one frame from those of another."""

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
from lossary.estimate.sparse_joint_table import as_sparse
from lossary.frames.binning import BINS, Bins
from lossary.frames.column_types import Field, fields
from lossary.frames.engines import as_source
from lossary.frames.label_counts import LabelTable
from lossary.frames.measure_options import Query, make_query
from lossary.frames.number_precision import digits_of
from lossary.frames.results import Divergence
from lossary.frames.time_values import comparable_group
from lossary.measures import kl_divergence
from lossary.measures.several_distributions import js_divergence

__all__ = ["align_counts", "divergence", "label_texts"]

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
    q the reference's, over the labels of both. Continuous columns are counted in the quantile
    bins of the reference, the outer ones open, unless the smallest or the largest value has a bin
    of its own. Counts are smoothed only by ``alpha``.

    Parameters
    ----------
    reference, current
        Frames, each of any engine.
    columns
        The columns to compare; by default all of the reference but the weights.
    alpha
        A pseudo-count added to each label of either frame, in both. Without it, JS is corrected by
        Miller and Madow's first order, KL by Zhang and Grabchak's.
    missing, bins, kinds, weights, base
        The options of all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    For each column a :class:`~lossary.frames.Divergence` with both estimates, labels and counts.

    Raises
    ------
    LossaryError
        As for :func:`entropy`, and for a column that is missing or of another kind in the current
        frame.

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
    options: dict[str, Any] = {"missing": missing, "kinds": kinds, "weights": weights}
    before = make_query(reference, columns, bins=bins, **options)
    current = as_source(current)
    digits = {}
    for field in fields(current.frame, before.names, kinds=kinds):
        _require_one_kind(before.field(field.name), field)
        if (found := digits_of(before.field(field.name), field)) is not None:
            digits[field.name] = found
    if digits:
        before = make_query(reference, before.names, bins=bins, rounded=digits, **options)
    after = make_query(current, before.names, fixed=before.spec.bins, rounded=digits, **options)
    sides = [a.count([(n,) for n in a.names]) for a in (before, after)]
    return {
        name: _divergence(before, name, (sides[0][name,], sides[1][name,]), alpha, base)
        for name in before.names
    }


def _require_one_kind(before: Field, after: Field) -> None:
    same_quantity = before.discrete or comparable_group(before.quantity) == comparable_group(
        after.quantity
    )
    if (before.kind, before.taken_as) == (after.kind, after.taken_as) and same_quantity:
        return
    # Text and categories have comparable labels.
    if {before.kind, after.kind} == {"text", "categorical"}:
        return
    message = (
        f"column {before.name!r} must have one type in both frames, got {before.kind} "
        f"({before.dtype}) in the reference and {after.kind} ({after.dtype}) in the current frame: "
        "convert one of them"
    )
    raise validation.LossaryError(message)


def _divergence(
    query: Query,
    name: str,
    sides: tuple[LabelTable, LabelTable],
    alpha: float | None,
    base: float | None,
) -> Divergence:
    labels, q, p = align_counts(*sides)
    if query.weights is None:
        smoothed: dict[str, Any] = {} if alpha is None else {"method": "dirichlet", "alpha": alpha}
        js = js_divergence_from_counts(p, q, base=base, **smoothed)
        kl = kl_divergence_from_counts(p, q, base=base, **smoothed)
    else:
        js, kl = (_weighted(f, p, q, alpha).in_base(base) for f in (js_divergence, kl_divergence))
    note = query.taken_as_note(name)
    texts = label_texts(labels, query.spec.bins.get(name))
    return Divergence(query.field(name), js.noted(note), kl.noted(note), texts, q, p)


def _weighted(measure: Any, p: Array, q: Array, alpha: float | None) -> Estimate:
    pseudo = alpha or 0.0
    value = float(measure(p + pseudo, q + pseudo, normalize=True))
    bias = "not corrected: it is positive by chance"
    return Estimate(value, "dirichlet" if alpha else "plug_in", round(p.sum()), bias=bias)


def align_counts(one: LabelTable, other: LabelTable) -> tuple[list[Any], Array, Array]:
    """Return the labels of two columns, and both columns' counts of them."""
    present = [[v for v in side.labels[0] if v is not None] for side in (one, other)]
    missing = any(None in side.labels[0] for side in (one, other))
    labels = sorted_union("the columns", *present) + [None] * missing
    place = {v: i for i, v in enumerate(labels)}
    counts = []
    for side in (one, other):
        cells = as_sparse(side.table)
        placed = np.zeros(len(labels), dtype=cells.counts.dtype)
        where = np.array([place[v] for v in side.labels[0]], dtype=np.intp)
        placed[where[cells.index[0]]] = cells.counts
        counts.append(placed)
    return labels, counts[0], counts[1]


def label_texts(labels: list[Any], bins: Bins | None) -> tuple[Any, ...]:
    """Return labels, those of bins as intervals in text."""
    if bins is None:
        return tuple(labels)
    texts = bins.labels()
    return tuple(None if v is None else texts[int(v)] for v in labels)
