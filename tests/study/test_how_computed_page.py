import shlex

import polars as pl
import pytest

from lossary import study
from lossary.formulas import catalogue
from lossary.interpreters.latex import formula
from lossary.interpreters.mathml import latex_to_mathml
from lossary.pages.messages import language
from lossary.study.candidates import choose_candidates
from lossary.study.page.how_computed import how_computed_part
from lossary.study.page.other_formulas import (
    METRICS,
    OTHERS,
    loss_formula,
    measure_formula,
    settings,
)
from lossary.study.task import infer_task

BINARY = infer_task(pl.Series("y", [0, 1] * 10))
CLASSES = infer_task(pl.Series("y", [0, 1, 2] * 10))


@pytest.fixture(scope="module")
def groups(binary):
    return dict(how_computed_part(binary, language("en")).values["groups"])


def test_the_formula_of_a_loss_is_that_of_its_record(groups):
    hinge = next(d for d in groups["losses"] if d.title == "hinge")
    assert hinge.formula.startswith(latex_to_mathml(formula(catalogue.get("hinge"))))
    assert hinge.formula.count("<math") == 2
    assert hinge.source.endswith(", 1995")


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("sigmoid_focal:gamma=1", r"\gamma = 1, \quad w_+ = 1, \quad w_- = 1"),
        ("sigmoid_focal:alpha=0.25", r"\gamma = 2, \quad w_+ = 0.25, \quad w_- = 0.75"),
        ("exponential", ""),
    ],
)
def test_parameters_are_shown_given_or_not(label, said):
    assert settings(choose_candidates([label], BINARY)[0]) == said


@pytest.mark.parametrize("variant", ["crammer_singer", "weston_watkins"])
def test_an_arrangement_has_a_formula_of_its_own(variant):
    (candidate,) = choose_candidates([f"multiclass_hinge:variant={variant},margin=2"], CLASSES)
    assert (r"\sum" in loss_formula(candidate)) == (variant == "weston_watkins")
    assert settings(candidate) == r"\mu = 2"


def test_every_metric_raced_is_defined(binary, groups):
    titles = [str(d.title) for d in groups["metrics"]]
    assert titles == [str(m.title) for m in binary.metrics if not m.default]


def test_measures_are_those_of_the_catalogue():
    for name in ("entropy", "mutual_information", "cross_entropy", "kl_divergence"):
        right = latex_to_mathml(formula(catalogue.get(name))).partition("<mo>=</mo>")[2]
        assert latex_to_mathml(measure_formula(name)).endswith(right)


@pytest.mark.parametrize("latex", [*METRICS.values(), *OTHERS.values()])
def test_every_formula_can_be_typeset(latex):
    assert latex_to_mathml(latex).startswith("<math")


@pytest.mark.parametrize(
    ("data", "absent"), [("wine", "Platt scaling"), ("diabetes", "likelihood")]
)
def test_what_a_task_does_not_use_is_not_defined(data, absent):
    outcome = study.run(data, folds=2, seeds=1, steps=5)
    part = how_computed_part(outcome, language("en"))
    titles = [str(d.title) for _, entries in part.values["groups"] for d in entries]
    assert absent not in titles
    assert len(titles) == len(set(titles)) > 10


def test_the_command_repeats_the_page_in_its_language(binary):
    english, chinese = (
        shlex.split(how_computed_part(binary, language(lang)).values["command"])
        for lang in ("en", "zh")
    )
    assert chinese == [*english, "--lang", "zh"]


@pytest.mark.browser
def test_formulas_are_laid_out_by_the_browser(tmp_path, binary, page):
    page.goto(binary.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    boxes = page.locator("#how_computed mfrac").evaluate_all(
        """all => all.map(e => [...e.children].map(c => c.getBoundingClientRect()))
            .map(([above, below]) => above.bottom <= below.top + 1)"""
    )
    assert len(boxes) > 10
    assert all(boxes)
