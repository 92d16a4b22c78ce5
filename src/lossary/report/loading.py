"""The table of a report: read whole where it is small enough, left where it is otherwise."""

from pathlib import Path
from typing import Any

import narwhals as nw

from lossary.estimate import Accumulator
from lossary.frames.failures import reported
from lossary.frames.reading import STDIN, read

__all__ = ["SAVED", "load", "name_of"]

SAVED = (".npz",)
"""How the name of a file ends that an accumulator saved."""
_CELLS = 1 << 27


def load(path: str) -> Any:
    """Return the table of a file, or the counts that an accumulator saved.

    A table of up to 2^27 cells is held in memory, as every measure reads it anew; a larger one is
    read by its engine, as often as it takes.
    """
    if Path(path).suffix in SAVED:
        return Accumulator.load(path)
    data = read(path)
    frame = nw.from_native(data)
    with reported(name_of(path)):
        rows = int(frame.select(nw.len().alias("n")).collect()["n"][0])
        if rows * len(frame.collect_schema()) > _CELLS:
            return data
        return frame.collect("polars").to_native()


def name_of(path: str) -> str:
    """Return what to call a table in errors and titles."""
    return "standard input" if path == STDIN else repr(path)
