"""Kernels from formulas: the loops of a template with the functions of a record inserted."""

import ctypes
import hashlib
import linecache
import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from types import MappingProxyType, ModuleType
from typing import Any

from lossary import validation
from lossary.formulas.record import Record
from lossary.interpreters.numba_source import function
from lossary.interpreters.trace import Tracer
from lossary.kernels import cache as kept
from lossary.kernels.bounded import BoundedCache
from lossary.kernels.launch import HEADER, Block, Kernel, run

__all__ = ["Program", "Template", "compute", "kernel", "no_formulas", "source"]

Formulas = Callable[[Tracer, Any], dict[str, tuple[Sequence[str], Sequence[Any]]]]
"""The functions of a record that a template needs: arguments and results by name."""

_PACKAGE = files("lossary.kernels")
_WORDS = (
    "intrinsics.py",
    "ranks.py",
    "elementary.py",
    "power.py",
    "words32.py",
    "words64.py",
    "storage.py",
)
_IMPORTS = """\
from numba import int64

from lossary.kernels.ranks import number_of, rank_of
from lossary.kernels.words{} import *
from lossary.kernels.words64 import absolute as absolute64
from lossary.kernels.words64 import log as log64
from lossary.kernels.words64 import log1p as log1p64
"""
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


@dataclass(frozen=True)
class Template:
    """Loops for one shape of work, and how their arguments lie in memory.

    ``integers`` and ``reals`` are the names of the arguments, ``sums`` those of the numbers that
    each chunk leaves. The parameters of the formula follow the reals. The loops are those of
    ``parts`` and of the template's own file, which unless it is named is that of its name. They may
    use functions of modules that other kernels do not import.
    """

    name: str
    formulas: Formulas
    integers: tuple[str, ...]
    reals: tuple[str, ...]
    sums: tuple[str, ...]
    parts: tuple[str, ...] = ()
    constants: Callable[[Any], str] = lambda _: ""
    file: str = ""
    words: tuple[str, ...] = ()

    def layout(self) -> str:
        """Return the places of all arguments as constants of the generated module."""
        places = {n.upper(): i for i, n in enumerate((*HEADER, *self.integers))}
        places |= {n.upper(): i for i, n in enumerate(self.reals)}
        places |= {"PARAMETERS": len(self.reals), "WIDTH": len(self.sums)}
        places |= {f"SUM_OF_{n.upper()}": i for i, n in enumerate(self.sums)}
        return "".join(f"{name} = {i}\n" for name, i in places.items())


def source(record: Record, template: Template, bits: int) -> str:
    """Return the module of a record in a template, to compute in so many bits."""
    m = Tracer()
    taken = {p.name: f"q[{i}]" for i, p in enumerate(record.parameters)}
    parts = [
        f'"""{record.name}: {record.summary}, in {bits} bits. Generated: changes are lost."""\n',
        _IMPORTS.format(bits)
        + "".join(f"from lossary.kernels.{name} import *\n" for name in template.words),
        f"CODE = {int(bits == 64)}\n" + template.layout() + template.constants(record),
        _unpacked(len(taken)),
    ]
    for name, (arguments, results) in template.formulas(m, record).items():
        used = taken if "q" in arguments else {}
        parts.append(function(name, arguments, [m.lift(r) for r in results], used))
    files = (*template.parts, template.file or template.name)
    parts.extend(_text(f"templates/{part}.py") for part in files)
    return "\n\n".join(parts)


def _unpacked(count: int) -> str:
    numbers = "".join(f"F(load(p, {i})), " for i in range(count)) or "F(0),"
    return f"@inlined\ndef unpacked(p):\n    return ({numbers})\n"


def kernel(record: Record, template: Template, bits: int) -> Kernel:
    """Return a compiled kernel; it is compiled once for all processes of a user."""
    # Hashing a record takes longer than a small kernel runs.
    key = id(record), template.name, bits
    try:
        return _kernels[key][1]
    except KeyError:
        with _building:
            if key not in _kernels:
                _kernels[key] = record, _built(record, template, bits)
            return _kernels[key][1]


_kernels: BoundedCache[tuple[int, str, int], tuple[Record, Kernel]] = BoundedCache(1024)


def _built(record: Record, template: Template, bits: int) -> Kernel:
    validation.need("llvmlite", "fast")
    text, name = source(record, template, bits), f"{record.name}_{template.name}{bits}"
    words = (*_WORDS, *(f"{name}.py" for name in template.words))
    parts = (text, *map(_text, words), version("numba"), kept.machine())
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Kernel(kept.restored(name, digest, lambda: _compiled(name, text)))


def _compiled(name: str, text: str) -> tuple[str, bytes, kept.Code]:
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
    return made.native_name, compiled, kept.Code(made, made.address)


def no_formulas(_tracer: Tracer, _record: Record) -> dict[str, Any]:
    """Return no formulas, for loops that are the same for all records."""
    return {}


class Program:
    """A kernel with the arguments that stay the same from call to call.

    Arguments given neither here nor to :meth:`run` are 0.
    """

    def __init__(
        self,
        record: Record,
        template: Template,
        bits: int,
        parameters: Sequence[float],
        *,
        integers: Mapping[str, int],
        reals: Mapping[str, float],
    ) -> None:
        self._kernel, self._width = kernel(record, template, bits), len(template.sums)
        self._bytes = bits // 8
        names = (*HEADER, *template.integers)
        self._place = {name: i for i, name in enumerate(names)}
        own = [*(reals.get(n, 0.0) for n in template.reals), *parameters]
        self._slots = (ctypes.c_int64 * len(names))(*(integers.get(n, 0) for n in names))
        self._numbers = (ctypes.c_double * len(own))(*own)
        self._reals = {name: i for i, name in enumerate(template.reals)}
        self._scale = self._reals["scale"]

    def small(
        self, scratch: int, constant: Mapping[str, int], names: Sequence[str]
    ) -> Callable[..., list[float]]:
        """Return the kernel for one chunk, as a function of a scale and of the named integers."""
        slots = type(self._slots).from_buffer_copy(self._slots)
        for name, value in constant.items():
            slots[self._place[name]] = value
        places = [self._place[name] for name in names]
        size = -(-scratch * self._bytes // 64) * 64
        own = slots, self._numbers, places, self._scale
        make = partial(Block, self._kernel, own, self._width, size)
        blocks = [make()]

        def computed(scale: float, *values: int) -> list[float]:
            # Concurrent calls have a block each: taking one from a list is atomic.
            try:
                block = blocks.pop()
            except IndexError:
                block = make()
            sums = block.run(scale, values)
            blocks.append(block)
            return sums

        return computed

    def run(
        self,
        chunks: int,
        scratch: int,
        integers: Mapping[str, int],
        scale: float = 1.0,
        reals: Mapping[str, float] = MappingProxyType({}),
    ) -> list[float]:
        """Return the template's sums, added over the chunks in their order.

        ``scratch`` is in numbers, for each worker; ``reals`` are for this run alone.
        """
        slots = type(self._slots).from_buffer_copy(self._slots)
        numbers = type(self._numbers).from_buffer_copy(self._numbers)
        numbers[self._scale] = scale
        for name, number in reals.items():
            numbers[self._reals[name]] = number
        place = self._place
        for name, value in integers.items():
            slots[place[name]] = value
        slots[place["numbers"]] = ctypes.addressof(numbers)
        width = self._width
        sums = run(self._kernel, slots, chunks, width, -(-scratch * self._bytes // 64) * 64)[:]
        return sums if chunks == 1 else [_total(sums[i::width]) for i in range(width)]


def _total(parts: Sequence[float]) -> float:
    """Return a sum rounded once; infinite and NaN sums are those of plain addition."""
    try:
        return math.fsum(parts)
    except (OverflowError, ValueError):
        return sum(parts)


def compute(
    record: Record,
    template: Template,
    bits: int,
    *,
    chunks: int,
    scratch: int,
    integers: Mapping[str, int],
    reals: Mapping[str, float],
    parameters: Sequence[float],
) -> dict[str, float]:
    """Run a record's kernel once and return its sums by name."""
    program = Program(record, template, bits, parameters, integers={}, reals=reals)
    sums = program.run(chunks, scratch, integers, reals.get("scale", 1.0))
    return dict(zip(template.sums, sums, strict=True))


@cache
def _text(path: str) -> str:
    return _PACKAGE.joinpath(path).read_text()
