"""Cache of compiled kernels on disk, which later processes load without a compiler.

A file holds one kernel: a digest, the name of its function, and an object as LLVM wrote it, for one
processor and one version of everything it was made from. The digest covers which kernel it is, so
that a renamed file is not taken for another kernel. Loaded code is executed, so the directory
must belong to the user and be writable by nobody else. A damaged file is compiled anew; where
nothing can be written, kernels are compiled for this process alone. Either gives one warning.
"""

import ctypes
import hashlib
import os
import stat
import sys
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["CacheWarning", "Code", "directory", "machine", "restored"]

_DIGEST = 32
_FORMAT = 2
_warned: set[str] = set()
_HELPERS = {"numba_gil_ensure": "PyGILState_Ensure", "numba_gil_release": "PyGILState_Release"}


class CacheWarning(UserWarning):
    """The cache of compiled kernels could not be used as it was."""


class Code:
    """A function in memory; ``owner`` keeps its memory alive."""

    def __init__(self, owner: Any, address: int) -> None:
        self.owner, self.address = owner, address


def restored(name: str, digest: str, compiled: Callable[[], tuple[str, bytes, Code]]) -> Code:
    """Return a kernel's code from its file, or compile it and write the file.

    ``digest`` is of everything the code is made from; ``compiled`` returns the function's name, the
    object that holds it, and the function.
    """
    identity = hashlib.sha256(f"{_FORMAT} {name} {digest}".encode())
    try:
        path = _owned(directory()) / f"{name}-{identity.hexdigest()[:24]}.kernel"
        content = path.read_bytes() if path.exists() else None
    except OSError as error:
        _unkept(error)
        return compiled()[2]
    if content is not None:
        body = content[_DIGEST:]
        if _digest(identity, body) == content[:_DIGEST]:
            return _linked(body)
        _warn_once(path.name, f"{path.name} was damaged or copied over, and is compiled anew")
    symbol, code, made = compiled()
    body = symbol.encode() + b"\n" + code
    try:
        _write(path, _digest(identity, body) + body)
    except OSError as error:
        _unkept(error)
    return made


def directory() -> Path:
    """Return the user's directory for kernels; ``LOSSARY_CACHE_DIR`` names another.

    A user without a home directory has none, unless it is named: FileNotFoundError.
    """
    given = os.environ.get("LOSSARY_CACHE_DIR")
    try:
        return (Path(given) if given else _usual()).expanduser()
    except RuntimeError as error:  # it is all that pathlib says
        message = f"{given or 'the user'} has no home directory; LOSSARY_CACHE_DIR can name a place"
        raise FileNotFoundError(message) from error


def _usual() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local") / "lossary"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/lossary")
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "lossary"


@cache
def machine() -> str:
    """Return a description of processor and compiler, on which machine code depends."""
    import llvmlite  # noqa: PLC0415 - imported by who uses kernels
    from llvmlite import binding  # noqa: PLC0415

    # Environment variables by which Numba compiles for another processor.
    name = os.environ.get("NUMBA_CPU_NAME") or binding.get_host_cpu_name()
    features = os.environ.get("NUMBA_CPU_FEATURES")
    if features is None:
        features = binding.get_host_cpu_features().flatten()
    return f"{llvmlite.__version__} {name} {features}"


def _owned(place: Path) -> Path:
    """Return a directory made for the user alone, or raise if another could write into it."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix":
        found = place.stat()
        if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            message = f"{place} belongs to, or is writable by, somebody else"
            raise PermissionError(message)
    return place


def _digest(identity: Any, body: bytes) -> bytes:
    whole = identity.copy()
    whole.update(body)
    return bytes(whole.digest())


def _linked(body: bytes) -> Code:
    """Return the function of an object, put into memory by LLVM."""
    from llvmlite import binding  # noqa: PLC0415 - imported by who uses kernels

    symbol, _, code = body.partition(b"\n")
    engine = _engine(binding)
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return Code(engine, engine.get_function_address(symbol.decode()))


def _engine(binding: Any) -> Any:
    """Return an execution engine; its helpers serve error paths that no kernel takes."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    for helper, real in _HELPERS.items():
        address = ctypes.cast(getattr(ctypes.pythonapi, real), ctypes.c_void_p).value
        binding.add_symbol(helper, address)
    target = binding.Target.from_default_triple().create_target_machine(jit=True)
    return binding.create_mcjit_compiler(binding.parse_assembly(""), target)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole, or leave nothing behind."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _unkept(error: OSError) -> None:
    _warn_once("place", f"kernels are compiled anew in every process: {error}")


def _warn_once(about: str, message: str) -> None:
    if about not in _warned:
        _warned.add(about)
        warnings.warn(f"lossary's kernel cache: {message}", CacheWarning, stacklevel=2)
