"""How often the labels of columns meet: counted inside the engine, or here from codes.

Few tables are counted inside the engine by ``group_by``, and only counts come back. Many tables of
rows in memory are counted by the kernel; other engines hand out batches, or count on their workers.
Null and NaN are one label, None, whatever the engine makes of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.factorize import Factorized, factorize_unchecked, require_repeats
from lossary.estimate.pairwise_information import CountTable, joint_tables
from lossary.estimate.sparse_joint_table import SparseJointTable, sparse_from_codes
from lossary.frames.binning import Bins, number_of
from lossary.frames.column_types import Field
from lossary.frames.engines import Source
from lossary.kernels.counts_cpu import Codes, column_counts

__all__ = [
    "Counted",
    "Group",
    "Question",
    "as_cells",
    "codes_of_batch",
    "in_engine",
    "in_memory",
    "required_rows",
    "tables",
]

Array = np.ndarray[Any, Any]
Group = tuple[str, ...]

_NATIVE = (nw.Implementation.PANDAS, nw.Implementation.POLARS, nw.Implementation.PYARROW)


@dataclass(frozen=True)
class Question:
    """What is asked of a source: its columns, the bins of some, the rule for missing, weights."""

    fields: Mapping[str, Field]
    bins: Mapping[str, Bins]
    missing: str = "category"
    weights: str | None = None


@dataclass(frozen=True)
class Counted:
    """A table of counts, or its occupied cells, and the labels along each axis; missing is None.

    Labels of binned columns are the bins' numbers.
    """

    table: CountTable
    labels: tuple[list[Any], ...]


def as_cells(table: CountTable) -> SparseJointTable:
    """Return the occupied cells of a table, its axes as long as they are."""
    if isinstance(table, SparseJointTable):
        return table
    index = np.nonzero(table)
    return SparseJointTable(table[index], index, table.shape)


# --- in memory --------------------------------------------------------------------------------


def in_memory(source: Source, groups: Sequence[Group], question: Question) -> dict[Group, Counted]:
    """Return tables of rows in memory, counted by the kernel."""
    names = list(dict.fromkeys(name for group in groups for name in group))
    columns = codes_of_batch(source.frame, names, question)
    for name in names:
        column = columns[name]
        require_repeats(_called(name), column.labels, len(column.codes) - column.missing)
    weight = None
    if question.weights is not None:
        weight = source.frame[question.weights].cast(nw.Float64).to_numpy()
    return tables(columns, groups, weight)


def tables(
    columns: Mapping[str, Factorized], groups: Sequence[Group], weight: Array | None = None
) -> dict[Group, Counted]:
    """Return tables of coded columns; pairs without weights all at once."""
    place = {name: i for i, name in enumerate(columns)}
    pairs = [g for g in groups if len(g) == 2 and weight is None]
    at_once = joint_tables(list(columns.values()), [(place[a], place[b]) for a, b in pairs])
    found: dict[Group, CountTable] = {(a, b): at_once[place[a], place[b]] for a, b in pairs}
    alone = [g for g in groups if len(g) == 1 and weight is None]
    counts = column_counts([Codes(columns[n].codes, columns[n].levels) for (n,) in alone])
    for (n,), own in zip(alone, counts, strict=True):
        found[n,] = as_cells(own[: columns[n].kept_levels])
    for g in groups:
        if g not in found:
            found[g] = sparse_from_codes(*(columns[n] for n in g), weight=weight)
    return {g: Counted(found[g], tuple(_labels(columns[n]) for n in g)) for g in groups}


def _labels(column: Factorized) -> list[Any]:
    return column.labels + [None] * (column.kept_levels - len(column.labels))


def codes_of_batch(frame: Any, names: Sequence[str], question: Question) -> dict[str, Factorized]:
    """Return columns of a Narwhals frame in memory as codes of their labels or bins."""
    return {name: _codes(frame[name], question) for name in names}


def _codes(series: Any, question: Question) -> Factorized:
    name = series.name
    if name in question.bins:
        values = question.bins[name].codes(series.cast(nw.Float64).to_numpy())
        return factorize_unchecked(_called(name), values, question.missing)
    native = series.to_native() if series.implementation in _NATIVE else series.to_arrow()
    return factorize_unchecked(_called(name), native, question.missing)


def _called(name: str) -> str:
    return f"column {name!r}"


# --- in the engine ------------------------------------------------------------------------------


def in_engine(source: Source, group: Group, question: Question) -> Counted:
    """Return one table, counted inside the engine."""
    distinct = list(dict.fromkeys(group))
    keys = {f"key{i}": _key(question, name) for i, name in enumerate(distinct)}
    masses, total = {}, nw.len().alias("n")
    if question.weights is not None:
        masses, total = {"w": number_of(question.weights)}, nw.col("w").sum().alias("n")
    chosen = source.frame.lazy().select(**keys, **masses)
    rows = source.collect(chosen.group_by(*keys).agg(total))
    columns = {
        name: factorize_unchecked(_called(name), _native(rows[key]), question.missing)
        for name, key in zip(distinct, keys, strict=True)
    }
    counts = rows["n"].to_numpy().astype(np.float64)
    for name, column in columns.items():
        present = counts[column.codes < len(column.labels)].sum()
        if question.weights is None:
            require_repeats(_called(name), column.labels, int(present))
    cells = sparse_from_codes(*(columns[n] for n in group), weight=counts)
    if question.weights is None:
        cells = replace(cells, counts=cells.counts.astype(np.int64))
    return Counted(cells, tuple(_labels(columns[n]) for n in group))


def _native(series: Any) -> Any:
    return series.to_native() if series.implementation in _NATIVE else series.to_arrow()


def _key(question: Question, name: str) -> Any:
    """Return what a column is grouped by: its bin, its label, or its label as text."""
    if name in question.bins:
        return question.bins[name].expression(name)
    field = question.fields[name]
    as_text = field.kind == "categorical" or (field.kind == "text" and field.dtype != "String")
    return nw.col(name).cast(nw.String) if as_text else nw.col(name)


def required_rows(source: Source) -> int:
    """Return how many rows a frame has; LossaryError for none."""
    lazy = source.frame.lazy().select(nw.len().alias("n"))
    rows = int(source.collect(lazy)["n"][0])
    if not rows:
        message = "the frame has no rows"
        raise validation.LossaryError(message)
    return rows
