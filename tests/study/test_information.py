"""What columns tell, against the estimators, and in cases whose answer is known."""

import json
from math import exp, log2

import numpy as np
import polars as pl
import pytest

from lossary import estimate
from lossary.study import information as module
from lossary.study.columns import classify_columns, tidy
from lossary.study.information import MOST_ROWS, information_of, plain
from lossary.study.task import infer_task

ROWS = 1000
Y = np.random.default_rng(1).integers(0, 2, ROWS)


@pytest.fixture
def random():
    return np.random.default_rng(0)


def informed(frame, y, kind=None):
    frame = tidy(pl.DataFrame(frame))
    return information_of(frame, classify_columns(frame), infer_task(pl.Series("y", y), kind))


def of(found, name):
    (told,) = (t for t in found.columns if t.column == name)
    return told


def scaled(counted, chance, found):
    return found.entropy.value * (counted - chance) / (found.plug_in - chance)


def test_a_column_that_tells_all_has_the_entropy_of_the_target():
    y = np.repeat([0, 1, 2], [50, 30, 20])
    found = informed({"copy": np.array(["a", "b", "c"])[y], "number": 2.5 * y}, y)
    expected = estimate.entropy_from_counts([50, 30, 20], method="miller_madow", base=2)
    assert found.entropy.value == expected.value
    assert found.effective == 2**expected.value
    for told in found.columns:
        assert told.bits == pytest.approx(expected.value, rel=1e-12)
        assert told.share == pytest.approx(1, abs=1e-12)
        assert told.share <= 1
    assert {t.column for t in found.leaks} == {"copy", "number"}


def test_a_column_that_tells_nothing_has_an_interval_with_0(random):
    found = informed({"noise": random.normal(size=ROWS), "flag": random.random(ROWS) < 0.5}, Y)
    assert found.informative == ()
    assert all(t.interval[0] == 0 and abs(t.bits) < 0.02 for t in found.columns)


def test_columns_by_chance_tell_nothing_on_average(random):
    frame = {f"x{i}": random.normal(size=60) for i in range(200)}
    found = informed(frame, np.repeat([0, 1], 30))
    mean = np.mean([t.bits for t in found.columns])
    assert abs(mean) < 4 * np.std([t.bits for t in found.columns]) / np.sqrt(200)
    assert all(t.chance > 0.1 for t in found.columns)
    assert len(found.informative) <= 1


def test_a_category_of_many_levels_tells_no_more_than_chance(random):
    names = np.array([f"level {i}" for i in range(45)])
    columns = {f"x{i}": random.choice(names, 120) for i in range(40)}
    found = informed(columns, Y[:120])
    assert estimate.mutual_information(columns["x0"], Y[:120], method="plug_in").value > 0.2
    assert abs(np.mean([t.bits for t in found.columns])) < 0.04
    assert found.informative == ()


def test_what_is_taken_off_for_chance_is_the_mean_over_permutations(random):
    x = random.choice(list("abcd"), 80)
    found = informed({"x": x}, Y[:80])
    told = of(found, "x")
    plug_in = estimate.mutual_information(x, Y[:80], method="plug_in", base=2).value
    shuffled = [
        estimate.mutual_information(random.permutation(x), Y[:80], method="plug_in", base=2).value
        for _ in range(400)
    ]
    assert told.chance == pytest.approx(np.mean(shuffled), rel=0.15)
    assert told.bits == pytest.approx(scaled(plug_in, told.chance, found), abs=1e-12)


def test_numbers_are_counted_in_groups_of_equal_size(random):
    x = random.normal(size=ROWS) + Y
    groups = np.searchsorted(np.quantile(x, np.arange(1, 16) / 16, method="inverted_cdf"), x)
    found = informed({"x": x}, Y)
    told = of(found, "x")
    counted = estimate.mutual_information(groups, Y, method="plug_in", base=2).value
    assert told.p_value < 1e-20
    assert told.bits == pytest.approx(scaled(counted, told.chance, found), abs=1e-12)


def test_missing_values_are_a_value_of_their_own(random):
    x = np.where(Y == 1, np.nan, random.normal(size=ROWS))
    found = informed({"x": x, "few": np.where(random.random(ROWS) < 0.1, None, "a")}, Y)
    assert of(found, "x").missing == Y.sum()
    assert [t.column for t in found.leaks] == ["x"]
    assert of(found, "x").bits == pytest.approx(found.entropy.value, rel=0.01)
    assert not found.beyond_chance(of(found, "few"))


def test_the_entropy_has_an_interval_within_what_is_possible(random):
    found = informed({"x": random.normal(size=ROWS)}, Y)
    low, high = found.interval
    assert 0.9 < low < found.entropy.value <= high <= 1
    assert informed({"x": np.arange(6.0)}, [0, 1, 0, 1, 0, 1]).interval == (1, 1)
    assert informed({"x": np.arange(6.0)}, [0, 1, 0, 1, 0, 1]).entropy.value == 1


def test_uses_are_those_of_the_model(random):
    frame = {
        "n": random.normal(size=ROWS),
        "f": random.random(ROWS) < 0.5,
        "c": random.choice(["a", "b"], ROWS),
    }
    assert {t.column: t.use for t in informed(frame, Y).columns} == {
        "n": "number",
        "f": "flag",
        "c": "category",
    }


def test_a_target_of_few_values_is_counted(random):
    y = np.repeat([0.5, 1.5, 4.0], 40)
    found = informed({"x": random.normal(size=120) + y}, y, "regression")
    assert found.labels == 3
    assert found.entropy.value == pytest.approx(log2(3))
    assert of(found, "x").chance > 0


# --- targets of numbers ---------------------------------------------------------------------------


def normal(random, rows, rho):
    x = random.normal(size=rows)
    return x, rho * x + np.sqrt(1 - rho**2) * random.normal(size=rows)


def test_normal_variables_share_what_their_correlation_says(random):
    x, y = normal(random, 4000, 0.6)
    found = informed({"x": x, "noise": random.normal(size=4000)}, y)
    low, high = of(found, "x").interval
    assert low < -log2(1 - 0.36) / 2 < high
    assert high - low < 0.15
    assert of(found, "x").correlation == pytest.approx(0.6, abs=0.03)
    assert found.informative == (of(found, "x"),)
    assert of(found, "noise").interval[0] == 0
    assert of(found, "x").chance is None


def test_the_intervals_hold_the_truth_as_often_as_they_say(random):
    truth = -log2(1 - 0.25) / 2
    spans = [
        of(informed({"x": x}, y), "x").interval
        for x, y in (normal(random, 300, 0.5) for _ in range(60))
    ]
    assert sum(low <= truth <= high for low, high in spans) >= 51


def test_no_information_changes_with_a_scale_that_keeps_the_order(random):
    x, y = normal(random, 500, 0.7)
    plain_one = of(informed({"x": x}, y), "x")
    bent = of(informed({"x": np.exp(3 * x)}, np.exp(2 * y)), "x")
    assert plain_one.bits == pytest.approx(bent.bits, abs=1e-9)
    assert plain_one.p_value == bent.p_value


def test_neighbours_are_those_of_the_estimators(random):
    x, y = normal(random, 400, 0.5)
    labels = np.digitize(x, [-1, 0, 1])
    found = informed({"x": x, "labels": labels.astype(str), "few": labels}, y)
    assert of(found, "x").information.method == "ksg1"
    assert {of(found, n).information.method for n in ("labels", "few")} == {"ross"}
    assert of(found, "labels").bits == pytest.approx(of(found, "few").bits, abs=1e-9)
    assert of(found, "x").bits == pytest.approx(
        estimate.mutual_information(x, y, k=10, base=2).value, abs=0.05
    )


def test_a_copy_of_a_target_of_numbers_is_a_leak(random):
    y = random.normal(size=300)
    found = informed(
        {
            "copy": 3 * y + 1,
            "near": y + 0.03 * random.normal(size=300),
            "half": y + random.normal(size=300),
        },
        y,
    )
    assert {t.column for t in found.leaks} == {"copy", "near"}


def test_a_column_is_measured_where_it_has_values(random):
    x, y = normal(random, 600, 0.8)
    x[:200] = np.nan
    empty = np.where(np.arange(600) < 5, x, np.nan)
    empty[595:] = [1, 2, 3, 4, 5]
    found = informed({"x": x, "nearly_empty": empty}, y)
    assert of(found, "x").information.n == 400
    assert of(found, "x").correlation == pytest.approx(0.8, abs=0.1)
    told = of(found, "nearly_empty")
    assert told.information is None
    assert np.isnan([told.bits, told.correlation]).all()
    assert found.columns[-1] is told
    assert plain(found)["columns"][-1]["information"] is None


def test_an_even_spread_is_as_wide_as_it_is(random):
    found = informed({"x": random.normal(size=2000)}, random.uniform(10, 60, 2000))
    assert found.labels == 0
    assert found.effective == pytest.approx(50, rel=0.05)
    low, high = found.interval
    assert low < log2(50) < high + 0.05


def test_rounded_targets_have_a_density_and_heaped_ones_none(random):
    y = np.round(random.normal(0, 40, 1000))
    found = informed({"x": random.normal(size=1000)}, y)
    expected = log2(40 * np.sqrt(2 * np.pi * exp(1)))
    assert found.entropy.value == pytest.approx(expected, abs=0.15)
    heaped = np.where(random.random(1000) < 0.5, 0.0, y)
    found = informed({"x": random.normal(size=1000)}, heaped)
    assert found.entropy is None
    assert np.isnan([found.effective, *found.interval]).all()
    assert plain(found)["entropy"] is None


def test_of_many_rows_the_same_some_are_compared(random, monkeypatch):
    assert MOST_ROWS == 20_000
    monkeypatch.setattr(module, "MOST_ROWS", 700)
    x, y = normal(random, 3000, 0.7)
    found = informed({"x": x}, y)
    assert (found.rows, found.measured) == (3000, 700)
    assert of(found, "x").information.n == 700
    assert of(found, "x").correlation == pytest.approx(0.7, abs=0.1)
    assert plain(found) == plain(informed({"x": x}, y))
    counted = informed({"x": x}, (y > 0).astype(int))
    assert (counted.rows, counted.measured) == (3000, 3000)


def test_everything_is_ready_for_json(random):
    found = informed({"y": random.normal(size=ROWS) + Y, "y_": random.random(ROWS) < 0.5}, Y)
    data = json.loads(json.dumps(plain(found), allow_nan=False))
    assert data["unit"] == "bits"
    assert [c["column"] for c in data["columns"]] == ["y", "y_"]
    assert data["columns"][0]["beyond_chance"] is True
    assert data["entropy"]["plug_in"] <= data["entropy"]["value"]
    assert data["entropy"]["interval"] == list(found.interval)
    assert data["leaks"] == []


def test_a_few_rows_of_different_numbers_are_no_error():
    found = informed({"x": [0.5, 1.5, 2.5, 7.5]}, [0.1, 0.7, 0.2, 0.9])
    assert found.labels == 4
    assert found.informative == ()
