"""The part of the page with the verdict: cards in both languages, the threshold's chart."""

import re
from dataclasses import replace
from itertools import pairwise

import jinja2
import pytest

from lossary.pages.localization import language
from lossary.pages.number_text import signed
from lossary.study.page import page
from lossary.study.page.verdict import verdict_part
from support.elements import Elements

ENGLISH = language("en")


@pytest.fixture(scope="module", params=["en", "zh"])
def said(request, binary):
    """A language, the part, and the section of the page."""
    text = page(binary, request.param)
    section = text[text.index('<section id="verdict"') : text.index('<section id="data"')]
    say = language(request.param)
    return say, verdict_part(binary, say), section


def test_every_purpose_has_its_card(said, binary):
    say, _, section = said
    words = re.sub(r"\s+", " ", jinja2.filters.do_striptags(section))
    assert say(binary.verdict.headline) in words
    for advice in binary.verdict.purposes:
        for message in (advice.title, advice.finding, advice.next):
            assert say(message) in words
        assert advice.loss in words
    assert section.count('class="take"') == len(binary.verdict.purposes) == 4
    for finding in binary.verdict.findings:
        assert say(finding.text) in words


def test_the_section_is_well_formed(said):
    _, _, section = said
    assert Elements(section).open == []
    levels = [int(level) for level in re.findall(r"<h(\d)", section)]
    assert levels[0] == 2
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_threshold_stands_beside_the_loss(said, binary):
    say, part, _ = said
    assert [f.key for f in part.figures] == ["threshold-0", "threshold-1"]
    for figure, metric in zip(part.figures, ["balanced accuracy", "rare-class F1"], strict=True):
        effects = [e for e in binary.thresholds if e.metric == metric]
        assert [row[0] for row in figure.rows] == [e.loss for e in effects]
        for row, effect in zip(figure.rows, effects, strict=True):
            assert row[3] == signed(effect.gain.mean)
            assert row[4].startswith("[")
        drawn = figure.specification["data"]["values"]
        assert [d["default"] for d in drawn] == [e.default for e in effects]
        assert [d["best"] for d in drawn] == [e.best for e in effects]
        assert figure.specification["description"]
        assert len(figure.head) == len(figure.rows[0])
        assert figure.caption == say(
            next(f.text for f in binary.verdict.thresholds if f.metric == metric)
        )


def test_a_gain_beyond_noise_has_its_colour(binary):
    effect = binary.thresholds[0]
    figure = verdict_part(binary, ENGLISH).figures[0]
    outcomes = {d["loss"]: d["outcome"] for d in figure.specification["data"]["values"]}
    gain = effect.gain
    expected = ("gained" if gain.low > 0 else "lost") if gain.excludes_zero else "level"
    assert outcomes[effect.loss] == expected


def test_without_enough_results_no_loss_is_recommended(binary):
    purposes = tuple(replace(a, loss=None) for a in binary.verdict.purposes)
    few = replace(binary.verdict, provisional=True, purposes=purposes)
    text = page(replace(binary, verdict=few))
    section = text[text.index('<section id="verdict"') : text.index('<section id="data"')]
    assert 'class="take"' not in section
