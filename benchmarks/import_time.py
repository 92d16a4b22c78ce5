"""How long ``import lossary`` takes, beside NumPy alone: fresh interpreters, taken in turn.

Run ``python benchmarks/import_time.py``; it writes ``benchmarks/results/import_time.md``.
"""

import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROUNDS = 21
STATEMENTS = ("import numpy", "import numpy, array_api_compat.numpy", "import lossary")
RESULTS = Path(__file__).parent / "results" / "import_time.md"
CLOCK = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


def seconds(statement: str) -> float:
    """The time of one statement in a fresh interpreter, without the interpreter's own start."""
    command = [sys.executable, "-c", CLOCK.format(statement)]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def measured() -> dict[str, list[float]]:
    """The times of every statement over all rounds, after one round to warm the file cache."""
    rounds = [[seconds(s) for s in STATEMENTS] for _ in range(ROUNDS + 1)][1:]
    return dict(zip(STATEMENTS, map(list, zip(*rounds, strict=True)), strict=True))


def report(times: dict[str, list[float]]) -> str:
    """The measurements as a Markdown page."""
    base = statistics.median(times[STATEMENTS[0]])
    packages = [f"{name} {version(name)}" for name in ("numpy", "array-api-compat")]
    rows = [
        f"| `{statement}` | {1e3 * statistics.median(t):.0f} | {1e3 * min(t):.0f} "
        f"| {1e3 * max(t):.0f} | {statistics.median(t) / base:.2f} |"
        for statement, t in times.items()
    ]
    return "\n".join(
        [
            "# Import time",
            "",
            f"`python benchmarks/import_time.py`: {ROUNDS} fresh interpreters a line, in turn.",
            ", ".join([f"Python {platform.python_version()}", *packages, platform.machine()]) + ".",
            "",
            "| statement | median, ms | least, ms | most, ms | ratio of medians to NumPy |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    page = report(measured())
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(page)
    print(page)
