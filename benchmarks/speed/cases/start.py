"""The first call of a process: compiled just then, or found in the cache; and imports."""

import importlib
from collections.abc import Callable, Mapping
from functools import partial

import import_time
import torch
from torch.nn import functional

import lossary as ls
from lossary.torch import functional as ours
from speed import compositions
from speed.case import Case, Goal, Make, Step
from speed.cases.heads import full, head
from speed.cases.pointwise import scores
from speed.cases.softmax import logits
from speed.peers import COMPILED
from speed.steps import Loss, compiled, training

COLD, CACHED = "nothing cached", "cached"
NUMBA_THERE = "lossary, Numba imported before"
Data = Callable[[], tuple[tuple[torch.Tensor, ...], torch.Tensor]]


def _rows() -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
    z, target = logits(1000, 1000, torch.float32)
    return (z,), target


def _scores() -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
    s, y = scores(1_000_000, torch.float32)
    return (s,), y


def _pair() -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
    return (torch.randn(1000, 1000).requires_grad_(),), torch.randn(1000, 1000)


def _head() -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
    hidden, weight, target = head(256, 4096)
    return (hidden, weight), target


def _linear(*arguments: torch.Tensor) -> torch.Tensor:
    loss: torch.Tensor = importlib.import_module("lossary.torch").linear_loss(
        *arguments, loss="softmax_cross_entropy"
    )
    return loss


def _kl(q: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
    return ls.kl_divergence_from_logits(p, q).mean()


def _candidates(mine: Loss, eager: Loss, data: Data) -> Mapping[str, Make]:
    def with_numba() -> Step:
        importlib.import_module("numba")
        leaves, constant = data()
        return training(mine, leaves, constant)

    def without(loss: Callable[[], Loss]) -> Step:
        leaves, constant = data()
        return training(loss(), leaves, constant)

    return {
        "lossary": partial(without, lambda: mine),
        NUMBA_THERE: with_numba,
        COMPILED: partial(without, lambda: compiled(eager)),
    }


def _case(name: str, mine: Loss, eager: Loss, data: Data) -> Case:
    return Case(
        "start",
        f"first {name}",
        partial(_candidates, mine, eager, data),
        0,
        goals=(Goal(most=0.2, modes=(CACHED,), ours=NUMBA_THERE),),
        modes=(COLD, CACHED),
        measure="start",
        unit="s",
    )


def _import(package: str, beside: str) -> Case:
    def build() -> Mapping[str, Make]:
        statements = {"lossary": f"import {package}", f"{beside} alone": f"import {beside}"}
        return {
            name: partial(Step, partial(import_time.seconds, statement))
            for name, statement in statements.items()
        }

    name, modes = f"import {package}", ("default",)
    return Case("start", name, build, 0, modes=modes, measure="import", unit="s")


CASES = (
    _import("lossary", "numpy"),
    _import("lossary.torch", "torch"),
    _case("cross-entropy", ours.cross_entropy, functional.cross_entropy, _rows),
    _case(
        "sigmoid cross-entropy",
        ours.binary_cross_entropy_with_logits,
        functional.binary_cross_entropy_with_logits,
        _scores,
    ),
    _case("KL of logits", _kl, compositions.kl, _pair),
    _case("linear head", _linear, full, _head),
)
