import shlex

import polars as pl
import pytest

from lossary import study
from lossary.formulas import catalogue
from lossary.interpreters.latex import formula
from lossary.interpreters.mathml_from_latex import latex_to_mathml
from lossary.pages.localization import language
from lossary.study.candidates import choose_candidates
from lossary.study.page.how_computed import how_computed_part
from lossary.study.page.how_computed_formulas import (
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
@pytest.mark.usefixtures("without_claims")
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


#: Gaps in pixels: within fractions, beside them, and between formulas below one another.
GAPS = """() => {
    const box = e => e.getBoundingClientRect();
    const fractions = [...document.querySelectorAll("mfrac")];
    const inside = fractions.map(e => box(e.lastElementChild).top - box(e.children[0]).bottom);
    const beside = fractions.flatMap(e => {
        const own = [...e.children].map(box);
        const [left, right] = [e.previousElementSibling, e.nextElementSibling];
        return [
            ...(left ? [Math.min(...own.map(b => b.left)) - box(left).right] : []),
            ...(right ? [box(right).left - Math.max(...own.map(b => b.right))] : []),
        ];
    });
    const ends = e => [...e.querySelectorAll("mi, mn, mo, mtext")].map(box);
    const below = [...document.querySelectorAll("math + math")].map(e =>
        Math.min(...ends(e).map(b => b.top))
        - Math.max(...ends(e.previousElementSibling).map(b => b.bottom)));
    return { inside, beside, below };
}"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
def test_formulas_do_not_collide(tmp_path, binary, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(binary.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    gaps = page.evaluate(GAPS)
    assert min(map(len, gaps.values())) > 5
    assert min(gaps["inside"]) >= -1
    assert min(gaps["beside"]) >= 1.5
    assert min(gaps["below"]) >= 2


@pytest.mark.browser
def test_formulas_that_collide_are_noticed(tmp_path, binary, page):
    page.goto(binary.to_html(tmp_path / "report.html").as_uri())
    page.wait_for_selector("html[data-drawn=yes]")
    page.add_style_tag(content="mfrac { padding: 0 } .formula math + math { margin-top: 0 }")
    gaps = page.evaluate(GAPS)
    assert min(gaps["beside"]) < 1.5
    assert min(gaps["below"]) < 2
