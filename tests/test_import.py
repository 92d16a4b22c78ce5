"""``import lossary`` costs NumPy and array-api-compat, and nothing else."""

import subprocess
import sys

import pytest

import lossary
from support.imports import imported_by

CORE = {"lossary", "numpy", "array_api_compat"}


def test_the_library_imports_only_its_two_dependencies():
    assert imported_by("lossary") == CORE


@pytest.mark.parametrize("module", ["losses", "measures", "formulas.catalogue"])
def test_the_core_stays_as_light_when_imported_by_parts(module):
    assert imported_by(f"lossary.{module}") <= CORE


@pytest.mark.parametrize("framework", ["mpmath", "polars", "torch"])
def test_the_watch_notices_a_framework(framework, tmp_path):
    (tmp_path / "heavy.py").write_text(f"def inner():\n    import {framework}\ninner()\n")
    assert framework in imported_by("heavy", tmp_path)


def test_the_watch_passes_a_module_of_the_standard_library():
    assert imported_by("json") == set()


def test_a_package_is_there_when_asked_for_by_name():
    done = subprocess.run(
        [sys.executable, "-c", "import lossary; print(lossary.estimate.entropy.__name__)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "entropy\n"


WITHOUT = """
import sys
from importlib.machinery import PathFinder

class Finder:
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        core = {"lossary", "numpy", "array_api_compat"} | sys.stdlib_module_names
        there = top in core or top.startswith("_sysconfigdata")
        return PathFinder.find_spec(name, path, target) if there else None

sys.meta_path = [f for f in sys.meta_path if f is not PathFinder] + [Finder]
import lossary
for name in sys.argv[1:]:
    try:
        print(name, hasattr(lossary, name))
    except lossary.MissingExtraError as error:
        print(name, error)
"""

NARWHALS = (
    "'narwhals' is not installed. It comes with the extra 'frames': pip install 'lossary[frames]'"
)


def test_with_numpy_alone_a_name_is_there_is_not_there_or_says_its_extra():
    names = [*lossary._PACKAGES, *lossary._ELSEWHERE, "entropy", "hinge", "nothing"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *names], check=True, capture_output=True, text=True
    )
    extras = {
        "torch": "'torch' is not installed. It comes with the extra 'torch': "
        "pip install 'lossary[torch]'",
        "explore": "the explorer needs altair, which is not installed. It comes with the extra "
        "'report': pip install 'lossary[report]'",
        "frames": NARWHALS,
        "report": NARWHALS,
        "study": "a study needs markupsafe, which is not installed. It comes with the extra "
        "'study': pip install 'lossary[study]'",
        "jax": "False",
        "nothing": "False",
    }
    assert done.stdout.splitlines() == [f"{name} {extras.get(name, True)}" for name in names]


def test_a_module_that_does_not_exist_yet_is_no_attribute():
    assert not hasattr(lossary, "jax")
    with pytest.raises(AttributeError) as raised:
        lossary.jax  # noqa: B018 - the attribute is what is tested
    assert str(raised.value) == (
        "there is no module lossary.jax in this version; the functions of lossary take arrays of "
        "NumPy, PyTorch, JAX and any array-API framework"
    )
    assert getattr(lossary, "jax", None) is None


def test_a_failure_inside_a_package_is_not_taken_for_its_absence(monkeypatch):
    def fails(name):
        raise ModuleNotFoundError(name=f"{name}.inner")

    monkeypatch.setattr(lossary.importlib, "import_module", fails)
    with pytest.raises(ModuleNotFoundError):
        lossary._package("lossary.estimate")
