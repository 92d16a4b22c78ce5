"""Compilation of kernels from the source of a template, once for all processes of a user."""

import hashlib
import linecache
import os
import threading
from importlib.metadata import version
from types import ModuleType

from lossary import validation
from lossary.formulas.record import Record
from lossary.kernels.bounded_cache import BoundedCache
from lossary.kernels.cpu import disk_cache
from lossary.kernels.cpu.launch import Kernel
from lossary.kernels.cpu.template import Template, dependencies, source

__all__ = ["kernel"]

_RAISES = b"numba_do_raise"
_building = threading.RLock()
if hasattr(os, "register_at_fork"):
    # A fork waits until no thread compiles: the child would inherit that thread's locks, held
    # forever.
    os.register_at_fork(
        before=_building.acquire,
        after_in_parent=_building.release,
        after_in_child=_building.release,
    )


def kernel(template: Template, bits: int, record: Record | None = None) -> Kernel:
    """Return a compiled kernel; it is compiled once for all processes of a user."""
    # Hashing a record takes longer than a small kernel runs.
    key = id(record), id(template), bits
    try:
        return _kernels[key][1]
    except KeyError:
        with _building:
            if key not in _kernels:
                _kernels[key] = record, _built(template, bits, record)
            return _kernels[key][1]


_kernels: BoundedCache[tuple[int, int, int], tuple[Record | None, Kernel]] = BoundedCache(1024)


def _built(template: Template, bits: int, record: Record | None) -> Kernel:
    validation.need("llvmlite", "fast")
    text, name = source(template, bits, record), f"{template.name}{bits}"
    name = name if record is None else f"{record.name}_{name}"
    parts = (text, *dependencies(template), version("numba"), disk_cache.machine())
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Kernel(disk_cache.restored(name, digest, lambda: _compiled(name, text)))


def _compiled(name: str, text: str) -> tuple[str, bytes, disk_cache.Code]:
    """Return the name of a module's function in machine code, the object it is in, and itself."""
    validation.need("numba", "fast")
    filename = f"<lossary kernel {name}>"
    # So that tracebacks and Numba's messages show the source.
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = ModuleType(f"lossary_kernel_{name}")
    exec(compile(text, filename, "exec"), vars(module))  # noqa: S102 - text made from a record
    made = vars(module)["run"]
    compiled = made._library._get_compiled_object()  # noqa: SLF001 - there is no public way
    # Raising needs Numba's runtime, which is absent when the kernel is loaded from the cache.
    if _RAISES in compiled:
        message = f"the kernel {name} can raise: a step of range that varies does, for one"
        raise TypeError(message)
    return made.native_name, compiled, disk_cache.Code(made, made.address)
