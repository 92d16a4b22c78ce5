"""Focal loss of a softmax, and the hinge of several classes."""

from collections.abc import Mapping
from functools import partial

import torch
from torch.nn import functional

from lossary.torch import functional as ours
from speed import compositions
from speed.case import Case, Goal, Make
from speed.cases.softmax import logits
from speed.peers import case, reached, trained
from speed.steps import Loss

_LOSSES: dict[str, tuple[Loss, Loss, str]] = {
    "softmax focal": (ours.softmax_focal, compositions.softmax_focal, "softmax_focal"),
    "multi-class hinge": (ours.multi_margin_loss, functional.multi_margin_loss, "hinge"),
}


def training(name: str, rows: int, classes: int) -> Mapping[str, Make]:
    """Forward and backward."""
    mine, eager, in_jax = _LOSSES[name]
    return trained(mine, eager, *logits(rows, classes, torch.float32), in_jax)


def _case(name: str, rows: int, classes: int, wanted: tuple[Goal, ...] = ()) -> Case:
    build = partial(training, name, rows, classes)
    title = f"{name} float32 {rows}x{classes}"
    return case("rows", title, build, rows * classes * 4, goals=wanted)


CASES = (
    _case("softmax focal", 8192, 1000, reached(3, 2.5)),
    _case("multi-class hinge", 8192, 1000, reached(13, 18)),
    _case("softmax focal", 2048, 32_000),
)
