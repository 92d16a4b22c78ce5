"""What a module imports: watched in a fresh interpreter, and read from its syntax."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

WATCH = """
import importlib, json, sys
before = set(sys.modules)
importlib.import_module(sys.argv[1])
tops = {name.partition(".")[0] for name in set(sys.modules) - before}
print(json.dumps(sorted(tops - sys.stdlib_module_names)))
"""


def imported_by(module: str, path: Path | None = None) -> set[str]:
    """The packages outside the standard library that importing ``module`` brings in."""
    environment = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    run = subprocess.run(
        [sys.executable, "-c", WATCH, module],
        capture_output=True,
        check=True,
        env=environment,
        text=True,
    )
    # Modules that Cython made leave its own beside them, which come from no package.
    return {name for name in json.loads(run.stdout) if not name.lstrip("_").startswith("cython_")}


def imports_in(source: str) -> set[str]:
    """The dotted names that a module's text imports anywhere, ``from a import b`` as ``a.b``."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def names_bound_by_imports(source: str) -> set[str]:
    """The names that the import statements of a module's top level bind, re-exports left out.

    ``from a import b as b`` is a re-export.
    """
    nodes = (n for n in ast.parse(source).body if isinstance(n, ast.Import | ast.ImportFrom))
    aliases = [alias for node in nodes for alias in node.names]
    return {(a.asname or a.name).partition(".")[0] for a in aliases if a.asname != a.name}


def circles(sources: Mapping[str, str]) -> list[set[str]]:
    """The groups of modules that import each other in a circle; ``sources`` are texts by name.

    Every import counts: inside functions, and for type checkers alone.
    """
    graph: dict[str, set[str]] = {}
    for module, source in sources.items():
        graph[module] = set()
        for name in imports_in(source):
            while name and name not in sources:
                name = name.rpartition(".")[0]  # noqa: PLW2901 - the package of what is no module
            graph[module] |= {name} - {""}
    reached = {module: _reached(graph, module) for module in graph}
    found: list[set[str]] = []
    for module, others in reached.items():
        circle = {other for other in others if module in reached[other]}
        if circle and circle not in found:
            found.append(circle)
    return found


def _reached(graph: Mapping[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += graph[module]
    return found
