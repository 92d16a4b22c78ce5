"""Losses of one score and one target: cross-entropy, focal loss, squared error."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from lossary.torch import functional as ours
from speed import compositions
from speed.case import Case, Goal, Make
from speed.peers import case, evaluated, reached, trained
from speed.steps import Loss

N = 10_000_000


def scores(n: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Normal scores that are trained, and labels 0 and 1 of their dtype."""
    torch.manual_seed(0)
    s = torch.empty(n, dtype=dtype).normal_(std=2).requires_grad_()
    return s, torch.randint(2, (n,)).to(dtype)


def _focal(s: Tensor, y: Tensor) -> Tensor:
    return ours.sigmoid_focal(s, y, gamma=2.0, alpha=0.25)


# Lossary's, torch's, and the name of jax's.
_LOSSES: dict[str, tuple[Loss, Loss, str]] = {
    "sigmoid cross-entropy": (
        ours.binary_cross_entropy_with_logits,
        functional.binary_cross_entropy_with_logits,
        "sigmoid_cross_entropy",
    ),
    "sigmoid focal": (_focal, compositions.sigmoid_focal, "sigmoid_focal"),
    "squared error": (ours.mse_loss, functional.mse_loss, "squared_error"),
}


def training(name: str, n: int, dtype: torch.dtype) -> Mapping[str, Make]:
    """Forward and backward."""
    mine, eager, in_jax = _LOSSES[name]
    return trained(mine, eager, *scores(n, dtype), in_jax if dtype == torch.float32 else None)


def evaluation(name: str, n: int, dtype: torch.dtype) -> Mapping[str, Make]:
    """The value alone."""
    return evaluated(*_LOSSES[name][:2], *scores(n, dtype))


def _case(
    name: str,
    dtype: torch.dtype,
    wanted: tuple[Goal, ...] = (),
    build: Callable[..., Mapping[str, Make]] = training,
) -> Case:
    low = dtype == torch.bfloat16
    kind = ", value alone" if build is evaluation else ""
    return case(
        "pointwise",
        f"{name} {'bfloat16' if low else 'float32'} {N:.0e}{kind}".replace("e+0", "e"),
        partial(build, name, N, dtype),
        N * dtype.itemsize,
        goals=wanted,
        tolerance=5e-2 if low else 1e-4,
    )


CASES = (
    _case("sigmoid cross-entropy", torch.float32, reached(4.5, 6)),
    _case("sigmoid focal", torch.float32, reached(15, 9)),
    _case("squared error", torch.float32, reached(1.9, 2.5, compiled=1)),
    *(_case(name, torch.bfloat16) for name in _LOSSES),
    _case("sigmoid cross-entropy", torch.float32, build=evaluation),
)
