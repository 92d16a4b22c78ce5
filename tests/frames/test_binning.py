import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossary import frames
from lossary.checks import LossaryError
from lossary.frames import binning
from lossary.frames.binning import Bins, bins_of
from lossary.frames.engines import opened


def by_definition(values, bins):
    """The edges as the module's docstring has them."""
    ordered = sorted(v for v in values if v is not None and not np.isnan(v))
    if len(set(ordered)) <= bins:
        return sorted(set(ordered))[:-1]
    return sorted({ordered[int(np.ceil(j * len(ordered) / bins)) - 1] for j in range(1, bins)})


def edges(frame, bins, rows):
    return bins_of(opened(frame), ["x"], bins, rows)["x"].edges.tolist()


NUMBERS = st.lists(st.none() | st.floats(width=32) | st.sampled_from([0.5, 1.5]), min_size=1)


@given(NUMBERS, st.integers(2, 20))
def test_edges_are_those_of_the_definition(values, bins):
    frame = pl.DataFrame({"x": pl.Series(values, dtype=pl.Float64)})
    assert edges(frame, bins, len(values)) == by_definition(values, bins)


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
    assert edges(pl.LazyFrame({"x": values}), 16, len(values)) == expected
    assert edges(relation, 16, len(values)) == expected


def test_a_bin_is_closed_above():
    bins = Bins(np.array([0.0, 1.0]))
    values = np.array([-1.0, 0.0, 0.5, 1.0, 1.5, np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(bins.codes(values), [0, 0, 1, 1, 2, 2, 0, np.nan])
    frame = pl.DataFrame({"x": values}).lazy()
    codes = opened(frame).frame.select(bins.expression("x").alias("k")).collect()["k"].to_list()
    assert codes == [0, 0, 1, 1, 2, 2, 0, None]
    assert bins.labels() == ["≤ 0", "(0, 1]", "> 1"]
    assert Bins(np.array([])).labels() == ["any value"]


@pytest.mark.parametrize("bins", [1, 2.5, True])
def test_a_number_of_bins_that_is_none(bins):
    with pytest.raises(LossaryError, match="bins must be a whole number from 2"):
        frames.entropy(pl.DataFrame({"x": [0.5, 1.5]}), bins=bins)


def test_the_number_of_bins_is_honoured():
    frame = pl.DataFrame({"x": RNG.normal(size=1000)})
    for bins in (2, 10, 33):
        found = frames.entropy(frame, method="plug_in", bins=bins)["x"]
        assert found.value == pytest.approx(np.log(bins), abs=1e-3)
        assert f"taken as: x continuous, in {bins} quantile bins" in found.notes
