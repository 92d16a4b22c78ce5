"""Which engine a frame belongs to, and where its rows are: in memory, or with the engine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from lossary import validation
from lossary.frames.conversion import converted
from lossary.frames.engine_errors import reported

__all__ = ["BATCH", "ENGINES", "Source", "opened"]

BATCH = 1 << 20
"""How many rows a batch has, where the engine lets one choose."""

ENGINES = "pandas, Polars, PyArrow, DuckDB, PySpark, Dask, Ibis"
_DISTRIBUTED = (nw.Implementation.PYSPARK, nw.Implementation.DASK)


@dataclass(frozen=True)
class Source:
    """A frame of any engine.

    ``frame`` is Narwhals' view of ``native``. The rows of a ``local`` one are in memory; a
    ``distributed`` one has them on workers.
    """

    frame: Any
    native: Any

    @property
    def implementation(self) -> nw.Implementation:
        """Narwhals' name of the engine."""
        found: nw.Implementation = self.frame.implementation
        return found

    @property
    def local(self) -> bool:
        """Tell whether the rows are in memory."""
        return isinstance(self.frame, nw.DataFrame)

    @property
    def distributed(self) -> bool:
        """Tell whether the rows are on workers, which can count them."""
        return self.implementation in _DISTRIBUTED

    @property
    def streams(self) -> bool:
        """Tell whether the engine hands out its rows in batches."""
        return self.implementation in _BATCHES

    @property
    def backend(self) -> str:
        """What small results come as: the engine's own kind where it holds rows in memory."""
        if self.implementation in {nw.Implementation.POLARS, nw.Implementation.PANDAS}:
            return str(self.implementation)
        return "pandas" if self.implementation is nw.Implementation.DASK else "pyarrow"

    def collect(self, lazy: Any) -> Any:
        """Return the rows of a small lazy frame, computed by the engine within bounded memory."""
        how = {"engine": "streaming"} if self.implementation is nw.Implementation.POLARS else {}
        with reported(self.native):
            return lazy.collect(**how)

    def batches(self, columns: list[str]) -> Iterator[Any]:
        """Yield the rows of some columns as Narwhals frames in memory, some at a time."""
        chosen = self.frame.select(columns).to_native()
        with reported(self.native):
            for batch in _BATCHES[self.implementation](chosen):
                yield nw.from_native(batch, eager_only=True)


def opened(data: Any) -> Source:
    """Return the source of a frame of any engine; LossaryError for what is none."""
    if isinstance(data, Source):
        return data
    try:
        with reported(data):
            frame = nw.from_native(converted(data))
    except TypeError as error:
        kind = f"{type(data).__module__.partition('.')[0]} {type(data).__name__}"
        hint = ": read a file with frames.read" if isinstance(data, str) or _is_path(data) else ""
        message = f"data must be a frame of {ENGINES} or another engine, got a {kind}{hint}"
        raise validation.LossaryError(message) from error
    return Source(frame, frame.to_native())


def _is_path(data: Any) -> bool:
    return hasattr(data, "__fspath__")


def _of_polars(lazy: Any) -> Iterable[Any]:
    batches: Iterable[Any] = lazy.collect_batches(chunk_size=BATCH, maintain_order=False)
    return batches


def _of_duckdb(relation: Any) -> Iterator[Any]:
    return _of_reader(relation.to_arrow_reader(BATCH))


def _of_ibis(table: Any) -> Iterator[Any]:
    backend = table.get_backend()
    if backend.name == "duckdb":
        # Its own way to batches does not fit every version of DuckDB.
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
