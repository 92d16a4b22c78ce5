"""Columns of samples, discrete or continuous by their dtype or as the caller says.

Floating-point columns are continuous, all others discrete. The values have no influence; where they
suggest the other kind, a note says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary import framework_of_array, validation

__all__ = [
    "COLUMN_KINDS",
    "Column",
    "as_column",
    "as_columns",
    "kind_of",
    "require_one_length",
]

COLUMN_KINDS = ("discrete", "continuous")
_FLOATING = ("float", "double", "half", "bfloat")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Column:
    """A column of samples: its name in messages, its kind, and its values.

    A continuous column is a float64 array of shape ``(rows,)`` or ``(rows, dimensions)`` of finite
    numbers; a discrete one is as it was given. ``notes`` become notes of the estimate.
    """

    name: str
    kind: str
    values: Any
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.values)

    @property
    def discrete(self) -> bool:
        """Whether the column holds labels."""
        return self.kind == "discrete"


def as_column(name: str, values: Any, kind: str | None = None) -> Column:
    """Return a validated column of a kind, by default the one of its dtype."""
    values = _sequence(name, values)
    if kind is not None:
        validation.choice("kind", kind, COLUMN_KINDS)
    if (kind or kind_of(values)) == "continuous":
        numbers = _finite(name, values)
        return Column(name, "continuous", numbers, _whole(name, numbers) if kind is None else ())
    return Column(name, "discrete", values)


def as_columns(
    kinds: Sequence[str | None] | str | None = None, /, **given: Any
) -> tuple[Column, ...]:
    """Return validated columns of one length; kinds may be one for all, or one for each."""
    each = _each(kinds, list(given))
    columns = tuple(as_column(n, v, k) for (n, v), k in zip(given.items(), each, strict=True))
    require_one_length({c.name: c.rows for c in columns})
    return columns


def require_one_length(lengths: Mapping[str, int]) -> None:
    """Require columns of the same length."""
    if len(set(lengths.values())) > 1:
        came = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        message = f"columns must have the same length, but {came} rows"
        raise validation.LossaryError(message)


def kind_of(values: Any) -> str:
    """Return "continuous" for floating-point values, "discrete" for all others."""
    dtype = getattr(values, "dtype", None) or getattr(values, "type", None)
    floating = _floats(values) if dtype is None else str(dtype).lower().startswith(_FLOATING)
    return "continuous" if floating else "discrete"


def _floats(values: Any) -> bool:
    """Whether a list holds numbers, some of them floats, or rows of such numbers."""
    types = set(map(type, values)) - {type(None)}
    if types and types <= {list, np.ndarray}:
        return all(_floats(row) for row in values)
    return any(issubclass(t, float | np.floating) for t in types) and all(
        issubclass(t, int | float | np.number) for t in types
    )


def _each(kinds: Any, names: list[str]) -> list[str | None]:
    if kinds is None or isinstance(kinds, str):
        return [kinds] * len(names)
    if not isinstance(kinds, list | tuple) or len(kinds) != len(names):
        message = (
            f"kinds must be a str, or a list with one for each of {', '.join(names)}, got "
            f"{type(kinds).__name__} {validation.shown(kinds)}"
        )
        raise validation.LossaryError(message)
    return list(kinds)


def _sequence(name: str, values: Any) -> Any:
    if framework_of_array.is_torch(values) or framework_of_array.is_strict(values):
        values = validation.to_numpy(values)
    shapeless = not hasattr(values, "__iter__") or getattr(values, "shape", None) == ()
    shapeless = shapeless or hasattr(values, "nnz")  # SciPy's sparse arrays have no length.
    if shapeless or isinstance(values, bytes | dict | set | frozenset):
        message = f"{name} must be a column with one value for each row, got {_shown(values)}"
        raise validation.LossaryError(message)
    if not hasattr(values, "__len__") or isinstance(values, str | tuple | range):
        values = list(values)
    if len(values) == 0:
        message = f"{name} must hold at least one row, got an empty column"
        raise validation.LossaryError(message)
    return values


def _shown(x: Any) -> str:
    return f"{type(x).__name__} {validation.shown(x)}"


def _finite(name: str, values: Any) -> Array:
    """Return numbers in float64, one row each, all finite."""
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        message = (
            f"{name} must hold numbers to be continuous, got {_shown(values)}: if these are "
            "labels, pass kind='discrete'"
        )
        raise validation.LossaryError(message) from error
    if numbers.ndim not in (1, 2) or numbers.size == 0:
        message = f"{name} must have shape (rows,) or (rows, dimensions), got shape {numbers.shape}"
        raise validation.LossaryError(message)
    bad = ~np.isfinite(numbers)
    if bad.any():
        row = int(np.argwhere(bad)[0][0])
        what = "a missing value" if np.isnan(numbers[bad][0]) else "an infinite value"
        message = f"{name} has {what} ({numbers[bad][0]}) in row {row}: drop such rows first"
        raise validation.LossaryError(message)
    return numbers


def _whole(name: str, numbers: Array) -> tuple[str, ...]:
    """Return a note where continuous numbers look like labels stored as floats."""
    if numbers.ndim > 1 or (numbers != np.floor(numbers)).any():
        return ()
    distinct = len(np.unique(numbers))
    if distinct * 5 > len(numbers):
        return ()
    note = (
        f"{name} holds {distinct} distinct whole numbers as floats, and is taken as continuous: "
        "pass kind='discrete' if they are labels"
    )
    return (note,)
