"""Cases started in processes of their own, so that no allocator, cache or compiler is shared."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from speed.case import Case, Step
from speed.cases.start import CACHED
from speed.rounds import without_places

Result = dict[str, Any]
_HERE = Path(__file__).parents[1]
_PATIENCE = 1800  # seconds
_CACHES = ("XDG_CACHE_HOME", "LOSSARY_CACHE_DIR", "NUMBA_CACHE_DIR", "TORCHINDUCTOR_CACHE_DIR")
_STARTS = 3
_IMPORTS = 11


def measured(case: Case, mode: str, factor: float) -> dict[str, Result]:
    """The results of all candidates of a case in one mode."""
    if case.measure == "speed":
        return _worker(case, mode, factor)
    if case.measure == "import":
        return _imported({name: make() for name, make in case.build().items()})
    alone = _started if case.measure == "start" else _worker
    results: dict[str, Result] = {}
    for candidate in case.build():
        results |= alone(case, mode, factor, candidate)
    return results


def _worker(
    case: Case,
    mode: str,
    factor: float,
    candidate: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, Result]:
    command = [sys.executable, "-m", "speed.worker", case.key, mode, str(factor)]
    command += [candidate] if candidate is not None else []
    env = {**os.environ, **case.environment, **(environment or {})}
    failed = candidate or "the case"
    try:
        done = subprocess.run(
            command,
            cwd=_HERE,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return {failed: {"missing": f"not done after {_PATIENCE} s"}}
    if done.returncode != 0:
        said = (done.stderr.strip().splitlines() or ["nothing said"])[-1]
        return {failed: {"missing": without_places(f"ended with {done.returncode}: {said}")}}
    results: dict[str, Result] = json.loads(done.stdout.splitlines()[-1])
    return results


def _started(case: Case, mode: str, factor: float, candidate: str) -> dict[str, Result]:
    """The first call of several processes, each with an empty cache or all with one filled."""
    values = []
    with tempfile.TemporaryDirectory() as kept:
        if mode == CACHED:
            _worker(case, mode, factor, candidate, _caches(kept))
        for _ in range(_STARTS):
            with tempfile.TemporaryDirectory() as empty:
                caches = _caches(kept if mode == CACHED else empty)
                (run,) = _worker(case, mode, factor, candidate, caches).values()
            if "missing" in run:
                return {candidate: run}
            values.append(run["value"])
    return {candidate: _summary(values)}


def _caches(place: str) -> dict[str, str]:
    """Return where compilers keep what they made, below one directory."""
    return {name: f"{place}/{name}" for name in _CACHES}


def _imported(steps: dict[str, Step]) -> dict[str, Result]:
    rounds = [[float(str(s.run())) for s in steps.values()] for _ in range(_IMPORTS + 1)][1:]
    times = zip(*rounds, strict=True)
    return {name: _summary(list(t)) for name, t in zip(steps, times, strict=True)}


def _summary(values: list[float]) -> Result:
    return {
        "value": statistics.median(values),
        "least": min(values),
        "most": max(values),
        "samples": len(values),
    }
