"""Columns of row numbers that a table was saved with: a saved index, distinct in every row."""

import re
from collections.abc import Sequence
from typing import Any

import narwhals as nw

__all__ = ["is_named_index", "row_numbers"]

_INDEX = re.compile(
    r"\s*|unnamed: ?\d+(\.\d+)*(_level_\d+)?|__index_level_\d+__|index|level_\d+|\.\.\.\d+"
    r"|row_?(names?|num(ber)?|nr|no|index|id)?",
    re.IGNORECASE,
)


def is_named_index(name: str) -> bool:
    """Tell whether a column has a name that pandas, Polars, PyArrow or R give a saved index."""
    return bool(_INDEX.fullmatch(name))


def row_numbers(frame: Any, names: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the columns of a Narwhals frame that are a saved index.

    They have the name of one, and hold distinct integers, none missing.
    """
    schema = frame.collect_schema()
    found = [
        name
        for name in (schema if names is None else names)
        if isinstance(name, str) and is_named_index(name) and schema[name].is_integer()
    ]
    return tuple(name for name in found if _is_distinct(frame, name))


def _is_distinct(frame: Any, name: str) -> bool:
    column = nw.col(name)
    counts = frame.lazy().select(
        column.n_unique().alias("distinct"), column.count().alias("held"), nw.len().alias("rows")
    )
    found = counts.collect()
    rows = int(found["rows"][0])
    return rows > 1 and int(found["distinct"][0]) == int(found["held"][0]) == rows
