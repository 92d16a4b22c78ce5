"""Candidates timed in turn, A B C A B C, so that what slows the machine slows them all alike."""

import math
import re
import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from speed.case import FAILURES, Step
from speed.watch import ALLOWED, Sample, sample

SHORTEST = 0.02  # seconds a sample lasts: shorter calls are repeated
SLOWEST = 90.0  # seconds a first call lasts that stands for all: no compiler takes as long
FEWEST = 3
MOST_ROUNDS = 200
# A warm call that maps more pages than these has met memory that was not kept.
_FEW_PAGES = 64


@dataclass
class Runner:
    """A candidate with its samples."""

    step: Step
    warm: bool
    loops: int = 1
    samples: list[Sample] = field(default_factory=list)

    def rehearse(self, budget: float) -> None:
        """Run until compiled and, in warm mode, until the memory kept suffices."""
        last = self._take()
        if last.seconds > SLOWEST:
            self.samples.append(last)
            return
        last = self._take()
        for _ in range(10):
            if not self.warm or last.faults <= _FEW_PAGES or last.seconds > budget / 20:
                break
            last = self._take()
        if self.step.before is None:
            self.loops = max(1, math.ceil(SHORTEST / last.seconds))

    def _take(self) -> Sample:
        if self.step.before is not None:
            self.step.before()
        return sample(self.step.run, self.loops)

    def measure(self) -> None:
        """Take one more sample."""
        self.samples.append(self._take())

    def clean(self) -> list[Sample]:
        """The samples that no other process disturbed."""
        return [s for s in self.samples if self._disturbance(s) <= ALLOWED]

    def _disturbance(self, taken: Sample) -> float:
        cold = self.warm and taken.faults > _FEW_PAGES
        return taken.others + cold

    def result(self) -> dict[str, Any]:
        """The median and spread in milliseconds; of the cleanest samples where few are clean."""
        kept = self.clean()
        noisy = len(kept) < FEWEST
        if noisy:
            kept = sorted(self.samples, key=self._disturbance)[:FEWEST]
        times = [1e3 * s.seconds for s in kept]
        return {
            "value": statistics.median(times),
            "least": min(times),
            "most": max(times),
            "samples": len(kept),
            "disturbed": len(self.samples) - len(self.clean()),
            "noisy": noisy,
            "faults": statistics.median(s.faults for s in kept),
        }


def timed(steps: Mapping[str, Step], budget: float, *, warm: bool) -> dict[str, dict[str, Any]]:
    """Time all candidates in turn for about ``budget`` seconds; twice that where disturbed."""
    runners = {name: Runner(step, warm) for name, step in steps.items()}
    results: dict[str, dict[str, Any]] = {}
    for name, runner in list(runners.items()):
        try:
            runner.rehearse(budget)
        except FAILURES as error:
            results[name] = {"missing": reason(error)}
            del runners[name]
    begun = time.perf_counter()
    for count in range(MOST_ROUNDS):
        spent = time.perf_counter() - begun
        few = any(len(r.clean()) < FEWEST for r in runners.values())
        if count >= FEWEST and (spent > 2 * budget or (spent > budget and not few)):
            break
        for runner in runners.values():
            if not (runner.samples and runner.samples[0].seconds > budget / FEWEST):
                runner.measure()
    return results | {name: runner.result() for name, runner in runners.items()}


def reason(error: BaseException) -> str:
    """Return the first line of what an error says."""
    lines = str(error).strip().splitlines() or [""]
    return without_places(f"{type(error).__name__}: {lines[0]}")


def without_places(text: str) -> str:
    """Return the beginning of a text with the names of files alone, not where they are."""
    return re.sub(r"(?:/[^\s/:'\"]+)+/", "", text)[:200]
