"""The package seen from outside: its modules, their files, and the layers they belong to."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import lossary
from support.imports import names_bound_by_imports

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "lossary"


def public_modules() -> list[str]:
    """Every module of the package without a leading underscore in its path."""
    found = pkgutil.walk_packages(lossary.__path__, "lossary.")
    names = [
        info.name for info in found if not any(p.startswith("_") for p in info.name.split("."))
    ]
    return ["lossary", *sorted(names)]


def public_names(module: ModuleType) -> set[str]:
    """The functions and classes of a module; a package's are those its ``__init__`` gathers.

    A module that makes its names from the catalogue says in ``__dir__`` which they are.
    """
    if "__dir__" in vars(module):
        return set(dir(module))
    is_package = hasattr(module, "__path__")
    foreign = set() if is_package else names_bound_by_imports(inspect.getsource(module))
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and name not in foreign
        and value is not Any
        and (inspect.isroutine(value) or inspect.isclass(value))
        and (not is_package or _is_ours(value))
    }


def _is_ours(value: object) -> bool:
    origin = getattr(value, "__module__", None) or type(value).__module__
    return origin.split(".")[0] == "lossary"


def public_callables(module_name: str) -> Iterator[tuple[str, object]]:
    """The functions and classes in a module's ``__all__``."""
    module = importlib.import_module(module_name)
    for name in getattr(module, "__all__", ()):
        value = getattr(module, name)
        if inspect.isroutine(value) or inspect.isclass(value):
            yield name, value


def source_files() -> list[Path]:
    """Every Python file of the repository that is written by hand."""
    return sorted(f for d in ("src", "tests", "benchmarks") for f in (ROOT / d).rglob("*.py"))


def dotted(file: Path) -> str:
    """The dotted name of a file below ``src``."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each docstring of a module, also of those below constants."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def public_function_modules(package: str) -> set[str]:
    """Modules of a package that bear the name of one of its public functions or classes.

    Importing such a module would replace the function.
    """
    module = importlib.import_module(package)
    names = {info.name for info in pkgutil.iter_modules(module.__path__)}
    return {name for name, _ in public_callables(package)} & names
