"""The claims on the page: charts of the claims' own numbers, in both languages."""

from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from lossary.pages.layout import render
from lossary.pages.localization import LANGUAGES, language
from lossary.study.page import why as part
from lossary.study.page.why import why_part
from lossary.study.why.claim import Unmeasured
from support.elements import Elements
from support.whys import claims_of

KINDS = ("binary", "multiclass", "regression")
CHARTS = {
    ("binary", "linear"): 4 + 3 + 1 + 5 + 2,
    ("binary", "mlp"): 4 + 4 + 1 + 5 + 2,
    ("multiclass", "linear"): 4 + 3 + 2 + 5 + 2,
    ("multiclass", "mlp"): 4 + 4 + 2 + 5 + 2,
    ("regression", "linear"): 2 + 1 + 1,
    ("regression", "mlp"): 2 + 1 + 1,
}
PAGE = """{% extends "base.html" %}{% block title %}t{% endblock %}{% block skip %}{% endblock %}
{% block header %}{% endblock %}{% block main %}{% include "why.html" %}{% endblock %}"""


class FakeStudy:
    """A study of which the part reads the claims."""

    def __init__(self, claims):
        self.claims = claims


@pytest.fixture(scope="module")
def claims():
    return {(k, m): claims_of(k, m) for k in KINDS for m in ("linear", "mlp")}


def block(found, claims, kind, name, model="linear"):
    (claim,) = (c for c in claims[kind, model] if c.name == name)
    return claim, {f.key: f for f in found.figures}


def rows(figure):
    """All data of a figure, once where its layers share them."""
    found = []
    for view in (figure.specification, *figure.specification.get("layer", [])):
        values = view.get("data", {}).get("values", [])
        found += [values] if values not in found else []
    return [row for values in found for row in values]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", CHARTS)
def test_every_claim_has_a_block_that_is_well_formed(claims, key, lang, tmp_path):
    spoken = language(lang)
    found = why_part(FakeStudy(claims[key]), spoken)
    assert len(found.figures) == CHARTS[key]
    assert len({f.key for f in found.figures}) == CHARTS[key]
    text = rendered(found, spoken, tmp_path)
    elements = Elements(text)
    assert elements.open == []
    assert text.count("<article") == len(claims[key])
    assert text.count('role="img"') == CHARTS[key]
    assert text.count("<math") == sum(len(c.formulas) for c in claims[key])
    for claim in claims[key]:
        assert spoken(claim.title) in text.replace("&#39;", "'")
    for figure in found.figures:
        assert figure.rows
        assert {len(row) for row in figure.rows} == {len(figure.head)}
        assert figure.specification["description"].startswith(figure.title)


def rendered(found, spoken, folder):
    template, own = folder / "page.html", Path(part.__file__).with_name("why.html")
    template.write_text(PAGE)
    (folder / own.name).write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
    return render(template, found.figures, spoken, why=found.values)


def test_charts_show_the_claims_numbers(claims):
    found = why_part(FakeStudy(claims["multiclass", "linear"]), language("en"))
    saturation, figures = block(found, claims, "multiclass", "saturation")
    gradient = rows(figures["why-saturation-gradient"])
    entropy = [r["y"] for r in gradient if r["series"] == "cross-entropy"]
    assert entropy == [p.cross_entropy for p in saturation.curve]
    way = rows(figures["why-saturation-recovery"])
    squared = [r for r in way if r["series"] == "squared error"]
    assert [r["x"] for r in squared] == [p.step for p in saturation.squared_error.path]
    assert squared[0]["y"] == saturation.squared_error.path[0].misclassified / 60
    convexity, _ = block(found, claims, "multiclass", "convexity")
    points = [r["value"] for r in rows(figures["why-convexity-linear"]) if "name" in r]
    entropy, squared = convexity.linear
    assert points == [*entropy.path, *entropy.random, *squared.path, *squared.random]
    cells = [r["v"] for r in rows(figures["why-convexity-slice-squared-error"]) if "v" in r]
    assert len(cells) == 25 * 25
    assert (min(cells), max(cells)) == (0, 1)
    gradient_share, _ = block(found, claims, "multiclass", "gradient_share")
    hinge = [s for s in gradient_share.training if s.loss.startswith("multiclass_hinge")]
    shares = [r["v"] for r in rows(figures["why-gradient-share-hinge"])]
    assert shares == [d for s in hinge for d in s.deciles]
    silent = rows(figures["why-gradient-share-none"])
    assert [r["y"] for r in silent if r["series"] == "hinge"] == [s.none for s in hinge]
    paid, _ = block(found, claims, "multiclass", "entropy_decomposition")
    ends = [r["end"] for r in rows(figures["why-entropy-decomposition-losses"]) if "end" in r]
    assert ends[:2] == [paid.label_entropy, paid.model_cross_entropy]
    assert ends[3] == pytest.approx(paid.frequencies_cross_entropy)
    evened, _ = block(found, claims, "multiclass", "true_class_only")
    _, left = (r["end"] for r in rows(figures["why-true-class-only-evened"]) if "end" in r)
    assert left == evened.squared_error_evened / evened.squared_error


def test_charts_of_regression_show_the_claims_numbers(claims):
    found = why_part(FakeStudy(claims["regression", "linear"]), language("en"))
    residuals, figures = block(found, claims, "regression", "residual_gradient_share")
    moved = [r["end"] for r in rows(figures["why-residual-gradient-share-moved"]) if "end" in r]
    assert moved == [p.moved for p in residuals.influences]
    shares = rows(figures["why-residual-gradient-share-deciles"])
    huber = [r["y"] for r in shares if r["series"] == "Huber"]
    assert huber == list(residuals.influences[2].deciles)
    descent, _ = block(found, claims, "regression", "closed_form")
    path = rows(figures["why-closed-form-descent"])
    assert [(r["x"], r["y"]) for r in path] == [p for p in descent.path if p[1] > 0]


def test_what_was_not_measured_has_no_chart(claims, tmp_path):
    first = claims["binary", "linear"][0]
    lost = Unmeasured(first.kind, first.sample, first.name, ("sigmoid_cross_entropy",))
    failed = replace(claims["binary", "linear"][4], side_by_side=(first_shares(claims),) * 3)
    spoken = language("en")
    found = why_part(FakeStudy((lost, failed)), spoken)
    text = rendered(found, spoken, tmp_path)
    assert not [f for f in found.figures if f.key.startswith("why-saturation")]
    assert "training diverged with sigmoid_cross_entropy" in text
    assert 'class="claim unknown"' in text
    assert 'class="claim fails"' in text
    assert "not confirmed here" in text


def first_shares(claims):
    return claims["binary", "linear"][4].side_by_side[0]


def test_a_template_that_misses_a_value_is_an_error(claims, tmp_path):
    spoken = language("en")
    found = why_part(FakeStudy(claims["binary", "linear"]), spoken)
    with pytest.raises(jinja2.UndefinedError):
        rendered(type(found)({}, found.figures), spoken, tmp_path)
