"""Failures of engines, said in one line that names the file."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lossary.validation import LossaryError

__all__ = ["cannot_read", "reported"]

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
        reason = "it is damaged, Polars gave up on it"
    if isinstance(reason, OSError) and reason.strerror:
        reason = reason.strerror
    line = next(iter(str(reason).strip().splitlines()), type(reason).__name__)
    return LossaryError(f"cannot read {what}: {line.rstrip('.')}")


@contextmanager
def reported(source: Any) -> Iterator[None]:
    """Report what goes wrong in an engine, by the name given, or the frame's file or kind."""
    try:
        yield
    except LossaryError:
        raise
    except _errors() as error:
        raise cannot_read(_named(source), error) from error


def _errors() -> tuple[type[BaseException], ...]:
    """Return the errors of the engines that are in use."""
    found = (getattr(sys.modules.get(module), name, None) for module, name in _ERRORS)
    return (OSError, UnicodeDecodeError, *(e for e in found if e is not None))


def _named(native: Any) -> str:
    if isinstance(native, str):
        return native
    library = type(native).__module__.partition(".")[0]
    if library == "polars" and hasattr(native, "explain"):
        files = dict.fromkeys(_SCANNED.findall(native.explain(optimized=False)))
        if files:
            return ", ".join(map(repr, files))
    return f"the {library} {type(native).__name__}"
