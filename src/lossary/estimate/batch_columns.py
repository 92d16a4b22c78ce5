"""Columns of a batch by name, from a mapping or a frame of pandas, Polars or Arrow."""

from collections.abc import Mapping, Sized
from typing import Any

from lossary import validation

__all__ = ["named_columns"]


def named_columns(batch: Any) -> dict[str, Any]:
    """Return the columns of a batch by their names."""
    columns = _columns(batch)
    if not columns:
        message = "a batch must have at least one column, got none"
        raise validation.LossaryError(message)
    for name in columns:
        if not isinstance(name, str):
            message = f"column names must be str, got {type(name).__name__} {name!r}"
            raise validation.LossaryError(message)
    return {name: c if isinstance(c, Sized) else list(c) for name, c in columns.items()}


def _columns(batch: Any) -> dict[Any, Any]:
    if isinstance(batch, Mapping):
        return dict(batch)
    if hasattr(batch, "column") and hasattr(batch, "schema"):
        names = batch.schema.names
        return {name: batch.column(i) for i, name in enumerate(names)}
    if hasattr(batch, "shape") and hasattr(batch, "columns"):
        return {name: batch[name] for name in batch.columns}
    kind = f"{type(batch).__module__.partition('.')[0]}.{type(batch).__name__}"
    message = (
        f"a batch must be a mapping of names to columns, a frame, or two columns x and y, got "
        f"{kind}; collect a lazy frame first"
    )
    raise validation.LossaryError(message)
