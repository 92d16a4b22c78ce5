"""Options that all measures of frames share: columns, how each is treated, and counting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypedDict, TypeVar

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.joint_table_measures import TABLE_MEASURES
from lossary.estimate.measures_from_entropies import ENTROPY, estimate_combination
from lossary.estimate.measures_of_labels import with_effective_size
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable, as_sparse
from lossary.frames.binning import BINS, Bins, bins_of, number_of
from lossary.frames.column_types import MISSING_RULES, Field, fields, nested
from lossary.frames.engine_errors import translated_errors
from lossary.frames.engines import Source, as_source
from lossary.frames.label_counts import (
    CountSpec,
    Group,
    LabelTable,
    count_in_engine,
    count_in_memory,
    require_rows,
)
from lossary.frames.number_precision import as_numbers
from lossary.frames.out_of_memory_counts import MAX_ENGINE_TABLES, count_in_batches
from lossary.frames.results import plural
from lossary.frames.time_values import DAYS, as_seconds

__all__ = ["CONTINUOUS", "Options", "Query", "Weights", "make_query", "with_options"]

CONTINUOUS = ("bins", "ksg")
"""Treatments of continuous columns: quantile bins, or nearest neighbours."""


Kinds = Mapping[str, str] | None


class Options(TypedDict, total=False):
    """The options of every measure of frames; :func:`make_query` has their defaults."""

    missing: str
    continuous: str
    bins: int
    k: int
    kinds: Kinds
    weights: str | None


@dataclass(frozen=True)
class Weights:
    """The sum of the weights of rows, the sum of their squares, and the number above 0."""

    mass: float
    squares: float
    rows: int


@dataclass(frozen=True)
class Query:
    """Columns of a source, and how they are counted."""

    source: Source
    fields: tuple[Field, ...]
    spec: CountSpec
    rows: int
    continuous: str
    k: int
    weights: Weights | None
    nested: tuple[Field, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [f.name for f in self.fields]

    def count(self, groups: Sequence[Group]) -> dict[Group, LabelTable]:
        """Return the table of each group of columns."""
        found = self._count(list(dict.fromkeys(groups)))
        for group, counted in found.items():
            table = counted.table
            if not (table.counts if isinstance(table, SparseJointTable) else table).any():
                columns = ", ".join(map(repr, group))
                message = (
                    f"no row has a label in every one of the columns {columns}: missing='drop' "
                    "leaves none, so take missing='category'"
                )
                raise validation.LossaryError(message)
        return found

    def _count(self, wanted: list[Group]) -> dict[Group, LabelTable]:
        if not wanted:
            return {}
        if self.source.local:
            return count_in_memory(self.source, wanted, self.spec)
        countable = self.weights is None and all(len(group) <= 2 for group in wanted)
        if (
            len(wanted) > MAX_ENGINE_TABLES
            and countable
            and (self.source.streams or self.source.distributed)
        ):
            return count_in_batches(self.source, wanted, self.spec)
        return {group: count_in_engine(self.source, group, self.spec) for group in wanted}

    def by_neighbours(self, *names: str) -> bool:
        """Tell whether columns are measured by nearest neighbours, as one of them is continuous."""
        return self.continuous == "ksg" and any(not self.field(n).discrete for n in names)

    def field(self, name: str) -> Field:
        """Return a column's type and treatment."""
        return self.spec.fields[name]

    def estimate(
        self, measure: str, table: LabelTable, names: Sequence[str], method: str | None
    ) -> Estimate:
        """Return a measure of a table, in nats, with a note on the treatment of its columns."""
        method = self.method_or_default(
            method, "grassberger" if measure == "entropy" else "miller_madow"
        )
        cells, w = as_sparse(table.table), self.weights
        if w is None:
            return TABLE_MEASURES[measure](cells, method=method).noted(self.taken_as_note(*names))
        masses = estimate_combination(ENTROPY, cells, method) if measure == "entropy" else None
        found = masses or TABLE_MEASURES[measure](cells, method=method)
        return with_effective_size(found, w.mass, w.squares, w.rows).noted(
            self.taken_as_note(*names)
        )

    def method_or_default(self, method: str | None, default: str) -> str:
        """Return the given method, or the default; with weights, the plug-in is the only one."""
        if self.weights is None:
            return method or default
        if method not in {None, "plug_in"}:
            message = (
                f"weights= needs method='plug_in', got method={method!r}: the bias corrections of "
                "the other methods are known for counts only"
            )
            raise validation.LossaryError(message)
        return "plug_in"

    @property
    def notes(self) -> tuple[str, ...]:
        """The treatment of the columns, in a few sentences."""
        taken: dict[str, list[str]] = {}
        for name in self.names:
            taken.setdefault(self._taken(name), []).append(name if name.strip() else repr(name))
        return (
            *(f"{treatment}: {', '.join(names)}" for treatment, names in taken.items()),
            *self.omitted,
        )

    @property
    def omitted(self) -> tuple[str, ...]:
        """A note on the nested columns that were left out, if there are any."""
        if not self.nested:
            return ()
        names = ", ".join(f"{f.name} ({f.dtype})" for f in self.nested)
        return (f"left out, because nested values cannot be labels: {names}",)

    def taken_as_note(self, *names: str) -> str:
        """Return a note on the treatment of columns."""
        return "taken as: " + ", ".join(f"{n} {self._taken(n)}" for n in names)

    def _taken(self, name: str) -> str:
        if name in self.spec.bins:
            return f"continuous, in {plural(self.spec.bins[name].filled, 'quantile bin')}"
        return self.field(name).taken_as


def make_query(
    data: Any,
    columns: Sequence[str] | str | None = None,
    *,
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    k: int = 3,
    kinds: Kinds = None,
    weights: str | None = None,
    fixed: Mapping[str, Bins] | None = None,
    rounded: Mapping[str, str] | None = None,
    target: str | None = None,
) -> Query:
    """Return the checked query of some columns of a frame; by default, of all but nested ones.

    ``fixed`` bins replace quantile bins. Columns of ``rounded`` are rounded: times to days, numbers
    to the precision of a type. A nested ``target`` is not left out.
    """
    validation.choice("missing", missing, MISSING_RULES)
    validation.choice("continuous", continuous, CONTINUOUS)
    source = as_source(data)
    with translated_errors(source.native):
        found = fields(source.frame, columns, kinds=kinds, without=(weights,), target=target)
        left = () if columns is not None else nested(source.frame, [f.name for f in found])
    if not found and left:
        message = (
            f"the frame has no column of labels or numbers: column {left[0].name!r} is of type "
            f"{left[0].dtype}"
        )
        raise validation.LossaryError(message)
    if not found:
        message = "no column to measure: columns= is empty, or the frame has none besides weights"
        raise validation.LossaryError(message)
    quantities = {f.name: f.quantity for f in found if not f.discrete}
    instants = {n: quantity for n, quantity in quantities.items() if quantity != "number"}
    rounded_to = rounded or {}
    source = as_seconds(source, instants, [n for n in instants if rounded_to.get(n) == DAYS])
    starts = None if fixed is None else {n: b.offset for n, b in fixed.items()}
    source, offsets = as_numbers(source, found, rounded_to, starts)
    rows = require_rows(source)
    masses = None if weights is None else _weights(source, weights)
    if masses is not None and continuous == "ksg":
        message = "continuous='ksg' takes no weights: take continuous='bins', or leave weights out"
        raise validation.LossaryError(message)
    binned = list(quantities) if continuous == "bins" else []
    if fixed is None:
        edges = {
            n: replace(b, offset=offsets.get(n, 0))
            for n, b in bins_of(source, binned, bins, rows, quantities).items()
        }
    else:
        edges = {n: fixed[n] for n in binned if n in fixed}
    spec = CountSpec({f.name: f for f in found}, edges, missing, weights)
    return Query(source, found, spec, rows, continuous, k, masses, left)


def _weights(source: Source, name: str) -> Weights:
    """Return the sums of a column of weights; LossaryError if one is negative or not finite."""
    w = nw.col("w")
    column = source.frame.lazy().select(number_of(name).alias("w"))
    flagged = column.select(w, bad=(w.is_null() | ~w.is_finite() | (w < 0)).cast(nw.Int64))
    # The sum is null if the engine compares null with a number as null.
    sums = flagged.select(
        w.sum().alias("mass"),
        nw.col("bad").sum().alias("bad"),
        w.count().alias("there"),
        nw.len().alias("all"),
    )
    found = {k: v[0] for k, v in source.collect(sums).to_dict(as_series=False).items()}
    if found["bad"] or found["there"] != found["all"] or not np.isfinite(found["mass"]):
        message = f"weights, column {name!r}, must be finite and not negative in every row"
        raise validation.LossaryError(message)
    if not found["mass"] > 0:
        message = f"weights, column {name!r}, must have a value above 0, got only zeros"
        raise validation.LossaryError(message)
    squares = column.select((w * w).alias("w2"), (w > 0).cast(nw.Int64).alias("rows"))
    summed = source.collect(squares.select(nw.col("w2").sum(), nw.col("rows").sum()))
    return Weights(float(found["mass"]), float(summed["w2"][0]), int(summed["rows"][0]))


P = ParamSpec("P")
R = TypeVar("R")


def with_options(function: Callable[P, R]) -> Callable[P, R]:
    """Give a function of ``**options`` a signature that lists them, before its last parameter."""
    own = signature(function)
    defaults = signature(make_query).parameters
    *first, last = (p for p in own.parameters.values() if p.kind is not Parameter.VAR_KEYWORD)
    shared = [defaults[name] for name in Options.__annotations__]
    listed = own.replace(parameters=[*first, *shared, last])

    @wraps(function)
    def checked(*arguments: P.args, **options: P.kwargs) -> R:
        unknown = next((name for name in options if name not in listed.parameters), None)
        if unknown is not None:
            message = f"{function.__name__}() got an unexpected keyword argument {unknown!r}"
            raise TypeError(message)
        return function(*arguments, **options)

    checked.__signature__ = listed  # type: ignore[attr-defined]
    return checked
