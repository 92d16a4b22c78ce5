"""Data frames of every engine from plain columns, and their columns as lists again."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa

ENGINES = {
    "polars": pl.DataFrame,
    "polars_lazy": pl.LazyFrame,
    "pandas": pd.DataFrame,
    "pyarrow": pa.table,
    "duckdb": lambda columns: duckdb.from_arrow(pa.table(columns)),
}


def listed(frame: Any, name: str) -> list[float | None]:
    """A column of any engine's frame, with None for what is missing; in pandas NaN is missing."""
    lazy = nw.from_native(frame).lazy()
    values = lazy.collect("pyarrow")[name].to_list()
    missing = isinstance(frame, pd.DataFrame)
    return [None if missing and v is not None and math.isnan(v) else v for v in values]


def query(
    expression: str, columns: Mapping[str, Sequence[Any]], rest: str = ""
) -> list[float | None]:
    """What DuckDB computes of columns."""
    duckdb.register("data", pa.table(dict(columns)))
    rows = duckdb.execute(f"SELECT {expression} FROM data {rest}").fetchall()  # noqa: S608
    return [row[0] for row in rows]
