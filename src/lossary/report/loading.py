"""Loading of the table of a report: into memory if it is small enough, else lazily."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import narwhals as nw

from lossary.estimate import Accumulator
from lossary.frames.delimited_text import TextFormat
from lossary.frames.engine_errors import translated_errors
from lossary.frames.reading import STDIN, open_table
from lossary.frames.reading_notes import Note

__all__ = ["SAVED", "Loaded", "load", "load_both", "load_noted", "name_of", "title_of"]

SAVED = (".npz",)
"""The suffix of a file saved by an accumulator."""
_CELLS = 1 << 27


@dataclass(frozen=True)
class Loaded:
    """A table, or saved counts, and notes on decisions made when it was read."""

    data: Any
    notes: tuple[Note, ...] = ()


def load(path: str, text_format: TextFormat | None = None) -> Any:
    """Return the table of a file, or the counts that an accumulator saved."""
    return load_noted(path, text_format).data


def load_noted(path: str, text_format: TextFormat | None = None) -> Loaded:
    """Return the table of a file, or the counts that an accumulator saved, and notes.

    A table of up to 2^27 cells is held in memory, because every measure reads it again; a larger
    one is read by its engine for each measure.
    """
    if Path(path).suffix in SAVED:
        return Loaded(Accumulator.load(path))
    opened = open_table(path, text_format)
    return Loaded(_in_memory(path, opened.frame), opened.notes)


def load_both(
    sources: tuple[str, str],
    text_format: TextFormat | None = None,
    report_progress: Callable[[int, int, str], None] = lambda *_: None,
) -> tuple[Loaded, Loaded]:
    """Return the tables of two files to compare, read by the same conventions.

    Columns that are codes with leading zeros in one file are text in both. If the dates of one file
    prove that months come before days, those of the other are read so too.
    """
    form = text_format or TextFormat()
    found = []
    for i, source in enumerate(sources):
        report_progress(i, 3, f"reading {source}")
        found.append(load_noted(source, form))
    kinds = [{note.kind for note in loaded.notes} for loaded in found]
    for i, other in ((0, 1), (1, 0)):
        proved = "ambiguous_dates" in kinds[i] and "month_first" in kinds[other]
        if proved and sources[i] != STDIN:
            found[i] = load_noted(sources[i], replace(form, month_first=True))
    one, other_side = found
    return _coded(one, other_side), _coded(other_side, one)


def _coded(loaded: Loaded, like: Loaded) -> Loaded:
    codes = [n for note in like.notes if note.kind == "codes" for n in note.values["columns"]]
    if isinstance(loaded.data, Accumulator) or not codes:
        return loaded
    frame = nw.from_native(loaded.data)
    whole = [n for n, dtype in frame.collect_schema().items() if n in codes and dtype.is_integer()]
    as_text = frame.with_columns(nw.col(*whole).cast(nw.String)) if whole else frame
    return replace(loaded, data=as_text.to_native())


def _in_memory(path: str, data: Any) -> Any:
    frame = nw.from_native(data)
    with translated_errors(name_of(path)):
        rows = int(frame.select(nw.len().alias("n")).collect()["n"][0])
        if rows * len(frame.collect_schema()) > _CELLS:
            return data
        return frame.collect("polars").to_native()


def name_of(path: str) -> str:
    """Return the name of a table in errors."""
    return "standard input" if path == STDIN else repr(path)


def title_of(source: str) -> str:
    """Return the name of a table in titles: a file without its folders, other names as given."""
    if source == STDIN:
        return "standard input"
    file, of_table, table = source.partition("::")
    named = Path(file).name if of_table or Path(file).suffix else file
    return f"{named}{of_table}{table}"
