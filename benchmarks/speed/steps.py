"""Steps of torch: forward and backward, the value alone, and memory moved and nothing else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lossary.kernels.array_memory import in_large_pages
from speed.case import Step

Loss = Callable[..., Tensor]
COMPARED = 100_000  # entries of each gradient


def training(loss: Loss, leaves: tuple[Tensor, ...], *constants: Any) -> Step:
    """Forward and backward, each gradient new and freed again within the time taken."""

    def run() -> None:
        loss(*leaves, *constants).backward()
        for leaf in leaves:
            leaf.grad = None

    def outcome() -> list[Any]:
        value = loss(*leaves, *constants)
        value.backward()
        gradients = [
            _array(leaf.grad.ravel()[:COMPARED]) for leaf in leaves if leaf.grad is not None
        ]
        for leaf in leaves:
            leaf.grad = None
        return [_array(value), *gradients]

    return Step(run, outcome)


def evaluation(loss: Loss, *arguments: Any) -> Step:
    """The value alone, without a gradient."""

    def run() -> Tensor:
        with torch.no_grad():
            return loss(*arguments)

    return Step(run, lambda: [_array(run())])


def compiled(loss: Loss) -> Loss:
    """The same loss by torch.compile, in its default mode."""
    return torch.compile(loss)


def _array(x: Tensor) -> np.ndarray:
    return x.detach().double().numpy().copy()


class _Alias(torch.autograd.Function):
    """The same memory as the leaf's, in a tensor that is no leaf and no view: nothing is copied."""

    @staticmethod
    def forward(ctx: Any, leaf: Tensor) -> Tensor:  # noqa: ARG004 - torch calls it so
        return leaf.data

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:  # noqa: ARG004 - torch calls it so
        return gradient


def overwriting(loss: Loss, logits: Tensor, *constants: Any) -> Step:
    """Forward and backward where the gradient is written over the logits; restored in between."""
    leaf = logits.detach().clone().requires_grad_()

    def on_alias(x: Tensor, *others: Any) -> Tensor:
        return loss(_Alias.apply(x), *others)

    step = training(on_alias, (leaf,), *constants)

    def restore() -> None:
        leaf.data.copy_(logits.detach())

    def outcome() -> list[Any]:
        restore()
        return step.outcome() if step.outcome else []

    return Step(step.run, outcome, restore)


def moved(written: Tensor, *others: Tensor) -> Step:
    """A tensor read, a new one like it written, and other tensors read: no code moves less."""
    source = written.detach()
    rest = read(*others).run

    def run() -> None:
        in_large_pages(torch.empty_like(source)).copy_(source)
        rest()

    return Step(run)


def read(*tensors: Tensor) -> Step:
    """Tensors read, and nothing written."""
    words = [x.detach().reshape(-1).view(torch.float32) for x in tensors]

    def run() -> None:
        for x in words:
            x.sum()

    return Step(run)


def moved_in_place(tensor: Tensor) -> Step:
    """Every byte read and written back."""
    source = tensor.detach()
    return Step(source.neg_)
