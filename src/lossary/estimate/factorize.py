"""Factorization of columns: labels as integer codes, in the order of the labels.

Integers of a small range are coded by their distance from the minimum; other numbers and text by
hashing, or by sorting where they are many; series of Polars, pandas and Arrow by those libraries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from numbers import Number
from typing import Any

import numpy as np

from lossary import framework_of_array, validation
from lossary.estimate import dataframe_columns
from lossary.kernels.coded_columns import Codes
from lossary.kernels.contingency_counts import column_counts
from lossary.kernels.cpu.distinct_values import distinct

__all__ = [
    "MISSING_POLICIES",
    "Factorized",
    "factorize_labels",
    "factorize_unchecked",
    "is_missing",
    "require_repeats",
    "smallest_unsigned",
    "sorted_union",
]

MISSING_POLICIES = ("error", "category", "drop")
"""The policies for missing labels."""
_SMALL_RANGE = 1 << 16
_DISTINCT_SHARE = 0.9
_FIRST_ROWS = 1 << 12
_EQUAL = {"bool", "number"}

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Factorized:
    """A column as integer codes and the labels that they stand for.

    ``codes`` have the smallest unsigned dtype; code i stands for ``labels[i]``, and the labels are
    those that occur, in order. The ``missing`` rows without a label have the code after the last
    label; with ``drop_missing`` they are left out of counts.
    """

    codes: Array
    labels: list[Any]
    missing: int = 0
    drop_missing: bool = False

    @property
    def levels(self) -> int:
        """The number of codes, including that of missing labels."""
        return len(self.labels) + (self.missing > 0)

    @property
    def kept_levels(self) -> int:
        """The number of codes that are counted: all, or those of labels only."""
        return len(self.labels) if self.drop_missing else self.levels


def factorize_labels(column: Any, *, name: str = "column", missing: str = "error") -> Factorized:
    """Return the labels of a column as integer codes.

    Parameters
    ----------
    column
        Labels of one type: a list, an array of one axis, a series of Polars, pandas or Arrow.
    name
        The name of the column in error messages.
    missing
        The policy for None, NaN, NaT, NA and null: ``"error"``, ``"category"`` for a code of their
        own, the last, or ``"drop"`` for the same code, left out of counts.

    Returns
    -------
    The codes and their labels, numbers in numerical order, texts in alphabetical order.

    Raises
    ------
    LossaryError
        For missing labels unless they are allowed, an empty column, labels of several types, or a
        column of fractions nearly all distinct.

    Examples
    --------
    >>> from lossary.estimate.factorize import factorize_labels
    >>> column = factorize_labels(["b", "a", None, "b"], missing="category")
    >>> column.codes, column.labels, column.levels
    (array([1, 0, 2, 1], dtype=uint8), ['a', 'b'], 3)

    References
    ----------
    Knuth, The Art of Computer Programming 3: Sorting and Searching, 1973

    """
    found = factorize_unchecked(name, column, missing)
    require_repeats(name, found.labels, len(found.codes) - found.missing)
    return found


def factorize_unchecked(name: str, column: Any, missing: str) -> Factorized:
    """Return the labels of a column as integer codes, even if they look continuous."""
    validation.choice("missing", missing, MISSING_POLICIES)
    found = _factorize(name, column)
    lost = len(found.codes) - found.present
    if not len(found.codes):
        message = f"{name} must hold at least one label, got an empty column"
        raise validation.LossaryError(message)
    if lost and missing == "error":
        raise _missing_label(name, column, int(np.argmax(found.codes == len(found.labels))))
    if missing == "drop" and not found.labels:
        message = f"{name} must hold at least one label, but missing='drop' drops all {lost} rows"
        raise validation.LossaryError(message)
    return Factorized(found.codes, found.labels, lost, missing == "drop")


def sorted_union(name: str, *labels: Sequence[Any]) -> list[Any]:
    """Return the distinct labels of several lists, in order; they must be of one type."""
    every = [v for part in labels for v in part]
    _require_one_type(name, every, every)
    return _ordered(_distinct(every))


def smallest_unsigned(levels: int) -> type[np.unsignedinteger[Any]]:
    """Return the smallest unsigned dtype for a number of codes."""
    if levels <= 1 << 8:
        return np.uint8
    return np.uint16 if levels <= 1 << 16 else np.uint32


def is_missing(value: Any) -> bool:
    """Whether a label is missing: None, NaN, NaT, NA."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 - of NaN and NaT alone
    except TypeError:
        return type(value).__name__ == "NAType"
    except ValueError:
        return False


@dataclass(frozen=True)
class _LabelCodes:
    """Codes, their labels in order, and the number of rows with a label."""

    codes: Array
    labels: list[Any]
    present: int


def _factorize(name: str, column: Any) -> _LabelCodes:
    dictionary = dataframe_columns.dictionary_codes(name, column)
    if dictionary is not None:
        return _factorize_dictionary(name, *dictionary)
    values, there = dataframe_columns.plain_values(column)
    if framework_of_array.is_array(values):
        values = validation.to_numpy(values)
    if not isinstance(values, np.ndarray):
        return _factorize_objects(name, _as_list(name, values))
    if values.ndim != 1:
        message = f"{name} must be a column with one axis, got shape {values.shape}"
        raise validation.LossaryError(message)
    by_kind = {"b": _factorize_bools, "f": _factorize_floats}
    by_kind |= dict.fromkeys("iu", _factorize_integers) | dict.fromkeys("mM", _factorize_times)
    code = by_kind.get(values.dtype.kind)
    found = code(values) if code else _factorize_text(name, values)
    return found if there is None else _with_missing(found, there)


def _as_list(name: str, values: Any) -> list[Any]:
    if not isinstance(values, Iterable) or hasattr(values, "nnz"):
        came = f"{type(values).__name__} {validation.shown(values)}"
        message = f"{name} must be a column of labels, got {came}"
        raise validation.LossaryError(message)
    return values if isinstance(values, list) else list(values)


# --- numbers ----------------------------------------------------------------------------------


def _factorize_integers(values: Array) -> _LabelCodes:
    """Factorize integers, by their distance from the minimum if their range is small."""
    if not values.size:
        return _LabelCodes(values.astype(np.uint8), [], 0)
    low, high = int(values.min()), int(values.max())
    span = high - low + 1
    if span > max(_SMALL_RANGE, 2 * values.size):
        return _factorize_numbers(values)
    # Differences of integers are exact modulo the range of their dtype.
    unsigned = values.view(f"u{values.dtype.itemsize}")
    start = np.array(low, dtype=values.dtype).view(unsigned.dtype)
    narrow = min(
        unsigned.dtype, np.dtype(smallest_unsigned(span)), key=lambda dtype: dtype.itemsize
    )
    codes = np.subtract(unsigned, start, dtype=narrow, casting="unsafe")
    occurs = _codes_that_occur(codes, span)
    kept, codes = _renumbered(codes, occurs)
    return _LabelCodes(codes, [low + i for i in kept.tolist()], values.size)


def _factorize_numbers(values: Array) -> _LabelCodes:
    """Factorize values by hashing, or by sorting if they are many."""
    plain = values.dtype.kind != "f" or values.itemsize <= 8
    found = distinct(values) if plain else None
    labels, codes = found or np.unique(values, return_inverse=True)
    return _LabelCodes(
        codes.astype(smallest_unsigned(labels.size), copy=False), labels.tolist(), values.size
    )


def _codes_that_occur(codes: Array, span: int) -> Array:
    """Return which codes occur; the first rows suffice if they have all of them."""
    first = np.bincount(codes[:_FIRST_ROWS], minlength=span) > 0
    if first.all():
        return first
    (counts,) = column_counts([Codes(codes, span)])
    return counts > 0


def _renumbered(codes: Array, occurs: Array) -> tuple[Array, Array]:
    """Return the codes that occur, and all rows' codes renumbered to these."""
    kept = np.flatnonzero(occurs)
    if kept.size == occurs.size:
        return kept, codes
    place = np.zeros(occurs.size, dtype=smallest_unsigned(kept.size))
    place[kept] = np.arange(kept.size)
    return kept, place[codes]


def _factorize_bools(values: Array) -> _LabelCodes:
    found = _factorize_integers(values.view(np.uint8))
    return _LabelCodes(found.codes, [bool(v) for v in found.labels], found.present)


def _factorize_floats(values: Array) -> _LabelCodes:
    """Factorize floats, as integers if they are whole numbers."""
    there = ~np.isnan(values)
    known = values[there]
    if known.size and float(abs(known).max()) < 1 << 53 and np.array_equal(known, np.trunc(known)):
        found = _factorize_integers(known.astype(np.int64))
        whole = [float(v) for v in found.labels]
        return _with_missing(_LabelCodes(found.codes, whole, found.present), there)
    # Adding 0.0 turns -0.0 into 0.0.
    return _with_missing(_factorize_numbers(known + 0.0), there)


def _factorize_times(values: Array) -> _LabelCodes:
    """Factorize dates and durations; whole microseconds become Python objects, exactly."""
    there = ~np.isnat(values)
    found = _factorize_integers(values[there].view(np.int64))
    labels = np.array(found.labels, dtype=np.int64).view(values.dtype)
    coarse = labels.astype(f"{values.dtype.kind}8[us]")
    if np.datetime_data(values.dtype)[0] == "ns" and np.array_equal(coarse, labels):
        labels = coarse
    shown = labels.tolist()
    kept = list(labels) if shown and isinstance(shown[0], int) else shown
    return _with_missing(_LabelCodes(found.codes, kept, found.present), there)


def _with_missing(found: _LabelCodes, there: Array) -> _LabelCodes:
    """Return the codes of all rows, given the codes of the rows with a label."""
    if found.present == there.size:
        return found
    codes = np.full(there.size, len(found.labels), dtype=smallest_unsigned(len(found.labels) + 1))
    codes[there] = found.codes
    return _LabelCodes(codes, found.labels, found.present)


# --- text and objects ---------------------------------------------------------------------------


def _factorize_text(name: str, values: Array) -> _LabelCodes:
    found = distinct(values) if values.dtype.kind == "U" else None
    if found is None:
        return _factorize_objects(name, values.tolist())
    labels, codes = found
    return _LabelCodes(
        codes.astype(smallest_unsigned(labels.size), copy=False), labels.tolist(), values.size
    )


def _factorize_objects(name: str, values: list[Any]) -> _LabelCodes:
    """Factorize hashable labels of one type."""
    try:
        distinct = _distinct(values)
        if any(hasattr(v, "__array__") and not isinstance(v, np.generic) for v in distinct):
            raise _unhashable(name, values)
    except TypeError as error:
        raise _unhashable(name, values) from error
    labels = [v for v in distinct if not is_missing(v)]
    _require_one_type(name, values, labels)
    ordered = _ordered(labels)
    place = dict.fromkeys(distinct, len(ordered)) | {v: i for i, v in enumerate(ordered)}
    dtype = smallest_unsigned(len(ordered) + (len(labels) < len(distinct)))
    codes = np.fromiter(map(place.__getitem__, values), dtype, len(values))
    lost = len(labels) < len(distinct) and int(np.count_nonzero(codes == len(ordered)))
    return _LabelCodes(codes, ordered, len(values) - lost)


def _distinct(values: list[Any]) -> set[Any]:
    """Return the distinct values; of equal int and float the float, whatever the order."""
    if {int, float} <= set(map(type, values)):
        values = sorted(values, key=lambda v: type(v).__name__)
    return set(values)


def _factorize_dictionary(name: str, codes: Array, dictionary: list[Any]) -> _LabelCodes:
    """Factorize a column given by codes and a dictionary; negative codes are missing labels."""
    labels = [v for v in dictionary if not is_missing(v)]
    _require_one_type(name, labels, labels)
    counts = np.bincount(codes + 1, minlength=len(dictionary) + 1)[1:]
    occurring = {v for v, n in zip(dictionary, counts, strict=True) if n and not is_missing(v)}
    ordered = _ordered(occurring)
    place = {v: i for i, v in enumerate(ordered)}
    places = [
        len(ordered),
        *(len(ordered) if is_missing(v) else place.get(v, 0) for v in dictionary),
    ]
    present = sum(int(n) for v, n in zip(dictionary, counts, strict=True) if not is_missing(v))
    dtype = smallest_unsigned(len(ordered) + (present < codes.size))
    return _LabelCodes(np.asarray(places).astype(dtype)[codes + 1], ordered, present)


def _ordered(labels: Iterable[Any]) -> list[Any]:
    try:
        return sorted(labels)
    except TypeError:
        return sorted(labels, key=repr)


def _family(kind: type) -> str:
    """Return the family of a type, within which labels can be compared."""
    if issubclass(kind, bool | np.bool_):
        return "bool"
    if issubclass(kind, Number):
        return "number"
    return "str" if issubclass(kind, str) else kind.__name__


def _require_one_type(name: str, values: Sequence[Any], labels: Iterable[Any]) -> None:
    families = {_family(kind) for kind in set(map(type, labels))}
    # True == 1, so that the set may hold either.
    if len(families) <= 1 and not {_family(k) for k in set(map(type, values))} >= _EQUAL:
        return
    first = {_family(type(v)): v for v in reversed(values) if not is_missing(v)}
    if len(first) == 1:
        return
    came = " and ".join(f"{kind} ({first[kind]!r})" for kind in sorted(first))
    message = f"{name} must hold labels of one type, got {came}: convert all of them to str"
    raise validation.LossaryError(message)


# --- errors -------------------------------------------------------------------------------------


def _unhashable(name: str, values: list[Any]) -> validation.LossaryError:
    for row, value in enumerate(values):
        try:
            hash(value)
            single = isinstance(value, np.generic) or not hasattr(value, "__array__")
        except TypeError:
            single = False
        if not single:
            return validation.LossaryError(
                f"{name} must hold hashable labels, got {type(value).__name__} "
                f"{validation.shown(value)} in row {row}: convert it to a str or a tuple"
            )
    return validation.LossaryError(f"{name} must hold hashable labels")


def _missing_label(name: str, column: Any, row: int) -> validation.LossaryError:
    value = dataframe_columns.value_at(column, row)
    return validation.LossaryError(
        f"{name} has a missing label ({value!r}) in row {row}: pass missing='drop', or "
        "missing='category' for a label of its own"
    )


def require_repeats(name: str, labels: list[Any], rows: int) -> None:
    """Require that labels repeat among the rows, if they are fractions."""
    if rows < 2 or len(labels) < _DISTINCT_SHARE * rows:
        return
    if all(isinstance(v, float) and not v.is_integer() for v in labels):
        share = "all" if len(labels) == rows else f"{len(labels)} of"
        message = (
            f"{name} looks continuous: {share} its {rows} values are distinct fractions, which "
            "cannot be counted; bin them first"
        )
        raise validation.LossaryError(message)
