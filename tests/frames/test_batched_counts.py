"""Many tables of rows that are not in memory."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from lossary import frames
from lossary.frames import engines, measure_options, out_of_memory_counts
from lossary.validation import LossaryError
from support.tables import IN_PROCESS, table

ROWS = table(700)


@pytest.mark.parametrize("engine", ["polars_lazy", "parquet", "duckdb", "duckdb_file", "ibis"])
@pytest.mark.parametrize("missing", ["category", "drop"])
def test_small_batches_give_what_single_tables_do(engine, missing, monkeypatch, tmp_path):
    monkeypatch.setattr(engines, "BATCH", 64)
    few = ["cat", "int", "day", "num", "flag"]
    monkeypatch.setattr(measure_options, "MAX_ENGINE_TABLES", 0)
    frame = IN_PROCESS[engine](ROWS, tmp_path)
    streamed = frames.mutual_information_matrix(frame, few, missing=missing)
    whole = frames.mutual_information_matrix(ROWS, few, missing=missing)
    np.testing.assert_allclose(streamed.values, whole.values, atol=1e-12, rtol=0)
    np.testing.assert_allclose(streamed.p_values, whole.p_values, atol=1e-12, rtol=0)


def test_labels_that_come_late():
    labels = [f"v{i // 10:04}" for i in range(4000)]
    frame = pl.DataFrame({f"c{i}": np.roll(labels, i) for i in range(5)})
    found = frames.mutual_information_matrix(frame.lazy(), method="plug_in").values
    np.testing.assert_allclose(
        found, frames.mutual_information_matrix(frame, method="plug_in").values, atol=1e-12
    )


def test_a_column_of_nothing_in_a_stream():
    frame = pl.DataFrame({f"c{i}": [0, 1, None, None] for i in range(4)} | {"e": [None] * 4})
    with pytest.raises(
        LossaryError, match="column 'e' has only missing values, and missing='drop' leaves none"
    ):
        frames.mutual_information_matrix(frame.lazy(), missing="drop")
    found = frames.mutual_information_matrix(frame.lazy())
    assert found["c0", "e"] == 0.0


def test_workers_without_lossary_are_told():
    from pyspark.errors import PythonException

    def collect():
        message = "ModuleNotFoundError: No module named 'lossary'"
        raise PythonException(message)

    frame = SimpleNamespace(mapInArrow=lambda *_: SimpleNamespace(collect=collect))
    with pytest.raises(LossaryError, match="set PYSPARK_PYTHON to a Python that has it"):
        out_of_memory_counts._on_spark(frame, None)


@pytest.mark.usefixtures("cluster")
def test_neighbours_do_not_reach_across_workers():
    from support.tables import on_dask

    with pytest.raises(LossaryError, match="take continuous='bins', or collect a sample"):
        frames.mutual_information(on_dask(ROWS), "num", "half", continuous="ksg")


def test_without_narwhals_the_extra_is_named():
    source = "import sys; sys.modules['narwhals'] = None; from lossary import frames"
    run = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=False
    )
    assert "MissingExtraError" in run.stderr
    assert "pip install 'lossary[frames]'" in run.stderr
