"""``import lossary`` costs NumPy and array-api-compat, and nothing else."""

import subprocess
import sys

import pytest

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
