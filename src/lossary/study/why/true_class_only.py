"""Claim: cross-entropy depends on the true class's probability alone, squared error on all."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from lossary import losses
from lossary.pages.localization import Message, say
from lossary.study.why.claim import Claim, scientific
from lossary.study.why.setup import Setup, TrainingRun

__all__ = ["EXAMPLE", "Example", "TrueClassOnly", "measure_true_class_only"]

EXAMPLE = ((0.5, 0.25, 0.25), (0.5, 0.45, 0.05))
"""Two predictions with the same probability for the first class, the true one."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Example:
    """A prediction for three classes, the first of them true, and its losses."""

    probability: tuple[float, float, float]
    cross_entropy: float
    squared_error: float


@dataclass(frozen=True)
class TrueClassOnly(Claim):
    """Losses before and after the wrong classes' probability is spread evenly."""

    example: tuple[Example, ...]
    cross_entropy: float
    cross_entropy_change: float
    """Largest change of a row's loss."""
    squared_error: float
    squared_error_evened: float
    squared_error_change: float
    """Largest change of a row's loss."""

    name: ClassVar[str] = "true_class_only"

    @property
    def moved(self) -> bool:
        """Whether squared error decreased."""
        return self.squared_error_evened < self.squared_error

    @property
    def holds(self) -> bool:
        """Whether cross-entropy is unchanged and, of several classes, squared error decreased."""
        return self.cross_entropy_change <= ROUNDING and (self.moved or self.kind == "binary")

    @property
    def finding(self) -> Message:
        """The losses before and after."""
        if self.kind == "binary":
            return say("why.true_class_only.two_classes")
        if self.cross_entropy_change > ROUNDING:
            return say(
                "why.true_class_only.entropy_moved", change=scientific(self.cross_entropy_change)
            )
        return say(
            f"why.true_class_only.{'evened' if self.moved else 'nothing_to_even'}",
            before=self.squared_error,
            after=self.squared_error_evened,
        )

    @property
    def measurements(self) -> tuple[Message, ...]:
        """The example, and the largest change of a row."""
        one, other = self.example
        example = say(
            "why.true_class_only.example",
            one=_shown(one),
            other=_shown(other),
            entropy=one.cross_entropy,
            first=one.squared_error,
            second=other.squared_error,
        )
        if self.kind == "binary":
            return (example,)
        return (
            example,
            say(
                "why.true_class_only.largest",
                squared=self.squared_error_change,
                entropy=scientific(self.cross_entropy_change),
            ),
        )


def measure_true_class_only(setup: Setup, training: TrainingRun) -> TrueClassOnly:
    """Compare losses of held-out predictions before and after evening out."""
    z = training.scores(setup.x_held)
    if z.shape[1] == 1:
        z = torch.cat([torch.zeros_like(z), z], dim=1)
    log_p = torch.log_softmax(z, dim=1)
    even = _evened(log_p, setup.y_held)
    entropies = [_cross_entropy(l, setup.y_held) for l in (log_p, even)]
    squares = [_squared_error(l, setup.y_held) for l in (log_p, even)]
    return TrueClassOnly(
        kind=setup.task.kind,
        sample=setup.held_sample,
        example=tuple(_example(p) for p in EXAMPLE),
        cross_entropy=float(entropies[0].mean()),
        cross_entropy_change=float((entropies[0] - entropies[1]).abs().max()),
        squared_error=float(squares[0].mean()),
        squared_error_evened=float(squares[1].mean()),
        squared_error_change=float((squares[0] - squares[1]).abs().max()),
    )


def _evened(log_p: Tensor, y: Tensor) -> Tensor:
    """Return log-probabilities with the wrong classes' probability spread evenly."""
    at = y[:, None]
    wrong = torch.logsumexp(log_p.scatter(1, at, -torch.inf), dim=1, keepdim=True)
    shared = (wrong - torch.tensor(log_p.shape[1] - 1.0).double().log()).expand_as(log_p)
    return shared.scatter(1, at, log_p.gather(1, at))


def _cross_entropy(log_p: Tensor, y: Tensor) -> Tensor:
    values: Tensor = losses.softmax_cross_entropy(log_p, y, reduction="none")
    return values


def _squared_error(log_p: Tensor, y: Tensor) -> Tensor:
    values: Tensor = losses.softmax_squared_error(log_p, y, reduction="none")
    return values


def _example(probability: tuple[float, float, float]) -> Example:
    log_p, y = torch.tensor([probability], dtype=torch.float64).log(), torch.tensor([0])
    return Example(probability, float(_cross_entropy(log_p, y)), float(_squared_error(log_p, y)))


def _shown(example: Example) -> str:
    return f"({', '.join(f'{p:g}' for p in example.probability)})"
