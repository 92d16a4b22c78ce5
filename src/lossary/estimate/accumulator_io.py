"""Files of accumulators: NumPy arrays, and a header in JSON.

Reading a file runs no code of it. A file whose parts are inconsistent is an error.
"""

import json
import os
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.accumulator_config import AccumulatorConfig, ColumnPair, accumulator_config
from lossary.estimate.label_serialization import from_text, to_text
from lossary.estimate.mergeable_counts import MergeableCounts
from lossary.estimate.sparse_joint_table import CountTable, SparseJointTable

__all__ = ["SavedState", "read", "write"]

_FORMAT, _VERSION = "lossary accumulator", 1
_CORRUPT = (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class SavedState:
    """The content of a file: counts, the names of the columns in order, and the configuration."""

    counted: MergeableCounts
    columns: tuple[str, ...]
    config: AccumulatorConfig


def write(path: str | Path, content: SavedState) -> None:
    """Write a file atomically."""
    counted, columns, config = content.counted, content.columns, content.config
    pairs = list(counted.tables)
    header = {
        "format": _FORMAT,
        "version": _VERSION,
        "rows": counted.rows,
        "columns": columns,
        "labels": {n: [to_text(n, v) for v in labels] for n, labels in counted.labels.items()},
        "tables": pairs,
        "plan": {
            "pairs": config.pairs,
            "target": config.target,
            "missing": config.missing,
            "room": config.max_cells,
        },
    }
    arrays = {"header": np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)}
    for i, name in enumerate(columns if counted.rows else ()):
        arrays[f"column{i}"] = counted.counts[name]
    for i, pair in enumerate(pairs):
        arrays |= _arrays(f"table{i}", counted.tables[pair])
    path = Path(path)
    descriptor, part = mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        Path(part).replace(path)
    finally:
        Path(part).unlink(missing_ok=True)


def _arrays(name: str, table: CountTable) -> dict[str, Array]:
    if not isinstance(table, SparseJointTable):
        return {name: table}
    return {f"{name}x": table.index[0], f"{name}y": table.index[1], f"{name}n": table.counts}


def read(path: str | Path) -> SavedState:
    """Return the validated content of a file."""
    path = Path(path)
    if not path.is_file():
        message = f"there is no file {str(path)!r}"
        raise validation.LossaryError(message)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            header = json.loads(bytes(arrays["header"]))
            known = header["format"] == _FORMAT
            content = _content(header, arrays) if known and header["version"] == _VERSION else None
    except _CORRUPT as error:
        message = (
            f"{str(path)!r} is damaged, or was not written by Accumulator.save "
            f"({type(error).__name__}): save the accumulator again"
        )
        raise validation.LossaryError(message) from error
    if content is None:
        message = (
            f"{str(path)!r} has the format {header['format']!r}, version {header['version']}; this "
            f"version of Lossary reads {_FORMAT!r}, version {_VERSION}"
        )
        raise validation.LossaryError(message)
    return content


def _content(header: dict[str, Any], arrays: Any) -> SavedState:
    columns = tuple(header["columns"])
    labels = {n: [from_text(t) for t in texts] for n, texts in header["labels"].items()}
    counts = {n: arrays[f"column{i}"] for i, n in enumerate(columns) if labels}
    tables: dict[ColumnPair, CountTable] = {}
    for i, (a, b) in enumerate(header["tables"]):
        tables[a, b] = _table(f"table{i}", arrays, (len(labels[a]) + 1, len(labels[b]) + 1))
    found = MergeableCounts(header["rows"], labels, counts, tables)
    _require_sound(found)
    plan = header["plan"]
    given = accumulator_config(plan["pairs"] or None, plan["target"], plan["missing"], plan["room"])
    if columns:
        _require(set(given.wanted(columns)) == set(tables) or not labels)
    return SavedState(found, columns, given)


def _table(name: str, arrays: Any, shape: tuple[int, int]) -> CountTable:
    if name in arrays:
        dense: Array = arrays[name]
        return dense
    return SparseJointTable(arrays[f"{name}n"], (arrays[f"{name}x"], arrays[f"{name}y"]), shape)


def _require_sound(found: MergeableCounts) -> None:
    """Require parts with consistent sizes and sums."""
    for name, labels in found.labels.items():
        _require(found.counts[name].shape == (len(labels) + 1,))
        _require_total(found.counts[name], found.rows)
    for (a, b), table in found.tables.items():
        shape = len(found.labels[a]) + 1, len(found.labels[b]) + 1
        _require(table.shape == shape)
        if isinstance(table, SparseJointTable):
            inside = (
                i.size == len(table.counts) and i.min() >= 0 and i.max() < n
                for i, n in zip(table.index, shape, strict=True)
            )
            _require(all(inside))
            _require_total(table.counts, found.rows)
        else:
            for axis, name in ((1, a), (0, b)):
                _require(np.array_equal(table.sum(axis=axis), found.counts[name]))
            _require_total(table, found.rows)


def _require_total(counts: Array, rows: int) -> None:
    _require(counts.dtype == np.int64 and counts.min() >= 0 and int(counts.sum()) == rows)


def _require(condition: bool) -> None:  # noqa: FBT001 - the requirement
    if not condition:
        message = "its parts are inconsistent"
        raise ValueError(message)
