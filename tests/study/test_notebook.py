import re

import pytest

from lossary import study
from support.elements import Elements


@pytest.fixture(scope="module")
def shown(binary):
    return binary._repr_html_()


def test_a_notebook_shows_verdict_and_table(binary, shown):
    assert Elements(shown).open == []
    assert str(binary.verdict.headline) in shown
    assert shown.count("<tr>") == 1 + len(binary.results)
    assert shown.count("<td") == len(binary.results) * len(binary.metrics)
    assert all(str(advice.title) in shown for advice in binary.verdict.purposes)
    assert "study.to_html(&quot;report.html&quot;)" in shown


def test_it_leaves_the_notebook_s_style_alone(shown):
    assert not re.search(r"<(style|script|link|iframe)|color:|font-family|\sid=", shown)
    assert len(shown) < 20_000


@pytest.mark.usefixtures("without_claims")
def test_a_diverged_training_is_shown_as_such(monkeypatch):
    monkeypatch.setattr("lossary.study.train.RATES", (1e38,))
    outcome = study.run("wine", losses=["kl", "js"], folds=2, seeds=1, steps=9)
    assert outcome._repr_html_().count("<em>diverged</em>") == 2 * len(outcome.metrics)
