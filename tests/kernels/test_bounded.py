"""What is kept from call to call: bounded, and no answer depends on the calls before."""

import gc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.kernels import build, lanes, pair_lanes, quick
from lossary.kernels.bounded import BoundedCache
from lossary.torch import linear_loss

_PAGE = 4096
_FLAT = 8 << 20
"""What 10^5 calls may leave: a 300th of the 2.4 GB that they left without a bound."""

_x, _y = torch.linspace(-2, 2, 8), torch.tensor([1.0, -1.0] * 4)
_z, _t = torch.linspace(-2, 2, 20).reshape(4, 5), torch.tensor([0, 1, 2, 3])
_p, _q = torch.softmax(_z, -1), torch.softmax(_z.flip(-1), -1)
_hidden, _weight = torch.ones(4, 3), torch.linspace(-1, 1, 15).reshape(5, 3).requires_grad_()

_CALLS: dict[str, tuple[int, Callable[[float], torch.Tensor]]] = {
    "elements": (40_000, lambda v: ls.logistic(_x, _y, temperature=v)),
    "rows": (40_000, lambda v: ls.softmax_focal(_z, _t, gamma=v)),
    "rows apart": (3_000, lambda v: ls.softmax_focal(_z, _t, gamma=v, reduction="none")),
    "margins": (10_000, lambda v: ls.multiclass_hinge(_z, _t, margin=v)),
    "masses": (3_000, lambda v: ls.alpha_divergence(_p, _q, alpha=1 + v)),
    "logits": (3_000, lambda v: ls.alpha_divergence_from_logits(_z, _p, alpha=1 + v)),
    "heads": (1_000, lambda v: linear_loss(_hidden, _weight, _t, temperature=v)),
}
_SPECIMEN = 300


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def test_memory_is_flat_over_many_values_of_an_option() -> None:
    assert sum(count for count, _ in _CALLS.values()) == 100_000
    for count, call in _CALLS.values():
        for i in range(_SPECIMEN):
            call(2 + i / count)
        gc.collect()
        before = _resident()
        for i in range(count):
            call(1 + i / count)
        gc.collect()
        assert _resident() - before < _FLAT


@pytest.mark.parametrize(
    "cache", [lanes._calls, quick._remembered, pair_lanes._calls, build._kernels]
)
def test_caches_of_kernels_are_bounded(cache: object) -> None:
    assert isinstance(cache, BoundedCache)
    assert len(cache) <= cache._most


def test_a_bounded_cache_lets_the_oldest_go() -> None:
    cache: BoundedCache[int, str] = BoundedCache(2)
    for key in (1, 2, 1, 3):
        cache[key] = str(key)
    assert dict(cache) == {2: "2", 3: "3"}


_ODD: list[tuple[str, Callable[..., torch.Tensor]]] = [
    ("temperature", lambda v: ls.logistic(_x, _y, temperature=v)),
    ("temperature", lambda v: ls.softmax_cross_entropy(_z, _t, temperature=v)),
    ("z_loss", lambda v: ls.softmax_cross_entropy(_z, _t, z_loss=v)),
    ("label_smoothing", lambda v: ls.softmax_cross_entropy(_z, _t, label_smoothing=v)),
    ("softcap", lambda v: ls.softmax_cross_entropy(_z, _t, softcap=v)),
    ("gamma", lambda v: ls.softmax_focal(_z, _t, gamma=v)),
    ("gamma", lambda v: ls.softmax_focal(_z, _t, gamma=v, reduction="none")),
    ("margin", lambda v: ls.multiclass_hinge(_z, _t, margin=v)),
    ("delta", lambda v: ls.huber(_x, _y, delta=v)),
    ("alpha", lambda v: ls.alpha_divergence(_p, _q, alpha=v)),
    ("alpha", lambda v: ls.alpha_divergence_from_logits(_z, _p, alpha=v)),
    ("temperature", lambda v: linear_loss(_hidden, _weight, _t, temperature=v)),
    ("axis", lambda v: ls.softmax_cross_entropy(_z, _t, axis=v)),
    ("axis", lambda v: ls.kl_divergence(_p, _q, axis=v)),
    ("axis", lambda v: ls.kl_divergence_from_logits(_z, _p, axis=v)),
    ("ignore_index", lambda v: ls.softmax_cross_entropy(_z, _t, ignore_index=v)),
]


@pytest.mark.parametrize(("name", "call"), _ODD)
@pytest.mark.parametrize("usual", [1, 1.0, np.int64(1), np.float64(1)])
def test_true_is_refused_whatever_came_before(
    name: str, call: Callable[..., torch.Tensor], usual: float
) -> None:
    if name in {"axis", "ignore_index"} and not isinstance(usual, int | np.int64):
        return
    before = call(usual)
    for wrong in (True, np.True_):
        with pytest.raises(ls.LossaryError, match=f"{name} must be .*True"):
            call(wrong)
    torch.testing.assert_close(call(usual), before, rtol=0, atol=0)
