"""What is measured: a piece of work, the candidates that do it, and the goals it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

OURS = "lossary"
MODES = ("default", "warm")

# What tells a candidate that cannot run here from a broken benchmark.
FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Step:
    """One call of a candidate: what is timed, what it computes, what is restored before it."""

    run: Callable[[], object]
    outcome: Callable[[], list[Any]] | None = None
    before: Callable[[], object] | None = None


Make = Callable[[], Step]
Build = Callable[[], Mapping[str, Make]]


@dataclass(frozen=True)
class Goal:
    """A ratio of a peer to Lossary that is to be reached, or the most that Lossary may take."""

    peer: str = ""
    least: float | None = None
    most: float | None = None
    modes: tuple[str, ...] = MODES
    ours: str = OURS


@dataclass(frozen=True)
class Case:
    """A piece of work: how its candidates are made, in which modes, at what expense."""

    topic: str
    name: str
    # Makes the tensors, and returns for each candidate what makes its step.
    build: Build
    largest: int  # bytes of the largest tensor
    goals: tuple[Goal, ...] = ()
    # For each candidate of Lossary, the candidate that does only what no code can leave out.
    limits: Mapping[str, str] = field(default_factory=dict)
    modes: tuple[str, ...] = MODES
    seconds: float = 12.0
    tolerance: float = 1e-4
    environment: Mapping[str, str] = field(default_factory=dict)
    measure: str = "speed"  # or the "peak" of memory, the "start" of a process, an "import"
    unit: str = "ms"

    @property
    def key(self) -> str:
        """The name by which the case is asked for and its results are kept."""
        return f"{self.topic}/{self.name}"


def goals(
    peer: str, default: float | None = None, warm: float | None = None, ours: str = OURS
) -> tuple[Goal, ...]:
    """Goals of the two modes for the ratio to one peer."""
    given = (("default", default), ("warm", warm))
    return tuple(Goal(peer, least, modes=(m,), ours=ours) for m, least in given if least)
