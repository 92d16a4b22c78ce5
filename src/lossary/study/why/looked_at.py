"""What is looked at: cross-entropy sees the right class's probability, squared error all."""

from dataclasses import dataclass

import torch
from torch import Tensor

from lossary import losses
from lossary.pages.words import digits
from lossary.study.why.subject import Subject, Training

__all__ = ["EXAMPLE", "Example", "LookedAt", "looked_at"]

EXAMPLE = ((0.5, 0.25, 0.25), (0.5, 0.45, 0.05))
"""Two predictions that give the first class, the right one, the same probability."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Example:
    """A prediction of three classes of which the first is right, and what it costs."""

    probability: tuple[float, float, float]
    cross_entropy: float
    squared_error: float


@dataclass(frozen=True)
class LookedAt:
    """What changes when the wrong classes share their probability evenly."""

    example: tuple[Example, ...]
    classes: int
    cross_entropy: float
    cross_entropy_change: float
    """The largest change of a row's loss."""
    squared_error: float
    squared_error_evened: float
    squared_error_change: float
    """The largest change of a row's loss."""

    @property
    def title(self) -> str:
        """The claim."""
        return "Cross-entropy looks at the right class alone"

    @property
    def holds(self) -> bool:
        """Whether cross-entropy stayed, and squared error fell where there was room to."""
        moved = self.squared_error_evened < self.squared_error
        return self.cross_entropy_change <= ROUNDING and (moved or self.classes == 2)

    @property
    def sentence(self) -> str:
        """What was measured."""
        one, other = self.example
        start = (
            f"Predictions {_shown(one)} and {_shown(other)} with the first class right: "
            f"cross-entropy {digits(one.cross_entropy)} and {digits(other.cross_entropy)}, squared "
            f"error {digits(one.squared_error)} and {digits(other.squared_error)}."
        )
        if self.classes == 2:
            return (
                f"{start} This data has two classes: the right one's probability fixes the "
                "other's, and both losses look at the same number."
            )
        return (
            f"{start} On the held-out rows of this data, sharing the wrong classes' probability "
            f"evenly changed no row's cross-entropy (mean {digits(self.cross_entropy)}) by more "
            f"than {self.cross_entropy_change:.0e}, while mean squared error went from "
            f"{digits(self.squared_error)} to {digits(self.squared_error_evened)}, for one row by "
            f"{digits(self.squared_error_change)}."
        )


def looked_at(subject: Subject, training: Training) -> LookedAt:
    """Measure what each loss looks at, on the held-out predictions of a trained model."""
    z = training.scores(subject.x_held)
    if z.shape[1] == 1:
        z = torch.cat([torch.zeros_like(z), z], dim=1)
    log_p = torch.log_softmax(z, dim=1)
    even = _evened(log_p, subject.y_held)
    entropies = [_cross_entropy(l, subject.y_held) for l in (log_p, even)]
    squares = [_squared_error(l, subject.y_held) for l in (log_p, even)]
    return LookedAt(
        example=tuple(_example(p) for p in EXAMPLE),
        classes=subject.classes,
        cross_entropy=float(entropies[0].mean()),
        cross_entropy_change=float((entropies[0] - entropies[1]).abs().max()),
        squared_error=float(squares[0].mean()),
        squared_error_evened=float(squares[1].mean()),
        squared_error_change=float((squares[0] - squares[1]).abs().max()),
    )


def _evened(log_p: Tensor, y: Tensor) -> Tensor:
    """Return log-probabilities where the wrong classes have equal parts of what they had."""
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
