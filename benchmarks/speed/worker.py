"""The process in which one case runs: ``python -m speed.worker KEY MODE FACTOR [CANDIDATE]``.

It prints the results of the candidates as one line of JSON.
"""

import json
import sys
import time
from typing import Any

import numpy as np

from speed import memory
from speed.case import FAILURES, Case, Step
from speed.cases import CASES
from speed.rounds import reason, timed

Result = dict[str, Any]


def _steps(case: Case) -> tuple[dict[str, Step], dict[str, Result]]:
    """Make the steps of a case; the results, in their order, hold why some cannot be made."""
    steps: dict[str, Step] = {}
    results: dict[str, Result] = {}
    for name, make in case.build().items():
        try:
            steps[name], results[name] = make(), {}
        except FAILURES as error:
            results[name] = {"missing": reason(error)}
    return steps, results


def _speed(case: Case, mode: str, factor: float) -> dict[str, Result]:
    steps, results = _steps(case)
    results |= timed(steps, factor * case.seconds, warm=mode == "warm")
    there = {name: s for name, s in steps.items() if s.outcome and "missing" not in results[name]}
    for name, difference in _differences(there).items():
        results[name]["difference"] = difference
    return results


def _differences(steps: dict[str, Step]) -> dict[str, float]:
    """How far each outcome is from that of the first candidate which is not Lossary's."""
    reference = next((name for name in steps if not name.startswith("lossary")), None)
    if reference is None:
        return {}
    truth = _outcome(steps[reference])
    return {
        name: max(map(_difference, _outcome(step), truth))
        for name, step in steps.items()
        if name != reference
    }


def _outcome(step: Step) -> list[np.ndarray]:
    return step.outcome() if step.outcome else []


def _difference(got: np.ndarray, truth: np.ndarray) -> float:
    return float(np.linalg.norm(got - truth) / max(np.linalg.norm(truth), np.finfo(float).tiny))


def _peak(step: Step) -> float:
    if step.before is not None:
        step.before()
    return memory.peak(step.run)


def _first(step: Step) -> float:
    start = time.perf_counter()
    step.run()
    return time.perf_counter() - start


def _alone(case: Case, candidate: str) -> dict[str, Result]:
    """What one candidate takes in a process of its own: memory at its peak, or the first call."""
    try:
        step = case.build()[candidate]()
        return {candidate: {"value": _peak(step) if case.measure == "peak" else _first(step)}}
    except FAILURES as error:
        return {candidate: {"missing": reason(error)}}


def main(key: str, mode: str, factor: str, candidate: str | None = None) -> None:
    """Run a case, or one of its candidates, and print the results."""
    case = next(c for c in CASES if c.key == key)
    memory.bound()
    if candidate is not None:
        results = _alone(case, candidate)
    else:
        memory.use(mode, case.largest)
        results = _speed(case, mode, float(factor))
    print(json.dumps(results))


if __name__ == "__main__":
    main(*sys.argv[1:])
