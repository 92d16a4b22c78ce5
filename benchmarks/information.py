"""Information in tables: all pairs of columns from a frame, and tables larger than memory.

Run ``python benchmarks/information.py [pairs | neighbours | rows | spark ...]``: it writes
benchmarks/results/information.md. Peers take turns with Lossary in one process, and every time is
the median of its rounds. Data are generated, in memory or in a temporary directory. A part that is
left out keeps its lines of the last run.
"""

import importlib
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from sklearn.feature_selection import mutual_info_regression
from sklearn.metrics import mutual_info_score
from speed.machine import described

from lossary import estimate, frames

RESULTS = Path(__file__).parent / "results" / "information.md"
KEPT = RESULTS.with_suffix(".json")
ROWS, COLUMNS, CATEGORIES, ROUNDS = 10**6, 50, 10, 5
LARGE, FILE, MEMORY = 10**8, 10**7, 2 << 30
SPARK_ROWS = 2 * 10**6

Table = list[list[str]]


def columns(rows: int, number: int, seed: int) -> dict[str, np.ndarray]:
    """Columns of ten categories that share a little with the first."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, CATEGORIES, rows)
    own = (rng.integers(0, CATEGORIES, rows) for _ in range(number - 1))
    rest = (np.where(rng.random(rows) < 0.1, first, other) for other in own)
    return {f"c{i}": column for i, column in enumerate([first, *rest])}


def seconds(call: Callable[[], object]) -> float:
    """The time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleaved(calls: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median time of each call, all taking turns, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds + 1):
        for name, call in calls.items():
            times[name].append(seconds(call))
    return {name: median(values[1:]) for name, values in times.items()}


def pairs() -> Table:
    """All pairs of 50 columns, and one pair, beside scikit-learn and fast-select."""
    data = columns(ROWS, COLUMNS, 0)
    arrays = list(data.values())
    many = COLUMNS * (COLUMNS - 1) // 2
    three = list(combinations(range(3), 2))
    polars, pandas = pl.DataFrame(data), pd.DataFrame(data)
    text = polars.with_columns(pl.all().cast(pl.String).cast(pl.Categorical))
    calls: dict[str, Callable[[], object]] = {
        "Lossary, Polars": lambda: frames.mutual_information_matrix(polars),
        "Lossary, pandas": lambda: frames.mutual_information_matrix(pandas),
        "Lossary, Polars lazy": lambda: frames.mutual_information_matrix(polars.lazy()),
        "Lossary, Polars categories": lambda: frames.mutual_information_matrix(text),
        "scikit-learn mutual_info_score, 3 pairs": lambda: [
            mutual_info_score(arrays[i], arrays[j]) for i, j in three
        ],
    }
    times = interleaved(calls)
    loop = times.pop("scikit-learn mutual_info_score, 3 pairs") / len(three)
    found = {**times, "scikit-learn mutual_info_score loop, from 3 pairs": loop * many}
    found |= fast_select(np.stack(arrays, axis=1))
    base = times["Lossary, Polars"]
    table = [
        [f"all pairs, 10⁶ × {COLUMNS} × {CATEGORIES}", name, f"{s:.3g} s", f"{s / base:.3g}"]
        for name, s in found.items()
    ]
    a, b = arrays[:2]
    one = interleaved(
        {
            "Lossary, estimate.mutual_information": lambda: estimate.mutual_information(a, b),
            "scikit-learn mutual_info_score": lambda: mutual_info_score(a, b),
        }
    )
    base = next(iter(one.values()))
    return table + [
        ["one pair, 10⁶ rows", name, f"{1e3 * s:.3g} ms", f"{s / base:.3g}"]
        for name, s in one.items()
    ]


def fast_select(x: np.ndarray) -> dict[str, float]:
    """One call of fast-select's matrix, which takes a minute, after one that compiles it."""
    try:
        module = importlib.import_module("fast_select.mutual_information")
    except ImportError:
        return {}
    target = np.ascontiguousarray(x[:, 0])
    module.calculate_mi_matrices(x[:1000], target[:1000], backend="cpu")
    run = seconds(lambda: module.calculate_mi_matrices(x, target, backend="cpu"))
    return {"fast-select calculate_mi_matrices": run}


def neighbours() -> Table:
    """Mutual information of two continuous columns by three neighbours, beside others."""
    n, rng = 10**5, np.random.default_rng(0)
    x = rng.normal(size=n)
    y = 0.6 * x + 0.8 * rng.normal(size=n)
    calls: dict[str, Callable[[], object]] = {
        "Lossary, KSG 1": lambda: estimate.mutual_information(x, y, k=3),
        "Lossary, KSG 2": lambda: estimate.mutual_information(x, y, k=3, method="ksg2"),
        "scikit-learn mutual_info_regression": lambda: mutual_info_regression(
            x[:, None], y, n_neighbors=3, random_state=0
        ),
    }
    if importlib.util.find_spec("ennemi"):
        ennemi = importlib.import_module("ennemi")
        calls["ennemi estimate_mi"] = lambda: ennemi.estimate_mi(y, x, k=3, preprocess=False)
    if importlib.util.find_spec("infomeasure"):
        peer = importlib.import_module("infomeasure")
        calls["infomeasure mutual_information"] = lambda: peer.mutual_information(
            x, y, approach="ksg", k=3
        )
    times = interleaved(calls)
    base = next(iter(times.values()))
    return [["10⁵ rows", name, f"{1e3 * s:.3g} ms", f"{s / base:.3g}"] for name, s in times.items()]


def rows() -> Table:
    """Parquet on disk of up to 10⁸ rows, each run in a process that may have 2 GiB."""
    with TemporaryDirectory() as folder:
        files = [str(Path(folder, f"{i}.parquet")) for i in range(LARGE // FILE)]
        for i, file in enumerate(files):
            pl.DataFrame(columns(FILE, 10, i)).cast(pl.UInt8).write_parquet(file)
        return [
            _limited(engine, what, files[:n])
            for engine in ("polars", "duckdb")
            for what in ("matrix", "pair")
            for n in (1, 3, len(files))
        ]


def _limited(engine: str, what: str, files: list[str]) -> list[str]:
    run = subprocess.run(
        [sys.executable, __file__, "--within", engine, what, *files],
        capture_output=True,
        text=True,
        check=False,
    )
    label = {"matrix": "all 45 pairs", "pair": "one pair"}[what]
    head = [f"{label}, {engine}, {len(files) * FILE:.0e} rows".replace("e+0", "e")]
    if run.returncode:
        return [*head, "failed: " + run.stderr.strip().splitlines()[-1][:60], "", ""]
    time_taken, peak = json.loads(run.stdout.splitlines()[-1])
    return [*head, f"{time_taken:.3g} s", f"{time_taken / len(files):.3g} s", f"{peak:.0f} MiB"]


def within(engine: str, what: str, files: list[str]) -> None:
    """Measure one run in this process, whose data may take 2 GiB."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    frame: Any = pl.scan_parquet(files)
    if engine == "duckdb":
        connection = duckdb.connect()
        connection.execute("SET memory_limit = '1GiB'")
        frame = connection.read_parquet(files)

    def ask() -> object:
        if what == "pair":
            return frames.mutual_information(frame, "c0", "c1")
        return frames.mutual_information_matrix(frame)

    taken = seconds(ask)
    # What the parent had at its most is not this process's own.
    status = Path("/proc/self/status").read_text()
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    print(json.dumps([taken, int(peak) / 1024]))


def spark() -> Table:
    """All pairs of ten columns on Spark in local mode: kernels in its workers."""
    sql = importlib.import_module("pyspark.sql")
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    session = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = session.getOrCreate()
    try:
        with TemporaryDirectory() as folder:
            path = str(Path(folder, "t.parquet"))
            pl.DataFrame(columns(SPARK_ROWS, 10, 0)).write_parquet(path)
            frame = session.read.parquet(path)
            taken = interleaved({"": lambda: frames.mutual_information_matrix(frame)}, 3)[""]
    finally:
        session.stop()
    return [[f"all 45 pairs, Spark local[2], {SPARK_ROWS:.0e} rows", f"{taken:.3g} s", "", ""]]


PARTS: dict[str, tuple[Callable[[], Table], str, list[str]]] = {
    "pairs": (pairs, "Tables in memory", ["what", "with", "time", "over Lossary"]),
    "neighbours": (
        neighbours,
        "Continuous columns by their neighbours",
        ["what", "with", "time", "over Lossary"],
    ),
    "rows": (
        rows,
        "Tables on disk, within 2 GiB",
        ["what", "time", "time per 10⁷ rows", "peak memory"],
    ),
    "spark": (spark, "On Spark", ["what", "time", "", ""]),
}


def page(found: dict[str, Table]) -> Iterator[str]:
    """The lines of the results' file."""
    yield "# Information in tables\n"
    yield (__doc__ or "").split("\n\n")[1].replace("``", "`").strip() + "\n"
    for key, value in described().items():
        yield f"- {key}: {value}"
    for name, (_, title, head) in PARTS.items():
        if name in found:
            yield f"\n## {title}\n"
            yield "| " + " | ".join(head) + " |"
            yield "|" + "---|" * len(head)
            yield from ("| " + " | ".join(line) + " |" for line in found[name])


def main() -> None:
    """Run all parts, or those named."""
    if sys.argv[1:2] == ["--within"]:
        within(sys.argv[2], sys.argv[3], sys.argv[4:])
        return
    found = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    for name in sys.argv[1:] or PARTS:
        found[name] = PARTS[name][0]()
        print(*(" | ".join(line) for line in found[name]), sep="\n")
        KEPT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        RESULTS.write_text("\n".join(page(found)) + "\n")


if __name__ == "__main__":
    main()
