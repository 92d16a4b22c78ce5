"""Errors of engines as LossaryErrors of one line that name the file."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lossary.validation import LossaryError

__all__ = ["cannot_read", "translated_errors"]

_ERRORS = (
    ("polars.exceptions", "PolarsError"),
    ("polars.exceptions", "PanicException"),
    ("duckdb", "Error"),
    ("pyarrow", "ArrowException"),
    ("narwhals.exceptions", "NarwhalsError"),
)
_SCANNED = re.compile(r"SCAN \[(.+)\]$", re.MULTILINE)


def cannot_read(what: str, reason: object) -> LossaryError:
    """Return the error for data that cannot be read, with the first line of the reason."""
    if type(reason).__name__ == "PanicException":
        reason = "it is damaged, Polars failed to read it"
    if isinstance(reason, OSError) and reason.strerror:
        reason = reason.strerror
    line = next(iter(str(reason).strip().splitlines()), type(reason).__name__)
    return LossaryError(f"cannot read {what}: {line.rstrip('.')}")


@contextmanager
def translated_errors(source: Any) -> Iterator[None]:
    """Raise errors of an engine as LossaryErrors that name a source: a name, a file or a frame."""
    try:
        yield
    except LossaryError:
        raise
    except _errors() as error:
        raise cannot_read(_name_of(source), error) from error


def _errors() -> tuple[type[BaseException], ...]:
    """Return the error classes of the engines that are imported."""
    found = (getattr(sys.modules.get(module), name, None) for module, name in _ERRORS)
    return (OSError, UnicodeDecodeError, *(e for e in found if e is not None))


def _name_of(native: Any) -> str:
    if isinstance(native, str):
        return native
    library = type(native).__module__.partition(".")[0]
    if library == "polars" and hasattr(native, "explain"):
        files = dict.fromkeys(_SCANNED.findall(native.explain(optimized=False)))
        if files:
            return ", ".join(map(repr, files))
    return f"the {library} {type(native).__name__}"
