"""What pyproject.toml says: what the tests read is packed with them, and minimum versions agree."""

import ast
import re
import tomllib
from collections import defaultdict

import pytest

from support.house import ROOT

#: The README, the licence and the project's own file are in every archive.
ALWAYS = {"LICENSE", "README.md", "pyproject.toml"}


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def packed() -> set[str]:
    """The files and folders at the root that the source archive holds."""
    chosen = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    return ALWAYS | {name.removeprefix("/") for name in chosen}


def named(text: str) -> set[str]:
    """The texts in a program that are names of files and folders at the root."""
    words = (n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant))
    here = {path.name for path in ROOT.iterdir() if not path.name.endswith("_cache")}
    return {word for word in words if isinstance(word, str) and word in here}


def test_what_tests_read_is_in_the_source_archive():
    tests = (ROOT / "tests").rglob("*.py")
    assert set().union(*(named(path.read_text(encoding="utf-8")) for path in tests)) <= packed()


@pytest.mark.parametrize("name", ["docs", "Makefile", "examples"])
def test_what_a_test_reads_is_noticed(name):
    assert named(f'TEXT = (ROOT / "{name}").read_text()') == {name}


def test_all_that_the_archive_is_to_hold_is_there():
    assert {name for name in packed() if not (ROOT / name).exists()} == set()


def minima(lists: list[list[str]]) -> dict[str, set[str]]:
    """The minimum versions of each package, with what they are for."""
    found = defaultdict(set)
    for requirement in (r for requirements in lists for r in requirements if isinstance(r, str)):
        name, minimum = re.fullmatch(r"([\w-]+)(?:\[[\w,]+\])?(.*)", requirement).groups()
        found[name].add(minimum)
    return found


def disagreeing(lists: list[list[str]]) -> set[str]:
    """The packages with several minimum versions for the same Python."""
    return {
        name
        for name, said in minima(lists).items()
        if len({minimum.partition(";")[2] for minimum in said}) < len(said)
    }


def test_a_package_has_one_minimum_wherever_it_is_named():
    extras = PROJECT["project"]["optional-dependencies"].values()
    groups = PROJECT["dependency-groups"].values()
    lists = [PROJECT["project"]["dependencies"], *extras, *groups]
    assert disagreeing(lists) == set()
    unbounded = {n for n, said in minima(lists).items() if not all(">=" in m for m in said)}
    assert unbounded == {"lossary"}, "what has no minimum cannot be tested with it"


def test_minima_that_disagree_are_noticed():
    assert disagreeing([["polars>=1.40", "numpy>=1.26"], ["polars>=1.20"]]) == {"polars"}
    assert disagreeing([["numpy>=1.26", "numpy>=2.1; python_version >= '3.13'"]]) == set()


def test_every_test_has_a_time_limit(pytestconfig):
    assert pytestconfig.pluginmanager.hasplugin("timeout")
    assert 0 < float(pytestconfig.getini("timeout")) <= 600
