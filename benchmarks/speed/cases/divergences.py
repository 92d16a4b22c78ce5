"""Divergences of two tensors of logits: a student's, which is trained, and its teacher's."""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor

import lossary as ls
from speed import compositions
from speed.case import Case, Goal, Make
from speed.peers import case, reached, trained
from speed.steps import Loss


def _kl(q: Tensor, p: Tensor) -> Tensor:
    return ls.kl_divergence_from_logits(p, q).mean()


def _js(q: Tensor, p: Tensor) -> Tensor:
    return ls.js_divergence_from_logits(p, q).mean()


_LOSSES: dict[str, tuple[Loss, Loss, str]] = {
    "KL": (_kl, compositions.kl, "kl"),
    "JS": (_js, compositions.js, "js"),
}


def training(name: str, rows: int, classes: int) -> Mapping[str, Make]:
    """Forward and backward, the gradient by the student's logits."""
    torch.manual_seed(0)
    student = torch.randn(rows, classes).requires_grad_()
    teacher = torch.randn(rows, classes)
    mine, eager, in_jax = _LOSSES[name]
    return trained(mine, eager, student, teacher, in_jax)


def _case(name: str, rows: int, classes: int, wanted: tuple[Goal, ...]) -> Case:
    build = partial(training, name, rows, classes)
    title = f"{name} of logits float32 {rows}x{classes}"
    return case("divergences", title, build, rows * classes * 4, goals=wanted)


_SHAPES = ((8192, 1000), (2048, 32_000))

CASES = (
    *(_case("KL", *shape, reached(7, 6)) for shape in _SHAPES),
    *(_case("JS", *shape, reached(12, 7)) for shape in _SHAPES),
)
