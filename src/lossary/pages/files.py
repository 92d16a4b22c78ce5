"""A file appears whole or not at all."""

import os
from pathlib import Path

from lossary.checks import LossaryError

__all__ = ["check_writable", "write_atomically"]


def check_writable(path: Path) -> None:
    """Require a place where a file can be put, before the work that fills it."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        what = "a directory" if target.is_dir() else "no plain file"
        message = f"cannot write {str(path)!r}: it is {what}"
        raise LossaryError(message)
    if not target.parent.is_dir():
        message = f"cannot write {str(path)!r}: there is no directory {str(path.parent)!r}"
        raise LossaryError(message)
    if not os.access(target.parent, os.W_OK | os.X_OK):
        message = f"cannot write {str(path)!r}: no permission in {str(path.parent)!r}"
        raise LossaryError(message)


def write_atomically(path: Path, text: str) -> Path:
    """Write beside the target and move into place; on any failure leave nothing behind."""
    check_writable(path)
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
