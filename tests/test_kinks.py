"""Where a derivative jumps or has no limit: what docs/numbers.md says is so, beside torch."""

from pathlib import Path

import pytest
import torch
from torch.nn import functional

import lossary as ls
from lossary.formulas import catalogue
from lossary.kernels import eligibility
from support.kernels import kernels

ONE, ZERO = torch.ones(1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
FIRST = torch.tensor([0])
NONE = None

#: The loss, a point on its kink, the derivative there; torch's loss and its derivative.
KINKS = {
    "absolute_error": (
        lambda x: ls.absolute_error(x, ZERO), [0.0], [0.0],
        lambda x: functional.l1_loss(x, ZERO), [0.0],
    ),
    "quantile": (lambda x: ls.quantile(x, ZERO, level=0.9), [0.0], [0.0], NONE, NONE),
    "huber": (
        lambda x: ls.huber(x, ZERO), [1.0], [1.0],
        lambda x: functional.huber_loss(x, ZERO), [1.0],
    ),
    "hinge": (lambda x: ls.hinge(x, ONE), [1.0], [0.0], NONE, NONE),
    "squared_hinge": (lambda x: ls.squared_hinge(x, ONE), [1.0], [0.0], NONE, NONE),
    "modified_huber": (lambda x: ls.modified_huber(x, ONE), [-1.0], [-4.0], NONE, NONE),
    "margin_ranking": (
        lambda x: ls.margin_ranking(x, ZERO), [0.0], [0.0],
        lambda x: functional.margin_ranking_loss(x, ZERO, ONE), [-1.0],
    ),
    "multiclass_hinge": (
        lambda x: ls.multiclass_hinge(x, FIRST), [[1.0, 0.0, -5.0]], [[0.0, 0.0, 0.0]],
        lambda x: functional.multi_margin_loss(x, FIRST), [[0.0, 0.0, 0.0]],
    ),
}  # fmt: skip
TABLE = Path("docs/numbers.md").read_text(encoding="utf-8")


def slope(loss, point):
    x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    (found,) = torch.autograd.grad(loss(x).sum(), x)
    return found.tolist()


def test_every_declared_kink_is_in_the_table():
    declared = {n for n in catalogue.names("pointwise") if catalogue.get(n).kink}
    assert declared <= set(KINKS)
    for name in KINKS:
        assert f"| `{name}` |" in TABLE


@pytest.mark.parametrize("path", [kernels, eligibility.plain], ids=["kernels", "plain"])
@pytest.mark.parametrize("name", KINKS)
def test_the_derivative_at_a_kink_is_the_documented_one(name, path):
    loss, point, expected, *_ = KINKS[name]
    with path():
        assert slope(loss, point) == expected


@pytest.mark.parametrize("name", [name for name in KINKS if KINKS[name][3]])
def test_torchs_derivative_is_the_documented_one(name):
    _, point, _, loss, expected = KINKS[name]
    assert slope(loss, point) == expected


@pytest.mark.parametrize("path", [kernels, eligibility.plain], ids=["kernels", "plain"])
def test_the_derivatives_of_kl_where_both_masses_are_0(path):
    p = torch.tensor([[0.5, 0.5, 0.0]], dtype=torch.float64, requires_grad=True)
    q = torch.tensor([[0.25, 0.75, 0.0]], dtype=torch.float64, requires_grad=True)
    with path():
        by_p, by_q = torch.autograd.grad(ls.kl_divergence(p, q).sum(), (p, q))
    assert (by_p[0, 2], by_q[0, 2]) == (1, -1)
    (theirs,) = torch.autograd.grad(functional.kl_div(q.detach().log(), p, reduction="sum"), p)
    assert theirs[0, 2].isnan()


def test_a_chain_through_an_underflowed_softmax_stays_finite():
    z = torch.tensor([[0.0, 0.0, -2000.0]], dtype=torch.float64, requires_grad=True)
    given = torch.tensor([[0.25, 0.75, 0.0]], dtype=torch.float64)
    value = ls.kl_divergence(torch.softmax(z, -1), given).sum()
    (found,) = torch.autograd.grad(value, z)
    assert found.isfinite().all()
