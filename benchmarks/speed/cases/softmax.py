"""Cross-entropy of class indices, from two classes to a vocabulary."""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from lossary.torch import functional as ours
from speed.case import Case, Goal, Make, goals
from speed.peers import EAGER, case, evaluated, reached, trained
from speed.steps import moved_in_place, overwriting

IN_PLACE, IN_PLACE_MEMORY = "lossary, in place", "memory, in place"
LIMITS = {"lossary": "memory", IN_PLACE: IN_PLACE_MEMORY}
_BITS = {torch.float32: "float32", torch.bfloat16: "bfloat16"}


def logits(rows: int, classes: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Normal logits that are trained, and a class for each row."""
    torch.manual_seed(0)
    z = torch.empty(rows, classes, dtype=dtype).normal_(std=2).requires_grad_()
    return z, torch.randint(classes, (rows,))


def training(rows: int, classes: int, dtype: torch.dtype) -> Mapping[str, Make]:
    """Forward and backward, in place too where rows are long."""
    z, target = logits(rows, classes, dtype)
    in_jax = "softmax_cross_entropy" if dtype == torch.float32 else None
    made = trained(ours.cross_entropy, functional.cross_entropy, z, target, in_jax)
    if classes < 1000:
        return made
    in_place = partial(ours.cross_entropy, inplace=True)
    return {
        **made,
        IN_PLACE: lambda: overwriting(in_place, z, target),
        IN_PLACE_MEMORY: lambda: moved_in_place(z),
    }


def evaluation(rows: int, classes: int, dtype: torch.dtype) -> Mapping[str, Make]:
    """The value alone."""
    z, target = logits(rows, classes, dtype)
    return evaluated(ours.cross_entropy, functional.cross_entropy, z, target)


def _case(rows: int, classes: int, dtype: torch.dtype, wanted: tuple[Goal, ...] = ()) -> Case:
    return case(
        "softmax",
        f"cross-entropy {_BITS[dtype]} {rows}x{classes}",
        partial(training, rows, classes, dtype),
        rows * classes * dtype.itemsize,
        goals=wanted,
        limits=LIMITS if classes >= 1000 else {"lossary": "memory"},
        tolerance=1e-4 if dtype == torch.float32 else 5e-2,
        seconds=30 if rows * classes > 1e8 else 12,
    )


_LONG = reached(2.8, 3) + goals(EAGER, 10, ours=IN_PLACE)

CASES = (
    _case(8192, 32_000, torch.float32, _LONG),
    _case(32_768, 1000, torch.float32, _LONG),
    _case(1_000_000, 2, torch.float32, reached(15, 15)),
    _case(65_536, 10, torch.float32, reached(4, 4)),
    _case(8192, 32_000, torch.bfloat16),
    _case(32_768, 1000, torch.bfloat16),
    _case(1_000_000, 2, torch.bfloat16),
    _case(65_536, 10, torch.bfloat16),
    case(
        "softmax",
        "cross-entropy float32 32768x1000, value alone",
        partial(evaluation, 32_768, 1000, torch.float32),
        32_768 * 1000 * 4,
    ),
)
