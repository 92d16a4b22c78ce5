"""Whatever the numbers, a verdict says nothing that they contradict."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from lossary.pages.localization import language
from lossary.study.comparison import FEWEST, compare
from lossary.study.metrics import metrics_for
from lossary.study.threshold import threshold_effects
from lossary.study.verdict import VerdictContext, derive_verdict

LOSSES = ("alpha_loss", "beta_loss", "gamma_loss:g=2", "delta_loss", "epsilon_loss", "zeta_loss")
MOST_WORDS = 60


@some.composite
def comparisons_of(draw):
    """Metrics, the values of each loss, and the context; some losses apart, some diverged."""
    kind = draw(some.sampled_from(["binary", "multiclass", "regression"]))
    metrics = metrics_for(
        kind, draw(some.lists(some.sampled_from([0.1, 0.2, 0.8, 0.9]), max_size=4))
    )
    losses = LOSSES[: draw(some.integers(1, len(LOSSES)))]
    count = draw(some.integers(2, 12))
    random = np.random.default_rng(draw(some.integers(0, 10**6)))
    scale = draw(some.sampled_from([0.0, 1e-3, 0.02, 0.2]))
    values = {
        loss: {
            m.name: 0.5
            + draw(some.sampled_from([0.0, 0.0, 0.05, -0.05, 0.2]))
            + scale * random.random(count)
            for m in metrics
        }
        for loss in losses
    }
    for loss in draw(some.sets(some.sampled_from(losses), max_size=2)):
        values[loss] = {m.name: np.full(count, np.nan) for m in metrics}
    margins = draw(some.frozensets(some.sampled_from(losses)))
    rows = draw(some.one_of(some.none(), some.integers(1, 50)))
    return (
        metrics,
        values,
        VerdictContext(count, margins, rows, threshold_effects(metrics, values, 0.25)),
    )


@given(comparisons_of())
def test_no_statement_contradicts_the_standings(given_comparison):
    metrics, values, context = given_comparison
    comparisons = [
        s
        for m in metrics
        for s in compare(m, {loss: own[m.name] for loss, own in values.items()}, 0.25)
    ]
    verdict = derive_verdict(metrics, comparisons, context)
    headline = str(verdict.headline)
    assert len(headline.split()) <= MOST_WORDS
    outcome = {(s.loss, s.metric): s.verdict for s in comparisons}
    finished = [loss for loss in values if outcome[loss, metrics[0].name] != "failed"]
    if context.results < FEWEST:
        assert "worse" not in outcome.values()
        assert not finished or "--folds 5 --seeds 3" in headline
    for advice in verdict.purposes:
        deciding = [m.name for m in metrics if m.purpose == advice.purpose and m.decides]
        if not finished or context.results < FEWEST:
            assert advice.loss is None
            continue
        clean = [n for n in finished if all(outcome[n, m] != "worse" for m in deciding)]
        assert advice.loss in (clean or [n for n in finished if outcome[n, deciding[0]] != "worse"])
        assert advice.loss in str(advice.next)
        assert advice.loss in headline
        beaten = any(outcome[n, deciding[0]] == "worse" for n in finished)
        assert ("worse beyond noise" in str(advice.finding)) == beaten
    _says_the_same_in_chinese(verdict)


def _says_the_same_in_chinese(verdict):
    said = [verdict.headline, *(a.finding for a in verdict.purposes)]
    said += [*(a.next for a in verdict.purposes), *(f.text for f in verdict.findings)]
    for message in said:
        english, chinese = str(message), language("zh")(message)
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        for name in LOSSES:
            assert (name in english) == (name in chinese)
        for text in (english, chinese):
            assert not re.search(r"\bnan\b|None|\{|Message", text)
