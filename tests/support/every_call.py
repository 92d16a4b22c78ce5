"""Every loss, measure and head of the catalogue as a function of two tensors."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor

import lossary as ls
import lossary.torch as lt
from lossary.formulas import catalogue
from lossary.formulas.record import Measure
from support.torch_cases import CASES

DTYPE = torch.float64
REDUCTIONS = ("mean", "sum", "none")


class Call(NamedTuple):
    """A function, its tensors, and whether it holds tensors of its own."""

    name: str
    function: Callable[..., Tensor]
    inputs: tuple[Tensor, ...]
    bound: bool = False

    def __call__(self, *inputs: Tensor) -> Tensor:
        return self.function(*(inputs or self.inputs))

    def graded(self) -> tuple[Tensor, Tensor]:
        """The value, and the first input as the leaf that it is differentiable by."""
        leaf = self.inputs[0].detach().clone().requires_grad_()
        return self(leaf, *self.inputs[1:]), leaf


def _softmaxes(rows: int = 4) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(7)
    p, q = (torch.randn(rows, 3, generator=g, dtype=DTYPE).softmax(-1) for _ in range(2))
    return p, q


def _losses() -> Iterator[Call]:
    for case in CASES:
        drawn = case.draw(DTYPE)
        bound = any(True for _ in case.module("mean").buffers())
        for reduction in REDUCTIONS:
            function = partial(case, reduction=reduction)
            yield Call(f"{case.name}-{reduction}", function, drawn, bound)


def _first(function: Callable[..., Tensor], p: Tensor, _: Tensor) -> Tensor:
    return function(p)


def _of_softmax(function: Callable[..., Tensor], z: Tensor, *others: Tensor) -> Tensor:
    return function(z.softmax(-1), *others)


def _measures() -> Iterator[Call]:
    for name in catalogue.names("measure"):
        record: Any = catalogue.get(name)
        assert isinstance(record, Measure)
        for space in ("", "_from_logits"):
            function = getattr(ls, name + space, None)
            if function is None:
                continue
            if record.arity == 1:
                function = partial(_first, function)
            if not space:
                function = partial(_of_softmax, function)
            yield Call(name + space, function, _softmaxes())


def _inplace(loss: Callable[..., Tensor], z: Tensor, target: Tensor) -> Tensor:
    return loss(1 * z, target)


def _rest() -> Iterator[Call]:
    p, _ = _softmaxes()
    index = torch.tensor([0, 2, 1, 2])
    weight = torch.linspace(-1, 1, 15, dtype=DTYPE).reshape(5, 3)
    for reduction in REDUCTIONS:
        for name in ("softmax_cross_entropy", "hinge"):
            head = partial(_head, name, reduction)
            yield Call(f"linear-{name}-{reduction}", head, (p, index, weight))
        loss = partial(_inplace, lt.CrossEntropyLoss(reduction=reduction, inplace=True))
        yield Call(f"inplace-{reduction}", loss, (p, index))
        margin = partial(ls.multiclass_hinge, reduction=reduction)
        yield Call(f"multiclass_hinge-{reduction}", margin, (p, index))


def _head(name: str, reduction: str, hidden: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    loss: Tensor = lt.linear_loss(hidden, weight, target, loss=name, reduction=reduction)
    return loss


CALLS = [*_losses(), *_measures(), *_rest()]
IDS = [call.name for call in CALLS]
UNBOUND = [call for call in CALLS if not call.bound]
"""Those that hold no tensor of their own, which would be of another kind than the inputs."""
