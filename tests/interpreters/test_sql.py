"""SQL, executed: every record on DuckDB, against its definition and, at hard places, NumPy."""

import itertools
import math

import numpy as np
import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given, settings
from mpmath import mp

from lossary.formulas import catalogue
from lossary.formulas.record import REAL
from lossary.interpreters.sql import Raw, sql
from lossary.validation import LossaryError
from support import truth
from support.columns import allowed, cases
from support.engines import query
from support.points import targets
from support.words import GRID, TREES, WORDS, grown, loss_of, same

OF_COLUMNS = [n for n in catalogue.names() if catalogue.get(n).kind != "joint"]
ROWS = catalogue.names("rowwise")
MEASURES = [n for n in catalogue.names("measure") if catalogue.get(n).summed]
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize("name", OF_COLUMNS)
def test_duckdb_computes_every_record(name):
    record = catalogue.get(name)
    for case in cases(record, seed=1):
        got = query(sql(record, case.columns, **case.parameters), case.data)
        error = case.worst(got)
        assert error <= allowed(record), f"{error:.3g} eps with {case.parameters}"


@pytest.mark.parametrize("name", catalogue.names("pointwise"))
def test_infinities_and_zeros_are_as_in_numpy(name):
    record = catalogue.get(name)
    inside = record.score == REAL
    hard = [0.0, 1.0, 0.5] + ([-0.0, INF, -INF, 1e300, -1e300, 5e-324, 40.0] if inside else [])
    rng = np.random.default_rng(2)
    s = np.repeat(hard, 4)
    y = targets(record, rng, len(s))
    expected = truth.numpy_pointwise(record, y, s, dict(record.defaults))
    got = query(sql(record, {"y": "y", "s": "s"}), {"y": y, "s": s})
    for a, b, point in zip(got, expected.tolist(), zip(y, s, strict=True), strict=True):
        assert same(a, b) or abs(a - b) <= 4e-16 * abs(b), point


@pytest.mark.parametrize("index", [False, True])
@pytest.mark.parametrize("name", ROWS)
def test_masked_tied_and_infinite_logits_are_as_on_arrays(name, index):
    record = catalogue.get(name)
    z = np.array(
        [
            [0, 0, 0],
            [5, 5, -1],
            [-INF, 0, 1],
            [-INF, -INF, 2],
            [INF, 0, 1],
            [INF, INF, 0],
            [-INF, -INF, -INF],
            [1e300, -1e300, 0],
            [800, -800, 0],
        ]
    )
    t = np.eye(3)[np.full(len(z), 2)]
    expected = truth.numpy_row(record, t, z, dict(record.defaults))
    data = {f"z{j}": z[:, j] for j in range(3)} | {f"t{j}": t[:, j] for j in range(3)}
    columns = {"z": ["z0", "z1", "z2"], "y": "label" if index else ["t0", "t1", "t2"]}
    got = query(sql(record, columns), data | {"label": [2] * len(z)})
    for a, b, row in zip(got, expected.tolist(), z, strict=True):
        assert same(a, b) or abs(a - b) <= 1e-15 * abs(b), row


@pytest.mark.parametrize("name", MEASURES)
def test_near_equal_distributions_keep_their_digits(name):
    record = catalogue.get(name)
    rng = np.random.default_rng(3)
    p = rng.dirichlet(np.ones(8))
    q = p * (1 + 1e-6 * rng.normal(size=8))
    # Masses of few bits, so that both sums are exactly 1 and the truth knows no rounding of theirs.
    p, q = (np.round(x * 2**50) / 2**50 for x in (p, q / q.sum()))
    p[-1], q[-1] = 1 - p[:-1].sum(), 1 - q[:-1].sum()
    rows = [p.tolist(), q.tolist()][: record.arity]
    columns = {n: n for n in "pq"[: record.arity]}
    (got,) = query(sql(record, columns), dict(zip("pq", rows, strict=False)))
    error = truth.error(got, truth.measure(record, rows, dict(record.defaults)))
    assert error <= allowed(record)


@pytest.mark.parametrize("name", ["kl_divergence", "reverse_kl_divergence"])
def test_what_rounding_adds_to_the_sums_is_not_lost(name):
    record = catalogue.get(name)
    rng = np.random.default_rng(4)
    p = rng.dirichlet(np.ones(50))
    q = p * (1 + 1e-6 * rng.normal(size=50))
    q /= q.sum()
    (got,) = query(sql(record, {"p": "p", "q": "q"}), {"p": p, "q": q})
    assert truth.error(got, truth.measure(record, [p.tolist(), q.tolist()], {})) <= 8


@pytest.mark.parametrize("name", [n for n in OF_COLUMNS if n not in MEASURES])
@pytest.mark.parametrize("given", [None, NAN])
def test_null_stays_null_and_nan_stays_nan(name, given):
    record = catalogue.get(name)
    case = next(cases(record, seed=5, n=1))
    taken = case.taken
    data = {c: [case.data[c][0]] * (len(taken) + 1) for c in taken}
    for i, column in enumerate(taken):
        data[column][i] = given
    *touched, untouched = query(sql(record, case.columns), data)
    assert all(same(value, given) for value in touched)
    (expected,) = query(sql(record, case.columns), {c: v[-1:] for c, v in data.items()})
    assert same(untouched, expected)
    assert not same(untouched, given)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_leaves_null_out_and_keeps_nan(name):
    record = catalogue.get(name)
    columns = {n: n for n in "pq"[: record.arity]}
    text = sql(record, columns)
    data = {n: [0.25, 0.75] for n in columns}
    for column in columns:
        with_null = {n: [*x, None if n == column else 0.5] for n, x in data.items()}
        assert query(text, with_null) == query(text, data)
        (with_nan,) = query(text, data | {column: [NAN, 0.75]})
        assert math.isnan(with_nan)


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_an_aggregate_of_each_group(name):
    record = catalogue.get(name)
    text = sql(record, {n: n for n in "pq"[: record.arity]})
    data = {"p": [0.5, 0.5, 1.0], "q": [0.25, 0.75, 1.0], "g": ["a", "a", "b"]}
    groups = query(text, data, "GROUP BY g ORDER BY g")
    alone = [query(text, {n: data[n][part] for n in "pq"})[0] for part in (slice(2), slice(2, 3))]
    assert groups == alone


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("label", [-1.0, 3.0, 0.5])
def test_an_index_that_is_no_class_is_nan(name, label):
    columns = {"y": "label", "z": ["a", "b", "c"]}
    data = {"label": [label], "a": [1.0], "b": [2.0], "c": [3.0]}
    assert math.isnan(query(sql(catalogue.get(name), columns), data)[0])


@pytest.mark.parametrize("name", ["poisson", "softmax_cross_entropy", "cross_entropy"])
@pytest.mark.parametrize("kind", [pa.int8(), pa.decimal128(25, 3), pa.float32()])
def test_integers_decimals_and_float32_are_computed_in_double(name, kind):
    columns = {
        "poisson": {"y": "a", "s": "b"},
        "softmax_cross_entropy": {"y": "c", "z": ["a", "b"]},
        "cross_entropy": {"p": "a", "q": "b"},
    }[name]
    numbers = {"a": 3.0, "b": 5.0, "c": 1.0}
    text = sql(catalogue.get(name), columns)
    typed = {n: pa.array([int(v)], type=pa.int64()).cast(kind) for n, v in numbers.items()}
    assert query(text, typed) == query(text, {n: [v] for n, v in numbers.items()})


# --- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", WORDS)
def test_a_word_means_at_hard_places_what_it_means_in_numpy(word):
    y, s = (a.ravel() for a in np.meshgrid(GRID, GRID))
    expected = truth.numpy_pointwise(loss_of(WORDS[word]), y, s, {})
    got = query(sql(loss_of(WORDS[word]), {"y": "y", "s": "s"}), {"y": y, "s": s})
    wrong = [p for *p, a, b in zip(y, s, got, expected.tolist(), strict=True) if not same(a, b)]
    assert wrong == []


@pytest.mark.parametrize("word", ["log1p", "expm1"])
def test_a_word_that_duckdb_lacks_is_accurate(word):
    s = np.concatenate([10.0 ** np.arange(-300, 3, 7), np.linspace(-0.999, 3, 400), [0.0]])
    s = np.concatenate([s, -s[np.abs(s) < 1], [-1 + 1e-9, 1e300 if word == "log1p" else 700.0]])
    record = loss_of(lambda m, _, s: getattr(m, word)(s))
    got = query(sql(record, {"y": "s", "s": "s"}), {"s": s})
    with mp.workdps(400):
        truths = [getattr(mp, word)(x) if word == "expm1" else mp.log(1 + mp.mpf(x)) for x in s]
    assert max(map(truth.error, got, truths)) <= 4
    ends = query(sql(record, {"y": "s", "s": "s"}), {"s": [-1.0, INF, -INF]})
    assert ends[:2] == ([-INF, INF] if word == "log1p" else [pytest.approx(-0.632120558828), INF])


@given(TREES)
@settings(max_examples=60)
def test_any_arithmetic_is_numpys_to_the_last_bit(tree):
    y, s = (a.ravel() for a in np.meshgrid(GRID, GRID))
    expected = truth.numpy_pointwise(loss_of(grown(tree)), y, s, {})
    got = query(sql(loss_of(grown(tree)), {"y": "y", "s": "s"}), {"y": y, "s": s})
    assert all(map(same, got, expected.tolist()))


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OF_COLUMNS)
def test_spark_reads_its_text(name):
    record = catalogue.get(name)
    for case in itertools.islice(cases(record, seed=7, n=1), 2):
        text = sql(record, case.columns, dialect="spark", **case.parameters)
        tree = sqlglot.parse_one(text, read="spark")
        names = {c.name for c in tree.find_all(sqlglot.exp.Column) if c.this.quoted}
        assert names == set(case.taken)
        assert "lambda" not in text
        assert "LN(1e0 +" not in text


@pytest.mark.parametrize("name", OF_COLUMNS)
def test_the_text_of_ten_classes_stays_below_20_000_letters(name):
    record = catalogue.get(name)
    columns = {n: n for n in next(cases(record, seed=8, n=1)).columns}
    if record.kind == "rowwise":
        columns = {"y": [f"t{j}" for j in range(10)], "z": [f"z{j}" for j in range(10)]}
    assert max(len(sql(record, columns, dialect=d)) for d in ("duckdb", "spark")) < 20_000


def test_a_hostile_name_is_only_a_name():
    name = 'x"; DROP TABLE data; --'
    text = sql(catalogue.get("squared_error"), {"y": name, "s": "weird `col` 'n' \\ \n"})
    got = query(text, {name: [1.0], "weird `col` 'n' \\ \n": [3.0]})
    assert got == [4.0]
    spark = sql(catalogue.get("squared_error"), {"y": "a`b", "s": "s"}, dialect="spark")
    assert "`a``b`" in spark


def test_a_column_may_be_called_as_a_name_of_ours():
    record = catalogue.get("softmax_cross_entropy")
    plain = query(sql(record, {"y": "y", "z": ["a", "b"]}), {"y": [1], "a": [0.5], "b": [2.0]})
    ours = {"y": "v3", "z": ["v1", "V2"]}
    assert query(sql(record, ours), {"v3": [1], "v1": [0.5], "V2": [2.0]}) == plain


def test_raw_sql_stands_as_it_is():
    text = sql(catalogue.get("squared_error"), {"y": Raw("a + 1"), "s": "s"})
    assert query(text, {"a": [1.0], "s": [5.0]}) == [9.0]


def test_shorthands_are_parameters():
    record, columns = catalogue.get("sigmoid_focal"), {"y": "y", "s": "s"}
    short = sql(record, columns, alpha=0.25, gamma=3.0)
    assert short == sql(record, columns, positive=0.25, negative=0.75, gamma=3.0)
    assert short != sql(record, columns)


def test_the_text_is_readable():
    text = sql(catalogue.get("hinge"), {"y": "label", "s": "score"}, margin=0.5)
    assert text == (
        'CASE WHEN CAST("label" AS DOUBLE) IS NULL OR CAST("score" AS DOUBLE) IS NULL THEN NULL '
        'WHEN ISNAN(CAST("label" AS DOUBLE)) OR ISNAN(CAST("score" AS DOUBLE)) '
        "THEN CAST('NaN' AS DOUBLE) "
        'ELSE GREATEST(0e0, 0.5e0 - CAST("label" AS DOUBLE) * CAST("score" AS DOUBLE)) END'
    )


@pytest.mark.parametrize(
    ("name", "columns", "options", "message"),
    [
        (
            "mutual_information",
            {"x": "a"},
            {},
            r"takes a joint table, not columns\. Count the pairs",
        ),
        ("hinge", {"y": "a"}, {}, "hinge takes the columns y and s, got y"),
        ("hinge", {"y": "a", "z": "b"}, {}, "takes the columns y and s, got y and z"),
        ("hinge", {"y": ["a", "b"], "s": "c"}, {}, "takes one column as y, got a list of 2"),
        ("kl", {"y": "a", "z": "b"}, {}, "takes the list of its logit columns as z, got 'b'"),
        ("kl", {"y": "a", "z": ["b"]}, {}, "takes the list of its logit columns as z"),
        ("kl", {"y": ["a"], "z": ["b", "c"]}, {}, "each of the 2 logits, got 1 columns"),
        ("hinge", {"y": "a", "s": "b"}, {"dialect": "oracle"}, "'duckdb' or 'spark', got 'oracle'"),
        ("hinge", {"y": "a", "s": "b"}, {"margin": -1.0}, r"margin must lie in \[0, inf\), got -1"),
        ("hinge", {"y": "a", "s": "b"}, {"delta": 1.0}, "hinge has no parameter 'delta'"),
        ("hinge", {"y": "a", "s": "b"}, {"margin": np.ones(2)}, "margin must be one number"),
    ],
)
def test_what_makes_no_sense_is_an_error(name, columns, options, message):
    with pytest.raises(LossaryError, match=message):
        sql(catalogue.get(name), columns, **options)
