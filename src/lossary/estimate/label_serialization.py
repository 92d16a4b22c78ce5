"""Serialization of labels as pairs of a type and a text, exact, for JSON."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

from lossary import validation

__all__ = ["from_text", "to_text"]

_MICROSECOND = dt.timedelta(microseconds=1)

# A datetime is also a date, and a bool an integer: subclasses come first.
_WRITE: list[tuple[str, Any, Callable[[Any], str]]] = [
    ("str", str, str),
    ("bool", bool | np.bool_, lambda v: str(int(v))),
    ("datetime64", np.datetime64, lambda v: f"{np.datetime_data(v)[0]} {v.astype(np.int64)}"),
    ("timedelta64", np.timedelta64, lambda v: f"{np.datetime_data(v)[0]} {v.astype(np.int64)}"),
    ("int", Integral, lambda v: str(int(v))),
    ("decimal", Decimal, str),
    ("float", Real, lambda v: float(v).hex()),
    ("bytes", bytes, lambda v: v.hex()),
    ("datetime", dt.datetime, lambda v: v.isoformat()),
    ("date", dt.date, lambda v: v.isoformat()),
    ("time", dt.time, lambda v: v.isoformat()),
    ("timedelta", dt.timedelta, lambda v: str(v // _MICROSECOND)),
]
_READ: dict[str, Callable[[str], Any]] = {
    "str": str,
    "bool": lambda text: bool(int(text)),
    "datetime64": lambda text: _moment("M8", *text.split()),
    "timedelta64": lambda text: _moment("m8", *text.split()),
    "int": int,
    "decimal": Decimal,
    "float": float.fromhex,
    "bytes": bytes.fromhex,
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
    "timedelta": lambda text: int(text) * _MICROSECOND,
}


def _moment(kind: str, unit: str, number: str) -> Any:
    return np.array(int(number)).astype(f"{kind}[{unit}]")[()]


def to_text(column: str, label: Any) -> list[str]:
    """Return the type and the text of a label."""
    for name, kind, write in _WRITE:
        if isinstance(label, kind):
            text = write(label)
            if from_text([name, text]) == label:
                return [name, text]
    message = (
        f"the labels of {column!r} cannot be saved, got {type(label).__name__} {label!r}: allowed "
        "are str, bytes, bool, numbers, dates and times"
    )
    raise validation.LossaryError(message)


def from_text(parts: list[str]) -> Any:
    """Return the label of a type and a text."""
    name, text = parts
    return _READ[name](text)
