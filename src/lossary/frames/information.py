"""Entropy and information of the columns of any frame, with one meaning on every engine.

All functions take a frame of pandas, Polars (also lazy), PyArrow, DuckDB, PySpark, Dask, Ibis or
another engine that Narwhals knows, and the same options:

``missing``
    ``"category"``: null and NaN are a label of their own; ``"drop"``: rows without a label in one
    of the columns at hand are left out. Of numbers measured by neighbours they are left out always.
``continuous``
    ``"bins"``: a column of numbers with fractions, of dates, moments, durations or times of day is
    counted in ``bins`` quantile bins, whose exact edges are the same on every engine, and a value
    that fills a bin's share has one of its own; what is shared by bins is a lower bound of what is
    shared by the numbers. ``"ksg"``: it is measured by its ``k`` neighbours, in memory, dates in
    seconds.
``kinds``
    Columns to be taken otherwise than their type says: ``{"age": "continuous"}``, ``{"day":
    "discrete"}``.
``weights``
    A column of weights of the rows; the plug-in then is the only estimator.
``base``
    The base of the logarithm; nats without one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any

from lossary import validation
from lossary.estimate.conditional_measures import (
    conditional_mutual_information as conditional_of_samples,
)
from lossary.estimate.expected_mi import expected_mutual_information, scaled_p_value
from lossary.estimate.from_samples import entropy as entropy_of_samples
from lossary.estimate.from_samples import mutual_information as information_of_samples
from lossary.estimate.result import Estimate, Test
from lossary.frames.binning import BINS
from lossary.frames.label_counts import Counted, as_cells
from lossary.frames.query import Asked, asked
from lossary.frames.results import Gain, Gains
from lossary.frames.rows_in_memory import rows_of
from lossary.measures import entropy_from_counts as plug_in_entropy
from lossary.measures.representations import in_base

__all__ = [
    "by_rows",
    "conditional_mutual_information",
    "entropy",
    "information_gain",
    "mutual_information",
]

Kinds = Mapping[str, str] | None
ADJUSTED = "adjusted"
"""Information less what chance gives on average."""


def entropy(
    data: Any,
    columns: Sequence[str] | str | None = None,
    *,
    method: str | None = None,
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    k: int = 3,
    kinds: Kinds = None,
    weights: str | None = None,
    base: float | None = None,
) -> dict[str, Estimate]:
    """Entropy of each column of a frame.

    ``H(X) = -Σ p log p`` of its labels, by any method of :func:`lossary.estimate.entropy`,
    Grassberger's unless said. Of a continuous column that of its bins, which is near the logarithm
    of their number whatever the column holds; or with ``continuous="ksg"`` its differential
    entropy.

    Parameters
    ----------
    data
        A frame of any engine.
    columns
        Which columns; all but the weights, unless given.
    method
        An estimator of entropy from counts.
    missing, continuous, bins, k, kinds, weights, base
        As for all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    For each column an :class:`~lossary.estimate.Estimate`.

    Raises
    ------
    LossaryError
        For an unknown column, with the nearest, labels of several types, no rows, bad weights, and
        what an engine cannot read.

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
    a = asked(
        data, columns, missing=missing, continuous=continuous, bins=bins, k=k, kinds=kinds,
        weights=weights,
    )  # fmt: skip
    tables = a.counted([(n,) for n in a.names if not a.by_neighbours(n)])
    found = {n: _entropy(a, n, method, tables.get((n,))).noted(*a.omitted) for n in a.names}
    return {name: e.in_base(base) for name, e in found.items()}


def _entropy(a: Asked, name: str, method: str | None, table: Counted | None = None) -> Estimate:
    """Return the entropy of a column in nats, from its counts, or from its rows."""
    if a.by_neighbours(name):
        rows, note = rows_of(a, (name,))
        return entropy_of_samples(rows[name], kind="continuous", k=a.k).noted(note)
    table = table or a.counted([(name,)])[name,]
    return a.estimate("entropy", table, (name,), method)


def by_rows(
    a: Asked, measure: Callable[..., Estimate], names: Sequence[str], method: str | None
) -> Estimate:
    """Return a measure of samples of some columns, which are read into memory, in nats."""
    rows, note = rows_of(a, names)
    kinds = [a.field(n).taken_as for n in names]
    return measure(*(rows[n] for n in names), method=method, kinds=kinds, k=a.k).noted(note)


def mutual_information(
    data: Any,
    a: str,
    b: str,
    *,
    method: str | None = None,
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    k: int = 3,
    kinds: Kinds = None,
    weights: str | None = None,
    base: float | None = None,
) -> Estimate:
    """Mutual information of two columns of a frame.

    ``I(X;Y) = H(X) + H(Y) - H(X,Y)`` of their labels or bins, by any method of
    :func:`lossary.estimate.mutual_information`, Miller and Madow's unless said.

    Parameters
    ----------
    data
        A frame of any engine.
    a, b
        The names of the columns.
    method
        An estimator of entropy from counts; with ``continuous="ksg"`` one for numbers, if either
        column is continuous.
    missing, continuous, bins, k, kinds, weights, base
        As for all measures of frames, see :mod:`lossary.frames.information`.

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
      nothing is corrected: chance alone makes it positive, the more the larger the table
      taken as: x discrete, y discrete

    References
    ----------
    Shannon, A Mathematical Theory of Communication, 1948

    """
    found = asked(
        data, [a, b], missing=missing, continuous=continuous, bins=bins, k=k, kinds=kinds,
        weights=weights,
    )  # fmt: skip
    if found.by_neighbours(a, b):
        return by_rows(found, information_of_samples, (a, b), method).in_base(base)
    table = found.counted([(a, b)])[a, b]
    return found.estimate("mutual_information", table, (a, b), method).in_base(base)


def conditional_mutual_information(
    data: Any,
    a: str,
    b: str,
    given: str,
    *,
    method: str | None = None,
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    k: int = 3,
    kinds: Kinds = None,
    weights: str | None = None,
    base: float | None = None,
) -> Estimate:
    """Mutual information of two columns of a frame once a third is known.

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
        As for all measures of frames, see :mod:`lossary.frames.information`.

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
    found = asked(
        data, list(names), missing=missing, continuous=continuous, bins=bins, k=k, kinds=kinds,
        weights=weights,
    )  # fmt: skip
    if found.by_neighbours(*names):
        return by_rows(found, conditional_of_samples, names, method).in_base(base)
    table = found.counted([names])[names]
    return found.estimate("conditional_mutual_information", table, names, method).in_base(base)


def information_gain(
    data: Any,
    target: str,
    columns: Sequence[str] | None = None,
    *,
    method: str | None = None,
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    k: int = 3,
    kinds: Kinds = None,
    weights: str | None = None,
    base: float | None = None,
) -> Gains:
    """Mutual information of every column with a target, corrected for chance, and tested.

    ``I(X;Y) = H(Y) - H(Y|X)``: by how much a column lowers the entropy of the target. What chance
    gives to a column of such labels, the exact mean over all permutations of its rows, is taken
    off: near ``(r - 1)(c - 1) / 2n`` for a full table, as Miller and Madow have it, but all of it
    for a column of row numbers, which counts alone would prefer. The p-value is that of the G-test,
    its statistic scaled to its exact mean.

    Parameters
    ----------
    data
        A frame of any engine.
    target
        The column that is to be told.
    columns
        Those to tell it; all others but the weights, unless given.
    method
        ``"adjusted"``, or as for :func:`mutual_information`; weighted, the plug-in.
    missing, continuous, bins, k, kinds, weights, base
        As for all measures of frames, see :mod:`lossary.frames.information`.

    Returns
    -------
    :class:`~lossary.frames.Gains`, the largest first; ``print`` shows a table.

    Raises
    ------
    LossaryError
        As for :func:`entropy`, and for a frame without other columns than the target.

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
    a = asked(
        data,
        None if given is None else [target, *(c for c in given if c != target)],
        missing=missing, continuous=continuous, bins=bins, k=k, kinds=kinds, weights=weights,
        target=target,
    )  # fmt: skip
    if target not in a.names:
        raise validation.unknown_name(target, a.names, "column")
    others = [n for n in a.names if n != target]
    if not others:
        message = f"there is no column besides the target {target!r} to tell it"
        raise validation.LossaryError(message)
    tables = a.counted([(n, target) for n in others if not a.by_neighbours(n, target)])
    whole = _entropy(a, target, None if method == ADJUSTED else method)
    gains = [_gain(a, (n, target), tables.get((n, target)), method) for n in others]
    bounded = not a.by_neighbours(target)
    gains = [_shared(g, whole, base, bounded=bounded) for g in gains]
    gains.sort(key=lambda g: -g.information.value)
    return Gains(a.field(target), whole.in_base(base), tuple(gains), a.notes, a.source.backend)


def _gain(a: Asked, pair: tuple[str, str], table: Counted | None, method: str | None) -> Gain:
    """Return what a column tells about the target, in nats."""
    field = a.field(pair[0])
    if table is None:
        return Gain(field, by_rows(a, information_of_samples, pair, None), None, 0.0)
    cells = as_cells(table.table)
    if a.weights is not None:
        return Gain(field, a.estimate("mutual_information", table, pair, method), None, 0.0)
    x, y = (cells.marginal((axis,))[0] for axis in (0, 1))
    expected = expected_mutual_information(x, y)
    plain = a.estimate("mutual_information", table, pair, "plug_in")
    degrees = (len(x) - 1) * (len(y) - 1)
    p_value = scaled_p_value(plain.value, expected, degrees)
    test = Test(2 * plain.n * plain.value, p_value, "g_test, scaled to its mean", degrees)
    if method not in {None, ADJUSTED}:
        return Gain(field, a.estimate("mutual_information", table, pair, method), test, 0.0)
    left = plain.value - expected if degrees else 0.0
    room = max(float(plug_in_entropy(y)) - expected, 0.0)
    bias = "what chance gives on average, over all permutations of the rows, is taken off"
    return Gain(
        field,
        replace(plain, value=left, method=ADJUSTED, bias=bias),
        test,
        left / room if room > 1e-12 else 0.0,
        room,
    )


def _shared(gain: Gain, whole: Estimate, base: float | None, *, bounded: bool) -> Gain:
    """Return a gain with its share of the target's entropy, in a base."""
    share, most = gain.share, gain.most
    if gain.information.method != ADJUSTED:
        share = gain.information.value / whole.value if whole.value > 0 else 0.0
        most = max(whole.value, 0.0) if bounded else inf
    most = most if most == inf else float(in_base(most, base))
    return replace(gain, information=gain.information.in_base(base), share=share, most=most)
