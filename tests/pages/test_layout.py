import pytest

from lossary import explore
from lossary.interpreters.mathml_from_latex import latex_to_mathml
from lossary.pages.layout import render

PARTS = ("title", "skip", "header")
EMPTY = "".join(f"{{% block {part} %}}{part}{{% endblock %}}" for part in PARTS)
FORMULA = "{% block main %}<p>{{ formula | safe }}</p>{% endblock %}"


def written(folder, start=""):
    template = folder / "small.html"
    template.write_text(f'{start}{{% extends "base.html" %}}{EMPTY}{FORMULA}', encoding="utf-8")
    return render(template, [], formula=latex_to_mathml(r"x_i^2 + \frac{a}{b}"))


def test_only_pages_with_formulas_bring_their_font(tmp_path):
    assert "@font-face" not in written(tmp_path)
    assert written(tmp_path, "{% set typeset = true %}").count("@font-face") == 1
    assert explore.page(["hinge"]).count("@font-face") == 1


@pytest.mark.browser
def test_an_index_is_set_below_the_line(tmp_path, page):
    file = tmp_path / "page.html"
    file.write_text(written(tmp_path, "{% set typeset = true %}"), encoding="utf-8")
    page.goto(file.as_uri())
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Formulas'))")
    boxes = [page.locator(f"msubsup > *:nth-child({i})").bounding_box() for i in (1, 2, 3)]
    base, below, above = [box["y"] + box["height"] / 2 for box in boxes]
    assert above < base < below
