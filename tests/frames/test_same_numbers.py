"""One table, every engine, the same numbers."""

import numpy as np
import polars as pl
import pytest

from lossary import estimate, frames
from support.tables import (
    DISCRETE,
    IN_PROCESS,
    NUMBERS,
    WEIGHT,
    on_dask,
    plain,
    table,
)

ROWS = table()
EXACT = {"rtol": 0, "atol": 1e-12}


def numbers(frame) -> dict[str, np.ndarray]:
    """What is asked of every engine: few tables and many, weights, and both rules for missing."""
    few = ["cat", "num"]
    matrix = frames.mutual_information_matrix(frame, [*DISCRETE, *NUMBERS])
    dropped = frames.mutual_information_matrix(frame, ["cat", "num", "int"], missing="drop")
    weighted = frames.information_gain(frame, "cat", ["num", "flag"], weights=WEIGHT)
    gains = frames.information_gain(frame, "cat", ["num", "moment"], missing="drop")
    away = frames.divergence(ROWS.slice(0, 400), frame, ["text", "num", "day"])
    drift = frames.drift(ROWS.slice(0, 400), frame, [*DISCRETE, *NUMBERS], bins=4)
    moved = [drift[name] for name in (*DISCRETE, *NUMBERS)]
    given = frames.conditional_mutual_information(frame, "cat", "num", "flag")
    return {
        "matrix": matrix.values,
        "p-values": matrix.p_values,
        "matrix, dropped": dropped.values,
        "normalised": frames.mutual_information_matrix(frame, few, normalized=True).values,
        "entropy": np.array([float(e) for e in frames.entropy(frame, few).values()]),
        "weighted": np.array([g.interval() for g in weighted]),
        "gains": np.array([(g.information.value, g.p_value, g.share) for g in gains]),
        "conditional": np.array([given.value, given.standard_error]),
        "divergence": np.array([(d.js.value, d.kl.value) for d in away.values()]),
        "drift": np.array([(d.js.value, d.kl.value, d.psi.value) for d in moved]),
        "drift's p-values": np.array([d.test.p_value for d in moved]),
        "counts": np.concatenate([d.current for d in away.values()]),
    }


@pytest.fixture(scope="module")
def truth():
    return numbers(ROWS)


def same(found, truth):
    for name, values in truth.items():
        np.testing.assert_allclose(found[name], values, err_msg=name, **EXACT)


@pytest.mark.parametrize("engine", IN_PROCESS)
def test_in_this_process(engine, truth, tmp_path):
    same(numbers(IN_PROCESS[engine](ROWS, tmp_path)), truth)


@pytest.mark.usefixtures("cluster")
def test_on_a_dask_cluster(truth):
    same(numbers(on_dask(ROWS)), truth)


@pytest.mark.spark
def test_on_spark(spark, truth):
    same(numbers(spark.createDataFrame(plain(ROWS))), truth)


def test_the_numbers_are_those_of_the_columns(truth):
    """Counted here once more, from the columns alone."""
    kept = [*DISCRETE, *NUMBERS]
    frame = pl.from_arrow(ROWS)
    halves = frame["half"].cast(pl.Float64).cast(pl.String)
    num = frame["num"].fill_nan(None)
    present = np.sort(num.drop_nulls().to_numpy())
    edges = present[[-(-j * len(present) // 16) - 1 for j in range(1, 16)]]
    binned = [None if v is None else int((edges < v).sum()) for v in num]
    columns = {n: frame[n].cast(pl.String).fill_null("none") for n in DISCRETE}
    columns |= {"half": halves, "num": ["none" if b is None else str(b) for b in binned]}
    for i, a in enumerate(kept):
        for j, b in enumerate(kept[:i]):
            shared = estimate.mutual_information(list(columns[a]), list(columns[b]))
            assert truth["matrix"][i, j] == pytest.approx(shared.value, abs=1e-12)
            test = estimate.g_test(list(columns[a]), list(columns[b]))
            assert truth["p-values"][i, j] == pytest.approx(test.p_value, abs=1e-12)
