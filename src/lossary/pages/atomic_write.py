"""Atomic writing of pages, which never overwrites input data."""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from lossary.validation import LossaryError

__all__ = ["check_replaceable", "check_writable", "write_atomically"]

_HEAD = 4096
_PAGE = re.compile(rb'<!doctype html>.*<meta name="generator" content="Lossary ', re.DOTALL)
"""Beginning of every page, also of earlier releases."""


def check_writable(path: Path, inputs: Iterable[str | Path] = ()) -> None:
    """Raise LossaryError if a path cannot be written or is one of the inputs.

    ``inputs`` are the sources read: files, ``file.duckdb::table``, or ``-``. None of them is
    overwritten, by whatever name or link.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        what = "a directory" if target.is_dir() else "not a regular file"
        message = f"cannot write {str(path)!r}: it is {what}"
        raise LossaryError(message)
    if not target.parent.is_dir():
        message = f"cannot write {str(path)!r}: there is no directory {str(path.parent)!r}"
        raise LossaryError(message)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        message = f"cannot write {str(path)!r}: no permission in {str(path.parent)!r}"
        raise LossaryError(message)
    for source in inputs:
        if _is_same(target, str(source)):
            message = (
                f"cannot write {str(path)!r}: it is the input {str(source)!r}; give another name"
            )
            raise LossaryError(message)


def check_replaceable(
    path: Path, inputs: Iterable[str | Path] = (), *, force: bool = False
) -> None:
    """Raise also if a file exists that is not empty and not a page by Lossary, unless forced."""
    check_writable(path, inputs)
    if force or not path.exists():
        return
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head and not _PAGE.match(head):
        message = (
            f"cannot write {str(path)!r}: it exists and is not a page by Lossary; give another "
            "name, or --force to replace it"
        )
        raise LossaryError(message)


def write_atomically(path: Path, text: str, inputs: Iterable[str | Path] = ()) -> Path:
    """Write to a temporary file and rename it; on failure leave nothing behind."""
    check_writable(path, inputs)
    target = path.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)
    except OSError as error:
        message = f"cannot write {str(path)!r}: {error.strerror}"
        raise LossaryError(message) from error
    finally:
        draft.unlink(missing_ok=True)
    return path


def _is_same(target: Path, source: str) -> bool:
    """Tell whether a file is that of a source."""
    try:
        own = target.stat()
    except OSError:
        return False
    for name in (source, source.partition("::")[0]):
        try:
            read = os.fstat(sys.stdin.fileno()) if name == "-" else Path(name).stat()
        except (AttributeError, OSError, ValueError):
            continue
        if os.path.samestat(own, read):
            return True
    return False
