"""Counts of many tables of rows that are not in memory, batch by batch or by an engine's workers.

One kernel counts every batch, on this machine or inside Spark's ``mapInArrow`` and Dask's
partitions, where Lossary must be installed too; the counts of the batches are summed, in any order.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.estimate import accumulator_io, mergeable_counts
from lossary.estimate.accumulator_config import MAX_CELLS, accumulator_config
from lossary.estimate.factorize import require_repeats
from lossary.estimate.sparse_joint_table import CountTable, SparseJointTable
from lossary.frames.engine_errors import translated_errors
from lossary.frames.engines import Source
from lossary.frames.label_counts import CountSpec, Group, LabelTable, codes_of_batch

__all__ = ["MAX_ENGINE_TABLES", "count_in_batches"]

MAX_ENGINE_TABLES = 8
"""The most tables that are counted by queries to the engine; more are counted in one pass."""

_PAYLOAD = "counts"
_EVERY_LABEL = "category"

Array = np.ndarray[Any, Any]
Work = Callable[[Any], mergeable_counts.MergeableCounts]


def count_in_batches(
    source: Source, groups: Sequence[Group], spec: CountSpec
) -> dict[Group, LabelTable]:
    """Return the tables of columns and of pairs of them, from one pass over the rows."""
    names = sorted({name for group in groups for name in group})
    pairs = sorted({(min(g), max(g)) for g in groups if len(set(g)) == 2})
    work = partial(_count, names=names, pairs=pairs, spec=spec)
    parts = _parts(source, names, work)
    total = reduce(mergeable_counts.add_counts, parts, mergeable_counts.MergeableCounts())
    for name in names:
        _require_labels(name, total, spec)
    return {group: _table(total, group, spec) for group in groups}


def _count(
    batch: Any, *, names: list[str], pairs: list[tuple[str, str]], spec: CountSpec
) -> mergeable_counts.MergeableCounts:
    """Count one batch, of any library whose frames lie in memory."""
    frame = nw.from_native(batch, eager_only=True)
    if not len(frame):
        return mergeable_counts.MergeableCounts()
    # Missing labels are dropped at the end, after all batches.
    every_label = CountSpec(spec.fields, spec.bins, _EVERY_LABEL)
    return mergeable_counts.count_labels(codes_of_batch(frame, names, every_label), pairs)


def _require_labels(name: str, total: mergeable_counts.MergeableCounts, spec: CountSpec) -> None:
    labels = total.labels[name]
    present = int(total.counts[name][:-1].sum())
    require_repeats(f"column {name!r}", labels, present)
    if not present and spec.missing == "drop":
        message = f"column {name!r} has only missing values, and missing='drop' leaves none"
        raise validation.LossaryError(message)


def _table(total: mergeable_counts.MergeableCounts, group: Group, spec: CountSpec) -> LabelTable:
    """Return a group's table, without a place for missing labels if there are none."""
    kept = {}
    for name in group:
        present, missing = len(total.labels[name]), int(total.counts[name][-1])
        kept[name] = present + (spec.missing == "category" and missing > 0)
    labels = tuple((total.labels[n] + [None])[: kept[n]] for n in group)
    sizes = tuple(kept[n] for n in group)
    if len(set(group)) == 1:
        counts = total.counts[group[0]][: sizes[0]]
        return LabelTable(_diagonal(counts, len(group)), labels)
    first, second = group
    table = total.tables[min(group), max(group)]
    return LabelTable(_cropped(table if first < second else _transposed(table), sizes), labels)


def _diagonal(counts: Array, axes: int) -> SparseJointTable:
    (index,) = np.nonzero(counts)
    return SparseJointTable(counts[index], (index,) * axes, counts.shape * axes)


def _transposed(table: CountTable) -> CountTable:
    if isinstance(table, SparseJointTable):
        return table.transposed(1, 0)
    return table.T


def _cropped(table: CountTable, sizes: tuple[int, ...]) -> CountTable:
    if not isinstance(table, SparseJointTable):
        return table[: sizes[0], : sizes[1]]
    inside = (table.index[0] < sizes[0]) & (table.index[1] < sizes[1])
    return SparseJointTable(table.counts[inside], tuple(i[inside] for i in table.index), sizes)


# --- batches of each engine -----------------------------------------------------------------------


def _parts(
    source: Source, names: list[str], work: Work
) -> Iterable[mergeable_counts.MergeableCounts]:
    if source.implementation is nw.Implementation.PYSPARK:
        return _on_spark(source.frame.select(names).to_native(), work)
    if source.implementation is nw.Implementation.DASK:
        return _on_dask(source.frame.select(names).to_native(), work)
    return map(work, source.batches(names))


def _on_dask(frame: Any, work: Work) -> Iterable[mergeable_counts.MergeableCounts]:
    dask = validation.need("dask", "frames")
    with translated_errors(frame):
        found: Iterable[mergeable_counts.MergeableCounts] = dask.compute(
            *(dask.delayed(work)(part) for part in frame.to_delayed())
        )
    return found


def _on_spark(frame: Any, work: Work) -> Iterator[mergeable_counts.MergeableCounts]:
    spark_errors = validation.need("pyspark.errors", "frames")
    counted = frame.mapInArrow(partial(_payloads, work=work), f"{_PAYLOAD} binary")
    try:
        with translated_errors(frame):
            rows = counted.collect()
    except spark_errors.PythonException as error:
        if "No module named 'lossary'" not in str(error):
            raise
        message = (
            "Spark's workers count with Lossary, which is not installed in their Python: install "
            "it there, set PYSPARK_PYTHON to a Python that has it, or ask for at most "
            f"{MAX_ENGINE_TABLES} tables at once"
        )
        raise validation.LossaryError(message) from error
    return (_from_bytes(bytes(row[_PAYLOAD])) for row in rows)


def _payloads(batches: Iterator[Any], *, work: Work) -> Iterator[Any]:
    """Yield one row for the batches of a partition: their counts as bytes."""
    pa = validation.need("pyarrow", "frames")
    total = mergeable_counts.MergeableCounts()
    for batch in batches:
        total = mergeable_counts.add_counts(total, work(pa.Table.from_batches([batch])))
    if total.rows:
        yield pa.RecordBatch.from_pydict({_PAYLOAD: pa.array([_to_bytes(total)], pa.binary())})


def _to_bytes(total: mergeable_counts.MergeableCounts) -> bytes:
    plan = accumulator_config("all", None, _EVERY_LABEL, MAX_CELLS)
    with TemporaryDirectory() as folder:
        path = Path(folder, _PAYLOAD)
        accumulator_io.write(path, accumulator_io.SavedState(total, tuple(total.labels), plan))
        return path.read_bytes()


def _from_bytes(content: bytes) -> mergeable_counts.MergeableCounts:
    with TemporaryDirectory() as folder:
        path = Path(folder, _PAYLOAD)
        path.write_bytes(content)
        return accumulator_io.read(path).counted
