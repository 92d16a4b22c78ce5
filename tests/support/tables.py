"""One table with all kinds of columns, holes in most of them, as frames of every engine."""

import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

from lossary import frames

DISCRETE = ("cat", "flag", "int", "text", "day", "moment")
NUMBERS = ("num", "half")
WEIGHT = "w"


def table(rows: int = 1500, seed: int = 0) -> pa.Table:
    """Columns that share what they hold with the first; NaN and null in the numbers."""
    rng = np.random.default_rng(seed)

    def holed(values: Any, share: float = 0.07) -> list[Any]:
        holes = rng.random(rows) < share
        return [None if hole else value for value, hole in zip(values, holes, strict=True)]

    base = rng.integers(0, 4, rows)
    num = rng.normal(size=rows) + base
    num[rng.random(rows) < 0.05] = np.nan
    days = [dt.date(2020, 2, 27) + dt.timedelta(int(k)) for k in base % 3]
    moments = [dt.datetime(2021, 1, 1, int(k), 30, tzinfo=None) for k in (base + 1) % 4]  # noqa: DTZ001
    text = np.array(["x", "yy", "it's"])[(base + rng.integers(0, 2, rows)) % 3]
    return pa.table(
        {
            "cat": pa.array(holed(np.array(list("dbca"))[base].tolist())).dictionary_encode(),
            "flag": pa.array(holed((rng.random(rows) < 0.3 + 0.1 * base).tolist())),
            "int": pa.array(holed((base - rng.integers(0, 3, rows)).tolist()), pa.int64()),
            "text": pa.array(holed(text.tolist())),
            "day": pa.array(holed(days)),
            "moment": pa.array(holed(moments), pa.timestamp("us")),
            "num": pa.array(holed(num.tolist()), pa.float64()),
            "half": pa.array((rng.integers(0, 5, rows) / 2).tolist(), pa.float32()),
            WEIGHT: pa.array((rng.integers(0, 4, rows) / 4).tolist()),
        }
    )


def plain(rows: pa.Table) -> pa.Table:
    """The table for engines that know no categories."""
    return rows.set_column(0, "cat", rows["cat"].cast(pa.string()))


KEPT = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def as_pandas(rows: pa.Table) -> pd.DataFrame:
    """The table in pandas, whose integers with holes need a type of their own."""
    return rows.to_pandas(types_mapper=KEPT.get)


def in_database(rows: pa.Table, path: Path) -> str:
    """The table in a file of DuckDB."""
    with duckdb.connect(path) as connection:
        connection.register("given", plain(rows))
        connection.execute("CREATE TABLE kept AS SELECT * FROM given")
    return f"{path}::kept"


def in_duckdb(rows: pa.Table) -> Any:
    """The table as a relation of a connection of its own."""
    return duckdb.connect().from_arrow(plain(rows))


def in_ibis(rows: pa.Table) -> Any:
    """The table in Ibis on DuckDB."""
    import ibis

    return ibis.memtable(plain(rows))


def written(rows: pa.Table, path: Path) -> Any:
    """The table as a Parquet file that is read lazily."""
    pl.from_arrow(rows).write_parquet(path)
    return frames.read(path)


def on_dask(rows: pa.Table) -> Any:
    """The table on Dask, in several partitions."""
    import dask.dataframe as dd

    # Dask makes texts of Python's dates.
    kept = {**KEPT, pa.date32(): pd.ArrowDtype(pa.date32())}
    return dd.from_pandas(rows.to_pandas(types_mapper=kept.get), npartitions=3)


@contextmanager
def dask_cluster() -> Iterator[None]:
    """A cluster of two processes."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster),
    ):
        yield


@contextmanager
def spark_session() -> Iterator[Any]:
    """Spark on this machine alone."""
    assert shutil.which("java"), "no java on the path: leave these tests out with -m 'not spark'"
    from pyspark.sql import SparkSession

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


IN_PROCESS: dict[str, Callable[[pa.Table, Path], Any]] = {
    "arrow": lambda rows, _: rows,
    "polars": lambda rows, _: pl.from_arrow(rows),
    "polars_lazy": lambda rows, _: pl.from_arrow(rows).lazy(),
    "parquet": lambda rows, folder: written(rows, folder / "t.parquet"),
    "pandas": lambda rows, _: as_pandas(rows),
    "duckdb": lambda rows, _: in_duckdb(rows),
    "duckdb_file": lambda rows, folder: frames.read(in_database(rows, folder / "t.duckdb")),
    "ibis": lambda rows, _: in_ibis(rows),
}
