"""The two sides of a comparison: frames of any engine, or counts that an accumulator kept."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.accumulator import Accumulator
from lossary.estimate.accumulator_config import require_known
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.frames.binning import Bins, bins_of_counts
from lossary.frames.column_types import Field, fields, nested
from lossary.frames.engines import Source, opened
from lossary.frames.label_counts import Counted
from lossary.frames.number_precision import start_of
from lossary.frames.query import asked
from lossary.frames.time_values import DAY, DAYS, seconds_of, type_of

__all__ = ["Seen", "Side", "side"]

Array = np.ndarray[Any, Any]
_SINGLE = 12
_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool,), "boolean"),
    ((float,), "number"),
    ((int,), "integer"),
    ((dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64), "date"),
)

Cuts = int | Mapping[str, Bins]
"""How many quantile bins a side is to make of its numbers, or the bins that are given."""


@dataclass(frozen=True)
class Seen:
    """The counts of one side's columns, and the bins of those that hold numbers."""

    bins: Mapping[str, Bins]
    tables: Mapping[str, Counted]


class Side(Protocol):
    """One of two things to compare, column by column."""

    names: tuple[str, ...]
    nested: Mapping[str, str]
    rows: int

    def fields(self, names: Sequence[str], kinds: Mapping[str, str]) -> dict[str, Field]:
        """Return what columns hold."""

    def missing(self, name: str) -> int:
        """Return how many rows have no value in a column."""

    def look(
        self,
        names: Sequence[str],
        kinds: Mapping[str, str],
        missing: str,
        cuts: Cuts,
        rounded: Mapping[str, str] | None = None,
    ) -> Seen:
        """Count columns, moments by day and numbers with the digits of a type where asked for.

        Bins that are made here have one more below the least value, one more above the largest.
        """


def side(data: Any, whose: str) -> Side:
    """Return a side, not without rows."""
    found: Side = _Counts(data) if isinstance(data, Accumulator) else _Frame(opened(data))
    if not found.rows:
        message = f"{whose} has no rows"
        raise validation.LossaryError(message)
    return found


class _Frame:
    """A frame of any engine."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = tuple(source.frame.collect_schema())
        self.nested: Mapping[str, str] = {f.name: f.dtype for f in nested(source.frame)}
        counted = source.frame.lazy().select(nw.len().alias("n"))
        self.rows = int(source.collect(counted)["n"][0]) if self.names else 0

    def fields(self, names: Sequence[str], kinds: Mapping[str, str]) -> dict[str, Field]:
        return {f.name: f for f in fields(self.source.frame, names, kinds=kinds)}

    def missing(self, name: str) -> int:
        frame, x = self.source.frame.lazy(), nw.col(name)
        if frame.collect_schema()[name].is_float():
            x = nw.when(~x.is_nan()).then(x)
        flags = frame.select(x.is_null().cast(nw.Int64).alias("n"))
        return int(self.source.collect(flags.select(nw.col("n").sum()))["n"][0])

    def look(
        self,
        names: Sequence[str],
        kinds: Mapping[str, str],
        missing: str,
        cuts: Cuts,
        rounded: Mapping[str, str] | None = None,
    ) -> Seen:
        how: dict[str, Any] = {"bins": cuts} if isinstance(cuts, int) else {"fixed": cuts}
        a = asked(self.source, names, missing=missing, kinds=kinds, rounded=rounded, **how)
        if isinstance(cuts, int):
            bounded = {n: bins.bounded() for n, bins in a.question.bins.items()}
            a = replace(a, question=replace(a.question, bins=bounded))
        tables = a.counted([(name,) for name in names])
        return Seen(a.question.bins, {name: tables[name,] for name in names})


class _Counts:
    """What an accumulator counted; numbers are binned by their counts."""

    def __init__(self, counts: Accumulator) -> None:
        self.counted, self.names, self.rows = counts.counted, counts.columns, counts.rows
        self.nested: Mapping[str, str] = {}

    def fields(self, names: Sequence[str], kinds: Mapping[str, str]) -> dict[str, Field]:
        for name in names:
            require_known(name, self.names)
        return {name: self._field(name, kinds.get(name)) for name in names}

    def missing(self, name: str) -> int:
        return int(self.counted.counts[name][-1])

    def _field(self, name: str, said: str | None) -> Field:
        labels = self.counted.labels[name]
        # Of whole numbers and fractions in one column, some are floats.
        held = next((v for v in labels if isinstance(v, float)), labels[0] if labels else "")
        kind = next((kind for types, kind in _KINDS if isinstance(held, types)), "text")
        told = "continuous" if kind in {"number", "date"} else "discrete"
        dtype = type_of(held) if kind == "date" else type(held).__name__
        if kind == "number" and _single(labels):
            dtype = "Float32"
        return Field(name, kind, dtype, said or told)

    def look(
        self,
        names: Sequence[str],
        kinds: Mapping[str, str],
        missing: str,
        cuts: Cuts,
        rounded: Mapping[str, str] | None = None,
    ) -> Seen:
        bins, tables = {}, {}
        for name, field in self.fields(names, kinds).items():
            labels, counts = list(self.counted.labels[name]), self.counted.counts[name]
            if not field.discrete:
                how, wide = (rounded or {}).get(name), field.kind == "integer"
                if isinstance(cuts, int):
                    offset = start_of(labels) if wide and how is None else 0
                    values = _numbers(field, labels, how, offset)
                    made = _bins(values, counts[:-1], cuts)
                    bins[name] = replace(made, sort=field.sort, offset=offset).bounded()
                else:
                    bins[name] = cuts[name]
                    values = _numbers(field, labels, how, bins[name].offset)
                labels, counts = _binned(bins[name], values, counts)
            kept = missing == "category" and int(counts[-1]) > 0
            shown = counts if kept else counts[:-1]
            (index,) = np.nonzero(shown)
            cells = SparseJointTable(shown[index], (index,), shown.shape)
            tables[name] = Counted(cells, (labels + [None] * kept,))
        return Seen(bins, tables)


def _single(labels: list[Any]) -> bool:
    """Tell whether numbers are those of single precision, by digits that no others have."""
    values = np.array(labels, dtype=np.float64)
    with np.errstate(over="ignore"):
        exact = bool((values.astype(np.float32) == values).all())
    return exact and any(len(repr(v)) > _SINGLE for v in values.tolist())


def _numbers(field: Field, labels: list[Any], how: str | None, offset: int = 0) -> Array:
    if field.kind != "date":
        values = np.array([v - offset for v in labels] if offset else labels, dtype=np.float64)
        return values if how is None else values.astype(how).astype(np.float64)
    values = seconds_of(labels)
    return np.floor(values / DAY) * DAY if how == DAYS else values


def _bins(values: Array, counts: Array, bins: int) -> Bins:
    """Return the quantile bins that rows of these values would have."""
    ordered, place = np.unique(values, return_inverse=True)
    summed = np.zeros(len(ordered), dtype=np.int64)
    np.add.at(summed, place, counts)
    return bins_of_counts(ordered, summed, bins)


def _binned(bins: Bins, values: Array, counts: Array) -> tuple[list[Any], Array]:
    """Return the numbers of the bins that are filled, and their counts; missing ones the last."""
    summed = np.zeros(len(bins), dtype=np.int64)
    np.add.at(summed, bins.codes(values).astype(np.intp), counts[:-1])
    (filled,) = np.nonzero(summed)
    return [float(i) for i in filled], np.append(summed[filled], counts[-1])
