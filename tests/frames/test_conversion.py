"""Columns of every kind, in every function on frames: a result, or an error that names it."""

import datetime as dt
import warnings
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lossary import frames, report, study
from lossary.frames.countable_types import converted
from lossary.study.columns import classify_columns, tidy
from lossary.study.feature_encoding import Encoder
from lossary.study.information import information_of
from lossary.study.loading import load
from lossary.study.task import infer_task
from lossary.validation import LossaryError

ROWS = 40
I = np.arange(ROWS)
Y = ["a", "b"] * (ROWS // 2)
DAY, NOON = dt.date(2020, 1, 1), dt.datetime.fromisoformat("2020-01-01T12:00")
MONTHS = pd.period_range("2020-01", periods=ROWS, freq="M")
OLD = pd.period_range("0900-01", periods=ROWS, freq="M")


def encoded(frame):
    """What a study does with a frame before it trains."""
    table = load(frame, "y")
    features = table.frame.drop("y")
    columns = classify_columns(features)
    clean = tidy(features.select(columns.used))
    information_of(clean, columns, infer_task(table.frame["y"]))
    return columns, Encoder.fit(columns, clean).transform(clean)


FUNCTIONS = {
    "entropy": frames.entropy,
    "gain": lambda frame: frames.information_gain(frame, "y"),
    "matrix": frames.mutual_information_matrix,
    "drift": lambda frame: frames.drift(frame, frame),
    "divergence": lambda frame: frames.divergence(frame, frame),
    "measure": lambda frame: report.measure(frame, "y").to_dict(),
    "report of drift": lambda frame: report.drift(frame, frame).to_dict(),
    "study": encoded,
}


def of_objects(*values):
    return pd.Series(list(values) * (ROWS // len(values)), dtype=object)


def of_arrow(values, kind):
    return pd.array(values * (ROWS // len(values)), dtype=pd.ArrowDtype(kind))


PANDAS = {
    "cut": pd.cut(I % 7, 3),
    "intervals": pd.arrays.IntervalArray.from_breaks(np.arange(ROWS + 1) // 2),
    "periods": MONTHS,
    "periods out of range": OLD,
    "categories of periods": pd.Categorical(MONTHS),
    "categories of numbers": pd.Categorical(I % 3),
    "mixed categories": pd.Categorical([1, "a"] * 20),
    "mixed": of_objects(1, "a", None, 2.5),
    "flags and numbers": of_objects(True, 1, 2, False),
    "numbers and none": of_objects(1, None, 2, 3.5),
    "decimals": of_objects(Decimal("1.5"), None, 2, Decimal(3)),
    "bytes": of_objects(b"a", b"b"),
    "lists": of_objects([1], [2, 3]),
    "dicts": of_objects({"a": 1}, {"b": 2}),
    "sets": of_objects({1}, {2}),
    "arrays": of_objects(np.array([1, 2]), np.array([3])),
    "tuples": of_objects((1, 2), (2,)),
    "functions": of_objects(len, max),
    "surrogates": of_objects("\ud800", "b"),
    "days": of_objects(DAY, None, dt.date(2021, 1, 1), dt.date(2020, 1, 2)),
    "days and moments": of_objects(DAY, NOON),
    "zones and none": of_objects(NOON, NOON.replace(tzinfo=dt.UTC)),
    "times": of_objects(dt.time(1), dt.time(2)),
    "far years": of_objects(*map(dt.datetime.fromisoformat, ("9999-01-01", "0001-01-01"))),
    "large integers": of_objects(2**70, 2**71, None, 3),
    "nothing": of_objects(None, None),
    "no time": pd.Series([pd.NaT] * ROWS),
    "timedeltas": pd.to_timedelta(I % 5, unit="h"),
    "zoned": pd.date_range("2020", periods=ROWS, tz="Europe/Berlin"),
    "sparse": pd.arrays.SparseArray(I % 2),
    "sparse floats": pd.arrays.SparseArray((I % 2).astype(float)),
    "nullable integers": pd.array([1, None] * 20, dtype="Int64"),
    "nullable flags": pd.array([True, None] * 20, dtype="boolean"),
    "nullable text": pd.array(["u", None] * 20, dtype="string"),
    "arrow integers": of_arrow([1, None], pa.int64()),
    "arrow lists": of_arrow([[1], [2]], pa.list_(pa.int64())),
    "arrow dictionary": of_arrow(["a", "b"], pa.dictionary(pa.int32(), pa.string())),
    "arrow decimals": of_arrow([Decimal("1.5"), None], pa.decimal128(5, 2)),
    "complex": (I % 2) * 1j,
    "half": I.astype("float16"),
    "long doubles": I.astype("longdouble"),
    "unsigned": I.astype("uint64") + np.uint64(2**63),
    "infinite": [np.inf, -np.inf, 1.0, np.nan] * 10,
}
POLARS = {
    "lists": [[1], [2]] * 20,
    "structs": [{"a": 1}, {"a": 2}] * 20,
    "binary": [b"a", b"b"] * 20,
    "arrays": pl.Series([[1, 2]] * ROWS, dtype=pl.Array(pl.Int64, 2)),
    "objects": pl.Series([{1}, "a"] * 20, dtype=pl.Object),
    "nothing": [None] * ROWS,
    "decimals": pl.Series(["1.5", "2"] * 20).cast(pl.Decimal(10, 2)),
    "durations": [dt.timedelta(1), dt.timedelta(2)] * 20,
    "times": [dt.time(1), dt.time(2)] * 20,
    "enum": pl.Series(Y, dtype=pl.Enum(["b", "a"])),
    "wide integers": pl.Series(I, dtype=pl.Int128),
    "wider integers": pl.Series([i * 2**66 for i in range(ROWS)], dtype=pl.Int128),
}
ARROW = {
    "lists": pa.array([[1], [2]] * 20),
    "structs": pa.array([{"a": 1}, {"a": 2}] * 20),
    "maps": pa.array([[("a", 1)], [("b", 2)]] * 20, type=pa.map_(pa.string(), pa.int64())),
    "dictionary": pa.array(Y).dictionary_encode(),
    "dictionary of numbers": pa.array(I % 3).dictionary_encode(),
    "binary": pa.array([b"ab", b"cd"] * 20),
    "binary of one size": pa.array([b"ab", b"cd"] * 20, type=pa.binary(2)),
    "nothing": pa.nulls(ROWS),
    "durations": pa.array([1, 2] * 20, type=pa.duration("s")),
    "half": pa.array(I.astype("float16")),
    "intervals": pa.array([(1, 2, 3)] * ROWS, type=pa.month_day_nano_interval()),
    "views": pa.array(Y, type=pa.string_view()),
    "unions": pa.UnionArray.from_sparse(
        pa.array([0, 1] * 20, type=pa.int8()), [pa.array(I), pa.array(Y)]
    ),
    "runs": pa.RunEndEncodedArray.from_arrays(pa.array([20, ROWS], type=pa.int32()), ["a", "b"]),
}
DUCKDB = {
    "integers": "i",
    "huge integers": "i::hugeint",
    "lists": "[i]",
    "structs": "{'a': i}",
    "maps": "map {'a': i}",
    "blobs": "'a'::blob",
    "intervals": "to_days(i::int)",
    "enum": "y::enum('a', 'b')",
    "identifiers": "uuid()",
    "decimals": "(i / 2)::decimal(38, 10)",
    "times": "'01:00:00'::time",
}


def of_duckdb(expression):
    data = pa.table({"i": I, "y": Y})
    connection = duckdb.connect()
    connection.register("data", data)
    data = connection.table("data")
    return data.project(f"{expression} AS x, i % 3 + 0.5 AS z, y")


def frame_of(engine, kind):
    if engine == "duckdb":
        return of_duckdb(DUCKDB[kind])
    held = {"pandas": PANDAS, "arrow": ARROW}.get(engine, POLARS)[kind]
    columns = {"x": held, "z": I % 3 + 0.5, "y": Y}
    if engine == "pandas":
        return pd.DataFrame(columns)
    if engine == "arrow":
        return pa.table(columns)
    return pl.DataFrame(columns).lazy() if engine == "lazy polars" else pl.DataFrame(columns)


EVERY = [
    (engine, kind)
    for engine, kinds in {
        "pandas": PANDAS,
        "polars": POLARS,
        "lazy polars": [k for k in POLARS if k != "objects"],
        "arrow": ARROW,
        "duckdb": DUCKDB,
    }.items()
    for kind in kinds
]


def outcome(function, frame):
    """What a function gives, None where it refuses in one line."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return FUNCTIONS[function](frame)
        except LossaryError as error:
            refusal = str(error)
    assert "\n" not in refusal
    assert "column 'x'" in refusal
    return None


@pytest.mark.parametrize(("engine", "kind"), EVERY)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_column_is_read_or_named(function, engine, kind):
    outcome(function, frame_of(engine, kind))


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "kind",
    ["cut", "intervals", "periods", "categories of periods", "sparse", "long doubles", "decimals",
     "numbers and none", "timedeltas", "zoned", "nullable integers", "arrow dictionary", "lists"],
)  # fmt: skip
def test_what_can_be_read_is_read(function, kind):
    assert outcome(function, frame_of("pandas", kind)) is not None


def test_intervals_are_labels_in_their_order():
    for values in (pd.cut(I % 24, 12), pd.arrays.IntervalArray.from_breaks(np.arange(ROWS + 1))):
        words = converted(pd.DataFrame({"x": values}))["x"].cat
        expected = [str(v) for v in sorted(set(values))]
        assert (list(words.categories), words.ordered) == (expected, True)


def test_periods_are_instants_where_there_are_such():
    found = converted(pd.DataFrame({"x": MONTHS, "c": pd.Categorical(MONTHS)}))
    for name in ("x", "c"):
        assert found[name].tolist() == MONTHS.to_timestamp().tolist()


def test_what_needs_no_conversion_is_not_copied():
    frame = pd.DataFrame({"x": I, "y": Y})
    assert converted(frame) is frame
    lazy = pl.LazyFrame({"x": I})
    assert converted(lazy) is lazy
    changed = pd.DataFrame({"x": MONTHS, "y": Y})
    assert converted(changed) is not changed
    assert changed["x"].dtype == "period[M]"


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame([[1, 2, "a"]] * 9, columns=["x", "x", "y"]), "got several columns named 'x'"),
        (pd.DataFrame([[1, 2, "a"]] * 9, columns=[1, "1", "y"]), "got several columns named '1'"),
        (pa.table([I, I, Y], names=["x", "x", "y"]), "got several columns named 'x'"),
        (
            pd.DataFrame([[1, 2]] * 9, columns=pd.MultiIndex.from_tuples([("a", "x"), ("b", "y")])),
            "got 2 levels such as ('a', 'x'): join them, frame.columns = ['_'.join(",
        ),
        (np.zeros((5, 2)), "got a numpy ndarray"),
        ({"x": [1], "y": [2]}, "got a builtins dict"),
        (pd.Series([1, 2], name="y"), "got a pandas Series"),
        (None, "got a builtins NoneType"),
        (pd.DataFrame(), "has no"),
        (pd.DataFrame({"x": I, "y": Y})[:0], "has no rows"),
        (pl.DataFrame({"x": I, "y": Y})[:0], "has no rows"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_said_in_one_line(function, frame, words):
    with pytest.raises(LossaryError) as error:
        FUNCTIONS[function](frame)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_levels_of_an_index_and_batches_are_read(function):
    frame = pd.DataFrame({"x": I % 4, "z": I % 3 + 0.5, "y": Y})
    assert outcome(function, frame.set_index([I % 2, I])) is not None
    assert outcome(function, pa.Table.from_pandas(frame).to_batches()[0]) is not None


@pytest.mark.usefixtures("without_claims")
def test_names_that_are_no_text_are_read_by_a_study():
    frame = pd.DataFrame({0: I % 4, None: I % 3 + 0.5, "y": Y})
    with pytest.raises(LossaryError, match="column names must be text, got 0"):
        frames.entropy(frame)
    found = study.run(frame, "y", folds=2, seeds=1, steps=1, losses=["sigmoid_cross_entropy"])
    assert len(found.config.columns.used) == 2


@pytest.mark.parametrize("kind", ["cut", "periods", "mixed", "lists", "sparse", "complex"])
@pytest.mark.usefixtures("without_claims")
def test_a_whole_study_is_run_or_says_why(kind):
    try:
        found = study.run(
            frame_of("pandas", kind), "y", folds=2, seeds=1, steps=1, losses=["hinge"]
        )
    except LossaryError as error:
        refusal = str(error)
    else:
        refusal = ""
        assert found.to_dict()["settings"]["steps"] == 1
    assert ("column 'x'" in refusal) == (kind in {"mixed", "complex"})


def test_what_a_study_cannot_read_is_named():
    for kind, words in {
        "mixed": "column 'x' must hold values of one type, got int (1) and str ('a'): convert",
        "complex": "column 'x' is of type complex128, which cannot be read as numbers,",
    }.items():
        with pytest.raises(LossaryError) as error:
            FUNCTIONS["study"](frame_of("pandas", kind))
        assert words in str(error.value)


# --- nested columns -----------------------------------------------------------------------------

NESTED = [
    *(("polars", kind) for kind in ("lists", "structs", "binary", "arrays", "objects")),
    *(("pandas", kind) for kind in ("lists", "dicts", "sets", "arrays", "arrow lists")),
    *(("arrow", kind) for kind in ("lists", "structs", "maps", "binary")),
    *(("duckdb", kind) for kind in ("lists", "structs", "maps", "blobs")),
    ("lazy polars", "lists"),
]


@pytest.mark.parametrize(("engine", "kind"), NESTED)
def test_nested_columns_are_left_out_and_said(engine, kind):
    frame = frame_of(engine, kind)
    assert set(frames.entropy(frame)) == {"z", "y"}
    assert any("left out" in n and "x (" in n for n in frames.entropy(frame)["y"].notes)
    gains = frames.information_gain(frame, "y")
    assert [g.column.name for g in gains] == ["z"]
    for notes in (gains.notes, frames.mutual_information_matrix(frame).notes):
        assert any(
            n.startswith("left out, because nested values cannot be labels: x (") for n in notes
        )
    drift = frames.drift(frame, frame)
    assert {c.column.name for c in drift} == {"z", "y"}
    assert "whose values cannot be labels" in drift.left_out["x"]
    assert "left out: x, of " in str(drift)
    measured = report.measure(frame, "y")
    assert "whose values cannot be labels" in measured.left_out["x"]
    told = {c["name"]: c["left_out"] for c in measured.to_dict()["columns"]}
    assert told["x"] == measured.left_out["x"]
    assert "x" in report.drift(frame, frame).to_dict()["left_out"]


@pytest.mark.parametrize(
    "function",
    [
        lambda frame: frames.entropy(frame, ["x"]),
        lambda frame: frames.information_gain(frame, "x"),
        lambda frame: frames.information_gain(frame, "y", ["x"]),
        lambda frame: frames.drift(frame, frame, ["x"]),
        lambda frame: frames.entropy(frame, kinds={"x": "discrete"}),
        lambda frame: report.measure(frame, "x"),
        lambda frame: report.measure(frame, "y", columns=["x"]),
    ],
    ids=["entropy", "target", "gain", "drift", "kinds", "label", "measure"],
)
def test_a_nested_column_that_is_asked_for_is_an_error(function):
    words = r"column 'x' is of type List\(Int64\), whose values cannot be labels: leave it out"
    with pytest.raises(LossaryError, match=words):
        function(frame_of("polars", "lists"))


def test_a_frame_of_nested_columns_alone_is_an_error():
    frame = frame_of("polars", "lists").select("x")
    with pytest.raises(
        LossaryError, match=r"no column of labels or numbers: column 'x' is of type List"
    ):
        frames.entropy(frame)
    with pytest.raises(LossaryError, match="no column is left to measure: 1 nested"):
        report.measure(frame)


def test_a_column_nested_on_one_side_is_retyped():
    nested, flat = frame_of("polars", "lists"), pl.DataFrame({"x": Y, "z": I % 3 + 0.5, "y": Y})
    for pair, kinds in (((nested, flat), ("nested", "text")), ((flat, nested), ("text", "nested"))):
        found = report.drift(*pair)
        assert [(r.before, r.after) for r in found.drift.retyped] == [kinds]
        assert found.failed
