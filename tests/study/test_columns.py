import numpy as np
import polars as pl
import pytest

from lossary.study.columns import MOST_LEVELS, classify_columns, tidy
from lossary.study.feature_encoding import Encoder


def sorted_columns(**columns):
    return classify_columns(pl.DataFrame(columns, strict=False))


def test_every_kind_of_column_finds_its_use(messy):
    columns = classify_columns(messy.drop("y"))
    assert columns.numbers == ("age", "joined", "ratio")
    assert columns.flags == ("member",)
    assert columns.categories == ("city",)
    assert set(dict(columns.dropped)) == {"id", "constant", "email", "empty"}


def test_what_was_done_is_said(messy):
    notes = "\n".join(map(str, classify_columns(messy.drop("y")).notes))
    for words in (
        "column 'id' left out, nearly unique",
        "column 'constant' left out, constant: always 'x'",
        "column 'email' left out, nearly unique: 60 values in 60 rows",
        "column 'empty' left out, empty",
        "missing values in 'age' (6), 'ratio' (1): replaced by the median",
        "missing values in 'city' (20): a category of their own",
        "infinite values in 'ratio' count as missing",
        "one-hot encoding of 'city' (2)",
        "dates and times as numbers: 'joined'",
    ):
        assert words in notes


def test_columns_with_one_fault_share_a_note():
    zeros = {f"z{i}": [0, 0, 0] for i in range(10)}
    (note,) = sorted_columns(x=[0.5, 1.5, 2.5], **zeros).notes
    assert str(note).startswith("columns 'z0', 'z1', 'z2', ")
    assert str(note).endswith("'z7' and 2 more left out, constant: always 0")


def test_clean_columns_need_no_words():
    assert sorted_columns(a=[0.5, 1.5, 2.5], b=[1, 1, 2]).notes == ()


@pytest.mark.parametrize("name", ["customer_id", "uuid", "userId", "row"])
def test_distinct_whole_numbers_named_as_identifiers_are_dropped(name):
    assert sorted_columns(**{name: [3, 17, 99, 1000]}).used == ()


def test_distinct_whole_numbers_that_measure_are_kept():
    assert sorted_columns(population=[3, 17, 99, 1000], valid=[1.0, 2.0, 3.0, 5.0]).used == (
        "population",
        "valid",
    )


def test_a_count_of_rows_is_dropped_whatever_its_name():
    assert sorted_columns(n=[4, 3, 2, 1]).used == ()


def test_too_many_levels_are_dropped():
    rows = 4 * MOST_LEVELS
    some = [f"v{i % MOST_LEVELS}" for i in range(rows)]
    many = [f"v{i % (MOST_LEVELS + 1)}" for i in range(rows)]
    columns = sorted_columns(some=some, many=many)
    assert columns.categories == ("some",)
    assert str(dict(columns.dropped)["many"]) == "51 values: too many for one-hot encoding"


def test_nested_columns_are_dropped():
    assert "List" in str(dict(sorted_columns(a=[[1], [2]]).dropped)["a"])


def test_tidy_leaves_numbers_and_texts():
    frame = pl.DataFrame(
        {"c": pl.Series(["a", "b"], dtype=pl.Categorical), "x": [float("nan"), 1.0]}
    ).with_columns(t=pl.lit("2020-01-02 03:00").str.to_datetime())
    assert set(tidy(frame).dtypes) == {pl.String, pl.Float64}
    assert tidy(frame)["x"].to_list() == [None, 1.0]


def test_statistics_come_from_the_rows_fitted():
    columns = sorted_columns(x=[1.0, 2.0, None, 9.0])
    encoder = Encoder.fit(columns, pl.DataFrame({"x": [1.0, 2.0, None, 9.0]}))
    filled = np.array([1.0, 2.0, 2.0, 9.0])
    expected = (filled - filled.mean()) / filled.std()
    other = pl.DataFrame({"x": [None, 100.0]})
    np.testing.assert_allclose(
        encoder.transform(pl.DataFrame({"x": [1.0, 2.0, None, 9.0]})),
        np.stack([expected, [0, 0, 1, 0]], axis=1),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        encoder.transform(other),
        [[expected[1], 1], [(100 - filled.mean()) / filled.std(), 0]],
        rtol=1e-6,
    )


def test_an_indicator_needs_a_missing_value_in_training():
    columns = sorted_columns(x=[1.0, 2.0, None])
    encoder = Encoder.fit(columns, pl.DataFrame({"x": [1.0, 2.0]}))
    assert encoder.transform(pl.DataFrame({"x": [None]}, schema={"x": pl.Float64})).shape == (1, 1)


def test_unseen_and_missing_categories_have_their_own_lines():
    columns = sorted_columns(c=["a", "b", "a"])
    encoder = Encoder.fit(columns, pl.DataFrame({"c": ["a", "b"]}))
    hot = encoder.transform(pl.DataFrame({"c": ["b", "new", None]}))
    assert hot.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 1]]


def test_flags_and_columns_constant_in_a_fold_stay_finite():
    columns = sorted_columns(f=[True, False, None], x=[1.0, 2.0, 3.0])
    encoder = Encoder.fit(columns, pl.DataFrame({"f": [True, True, None], "x": [2.0, 2.0, 2.0]}))
    matrix = encoder.transform(pl.DataFrame({"f": [False, None], "x": [3.0, 2.0]}))
    assert matrix.tolist() == [[1, 0, 0], [0, 1, 1]]


def test_a_column_without_values_in_training_is_zero():
    columns = sorted_columns(x=[None, 2.0, 3.0])
    encoder = Encoder.fit(columns, pl.DataFrame({"x": [None, None]}, schema={"x": pl.Float64}))
    assert encoder.transform(pl.DataFrame({"x": [None, 5.0]})).tolist() == [[0, 1], [5, 0]]
