"""Cross-entropy of class indices, from two classes to a vocabulary."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from lossary.torch import functional as ours
from speed.case import Case, Goal, Make, goals
from speed.peers import EAGER, MEMORY, case, evaluated, reached, trained
from speed.steps import moved_in_place, overwriting

_BITS = {torch.float32: "float32", torch.bfloat16: "bfloat16"}


def logits(rows: int, classes: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Normal logits that are trained, and a class for each row."""
    torch.manual_seed(0)
    z = torch.empty(rows, classes, dtype=dtype).normal_(std=2).requires_grad_()
    return z, torch.randint(classes, (rows,))


def training(rows: int, classes: int, dtype: torch.dtype) -> Mapping[str, Make]:
    """Forward and backward."""
    z, target = logits(rows, classes, dtype)
    in_jax = "softmax_cross_entropy" if dtype == torch.float32 else None
    return trained(ours.cross_entropy, functional.cross_entropy, z, target, in_jax)


def in_place(rows: int, classes: int, dtype: torch.dtype) -> Mapping[str, Make]:
    """Forward and backward, by Lossary with the gradient written over the logits."""
    z, target = logits(rows, classes, dtype)
    made = trained(ours.cross_entropy, functional.cross_entropy, z, target)
    loss = partial(ours.cross_entropy, inplace=True)
    own: dict[str, Make] = {"lossary": lambda: overwriting(loss, z, target)}
    return {**made, **own, MEMORY: lambda: moved_in_place(z)}


def evaluation(rows: int, classes: int, dtype: torch.dtype) -> Mapping[str, Make]:
    """The value alone."""
    z, target = logits(rows, classes, dtype)
    return evaluated(ours.cross_entropy, functional.cross_entropy, z, target)


def _case(
    rows: int,
    classes: int,
    dtype: torch.dtype,
    wanted: tuple[Goal, ...] = (),
    build: Callable[[int, int, torch.dtype], Mapping[str, Make]] = training,
    **options: Any,
) -> Case:
    return case(
        "softmax",
        f"cross-entropy {_BITS[dtype]} {rows}x{classes}{_KINDS[build]}",
        partial(build, rows, classes, dtype),
        rows * classes * dtype.itemsize,
        goals=wanted,
        tolerance=1e-4 if dtype == torch.float32 else 5e-2,
        seconds=30 if rows * classes > 1e8 else 12,
        **options,
    )


_KINDS = {training: "", evaluation: ", value alone", in_place: ", gradient in place"}
_LONG = ((8192, 32_000), (32_768, 1000))
_PAIRS, _TENS = (1_000_000, 2), (65_536, 10)

CASES = (
    *(_case(*shape, torch.float32, reached(2.8, 3)) for shape in _LONG),
    *(
        _case(*shape, torch.float32, goals(EAGER, 10), build=in_place, modes=("default",))
        for shape in _LONG
    ),
    _case(*_PAIRS, torch.float32, reached(15, 15)),
    _case(*_TENS, torch.float32, reached(4, 4)),
    *(_case(*shape, torch.bfloat16) for shape in (*_LONG, _PAIRS, _TENS)),
    *(_case(*s, torch.bfloat16, build=in_place, modes=("default",)) for s in _LONG),
    _case(32_768, 1000, torch.float32, build=evaluation),
)
