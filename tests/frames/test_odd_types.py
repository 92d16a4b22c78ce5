"""Types that engines hold and few people think of: decimals as objects, moments out of range."""

from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lossary import LossaryError, frames
from lossary.frames.time_values import time_text


@pytest.mark.parametrize("others", [[], [None], [float("nan")], [3, 0.5], [pd.NA]])
def test_decimals_of_pandas_are_numbers(others):
    held = [Decimal(i) / 8 for i in range(100)]
    data = pd.DataFrame({"x": pd.Series([*held, *others], dtype=object)})
    plain = pl.DataFrame(
        {
            "x": [i / 8 for i in range(100)]
            + [o if isinstance(o, int | float) and not np.isnan(o) else None for o in others]
        },
        strict=False,
    )
    found = frames.drift(plain, data)
    assert found.retyped == ()
    assert found["x"].observed["js"] == pytest.approx(0, abs=1e-12)
    assert found["x"].column.kind == "number"


@pytest.mark.parametrize("values", [["a", Decimal(1)], [True, Decimal(1)], [Decimal(1), "a"]])
def test_decimals_among_labels_stay_what_they_are(values):
    data = pd.DataFrame({"x": pd.Series(values * 5, dtype=object)})
    assert data["x"].dtype == object
    assert frames.countable_types.converted(data) is data


@pytest.mark.parametrize("sort", ["datetime", "datetime in UTC", "date", "duration", "time"])
@pytest.mark.parametrize("seconds", [2.0**60, -(2.0**60), np.inf])
def test_what_no_calendar_holds_is_shown_in_seconds(sort, seconds):
    assert time_text(seconds, sort).endswith(" s")


def test_drift_of_moments_that_no_calendar_holds():
    early, late = (
        pa.table({"t": pa.array([2**60 + s + i * 512 for i in range(100)], pa.timestamp("s"))})
        for s in (0, 25600)
    )
    assert frames.drift(early, late)["t"].share > 0.3


def test_decimals_of_many_digits_are_numbers_or_named(tmp_path):
    table = pa.table({"x": pa.array([Decimal(i) / 8 for i in range(50)], pa.decimal256(60, 10))})
    plain = pa.table({"x": [i / 8 for i in range(50)]})
    assert frames.drift(plain, table)["x"].observed["js"] == pytest.approx(0, abs=1e-12)
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(LossaryError, match="column 'x' holds decimal numbers of 60 digits, and"):
        frames.entropy(frames.read(tmp_path / "a.parquet"))
