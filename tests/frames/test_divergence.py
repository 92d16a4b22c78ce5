import numpy as np
import polars as pl
import pytest

from lossary import estimate, frames
from lossary.validation import LossaryError

REFERENCE = pl.DataFrame({"c": ["a"] * 60 + ["b"] * 40, "x": np.linspace(0, 1, 100)})
CURRENT = pl.DataFrame({"c": ["a"] * 30 + ["c"] * 20 + [None] * 10, "x": np.linspace(0.5, 2, 60)})


@pytest.mark.parametrize("current", [CURRENT, CURRENT.lazy(), CURRENT.to_pandas()])
def test_labels_of_either_are_counted_side_by_side(current):
    found = frames.divergence(REFERENCE, current, "c")["c"]
    assert found.labels == ("a", "b", "c", None)
    assert found.reference.tolist() == [60, 40, 0, 0]
    assert found.current.tolist() == [30, 0, 20, 10]
    p, q = found.current, found.reference
    assert found.js.value == estimate.js_divergence_from_counts(p, q).value
    assert found.kl.value == estimate.kl_divergence_from_counts(p, q).value
    assert "do not occur in q" in " ".join(found.kl.notes)


def test_smoothing_is_what_was_said():
    found = frames.divergence(REFERENCE, CURRENT, "c", alpha=0.5)["c"]
    p, q = np.array([30, 0, 20, 10]) + 0.5, np.array([60, 40, 0, 0]) + 0.5
    p, q = p / p.sum(), q / q.sum()
    assert found.kl.value == pytest.approx(np.sum(p * np.log(p / q)), abs=1e-12)
    assert found.js.method == "dirichlet"


def test_bins_are_those_of_the_reference():
    found = frames.divergence(REFERENCE, CURRENT, ["x"], bins=4)["x"]
    assert found.reference.tolist() == [25, 25, 25, 25]
    assert found.current[:2].tolist() == [0, 0]
    assert found.labels[-1].startswith("> 0.74")
    assert found.current.sum() == 60


def test_weights_of_either():
    weighted = [f.with_columns(w=pl.lit(2.5)) for f in (REFERENCE, CURRENT)]
    found = frames.divergence(*weighted, ["c"], weights="w")["c"]
    plain = frames.divergence(REFERENCE, CURRENT, ["c"])["c"]
    truth = estimate.js_divergence_from_counts(plain.current, plain.reference, method="plug_in")
    assert found.js.value == pytest.approx(truth.value, abs=1e-12)
    assert found.kl.value == np.inf


def test_missing_labels_may_be_dropped():
    assert frames.divergence(REFERENCE, CURRENT, ["c"], missing="drop")["c"].labels == tuple("abc")


@pytest.mark.parametrize(
    ("current", "words"),
    [
        (CURRENT.drop("x"), "there is no column named 'x'"),
        (
            CURRENT.with_columns(x=pl.lit("a")),
            "column 'x' must have one type in both frames, got number (Float64) in the reference",
        ),
        (
            CURRENT.with_columns(x=pl.lit(1)),
            "and integer (Int32) in the current frame: convert one of them",
        ),
    ],
)
def test_columns_that_differ_are_an_error(current, words):
    with pytest.raises(LossaryError) as error:
        frames.divergence(REFERENCE, current)
    assert words in str(error.value)


def test_text_and_categories_are_compared():
    current = CURRENT.with_columns(pl.col("c").cast(pl.Categorical))
    found = frames.divergence(REFERENCE, current, ["c"])["c"]
    assert found.current.tolist() == [30, 0, 20, 10]
