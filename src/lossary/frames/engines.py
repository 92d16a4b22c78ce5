"""Frames of any engine as sources: their library, and where their rows are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from lossary import validation
from lossary.frames.countable_types import converted
from lossary.frames.engine_errors import translated_errors

__all__ = ["BATCH", "ENGINES", "Source", "as_source"]

BATCH = 1 << 20
"""The rows of a batch, for engines that take a size."""

ENGINES = "pandas, Polars, PyArrow, DuckDB, PySpark, Dask, Ibis"
_DISTRIBUTED = (nw.Implementation.PYSPARK, nw.Implementation.DASK)


@dataclass(frozen=True)
class Source:
    """A frame of any engine.

    ``frame`` is the Narwhals view of ``native``. The rows of a ``local`` source are in memory,
    those of a ``distributed`` one on workers.
    """

    frame: Any
    native: Any

    @property
    def implementation(self) -> nw.Implementation:
        """The engine, as named by Narwhals."""
        found: nw.Implementation = self.frame.implementation
        return found

    @property
    def local(self) -> bool:
        """Tell whether the rows are in memory."""
        return isinstance(self.frame, nw.DataFrame)

    @property
    def distributed(self) -> bool:
        """Tell whether the rows are on workers."""
        return self.implementation in _DISTRIBUTED

    @property
    def streams(self) -> bool:
        """Tell whether the engine yields its rows in batches."""
        return self.implementation in _BATCHES

    @property
    def backend(self) -> str:
        """The library of small results: the engine itself if it holds rows in memory."""
        if self.implementation in {nw.Implementation.POLARS, nw.Implementation.PANDAS}:
            return str(self.implementation)
        return "pandas" if self.implementation is nw.Implementation.DASK else "pyarrow"

    def count_rows(self) -> int:
        """Return the number of rows."""
        lazy = self.frame.lazy().select(nw.len().alias("n"))
        return int(self.collect(lazy)["n"][0])

    def collect(self, lazy: Any) -> Any:
        """Return the rows of a small lazy frame, computed by the engine within bounded memory."""
        options = {"engine": "streaming"} if self.implementation is nw.Implementation.POLARS else {}
        with translated_errors(self.native):
            return lazy.collect(**options)

    def batches(self, columns: list[str]) -> Iterator[Any]:
        """Yield the rows of some columns in batches, as Narwhals frames in memory."""
        chosen = self.frame.select(columns).to_native()
        with translated_errors(self.native):
            for batch in _BATCHES[self.implementation](chosen):
                yield nw.from_native(batch, eager_only=True)


def as_source(data: Any) -> Source:
    """Return the source of a frame of any engine; LossaryError for other data."""
    if isinstance(data, Source):
        return data
    try:
        with translated_errors(data):
            frame = nw.from_native(converted(data))
    except TypeError as error:
        kind = f"{type(data).__module__.partition('.')[0]} {type(data).__name__}"
        is_path = isinstance(data, str) or hasattr(data, "__fspath__")
        hint = ": read a file with frames.read(path)" if is_path else ""
        message = f"data must be a frame of {ENGINES} or another engine, got a {kind}{hint}"
        raise validation.LossaryError(message) from error
    return Source(frame, frame.to_native())


def _of_polars(lazy: Any) -> Iterable[Any]:
    batches: Iterable[Any] = lazy.collect_batches(chunk_size=BATCH, maintain_order=False)
    return batches


def _of_duckdb(relation: Any) -> Iterator[Any]:
    return _of_reader(relation.to_arrow_reader(BATCH))


def _of_ibis(table: Any) -> Iterator[Any]:
    backend = table.get_backend()
    if backend.name == "duckdb":
        # Its to_pyarrow_batches does not work with every version of DuckDB.
        return _of_duckdb(backend.con.sql(backend.compile(table)))
    return _of_reader(table.to_pyarrow_batches(chunk_size=BATCH))


def _of_reader(reader: Any) -> Iterator[Any]:
    pa = validation.need("pyarrow", "frames")
    for batch in reader:
        if batch.num_rows:
            yield pa.Table.from_batches([batch])


_BATCHES = {
    nw.Implementation.POLARS: _of_polars,
    nw.Implementation.DUCKDB: _of_duckdb,
    nw.Implementation.IBIS: _of_ibis,
}
