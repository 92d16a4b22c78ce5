"""CONTRIBUTING lists every file that names a loss, a measure or an estimator, and no other."""

import re

import pytest

from support.house import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^\*\*An? [^*]+\*\*, such as `(\w+)`:\n\n((?:(?:- |  ).+\n)+)", re.MULTILINE)
#: Each example with the paths of its list.
LISTED = {
    name: {
        path for path in re.findall("`([^`]+)`", lines) if re.search(r"\.(py|pyi|md|toml)$", path)
    }
    for name, lines in SECTION.findall(TEXT)
}
GENERATOR = "docs/make_formulas.py"
FOLDERS = ("src", "docs", "examples", "tools")
TEXTS = {".css", ".html", ".js", ".md", ".py", ".pyi", ".toml"}
FILES = [f for d in FOLDERS for f in (ROOT / d).rglob("*") if f.suffix in TEXTS]


def files_with(name: str) -> set[str]:
    """The files that contain a name, or that of its module, as a word; tests and figures apart."""
    module = "".join(word.capitalize() for word in name.split("_")) + "Loss"
    word = re.compile(rf"\b({name}|{module})\b")
    found = [f for f in (*FILES, ROOT / "README.md") if word.search(f.read_text(encoding="utf-8"))]
    return {file.relative_to(ROOT).as_posix() for file in found}


def test_each_kind_of_addition_is_listed():
    examples = ["modified_huber", "generalized_cross_entropy", "variation_of_information"]
    assert list(LISTED) == [*examples, "chao_shen"]


@pytest.mark.parametrize("name", LISTED)
def test_the_files_listed_are_those_that_name_it(name):
    assert LISTED[name] - {GENERATOR} == files_with(name)


def test_a_file_that_is_not_listed_is_noticed():
    assert LISTED["chao_shen"] != files_with("grassberger")
