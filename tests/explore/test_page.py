"""The explorer as text: complete in itself, with every loss, every parameter and every formula."""

# ruff: noqa: ARG005, RUF001 - every formula has the signature of its kind; Chinese punctuation

import inspect
import json
import re

import pytest

import lossary as ls
from lossary import explore
from lossary.cli import main
from lossary.explore.families_and_sliders import FAMILIES, family_of, members, sliders
from lossary.formulas import catalogue
from lossary.formulas.record import Interval, Parameter
from lossary.formulas.residual import distance
from lossary.pages.localization import texts_of
from support.elements import Elements

MOST_BYTES = 1_600_000


def test_it_is_well_formed_and_complete_in_itself(text):
    elements = Elements(text)
    assert elements.open == []
    assert ("html", {"lang": "en"}) in elements.found
    links = [a.get("src") or a.get("href") for _, a in elements.found if {"src", "href"} & set(a)]
    assert all(link.startswith(("#", "data:")) for link in links)
    assert len(text.encode()) < MOST_BYTES
    identifiers = [a["id"] for _, a in elements.found if "id" in a]
    assert len(identifiers) == len(set(identifiers))
    labels = {a["for"] for tag, a in elements.found if tag == "label" and "for" in a}
    ranges = {a["id"] for tag, a in elements.found if a.get("type") == "range"}
    assert ranges <= labels


def test_every_loss_is_in_one_family_with_its_formula_and_parameters(text):
    losses = [*catalogue.names("pointwise"), *catalogue.names("rowwise")]
    assert sorted(r.name for f in FAMILIES for r in members(f)) == sorted(losses)
    assert text.count('aria-label="The formula of ') == len(losses)
    for name in losses:
        assert text.count(f'type="checkbox" name="loss" value="{name}"') == 1
        for parameter in catalogue.get(name).parameters:
            assert f'id="{name}-{parameter.name}"' in text
    assert family_of(catalogue.get("entropy")) is None


#: What weighs or gathers whole samples is no matter of one sample's loss.
OF_SAMPLES = {
    *("axis", "reduction", "sample_weight", "class_weight", "ignore_index", "sum_tolerance"),
}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.key)
def test_every_option_of_every_loss_has_its_slider(family, text):
    shared = {s.signal.removeprefix("common_") for s in family.shared}
    for record in members(family):
        own = sliders(record)
        moved = {s.signal for s in own} | {s.alias for s in own} | shared
        moved |= {"label_smoothing"} if "smoothing" in shared else set()
        options = inspect.signature(getattr(ls, record.name)).parameters.values()
        wanted = {o.name for o in options if o.kind is o.KEYWORD_ONLY} - OF_SAMPLES
        assert wanted <= moved
        for slider in (*own, *family.shared):
            holder = record.name if slider in own else family.key
            assert f'id="{holder}-{slider.signal}"' in text


def test_in_chinese_everything_is_said_in_chinese(text):
    chinese = explore.page(lang="zh")
    elements = Elements(chinese)
    assert elements.open == []
    assert ("html", {"lang": "zh-Hans"}) in elements.found
    bare = re.sub(r'(?s)<(style|script|small lang="en").*?</(style|script|small)>', "", chinese)
    said = {key: texts_of("en")[key] for key in texts_of("en") if key.startswith("explore.")}
    for words in (w for text in said.values() for w in re.findall(r"[A-Za-z’' ]{12,}", text)):
        assert words.strip() not in bare
    assert re.findall(r"[>\"] ?(?:[A-Za-z,;]+ ){2,}", bare.partition("<body>")[2]) == []
    for part in ("otherwise", "by the margin", "residual beyond which"):
        assert part in text
        assert part not in chinese
    model = json.loads(re.search(r'id="model">(.*?)</script>', chinese, re.DOTALL)[1])
    assert model["texts"]["told"].startswith("{loss}：函数值 {value}")
    assert model["texts"]["columns"] == ["函数值", "梯度", "二阶导数"]


def test_every_parameter_of_every_loss_is_said_in_chinese():
    own = texts_of("zh")
    for family in FAMILIES:
        for record in members(family):
            for name in (p.name for p in (*record.parameters, *record.shorthands)):
                assert f"parameters.{name}" in own or f"parameters.{record.name}.{name}" in own


def test_another_language_is_refused(tmp_path):
    with pytest.raises(ls.LossaryError, match=r"^lang must be .*'en'.*'zh'.*'fr'"):
        explore.to_html(tmp_path / "page.html", lang="fr")


def test_sliders_stay_within_what_is_allowed():
    for family in FAMILIES:
        for record in members(family):
            allowed = {p.name: p.interval for p in (*record.parameters, *record.shorthands)}
            for slider in sliders(record):
                interval = allowed[slider.signal]
                assert not interval.outside(slider.low)
                assert not interval.outside(slider.high)
                assert slider.low <= slider.value <= slider.high
    (alpha,) = (s for s in sliders(catalogue.get("sigmoid_focal")) if s.sets)
    assert alpha.sets == (("positive", "alpha"), ("negative", "1 - alpha"))
    assert (alpha.low, alpha.high) == (0, 1)


def test_the_losses_named_are_those_that_it_opens_with():
    text = explore.page(["kl", "huber"])
    opened = re.findall(r'name="loss" value="(\w+)" checked', text)
    assert opened == ["huber", "kl"]
    assert 'name="family" value="residual" checked' in text


def test_a_new_loss_is_on_it_without_further_ado():
    own = distance(
        "fourth_power",
        summary="the fourth <power>",
        source="Nobody, 2000",
        parameters=(Parameter("scale", 1.0, Interval(0.5, 2.0), "its size", r"\theta"),),
        definition=lambda m, r, scale: scale * r**4,
        psi=lambda m, r, scale: scale * r**4,
        slope=lambda m, r, scale: 4 * scale * r**3,
        bend=lambda m, r, scale: 12 * scale * r * r,
    )
    catalogue.register(own)
    try:
        text = explore.page(["fourth_power"])
    finally:
        catalogue.unregister("fourth_power")
    assert "<mi>θ</mi>" in text
    assert "the fourth &lt;power&gt;" in text
    assert 'id="fourth_power-scale" min="0.5" max="2.0"' in text


def test_names_that_are_no_losses_are_refused(tmp_path):
    with pytest.raises(ls.UnknownNameError, match="Did you mean 'hinge'"):
        explore.page(["hing"])
    with pytest.raises(
        ls.LossaryError, match=r"^the explorer shows losses, got the measure entropy"
    ):
        explore.to_html(tmp_path / "page.html", ["entropy"])
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_the_page(tmp_path, capsys):
    page = tmp_path / "explorer.html"
    assert main(["explore", "-o", str(page), "--loss", "hinge"]) == 0
    assert capsys.readouterr().out == f"Page: {page}\n"
    assert "hinge" in page.read_text(encoding="utf-8")
    assert main(["explore", "-o", str(page), "--lang", "zh"]) == 0
    assert "<title>探索损失函数" in page.read_text(encoding="utf-8")
    assert main(["explore", "-o", str(page), "--lang", "klingon"]) == 2
    assert "lang must be" in capsys.readouterr().err
    assert main(["explore", "-o", str(tmp_path / "no" / "page.html")]) == 2
    assert "there is no directory" in capsys.readouterr().err
