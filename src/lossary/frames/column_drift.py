"""Drift of the columns of a frame from those of a reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.accumulator import Accumulator
from lossary.formulas.record import NONNEGATIVE
from lossary.frames.column_divergence import align_counts, label_texts
from lossary.frames.column_types import (
    MISSING_RULES,
    NESTED,
    NOT_LABELS,
    Field,
    nearly_unique,
)
from lossary.frames.drift_results import ColumnDrift, Drift, NearlyUnique, Retyped, with_grades
from lossary.frames.drift_sources import CountRequest, DriftInput, InputCounts, drift_input
from lossary.frames.drift_statistics import compare_counts
from lossary.frames.engines import as_source
from lossary.frames.number_precision import DOUBLE, digits_of
from lossary.frames.out_of_range_bins import merge_outer_bins
from lossary.frames.results import plural, unit_of
from lossary.frames.time_values import DAYS, quantity_of
from lossary.measures.representations import in_base

__all__ = ["DRIFT_BINS", "drift"]

DRIFT_BINS = 10

_EMPTY = "only missing values"
_VALUE_OR_MISSING = ("any value", None)
_LOWER_PRECISION = "compared as {}, the precision of one side"
_TEXT, _NUMBERS = {"text", "categorical"}, {"integer", "number"}
_DATES = {"date", "datetime"}

Array = np.ndarray[Any, Any]


def drift(
    reference: Any,
    current: Any,
    columns: Sequence[str] | str | None = None,
    *,
    bins: int = DRIFT_BINS,
    smoothing: float = 0.5,
    missing: str = "category",
    kinds: Mapping[str, str] | None = None,
    base: float | None = None,
) -> Drift:
    """Drift of each column of a frame from the same column of a reference.

    With p the current rows' shares of a column's labels and q the reference's, ``JS = H((p + q)/2)
    - H(p)/2 - H(q)/2``, within [0, log 2]; ``KL = Σ p log(p/q)``; and the population stability
    index ``PSI = Σ (p - q) log(p/q)``, which is Jeffreys' divergence. Numbers with fractions, whole
    numbers of more than ``bins`` distinct values, dates, datetimes, durations and times of day are
    counted in that many bins between the quantiles of the reference. A value that alone fills a
    bin's share of the rows has a bin of its own, and so have the values outside the reference's
    range if there are more of them than expected by chance. Null and NaN are a label of their own.
    Dates are compared with datetimes by day, datetimes without a time zone with others as UTC, and
    this is noted. A column in which nearly every label occurs once, on both sides, is listed but
    not measured. JS is computed from the counts; for KL and PSI ``smoothing`` rows are added to
    each label, on both sides.

    The divergence expected between two samples of one distribution is subtracted: the exact mean
    over all ways to split the labels' totals into samples of these sizes. JS is then rescaled so
    that it is log 2 if no label is in common. The standard error is the delta method's, corrected
    for the variance expected by chance. The p-value is that of the G-test with its exact mean and
    variance under the same permutations, so it holds for few rows and many labels too.

    Parameters
    ----------
    reference
        A frame of any engine, or an :class:`~lossary.estimate.Accumulator` of its columns.
    current
        The same for the rows to compare.
    columns
        The columns to compare; by default all of the reference but nested ones.
    bins
        The number of quantile bins of a continuous column: there are fewer only if values tie, more
        if a value has a bin of its own or lies outside.
    smoothing
        The rows added to each label for KL and PSI; with 0, they are infinite if a label is on one
        side only, and are not corrected.
    missing
        The treatment of null and NaN: ``"category"``, or ``"drop"``. A column without a value on
        one side then counts as retyped; on both, it is left out.
    kinds
        Columns to treat differently from their type: ``{"age": "continuous"}``, ``{"day":
        "discrete"}``. If one side has whole numbers and the other fractions, both are continuous.
    base
        The base of the logarithm; by default the unit is nats.

    Returns
    -------
    A :class:`~lossary.frames.Drift`: the compared columns, largest drift first, each with its
    grade, and the columns that were added, are missing, or changed type; ``print`` shows a table.

    Raises
    ------
    LossaryError
        For an unknown column, naming the nearest; a side without rows; options out of range.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> before = pl.DataFrame(
    ...     {"age": [float(i % 50) for i in range(1000)], "plan": ["a", "b"] * 500}
    ... )
    >>> after = pl.DataFrame({"age": [20.0 + i % 50 for i in range(500)], "plan": ["a", "b"] * 250})
    >>> print(frames.drift(before, after))
    reference 1000 rows, current 500 rows; nats
    column     JS/log 2       PSI        KL         p
    age          0.3967    4.4442    2.6168 1.05e-156  large
    plan        -0.0005   -0.0030   -0.0015         1

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991; Jeffreys, An Invariant Form for the
    Prior Probability, 1946; Vinh, Epps and Bailey, Information Theoretic Measures for Clusterings
    Comparison: Variants, Properties, Normalization and Correction for Chance, 2010

    """
    validation.choice("missing", missing, MISSING_RULES)
    validation.number("smoothing", smoothing, NONNEGATIVE)
    before, after = (
        drift_input(reference, "the reference"),
        drift_input(current, "the current frame"),
    )
    wanted = _wanted(before, columns)
    left_out, retyped = _nested(before, after) if columns is None else ({}, ())
    wanted = [n for n in wanted if n not in left_out]
    kinds = {k: v for k, v in (kinds or {}).items() if k in wanted}
    common = [n for n in wanted if n in after.names and n not in {r.name for r in retyped}]
    compared = _comparable(before, after, common, kinds)
    fields, kinds = compared.fields, compared.kinds
    retyped += compared.retyped
    if missing == "drop":
        empty = _without_values(before, after, fields)
        one_sided = tuple(Retyped(c.field.name, *c.contents) for c in compared.one_sided)
        retyped += tuple(r for r in (*empty, *one_sided) if r.before != r.after)
        fields = {n: f for n, f in fields.items() if n not in {r.name for r in empty}}
    kinds |= _many_valued(before, fields, kinds, bins)
    fields, names = before.fields(list(fields), kinds) if fields else {}, list(fields)
    request = CountRequest(names, kinds, missing, bins, compared.rounded)
    counts = _counts_of_both(before, after, request) if names else (InputCounts({}, {}),) * 2
    unique = _nearly_unique(counts, names, (before.rows, after.rows))
    found = [
        _column(fields[n], counts, smoothing, base, requested=bins, notes=compared.notes.get(n, ()))
        for n in fields
        if n not in {u.name for u in unique}
    ]
    if missing == "category":
        found += [_by_missing(c, smoothing, base) for c in compared.one_sided]
    return Drift(
        columns=with_grades(sorted(found, key=lambda c: -c.share)),
        added=tuple(n for n in after.names if n not in before.names) if columns is None else (),
        missing=tuple(n for n in wanted if n not in after.names),
        retyped=retyped,
        nearly_unique=unique,
        rows=(before.rows, after.rows),
        bins=bins,
        smoothing=smoothing,
        unit=unit_of(base),
        backend="pyarrow" if isinstance(current, Accumulator) else as_source(current).backend,
        left_out=left_out,
    )


def _wanted(before: DriftInput, columns: Sequence[str] | str | None) -> list[str]:
    given = [columns] if isinstance(columns, str) else columns
    for name in given or ():
        if name not in before.names:
            raise validation.unknown_name(name, before.names, "column of the reference")
    return list(before.names) if given is None else list(dict.fromkeys(given))


def _nested(before: DriftInput, after: DriftInput) -> tuple[dict[str, str], tuple[Retyped, ...]]:
    """Return why columns nested on both sides are left out, and those nested on one side only."""
    left_out = {n: t for n, t in before.nested.items() if n in after.nested}
    retyped = [
        Retyped(name, *(NESTED if name in s.nested else _content(s.fields([name], {})[name])
                        for s in (before, after)))
        for name in before.names
        if name in after.names and (name in before.nested) != (name in after.nested)
    ]  # fmt: skip
    return {n: NOT_LABELS.format(t) for n, t in left_out.items()}, tuple(retyped)


@dataclass(frozen=True)
class _Comparable:
    """The columns that can be compared, how they are rounded, and the columns that cannot."""

    fields: dict[str, Field]
    retyped: tuple[Retyped, ...]
    kinds: dict[str, str]
    rounded: dict[str, str]
    notes: dict[str, tuple[str, ...]]
    one_sided: tuple["_OneSided", ...]


@dataclass(frozen=True)
class _OneSided:
    """A column of two types with values on one side at most.

    ``counts`` are the rows with and without a value, one row of the array for each side.
    """

    field: Field
    contents: tuple[str, str]
    counts: Array


def _comparable(
    before: DriftInput, after: DriftInput, names: list[str], kinds: dict[str, str]
) -> _Comparable:
    reference, current = before.fields(names, kinds), after.fields(names, {})
    fields, unlike, taken_as = {}, list[_OneSided | Retyped](), dict(kinds)
    notes: dict[str, tuple[str, ...]] = {}
    for name in names:
        first, second = reference[name], current[name]
        contents = {_content(first), _content(second)}
        two_times = contents <= _DATES and first.quantity != second.quantity
        if two_times and not first.discrete:
            notes[name] = (_time_note(first, second),)
        elif contents == _NUMBERS:
            taken_as.setdefault(name, "continuous")
        elif two_times or not (len(contents) == 1 or contents == _TEXT):
            unlike.append(_one_sided(first, second, (before, after)))
            continue
        fields[name] = first
    kept = {n: kind for n, kind in taken_as.items() if n in fields}
    digits = {n: d for n in fields if (d := digits_of(reference[n], current[n])) is not None}
    days = [n for n in notes if "date" in {_content(reference[n]), _content(current[n])}]
    rounded = digits | dict.fromkeys(days, DAYS)
    notes |= {n: (_LOWER_PRECISION.format(d),) for n, d in digits.items() if d != DOUBLE}
    retyped = tuple(c for c in unlike if isinstance(c, Retyped))
    one_sided = tuple(c for c in unlike if isinstance(c, _OneSided))
    return _Comparable(fields, retyped, kept, rounded, notes, one_sided)


def _one_sided(
    first: Field, second: Field, sides: tuple[DriftInput, DriftInput]
) -> _OneSided | Retyped:
    """Return a column of two types: retyped if both sides have values."""
    missing = [side.missing(first.name) for side in sides]
    counts = np.array([[side.rows - n, n] for side, n in zip(sides, missing, strict=True)])
    contents = [
        _content(column) if values else _EMPTY
        for column, values in zip((first, second), counts[:, 0], strict=True)
    ]
    if counts[:, 0].all():
        return Retyped(first.name, *contents)
    return _OneSided(second if counts[1, 0] else first, (contents[0], contents[1]), counts)


def _by_missing(column: _OneSided, smoothing: float, base: float | None) -> ColumnDrift:
    occurs = column.counts.sum(axis=0) > 0
    labels = [label for label, some in zip(_VALUE_OR_MISSING, occurs, strict=True) if some]
    reference, current = column.counts[:, occurs]
    notes = (f"{_EMPTY} on one side: compared by the share of missing values",)
    return _column_drift(column.field, labels, (reference, current), smoothing, base, notes=notes)


def _time_note(before: Field, after: Field) -> str:
    """Return the note on how two columns of dates and datetimes, or of zones, are compared."""
    quantities = before.quantity, after.quantity
    if "date" in quantities:
        dates = "the reference" if before.quantity == "date" else "the current rows"
        zone = " in UTC" if "datetime in UTC" in quantities else ""
        return f"dates in {dates}, datetimes on the other side: compared by day{zone}"
    naive = "the reference" if before.quantity == "datetime" else "the current rows"
    return f"without a time zone in {naive}, with one on the other side: taken as UTC"


def _without_values(
    before: DriftInput, after: DriftInput, fields: Mapping[str, Field]
) -> tuple[Retyped, ...]:
    """Return the columns that have only missing values, on one side at least."""
    if not fields:
        return ()
    kinds = {n: f.taken_as for n, f in fields.items() if f.kind in _NUMBERS}
    both = _counts_of_both(before, after, CountRequest(list(fields), kinds, "category", 2))
    contents = {
        name: [
            _EMPTY if set(counts.tables[name].labels[0]) <= {None} else _content(column)
            for counts in both
        ]
        for name, column in fields.items()
    }
    return tuple(Retyped(n, *sides) for n, sides in contents.items() if _EMPTY in sides)


def _counts_of_both(
    before: DriftInput, after: DriftInput, request: CountRequest
) -> tuple[InputCounts, InputCounts]:
    """Count the reference, then the current input in the reference's bins."""
    reference = before.count(request)
    return reference, after.count(replace(request, bins=reference.bins))


def _content(column: Field) -> str:
    """Return the kind of a column, for dates the quantity: date, datetime, duration or time."""
    return quantity_of(column.dtype).partition(" ")[0] if column.kind == "date" else column.kind


def _many_valued(
    before: DriftInput, fields: Mapping[str, Field], kinds: Mapping[str, str], bins: int
) -> dict[str, str]:
    """Return the columns of whole numbers with so many values that they are continuous."""
    whole = [n for n, column in fields.items() if column.kind == "integer" and n not in kinds]
    if not whole:
        return {}
    counts = before.count(CountRequest(whole, {}, "category", bins))
    many = [n for n in whole if len(counts.tables[n].labels[0]) > bins]
    return dict.fromkeys(many, "continuous")


def _nearly_unique(
    counts: tuple[InputCounts, InputCounts], names: Sequence[str], rows: tuple[int, int]
) -> tuple[NearlyUnique, ...]:
    """Return the columns in which nearly every label occurs once, on both sides."""
    found = []
    for name in (n for n in names if n not in counts[0].bins):
        reference, current = (set(side.tables[name].labels[0]) for side in counts)
        sizes, both = (len(reference), len(current)), reference & current
        if all(nearly_unique(labels, n) for labels, n in zip(sizes, rows, strict=True)):
            found.append(NearlyUnique(name, sizes, rows, len(both) / len(reference | current)))
    return tuple(found)


def _column(
    column: Field,
    counts: tuple[InputCounts, InputCounts],
    smoothing: float,
    base: float | None,
    *,
    requested: int,
    notes: tuple[str, ...],
) -> ColumnDrift:
    name = column.name
    labels, reference, current = align_counts(*(side.tables[name] for side in counts))
    bins = counts[0].bins.get(name)
    if bins is not None:
        bins, labels, reference, current = merge_outer_bins(bins, labels, reference, current)
        if bins.filled < requested:
            notes += (f"{plural(bins.filled, 'bin')} instead of {requested}, because values tie",)
    texts = label_texts(labels, bins)
    return _column_drift(column, texts, (reference, current), smoothing, base, notes=notes)


def _column_drift(
    column: Field,
    labels: Sequence[Any],
    sides: tuple[Array, Array],
    smoothing: float,
    base: float | None,
    *,
    notes: tuple[str, ...],
) -> ColumnDrift:
    found = compare_counts(*sides, smoothing)
    return ColumnDrift(
        column=column,
        js=found.js.in_base(base),
        kl=found.kl.in_base(base),
        psi=found.psi.in_base(base),
        largest=float(in_base(np.log(2.0), base)),
        observed={k: float(in_base(v, base)) for k, v in found.observed.items()},
        test=found.test,
        labels=tuple(labels),
        reference=sides[0],
        current=sides[1],
        notes=notes,
    )
