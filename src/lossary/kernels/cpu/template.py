"""Templates of kernels: loops for one shape of work, completed by the functions of a record."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lossary.formulas.record import Record
from lossary.interpreters.numba_source import function
from lossary.interpreters.trace import Tracer
from lossary.kernels.cpu.launch import HEADER

__all__ = ["Template", "dependencies", "source"]

Formulas = Callable[[Tracer, Any], dict[str, tuple[Sequence[str], Sequence[Any]]]]
"""The functions of a record that a template needs: arguments and results by name."""

_PACKAGE = files("lossary.kernels.cpu")
_FUNCTIONS = (
    *("llvm_intrinsics", "float_order", "elementary_functions", "power_function"),
    *("kernel_namespace", "dtype_conversion"),
)
_WIDTH = {
    32: "F, T, reals = np.float32, float32, singles\n",
    64: "F, T, reals = np.float64, float64, doubles\n",
}
_HEAD = """\
import numpy as np

from lossary.kernels.cpu.kernel_namespace import *
"""
_CONSTANTS = "INFINITY, NAN = F(np.inf), F(np.nan)\n"


@dataclass(frozen=True, kw_only=True)
class Template:
    """Loops for one shape of work, and how their arguments lie in memory.

    ``integers`` and ``reals`` are the names of the arguments, ``sums`` those of the numbers that
    each chunk leaves. The parameters of the formula follow the reals. The loops are those of
    ``shared`` files and of the template's own file, which unless it is named is that of its name.
    They may use functions of modules that other kernels do not import. Without ``formulas`` the
    loops serve no record: they count, compare or search.
    """

    name: str
    integers: tuple[str, ...]
    reals: tuple[str, ...] = ("scale",)
    sums: tuple[str, ...] = ()
    formulas: Formulas | None = None
    shared: tuple[str, ...] = ()
    constants: Callable[[Any], str] = lambda _: ""
    file: str = ""
    functions: tuple[str, ...] = ()

    def layout(self) -> str:
        """Return the places of all arguments as constants of the generated module."""
        places = {n.upper(): i for i, n in enumerate((*HEADER, *self.integers))}
        places |= {n.upper(): i for i, n in enumerate(self.reals)}
        places |= {"PARAMETERS": len(self.reals), "WIDTH": len(self.sums)}
        places |= {f"SUM_OF_{n.upper()}": i for i, n in enumerate(self.sums)}
        return "".join(f"{name} = {i}\n" for name, i in places.items())


def source(template: Template, bits: int, record: Record | None = None) -> str:
    """Return the module of a template and of a record's functions, for so many bits."""
    what = template.name if record is None else f"{record.name}: {record.summary}"
    return "\n\n".join(
        [
            f'"""{what}, in {bits} bits. Generated: changes are lost."""\n',
            _HEAD + "".join(map(_import, template.functions)),
            _WIDTH[bits] + _CONSTANTS + f"CODE = {int(bits == 64)}\n" + template.layout(),
            *(() if record is None else _functions(template, record)),
            *(_text(f"templates/shared/{part}.py") for part in template.shared),
            _text(f"templates/{template.file or template.name}.py"),
        ]
    )


def dependencies(template: Template) -> Iterator[str]:
    """Yield the text of the modules that a template's source imports."""
    for name in (*_FUNCTIONS, *template.functions):
        yield _text(f"{name}.py")


def _import(name: str) -> str:
    return f"from lossary.kernels.cpu.{name} import *\n"


def _functions(template: Template, record: Record) -> Iterator[str]:
    """Yield the constants and functions of a record."""
    m = Tracer()
    taken = {p.name: f"q[{i}]" for i, p in enumerate(record.parameters)}
    yield template.constants(record)
    yield _unpacked(len(taken))
    formulas = {} if template.formulas is None else template.formulas(m, record)
    for name, (arguments, results) in formulas.items():
        used = taken if "q" in arguments else {}
        yield function(name, arguments, [m.lift(r) for r in results], used)


def _unpacked(count: int) -> str:
    numbers = "".join(f"F(load(p, {i})), " for i in range(count)) or "F(0),"
    return f"@inlined\ndef unpacked(p):\n    return ({numbers})\n"


@cache
def _text(path: str) -> str:
    return _PACKAGE.joinpath(path).read_text()
