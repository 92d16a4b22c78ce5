"""Every example of the README and of the documentation runs and prints what it says."""

import doctest
import importlib.util
import inspect
import re

import pytest

import lossary
from support.house import ROOT
from support.markdown import examples, failures

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_hold(page):
    assert failures(page) == ""


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_the_links_of_a_page_lead_somewhere(page):
    targets = LINK.findall(page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_readme_has_examples():
    assert len(examples(ROOT / "README.md").examples) > 10


def test_an_example_that_is_wrong_is_noticed(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Page\n\n```python\n>>> one = 1\n```\nprose\n```python\n>>> one + 1\n3\n```\n"
    )
    assert "Expected:\n    3\nGot:\n    2" in failures(page)
    assert 'page.md", line 8' in failures(page)


@pytest.mark.parametrize("name", [n for n in dir(lossary) if n.islower()])
def test_the_example_of_every_function_holds(name):
    text = inspect.getdoc(getattr(lossary, name))
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, None)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    printed: list[str] = []
    result = doctest.DocTestRunner(optionflags=flags).run(test, out=printed.append)
    assert result.attempted > 0
    assert "".join(printed) == ""


def test_the_page_of_formulas_is_current():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "make_formulas.py")
    pages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pages)
    assert pages.PAGE.read_text() == pages.page(), "run docs/make_formulas.py"
