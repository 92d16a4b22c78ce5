"""Dates, moments, durations and times of day are numbers, the same ones on every engine."""

import datetime as dt
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lossary import LossaryError, estimate, frames, report
from lossary.frames.time_values import quantity_of, time_text
from support.tables import IN_PROCESS, on_dask, plain

ROWS = 1200
START = dt.datetime(1968, 7, 5, 3, 4, 5, 678901)  # noqa: DTZ001
NAMES = ["day", "at", "utc", "fine", "took", "clock"]


def table(rows: int = ROWS, seed: int = 0, shift: int = 0) -> pa.Table:
    """A column of each sort, with holes, that tells more or less about a label."""
    random = np.random.default_rng(seed)
    base = random.integers(0, 3 * 365 * 86_400, rows) + shift
    micro = random.integers(0, 10**6, rows)
    gone = random.random(rows) < 0.05

    def holed(values, kind):
        return pa.array([None if g else v for g, v in zip(gone, values, strict=True)], kind)

    both = zip(base.tolist(), micro.tolist(), strict=True)
    spans = [dt.timedelta(seconds=s, microseconds=u) for s, u in both]
    moments = [START + span for span in spans]
    whole = [s % dt.timedelta(days=1) for s in spans]
    return pa.table(
        {
            "cat": pa.array(np.array(list("abc"))[base * 3 // (base.max() + 1)].tolist()),
            "day": holed([m.date() for m in moments], pa.date32()),
            "at": holed(moments, pa.timestamp("us")),
            "utc": holed(moments, pa.timestamp("us", "UTC")),
            "fine": holed(moments, pa.timestamp("ns")),
            "took": holed([s - dt.timedelta(days=400) for s in spans], pa.duration("us")),
            "clock": holed([(START + s).time() for s in whole], pa.time64("us")),
        }
    )


def seconds(value):
    """The same as a number, by Python's own dates."""
    if value is None:
        return None
    if isinstance(value, dt.time):
        value = dt.datetime.combine(dt.date(1970, 1, 1), value)
    if isinstance(value, dt.datetime):
        value = value.replace(tzinfo=None) - dt.datetime(1970, 1, 1)  # noqa: DTZ001
    elif isinstance(value, dt.date):
        value -= dt.date(1970, 1, 1)
    return value / dt.timedelta(microseconds=1) / 1e6


def in_numbers(rows: pa.Table, names=NAMES) -> pl.DataFrame:
    frame = pl.from_arrow(rows)
    return frame.with_columns(pl.Series(n, [seconds(v) for v in frame[n]]) for n in names)


def counted(reference, current, names=NAMES):
    found = frames.drift(reference, current, names)
    return {c.column.name: (c.reference.tolist(), c.current.tolist()) for c in found}


def numbers(frame, names=NAMES):
    gains = frames.information_gain(frame, "cat", names)
    dropped = frames.information_gain(frame, "cat", names, missing="drop")
    return {g.column.name: [g.information.value] for g in gains} | {
        f"{g.column.name}, dropped": [g.information.value] for g in dropped
    }


TABLE, LATER = table(), table(700, 1, 90 * 86_400)
EXPECTED = numbers(in_numbers(TABLE))
MOVED = counted(in_numbers(LATER), in_numbers(TABLE))


def same(frame, names=NAMES):
    for name, values in numbers(frame, names).items():
        assert values == pytest.approx(EXPECTED[name], abs=1e-12), name
    assert counted(LATER, frame, names) == {n: MOVED[n] for n in names}


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_the_numbers_are_the_same_on_every_engine(engine, tmp_path):
    # Intervals of a file of DuckDB are read as seconds.
    names = [n for n in NAMES if (engine, n) != ("duckdb_file", "took")]
    same(IN_PROCESS[engine](TABLE, tmp_path), names)


@pytest.mark.usefixtures("cluster")
def test_the_numbers_are_the_same_on_dask():
    same(on_dask(TABLE.drop_columns("clock")), NAMES[:-1])


@pytest.mark.spark
def test_the_numbers_are_the_same_on_spark(spark):
    names = ["day", "at", "utc"]
    same(spark.createDataFrame(plain(TABLE.select(["cat", *names]))), names)
    same(spark.createDataFrame(TABLE.select(["cat", "at"])).selectExpr(
        "cat", "CAST(at AS TIMESTAMP_NTZ) AS at"), ["at"])  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [
        pa.Table.to_pandas,
        partial(pa.Table.to_pandas, types_mapper=pd.ArrowDtype),
        lambda rows: rows.to_pandas().set_index(np.arange(ROWS) * 3 + 5),
    ],
    ids=["objects", "arrow", "an index"],
)
def test_pandas_keeps_dates_in_many_ways(make):
    same(make(TABLE))


def test_an_accumulator_has_the_same_bins():
    kept = estimate.Accumulator(pairs=None, missing="category")
    for start in (0, 500):
        kept.update(LATER.slice(start, 500))
    assert counted(kept, TABLE) == MOVED
    current = estimate.Accumulator(pairs=None, missing="category")
    current.update(TABLE)
    assert counted(LATER, current) == MOVED
    found, expected = frames.drift(kept, current), frames.drift(LATER, TABLE)
    for name in NAMES:
        # An accumulator keeps what is in UTC, and not that it was.
        told = [label and label.replace("Z", "") for label in expected[name].labels]
        assert list(found[name].labels) == told


def test_dates_are_labels_where_it_is_said():
    frame = pl.DataFrame({"day": [dt.date(2024, 1, 1), dt.date(2024, 1, 2)] * 9})
    found = frames.entropy(frame, kinds={"day": "discrete"}, method="plug_in")["day"]
    binned = frames.entropy(frame, method="plug_in")["day"]
    assert "taken as: day discrete" in found.notes
    assert "taken as: day continuous, in 2 quantile bins" in binned.notes
    assert found.value == binned.value == pytest.approx(np.log(2))
    drift = frames.drift(frame, frame, kinds={"day": "discrete"})["day"]
    assert drift.labels == (dt.date(2024, 1, 1), dt.date(2024, 1, 2))


@pytest.mark.parametrize("name", NAMES)
def test_what_decides_a_label_tells_about_it(name):
    frame = pl.from_arrow(TABLE)
    rows = frame.filter(pl.col(name).is_not_null())
    rows = rows.with_columns(y=pl.col(name) > rows[name].sort()[-(-len(rows) // 2) - 1])
    found = report.measure(rows.select(name, "y"), "y")
    assert [g.column.name for g in found.informative] == [name]
    assert found.informative[0].share > 0.99


@pytest.mark.parametrize(
    ("seconds", "sort", "words"),
    [
        (0, "date", "1970-01-01"),
        (86_400 * 19_723, "datetime", "2024-01-01"),
        (86_400 * 19_723 + 60, "datetime", "2024-01-01T00:01"),
        (-0.000001, "datetime in UTC", "1969-12-31T23:59:59.999999Z"),
        (3661.5, "time", "01:01:01.500000"),
        (90_000, "duration", "1 day, 1:00:00"),
        (-0.25, "duration", "-0:00:00.250000"),
    ],
)
def test_bins_are_shown_in_words(seconds, sort, words):
    assert time_text(seconds, sort) == words


@pytest.mark.parametrize(
    ("dtype", "sort"),
    [
        ("Date", "date"),
        ("date", "date"),
        ("Datetime(time_unit='us', time_zone=None)", "datetime"),
        ("Datetime(time_unit='ns', time_zone='Europe/Oslo')", "datetime in UTC"),
        ("Timestamp", "datetime"),
        ("Duration(time_unit='us')", "duration"),
        ("timedelta64", "duration"),
        ("Time", "time"),
        ("Float64", ""),
    ],
)
def test_types_say_what_they_hold(dtype, sort):
    assert quantity_of(dtype) == sort


# --- dates against moments, and zones -------------------------------------------------------------

DAYS = pl.DataFrame({"at": [dt.date(2024, 1, 1) + dt.timedelta(i % 300) for i in range(900)]})
FEW = pl.DataFrame({"at": [dt.date(2024, 1, 1), dt.date(2024, 1, 2)] * 50})
MOMENT = pl.col("at").cast(pl.Datetime("us"))
LATE = MOMENT + pl.duration(hours=13, minutes=45)
ZONED = MOMENT.dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Tokyo")
BY_DAY = "dates in {}, datetimes on the other side: compared by day{}"
AS_UTC = "without a time zone in {}, with one on the other side: taken as UTC"
REFERENCE, CURRENT = "the reference", "the current rows"


@pytest.mark.parametrize("rows", [DAYS, FEW], ids=["many", "few"])
@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (pl.col("at"), MOMENT, BY_DAY.format(REFERENCE, "")),
        (MOMENT, pl.col("at"), BY_DAY.format(CURRENT, "")),
        (pl.col("at"), LATE, BY_DAY.format(REFERENCE, "")),
        (LATE, pl.col("at"), BY_DAY.format(CURRENT, "")),
        (pl.col("at"), ZONED, BY_DAY.format(REFERENCE, " in UTC")),
        (MOMENT, ZONED, AS_UTC.format(REFERENCE)),
        (ZONED, MOMENT, AS_UTC.format(CURRENT)),
    ],
)
@pytest.mark.parametrize("kept", [False, True], ids=["frame", "accumulator"])
def test_dates_and_moments_are_compared_and_it_is_said(rows, before, after, note, kept):
    reference = rows.select(before)
    if kept:
        kept_in = estimate.Accumulator(pairs=None)
        # Labels of Polars are in UTC and lose their zone.
        kept_in.update(reference.to_pandas() if before is ZONED else reference)
        reference = kept_in
    found = frames.drift(reference, rows.select(after))
    assert found.retyped == ()
    assert found["at"].notes[0] == note
    assert found["at"].reference.tolist() == found["at"].current.tolist()
    assert found["at"].grade == "none"


def test_what_is_no_point_in_time_is_not_compared_with_one():
    span = FEW.with_columns(at=pl.duration(days=1))
    assert [str(r) for r in frames.drift(FEW, span).retyped] == ["at: date → duration"]
    with pytest.raises(
        LossaryError,
        match=r"column 'at' must have one type in both frames, got date .*: convert one of them",
    ):
        frames.divergence(FEW, span)
    labels = frames.drift(FEW, FEW.select(MOMENT), kinds={"at": "discrete"})
    assert [str(r) for r in labels.retyped] == ["at: date → datetime"]


def test_objects_of_two_types_are_named():
    frame = pd.DataFrame({"at": [dt.date(2024, 1, 1), dt.time(4)] * 10})
    with pytest.raises(LossaryError, match="column 'at' must hold dates, datetimes, durations or"):
        frames.entropy(frame)
