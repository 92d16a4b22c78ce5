from math import inf, nan

import numpy as np
import pytest
from sklearn import metrics as sk

from lossary.pages.localization import language
from lossary.study.comparison import Comparison, ConfidenceInterval, corrected_interval
from lossary.study.metrics import metrics_for
from lossary.study.scores_to_predictions import predict
from lossary.study.threshold import best_threshold, threshold_effects, threshold_findings

RANDOM = np.random.default_rng(3)
Y = (RANDOM.random(200) < 0.15).astype(np.int64)
SCORES = (RANDOM.normal(size=200) + 1.5 * Y - 3).round(1)


def best(rare):
    return [m for m in metrics_for("binary", rare=rare) if m.quality]


def reached(metric, y, ranking, cut):
    decision = (ranking > cut).astype(int)
    if metric.default == "balanced accuracy":
        return sk.balanced_accuracy_score(y, decision)
    rare = metric.compute.keywords["rare"]
    return sk.f1_score(y, decision, pos_label=rare, zero_division=0.0)


@pytest.mark.parametrize("rare", [0, 1])
def test_no_cut_is_better_than_the_best(rare):
    for metric in best(rare):
        cut = best_threshold(SCORES, Y, metric.quality)
        every = [reached(metric, Y, SCORES, c) for c in (*(np.unique(SCORES) + 0.05), 0, -99)]
        assert reached(metric, Y, SCORES, cut) == pytest.approx(max(every))


def test_of_equal_cuts_the_default_stays():
    y, ranking = np.array([0, 0, 1, 1]), np.array([-2.0, -1.0, 1.0, 2.0])
    assert all(best_threshold(ranking, y, m.quality) == 0 for m in best(1))


def test_a_cut_lies_halfway_between_neighbours():
    y, ranking = np.array([0, 0, 1, 1]), np.array([-4.0, -3.0, -2.0, -1.0])
    assert all(best_threshold(ranking, y, m.quality) == -2.5 for m in best(1))


@pytest.mark.parametrize("score", [nan, inf])
def test_what_diverged_keeps_the_default(score):
    assert best_threshold(np.array([score, 1.0]), np.array([0, 1]), best(1)[0].quality) == 0


def test_a_cut_changes_the_decision_alone():
    before = predict(SCORES[:, None], "sigmoid")
    after = before.cut(-2.0)
    np.testing.assert_array_equal(after.decision, SCORES > -2)
    np.testing.assert_array_equal(after.probability, before.probability)
    np.testing.assert_array_equal(after.ranking, before.ranking)


def found(default, best_of, losses=("a",)):
    values = {
        loss: {m.default: default + i * SHIFT, m.name: best_of + i * SHIFT}
        for i, loss in enumerate(losses)
        for m in best(1)[:1]
    }
    return threshold_effects(best(1)[:1], values, 1 / 4)


FOLDS = 0.7 + 0.01 * np.cos(np.arange(15.0))
GAIN = 0.05 + 0.001 * np.sin(np.arange(15.0))
SHIFT = 0.01


def test_the_gain_is_paired_and_holds_for_all_losses():
    (effect,) = found(FOLDS, FOLDS + GAIN)
    expected = corrected_interval(GAIN, 1 / 4, 0.95)
    assert effect.gain.low == pytest.approx(expected.low)
    assert effect.gain.high == pytest.approx(expected.high)
    assert (effect.metric, effect.default) == ("balanced accuracy", FOLDS.mean())
    several = found(FOLDS, FOLDS + GAIN, ("a", "b"))
    assert several[0].gain.low == pytest.approx(corrected_interval(GAIN, 1 / 4, 0.975).low)


def test_a_diverged_loss_has_no_threshold():
    assert found(FOLDS, np.full(15, nan)) == ()


def line(default, best_of, verdict="level", losses=("a", "b")):
    nothing, behind = ConfidenceInterval(0.0, 0.0, 0.0), ConfidenceInterval(-SHIFT, -0.02, -0.001)
    comparisons = [Comparison("b", "balanced accuracy", nothing, behind, verdict)]
    effect = found(default, best_of, losses)
    (finding,) = threshold_findings(metrics_for("binary"), comparisons, effect)
    assert (str(finding.question), finding.metric) == ("Threshold or loss", "balanced accuracy")
    assert "阈值" in language("zh")(finding.text)
    return str(finding.text)


NOISE = 0.1 * np.sin(np.arange(15.0) ** 2) + 0.01


@pytest.mark.parametrize(
    ("gain", "verdict", "end"),
    [
        (GAIN, "worse", ": the threshold matters more."),
        (GAIN / 10, "worse", ": the loss matters more."),
        (GAIN, "level", ": only the threshold matters beyond noise."),
        (NOISE, "worse", ": only the loss matters beyond noise."),
        (NOISE, "level", ": neither matters beyond noise."),
    ],
)
def test_the_larger_effect_is_named(gain, verdict, end):
    text = line(FOLDS, FOLDS + gain, verdict)
    assert text.startswith("Choosing the threshold adds up to ")
    apart = "up to 0.0100 at the default threshold and nothing beyond noise at the best"
    beside = apart if verdict == "worse" else "nothing beyond noise"
    assert text.endswith(f"; choosing the loss {beside}{end}")


def test_a_gain_beyond_noise_is_named_before_a_larger_one_within_it():
    values = {
        name: {m.default: FOLDS, m.name: FOLDS + gain}
        for name, gain in (("a", GAIN), ("b", 10 * NOISE + 0.1))
        for m in best(1)[:1]
    }
    effect = threshold_effects(best(1)[:1], values, 1 / 4)
    assert effect[1].gain.mean > effect[0].gain.mean
    (finding,) = threshold_findings(metrics_for("binary"), [], effect)
    assert str(finding.text).startswith("Choosing the threshold adds up to 0.0501 (a; [")


def test_nothing_gained_is_said():
    text = line(FOLDS, FOLDS - GAIN)
    assert text.startswith("Choosing the threshold adds nothing under any loss; choosing")


def test_one_loss_has_only_its_threshold():
    assert line(FOLDS, FOLDS + NOISE, losses=("a",)).endswith("): not beyond noise.")
    assert line(FOLDS, FOLDS + GAIN, losses=("a",)).endswith(").")


def test_too_few_results_tell_nothing_of_the_threshold():
    few = found(FOLDS[:3], FOLDS[:3] + GAIN[:3])
    assert not few[0].gain.known
    assert threshold_findings(metrics_for("binary"), [], few) == ()


def test_a_threshold_that_changes_nothing_adds_exactly_nothing():
    (effect,) = found(FOLDS, FOLDS)
    assert (effect.gain.mean, effect.gain.low, effect.gain.high) == (0, 0, 0)
