"""What every claim says of itself: messages, so that each language has its own words."""

from abc import abstractmethod
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, ClassVar

from lossary.pages.messages import Message, say
from lossary.pages.number_text import digits, power_of_ten
from lossary.study.task import Kind
from lossary.study.why.formulas import FORMULAS
from lossary.study.why.row_sample import Sample

__all__ = ["Claim", "Unmeasured", "plain", "steps", "tiny"]


@dataclass(frozen=True)
class Claim:
    """A claim of the theory with its measurement on the reader's data."""

    kind: Kind
    sample: Sample

    name: ClassVar[str]
    """One word for it, the key of its texts."""

    @property
    def title(self) -> Message:
        """The claim, in a few words."""
        return say(f"why.{self.name}.title", kind=self.kind)

    @property
    @abstractmethod
    def finding(self) -> Message:
        """The measurement that decides it."""

    @property
    @abstractmethod
    def measurements(self) -> tuple[Message, ...]:
        """The other measurements."""

    @property
    @abstractmethod
    def holds(self) -> bool | None:
        """Whether the measurement agrees with the claim; None where there is none."""

    @property
    def details(self) -> tuple[Message, ...]:
        """The other measurements, and on how many rows where that was not all."""
        if not self.sample.drawn:
            return self.measurements
        rows = say("why.sample", rows=self.sample.rows, of=self.sample.of, kind=self.kind)
        return (*self.measurements, rows)

    @property
    def theory(self) -> Message:
        """The reason."""
        return say(f"why.{self.name}.theory", kind=self.kind)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The reason as LaTeX, a line each."""
        return FORMULAS[self.name][self.kind]


@dataclass(frozen=True)
class Unmeasured(Claim):
    """A claim without a measurement: a training that it needs diverged."""

    name: str  # type: ignore[misc]
    losses: tuple[str, ...]
    """Those whose training diverged."""

    @property
    def finding(self) -> Message:
        """What happened."""
        return say("why.unmeasured", losses=self.losses)

    @property
    def measurements(self) -> tuple[Message, ...]:
        """None."""
        return ()

    @property
    def holds(self) -> None:
        """It is not known."""
        return


def plain(claim: Claim) -> dict[str, Any]:
    """Return what a claim says in English and its numbers, as plain data ready for JSON."""
    return {
        "name": claim.name,
        "title": str(claim.title),
        "holds": claim.holds,
        "sentence": " ".join(map(str, (claim.finding, *claim.details))),
        "theory": str(claim.theory),
        "numbers": _plain(asdict(claim)),
    }


def steps(count: int | None, most: int) -> Message:
    """Return a count of steps in words; None is more than the most that were tried."""
    return say("why.steps", count=count) if count is not None else say("why.too_many", most=most)


def tiny(value: float) -> str:
    """Return a number of any size with one digit and its power of ten."""
    return power_of_ten(value) if isfinite(value) else digits(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not isfinite(value) else value
