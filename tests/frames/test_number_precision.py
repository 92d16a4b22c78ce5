"""Numbers that double precision alone would merge or tear apart, on every engine."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lossary import estimate, frames, report

TENTHS = [0.1, 0.7, 0.3, None] * 200
DECIDED = [i // 20 % 2 for i in range(400)]
IDS = [20 * y + i % 20 for i, y in enumerate(DECIDED)]

ENGINES = {
    "polars": pl.from_arrow,
    "lazy": lambda table: pl.from_arrow(table).lazy(),
    "pandas": lambda table: table.to_pandas(),
    "nullable": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "pyarrow": lambda table: table,
    "duckdb": duckdb.from_arrow,
}
engines = pytest.mark.parametrize("engine", ENGINES)


# --- beyond double precision ----------------------------------------------------------------------


def table_of(start, others, dtype):
    values = [*others, *(start + i for i in IDS)]
    return pa.table(
        {
            "id": pa.array(values, dtype),
            "y": [2] * len(others) + DECIDED,
        }
    )


@engines
@pytest.mark.parametrize(
    ("start", "others", "dtype"),
    [
        (2**62, [], pa.int64()),
        (-(2**62), [], pa.int64()),
        (2**63, [], pa.uint64()),
        (2**53, [], pa.int64()),
        (2**62, [0] * 60, pa.int64()),
        (2**60, [-(2**63)] * 40 + [2**63 - 1] * 40, pa.int64()),
    ],
)
def test_large_whole_numbers_are_told_apart(engine, start, others, dtype):
    data = ENGINES[engine](table_of(start, others, dtype))
    found = report.measure(data, "y", bins=39)
    assert found.left_out == {}
    small = [*(-1 if v < start else 99 for v in others), *IDS]
    plain = report.measure(
        pl.DataFrame({"id": small, "y": [2] * len(others) + DECIDED}), "y", bins=39
    )
    assert found.gains[0].share == pytest.approx(plain.gains[0].share)
    assert found.gains[0].share > 0.95


@engines
@pytest.mark.parametrize("start", [2**54, 2**60, 2**62, -(2**61)])
def test_drift_of_large_whole_numbers_is_that_of_small_ones(engine, start):
    before, after = (
        ENGINES[engine](pa.table({"id": [start + shift + i % 100 for i in range(1000)]}))
        for shift in (0, 50)
    )
    small = [pl.DataFrame({"id": [s + i % 100 for i in range(1000)]}) for s in (0, 50)]
    found, plain = frames.drift(before, after)["id"], frames.drift(*small)["id"]
    assert found.share == pytest.approx(plain.share)
    assert found.current.tolist() == plain.current.tolist()
    assert found.labels[0] == f"≤ {start + 9}"


def test_drift_of_large_whole_numbers_that_an_accumulator_counted():
    counts = estimate.Accumulator()
    counts.update(pl.DataFrame({"id": [2**60 + i % 100 for i in range(1000)]}))
    moved = pl.DataFrame({"id": [2**60 + 50 + i % 100 for i in range(1000)]})
    assert frames.drift(counts, moved)["id"].share == pytest.approx(0.498, abs=0.001)
    assert frames.drift(moved, counts)["id"].labels[0] == f"< {2**60 + 50}"


# --- of fewer digits ------------------------------------------------------------------------------


@engines
@pytest.mark.parametrize("narrow", [pa.float32(), pa.float16()], ids=str)
@pytest.mark.parametrize("kinds", [None, {"x": "discrete"}])
def test_single_precision_beside_double_is_no_drift(engine, narrow, kinds):
    if narrow == pa.float16() and engine in {"duckdb", "nullable"}:
        engine = "pandas"
    values = np.array([np.nan if v is None else v for v in TENTHS])
    wide = ENGINES[engine](pa.table({"x": pa.array(TENTHS)}))
    held = values.astype(narrow.to_pandas_dtype())
    few = ENGINES[engine](pa.table({"x": pa.array(held, from_pandas=True)}))
    for before, after in ((wide, few), (few, wide)):
        found = frames.drift(before, after, kinds=kinds)["x"]
        assert found.grade == "none"
        assert found.observed["js"] == pytest.approx(0, abs=1e-12)
        assert found.notes[0].startswith("compared as float")
    if kinds is None:
        assert float(frames.divergence(wide, few)["x"].js) == pytest.approx(0, abs=0.01)


def test_what_single_precision_cannot_hold_stays_as_it_is():
    before = pl.DataFrame({"x": pl.Series([0.1, 0.7] * 50, dtype=pl.Float32)})
    after = pl.DataFrame({"x": [0.1, 1e300] * 50})
    assert frames.drift(before, after)["x"].current.tolist() == [50, 0, 50]
    assert frames.drift(after, before)["x"].reference.tolist()[0] == 50


def test_an_accumulator_of_single_precision_is_no_drift():
    narrow, wide = (
        pl.DataFrame({"x": pl.Series([0.1, 0.7, 0.3] * 200, dtype=kind)})
        for kind in (pl.Float32, pl.Float64)
    )
    counts = estimate.Accumulator()
    counts.update(narrow)
    for before, after in ((counts, wide), (wide, counts), (counts, narrow), (narrow, counts)):
        assert frames.drift(before, after)["x"].grade == "none"


# --- nothing on one side --------------------------------------------------------------------------


@engines
@pytest.mark.parametrize(
    "held", [[1, 2, None, 4], [0.5, None, 2.5, 7.0], [True, None, True, False]]
)
@pytest.mark.parametrize("dtype", [pa.null(), pa.string()], ids=str)
def test_a_column_of_nothing_is_compared_as_missing(engine, held, dtype):
    if dtype == pa.null() and engine == "nullable":
        engine = "pandas"
    full = ENGINES[engine](pa.table({"x": pa.array(held * 50)}))
    empty = ENGINES[engine](pa.table({"x": pa.array([None] * 100, dtype)}))
    for before, after, lost in ((full, empty, [0, 100]), (empty, full, [150, 50])):
        found = frames.drift(before, after)
        assert found.retyped == ()
        assert found["x"].grade == "large"
        assert dict(zip(found["x"].labels, found["x"].current.tolist(), strict=True)) == {
            "any value": lost[0],
            None: lost[1],
        }
        dropped = frames.drift(before, after, missing="drop")
        assert len(dropped) == 0
        assert "only missing values" in str(dropped.retyped[0])


def test_what_is_far_from_large_whole_numbers_is_shown_as_it_is():
    data = pl.DataFrame({"id": [0] * 300 + [2**62 + i % 100 for i in range(1000)]})
    assert frames.drift(data, data)["id"].labels[0] in {"0", "≤ 0"}
