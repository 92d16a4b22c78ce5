"""Formulas over the columns of data frames: Polars, and by Narwhals pandas, PyArrow and DuckDB."""

import math

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from lossary.formulas import catalogue
from lossary.interpreters.dataframe_expressions import add, expression, summarise
from lossary.validation import LossaryError
from support import truth
from support.columns import allowed, cases
from support.engines import ENGINES, listed
from support.points import targets
from support.words import GRID, TREES, WORDS, grown, loss_of, same

NAN, INF = math.nan, math.inf
LOSSES = [*catalogue.names("pointwise"), *catalogue.names("rowwise")]
MEASURES = [n for n in catalogue.names("measure") if catalogue.get(n).summed]
OF_COLUMNS = [n for n in catalogue.names() if catalogue.get(n).kind != "joint"]


def is_short(name: str) -> bool:
    record = catalogue.get(name)
    try:
        expression(record, next(cases(record, seed=10, n=1)).columns, library="narwhals")
    except LossaryError as error:
        return "use add(frame, …)" not in str(error)
    return True


SHORT = [n for n in OF_COLUMNS if is_short(n)]


def selected(frame, expr) -> list[float | None]:
    with np.errstate(all="ignore"):
        if isinstance(expr, pl.Expr):
            return listed(frame.select(x=expr), "x")
        return listed(nw.from_native(frame).select(x=expr).to_native(), "x")


@pytest.mark.parametrize("name", OF_COLUMNS)
def test_polars_computes_every_record(name):
    record = catalogue.get(name)
    for case in cases(record, seed=11):
        expr = expression(record, case.columns, **case.parameters)
        assert isinstance(expr, pl.Expr)
        error = case.worst(selected(pl.DataFrame(case.data), expr))
        assert error <= allowed(record), f"{error:.3g} eps with {case.parameters}"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", OF_COLUMNS)
def test_a_frame_of_any_engine_computes_every_record(name, engine):
    record = catalogue.get(name)
    for _, case in zip(range(2), cases(record, seed=12, n=6), strict=False):
        frame = ENGINES[engine](case.data)
        compute = summarise if name in MEASURES else add
        result = compute(frame, record, case.columns, name="x", **case.parameters)
        assert type(result) is type(frame)
        assert case.worst(listed(result, "x")) <= allowed(record)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SHORT)
def test_a_narwhals_expression_computes_what_is_short_enough(name, engine):
    record = catalogue.get(name)
    case = next(cases(record, seed=13))
    expr = expression(record, case.columns, library="narwhals")
    assert isinstance(expr, nw.Expr)
    assert case.worst(selected(ENGINES[engine](case.data), expr)) <= allowed(record)


def test_every_loss_of_a_score_is_short_enough():
    assert set(catalogue.names("pointwise")) <= set(SHORT)
    assert {"entropy", "cross_entropy", "jeffreys_divergence"} <= set(SHORT)


def test_a_narwhals_expression_that_would_be_endless_is_an_error():
    columns = {"y": "label", "z": ["a", "b", "c"]}
    with pytest.raises(LossaryError, match=r"expression of \d+ operations; 3000 are allowed"):
        expression(catalogue.get("kl"), columns, library="narwhals")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("word", WORDS)
def test_a_word_means_at_hard_places_what_it_means_in_numpy(word, engine):
    record = loss_of(WORDS[word])
    y, s = (a.ravel() for a in np.meshgrid(GRID, GRID))
    expected = truth.numpy_pointwise(record, y, s, {})
    got = listed(add(ENGINES[engine]({"y": y, "s": s}), record, {"y": "y", "s": "s"}), "loss")
    nothing = None if engine == "pandas" else NAN
    wanted = [nothing if math.isnan(x) else x for x in expected.tolist()]
    assert [p for *p, a, b in zip(y, s, got, wanted, strict=True) if not same(a, b)] == []


@given(TREES)
@settings(max_examples=60)
def test_any_arithmetic_is_numpys_to_the_last_bit(tree):
    record = loss_of(grown(tree))
    y, s = (a.ravel() for a in np.meshgrid(GRID, GRID))
    expected = truth.numpy_pointwise(record, y, s, {})
    got = selected(pl.DataFrame({"y": y, "s": s}), expression(record, {"y": "y", "s": "s"}))
    assert all(map(same, got, expected.tolist()))


@pytest.mark.parametrize("name", catalogue.names("pointwise"))
def test_infinities_and_zeros_are_as_in_numpy(name):
    record = catalogue.get(name)
    hard = [0.0, 1.0, 0.5]
    hard += [] if name == "binary_cross_entropy" else [INF, -INF, 1e300, -1e300, 5e-324, 40.0]
    s = np.repeat(hard, 4)
    y = targets(record, np.random.default_rng(14), len(s))
    expected = truth.numpy_pointwise(record, y, s, dict(record.defaults))
    got = selected(pl.DataFrame({"y": y, "s": s}), expression(record, {"y": "y", "s": "s"}))
    for a, b, point in zip(got, expected.tolist(), zip(y, s, strict=True), strict=True):
        assert same(a, b) or abs(a - b) <= 4e-16 * abs(b), point


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("given", [None, NAN])
def test_null_stays_null_and_nan_stays_nan(name, engine, given):
    record = catalogue.get(name)
    case = next(cases(record, seed=15, n=1))
    data = {c: [float(case.data[c][0])] * (len(case.taken) + 1) for c in case.taken}
    for i, column in enumerate(case.taken):
        data[column][i] = given
    *touched, untouched = listed(add(ENGINES[engine](data), record, case.columns), "loss")
    expected = None if engine == "pandas" else given
    assert all(same(value, expected) for value in touched)
    assert not same(untouched, expected)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_of_groups_is_that_of_each(name, engine):
    record = catalogue.get(name)
    columns = {n: n for n in "pq"[: record.arity]}
    data = {"p": [0.5, 0.5, 1.0], "q": [0.25, 0.75, 1.0], "g": ["a", "a", "b"]}
    groups = summarise(ENGINES[engine](data), record, columns, by=["g"], name="x")
    found = dict(nw.from_native(groups).lazy().collect("polars").select("g", "x").rows())
    for group, part in (("a", slice(2)), ("b", slice(2, 3))):
        frame = pl.DataFrame({n: data[n][part] for n in "pq"})
        (alone,) = selected(frame, expression(record, columns))
        assert found[group] == pytest.approx(alone, rel=1e-14, abs=1e-300)


@pytest.mark.parametrize("name", MEASURES)
def test_a_polars_measure_is_an_aggregate(name):
    record = catalogue.get(name)
    columns = {n: n for n in "pq"[: record.arity]}
    frame = pl.DataFrame({"p": [0.5, 0.5, 1.0], "q": [0.25, 0.75, 1.0], "g": ["a", "a", "b"]})
    groups = frame.group_by("g", maintain_order=True).agg(x=expression(record, columns))
    alone = [part.select(x=expression(record, columns))["x"][0] for part in (frame[:2], frame[2:])]
    assert groups["x"].to_list() == alone


def test_nothing_is_left_behind_and_nothing_overwritten():
    frame = pl.DataFrame({"_part0": [7.0], "y": [1.0], "s": [0.3]})
    record = catalogue.get("sigmoid_focal")
    result = add(frame, record, {"y": "y", "s": "s"}, name="focal")
    assert result.columns == ["_part0", "y", "s", "focal"]
    assert result["_part0"].to_list() == [7.0]
    summary = summarise(frame, catalogue.get("perplexity"), {"p": "y"}, by=["_part0"])
    assert summary.columns == ["_part0", "measure"]


@pytest.mark.parametrize("engine", ENGINES)
def test_results_are_float64(engine):
    frame = ENGINES[engine]({"y": [1, None], "s": [1, 2]})
    result = add(frame, catalogue.get("absolute_error"), {"y": "y", "s": "s"})
    assert nw.from_native(result).collect_schema()["loss"] == nw.Float64


def test_a_narwhals_frame_stays_one():
    frame = nw.from_native(pl.DataFrame({"y": [1.0], "s": [0.3]}))
    assert isinstance(add(frame, catalogue.get("logistic"), {"y": "y", "s": "s"}), nw.DataFrame)


def test_a_column_may_be_an_expression():
    frame = pl.DataFrame({"a": [1.0], "b": [4.0]})
    expr = expression(catalogue.get("squared_error"), {"y": pl.col("a") + 1, "s": "b"})
    assert selected(frame, expr) == [4.0]


@pytest.mark.parametrize("label", [-1.0, 3.0, 0.5])
@pytest.mark.parametrize("name", catalogue.names("rowwise"))
def test_an_index_that_is_no_class_is_nan(name, label):
    frame = pl.DataFrame({"label": [label], "a": [1.0], "b": [2.0], "c": [3.0]})
    columns = {"y": "label", "z": ["a", "b", "c"]}
    assert math.isnan(selected(frame, expression(catalogue.get(name), columns))[0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r, _: expression(r["hinge"], {"y": "y", "s": "s"}, library="dask"), "'dask'"),
        (lambda r, _: expression(r["mutual_information"], {"x": "x"}), "takes a joint table"),
        (lambda r, f: add(f, r["entropy"], {"p": "y"}), "one number of many rows: use summarise"),
        (lambda r, f: summarise(f, r["hinge"], {"y": "y", "s": "s"}), "not a measure of many: use"),
        (lambda r, f: add(f, r["hinge"], {"y": "y"}), "takes the columns y and s, got y"),
        (lambda r, f: add(f, r["huber"], {"y": "y", "s": "s"}, delta=0.0), r"delta must lie in"),
    ],
)
def test_what_makes_no_sense_is_an_error(call, message):
    records = {n: catalogue.get(n) for n in catalogue.names()}
    with pytest.raises(LossaryError, match=message):
        call(records, pl.DataFrame({"y": [1.0], "s": [0.5]}))
