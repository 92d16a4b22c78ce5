"""The chain rule by which the explorer's truth is computed, against automatic differentiation."""

import numpy as np
import pytest
import torch

import lossary as ls
from support.explorer import expected

PLACES = np.linspace(-4, 4, 9)


def derivatives(loss, place):
    place = torch.tensor(place, dtype=torch.float64, requires_grad=True)
    value = loss(place)
    (gradient,) = torch.autograd.grad(value.sum(), place)
    return value.detach(), gradient


@pytest.mark.parametrize("label", [1, -1])
def test_of_a_margin(label):
    signals = {"temperature": 0.7, "softcap": 2.5, "smoothing": 0.1, "label": label}
    found = expected(
        "sigmoid_focal",
        [{"x": x} for x in PLACES],
        {f"common_{k}": v for k, v in signals.items()} | {"gamma": 1.5},
    )

    def loss(x):
        y = torch.full_like(x, float(label > 0))
        return ls.sigmoid_focal(
            label * x,
            y,
            gamma=1.5,
            temperature=0.7,
            softcap=2.5,
            label_smoothing=0.1,
            reduction="none",
        )

    agree(found, loss, PLACES)


@pytest.mark.parametrize("k", [0, 2])
def test_of_three_classes(k):
    p = np.array([[0.7, 0.2, 0.1], [0.01, 0.9, 0.09], [1 / 3, 1 / 3, 1 / 3]])
    signals = {"temperature": 0.7, "softcap": 2.5, "smoothing": 0.1, "z_loss": 0.3, "shift": 1.2}
    found = expected(
        "softmax_focal",
        [{f"p{j}": x for j, x in enumerate(row)} for row in p],
        {f"common_{k}": v for k, v in signals.items()} | {"common_class": k, "gamma": 1.5},
    )
    logits = torch.from_numpy(np.log(p) + 1.2)

    def loss(z):
        z = torch.cat([logits[:, :k], z[:, None], logits[:, k + 1 :]], dim=1)
        options = {"temperature": 0.7, "softcap": 2.5, "label_smoothing": 0.1, "z_loss": 0.3}
        y = torch.zeros(len(p), dtype=torch.int64)
        return ls.softmax_focal(z, y, gamma=1.5, reduction="none", **options)

    agree(found, loss, logits[:, k].numpy())


def agree(found, loss, places):
    step = 1e-5
    value, gradient = derivatives(loss, places)
    above, below = (derivatives(loss, places + d)[1] for d in (step, -step))
    np.testing.assert_allclose(found["value"], value, rtol=1e-13)
    np.testing.assert_allclose(found["gradient"], gradient, rtol=1e-12, atol=1e-15)
    bend = (above - below) / (2 * step)
    np.testing.assert_allclose(found["hessian"], bend, rtol=1e-6, atol=1e-9)
