"""What is kept from call to call: bounded, and no answer depends on the calls before."""

import gc
from pathlib import Path

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.kernels import distributions, option_values
from lossary.kernels.bounded_cache import BoundedCache
from lossary.kernels.cpu import compilation
from lossary.kernels.torch import small_tensors
from lossary.torch import linear_loss

PAGE = 4096
FLAT = 8 << 20
"""What 20 000 calls may leave: a 60th of the 0.5 GB that they left without a bound."""

X, Y = torch.linspace(-2, 2, 8), torch.tensor([1.0, -1.0] * 4)
Z, T = torch.linspace(-2, 2, 20).reshape(4, 5), torch.tensor([0, 1, 2, 3])
P, Q = torch.softmax(Z, -1), torch.softmax(Z.flip(-1), -1)
HIDDEN, WEIGHT = torch.ones(4, 3), torch.linspace(-1, 1, 15).reshape(5, 3).requires_grad_()

CALLS = {
    "elements": (6_000, lambda v: ls.logistic(X, Y, temperature=v)),
    "rows": (6_000, lambda v: ls.softmax_focal(Z, T, gamma=v)),
    "rows apart": (1_500, lambda v: ls.softmax_focal(Z, T, gamma=v, reduction="none")),
    "margins": (3_000, lambda v: ls.multiclass_hinge(Z, T, margin=v)),
    "masses": (1_500, lambda v: ls.alpha_divergence(P, Q, alpha=1 + v)),
    "logits": (1_500, lambda v: ls.alpha_divergence_from_logits(Z, P, alpha=1 + v)),
    "heads": (500, lambda v: linear_loss(HIDDEN, WEIGHT, T, temperature=v)),
}


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def test_memory_is_flat_over_many_values_of_an_option():
    assert sum(count for count, _ in CALLS.values()) == 20_000
    for count, call in CALLS.values():
        for i in range(300):
            call(2 + i / count)
        gc.collect()
        before = resident()
        for i in range(count):
            call(1 + i / count)
        gc.collect()
        assert resident() - before < FLAT


@pytest.mark.parametrize(
    "cache",
    [
        option_values._converted,
        small_tensors._remembered,
        distributions._converted,
        compilation._kernels,
    ],
    ids=["calls", "small calls", "calls of pairs", "kernels"],
)
def test_caches_of_kernels_are_bounded(cache):
    assert isinstance(cache, BoundedCache)
    assert len(cache) <= cache._most


def test_a_bounded_cache_lets_the_oldest_go():
    cache = BoundedCache(2)
    for key in (1, 2, 1, 3):
        cache[key] = str(key)
    assert dict(cache) == {2: "2", 3: "3"}


ONE = {
    "temperature of elements": lambda v: ls.logistic(X, Y, temperature=v),
    "temperature of rows": lambda v: ls.softmax_cross_entropy(Z, T, temperature=v),
    "z_loss": lambda v: ls.softmax_cross_entropy(Z, T, z_loss=v),
    "label_smoothing": lambda v: ls.softmax_cross_entropy(Z, T, label_smoothing=v),
    "softcap": lambda v: ls.softmax_cross_entropy(Z, T, softcap=v),
    "gamma": lambda v: ls.softmax_focal(Z, T, gamma=v),
    "gamma of each": lambda v: ls.softmax_focal(Z, T, gamma=v, reduction="none"),
    "margin": lambda v: ls.multiclass_hinge(Z, T, margin=v),
    "delta": lambda v: ls.huber(X, Y, delta=v),
    "alpha of masses": lambda v: ls.alpha_divergence(P, Q, alpha=v),
    "alpha of logits": lambda v: ls.alpha_divergence_from_logits(Z, P, alpha=v),
    "temperature of a head": lambda v: linear_loss(HIDDEN, WEIGHT, T, temperature=v),
    "axis": lambda v: ls.softmax_cross_entropy(Z, T, axis=v),
    "axis of masses": lambda v: ls.kl_divergence(P, Q, axis=v),
    "axis of logits": lambda v: ls.kl_divergence_from_logits(Z, P, axis=v),
    "ignore_index": lambda v: ls.softmax_cross_entropy(Z, T, ignore_index=v),
}


@pytest.mark.parametrize("name", ONE)
def test_true_is_refused_whatever_came_before(name):
    before = ONE[name](1)
    for wrong in (True, np.True_):
        with pytest.raises(ls.LossaryError, match=rf"^{name.split()[0]} must be .*True"):
            ONE[name](wrong)
    torch.testing.assert_close(ONE[name](1), before, rtol=0, atol=0)
