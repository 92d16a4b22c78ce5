"""The inputs of a comparison: frames of any engine, or the counts of an accumulator."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.accumulator import Accumulator
from lossary.estimate.accumulator_config import require_known
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.frames.binning import Bins, bins_of_counts
from lossary.frames.column_types import Field, fields, nested
from lossary.frames.engines import Source, as_source
from lossary.frames.label_counts import LabelTable
from lossary.frames.measure_options import make_query
from lossary.frames.number_precision import start_of
from lossary.frames.time_values import DAY, DAYS, seconds_of, type_of

__all__ = ["CountRequest", "DriftInput", "InputCounts", "drift_input"]

Array = np.ndarray[Any, Any]
_SINGLE = 12
_KIND_OF_TYPE: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool,), "boolean"),
    ((float,), "number"),
    ((int,), "integer"),
    ((dt.date, dt.time, dt.timedelta, np.datetime64, np.timedelta64), "date"),
)


@dataclass(frozen=True)
class CountRequest:
    """Columns to count, and the rules for counting them.

    ``bins`` is the number of quantile bins to make of numbers, or the bins to use. Columns of
    ``rounded`` are rounded: times to days, numbers to the precision of a type.
    """

    names: Sequence[str]
    kinds: Mapping[str, str]
    missing: str
    bins: int | Mapping[str, Bins]
    rounded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InputCounts:
    """The counts of an input's columns, and the bins of those that hold numbers."""

    bins: Mapping[str, Bins]
    tables: Mapping[str, LabelTable]


class DriftInput(Protocol):
    """One of two inputs to compare, column by column."""

    names: tuple[str, ...]
    nested: Mapping[str, str]
    rows: int

    def fields(self, names: Sequence[str], kinds: Mapping[str, str]) -> dict[str, Field]:
        """Return the types of columns."""

    def missing(self, name: str) -> int:
        """Return the number of rows without a value in a column."""

    def count(self, request: CountRequest) -> InputCounts:
        """Count the labels of columns.

        Bins that are made here have one more below the smallest value, one more above the largest.
        """


def drift_input(data: Any, name: str) -> DriftInput:
    """Return data as an input to compare; LossaryError if it has no rows."""
    found: DriftInput = (
        _AccumulatorInput(data) if isinstance(data, Accumulator) else _FrameInput(as_source(data))
    )
    if not found.rows:
        message = f"{name} has no rows"
        raise validation.LossaryError(message)
    return found


class _FrameInput:
    """A frame of any engine."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.names = tuple(source.frame.collect_schema())
        self.nested: Mapping[str, str] = {f.name: f.dtype for f in nested(source.frame)}
        self.rows = source.count_rows() if self.names else 0

    def fields(self, names: Sequence[str], kinds: Mapping[str, str]) -> dict[str, Field]:
        return {f.name: f for f in fields(self.source.frame, names, kinds=kinds)}

    def missing(self, name: str) -> int:
        frame, x = self.source.frame.lazy(), nw.col(name)
        if frame.collect_schema()[name].is_float():
            x = nw.when(~x.is_nan()).then(x)
        flags = frame.select(x.is_null().cast(nw.Int64).alias("n"))
        return int(self.source.collect(flags.select(nw.col("n").sum()))["n"][0])

    def count(self, request: CountRequest) -> InputCounts:
        r, makes_bins = request, isinstance(request.bins, int)
        bins: dict[str, Any] = {"bins" if makes_bins else "fixed": r.bins}
        query = make_query(
            self.source, r.names, missing=r.missing, kinds=r.kinds, rounded=r.rounded, **bins
        )
        if makes_bins:
            outer = {n: b.with_outer_bins() for n, b in query.spec.bins.items()}
            query = replace(query, spec=replace(query.spec, bins=outer))
        tables = query.count([(name,) for name in r.names])
        return InputCounts(query.spec.bins, {name: tables[name,] for name in r.names})


class _AccumulatorInput:
    """The counts of an accumulator; numbers are binned by their counts."""

    def __init__(self, counts: Accumulator) -> None:
        self.counted, self.names, self.rows = counts.counted, counts.columns, counts.rows
        self.nested: Mapping[str, str] = {}

    def fields(self, names: Sequence[str], kinds: Mapping[str, str]) -> dict[str, Field]:
        for name in names:
            require_known(name, self.names)
        return {name: self._field(name, kinds.get(name)) for name in names}

    def missing(self, name: str) -> int:
        return int(self.counted.counts[name][-1])

    def _field(self, name: str, taken_as: str | None) -> Field:
        labels = self.counted.labels[name]
        # Of whole numbers and fractions in one column, some are floats.
        example = next((v for v in labels if isinstance(v, float)), labels[0] if labels else "")
        kind = next((kind for types, kind in _KIND_OF_TYPE if isinstance(example, types)), "text")
        default = "continuous" if kind in {"number", "date"} else "discrete"
        dtype = type_of(example) if kind == "date" else type(example).__name__
        if kind == "number" and _single(labels):
            dtype = "Float32"
        return Field(name, kind, dtype, taken_as or default)

    def count(self, request: CountRequest) -> InputCounts:
        bins, tables = {}, {}
        for name, column in self.fields(request.names, request.kinds).items():
            labels, counts = list(self.counted.labels[name]), self.counted.counts[name]
            if not column.discrete:
                bins[name], values = self._binned_values(column, labels, counts, request)
                labels, counts = _binned(bins[name], values, counts)
            kept = request.missing == "category" and int(counts[-1]) > 0
            shown = counts if kept else counts[:-1]
            (index,) = np.nonzero(shown)
            cells = SparseJointTable(shown[index], (index,), shown.shape)
            tables[name] = LabelTable(cells, (labels + [None] * kept,))
        return InputCounts(bins, tables)

    def _binned_values(
        self, column: Field, labels: list[Any], counts: Array, request: CountRequest
    ) -> tuple[Bins, Array]:
        """Return the bins of a column of numbers, and its distinct values as numbers."""
        rounding = request.rounded.get(column.name)
        if not isinstance(request.bins, int):
            bins = request.bins[column.name]
            return bins, _numbers(column, labels, rounding, bins.offset)
        whole = column.kind == "integer" and rounding is None
        offset = start_of(labels) if whole else 0
        values = _numbers(column, labels, rounding, offset)
        bins = _bins(values, counts[:-1], request.bins)
        bins = replace(bins, quantity=column.quantity, offset=offset)
        return bins.with_outer_bins(), values


def _single(labels: list[Any]) -> bool:
    """Tell whether numbers are of single precision: exact in it, and with digits typical of it."""
    values = np.array(labels, dtype=np.float64)
    with np.errstate(over="ignore"):
        exact = bool((values.astype(np.float32) == values).all())
    return exact and any(len(repr(v)) > _SINGLE for v in values.tolist())


def _numbers(column: Field, labels: list[Any], rounding: str | None, offset: int) -> Array:
    if column.kind != "date":
        values = np.array([v - offset for v in labels] if offset else labels, dtype=np.float64)
        return values if rounding is None else values.astype(rounding).astype(np.float64)
    values = seconds_of(labels)
    return np.floor(values / DAY) * DAY if rounding == DAYS else values


def _bins(values: Array, counts: Array, bins: int) -> Bins:
    """Return the quantile bins of rows with these values."""
    ordered, place = np.unique(values, return_inverse=True)
    summed = np.zeros(len(ordered), dtype=np.int64)
    np.add.at(summed, place, counts)
    return bins_of_counts(ordered, summed, bins)


def _binned(bins: Bins, values: Array, counts: Array) -> tuple[list[Any], Array]:
    """Return the numbers of the occupied bins, and their counts; that of missing values is last."""
    summed = np.zeros(len(bins), dtype=np.int64)
    np.add.at(summed, bins.codes(values).astype(np.intp), counts[:-1])
    (occupied,) = np.nonzero(summed)
    return [float(i) for i in occupied], np.append(summed[occupied], counts[-1])
