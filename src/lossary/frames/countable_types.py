"""Conversion of frames to types that every engine can count, for measures and studies.

In pandas, intervals become ordered labels, periods dates, decimals held as objects numbers, and
sparse columns dense; the index is not read. In Arrow, run-end encoded columns are decoded, and
decimals of 256 bits become double precision. Integers of 128 bits become integers of 64 bits,
double precision, or text. Everything else is unchanged.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import narwhals as nw

from lossary import validation
from lossary.frames.reading_notes import Note

__all__ = ["as_polars", "converted", "narrowed"]

_WIDE = (nw.Int128, nw.UInt128)
_LARGEST = 2**63 - 1
_DIGITS = 38
_NUMBERS = (int, float, Decimal)


def converted(data: Any) -> Any:
    """Return a native frame whose columns can all be read; data of other kinds is unchanged.

    Raises LossaryError for column names that are not unique, or have several levels.
    """
    library = type(data).__module__.partition(".")[0]
    kind = type(data).__name__
    if library == "pandas" and kind == "DataFrame":
        return _of_pandas(data)
    if library == "pyarrow" and kind == "RecordBatch":
        return converted(validation.need("pyarrow", "frames").Table.from_batches([data]))
    if library == "pyarrow" and kind == "Table":
        _require_unique("pyarrow Table", data.column_names)
        return _decoded(data)
    if library == "polars" and kind in {"DataFrame", "LazyFrame"}:
        return narrowed(data)[0]
    return data


def _decoded(table: Any) -> Any:
    """Return an Arrow table without run-end encoded columns and decimals of 256 bits."""
    pa = validation.need("pyarrow", "frames")
    for place, field in enumerate(table.schema):
        if pa.types.is_run_end_encoded(field.type):
            compute = validation.need("pyarrow.compute", "frames")
            decoded = compute.run_end_decode(table.column(place).combine_chunks())
            table = table.set_column(place, field.name, decoded)
        elif pa.types.is_decimal256(field.type):
            numbers = table.column(place).cast(pa.float64())
            table = table.set_column(place, field.name, numbers)
    return table


def _require_unique(what: str, names: Iterable[str]) -> None:
    several = [name for name, n in Counter(names).items() if n > 1]
    if several:
        message = (
            f"cannot read the {what}: column names must be unique, got several columns named "
            f"{several[0]!r}: rename or drop all but one"
        )
        raise validation.LossaryError(message)


# --- pandas -------------------------------------------------------------------------------------


def _of_pandas(frame: Any) -> Any:
    names = list(frame.columns)
    if frame.columns.nlevels > 1:
        message = (
            f"column names must be text, got {frame.columns.nlevels} levels such as "
            f"{names[0] if names else ()!r}: join them, "
            "frame.columns = ['_'.join(map(str, name)) for name in frame.columns]"
        )
        raise validation.LossaryError(message)
    _require_unique("pandas DataFrame", map(str, names))
    changed = {}
    for place, dtype in enumerate(frame.dtypes):
        column = _column(frame, place, dtype)
        if column is not None:
            changed[names[place]] = column
    if not changed:
        return frame
    found = frame.copy(deep=False)
    for name, column in changed.items():
        found[name] = column
    return found


def _column(frame: Any, place: int, dtype: Any) -> Any:
    """Return the converted column of pandas, None if it needs no conversion."""
    kind = type(dtype).__name__
    type_name = type(dtype.categories.dtype).__name__ if kind == "CategoricalDtype" else kind
    if kind == "SparseDtype":
        return frame.iloc[:, place].sparse.to_dense()
    if str(dtype) in {"float128", "float96"}:
        return frame.iloc[:, place].astype("float64")
    if type_name == "PeriodDtype":
        return _period_starts(frame.iloc[:, place])
    if str(dtype) == "object":
        return _decimals(frame.iloc[:, place])
    return _labels(frame.iloc[:, place]) if type_name == "IntervalDtype" else None


def _decimals(column: Any) -> Any:
    """Return a column of decimals and other numbers in double precision; None for others."""
    present = column[column.notna()]
    if not len(present) or not isinstance(present.iloc[0], _NUMBERS):
        return None
    kinds = set(map(type, present))
    if Decimal not in kinds or not all(issubclass(k, _NUMBERS) and k is not bool for k in kinds):
        return None
    return column.where(column.notna(), None).astype("float64")


def _period_starts(column: Any) -> Any:
    """Return the starts of periods; as ordered labels if they are out of range."""
    periods = column.astype(column.cat.categories.dtype) if hasattr(column, "cat") else column
    try:
        return periods.dt.to_timestamp()
    except (ValueError, OverflowError):
        return _labels(column)


def _labels(column: Any) -> Any:
    labels = column if hasattr(column, "cat") else column.astype("category")
    return labels.cat.rename_categories(list(map(str, labels.cat.categories))).cat.as_ordered()


# --- Polars -------------------------------------------------------------------------------------


def narrowed(data: Any) -> tuple[Any, tuple[Note, ...]]:
    """Return a Polars frame without integers of 128 bits, and notes on them.

    They become integers of 64 bits if they fit, double precision if they stay distinct, else text.
    """
    _require_short_decimals(data)
    frame, notes = nw.from_native(data), []
    schema = frame.collect_schema()
    for name in (name for name in schema if schema[name] in _WIDE):
        x = nw.col(name)
        collisions = x.n_unique() - x.cast(nw.Float64).n_unique()
        summary = frame.lazy().select(x.min().alias("a"), x.max().alias("b"), collisions.alias("c"))
        low, high, merged = summary.collect("polars").row(0)
        if low is None or -_LARGEST <= low <= high <= _LARGEST:
            frame = frame.with_columns(x.cast(nw.Int64))
            continue
        frame = frame.with_columns(x.cast(nw.String if merged else nw.Float64))
        notes.append(Note.of("big_labels" if merged else "big_integers", columns=[name]))
    return frame.to_native(), tuple(notes)


def _require_short_decimals(data: Any) -> None:
    for name, dtype in data.collect_schema().items():
        if (getattr(dtype, "precision", 0) or 0) > _DIGITS:
            message = (
                f"column {name!r} holds decimal numbers of {dtype.precision} digits, and Polars "
                f"allows at most {_DIGITS}: convert it to double precision with PyArrow's cast"
            )
            raise validation.LossaryError(message)


def as_polars(frame: Any) -> Any:
    """Return a Narwhals frame in memory as a Polars frame.

    Raises LossaryError that names the column which Polars cannot hold.
    """
    try:
        return frame.to_polars()
    except Exception:  # noqa: BLE001 - PyArrow, Polars, NumPy and Python raise unrelated classes
        columns = [_of_polars(frame[:, [i]], n) for i, n in enumerate(frame.columns)]
    pl = validation.need("polars", "study")
    return pl.concat(columns, how="horizontal")


def _of_polars(column: Any, name: str) -> Any:
    try:
        return column.to_polars()
    except Exception as error:
        contents = column[:, 0].to_list()
        values = [v for v in contents if v is not None]
        pl = validation.need("polars", "study")
        if values and all(type(v) is int for v in values):
            return pl.DataFrame({str(name): list(map(_float, contents))})
        message = f"column {str(name)!r} {_problem(column[:, 0], values, error)}"
        raise validation.LossaryError(message) from error


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)


def _problem(column: Any, values: list[Any], error: Exception) -> str:
    """Return why a column cannot be read."""
    first: dict[str, Any] = {}
    for value in values:
        first.setdefault("number" if type(value) in _NUMBERS else type(value).__name__, value)
    if len(first) > 1:
        x, y = list(first.values())[:2]
        return (
            f"must hold values of one type, got {type(x).__name__} ({x!r}) and {type(y).__name__} "
            f"({y!r}): convert them, for example to str"
        )
    line = next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
    dtype = getattr(column.to_native(), "dtype", column.dtype)
    return f"is of type {dtype}, which cannot be read as numbers, labels or dates: {line}"
