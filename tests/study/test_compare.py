from math import isnan, sqrt

import numpy as np
import pytest

from lossary.study.compare import corrected_interval, stand
from lossary.study.metrics import measured
from lossary.study.verdict import digits, judge

LOSS, *_ = (m for m in measured("binary") if m.name == "log-loss")
AUC = next(m for m in measured("binary") if m.name == "ROC AUC")
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


def standings(metric, **values):
    found = stand(metric, {k: np.array(v, dtype=float) for k, v in values.items()}, SHARE)
    return {s.loss: s for s in found}


def test_the_best_is_by_the_metric_s_direction():
    assert standings(LOSS, a=[1, 2], b=[3, 4])["a"].verdict == "best"
    assert standings(AUC, a=[0.1, 0.2], b=[0.3, 0.5])["b"].verdict == "best"


def test_worse_is_beyond_noise_of_the_paired_difference():
    fold = np.random.default_rng(1).normal(size=15)
    found = standings(
        LOSS, a=fold, b=fold + 0.1 + 0.01 * fold, c=fold + 0.1 * np.cos(np.arange(15))
    )
    assert [found[k].verdict for k in "abc"] == ["best", "worse", "level"]
    assert found["b"].difference.low > 0
    assert found["c"].difference.low < 0 < found["c"].difference.high


def test_all_pairs_share_the_risk():
    fold = np.random.default_rng(2).normal(size=10)
    gap = 0.3 + 0.2 * np.sin(np.arange(10.0))
    two = standings(LOSS, a=fold, b=fold + gap)
    four = standings(LOSS, a=fold, b=fold + gap, c=fold + 9, d=fold + 10)
    assert four["b"].difference.low < two["b"].difference.low
    expected = corrected_interval(gap, SHARE, 1 - 0.05 / 6)
    assert four["b"].difference.low == pytest.approx(expected.low)


def test_equal_losses_are_level():
    found = standings(LOSS, a=[1, 2, 3], b=[1, 2, 3])
    assert (found["a"].verdict, found["b"].verdict) == ("best", "level")


def test_intervals_stay_within_the_metric_s_range():
    found = standings(AUC, a=[0.99, 1.0], b=[0.0, 0.1])
    assert found["a"].value.high == 1
    whole = corrected_interval(np.array([0.99, 1.0]), SHARE, 0.95)
    assert found["a"].value.reach == pytest.approx(whole.high - whole.mean)
    assert found["b"].value.low == 0


def test_a_diverged_training_is_no_competitor():
    found = standings(LOSS, a=[1, 2], b=[0.1, np.nan])
    assert (found["a"].verdict, found["b"].verdict) == ("best", "failed")
    assert isnan(found["b"].value.mean)
    alone = standings(LOSS, b=[0.1, np.inf])
    assert alone["b"].verdict == "failed"


def verdict(**values):
    fold = 0.01 * np.random.default_rng(3).normal(size=15)
    found = stand(LOSS, {k: fold + np.asarray(v) for k, v in values.items()}, SHARE)
    return judge([LOSS], found)


NOISE = 0.5 * np.cos(np.arange(15))


def test_no_difference_is_a_verdict():
    assert verdict(a=0, b=NOISE).headline == (
        "No difference beyond noise between these losses on any metric: "
        "this data cannot tell them apart. a is as good as any."
    )


WORSE = "worse beyond noise: c by 1.9000 (1.9000 to 1.9000)."


def test_the_verdict_names_the_unbeaten_and_the_beaten():
    found = verdict(a=0.1, b=0.1 + 0.1 * NOISE, c=2)
    assert found.headline == (
        "Train with a: no other loss beats it beyond noise on any metric. "
        "The same holds for b. Worse beyond noise: c (log-loss)."
    )
    ((question, metric, finding),) = found.lines
    assert (question, metric) == ("Probabilities", "log-loss")
    assert finding.endswith(("from a; " + WORSE, "from b; " + WORSE))
    assert str(found).startswith(found.headline)


def test_the_verdict_says_when_training_diverged():
    assert verdict(a=0, b=np.nan).headline.endswith("Training diverged under b.")
    assert verdict(a=np.nan).headline.startswith("No verdict: training diverged under every loss.")


def test_the_verdict_says_by_how_much():
    ((_, _, finding),) = verdict(a=0, b=1 + 0.2 * NOISE).lines
    gap = corrected_interval(1 + 0.2 * NOISE, SHARE, 0.95)
    assert finding.endswith(f"b by {gap.mean:.4f} ({gap.low:.4f} to {gap.high:.4f}).")


def test_one_loss_alone_has_no_rival():
    assert verdict(a=0).headline.startswith("Only a was trained")


def test_each_beaten_somewhere():
    fold = 0.01 * np.random.default_rng(4).normal(size=15)
    found = [
        *stand(LOSS, {"a": 1 + fold, "b": 2 + fold * 2}, SHARE),
        *stand(AUC, {"a": 0.5 + fold, "b": 0.9 + fold * 2}, SHARE),
    ]
    assert judge([LOSS, AUC], found).headline == (
        "No loss serves every purpose: best by log-loss is a; best by ROC AUC is b."
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.12345, "0.1235"),
        (-0.001, "-0.0010"),
        (12.7, "12.70"),
        (1234.56, "1235"),
        (1234567.8, "1234568"),
        (123456789, "1.235e+08"),
        (0.0000123, "1.230e-05"),
        (float("nan"), "diverged"),
    ],
)
def test_numbers_have_the_digits_that_matter(number, text):
    assert digits(number) == text
