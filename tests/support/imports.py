"""What a module imports: watched in a fresh interpreter, and read from its syntax."""

import ast
import json
import os
import subprocess
import sys
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
