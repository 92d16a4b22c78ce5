"""Calls so small that only what surrounds the arithmetic counts."""

from collections.abc import Mapping
from functools import partial

import torch
from torch.nn import functional

from lossary.torch import functional as ours
from speed.case import Build, Case, Make, goals
from speed.cases.pointwise import scores
from speed.cases.softmax import logits
from speed.peers import COMPILED, EAGER, trained

# Torch's own may not be faster than this share of a call.
_WITHIN = 1 / 1.2


def _rows(rows: int, classes: int) -> Mapping[str, Make]:
    z, target = logits(rows, classes, torch.float32)
    return _without_memory(trained(ours.cross_entropy, functional.cross_entropy, z, target))


def _binary(n: int) -> Mapping[str, Make]:
    mine, eager = (
        ours.binary_cross_entropy_with_logits,
        functional.binary_cross_entropy_with_logits,
    )
    return _without_memory(trained(mine, eager, *scores(n, torch.float32)))


def _squared(n: int) -> Mapping[str, Make]:
    return _without_memory(trained(ours.mse_loss, functional.mse_loss, *scores(n, torch.float32)))


def _without_memory(made: Mapping[str, Make]) -> Mapping[str, Make]:
    return {name: made[name] for name in ("lossary", EAGER, COMPILED)}


def _case(name: str, build: Build) -> Case:
    return Case(
        "small",
        name,
        build,
        1 << 16,
        goals=goals(EAGER, _WITHIN),
        modes=("default",),
        seconds=5,
    )


CASES = (
    _case("cross-entropy 8x10", partial(_rows, 8, 10)),
    _case("cross-entropy 1x2", partial(_rows, 1, 2)),
    _case("cross-entropy 32x100", partial(_rows, 32, 100)),
    _case("cross-entropy 128x10", partial(_rows, 128, 10)),
    _case("sigmoid cross-entropy 8", partial(_binary, 8)),
    _case("sigmoid cross-entropy 1000", partial(_binary, 1000)),
    _case("squared error 8", partial(_squared, 8)),
    _case("squared error 1000", partial(_squared, 1000)),
)
