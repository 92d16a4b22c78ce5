"""What the measures of frames have in common: which columns, taken as what, counted how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.discrete_measures import TABLE_MEASURES
from lossary.estimate.entropy_sums import ENTROPY, estimate_combination
from lossary.estimate.joint_table_from_labels import with_effective_size
from lossary.estimate.result import Estimate
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.frames.batched_counts import FEW, streamed
from lossary.frames.binning import BINS, Bins, bins_of, number_of
from lossary.frames.column_types import MISSING, Field, fields, nested
from lossary.frames.engine_errors import reported
from lossary.frames.engines import Source, opened
from lossary.frames.label_counts import (
    Counted,
    Group,
    Question,
    as_cells,
    in_engine,
    in_memory,
    required_rows,
)
from lossary.frames.number_precision import as_numbers
from lossary.frames.time_values import DAYS, as_seconds

__all__ = ["CONTINUOUS", "Asked", "Weights", "asked"]

CONTINUOUS = ("bins", "ksg")
"""How continuous columns are taken: by quantile bins, or by their neighbours."""


@dataclass(frozen=True)
class Weights:
    """The sum of the weights of rows, of their squares, and how many are above 0."""

    mass: float
    squares: float
    rows: int


@dataclass(frozen=True)
class Asked:
    """A source, some of its columns, and how they are counted."""

    source: Source
    fields: tuple[Field, ...]
    question: Question
    rows: int
    continuous: str
    k: int
    weights: Weights | None
    nested: tuple[Field, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [f.name for f in self.fields]

    def counted(self, groups: Sequence[Group]) -> dict[Group, Counted]:
        """Return the table of each group of columns."""
        found = self._counted(list(dict.fromkeys(groups)))
        for group, counted in found.items():
            table = counted.table
            if not (table.counts if isinstance(table, SparseJointTable) else table).any():
                message = (
                    f"no row has a label in every one of {', '.join(map(repr, group))}: all of "
                    "them would be dropped"
                )
                raise validation.LossaryError(message)
        return found

    def _counted(self, wanted: list[Group]) -> dict[Group, Counted]:
        if not wanted:
            return {}
        if self.source.local:
            return in_memory(self.source, wanted, self.question)
        countable = self.weights is None and all(len(group) <= 2 for group in wanted)
        if len(wanted) > FEW and countable and (self.source.streams or self.source.distributed):
            return streamed(self.source, wanted, self.question)
        return {group: in_engine(self.source, group, self.question) for group in wanted}

    def by_neighbours(self, *names: str) -> bool:
        """Tell whether columns are measured by their neighbours, as one of them is continuous."""
        return self.continuous == "ksg" and any(not self.field(n).discrete for n in names)

    def field(self, name: str) -> Field:
        """Return what a column holds."""
        return self.question.fields[name]

    def estimate(
        self, measure: str, counted: Counted, names: Sequence[str], method: str | None
    ) -> Estimate:
        """Return a measure of a table, in nats, with what its columns were taken for."""
        method = self.method_or(method, "grassberger" if measure == "entropy" else "miller_madow")
        cells, w = as_cells(counted.table), self.weights
        if w is None:
            return TABLE_MEASURES[measure](cells, method=method).noted(self.told(*names))
        masses = estimate_combination(ENTROPY, cells, method) if measure == "entropy" else None
        found = masses or TABLE_MEASURES[measure](cells, method=method)
        return with_effective_size(found, w.mass, w.squares, w.rows).noted(self.told(*names))

    def method_or(self, method: str | None, default: str) -> str:
        """Return the method asked for, or the default; with weights, the plug-in alone."""
        if self.weights is None:
            return method or default
        if method not in {None, "plug_in"}:
            message = (
                "weights are for method='plug_in': what the others correct is known of counts "
                f"alone, not of masses; got method={method!r}"
            )
            raise validation.LossaryError(message)
        return "plug_in"

    @property
    def notes(self) -> tuple[str, ...]:
        """What the columns were taken for, in a few sentences."""
        taken: dict[str, list[str]] = {}
        for name in self.names:
            taken.setdefault(self._taken(name), []).append(name if name.strip() else repr(name))
        return (*(f"{how}: {', '.join(names)}" for how, names in taken.items()), *self.omitted)

    @property
    def omitted(self) -> tuple[str, ...]:
        """The nested columns that were left out, in a sentence, if there are any."""
        if not self.nested:
            return ()
        names = ", ".join(f"{f.name} ({f.dtype})" for f in self.nested)
        return (f"left out, as nested values are no labels: {names}",)

    def told(self, *names: str) -> str:
        """Return what columns were taken for, in words."""
        return "taken as: " + ", ".join(f"{n} {self._taken(n)}" for n in names)

    def _taken(self, name: str) -> str:
        if name in self.question.bins:
            return f"continuous, in {self.question.bins[name].filled} quantile bins"
        return self.field(name).taken_as


def asked(
    data: Any,
    columns: Sequence[str] | str | None = None,
    *,
    missing: str = "category",
    continuous: str = "bins",
    bins: int = BINS,
    k: int = 3,
    kinds: Mapping[str, str] | None = None,
    weights: str | None = None,
    fixed: Mapping[str, Bins] | None = None,
    rounded: Mapping[str, str] | None = None,
    target: str | None = None,
) -> Asked:
    """Return what is asked of a frame, checked; fixed bins take the place of its own.

    Columns of ``rounded`` are taken by day, or with the digits of a type. Without ``columns``
    nested ones are left out, unless one is the target.
    """
    validation.choice("missing", missing, MISSING)
    validation.choice("continuous", continuous, CONTINUOUS)
    source = opened(data)
    with reported(source.native):
        found = fields(source.frame, columns, kinds=kinds, without=(weights,), target=target)
        left = () if columns is not None else nested(source.frame, [f.name for f in found])
    if not found and left:
        message = (
            f"the frame has no column of labels or numbers: {left[0].name!r} is of {left[0].dtype}"
        )
        raise validation.LossaryError(message)
    if not found:
        message = "no column is asked for: the frame has none besides weights, or columns is empty"
        raise validation.LossaryError(message)
    sorts = {f.name: f.sort for f in found if not f.discrete}
    instants = {n: sort for n, sort in sorts.items() if sort != "number"}
    alike = rounded or {}
    source = as_seconds(source, instants, [n for n in instants if alike.get(n) == DAYS])
    starts = None if fixed is None else {n: b.offset for n, b in fixed.items()}
    source, offsets = as_numbers(source, found, alike, starts)
    rows = required_rows(source)
    masses = None if weights is None else _weights(source, weights)
    if masses is not None and continuous == "ksg":
        message = "weights are for counts: neighbours have none, so take continuous='bins'"
        raise validation.LossaryError(message)
    binned = list(sorts) if continuous == "bins" else []
    if fixed is None:
        edges = {
            n: replace(b, offset=offsets.get(n, 0))
            for n, b in bins_of(source, binned, bins, rows, sorts).items()
        }
    else:
        edges = {n: fixed[n] for n in binned if n in fixed}
    question = Question({f.name: f for f in found}, edges, missing, weights)
    return Asked(source, found, question, rows, continuous, k, masses, left)


def _weights(source: Source, name: str) -> Weights:
    """Return the sums of a column of weights, which are to be finite and not negative."""
    w = nw.col("w")
    column = source.frame.lazy().select(number_of(name).alias("w"))
    flagged = column.select(w, bad=(w.is_null() | ~w.is_finite() | (w < 0)).cast(nw.Int64))
    # Null where the engine says null of a comparison with null.
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
        message = f"weights, column {name!r}, must have some weight above 0, got zeros alone"
        raise validation.LossaryError(message)
    squares = column.select((w * w).alias("w2"), (w > 0).cast(nw.Int64).alias("rows"))
    summed = source.collect(squares.select(nw.col("w2").sum(), nw.col("rows").sum()))
    return Weights(float(found["mass"]), float(summed["w2"][0]), int(summed["rows"][0]))
