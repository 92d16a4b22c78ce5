from collections import Counter

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossary import frames
from lossary.frames import binning
from lossary.frames.binning import Bins, bins_of, bins_of_counts
from lossary.frames.engines import as_source
from lossary.validation import LossaryError


def by_definition(values, bins):
    """The starts and edges as the module's docstring has them, and how many bins are filled."""
    ordered = sorted(v for v in values if v is not None and not np.isnan(v))
    rows = Counter(ordered)
    few = len(rows) <= bins
    share = 2 if few else max(2, len(ordered) / bins)
    alone = {v for v, n in rows.items() if n >= share}
    ranks = [int(np.ceil(j * len(ordered) / bins)) - 1 for j in range(1, bins + 1)]
    inner = set(rows if few else (ordered[r] for r in ranks)) - set(ordered[-1:])
    starts, edges = sorted(alone), sorted(inner | alone)
    places = {sum(v > e for e in edges) + sum(v >= s for s in starts) for v in rows}
    return starts, edges, max(len(places), 1)


def found(frame, bins, rows):
    bins = bins_of(as_source(frame), ["x"], bins, rows)["x"]
    return bins.starts.tolist(), bins.edges.tolist(), bins.filled


NUMBERS = st.lists(
    st.none() | st.floats(width=32) | st.sampled_from([0.5, 1.5, -0.0, np.inf, -np.inf]), min_size=1
)


@given(NUMBERS, st.integers(2, 20))
def test_bins_are_those_of_the_definition(values, bins):
    frame = pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)})
    expected = by_definition(values, bins)
    assert found(frame, bins, len(values)) == expected
    numbers, counts = np.unique(
        frame["x"].fill_nan(None).drop_nulls().to_numpy() + 0.0, return_counts=True
    )
    same = bins_of_counts(numbers, counts, bins)
    assert (same.starts.tolist(), same.edges.tolist(), same.filled) == expected


RNG = np.random.default_rng(0)
COLUMNS = {
    "normal": RNG.normal(size=3000),
    "skewed": np.exp(20 * RNG.normal(size=3000)),
    "one far out": np.append(RNG.normal(size=2999), 1e300),
    "too wide for a difference": RNG.choice([-1.0, 1.0], 3000) * 1.7e308 * RNG.random(3000),
    "ties": np.where(RNG.random(3000) < 0.6, 0.25, RNG.normal(size=3000)),
    "infinite": np.where(
        RNG.random(3000) < 0.2, RNG.choice([-np.inf, np.inf], 3000), RNG.random(3000)
    ),
    "mostly infinite": np.append(RNG.random(40), np.full(2960, np.inf)),
    "missing": np.where(RNG.random(3000) < 0.3, np.nan, RNG.random(3000)),
    "few": RNG.integers(0, 9, 3000) / 2,
    "fills the top": np.where(RNG.random(3000) < 0.95, 100.0, 100 * RNG.random(3000)),
    "fills the bottom": np.where(RNG.random(3000) < 0.3, 0.0, RNG.random(3000)),
    "whole": RNG.poisson(20, 3000).astype(float),
    "two zeros": np.where(RNG.random(3000) < 0.3, RNG.choice([0.0, -0.0]), RNG.normal(size=3000)),
    "constant": np.full(3000, 2.5),
    "nothing": np.full(3000, np.nan),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("at_once", [50, 1000, 10_000])
def test_an_engine_narrows_edges_down_exactly(name, at_once, monkeypatch):
    monkeypatch.setattr(binning, "_AT_ONCE", at_once)
    monkeypatch.setattr(binning, "_CELLS", 64)
    values = COLUMNS[name]
    expected = by_definition(values, 16)
    relation = duckdb.connect().from_arrow(pa.table({"x": values}))
    assert found(pl.LazyFrame({"x": values}), 16, len(values)) == expected
    assert found(relation, 16, len(values)) == expected


def test_a_bin_is_closed_above():
    bins = Bins(np.array([0.0, 1.0]))
    values = np.array([-1.0, 0.0, 0.5, 1.0, 1.5, np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(bins.codes(values), [0, 0, 1, 1, 2, 2, 0, np.nan])
    frame = pl.DataFrame({"x": values}).lazy()
    codes = as_source(frame).frame.select(bins.expression("x").alias("k")).collect()["k"].to_list()
    assert codes == [0, 0, 1, 1, 2, 2, 0, None]
    assert bins.labels() == ["≤ 0", "(0, 1]", "> 1"]
    assert Bins(np.array([])).labels() == ["any value"]


@pytest.mark.parametrize(
    ("values", "bins", "words"),
    [
        ([0.0, 1.0] * 5, 10, ["< 0", "0", "(0, 1)", "1", "> 1"]),
        ([0.5] * 9, 10, ["< 0.5", "0.5", "> 0.5"]),
        (
            [*range(20), *[30.0] * 80],
            4,
            ["< 30", "30", "> 30"],
        ),
        ([1.0, 2.0, 3.0], 10, ["≤ 1", "(1, 2]", "> 2"]),
        (
            [1e6 + i / 10 for i in range(6)],
            3,
            ["≤ 1000000.1", "(1000000.1, 1000000.3]", "> 1000000.3"],
        ),
    ],
)
def test_a_bin_of_one_value_is_shown_as_that_value(values, bins, words):
    frame = pl.DataFrame({"x": np.asarray(values, dtype=float)})
    made = bins_of(as_source(frame), ["x"], bins, len(values))["x"]
    assert made.labels() == words


def test_a_value_of_its_own_shares_its_bin_with_no_number_near_it():
    made = Bins(np.array([0.0, 1.0]), np.array([1.0]))
    near = np.array([np.nextafter(1, 0), 1.0, np.nextafter(1, 2), 0.0, -0.0, 5e-324, -np.inf])
    assert made.codes(near).tolist() == [1, 2, 3, 0, 0, 1, 0]
    frame = pl.LazyFrame({"x": near})
    relation = duckdb.connect().from_arrow(pa.table({"x": near}))
    for rows in (frame, relation):
        codes = as_source(rows).frame.select(made.expression("x").alias("k")).collect()["k"]
        assert codes.to_list() == [1, 2, 3, 0, 0, 1, 0]


def test_what_lies_outside_has_bins_that_can_be_joined_again():
    made = Bins(np.array([1.0]), low=0.0, high=3.0)
    wide = made.with_outer_bins()
    assert wide.labels() == ["< 0", "[0, 1]", "(1, 3]", "> 3"]
    assert wide.merge_outer(first=True, last=True).labels() == made.labels() == ["≤ 1", "> 1"]
    assert Bins(np.array([])).with_outer_bins().labels() == ["any value"]


DECIDING = {
    "at the top": [100.0] * 950 + [float(i) for i in range(50)],
    "at the bottom": [-1.0] * 300 + [i / 7 for i in range(700)],
    "in the middle": [0.0] * 80 + [(-1.0) ** i * i for i in range(1, 921)],
    "whole, of many values": [100] * 950 + list(range(50)),
    "infinite": [np.inf] * 100 + [i / 9 for i in range(900)],
    "two values": [0.5] * 700 + [1.5] * 300,
}


@pytest.mark.parametrize("values", DECIDING.values(), ids=DECIDING)
@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame], ids=["memory", "engine"])
def test_a_value_that_decides_a_label_tells_all_about_it(values, make):
    top = max(set(values), key=values.count)
    frame = make({"x": values, "y": [v == top for v in values]})
    how = {"kinds": {"x": "continuous"}, "method": "plug_in"}
    known = frames.entropy(frame, "y", method="plug_in")["y"].value
    assert frames.mutual_information(frame, "x", "y", **how).value == pytest.approx(known)


@pytest.mark.parametrize("bins", [1, 2.5, True])
def test_a_number_of_bins_that_is_none(bins):
    with pytest.raises(LossaryError, match="bins must be a whole number of at least 2"):
        frames.entropy(pl.DataFrame({"x": [0.5, 1.5]}), bins=bins)


def test_the_number_of_bins_is_honoured():
    frame = pl.DataFrame({"x": RNG.normal(size=1000)})
    for bins in (2, 10, 33):
        found = frames.entropy(frame, method="plug_in", bins=bins)["x"]
        assert found.value == pytest.approx(np.log(bins), abs=1e-3)
        assert f"taken as: x continuous, in {bins} quantile bins" in found.notes
