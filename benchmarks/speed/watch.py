"""One timed sample, and whether another process disturbed it."""

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
# Of the machine's time: more than this taken by others, and the sample does not count.
ALLOWED = 0.1
# /proc/stat counts in ticks, for each core.
_SLACK = 2 * _TICK


@dataclass(frozen=True)
class Sample:
    """The time of one call, the pages it had mapped, and what others took of the machine."""

    seconds: float
    faults: float
    others: float


def sample(run: Callable[[], object], loops: int = 1) -> Sample:
    """Time ``loops`` calls as one."""
    busy, own, waited, faults = _busy(), time.process_time(), _waited(), _faults()
    start = time.perf_counter()
    for _ in range(loops):
        run()
    wall = time.perf_counter() - start
    faults, waited = _faults() - faults, _waited() - waited
    stolen = _busy() - busy - (time.process_time() - own) - _SLACK
    others = max(waited / wall, stolen / (wall * CORES), 0.0)
    return Sample(wall / loops, faults / loops, others)


def _busy() -> float:
    """Return the seconds all cores have worked, for anyone, a host of virtual machines included."""
    with Path("/proc/stat").open() as file:
        user, nice, system, _, _, irq, softirq, steal, *_ = map(int, file.readline().split()[1:])
    return (user + nice + system + irq + softirq + steal) * _TICK


def _waited() -> float:
    """Return the seconds this process' main thread was ready to run, and had no core."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9


def _faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
