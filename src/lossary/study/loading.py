"""Loading of a table from a file, a data frame, or a data set that ships with scikit-learn."""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from lossary.frames.countable_types import as_polars, converted
from lossary.frames.delimited_text import TextFormat
from lossary.frames.engine_errors import translated_errors
from lossary.frames.reading import STDIN, open_table
from lossary.frames.reading_notes import Note
from lossary.validation import LossaryError, unknown_name

__all__ = ["BUILT_IN", "IN_MEMORY", "LoadedTable", "load"]

IN_MEMORY = "data frame"

BUILT_IN = ("breast_cancer", "digits", "wine", "diabetes")
BUILT_IN_TARGET = "target"


@dataclass(frozen=True)
class LoadedTable:
    """A data frame with its source, its target column, and notes on how the file was read."""

    source: str
    frame: pl.DataFrame
    target: str
    notes: tuple[Note, ...] = ()


def load(
    source: Any, target: str | None = None, text_format: TextFormat | None = None
) -> LoadedTable:
    """Return the table of a path, of a built-in data set, or of a data frame.

    ``text_format`` sets how a text file is read. Raises LossaryError for data that can't be found
    or read, and for a missing target column.
    """
    if isinstance(source, str) and source in BUILT_IN and not Path(source).exists():
        name, frame, target = source, _built_in(source), target or BUILT_IN_TARGET
        notes: tuple[Note, ...] = ()
    elif isinstance(source, str | Path):
        name, (frame, notes) = str(source), _read(source, text_format)
    else:
        name, frame, notes = IN_MEMORY, _converted(source), ()
    return LoadedTable(name, frame, _column(frame, target, name), notes)


def _built_in(name: str) -> pl.DataFrame:
    data = getattr(importlib.import_module("sklearn.datasets"), f"load_{name}")()
    columns = {str(n): data.data[:, i] for i, n in enumerate(data.feature_names)}
    names = getattr(data, "target_names", None)
    labels = data.target if names is None else names[data.target].astype(str)
    return pl.DataFrame(columns | {BUILT_IN_TARGET: labels})


def _read(source: str | Path, form: TextFormat | None) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    path = Path(str(source).partition("::")[0])
    if str(source) != STDIN and not Path(source).exists() and not path.exists():
        raise _absent(path)
    opened = open_table(source, form)
    with translated_errors(opened.frame):
        return _converted(opened.frame), opened.notes


def _absent(path: Path) -> LossaryError:
    if path.suffix or len(path.parts) > 1:
        message = f"there is no file {str(path)!r}; built-in data sets: {', '.join(BUILT_IN)}"
        return LossaryError(message)
    return unknown_name(str(path), BUILT_IN, "file or built-in data set")


def _converted(source: Any) -> pl.DataFrame:
    """Return any frame that Narwhals supports as a Polars frame."""
    try:
        with translated_errors(source):
            frame = nw.from_native(converted(source))
    except TypeError as error:
        kind = f"{type(source).__module__.split('.')[0]} {type(source).__name__}"
        message = (
            f"data must be a path, one of {', '.join(BUILT_IN)}, or a data frame "
            f"(Polars, pandas, PyArrow, DuckDB …), got a {kind}"
        )
        raise LossaryError(message) from error
    with translated_errors(source):
        eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    rows: pl.DataFrame = as_polars(eager)
    return rows


def _column(frame: pl.DataFrame, target: str | None, name: str) -> str:
    columns = frame.columns
    if not columns:
        message = f"{name} has no columns"
        raise LossaryError(message)
    shown = ", ".join(columns[:12]) + (" …" if len(columns) > 12 else "")
    if target is None:
        message = f"name the column of {name} to predict with --target; its columns: {shown}"
        raise LossaryError(message)
    if target not in columns:
        raise unknown_name(target, columns, f"column of {name}")
    if frame.height == 0:
        message = f"{name} has no rows"
        raise LossaryError(message)
    if frame.width == 1:
        message = f"{name} has no column besides the target {target!r}: nothing to predict from"
        raise LossaryError(message)
    return target
