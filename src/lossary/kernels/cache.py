"""Where generated modules and their machine code are kept, so that they are compiled once.

Compiled code is loaded and run: the directory must belong to the user and be writable by nobody
else, and what lies in it must be what was put there. Whatever is not is rebuilt; where it cannot
be, kernels are compiled in memory for this process. Either is said by one warning.
"""

import contextlib
import hashlib
import importlib.util
import os
import stat
import sys
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["CacheWarning", "directory", "load"]


class CacheWarning(UserWarning):
    """The cache of compiled kernels could not be used as it was."""


def load(name: str, text: str, version: str) -> ModuleType:
    """Return the module of a generated text, compiled before or now.

    ``version`` names what the text depends on beside itself; the text's digest names the rest.
    """
    stem = f"{name}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    try:
        place = _owned(directory() / version)
        with _locked(place / f"{stem}.lock"):
            return _loaded(place / f"{stem}.py", text)
    except OSError as error:
        _warn_once(f"kernels are compiled anew in every process: {error}")
        return _module(f"lossary_{stem}", text, None)


def directory() -> Path:
    """Return the user's directory for kernels; ``LOSSARY_CACHE_DIR`` names another."""
    given = os.environ.get("LOSSARY_CACHE_DIR")
    if given:
        return Path(given) / "kernels"
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "lossary" / "kernels"


def _owned(place: Path) -> Path:
    """Return a directory made for the user alone, or raise if another could write into it."""
    for part in (place.parent, place):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "posix":
            continue
        found = part.stat()
        if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            message = f"{part} belongs to, or is writable by, somebody else"
            raise PermissionError(message)
    return place


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time compile a module."""
    with path.open("w") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _loaded(path: Path, text: str) -> ModuleType:
    written = path.exists()
    if written and path.read_text() != text:
        _warn_once(f"{path.name} was not as it had been written, and is compiled anew")
        written = False
    if not written:
        _drop(path)
        _write(path, text)
    elif _digests(path) != _sealed(path):
        if path.with_suffix(".sum").exists():
            _warn_once(f"the machine code of {path.name} was damaged, and is compiled anew")
        _drop(path)
    module = _module(f"lossary_{path.stem}", text, path)
    if _digests(path) != _sealed(path):
        _write(path.with_suffix(".sum"), _digests(path))
    return module


def _machine_code(path: Path) -> list[Path]:
    """Return the files that Numba keeps for a module."""
    return sorted((path.parent / "__pycache__").glob(f"{path.stem}.*.nb[ic]"))


def _digests(path: Path) -> str:
    files = _machine_code(path)
    return "\n".join(f"{hashlib.sha256(f.read_bytes()).hexdigest()} {f.name}" for f in files)


def _sealed(path: Path) -> str | None:
    seal = path.with_suffix(".sum")
    return seal.read_text() if seal.exists() else None


def _drop(path: Path) -> None:
    for stale in (path.with_suffix(".sum"), *_machine_code(path)):
        stale.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as part:
        part.write(text)
    Path(part.name).replace(path)


def _module(name: str, text: str, path: Path | None) -> ModuleType:
    """Run a generated module; ``CACHED`` tells its kernels whether they have a place on disk."""
    filename = f"<{name}>" if path is None else str(path)
    specification = importlib.util.spec_from_loader(name, loader=None, origin=filename)
    assert specification is not None  # noqa: S101 - there is one for every name
    module = importlib.util.module_from_spec(specification)
    module.__file__ = filename
    vars(module)["CACHED"] = path is not None
    exec(compile(text, filename, "exec"), vars(module))  # noqa: S102 - text made from a record
    return module


@cache
def _warn_once(message: str) -> None:
    warnings.warn(f"lossary's kernel cache: {message}", CacheWarning, stacklevel=2)
