"""Joint counts of the labels of columns, counted by the engine or from codes in memory.

Few tables are counted inside the engine by ``group_by``, and only counts are returned. Rows in
memory are counted by the kernel; other engines yield batches, or count on their workers. Null and
NaN are one label, None, in every engine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate.factorize import Factorized, factorize_unchecked, require_repeats
from lossary.estimate.pairwise_information import joint_tables
from lossary.estimate.sparse_joint_table import CountTable, as_sparse, sparse_from_codes
from lossary.frames.binning import Bins, number_of
from lossary.frames.column_types import Field
from lossary.frames.engines import Source
from lossary.kernels.coded_columns import Codes
from lossary.kernels.contingency_counts import column_counts

__all__ = [
    "CountSpec",
    "Group",
    "LabelTable",
    "codes_of_batch",
    "count_in_engine",
    "count_in_memory",
    "require_rows",
    "tables_of_codes",
]

Array = np.ndarray[Any, Any]
Group = tuple[str, ...]

_NATIVE = (nw.Implementation.PANDAS, nw.Implementation.POLARS, nw.Implementation.PYARROW)


@dataclass(frozen=True)
class CountSpec:
    """The rules of counting: the columns, the bins of some, missing values, and weights."""

    fields: Mapping[str, Field]
    bins: Mapping[str, Bins]
    missing: str = "category"
    weights: str | None = None


@dataclass(frozen=True)
class LabelTable:
    """A table of counts, or its occupied cells, and the labels along each axis; None is missing.

    The labels of binned columns are the numbers of the bins.
    """

    table: CountTable
    labels: tuple[list[Any], ...]


# --- in memory --------------------------------------------------------------------------------


def count_in_memory(
    source: Source, groups: Sequence[Group], spec: CountSpec
) -> dict[Group, LabelTable]:
    """Count the tables of rows in memory, with the kernel."""
    names = list(dict.fromkeys(name for group in groups for name in group))
    columns = codes_of_batch(source.frame, names, spec)
    for name in names:
        column = columns[name]
        require_repeats(_called(name), column.labels, len(column.codes) - column.missing)
    weight = None
    if spec.weights is not None:
        weight = source.frame[spec.weights].cast(nw.Float64).to_numpy()
    return tables_of_codes(columns, groups, weight)


def tables_of_codes(
    columns: Mapping[str, Factorized], groups: Sequence[Group], weight: Array | None = None
) -> dict[Group, LabelTable]:
    """Return the tables of coded columns; pairs without weights are counted in one call."""
    place = {name: i for i, name in enumerate(columns)}
    pairs = [g for g in groups if len(g) == 2 and weight is None]
    at_once = joint_tables(list(columns.values()), [(place[a], place[b]) for a, b in pairs])
    found: dict[Group, CountTable] = {(a, b): at_once[place[a], place[b]] for a, b in pairs}
    alone = [g for g in groups if len(g) == 1 and weight is None]
    counts = column_counts([Codes(columns[n].codes, columns[n].levels) for (n,) in alone])
    for (n,), own in zip(alone, counts, strict=True):
        found[n,] = as_sparse(own[: columns[n].kept_levels])
    for g in groups:
        if g not in found:
            found[g] = sparse_from_codes(*(columns[n] for n in g), weight=weight)
    return {g: LabelTable(found[g], tuple(_labels(columns[n]) for n in g)) for g in groups}


def _labels(column: Factorized) -> list[Any]:
    return column.labels + [None] * (column.kept_levels - len(column.labels))


def codes_of_batch(frame: Any, names: Sequence[str], spec: CountSpec) -> dict[str, Factorized]:
    """Return columns of a Narwhals frame in memory as codes of their labels or bins."""
    return {name: _codes(frame[name], spec) for name in names}


def _codes(series: Any, spec: CountSpec) -> Factorized:
    name = series.name
    if name in spec.bins:
        values = spec.bins[name].codes(series.cast(nw.Float64).to_numpy())
        return factorize_unchecked(_called(name), values, spec.missing)
    return factorize_unchecked(_called(name), _native(series), spec.missing)


def _called(name: str) -> str:
    return f"column {name!r}"


# --- in the engine ------------------------------------------------------------------------------


def count_in_engine(source: Source, group: Group, spec: CountSpec) -> LabelTable:
    """Count one table inside the engine."""
    distinct = list(dict.fromkeys(group))
    keys = {f"key{i}": _key(spec, name) for i, name in enumerate(distinct)}
    weights, total = {}, nw.len().alias("n")
    if spec.weights is not None:
        weights, total = {"w": number_of(spec.weights)}, nw.col("w").sum().alias("n")
    chosen = source.frame.lazy().select(**keys, **weights)
    rows = source.collect(chosen.group_by(*keys).agg(total))
    columns = {
        name: factorize_unchecked(_called(name), _native(rows[key]), spec.missing)
        for name, key in zip(distinct, keys, strict=True)
    }
    counts = rows["n"].to_numpy().astype(np.float64)
    for name, column in columns.items():
        present = counts[column.codes < len(column.labels)].sum()
        if spec.weights is None:
            require_repeats(_called(name), column.labels, int(present))
    cells = sparse_from_codes(*(columns[n] for n in group), weight=counts)
    if spec.weights is None:
        cells = replace(cells, counts=cells.counts.astype(np.int64))
    return LabelTable(cells, tuple(_labels(columns[n]) for n in group))


def _native(series: Any) -> Any:
    return series.to_native() if series.implementation in _NATIVE else series.to_arrow()


def _key(spec: CountSpec, name: str) -> Any:
    """Return the key that a column is grouped by: its bin, its label, or its label as text."""
    if name in spec.bins:
        return spec.bins[name].expression(name)
    field = spec.fields[name]
    as_text = field.kind == "categorical" or (field.kind == "text" and field.dtype != "String")
    return nw.col(name).cast(nw.String) if as_text else nw.col(name)


def require_rows(source: Source) -> int:
    """Return the number of rows of a frame; LossaryError for none."""
    rows = source.count_rows()
    if not rows:
        message = "the frame has no rows"
        raise validation.LossaryError(message)
    return rows
