"""Who packages Lossary can run its tests: what they read is in the source archive."""

import ast
import tomllib

import pytest

from support.house import ROOT

#: The README, the licence and the project's own file are in every archive.
ALWAYS = {"LICENSE", "README.md", "pyproject.toml"}


def packed() -> set[str]:
    """The files and folders at the root that the archive holds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    chosen = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    return ALWAYS | {name.removeprefix("/") for name in chosen}


def named(text: str) -> set[str]:
    """The texts in a program that are names of files and folders at the root."""
    words = (n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant))
    here = {path.name for path in ROOT.iterdir()}
    return {word for word in words if isinstance(word, str) and word in here}


def test_what_tests_read_is_in_the_source_archive():
    tests = (ROOT / "tests").rglob("*.py")
    assert set().union(*(named(path.read_text(encoding="utf-8")) for path in tests)) <= packed()


@pytest.mark.parametrize("name", ["docs", "Makefile", "examples"])
def test_what_a_test_reads_is_noticed(name):
    assert named(f'TEXT = (ROOT / "{name}").read_text()') == {name}


def test_all_that_the_archive_is_to_hold_is_there():
    assert {name for name in packed() if not (ROOT / name).exists()} == set()
