"""Many tables of rows that are not in memory: counted batch by batch, or by an engine's workers.

The same kernel counts every batch, on this machine or inside Spark's ``mapInArrow`` and Dask's
partitions, where Lossary is to be installed too; what batches give is summed, in any order.
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
from lossary.estimate.pairwise_information import CountTable
from lossary.estimate.sparse_joint_table import SparseJointTable
from lossary.frames.engine_errors import reported
from lossary.frames.engines import Source
from lossary.frames.label_counts import Counted, Group, Question, codes_of_batch

__all__ = ["FEW", "streamed"]

FEW = 8
"""How many tables are counted inside an engine; from more on, one pass gives all of them."""

_PAYLOAD = "counts"
_EVERY_LABEL = "category"

Array = np.ndarray[Any, Any]
Work = Callable[[Any], mergeable_counts.MergeableCounts]


def streamed(source: Source, groups: Sequence[Group], question: Question) -> dict[Group, Counted]:
    """Return the tables of columns and of pairs of them, from one pass over the rows."""
    names = sorted({name for group in groups for name in group})
    pairs = sorted({(min(g), max(g)) for g in groups if len(set(g)) == 2})
    work = partial(_count, names=names, pairs=pairs, question=question)
    parts = _parts(source, names, work)
    total = reduce(mergeable_counts.add_counts, parts, mergeable_counts.MergeableCounts())
    for name in names:
        _require_labels(name, total, question)
    return {group: _table(total, group, question) for group in groups}


def _count(
    batch: Any, *, names: list[str], pairs: list[tuple[str, str]], question: Question
) -> mergeable_counts.MergeableCounts:
    """Count one batch, of any library whose frames lie in memory."""
    frame = nw.from_native(batch, eager_only=True)
    if not len(frame):
        return mergeable_counts.MergeableCounts()
    # Missing labels are left out at the end, where all batches have been seen.
    asked = Question(question.fields, question.bins, _EVERY_LABEL)
    return mergeable_counts.count_labels(codes_of_batch(frame, names, asked), pairs)


def _require_labels(name: str, total: mergeable_counts.MergeableCounts, question: Question) -> None:
    labels = total.labels[name]
    present = int(total.counts[name][:-1].sum())
    require_repeats(f"column {name!r}", labels, present)
    if not present and question.missing == "drop":
        message = f"column {name!r} holds nothing but missing labels, which are dropped"
        raise validation.LossaryError(message)


def _table(total: mergeable_counts.MergeableCounts, group: Group, question: Question) -> Counted:
    """Return a group's table, without the places of missing labels that do not occur."""
    kept = {}
    for name in group:
        own, lost = len(total.labels[name]), int(total.counts[name][-1])
        kept[name] = own + (question.missing == "category" and lost > 0)
    labels = tuple((total.labels[n] + [None])[: kept[n]] for n in group)
    sizes = tuple(kept[n] for n in group)
    if len(set(group)) == 1:
        counts = total.counts[group[0]][: sizes[0]]
        return Counted(_diagonal(counts, len(group)), labels)
    first, second = group
    table = total.tables[min(group), max(group)]
    return Counted(_cut(table if first < second else _turned(table), sizes), labels)


def _diagonal(counts: Array, axes: int) -> SparseJointTable:
    (index,) = np.nonzero(counts)
    return SparseJointTable(counts[index], (index,) * axes, counts.shape * axes)


def _turned(table: CountTable) -> CountTable:
    if isinstance(table, SparseJointTable):
        return SparseJointTable(table.counts, table.index[::-1], table.shape[::-1])
    return table.T


def _cut(table: CountTable, sizes: tuple[int, ...]) -> CountTable:
    if not isinstance(table, SparseJointTable):
        return table[: sizes[0], : sizes[1]]
    inside = (table.index[0] < sizes[0]) & (table.index[1] < sizes[1])
    return SparseJointTable(table.counts[inside], tuple(i[inside] for i in table.index), sizes)


# --- where the rows are -------------------------------------------------------------------------


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
    with reported(frame):
        found: Iterable[mergeable_counts.MergeableCounts] = dask.compute(
            *(dask.delayed(work)(part) for part in frame.to_delayed())
        )
    return found


def _on_spark(frame: Any, work: Work) -> Iterator[mergeable_counts.MergeableCounts]:
    spark_errors = validation.need("pyspark.errors", "frames")
    counted = frame.mapInArrow(partial(_payloads, work=work), f"{_PAYLOAD} binary")
    try:
        with reported(frame):
            rows = counted.collect()
    except spark_errors.PythonException as error:
        if "No module named 'lossary'" not in str(error):
            raise
        message = (
            "Spark's workers count with Lossary, and their Python has none: install it there, set "
            f"PYSPARK_PYTHON to a Python that has it, or ask for at most {FEW} tables at once"
        )
        raise validation.LossaryError(message) from error
    return (_opened(bytes(row[_PAYLOAD])) for row in rows)


def _payloads(batches: Iterator[Any], *, work: Work) -> Iterator[Any]:
    """Yield one row for the batches of a partition: their counts as a file's content."""
    pa = validation.need("pyarrow", "frames")
    total = mergeable_counts.MergeableCounts()
    for batch in batches:
        total = mergeable_counts.add_counts(total, work(pa.CountTable.from_batches([batch])))
    if total.rows:
        yield pa.RecordBatch.from_pydict({_PAYLOAD: pa.array([_packed(total)], pa.binary())})


def _packed(total: mergeable_counts.MergeableCounts) -> bytes:
    plan = accumulator_config("all", None, _EVERY_LABEL, MAX_CELLS)
    with TemporaryDirectory() as folder:
        path = Path(folder, _PAYLOAD)
        accumulator_io.write(path, accumulator_io.SavedState(total, tuple(total.labels), plan))
        return path.read_bytes()


def _opened(content: bytes) -> mergeable_counts.MergeableCounts:
    with TemporaryDirectory() as folder:
        path = Path(folder, _PAYLOAD)
        path.write_bytes(content)
        return accumulator_io.read(path).counted
