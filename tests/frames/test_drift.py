"""Drift: stated definitions, by hand; no alarm by chance, an alarm where something moved."""

from datetime import date
from math import inf, log

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from lossary import LossaryError, estimate, frames

LABELS = list("abcd")


def table(rows, seed, shift=0.0, weights=(0.1, 0.2, 0.3, 0.4)):
    """A table of every kind of column, drawn from one distribution but for a shift."""
    random = np.random.default_rng(seed)
    x = random.normal(shift, 1, rows)
    return pl.DataFrame(
        {
            "number": x,
            "holes": [None if v > 1 else float(v) for v in x],
            "label": random.choice(LABELS, rows, p=weights),
            "whole": random.poisson(3, rows),
            "many": random.poisson(1000 + 30 * shift, rows),
            "flag": random.random(rows) < 0.3,
            "name": [f"{v:.9f}" for v in random.random(rows)],
        }
    )


# --- definitions ------------------------------------------------------------------------------


def test_the_numbers_are_those_of_the_textbook():
    before = pl.DataFrame({"x": ["a"] * 20 + ["b"] * 80})
    after = pl.DataFrame({"x": ["a"] * 50 + ["b"] * 50})
    found = frames.drift(before, after, smoothing=0)["x"]
    # (0.5 - 0.2) ln(0.5/0.2) + (0.5 - 0.8) ln(0.5/0.8), by hand: 0.3 (0.916291 + 0.470004).
    assert found.observed["psi"] == pytest.approx(0.3 * log(4), abs=1e-12)
    assert found.psi.value == found.observed["psi"]
    assert found.observed["kl"] == pytest.approx(0.5 * log(0.5 / 0.2) + 0.5 * log(0.5 / 0.8))
    mixture = [0.35, 0.65]
    js = sum(
        0.5 * p * log(p / m) + 0.5 * q * log(q / m)
        for p, q, m in zip((0.5, 0.5), (0.2, 0.8), mixture, strict=True)
    )
    assert found.observed["js"] == pytest.approx(js)
    smoothed = frames.drift(before, after, smoothing=0.5)["x"].observed["psi"]
    p, q = 50.5 / 101, 20.5 / 101
    assert smoothed == pytest.approx((p - q) * log(p / q) + (q - p) * log((1 - p) / (1 - q)))


def test_js_is_within_its_bounds_and_a_share_of_the_largest():
    before, after = pl.DataFrame({"x": ["a"] * 500}), pl.DataFrame({"x": ["b"] * 70})
    for base, largest in ((None, log(2)), (2, 1.0)):
        found = frames.drift(before, after, base=base)["x"]
        assert found.js.value == pytest.approx(largest)
        assert (found.share, found.interval()[1]) == pytest.approx((1, 1))
    assert found.psi.value > 5


def test_without_smoothing_a_new_label_is_infinitely_far():
    before, after = pl.DataFrame({"x": ["a", "b"] * 50}), pl.DataFrame({"x": ["a", "b", "c"] * 50})
    found = frames.drift(before, after, smoothing=0)["x"]
    assert (found.psi.value, found.kl.value) == (inf, inf)
    assert found.interval("psi") is None
    assert "without smoothing" in found.psi.bias
    assert found.share < 0.3
    assert frames.drift(before, after)["x"].psi.value < inf


@pytest.mark.parametrize("bins", [2, 10, 37])
def test_the_bins_asked_for_are_the_bins_of_the_reference(bins):
    before, after = table(3700, 0), table(500, 1, shift=30)
    found = frames.drift(before, after, ["number", "many"], bins=bins)
    assert len(found["number"].labels) == bins + 1
    assert found["number"].notes == ()
    # Equal parts of the reference; what lies above its largest value is in a bin of its own.
    assert found["number"].reference.tolist() == [3700 // bins] * bins + [0]
    assert found["number"].current.tolist() == [0] * bins + [500]
    assert found["number"].labels[-1] == f"> {before['number'].max():.6g}"
    assert found["many"].column.taken_as == "continuous"


def test_fewer_bins_are_told():
    before = pl.DataFrame({"x": [0.0] * 90 + [float(i) for i in range(10, 40)]})
    found = frames.drift(before, before, bins=10)["x"]
    assert found.notes == (f"{len(found.labels)} bins instead of 10, because values tie",)


def test_missing_is_a_label_or_dropped():
    before = pl.DataFrame({"x": ["a", "b", None, None] * 50})
    after = pl.DataFrame({"x": ["a", "b"] * 100})
    kept, dropped = (frames.drift(before, after, missing=m)["x"] for m in ("category", "drop"))
    assert kept.labels == ("a", "b", None)
    assert kept.share > 0.2
    assert (dropped.labels, dropped.reference.tolist()) == (("a", "b"), [50, 50])


def test_few_whole_numbers_are_labels_and_many_are_binned():
    found = frames.drift(table(900, 0), table(900, 1))
    taken = {c.column.name: c.column.taken_as for c in found}
    assert taken["many"] == "continuous"
    assert taken["flag"] == taken["label"] == "discrete"
    assert frames.drift(table(900, 0), table(900, 1), kinds={"many": "discrete"})[
        "many"
    ].column.taken_as == "discrete"  # fmt: skip


# --- chance -------------------------------------------------------------------------------------


def test_two_halves_of_one_table_have_not_drifted():
    alarms, below, shares = 0, [], []
    for seed in range(150):
        random = np.random.default_rng(1000 + seed)
        whole = table(1300, seed)
        order = random.permutation(1300)
        drift = frames.drift(whole[order[:900]], whole[order[900:]])
        alarms += bool(drift.drifted(over=0.0))
        below += [c.test.p_value < 0.05 for c in drift]
        shares += [c.share for c in drift]
        assert {c.grade for c in drift} == {"none"}
        assert drift.drifted() == ()
        assert [u.name for u in drift.nearly_unique] == ["name"]
    # Of 150 tables one in twenty raises an alarm at a threshold of 0, and one column in twenty.
    assert alarms <= 15
    assert 0.03 < np.mean(below) < 0.07
    assert abs(np.mean(shares)) < 2e-4


def test_samples_of_one_distribution_keep_the_stated_rate():
    below = []
    for seed in range(300):
        drift = frames.drift(table(300, seed), table(200, 10_000 + seed))
        below += [c.test.p_value < 0.05 for c in drift]
    assert 0.035 < np.mean(below) < 0.065


def test_a_shift_is_found_and_the_interval_holds_the_truth():
    p, q = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.25, 0.25, 0.25, 0.25])
    truth = float((0.5 * p * np.log(2 * p / (p + q)) + 0.5 * q * np.log(2 * q / (p + q))).sum())
    inside = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        before, after = (
            pl.DataFrame({"x": random.choice(LABELS, n, p=w)}) for n, w in ((800, p), (500, q))
        )
        found = frames.drift(before, after)
        assert found["x"].test.p_value < 0.01
        low, high = found["x"].interval()
        inside += low <= truth / log(2) <= high
    assert 0.9 < inside / 200 < 0.99


def test_what_moved_comes_first_and_is_named():
    drift = frames.drift(table(4000, 0), table(2000, 1, shift=1.0))
    assert {c.column.name for c in drift.drifted()} == {"number", "holes", "many"}
    assert {c.column.name for c in drift.drifted("psi", 0.2)} == {"number", "holes", "many"}
    assert drift["label"].test.p_value > 0.001
    head, line, *rows = str(drift).splitlines()
    assert head == "reference 4000 rows, current 2000 rows; nats"
    assert line.split() == ["column", "JS/log", "2", "PSI", "KL", "p"]
    assert len(rows) == 7
    assert drift.to_frame()["column"].to_list() == [c.column.name for c in drift]


# --- bins ---------------------------------------------------------------------------------------


def numbers(*values, rows=200):
    """A column of fractions that holds each value equally often."""
    return pl.DataFrame({"x": [float(v) for v in values] * (rows // len(values))})


@pytest.mark.parametrize(
    ("before", "after", "label", "moved"),
    [
        (numbers(0, 1), numbers(0, 99), "> 1", 100),
        (numbers(0, 1), numbers(-99, 1), "< 0", 100),
        (numbers(0, 1), numbers(0, 0.5), "(0, 1)", 100),
        (numbers(0, inf), numbers(0, 7), "(0, inf)", 100),
        (numbers(*range(100)), numbers(*range(50), *range(200, 250)), "> 99", 100),
        (numbers(*range(100)), numbers(*range(-50, 50)), "< 0", 100),
        (numbers(*range(100)), numbers(*range(100), rows=100), "> 89", 10),
        (numbers(*range(50), *[100] * 50), numbers(*range(90), *[100] * 10), "[54, 100)", 0),
    ],
)
@pytest.mark.parametrize("kept", [False, True], ids=["frame", "accumulator"])
def test_what_the_reference_has_not_is_in_a_bin_of_its_own(before, after, label, moved, kept):
    if kept:
        counts = estimate.Accumulator(pairs=None)
        counts.update(before)
        before = counts
    found = frames.drift(before, after)["x"]
    counts = dict(zip(found.labels, found.current.tolist(), strict=True))
    assert counts.get(label, 0) == moved
    assert (found.current + found.reference > 0).all()


@pytest.mark.parametrize("rows", [(900, 400), (100, 3000)])
def test_a_few_values_outside_raise_no_alarm(rows):
    below = []
    for seed in range(200):
        random = np.random.default_rng(seed)
        sides = (pl.DataFrame({"x": random.normal(size=n)}) for n in rows)
        below.append(frames.drift(*sides)["x"].test.p_value < 0.05)
    assert 0.01 < np.mean(below) < 0.09


@pytest.mark.parametrize("top", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("where", [-1.0, 0.5, 2.0, inf])
def test_a_value_that_becomes_rare_has_drifted(where, top):
    random = np.random.default_rng(0)
    sides = []
    for share in (0.15 + top * 0.85, top * 0.15):
        x = random.random(2000)
        sides.append(pl.DataFrame({"x": np.where(random.random(2000) < share, where, x)}))
    drift = frames.drift(*sides)
    assert [c.column.name for c in drift.graded()] == ["x"]
    exact = "inf" if where == inf else f"{where:g}"
    assert exact in drift["x"].labels


# --- columns that changed -------------------------------------------------------------------------


def test_columns_added_missing_and_retyped_are_reported():
    before = pl.DataFrame({"a": [1, 2] * 20, "b": ["x", "y"] * 20, "c": [True, False] * 20})
    after = pl.DataFrame({"a": ["1", "2"] * 20, "b": ["x", "y"] * 20, "d": [1] * 40})
    drift = frames.drift(before, after)
    assert [c.column.name for c in drift] == ["b"]
    assert (drift.added, drift.missing) == (("d",), ("c",))
    assert [str(r) for r in drift.retyped] == ["a: integer → text"]
    assert str(drift).splitlines()[-1] == "  retyped: a: integer → text"


def test_types_that_hold_the_same_are_compared():
    before = pl.DataFrame({"n": [1, 2, 3, 4] * 20, "t": ["x", "y"] * 40})
    after = pl.DataFrame({"n": [1.0, 2.0, 3.0, 4.5] * 20, "t": ["x", "y"] * 40})
    after = after.with_columns(pl.col("t").cast(pl.Categorical))
    drift = frames.drift(before, after)
    assert drift.retyped == ()
    assert drift["n"].column.taken_as == "continuous"
    assert drift["n"].labels == ("1", "2", "3", "4", "> 4")
    assert drift["n"].current.tolist() == [20, 20, 20, 0, 20]
    assert drift["t"].share == pytest.approx(0, abs=0.01)


def test_columns_emptied_are_told_where_missing_is_dropped():
    before = pl.DataFrame({"a": ["x", "y"] * 20, "b": [0.5, None] * 20, "c": [None] * 40})
    after = before.with_columns(b=pl.lit(None, pl.Float64))
    drift = frames.drift(before, after, missing="drop")
    assert [c.column.name for c in drift] == ["a"]
    assert [str(r) for r in drift.retyped] == ["b: number → only missing values"]
    assert frames.drift(before, after)["b"].share > 0.2


def test_nothing_in_common_is_no_error():
    drift = frames.drift(pl.DataFrame({"a": [1]}), pl.DataFrame({"b": [1]}))
    assert (len(drift), drift.added, drift.missing) == (0, ("b",), ("a",))
    assert drift.drifted() == ()


# --- engines and accumulators ---------------------------------------------------------------------


def test_every_engine_and_an_accumulator_give_the_same():
    before, after = (
        table(700, seed).drop("name").with_columns(day=date(2026, 1, 1) + pl.duration(days="whole"))
        for seed in (0, 1)
    )
    expected = frames.drift(before, after)
    acc = estimate.Accumulator(pairs=None, missing="category")
    for start in range(0, 700, 250):
        acc.update(before[start : start + 250])
    relation = duckdb.sql("SELECT * FROM after")
    days = "day"
    for first, second, without in (
        (before.lazy(), after.lazy(), ""),
        (before.to_arrow(), after.to_arrow(), ""),
        (before.drop(days).to_pandas(), after.to_arrow(), days),
        (acc, relation, ""),
    ):
        found = frames.drift(first, second)
        for column in (c for c in expected if c.column.name != without):
            other = found[column.column.name]
            assert other.labels == column.labels
            assert other.reference.tolist() == column.reference.tolist()
            assert other.js.value == pytest.approx(column.js.value, abs=1e-12)
            assert other.psi.value == pytest.approx(column.psi.value, abs=1e-12)


def test_a_saved_reference_serves(tmp_path):
    acc = estimate.Accumulator(pairs=None)
    acc.update(pd.DataFrame({"x": [0.5, 1.5, 2.5, 3.5] * 25, "y": ["a", "b"] * 50}))
    acc.save(tmp_path / "reference.npz")
    again = estimate.Accumulator.load(tmp_path / "reference.npz")
    current = pd.DataFrame({"x": [3.5] * 50, "y": ["a", "b"] * 25})
    drift = frames.drift(again, current, bins=4)
    assert drift["x"].labels == ("0.5", "1.5", "2.5", "3.5")
    assert [c.column.name for c in drift.drifted()] == ["x"]


# --- bad input ------------------------------------------------------------------------------------

ONE = pl.DataFrame({"colour": ["red", "blue"], "size": [1, 2]})


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        ((ONE, ONE, ["color"]), {}, "named 'color'. Did you mean 'colour'?"),
        ((ONE[:0], ONE), {}, "the reference has no rows"),
        ((ONE, ONE[:0]), {}, "the current frame has no rows"),
        ((ONE, [1, 2]), {}, "data must be a frame of pandas"),
        ((ONE, ONE), {"bins": 1}, "bins must be"),
        ((ONE, ONE), {"smoothing": -1}, "smoothing must lie in [0, inf), got -1"),
        ((ONE, ONE), {"missing": "zero"}, "missing must be 'category' or 'drop', got 'zero'"),
        ((estimate.Accumulator(), ONE), {}, "the reference has no rows"),
    ],
)  # fmt: skip
def test_bad_input_is_said(arguments, options, words):
    with pytest.raises(LossaryError) as error:
        frames.drift(*arguments, **options)
    assert words in str(error.value)


def test_unknown_names_and_measures_of_a_result():
    drift = frames.drift(ONE, ONE)
    with pytest.raises(LossaryError, match="no compared column named 'siz'"):
        drift["siz"]
    with pytest.raises(LossaryError, match="measure must be 'js', 'kl' or 'psi'"):
        drift.drifted("tv")
    with pytest.raises(LossaryError, match="over must lie in"):
        drift.drifted(over=-0.1)
