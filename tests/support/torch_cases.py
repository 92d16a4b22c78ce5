"""Every loss of ``lossary.torch`` with inputs away from its kinks."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

import lossary.torch as lt
from lossary.formulas import catalogue
from lossary.formulas.record import REAL, SIGNS, UNIT_INTERVAL, Pointwise, Rowwise

Inputs = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Case:
    """A loss: its module for a reduction, and inputs drawn in a dtype."""

    name: str
    module: Callable[[str], nn.Module]
    draw: Callable[[torch.dtype], Inputs]

    def __call__(self, z: Tensor, target: Tensor, reduction: str = "none") -> Tensor:
        return self.module(reduction)(z, target)


class OfLogits(nn.Module):
    """A divergence of log-probabilities as one of logits."""

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, z: Tensor, target: Tensor) -> Tensor:
        return self.loss(torch.log_softmax(z, 1), target)


class OfDifferences(OfLogits):
    """A ranking loss as one of score differences."""

    def forward(self, z: Tensor, target: Tensor) -> Tensor:
        return self.loss(z, torch.zeros_like(z), target)


def _generator(name: str) -> torch.Generator:
    return torch.Generator().manual_seed(sum(map(ord, name)))


def scores(record: Pointwise, dtype: torch.dtype, shape: tuple[int, ...] = (3, 4)) -> Inputs:
    """A score and a target of each element."""
    g = _generator(record.name)
    s = torch.randn(shape, generator=g, dtype=torch.float64)
    u = torch.rand(shape, generator=g, dtype=torch.float64)
    y = {SIGNS: 2 * (u > 0.5) - 1, UNIT_INTERVAL: u}.get(record.target, 3 * u)
    if record.score != REAL:
        s = torch.sigmoid(s)
    return s.to(dtype), y.to(dtype)


def distributions(name: str, dtype: torch.dtype, shape: tuple[int, ...] = (4, 3)) -> Inputs:
    """Logits, and a distribution of each row."""
    g = _generator(name)
    z = torch.randn(shape, generator=g, dtype=torch.float64)
    t = torch.softmax(torch.randn(shape, generator=g, dtype=torch.float64), 1)
    return z.to(dtype), t.to(dtype)


def labels(name: str, dtype: torch.dtype) -> Inputs:
    """Logits, and a class of each row."""
    z, _ = distributions(name, dtype)
    return z, torch.tensor([0, 2, 1, 2])


def signs(name: str, dtype: torch.dtype) -> Inputs:
    """Differences of scores, and which of the two should lead."""
    z, _ = distributions(name, dtype)
    return z, torch.sign(torch.randn(z.shape, generator=_generator(name + "sign"))).to(dtype)


def _record_case(name: str, record: Pointwise | Rowwise) -> Case:
    def module(reduction: str) -> nn.Module:
        return getattr(lt, name)(reduction=reduction)

    def draw(dtype: torch.dtype) -> Inputs:
        if isinstance(record, Pointwise):
            return scores(record, dtype)
        return distributions(record.name, dtype)

    return Case(record.name, module, draw)


def _named(name: str, module: Callable[[str], nn.Module], draw: Callable[..., Inputs]) -> Case:
    return Case(name, module, lambda dtype: draw(name, dtype))


def records() -> dict[str, Pointwise | Rowwise]:
    """The records of losses, by the names of their modules."""
    from lossary.torch.loss_table import loss_records

    return loss_records()


OF_RECORDS = [_record_case(name, record) for name, record in records().items()]
INDEXED = [
    _named("CrossEntropyLoss", lambda r: lt.CrossEntropyLoss(reduction=r), labels),
    _named(
        "CrossEntropyLoss_smoothed",
        lambda r: lt.CrossEntropyLoss(
            torch.tensor([1.0, 2.0, 0.5], dtype=torch.float64), reduction=r, label_smoothing=0.1
        ),
        labels,
    ),
    _named("FocalLoss", lambda r: lt.FocalLoss(1.5, reduction=r, z_loss=0.1), labels),
    _named(
        "GeneralizedCrossEntropyLoss",
        lambda r: lt.GeneralizedCrossEntropyLoss(reduction=r, softcap=5.0),
        labels,
    ),
    _named("MultiMarginLoss", lambda r: lt.MultiMarginLoss(reduction=r), labels),
    _named("MultiMarginLoss_squared", lambda r: lt.MultiMarginLoss(p=2, reduction=r), labels),
]
ARRANGED = [
    _named(
        "MarginRankingLoss",
        lambda r: OfDifferences(lt.MarginRankingLoss(0.5, reduction=r)),
        signs,
    ),
    _named("KLDivLoss", lambda r: OfLogits(lt.KLDivLoss(reduction=r)), distributions),
    _named("JSDivLoss", lambda r: OfLogits(lt.JSDivLoss(reduction=r)), distributions),
    Case(
        "BCEWithLogitsLoss",
        lambda r: lt.BCEWithLogitsLoss(
            weight=torch.tensor([1.0, 2.0, 0.5, 1.0], dtype=torch.float64),
            reduction=r,
            pos_weight=torch.tensor(3.0, dtype=torch.float64),
            temperature=2.0,
        ),
        lambda dtype: scores(catalogue.get("sigmoid_cross_entropy"), dtype),
    ),
    Case(
        "PoissonNLLLoss",
        lambda r: lt.PoissonNLLLoss(full=True, reduction=r),
        lambda dtype: scores(catalogue.get("poisson"), dtype),
    ),
]
CASES = [*OF_RECORDS, *INDEXED, *ARRANGED]
IDS = [case.name for case in CASES]
