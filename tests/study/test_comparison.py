from math import isnan, sqrt

import numpy as np
import pytest

from lossary.study.comparison import FEWEST, all_same, compare, corrected_interval, paired_interval
from lossary.study.metrics import metrics_for

LOSS, *_ = (m for m in metrics_for("binary") if m.name == "log-loss")
AUC = next(m for m in metrics_for("binary") if m.name == "ROC AUC")
SHARE = 1 / 4


def test_the_corrected_interval_by_hand():
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    interval = corrected_interval(values, SHARE, 0.95)
    # s² = 2.5; t(0.975, 4) = 2.776445, from the tables.
    reach = 2.7764451 * sqrt(2.5 * (1 / 5 + 1 / 4))
    assert interval.mean == 3
    assert interval.low == pytest.approx(3 - reach, rel=1e-5)
    assert interval.high == pytest.approx(3 + reach, rel=1e-5)


def test_the_correction_widens_the_plain_interval():
    values = np.random.default_rng(0).normal(size=15)
    plain = 2.144787 * values.std(ddof=1) / sqrt(15)
    interval = corrected_interval(values, SHARE, 0.95)
    assert (interval.high - interval.mean) / plain == pytest.approx(sqrt(1 + 15 / 4), rel=1e-5)


def comparisons(metric, **values):
    found = compare(metric, {k: np.array(v, dtype=float) for k, v in values.items()}, SHARE)
    return {s.loss: s for s in found}


def test_the_best_is_by_the_metric_s_direction():
    assert comparisons(LOSS, a=[1, 2, 1, 2], b=[3, 4, 3, 4])["a"].verdict == "best"
    assert comparisons(AUC, a=[0.1, 0.2], b=[0.3, 0.5])["b"].verdict == "best"


def test_worse_is_beyond_noise_of_the_paired_difference():
    fold = np.random.default_rng(1).normal(size=15)
    found = comparisons(
        LOSS, a=fold, b=fold + 0.1 + 0.01 * fold, c=fold + 0.1 * np.cos(np.arange(15))
    )
    assert [found[k].verdict for k in "abc"] == ["best", "worse", "level"]
    assert found["b"].difference.low > 0
    assert found["c"].difference.low < 0 < found["c"].difference.high


def test_all_pairs_share_the_risk():
    fold = np.random.default_rng(2).normal(size=10)
    gap = 0.3 + 0.2 * np.sin(np.arange(10.0))
    two = comparisons(LOSS, a=fold, b=fold + gap)
    four = comparisons(LOSS, a=fold, b=fold + gap, c=fold + 9, d=fold + 10)
    assert four["b"].difference.low < two["b"].difference.low
    expected = corrected_interval(gap, SHARE, 1 - 0.05 / 6)
    assert four["b"].difference.low == pytest.approx(expected.low)


def test_equal_losses_are_level_and_known_to_be():
    found = comparisons(LOSS, a=[1, 2, 3, 4], b=[1, 2, 3, 4])
    assert (found["a"].verdict, found["b"].verdict) == ("best", "level")
    gap = found["b"].difference
    assert (gap.mean, gap.low, gap.high) == (0, 0, 0)


def test_intervals_stay_within_the_metric_s_range():
    found = comparisons(AUC, a=[0.99, 1.0, 1.0, 1.0], b=[0.0, 0.1, 0.0, 0.0])
    assert found["a"].value.high == 1
    whole = corrected_interval(np.array([0.99, 1.0, 1.0, 1.0]), SHARE, 0.95)
    assert found["a"].value.half_width == pytest.approx(whole.high - whole.mean)
    assert found["b"].value.low == 0


def test_a_diverged_training_is_no_competitor():
    found = comparisons(LOSS, a=[1, 2], b=[0.1, np.nan])
    assert (found["a"].verdict, found["b"].verdict) == ("best", "failed")
    assert isnan(found["b"].value.mean)
    alone = comparisons(LOSS, b=[0.1, np.inf])
    assert alone["b"].verdict == "failed"


@pytest.mark.parametrize("count", range(2, FEWEST))
def test_too_few_results_tell_nothing_of_noise(count):
    fold = np.linspace(0.1, 0.2, count)
    found = comparisons(LOSS, a=fold, b=fold + 100, c=fold)
    assert [found[k].verdict for k in "abc"] == ["best", "level", "level"]
    assert not any(s.value.known or s.difference.known for s in found.values())
    assert found["b"].difference.mean == pytest.approx(100)


@pytest.mark.parametrize("value", [0.0, 0.1 + 0.2, 1.0, 1e9])
def test_the_same_in_every_fold_is_no_certainty(value):
    interval = corrected_interval(np.full(15, value), SHARE, 0.95)
    assert interval.mean == pytest.approx(value)
    assert not interval.known
    assert not interval.excludes_zero


def test_a_gap_that_never_varies_is_not_beyond_noise():
    fold = np.random.default_rng(5).normal(size=15)
    found = comparisons(LOSS, a=fold, b=fold + 0.1)
    assert found["b"].verdict == "level"
    perfect = comparisons(AUC, a=np.ones(15), b=np.full(15, 0.9))
    assert perfect["b"].verdict == "level"
    assert not perfect["a"].value.known


def test_the_paired_interval_is_that_of_the_difference():
    a, b = np.random.default_rng(6).normal(size=(2, 10))
    assert paired_interval(a, b, SHARE, 0.9) == corrected_interval(a - b, SHARE, 0.9)
    assert not paired_interval(a[:3], a[:3], SHARE, 0.9).known


def test_losses_with_the_same_results_are_none_of_them_best():
    same, other = [0.2, 0.3, 0.2, 0.4], [0.3, 0.2, 0.4, 0.2]
    assert all_same(comparisons(AUC, a=same, b=same).values())
    assert all_same(comparisons(AUC, a=same, b=same, c=[np.nan] * 4).values())
    assert not all_same(comparisons(AUC, a=same, b=other).values())
    assert not all_same(comparisons(AUC, a=same).values())
