"""Conversion of dates, datetimes, durations and times of day to seconds, in double precision.

A date is its midnight, a datetime the seconds since 1970 in UTC, one without a time zone taken as
UTC; a time of day is the seconds since midnight. They are truncated to microseconds, so that every
engine gives the same numbers.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.frames.engines import Source

__all__ = [
    "DAY",
    "DAYS",
    "as_seconds",
    "comparable_group",
    "quantity_of",
    "seconds_of",
    "time_text",
    "type_of",
]

DAY = 86_400
DAYS = "days"
"""The unit that datetimes are rounded to if they are compared by day."""
_MICROSECONDS = 1_000_000
_QUANTITIES = {
    "datetime": "datetime",
    "timestamp": "datetime",
    "date": "date",
    "duration": "duration",
    "timedelta": "duration",
    "time": "time",
}
_POINTS_IN_TIME = {"date", "datetime", "datetime in UTC"}

Array = np.ndarray[Any, Any]


def quantity_of(dtype: str) -> str:
    """Return the quantity of a type's name: date, datetime (in UTC), duration, time, or ''."""
    name = dtype.lower()
    found = next(
        (quantity for start, quantity in _QUANTITIES.items() if name.startswith(start)), ""
    )
    zone = name.partition("time_zone=")[2].rstrip(")")
    return f"{found} in UTC" if found == "datetime" and zone not in {"", "none"} else found


def type_of(value: Any) -> str:
    """Return the name of the type of a date, a datetime, a duration or a time."""
    name = type(value).__name__
    return f"{name}(time_zone='UTC')" if getattr(value, "tzinfo", None) is not None else name


def comparable_group(quantity: str) -> str:
    """Return the group of comparable quantities: points in time, durations or times of day."""
    return "point in time" if quantity in _POINTS_IN_TIME else quantity


def time_text(seconds: float, quantity: str) -> str:
    """Return seconds as text: a date, datetime, duration or time, or seconds if out of range."""
    try:
        return _time_text(seconds, quantity)
    except (OverflowError, ValueError):
        return f"{seconds:g} s"


def _time_text(seconds: float, quantity: str) -> str:
    micro = round(seconds * _MICROSECONDS)
    if quantity == "duration":
        return f"{'-' * (micro < 0)}{timedelta(microseconds=abs(micro))}"
    if quantity == "time":
        return str((datetime.fromisoformat("1970-01-01") + timedelta(microseconds=micro)).time())
    text = str(np.datetime_as_string(np.datetime64(micro, "us"), unit="auto"))
    return f"{text}Z" if quantity == "datetime in UTC" and "T" in text else text


def seconds_of(labels: Sequence[Any]) -> Array:
    """Return the seconds of Python or NumPy values of one type."""
    pa = validation.need("pyarrow", "frames")
    return _seconds(pa.array(labels, from_pandas=True))


def _seconds(column: Any) -> Array:
    """Return the seconds of an Arrow column, NaN for missing values."""
    pa = validation.need("pyarrow", "frames")
    kind = column.type
    unit = {"s": 1, "ms": 1000, "us": _MICROSECONDS, "ns": 1000 * _MICROSECONDS}
    if pa.types.is_date32(kind):
        column, per_second = column.cast(pa.timestamp("s")), 1
    elif pa.types.is_date64(kind):
        column, per_second = column.cast(pa.timestamp("ms")), 1000
    else:
        per_second = unit[kind.unit]
    storage = pa.int32() if pa.types.is_time32(column.type) else pa.int64()
    whole = column.cast(storage)
    present = whole.is_valid().to_numpy(zero_copy_only=False) if whole.null_count else None
    values = whole.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    if per_second > _MICROSECONDS:
        values, per_second = values // (per_second // _MICROSECONDS), _MICROSECONDS
    seconds: Array = values / per_second
    if present is not None:
        seconds[~present] = np.nan
    return seconds


# --- columns of frames ----------------------------------------------------------------------------


def as_seconds(source: Source, quantities: dict[str, str], days: Collection[str] = ()) -> Source:
    """Return a source with columns converted to seconds; ``days`` are rounded down to days."""
    if not quantities:
        return source
    frame = _converted(source, quantities)
    rounded = [((nw.col(n) / DAY).floor() * DAY).alias(n) for n in days]
    return Source(frame.with_columns(*rounded) if rounded else frame, source.native)


def _converted(source: Source, quantities: dict[str, str]) -> Any:
    if source.local:
        return _in_memory(source.frame, list(quantities))
    converters = {
        nw.Implementation.DUCKDB: _in_duckdb,
        nw.Implementation.IBIS: _in_ibis,
        nw.Implementation.DASK: _in_dask,
        nw.Implementation.PYSPARK: _in_spark,
    }
    convert = converters.get(source.implementation)
    if convert is not None:
        return nw.from_native(convert(source.frame.to_native(), quantities))
    return source.frame.with_columns(
        _expression(n, quantity).alias(n) for n, quantity in quantities.items()
    )


def _expression(name: str, quantity: str) -> Any:
    x = nw.col(name).dt
    if quantity == "time":
        parts = ((x.hour(), 3600), (x.minute(), 60), (x.second(), 1))
        whole = sum(part.cast(nw.Int64) * size for part, size in parts)
        micro = whole * _MICROSECONDS + x.microsecond().cast(nw.Int64)
    else:
        micro = x.total_microseconds() if quantity == "duration" else x.timestamp("us")
    return micro.cast(nw.Float64) / _MICROSECONDS


def _in_memory(frame: Any, names: Sequence[str]) -> Any:
    pa = validation.need("pyarrow", "frames")
    made = []
    for name in names:
        try:
            column = frame[name].to_arrow()
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            message = (
                f"column {name!r} must hold dates, datetimes, durations or times of one type: "
                f"{error}; convert them, or take kinds={{{name!r}: 'discrete'}}"
            )
            raise validation.LossaryError(message) from error
        seconds = _seconds(column)
        made.append(nw.new_series(name, seconds, nw.Float64, backend=frame.implementation))
    return frame.with_columns(*made)


def _in_duckdb(relation: Any, quantities: dict[str, str]) -> Any:
    duckdb = validation.need("duckdb", "frames")
    chosen = []
    for name in relation.columns:
        column = duckdb.ColumnExpression(name)
        if name in quantities:
            micro = duckdb.FunctionExpression("epoch_us", column).cast("DOUBLE")
            column = (micro / duckdb.ConstantExpression(float(_MICROSECONDS))).alias(name)
        chosen.append(column)
    return relation.select(*chosen)


def _in_ibis(table: Any, quantities: dict[str, str]) -> Any:
    return table.mutate(**{n: _ibis_micros(table[n]) / float(_MICROSECONDS) for n in quantities})


def _ibis_micros(column: Any) -> Any:
    ibis = validation.need("ibis", "frames")
    kind = column.type()
    if kind.is_time():
        whole = column.hour() * 3600 + column.minute() * 60 + column.second()
        return whole.cast("int64") * _MICROSECONDS + column.microsecond()
    if kind.is_interval():
        return ibis.udf.scalar.builtin(_epoch_us, name="epoch_us", signature=((kind,), int))(column)
    moment = column.cast("timestamp") if kind.is_date() else column
    return moment.truncate("s").epoch_seconds() * _MICROSECONDS + moment.microsecond()


def _epoch_us(_: Any) -> Any:
    """Declare DuckDB's function of this name."""


def _in_dask(frame: Any, quantities: dict[str, str]) -> Any:
    return frame.map_partitions(
        partial(_of_part, names=list(quantities)),
        meta=_of_part(frame._meta, names=list(quantities)),  # noqa: SLF001 - Dask takes types this way
    )


def _of_part(part: Any, *, names: list[str]) -> Any:
    return _in_memory(nw.from_native(part, eager_only=True), names).to_native()


def _in_spark(frame: Any, quantities: dict[str, str]) -> Any:
    functions = validation.need("pyspark.sql.functions", "frames")
    start = "1970-01-01 00:00:00"
    chosen = {}
    for name, quantity in quantities.items():
        quoted = "`" + name.replace("`", "``") + "`"
        kind = frame.schema[name].dataType.typeName()
        if quantity == "date":
            micro = f"CAST(unix_date({quoted}) AS BIGINT) * {DAY * _MICROSECONDS}"
        elif kind == "timestamp_ntz":
            micro = f"timestampdiff(MICROSECOND, TIMESTAMP_NTZ'{start}', {quoted})"
        else:
            micro = f"unix_micros({quoted})"
        chosen[name] = functions.expr(f"CAST({micro} AS DOUBLE) / {_MICROSECONDS}D")
    return frame.withColumns(chosen)
