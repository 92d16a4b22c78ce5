"""The house keeps its own order: names, examples, sizes, and arrows that run one way."""

import importlib.metadata
import importlib.util
import inspect
import re
from types import ModuleType

import pytest

from support.house import (
    PACKAGE,
    ROOT,
    docstrings,
    dotted,
    public_callables,
    public_function_modules,
    public_modules,
    public_names,
    source_files,
)
from support.imports import circles
from support.layers import BELOW, violations

LONGEST_FILE = 420
WITH_EXAMPLES = [
    "lossary",
    "lossary.losses",
    "lossary.measures",
    "lossary.torch",
    "lossary.torch.functional",
    "lossary.estimate",
    "lossary.frames",
]


@pytest.mark.parametrize("name", public_modules())
def test_all_lists_exactly_the_public_names(name):
    module = importlib.import_module(name)
    listed = set(getattr(module, "__all__", []))
    assert public_names(module) - listed == set(), "public, but not listed"
    assert {n for n in listed if not hasattr(module, n)} == set(), "listed, but not there"


def test_a_name_missing_from_all_is_noticed(tmp_path):
    file = tmp_path / "unlisted.py"
    file.write_text("from math import pi\n_private = pi\n\ndef loss(): ...\n")
    spec = importlib.util.spec_from_file_location("unlisted", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert public_names(module) == {"loss"}


@pytest.mark.parametrize("name", public_modules())
def test_every_public_callable_is_described(name):
    assert [n for n, value in public_callables(name) if not inspect.getdoc(value)] == []


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_every_callable_for_users_shows_an_example(name):
    assert [n for n, value in public_callables(name) if _lacks_example(value)] == []


def test_a_callable_without_an_example_is_noticed():
    def bare():
        """A loss without an example."""

    assert _lacks_example(bare)
    assert not _lacks_example(ModuleNotFoundError)


def _lacks_example(value) -> bool:
    is_error = inspect.isclass(value) and issubclass(value, BaseException)
    return not is_error and ">>>" not in (inspect.getdoc(value) or "")


def test_files_stay_short():
    lengths = {str(f.relative_to(ROOT)): len(f.read_text().splitlines()) for f in source_files()}
    assert {file: n for file, n in lengths.items() if n > LONGEST_FILE} == {}


def test_arrows_run_one_way():
    found = [v for f in PACKAGE.rglob("*.py") for v in violations(dotted(f), f.read_text())]
    assert found == []


def test_every_part_has_its_place():
    parts = {f.relative_to(PACKAGE).parts[0].removesuffix(".py") for f in PACKAGE.rglob("*.py")}
    assert parts - {"__init__"} <= set(BELOW)


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("lossary.formulas.margin", "import numpy as np", "formulas import no library"),
        ("lossary.formulas.margin", "from lossary.losses import hinge", "stands below losses"),
        ("lossary.interpreters.sql", "from lossary import losses", "stands below losses"),
        ("lossary.losses", "def f():\n    import lossary.torch", "stands below torch"),
        ("lossary.measures", "import lossary as ls", "stands below the root"),
        ("lossary.torch.modules", "from lossary.study.loading import read", "stands below study"),
        (
            "lossary.kernels.rows",
            "from lossary.kernels.cpu.rows import RowCall",
            "rows stands below cpu",
        ),
        ("lossary.kernels.cpu.rows", "import lossary.kernels.torch", "cpu stands below torch"),
        (
            "lossary.kernels.cpu.rows",
            "from lossary.kernels import dispatch",
            "stands below dispatch",
        ),
    ],
)
def test_an_arrow_against_the_others_is_noticed(module, source, wrong):
    (found,) = violations(module, source)
    assert found.endswith(wrong)


def test_an_arrow_with_the_others_passes():
    source = "import numpy\nfrom lossary.formulas import catalogue\nfrom lossary import validation"
    assert violations("lossary.losses", source) == []


def test_no_files_import_each_other_in_a_circle():
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.pyi")]
    assert circles({dotted(f): f.read_text() for f in files}) == []


@pytest.mark.parametrize(
    "back",
    [
        "from p.a import f",
        "import p.a",
        "def g():\n    from p.a import f",
        "if TYPE_CHECKING:\n    import p.a",
    ],
)
def test_a_circle_is_noticed(back):
    sources = {"p": "", "p.a": "from p import b", "p.b": "from p.c import x", "p.c": back}
    assert circles(sources) == [{"p.a", "p.b", "p.c"}]
    assert circles({**sources, "p.c": "import numpy"}) == []


PACKAGES = [n for n in public_modules() if hasattr(importlib.import_module(n), "__path__")]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_bears_the_name_of_a_public_function(package):
    assert public_function_modules(package) == set()


def test_a_module_with_the_name_of_a_public_function_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "shadowed").mkdir()
    (tmp_path / "shadowed" / "__init__.py").write_text("__all__ = ['hinge']\ndef hinge(): ...\n")
    (tmp_path / "shadowed" / "hinge.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert public_function_modules("shadowed") == {"hinge"}


RIDDLE = re.compile(r"\s*(What|Who|Which|How)\b")


def test_no_docstring_begins_with_a_question_word():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sorted(PACKAGE.rglob("*.py*"))
        if file.suffix in {".py", ".pyi"}
        for line, text in docstrings(file.read_text())
        if RIDDLE.match(text)
    ]
    assert found == []


def test_a_docstring_that_begins_with_a_question_word_is_noticed():
    source = '"""How."""\nN = 1\n"""What N is."""\nclass A:\n    r"""Which."""\n    """Good."""'
    texts = [text for _, text in docstrings(source)]
    assert sorted(t for t in texts if RIDDLE.match(t)) == ["How.", "What N is.", "Which."]


def test_the_package_is_typed_and_versioned():
    lossary = importlib.import_module("lossary")
    assert isinstance(lossary, ModuleType)
    assert (PACKAGE / "py.typed").exists()
    assert importlib.metadata.version("lossary") == lossary.__version__
