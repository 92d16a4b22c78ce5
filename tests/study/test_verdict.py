"""Verdicts on races made by hand, in both languages."""

# ruff: noqa: RUF001 - Chinese has commas of its own

import re

import numpy as np
import pytest

from lossary.pages.localization import language
from lossary.study.best_loss_sentences import metric_finding
from lossary.study.comparison import compare
from lossary.study.metrics import metrics_for
from lossary.study.threshold import threshold_effects
from lossary.study.verdict import VerdictContext, derive_verdict

FOLDS = 15
SHARE = 1 / 4
WAVE = np.cos(np.arange(FOLDS))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def compared(kind, losses, few=FOLDS, gains=None, **context):
    """Judge losses from how bad they are by each metric (0 where not said; NaN: diverged)."""
    metrics = metrics_for(kind)
    values = {
        loss: {m.name: _values(m, worse, i, gains or {})[:few] for m in metrics}
        for i, (loss, worse) in enumerate(losses.items())
    }
    comparisons = [
        s
        for m in metrics
        for s in compare(m, {loss: own[m.name] for loss, own in values.items()}, SHARE)
    ]
    found = threshold_effects(metrics, values, SHARE)
    return derive_verdict(
        metrics, comparisons, VerdictContext(results=few, effects=found, **context)
    )


def _values(metric, worse, place, gains):
    """A wave over the folds, a little different for each loss."""
    noise = 0.01 * WAVE + 0.001 * np.sin((place + 1) * np.arange(FOLDS))
    bad = worse if not isinstance(worse, dict) else worse.get(metric.name, 0)
    if metric.better == "lower":
        return 0.3 + bad + noise
    return 0.6 - bad - noise + (gains.get(metric.default, 0) if metric.default else 0)


def advice(verdict, purpose):
    (found,) = (a for a in verdict.purposes if a.purpose == purpose)
    return found


def everything(worse):
    return dict.fromkeys((m.name for m in metrics_for("binary")), worse)


BAD = {"log-loss": 0.1, "Brier score": 0.1}


@pytest.mark.parametrize(
    ("losses", "english", "chinese"),
    [
        (
            {"a": 0, "b": 0},
            (
                "No difference beyond noise between these 2 losses, for any purpose. Take a: "
                "no result favours another."
            ),
            (
                "无论哪种用途，这 2 个损失函数之间的差异都没有超出噪声。"
                "用 a 即可：没有结果表明该选别的。"
            ),
        ),
        (
            {"a": 0, "b": BAD, "c": 0.2},
            (
                "Train with a: for no purpose is it worse than the best loss beyond noise. "
                "Worse beyond noise for some purpose: b and c."
            ),
            (
                "用 a 训练：无论哪种用途，最佳者与它的差距都没有超出噪声。"
                "在某种用途上明显更差的有：b和c。"
            ),
        ),
        (
            {"a": everything(0.1) | {"log-loss": 0, "Brier score": 0}, "b": BAD},
            (
                "No loss serves every purpose: train with b for ranking, decisions and the rare "
                "class, with a for probabilities."
            ),
            "没有一个损失函数适合所有用途：排序、决策和稀有类用 b，概率用 a。",
        ),
        (
            {"a": 0},
            "Only a was trained: there is nothing to compare it with.",
            "只训练了 a，没有可供比较的对象。",
        ),
        (
            {"a": float("nan"), "b": float("nan")},
            "No verdict: training diverged under every loss.",
            "没有结论：用任何损失函数训练都发散了。",
        ),
        (
            {"a": float("nan"), "b": 0, "c": 0},
            (
                "No difference beyond noise between these 2 losses, for any purpose. Take b: "
                "no result favours another. Training diverged under a."
            ),
            (
                "无论哪种用途，这 2 个损失函数之间的差异都没有超出噪声。"
                "用 b 即可：没有结果表明该选别的。"
                "用 a 训练时发散。"
            ),
        ),
    ],
)
def test_the_headline(losses, english, chinese):
    headline = compared("binary", losses).headline
    assert str(headline) == english
    assert language("zh")(headline) == chinese


def test_too_few_results_for_a_verdict():
    verdict = compared("binary", {"a": 0, "b": 5}, few=2)
    assert str(verdict.headline) == (
        "Too few results for a verdict: 2 for each loss, but at least 4 are needed to tell a "
        "difference from noise. Repeat with --folds 5 --seeds 3."
    )
    assert "--folds 5 --seeds 3" in language("zh")(verdict.headline)
    assert verdict.provisional
    assert verdict.thresholds == ()
    for found in verdict.purposes:
        assert found.loss is None
        assert found.unbeaten == ("a", "b")
        assert str(found.next) == "Repeat with --folds 5 --seeds 3."
        assert "so far: too few results to tell a difference from noise." in str(found.finding)
        assert "[" not in str(found.finding)


def test_the_purposes_are_asked_about_in_order():
    classes = [a.purpose for a in compared("multiclass", {"a": 0}).purposes]
    assert classes == ["probabilities", "ranking", "decisions", "rare"]
    numbers = compared("regression", {"a": 0})
    assert [str(a.title) for a in numbers.purposes] == ["Means", "Medians", "The 0.9 quantile"]


def test_the_finding_says_by_how_much():
    found = advice(compared("binary", {"a": 0, "b": BAD, "c": 0}), "probabilities")
    text = str(found.finding)
    assert re.fullmatch(
        r"[ac] has the lowest log-loss, 0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]; no difference beyond "
        r"noise from [ac]; worse beyond noise: b by 0\.\d{4} \[0\.\d{4}, 0\.\d{4}\]\.",
        text,
    )
    assert "；明显更差的有：b（差 0.1" in language("zh")(found.finding)
    assert [f.metric for f in found.details] == ["log-loss", "Brier score", "calibration error"]


def test_the_same_results_are_said_to_be_the_same():
    metric = metrics_for("binary")[0]
    comparisons = compare(metric, {"a": WAVE, "b": WAVE}, 1 / 4)
    found = metric_finding(metric, comparisons)
    assert str(found).startswith("All 2 losses have the same log-loss in every fold, ")
    assert "全部 2 个损失函数在每一折上都相同" in language("zh")(found)


def test_of_many_beaten_losses_the_nearest_and_the_last_are_named():
    losses = {"a": 0} | {f"b{i}": 0.1 * i for i in range(1, 6)}
    found = advice(compared("binary", losses), "probabilities")
    assert re.search(
        r"worse beyond noise: 5 losses, from b1 by [\d.]+ \[.*\] to b5 by [\d.]+ \[.*\]\.",
        str(found.finding),
    )
    every = str(found.details[0].text)
    assert all(f"b{i} by 0." in every for i in range(1, 6))


def test_metrics_that_contradict_each_other_are_named():
    losses = {"a": {"Brier score": 0.1}, "b": {"log-loss": 0.1}}
    verdict = compared("binary", losses)
    found = advice(verdict, "probabilities")
    assert found.loss == "a"
    assert "By Brier score, b is better than a beyond noise, by 0.1" in str(found.finding)
    assert str(verdict.headline).startswith("No loss serves every purpose: train with a for")


@pytest.mark.parametrize(
    ("losses", "purpose", "options", "english"),
    [
        ({"a": 0, "b": 0.2}, "probabilities", {}, "Train with a."),
        ({"a": 0, "b": 0}, "ranking", {}, "Any of these 2 losses will do; take a."),
        ({"a": 0, "b": 0.2, "c": 0}, "ranking", {}, "Any of a and c will do; take a."),
        (
            dict.fromkeys("abcde", 0) | {"f": 0.2},
            "ranking",
            {},
            "Any of the 5 losses other than f will do; take a.",
        ),
        (
            {"a": 0, "b": 0.2},
            "ranking",
            {"margins": frozenset("a")},
            "Train with a. Use its scores for ranking only; its probabilities need a fitted scale.",
        ),
        (
            {"a": 0, "b": 0.2},
            "probabilities",
            {"margins": frozenset("a")},
            (
                "Train with a. Its scores are margins: keep the fitted scale that makes them "
                "probabilities."
            ),
        ),
        ({"a": 0, "b": 0}, "probabilities", {"margins": frozenset("a")}, "take b."),
        (
            {"a": 0, "b": 0, "c": 0},
            "rare",
            {"rare_rows": 4},
            (
                "For now take a: 4 rows of the rare class in each test fold are too few to "
                "show a difference. Use more rows of it, or compare fewer losses."
            ),
        ),
        ({"a": 0, "b": 0}, "rare", {"rare_rows": 1}, "1 row of the rare class in each test fold"),
        ({"a": 0, "b": 0}, "rare", {"rare_rows": 100}, "Any of these 2 losses will do; take a."),
        (
            {"a": {"calibration error": 0.2}, "b": 0.1},
            "probabilities",
            {},
            "Train with a. Calibrate it on held-out rows: its calibration error is 0.5",
        ),
        (
            {"a": 0, "b": 0},
            "decisions",
            {"gains": {"balanced accuracy": 0.1 + 0.001 * WAVE}},
            "Choose the threshold on held-out rows: it adds 0.1",
        ),
        (
            {"a": 0, "b": 0},
            "decisions",
            {"gains": {"balanced accuracy": 0.01 + WAVE}},
            "take a. Another threshold adds 0.1083 [−0.9189, 1.1356]: not beyond noise.",
        ),
        (
            {"a": 0, "b": 0},
            "decisions",
            {"gains": {"balanced accuracy": -0.1}},
            "take a. Keep the default threshold: another adds nothing.",
        ),
        (
            {"a": 0},
            "decisions",
            {},
            "Compare a with other losses: leave out --loss for the default ones.",
        ),
        (
            {"a": float("nan")},
            "decisions",
            {},
            "Look for extreme values in the columns, then repeat.",
        ),
    ],
)
def test_what_to_do_next(losses, purpose, options, english):
    found = advice(compared("binary", losses, **options), purpose)
    assert english in str(found.next)
    assert CHINESE.search(language("zh")(found.next))


def test_a_threshold_that_outweighs_the_loss_is_in_the_headline():
    gain = {"balanced accuracy": 0.2 + 0.001 * WAVE}
    verdict = compared("binary", {"a": 0, "b": 0.05}, gains=gain)
    assert str(verdict.headline).endswith(
        "Choose the threshold too: it adds 0.2 to balanced accuracy, more than any change of the "
        "loss."
    )
    assert "more than any change of the loss." in str(advice(verdict, "decisions").next)
    weaker = compared("binary", {"a": 0, "b": 0.5}, gains=gain)
    assert "threshold" not in str(weaker.headline)
    assert "more than any change" not in str(advice(weaker, "decisions").next)
    assert "threshold" not in str(compared("binary", {"a": 0}, gains=gain).headline)


def test_the_whole_verdict_is_readable_text():
    verdict = compared("binary", {"a": 0, "b": BAD})
    first, *rest = str(verdict).split("\n")
    assert first == str(verdict.headline)
    assert rest[0].startswith("Probabilities: a has the lowest log-loss")
    assert rest[0].endswith(" Train with a.")
    assert len(verdict.findings) == len(metrics_for("binary")) + len(verdict.thresholds)
