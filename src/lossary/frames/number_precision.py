"""Conversion of numbers to double precision for comparison: lower precision, and long integers.

0.1 in single precision is another number in double: of two columns, the one of higher precision is
rounded to the lower. An offset is subtracted from integers beyond 2⁵³, so that neighbours stay
distinct in double precision.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from lossary.frames.column_types import Field
from lossary.frames.engines import Source

__all__ = ["DOUBLE", "as_numbers", "digits_of", "start_of"]

DOUBLE = "float64"
_EXACT = 2**53
_NEAR = 2.0**60
_MOST = float(np.finfo(np.float32).max)
_WIDTHS = {"Float16": "float16", "Float32": "float32"}
_SMALL = {"Int8", "UInt8", "Int16", "UInt16", "Int32", "UInt32"}
_TINY = {"Int8", "UInt8", "Int16", "UInt16"}
_HALF = {
    nw.Implementation.POLARS,
    nw.Implementation.PANDAS,
    nw.Implementation.PYARROW,
    nw.Implementation.DASK,
}


def digits_of(one: Field, other: Field) -> str | None:
    """Return the lower precision of two columns of numbers, None if it is the same."""
    if not {one.kind, other.kind} <= {"number", "integer"}:
        return None
    widths = [_WIDTHS.get(f.dtype) for f in (one, other)]
    if widths[0] == widths[1] or _TINY & {one.dtype, other.dtype}:
        return DOUBLE if one.kind != other.kind else None
    return min(w for w in widths if w is not None)


def as_numbers(
    source: Source,
    fields: Sequence[Field],
    rounded: Mapping[str, str],
    offsets: Mapping[str, int] | None = None,
) -> tuple[Source, dict[str, int]]:
    """Return a source whose numbers are distinct in double precision, and the offsets of some.

    Columns of ``rounded`` are rounded to a type. Given ``offsets`` are used as they are.
    """
    narrow = [
        f.name
        for f in fields
        if rounded.get(f.name, DOUBLE) != DOUBLE and f.kind in {"number", "integer"}
    ]
    schema = source.frame.collect_schema()
    long_integers = [
        f.name
        for f in fields
        if f.kind == "integer" and not f.discrete and f.name not in narrow
        and schema[f.name].is_integer() and f.dtype not in _SMALL
    ]  # fmt: skip
    if not narrow and not long_integers:
        return source, {}
    # PyArrow refuses to convert integers that double precision does not hold exactly.
    by_polars = _of_pyarrow(source, narrow + long_integers)
    part = (
        Source(_as_polars(source.frame, narrow + long_integers), source.native)
        if by_polars
        else source
    )
    found = (
        _offsets(part, [n for n in long_integers if n not in rounded])
        if offsets is None
        else offsets
    )
    changed = [_rounded(part, n, rounded[n]) for n in narrow]
    changed += [_minus_offset(part, n, found[n]) for n in long_integers if found.get(n)]
    if by_polars:
        doubles = [nw.col(n).cast(nw.Float64) for n in long_integers if not found.get(n)]
        changed = _in_memory(part.frame.select(*changed, *doubles), source.implementation)
    frame = source.frame.with_columns(*changed) if changed else source.frame
    return Source(frame, source.native), dict(found)


def _as_polars(frame: Any, names: list[str]) -> Any:
    return nw.from_native(frame.select(names).to_polars(), eager_only=True)


def _of_pyarrow(source: Source, names: list[str]) -> bool:
    """Tell whether columns are held by PyArrow, in pandas too."""
    if source.implementation is nw.Implementation.PANDAS:
        return any(hasattr(source.frame[n].to_native().dtype, "pyarrow_dtype") for n in names)
    return source.implementation is nw.Implementation.PYARROW


def _in_memory(frame: Any, backend: Any) -> list[Any]:
    columns = ((n, frame[n].to_numpy()) for n in frame.columns)
    return [nw.new_series(n, values, nw.Float64, backend=backend) for n, values in columns]


def _rounded(source: Source, name: str, width: str) -> Any:
    half = width == "float16" and source.implementation in _HALF
    most, kind = (65504.0, nw.Float16) if half else (_MOST, nw.Float32)
    x = nw.col(name).cast(nw.Float64)
    near = x.clip(-most, most).cast(kind).cast(nw.Float64)
    return nw.when((x <= most) & (x >= -most)).then(near).otherwise(x).alias(name)


def _minus_offset(source: Source, name: str, offset: int) -> Any:
    """Return a column minus an offset, exactly for values near it."""
    x, dtype = nw.col(name), source.frame.collect_schema()[name]
    far = x.cast(nw.Float64) - float(offset)
    lowest, highest = _range_of(dtype)
    if not offset or not lowest <= offset <= highest:
        return far.alias(name)
    start = nw.lit(offset, dtype=dtype)
    above, below = (x - start).cast(nw.Float64), (start - x).cast(nw.Float64) * -1.0
    near = nw.when(x >= start).then(above).otherwise(below)
    return nw.when((far < _NEAR) & (far > -_NEAR)).then(near).otherwise(far).alias(name)


def _range_of(dtype: Any) -> tuple[int, int]:
    bits = int("".join(c for c in str(dtype) if c.isdigit()))
    unsigned = dtype.is_unsigned_integer()
    return (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def start_of(values: Sequence[int]) -> int:
    """Return the offset of integers in memory, 0 if double precision holds them all."""
    if max(map(abs, values), default=0) <= _EXACT:
        return 0
    low, high = min(values), max(values)
    starts = (low,) if high - low <= _EXACT else (low, sorted(values)[len(values) // 2], high)
    return max(starts, key=lambda start: len({float(v - start) for v in values}))


def _offsets(source: Source, names: list[str]) -> dict[str, int]:
    """Return the offsets of columns of integers beyond double precision."""
    found = {}
    for name, (low, high) in _ends(source, names).items():
        if max(abs(low), abs(high)) > _EXACT:
            found[name] = low if high - low <= _EXACT else _best_offset(source, name)
    return found


def _ends(source: Source, names: list[str]) -> dict[str, tuple[int, int]]:
    if not names:
        return {}
    aggregates = [nw.col(n).min().alias(f"low{i}") for i, n in enumerate(names)]
    aggregates += [nw.col(n).max().alias(f"high{i}") for i, n in enumerate(names)]
    row = source.collect(source.frame.lazy().select(*aggregates)).row(0)
    ends = zip(names, row[: len(names)], row[len(names) :], strict=True)
    return {n: (int(a), int(b)) for n, a, b in ends if a is not None and a == a}  # noqa: PLR0124


def _best_offset(source: Source, name: str) -> int:
    """Return the smallest, the median or the largest value: the one that keeps most distinct."""
    x = nw.col(name)
    lazy = source.frame.lazy()
    aggregates = lazy.select(x.min().alias("a"), x.median().alias("b"), x.max().alias("c"))
    starts = sorted({int(v) for v in source.collect(aggregates).row(0)})
    distinct = [_minus_offset(source, name, s).n_unique().alias(f"n{s}") for s in starts]
    counts = source.collect(lazy.select(*distinct)).row(0)
    return max(zip(counts, starts, strict=True))[1]
