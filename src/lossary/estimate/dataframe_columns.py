"""Columns of Polars, pandas, Arrow and Narwhals, recognised without importing these libraries.

Numbers become an array; text and categories the codes and labels of the library's own dictionary.
"""

import sys
from typing import Any

import numpy as np

from lossary import validation

__all__ = ["dictionary_codes", "plain_values", "value_at"]

Array = np.ndarray[Any, Any]
Dictionary = tuple[Array, list[Any]]


def dictionary_codes(name: str, column: Any) -> Dictionary | None:
    """Return a column's codes and labels by its library's dictionary, None for numbers.

    Missing labels have the code -1, or a missing label.
    """
    column = _native(column)
    ways = {"polars": _of_polars, "pandas": _of_pandas, "pyarrow": _of_arrow}
    way = ways.get(_library(column))
    return None if way is None else way(name, column)


def plain_values(column: Any) -> tuple[Any, Array | None]:
    """Return the values of a column without a dictionary, and which rows have one.

    The values are an array for numbers, else a list, or the column as given. The rows are None
    where all have a value, or where missing ones are among the values.
    """
    column = _native(column)
    library = _library(column)
    if library == "polars":
        return _plain_polars(column)
    if library == "pyarrow":
        return (column.to_pylist() if _nested(column) else column.__array__()), None
    return column.to_numpy() if library == "pandas" else column, None


def _plain_polars(column: Any) -> tuple[Any, Array | None]:
    pl = sys.modules["polars"]
    dtype = column.dtype
    if dtype.is_float() or _is(dtype, pl.Date, pl.Datetime, pl.Duration):
        return column.to_numpy(), None
    if dtype.is_integer() or dtype == pl.Boolean:
        there = column.is_not_null().to_numpy() if column.null_count() else None
        return column.drop_nulls().to_numpy(), there
    return column.to_list(), None


def value_at(column: Any, row: int) -> Any:
    """Return the value in a row as a Python object."""
    column = _native(column)
    if _library(column) == "pandas":
        return column.iloc[row] if hasattr(column, "iloc") else column[row]
    value = column[row] if hasattr(column, "__getitem__") else list(column)[row]
    as_python = getattr(value, "as_py", None) or getattr(value, "item", None)
    return as_python() if as_python else value


def _is(dtype: Any, *kinds: Any) -> bool:
    """Whether a dtype is of one of several kinds, which it equals with another hash."""
    return any(dtype == kind for kind in kinds)


def _library(column: Any) -> str:
    return type(column).__module__.partition(".")[0]


def _native(column: Any) -> Any:
    return column.to_native() if _library(column) == "narwhals" else column


def _of_polars(name: str, column: Any) -> Dictionary | None:
    pl = sys.modules["polars"]
    if not isinstance(column, pl.Series):
        raise _no_column(name, column)
    dtype = column.dtype
    if not _is(dtype, pl.String, pl.Categorical, pl.Enum):
        return None
    own = column.cast(pl.Categorical) if dtype == pl.String else column
    codes = own.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    if dtype == pl.Enum:
        return codes, dtype.categories.to_list()
    # Codes may refer to all categories of the process: the label of each is taken from some row.
    row = np.full(int(codes.max(initial=-1)) + 2, -1)
    row[codes] = np.arange(codes.size)
    row[-1] = -1
    (occurring,) = np.nonzero(row >= 0)
    place = np.full(row.size, -1)
    place[occurring] = np.arange(occurring.size)
    return place[codes], own.gather(row[occurring]).cast(pl.String).to_list()


def _of_pandas(name: str, column: Any) -> Dictionary | None:
    pd = sys.modules["pandas"]
    if isinstance(column, pd.DataFrame):
        raise _no_column(name, column)
    values = getattr(column, "array", column)
    if isinstance(values, pd.Categorical):
        return np.asarray(values.codes, dtype=np.int64), values.categories.tolist()
    if isinstance(column.dtype, np.dtype):
        return None
    codes, labels = pd.factorize(values)
    return codes.astype(np.int64), labels.tolist()


def _of_arrow(name: str, column: Any) -> Dictionary | None:
    pa = sys.modules["pyarrow"]
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        raise _no_column(name, column)
    kind = column.type
    flat = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind)
    if (flat and not column.null_count) or pa.types.is_temporal(kind) or _nested(column):
        return None
    if not pa.types.is_dictionary(kind):
        column = column.dictionary_encode()
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.unify_dictionaries().combine_chunks()
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes.astype(np.int64), column.dictionary.to_pylist()


def _nested(column: Any) -> bool:
    pa = sys.modules["pyarrow"]
    return bool(pa.types.is_nested(column.type))


def _no_column(name: str, column: Any) -> validation.LossaryError:
    kind = f"{_library(column)}.{type(column).__name__}"
    return validation.LossaryError(
        f"{name} must be one column, got a {kind}: select a column of it, or collect it first"
    )
