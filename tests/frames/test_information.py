import numpy as np
import pandas as pd
import polars as pl
import pytest

from lossary import estimate, frames
from lossary.validation import LossaryError

RNG = np.random.default_rng(3)
N = 400
BASE = RNG.integers(0, 3, N)
FRAME = pl.DataFrame(
    {
        "x": np.array(["a", "b", "c"])[BASE],
        "y": (BASE + RNG.integers(0, 2, N)) % 3,
        "z": RNG.integers(0, 4, N),
        "u": BASE + RNG.normal(size=N),
        "v": BASE + RNG.normal(size=N),
        "w": RNG.integers(0, 3, N).astype(float),
    }
)
HOLES = FRAME.with_columns(pl.when(pl.int_range(N) % 5 > 0).then(pl.col("x", "u")))


def test_estimates_are_those_of_the_columns():
    x, y, z = (FRAME[c] for c in "xyz")
    assert frames.entropy(FRAME, "x")["x"].value == estimate.entropy(x).value
    found = frames.mutual_information(FRAME, "x", "y", base=2)
    truth = estimate.mutual_information(x, y, base=2)
    assert (found.value, found.standard_error, found.unit) == pytest.approx(
        (truth.value, truth.standard_error, "bits")
    )
    given = frames.conditional_mutual_information(FRAME, "x", "y", "z", method="grassberger")
    truth = estimate.conditional_mutual_information(x, y, z, method="grassberger")
    assert given.value == pytest.approx(truth.value, abs=1e-12)


def test_a_column_shares_with_itself_its_entropy():
    for frame in (FRAME, FRAME.lazy()):
        found = frames.mutual_information(frame, "x", "x", method="plug_in").value
        assert found == pytest.approx(frames.entropy(frame, "x", method="plug_in")["x"].value)


@pytest.mark.parametrize("frame", [HOLES, HOLES.lazy()])
def test_missing_labels_are_a_category_or_dropped(frame):
    category = frames.entropy(frame, "x", method="plug_in")["x"].value
    labels = HOLES["x"].fill_null("none")
    assert category == pytest.approx(estimate.entropy(labels, method="plug_in").value)
    dropped = frames.entropy(frame, "x", method="plug_in", missing="drop")["x"]
    assert dropped.value == pytest.approx(
        estimate.entropy(HOLES["x"].drop_nulls(), method="plug_in").value
    )
    assert dropped.n == N - N // 5


def test_pairs_are_dropped_pair_by_pair():
    frame = HOLES.with_columns(pl.when(pl.int_range(N) % 7 > 0).then("y").alias("y"))
    both = frame.drop_nulls(["x", "y"])
    found = frames.mutual_information_matrix(frame, ["x", "y", "z"], missing="drop")
    assert found["x", "y"] == pytest.approx(
        frames.mutual_information(both, "x", "y").value, abs=1e-12
    )


def test_no_row_that_has_all():
    frame = pl.DataFrame({"a": ["x", None], "b": [None, "y"]})
    for given in (frame, frame.lazy()):
        with pytest.raises(LossaryError, match="no row has a label in every"):
            frames.mutual_information(given, "a", "b", missing="drop")


@pytest.mark.parametrize("frame", [FRAME, FRAME.lazy()])
def test_weights_are_repetitions(frame):
    repeated = FRAME.select(pl.exclude("w").repeat_by(pl.col("w").cast(pl.UInt32)).explode())
    repeated = repeated.drop_nulls()
    kept = ["x", "y", "z"]
    found = frames.mutual_information_matrix(frame, kept, weights="w")
    truth = frames.mutual_information_matrix(repeated, kept, method="plug_in")
    np.testing.assert_allclose(found.values, truth.values, atol=1e-12)
    assert np.isnan(found.p_values).all()
    gains = frames.information_gain(frame, "x", ["y"], weights="w")
    assert gains[0].p_value is None
    assert gains[0].information.method == "plug_in"
    assert "effective sample size" in " ".join(gains[0].information.notes)


@pytest.mark.parametrize("weight", [[1.0, -1.0], [1.0, None], [1.0, np.nan], [1.0, np.inf]])
def test_weights_that_are_none(weight):
    frame = pl.DataFrame({"a": [0, 1], "w": weight}, strict=False)
    for given in (frame, frame.lazy(), frame.to_pandas(), frame.to_arrow()):
        with pytest.raises(LossaryError, match="'w', must be finite and not negative"):
            frames.entropy(given, weights="w")


def test_weights_have_their_limits():
    frame = pl.DataFrame({"a": [0, 1], "w": [0.0, 0.0]})
    with pytest.raises(LossaryError, match="must have a value above 0, got only zeros"):
        frames.entropy(frame, weights="w")
    with pytest.raises(LossaryError, match="weights= needs method='plug_in', got method="):
        frames.entropy(FRAME, weights="w", method="nsb")
    with pytest.raises(
        LossaryError, match="continuous='ksg' takes no weights: take continuous='bins'"
    ):
        frames.entropy(FRAME, weights="w", continuous="ksg")


@pytest.mark.parametrize("frame", [HOLES, HOLES.lazy()])
def test_numbers_by_their_neighbours(frame):
    present = HOLES.drop_nulls("u")
    found = frames.mutual_information(frame, "u", "v", continuous="ksg")
    assert found.value == estimate.mutual_information(present["u"], present["v"]).value
    assert f"left out, because a value is missing: {N // 5} rows" in found.notes
    mixed = frames.mutual_information(frame, "y", "v", continuous="ksg", k=5)
    truth = estimate.mutual_information(FRAME["y"], FRAME["v"], k=5)
    assert mixed.value == pytest.approx(truth.value, abs=1e-12)
    own = frames.entropy(frame, ["v"], continuous="ksg")["v"].value
    assert own == estimate.entropy(FRAME["v"]).value
    given = frames.conditional_mutual_information(frame, "u", "v", "w", continuous="ksg")
    truth = estimate.conditional_mutual_information(*(present[c] for c in "uvw"))
    assert given.value == truth.value


def test_a_matrix_by_neighbours():
    found = frames.mutual_information_matrix(FRAME, ["x", "u", "v"], continuous="ksg")
    assert found["u", "v"] == frames.mutual_information(FRAME, "u", "v", continuous="ksg").value
    assert found["x", "u"] == found["u", "x"] > 0
    assert np.isnan(found.p_values).all()
    with pytest.raises(LossaryError, match="normalized=True needs counted columns"):
        frames.mutual_information_matrix(FRAME, ["x", "u"], continuous="ksg", normalized=True)


@pytest.mark.parametrize("method", ["plug_in", "miller_madow", "grassberger", "jackknife"])
def test_a_matrix_holds_every_pair(method):
    found = frames.mutual_information_matrix(FRAME, ["x", "y", "z"], method=method, base=2)
    assert (found.unit, found.n, found.method) == ("bits", N, method)
    for a in "xyz":
        own = estimate.entropy(FRAME[a], method=method, base=2).value
        assert found[a, a] == pytest.approx(own, abs=1e-12)
        for b in set("xyz") - {a}:
            truth = estimate.mutual_information(FRAME[a], FRAME[b], method=method, base=2).value
            assert found[a, b] == pytest.approx(truth, abs=1e-12)
    with pytest.raises(LossaryError, match="there is no column named 'q'"):
        found["x", "q"]


def test_a_matrix_tells_of_identifiers():
    frame = FRAME.with_columns(identity=pl.int_range(N))
    for normalized in (False, True):
        notes = frames.mutual_information_matrix(frame, normalized=normalized).notes
        assert "labels hardly recur, so that high values are due to chance: identity" in notes


def test_a_normalised_matrix():
    frame = FRAME.with_columns(same="x", constant=pl.lit(1))
    kept = ["x", "same", "z", "constant"]
    found = frames.mutual_information_matrix(frame, kept, normalized=True)
    assert found["x", "same"] == 1.0
    assert found["x", "constant"] == 0.0
    assert found["z", "z"] == 1.0
    assert 0 <= found["x", "z"] < 0.05
    assert found.unit == "no unit"


@pytest.mark.parametrize(
    ("frame", "kind"),
    [(FRAME, pl.DataFrame), (FRAME.lazy(), pl.DataFrame), (FRAME.to_pandas(), pd.DataFrame)],
)
def test_results_come_as_frames_of_the_kind_that_came(frame, kind):
    matrix = frames.mutual_information_matrix(frame, ["x", "y"]).to_frame()
    assert isinstance(matrix, kind)
    assert list(matrix.columns) == ["column", "x", "y"]
    gains = frames.information_gain(frame, "x").to_frame()
    assert isinstance(gains, kind)
    assert next(iter(gains["column"])) == "y"


def test_a_column_may_be_named_column():
    frame = pl.DataFrame({"column": [0, 1], "b": [0, 1]})
    assert frames.mutual_information_matrix(frame).to_frame().columns == ["column_", "column", "b"]


def test_gains_are_corrected_tested_and_sorted():
    frame = FRAME.with_columns(identity=pl.int_range(N), noise=pl.Series(RNG.integers(0, 50, N)))
    found = frames.information_gain(frame, "x", base=2)
    assert found[0].column.name == "y"
    assert found.entropy.unit == found[0].information.unit == "bits"
    assert found[0].p_value < 1e-9
    low, high = found[0].interval()
    assert low < found[0].information.value < high
    gains = {g.column.name: g for g in found}
    for name in ("noise", "identity", "z"):
        assert abs(gains[name].share) < 0.1
        assert gains[name].p_value > 1e-3
    assert gains["identity"].information.value == pytest.approx(0, abs=1e-12)
    assert "target x: text, taken as discrete" in str(found)


def test_what_chance_gives_is_what_permutations_give():
    x, y = RNG.integers(0, 40, 120), RNG.integers(0, 3, 120)
    frame = pl.DataFrame({"x": x, "y": y})
    gain = frames.information_gain(frame, "y")[0]
    shared = estimate.mutual_information(x, y, method="plug_in").value
    drawn = [
        estimate.mutual_information(RNG.permutation(x), y, method="plug_in").value
        for _ in range(400)
    ]
    error = np.std(drawn) / np.sqrt(len(drawn))
    assert shared - gain.information.value == pytest.approx(np.mean(drawn), abs=4 * error)
    share = np.mean([d >= shared for d in drawn])
    assert gain.p_value == pytest.approx(share, abs=0.15)


def test_a_column_that_tells_the_target_has_the_whole_share():
    gain = frames.information_gain(FRAME.with_columns(same="x"), "x", ["same"])[0]
    assert gain.share == pytest.approx(1, abs=1e-12)
    other = frames.information_gain(FRAME, "x", ["y"], method="miller_madow")[0]
    assert other.information.method == "miller_madow"
    truth = frames.mutual_information(FRAME, "y", "x")
    assert other.information.value == truth.value


def test_gains_by_neighbours_have_no_test():
    found = frames.information_gain(FRAME, "x", ["u", "y"], continuous="ksg")
    gains = {g.column.name: g for g in found}
    assert gains["u"].p_value is None
    assert gains["u"].information.method == "ross"
    assert gains["y"].p_value is not None
    to_numbers = frames.information_gain(FRAME, "u", ["v"], continuous="ksg")
    assert to_numbers[0].information.value > 0


def test_a_target_alone():
    with pytest.raises(LossaryError, match="no column to measure besides the target 'x'"):
        frames.information_gain(FRAME.select("x"), "x")
    with pytest.raises(LossaryError, match="there is no column named 'q'"):
        frames.information_gain(FRAME, "q")
