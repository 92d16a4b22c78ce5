"""Entropy and mutual information of the columns of any frame, the same on every engine.

All functions take a frame of pandas, Polars (also lazy), PyArrow, DuckDB, PySpark, Dask, Ibis or
another engine that Narwhals knows, and the same options:

``missing``
    ``"category"``: null and NaN are a label of their own; ``"drop"``: rows with a missing value in
    one of the measured columns are left out. Measures by nearest neighbours always leave them out.
``continuous``
    ``"bins"``: a column of numbers with fractions, dates, datetimes, durations or times of day is
    counted in ``bins`` quantile bins, whose exact edges are the same on every engine; a value that
    alone fills a bin's share of the rows has a bin of its own. The mutual information of the bins
    is a lower bound of that of the numbers. ``"ksg"``: it is measured by ``k`` nearest neighbours,
    in memory, dates in seconds.
``kinds``
    Columns to treat differently from their type: ``{"age": "continuous"}``, ``{"day":
    "discrete"}``.
``weights``
    The name of a column of row weights; the plug-in is then the only estimator.
``base``
    The base of the logarithm; by default the unit is nats.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import Any, Unpack

from lossary import validation
from lossary.estimate.conditional_measures import (
    conditional_mutual_information as conditional_of_samples,
)
from lossary.estimate.expected_mi import expected_mutual_information, scaled_p_value
from lossary.estimate.from_samples import entropy as entropy_of_samples
from lossary.estimate.from_samples import mutual_information as information_of_samples
from lossary.estimate.result import Estimate, Test
from lossary.estimate.sparse_joint_table import as_sparse
from lossary.frames.label_counts import LabelTable
from lossary.frames.measure_options import Options, Query, make_query, with_options
from lossary.frames.neighbour_rows import read_rows
from lossary.frames.results import Gain, Gains
from lossary.measures import entropy_from_counts as plug_in_entropy
from lossary.measures.representations import in_base

__all__ = [
    "by_rows",
    "conditional_mutual_information",
    "entropy",
    "information_gain",
    "mutual_information",
]

ADJUSTED = "adjusted"
"""Mutual information minus its mean under permutations of the rows."""


@with_options
def entropy(
    data: Any,
    columns: Sequence[str] | str | None = None,
    *,
    method: str | None = None,
    base: float | None = None,
    **options: Unpack[Options],
) -> dict[str, Estimate]:
    """Entropy of each column of a frame.

    ``H(X) = -Σ p log p`` of its labels, by any method of :func:`lossary.estimate.entropy`, by
    default Grassberger's. A continuous column's is that of its bins, which is near the logarithm of
    their number for any column; or, with ``continuous="ksg"``, its differential entropy.

    Parameters
    ----------
    data
        A frame of any engine.
    columns
        The columns to measure; by default all but the weights.
    method
        An estimator of entropy from counts.
    missing, continuous, bins, k, kinds, weights, base
        The options of all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    For each column an :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        For an unknown column, naming the nearest, labels of several types, no rows, bad weights,
        and data that an engine cannot read.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> frame = pl.DataFrame({"colour": ["red", "blue", "red", None], "size": [1, 2, 1, 2]})
    >>> {name: float(e) for name, e in frames.entropy(frame, method="plug_in", base=2).items()}
    {'colour': 1.5, 'size': 1.0}

    References
    ----------
    Shannon, A Mathematical Theory of Communication, 1948

    """
    query = make_query(data, columns, **options)
    tables = query.count([(n,) for n in query.names if not query.by_neighbours(n)])
    found = {
        n: _entropy(query, n, method, tables.get((n,))).noted(*query.omitted) for n in query.names
    }
    return {name: e.in_base(base) for name, e in found.items()}


def _entropy(
    query: Query, name: str, method: str | None, table: LabelTable | None = None
) -> Estimate:
    """Return the entropy of a column in nats, from its counts, or from its rows."""
    if query.by_neighbours(name):
        rows, note = read_rows(query, (name,))
        return entropy_of_samples(rows[name], kind="continuous", k=query.k).noted(note)
    table = table or query.count([(name,)])[name,]
    return query.estimate("entropy", table, (name,), method)


def by_rows(
    query: Query, measure: Callable[..., Estimate], names: Sequence[str], method: str | None
) -> Estimate:
    """Return a measure of columns as samples, read into memory, in nats."""
    rows, note = read_rows(query, names)
    kinds = [query.field(n).taken_as for n in names]
    return measure(*(rows[n] for n in names), method=method, kinds=kinds, k=query.k).noted(note)


@with_options
def mutual_information(
    data: Any,
    a: str,
    b: str,
    *,
    method: str | None = None,
    base: float | None = None,
    **options: Unpack[Options],
) -> Estimate:
    """Mutual information of two columns of a frame.

    ``I(X;Y) = H(X) + H(Y) - H(X,Y)`` of their labels or bins, by any method of
    :func:`lossary.estimate.mutual_information`, by default Miller and Madow's.

    Parameters
    ----------
    data
        A frame of any engine.
    a, b
        The names of the columns.
    method
        An estimator of entropy from counts; with ``continuous="ksg"`` and a continuous column, an
        estimator for numbers.
    missing, continuous, bins, k, kinds, weights, base
        The options of all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        As for :func:`entropy`.

    Examples
    --------
    >>> import pandas as pd
    >>> from lossary import frames
    >>> frame = pd.DataFrame({"x": ["a", "a", "b", "b"] * 25, "y": [0, 0, 1, 1] * 25})
    >>> print(frames.mutual_information(frame, "x", "y", method="plug_in", base=2))
    1 bits (plug_in, n = 100)
      no bias correction: positive even for independent columns, more in large tables
      taken as: x discrete, y discrete

    References
    ----------
    Shannon, A Mathematical Theory of Communication, 1948

    """
    query = make_query(data, [a, b], **options)
    if query.by_neighbours(a, b):
        return by_rows(query, information_of_samples, (a, b), method).in_base(base)
    table = query.count([(a, b)])[a, b]
    return query.estimate("mutual_information", table, (a, b), method).in_base(base)


@with_options
def conditional_mutual_information(
    data: Any,
    a: str,
    b: str,
    given: str,
    *,
    method: str | None = None,
    base: float | None = None,
    **options: Unpack[Options],
) -> Estimate:
    """Conditional mutual information of two columns of a frame given a third.

    ``I(X;Y|Z) = H(X,Z) + H(Y,Z) - H(X,Y,Z) - H(Z)``.

    Parameters
    ----------
    data
        A frame of any engine.
    a, b, given
        The names of the columns.
    method
        As for :func:`mutual_information`.
    missing, continuous, bins, k, kinds, weights, base
        The options of all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    An :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        As for :func:`entropy`.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> frame = pl.DataFrame({"x": [0, 0, 1, 1], "y": [0, 1, 0, 1], "xor": [0, 1, 1, 0]})
    >>> found = frames.conditional_mutual_information(frame, "x", "y", "xor", method="plug_in")
    >>> round(float(found), 9)
    0.693147181

    References
    ----------
    Wyner, A Definition of Conditional Mutual Information for Arbitrary Ensembles, 1978

    """
    names = (a, b, given)
    query = make_query(data, list(names), **options)
    if query.by_neighbours(*names):
        return by_rows(query, conditional_of_samples, names, method).in_base(base)
    table = query.count([names])[names]
    return query.estimate("conditional_mutual_information", table, names, method).in_base(base)


@with_options
def information_gain(
    data: Any,
    target: str,
    columns: Sequence[str] | None = None,
    *,
    method: str | None = None,
    base: float | None = None,
    **options: Unpack[Options],
) -> Gains:
    """Mutual information of every column with a target, corrected for chance, and tested.

    ``I(X;Y) = H(Y) - H(Y|X)``: the reduction of the target's entropy by a column. Its mean over
    all permutations of the column's rows is subtracted: near ``(r - 1)(c - 1) / 2n`` for a full
    table, as in Miller and Madow's correction, but the whole value for a column of row numbers,
    which would rank first by counts alone. The p-value is that of the G-test, its statistic scaled
    to its exact mean.

    Parameters
    ----------
    data
        A frame of any engine.
    target
        The target column.
    columns
        The columns to measure; by default all others but the weights.
    method
        ``"adjusted"``, or as for :func:`mutual_information`; with weights, the plug-in.
    missing, continuous, bins, k, kinds, weights, base
        The options of all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    :class:`~lossary.frames.Gains`, the largest first; ``print`` shows a table.

    Raises
    ------
    LossaryError
        As for :func:`entropy`, and for a frame without columns besides the target.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> frame = pl.DataFrame(
    ...     {"x": ["a", "a", "b", "b"] * 25, "z": [0, 1] * 50, "y": [0, 0, 1, 1] * 25}
    ... )
    >>> print(frames.information_gain(frame, "y", base=2))
    target y: integer, taken as discrete; entropy 0.999904 bits
    column          bits    share         p  taken as
    x           0.992676  100.00%  1.52e-31  discrete
    z          -0.007324   -0.74%         1  discrete
      discrete: x, z, y

    References
    ----------
    Quinlan, Induction of Decision Trees, 1986; Vinh, Epps and Bailey, Information Theoretic
    Measures for Clusterings Comparison, 2009

    """
    given = list(columns) if columns is not None else None
    query = make_query(
        data,
        None if given is None else [target, *(c for c in given if c != target)],
        target=target,
        **options,
    )
    if target not in query.names:
        raise validation.unknown_name(target, query.names, "column")
    others = [n for n in query.names if n != target]
    if not others:
        message = f"the frame has no column to measure besides the target {target!r}"
        raise validation.LossaryError(message)
    tables = query.count([(n, target) for n in others if not query.by_neighbours(n, target)])
    whole = _entropy(query, target, None if method == ADJUSTED else method)
    gains = [_gain(query, (n, target), tables.get((n, target)), method) for n in others]
    bounded = not query.by_neighbours(target)
    gains = [_shared(g, whole, base, bounded=bounded) for g in gains]
    gains.sort(key=lambda g: -g.information.value)
    return Gains(
        query.field(target), whole.in_base(base), tuple(gains), query.notes, query.source.backend
    )


def _gain(
    query: Query, pair: tuple[str, str], table: LabelTable | None, method: str | None
) -> Gain:
    """Return the mutual information of a column with the target, in nats."""
    field = query.field(pair[0])
    if table is None:
        return Gain(field, by_rows(query, information_of_samples, pair, None), None, 0.0)
    cells = as_sparse(table.table)
    if query.weights is not None:
        return Gain(field, query.estimate("mutual_information", table, pair, method), None, 0.0)
    x, y = (cells.marginal((axis,))[0] for axis in (0, 1))
    expected = expected_mutual_information(x, y)
    plain = query.estimate("mutual_information", table, pair, "plug_in")
    degrees = (len(x) - 1) * (len(y) - 1)
    p_value = scaled_p_value(plain.value, expected, degrees)
    test = Test(2 * plain.n * plain.value, p_value, "g_test, scaled to its mean", degrees)
    if method not in {None, ADJUSTED}:
        return Gain(field, query.estimate("mutual_information", table, pair, method), test, 0.0)
    left = plain.value - expected if degrees else 0.0
    most = max(float(plug_in_entropy(y)) - expected, 0.0)
    bias = "the mean over all permutations of the rows is subtracted"
    return Gain(
        field,
        replace(plain, value=left, method=ADJUSTED, bias=bias),
        test,
        left / most if most > 1e-12 else 0.0,
        most,
    )


def _shared(gain: Gain, whole: Estimate, base: float | None, *, bounded: bool) -> Gain:
    """Return a gain with its share of the target's entropy, in a base."""
    share, most = gain.share, gain.most
    if gain.information.method != ADJUSTED:
        share = gain.information.value / whole.value if whole.value > 0 else 0.0
        most = max(whole.value, 0.0) if bounded else inf
    most = most if most == inf else float(in_base(most, base))
    return replace(gain, information=gain.information.in_base(base), share=share, most=most)
