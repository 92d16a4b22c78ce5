"""Options of a call as text and numbers, which is all that operators take besides tensors."""

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Coded", "coded", "decoded", "is_codable"]

Coded = tuple[str, str, Sequence[float]]
"""Options that are texts, the names of the others with the initials of their types, and these."""

_TYPES: dict[str, type] = {"b": bool, "i": int, "f": float}


def is_codable(options: Mapping[str, Any]) -> bool:
    """Return whether all options are numbers, texts or None, in code that Dynamo can trace."""
    return all(v is None or isinstance(v, bool | int | float | str) for v in options.values())


def coded(options: Mapping[str, Any]) -> Coded:
    """Return the code of options, those that are None left out."""
    given = {n: v for n, v in options.items() if v is not None}
    texts = [f"{n}={v}" for n, v in given.items() if isinstance(v, str)]
    numbers = {n: v for n, v in given.items() if not isinstance(v, str)}
    names = [f"{_initial(v)}{n}" for n, v in numbers.items()]
    return " ".join(texts), " ".join(names), [float(v) for v in numbers.values()]


def _initial(value: float) -> str:
    if isinstance(value, bool):
        return "b"
    return "i" if isinstance(value, int) else "f"


def decoded(texts: str, names: str, numbers: Sequence[float]) -> dict[str, Any]:
    """Return the options of a code."""
    options: dict[str, Any] = dict(text.split("=", 1) for text in texts.split())
    for name, value in zip(names.split(), numbers, strict=True):
        options[name[1:]] = _TYPES[name[0]](value)
    return options
