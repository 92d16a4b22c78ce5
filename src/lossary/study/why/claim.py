"""Base class of the claims: their numbers, and their texts as messages in any language."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, ClassVar

from lossary.pages.localization import Message, say
from lossary.pages.number_text import digits, power_of_ten
from lossary.study.task import Kind
from lossary.study.why.formulas import FORMULAS
from lossary.study.why.row_sample import Sample

__all__ = ["Claim", "Unmeasured", "claim_to_dict", "comparison", "scientific", "step_count"]


@dataclass(frozen=True)
class Claim:
    """A claim of theory with its measurement on the user's data."""

    kind: Kind
    sample: Sample

    name: ClassVar[str]
    """The key of its texts and formulas."""

    @property
    def title(self) -> Message:
        """The claim in a few words."""
        return say(f"why.{self.name}.title", kind=self.kind)

    @property
    @abstractmethod
    def finding(self) -> Message:
        """The measurement that decides the claim."""

    @property
    @abstractmethod
    def measurements(self) -> tuple[Message, ...]:
        """The other measurements."""

    @property
    @abstractmethod
    def holds(self) -> bool | None:
        """Whether the measurement confirms the claim; None without a measurement."""

    @property
    def details(self) -> tuple[Message, ...]:
        """The other measurements, and the number of rows where they are a sample."""
        if not self.sample.partial:
            return self.measurements
        rows = say("why.sample", rows=self.sample.rows, of=self.sample.total, kind=self.kind)
        return (*self.measurements, rows)

    @property
    def theory(self) -> Message:
        """The theory behind the claim."""
        return say(f"why.{self.name}.theory", kind=self.kind)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The formulas of the theory as LaTeX."""
        return FORMULAS[self.kind][self.name]


@dataclass(frozen=True)
class Unmeasured(Claim):
    """A claim without a measurement, because a training run that it needs diverged."""

    name: str  # type: ignore[misc]
    losses: tuple[str, ...]
    """Labels of the losses whose training diverged."""

    @property
    def finding(self) -> Message:
        """The losses whose training diverged."""
        return say("why.unmeasured", losses=self.losses)

    @property
    def measurements(self) -> tuple[Message, ...]:
        """None."""
        return ()

    @property
    def holds(self) -> None:
        """None: the claim was not measured."""
        return


def claim_to_dict(claim: Claim) -> dict[str, Any]:
    """Return a claim's English texts and its numbers as built-in types for JSON."""
    return {
        "name": claim.name,
        "title": str(claim.title),
        "holds": claim.holds,
        "sentence": " ".join(map(str, (claim.finding, *claim.details))),
        "theory": str(claim.theory),
        "numbers": _as_builtin(asdict(claim)),
    }


def step_count(count: int | None, most: int) -> Message:
    """Return a number of steps in words; None stands for more than ``most``."""
    return say("why.steps", count=count) if count is not None else say("why.too_many", most=most)


def comparison(losses: Sequence[str], left_out: Sequence[str]) -> Message:
    """Return the sentence that names the compared losses and those left out."""
    return say("why.compared", losses=losses, left_out=left_out)


def scientific(value: float) -> str:
    """Return a number with one significant digit and a power of ten."""
    return power_of_ten(value) if isfinite(value) else digits(value)


def _as_builtin(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _as_builtin(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_as_builtin(v) for v in value]
    return None if isinstance(value, float) and not isfinite(value) else value
