"""Drift: how far the columns of a frame have moved from those of a reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.accumulator import Accumulator
from lossary.formulas.record import NONNEGATIVE
from lossary.frames.column_divergence import in_words, side_by_side
from lossary.frames.column_types import MISSING, NESTED, Field, nearly_unique
from lossary.frames.drift_inputs import Seen, Side, side
from lossary.frames.drift_results import ColumnDrift, Drift, NearlyUnique, Retyped, graded
from lossary.frames.drift_statistics import shift
from lossary.frames.engines import opened
from lossary.frames.number_precision import DOUBLE, digits_of
from lossary.frames.out_of_range_bins import settled
from lossary.frames.time_values import DAYS, sort_of
from lossary.measures.representations import in_base

__all__ = ["DRIFT_BINS", "drift"]

DRIFT_BINS = 10

_EMPTY = "nothing but missing"
_THERE = ("any value", None)
_FEWER = "compared with the digits of {}, which one side has"
_TEXT, _NUMBERS = {"text", "categorical"}, {"integer", "number"}
_POINTS = {"date", "datetime"}

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
    index ``PSI = Σ (p - q) log(p/q)``, which is Jeffreys' divergence. Numbers with fractions, and
    whole numbers of more values than ``bins``, dates, moments, durations and times of day are
    counted in so many bins between the quantiles of the reference; a value that fills a bin's share
    has one of its own, and so has what lies below its least and above its largest value, where
    that is more than chance would put there. Null and NaN are a label of their own. Dates are
    compared with moments by day, moments without a time zone with others as UTC, and it is noted.
    A column of which nearly every label occurs once, on both sides, is named and not measured.
    JS is of the counts as they are; for KL and PSI each label of either side is given
    ``smoothing`` more rows, in both.

    What two samples of one distribution would show is taken off: the mean over all ways to deal
    the labels' totals to samples of these sizes, which is known exactly. JS is then scaled so that
    no label in common is log 2 still. The error is the delta method's, less what chance has in it
    twice. The p-value is the G-test's, by its mean and variance over the same ways, so that it
    holds for few rows and many labels too.

    Parameters
    ----------
    reference
        A frame of any engine, or an :class:`~lossary.estimate.Accumulator` of its columns.
    current
        Likewise.
    columns
        Which columns; all of the reference but nested ones, unless given.
    bins
        How many quantile bins a continuous column has: fewer only where values tie, more where
        one has a bin of its own or lies outside.
    smoothing
        The rows given to each label for KL and PSI; with 0, they are infinite where a label is on
        one side alone, and are not corrected.
    missing
        What null and NaN are: ``"category"``, or ``"drop"``. A column that then holds nothing on
        one side counts as retyped; on both, it is left out.
    kinds
        Columns to be taken otherwise than their type says: ``{"age": "continuous"}``, ``{"day":
        "discrete"}``. Of whole numbers on one side and fractions on the other, both are continuous.
    base
        The base of the logarithm; nats without one.

    Returns
    -------
    A :class:`~lossary.frames.Drift`: columns, the farthest first, each with its grade, and those
    that were added, are missing, or hold something else than before; ``print`` shows a table.

    Raises
    ------
    LossaryError
        For an unknown column, with the nearest; a side without rows; options out of range.

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
    validation.choice("missing", missing, MISSING)
    validation.number("smoothing", smoothing, NONNEGATIVE)
    before, after = side(reference, "the reference"), side(current, "the current frame")
    wanted = _wanted(before, columns)
    apart, turned = _nested(before, after) if columns is None else ({}, ())
    wanted = [n for n in wanted if n not in apart]
    told = {k: v for k, v in (kinds or {}).items() if k in wanted}
    common = [n for n in wanted if n in after.names and n not in {r.name for r in turned}]
    compared = _comparable(before, after, common, told)
    fields, retyped, told = compared.fields, compared.retyped, compared.told
    if missing == "drop":
        emptied = _emptied(before, after, fields)
        held = tuple(Retyped(v.field.name, *v.held) for v in compared.vacant)
        retyped += tuple(r for r in (*emptied, *held) if r.before != r.after)
        fields = {n: f for n, f in fields.items() if n not in {r.name for r in emptied}}
    told |= _many(before, fields, told, bins)
    fields, names = before.fields(list(fields), told) if fields else {}, list(fields)
    alike = compared.rounded
    first = before.look(names, told, missing, bins, alike) if names else Seen({}, {})
    seen = first, after.look(names, told, missing, first.bins, alike) if names else first
    unique = _nearly_unique(seen, names, (before.rows, after.rows))
    found = [
        _column(fields[n], seen, smoothing, base, asked=bins, notes=compared.notes.get(n, ()))
        for n in fields
        if n not in {u.name for u in unique}
    ]
    if missing == "category":
        found += [_by_missing(v, smoothing, base) for v in compared.vacant]
    return Drift(
        columns=graded(sorted(found, key=lambda c: -c.share)),
        added=tuple(n for n in after.names if n not in before.names) if columns is None else (),
        missing=tuple(n for n in wanted if n not in after.names),
        retyped=(*turned, *retyped),
        nearly_unique=unique,
        rows=(before.rows, after.rows),
        bins=bins,
        smoothing=smoothing,
        unit="nats" if base is None else "bits" if base == 2 else f"base {base:g}",
        backend="pyarrow" if isinstance(current, Accumulator) else opened(current).backend,
        left_out=apart,
    )


def _wanted(before: Side, columns: Sequence[str] | str | None) -> list[str]:
    given = [columns] if isinstance(columns, str) else columns
    for name in given or ():
        if name not in before.names:
            raise validation.unknown_name(name, before.names, "column of the reference")
    return list(before.names) if given is None else list(dict.fromkeys(given))


def _nested(before: Side, after: Side) -> tuple[dict[str, str], tuple[Retyped, ...]]:
    """Return why columns nested on both sides are left out, and those nested on one alone."""
    apart = {n: t for n, t in before.nested.items() if n in after.nested}
    turned = [
        Retyped(name, *(NESTED if name in s.nested else _held(s.fields([name], {})[name])
                        for s in (before, after)))
        for name in before.names
        if name in after.names and (name in before.nested) != (name in after.nested)
    ]  # fmt: skip
    return {n: f"of {t}, whose values are no labels" for n, t in apart.items()}, tuple(turned)


@dataclass(frozen=True)
class _Compared:
    """The columns that can be compared, rounded alike or as told, and those that cannot."""

    fields: dict[str, Field]
    retyped: tuple[Retyped, ...]
    told: dict[str, str]
    rounded: dict[str, str]
    notes: dict[str, tuple[str, ...]]
    vacant: tuple["_Vacant", ...]


@dataclass(frozen=True)
class _Vacant:
    """A column of two types, one side of nothing: how many rows have values, have none."""

    field: Field
    held: tuple[str, str]
    counts: Array


def _comparable(before: Side, after: Side, names: list[str], told: dict[str, str]) -> _Compared:
    then, now = before.fields(names, told), after.fields(names, {})
    fields, parted, taken = {}, list[_Vacant | Retyped](), dict(told)
    notes: dict[str, tuple[str, ...]] = {}
    for name in names:
        first, second = then[name], now[name]
        kinds = {_held(first), _held(second)}
        points = kinds <= _POINTS and first.sort != second.sort
        if points and not first.discrete:
            notes[name] = _told_of(first, second)
        elif kinds == _NUMBERS:
            taken.setdefault(name, "continuous")
        elif points or not (len(kinds) == 1 or kinds == _TEXT):
            parted.append(_vacant(first, second, (before, after)))
            continue
        fields[name] = first
    kept = {k: v for k, v in taken.items() if k in fields}
    digits = {n: d for n in fields if (d := digits_of(then[n], now[n])) is not None}
    days = [n for n in notes if "date" in {_held(then[n]), _held(now[n])}]
    rounded = digits | dict.fromkeys(days, DAYS)
    notes |= {n: (_FEWER.format(d),) for n, d in digits.items() if d != DOUBLE}
    retyped = tuple(c for c in parted if isinstance(c, Retyped))
    vacant = tuple(c for c in parted if isinstance(c, _Vacant))
    return _Compared(fields, retyped, kept, rounded, notes, vacant)


def _vacant(first: Field, second: Field, sides: tuple[Side, Side]) -> _Vacant | Retyped:
    """Return a column of two types, as one if it has values on one side at most."""
    lost = [side.missing(first.name) for side in sides]
    counts = np.array([[side.rows - n, n] for side, n in zip(sides, lost, strict=True)])
    if counts[:, 0].all():
        return Retyped(first.name, _held(first), _held(second))
    there = [bool(n) for n in counts[:, 0]]
    held = [_held(f) if some else _EMPTY for f, some in zip((first, second), there, strict=True)]
    return _Vacant(second if there[1] else first, (held[0], held[1]), counts)


def _by_missing(vacant: _Vacant, smoothing: float, base: float | None) -> ColumnDrift:
    labels = [label for label, n in zip(_THERE, vacant.counts.sum(axis=0), strict=True) if n]
    reference, current = vacant.counts[:, vacant.counts.any(axis=0)]
    notes = (f"{_EMPTY} on one side: compared by the share of missing values",)
    return _made(vacant.field, labels, (reference, current), smoothing, base, notes=notes)


def _told_of(before: Field, after: Field) -> tuple[str, ...]:
    """Say how dates are compared with moments, and moments without a time zone with others."""
    sorts = before.sort, after.sort
    if "date" in sorts:
        dates = "the reference" if before.sort == "date" else "the current rows"
        zone = " in UTC" if "datetime in UTC" in sorts else ""
        return (f"dates in {dates}, moments on the other side: compared by day{zone}",)
    naive = "the reference" if before.sort == "datetime" else "the current rows"
    return (f"without a time zone in {naive}, with one on the other side: taken as UTC",)


def _emptied(before: Side, after: Side, fields: Mapping[str, Field]) -> tuple[Retyped, ...]:
    """Return the columns that hold nothing but missing labels, on a side at least."""
    if not fields:
        return ()
    kinds = {n: f.taken_as for n, f in fields.items() if f.kind in _NUMBERS}
    first = before.look(list(fields), kinds, "category", 2)
    second = after.look(list(fields), kinds, "category", first.bins)
    nothing = [
        [name for name in fields if set(seen.tables[name].labels[0]) <= {None}]
        for seen in (first, second)
    ]
    held = {n: [_EMPTY if n in empty else _held(f) for empty in nothing] for n, f in fields.items()}
    return tuple(Retyped(n, *sides) for n, sides in held.items() if _EMPTY in sides)


def _held(field: Field) -> str:
    """Return what a column holds: days, moments, durations and times of day told apart."""
    return sort_of(field.dtype).partition(" ")[0] if field.kind == "date" else field.kind


def _many(
    before: Side, fields: Mapping[str, Field], told: Mapping[str, str], bins: int
) -> dict[str, str]:
    """Return the columns of whole numbers that are continuous, as they have so many values."""
    whole = [n for n, field in fields.items() if field.kind == "integer" and n not in told]
    if not whole:
        return {}
    seen = before.look(whole, {}, "category", bins)
    several = [n for n in whole if len(seen.tables[n].labels[0]) > bins]
    return dict.fromkeys(several, "continuous")


def _nearly_unique(
    seen: tuple[Seen, Seen], names: Sequence[str], rows: tuple[int, int]
) -> tuple[NearlyUnique, ...]:
    """Return the columns of which nearly every label occurs once, on both sides."""
    found = []
    for name in (n for n in names if n not in seen[0].bins):
        then, now = (set(s.tables[name].labels[0]) for s in seen)
        sizes = len(then), len(now)
        if all(nearly_unique(labels, n) for labels, n in zip(sizes, rows, strict=True)):
            found.append(NearlyUnique(name, sizes, rows, len(then & now) / len(then | now)))
    return tuple(found)


def _column(
    field: Field,
    seen: tuple[Seen, Seen],
    smoothing: float,
    base: float | None,
    *,
    asked: int,
    notes: tuple[str, ...],
) -> ColumnDrift:
    name = field.name
    labels, reference, current = side_by_side(*(s.tables[name] for s in seen))
    bins = seen[0].bins.get(name)
    if bins is not None:
        bins, labels, reference, current = settled(bins, labels, reference, current)
        if bins.filled < asked:
            plural = "s" * (bins.filled != 1)
            notes += (f"{bins.filled} bin{plural} of the {asked} asked for, as values tie",)
    words = in_words(labels, bins)
    return _made(field, words, (reference, current), smoothing, base, notes=notes)


def _made(
    field: Field,
    labels: Sequence[Any],
    sides: tuple[Array, Array],
    smoothing: float,
    base: float | None,
    *,
    notes: tuple[str, ...],
) -> ColumnDrift:
    found = shift(*sides, smoothing)
    return ColumnDrift(
        column=field,
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
