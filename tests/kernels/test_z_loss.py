"""The z-loss beside weights of classes: these have no say in it, on any path."""

import itertools

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.kernels import eligibility
from lossary.torch import linear_loss
from support.kernels import kernels

ROWS, PENALTY, IGNORED = 70, 0.1, 1


def case(classes, *, dense, weighted, ignoring):
    """Logits, a target, and the options of a loss."""
    made = torch.Generator().manual_seed(classes)
    z = 3 * torch.randn(ROWS, classes, generator=made, dtype=torch.float64)
    target = torch.randint(0, classes, (ROWS,), generator=made)
    target[3] = IGNORED
    if dense:
        target = torch.softmax(torch.randn(ROWS, classes, generator=made).double(), -1)
    options = {"z_loss": PENALTY, "class_weight": torch.rand(classes, generator=made).double()}
    if weighted:
        options["sample_weight"] = torch.rand(ROWS, generator=made).double()
    if ignoring and not dense:
        options["ignore_index"] = IGNORED
    return z, target, options


def textbook(z, target, options, reduction, smoothing):
    """Cross-entropy by the classes' weights, and beside it the mean of the squared log-sum-exp."""
    weight = options.get("sample_weight", torch.ones(ROWS, dtype=torch.float64))
    t, classes = target, z.shape[-1]
    if target.ndim == 1:
        weight = torch.where(target == options.get("ignore_index", -1), 0, weight)
        t = torch.nn.functional.one_hot(target, classes).double()
    share = ((1 - smoothing) * t + smoothing / classes) * options["class_weight"]
    loss = -(share * torch.log_softmax(z, -1)).sum(-1)
    added = PENALTY * torch.logsumexp(z, -1) ** 2
    if reduction == "none":
        return weight * (loss + added)
    if reduction == "sum":
        return (weight * (loss + added)).sum()
    mass = (t * options["class_weight"]).sum(-1)
    return (weight * loss).sum() / (weight * mass).sum() + (weight * added).sum() / weight.sum()


def of_rows(z, target, **options):
    return ls.softmax_cross_entropy(z, target, **options)


def of_a_head(z, target, **options):
    return linear_loss(z, torch.eye(z.shape[-1], dtype=z.dtype), target, **options)


KINDS = [f"{d}{w}{i}" for d, w, i in itertools.product("-d", "-w", "-i") if (d, i) != ("d", "i")]


@pytest.mark.parametrize("path", [kernels, eligibility.plain], ids=["kernels", "plain"])
@pytest.mark.parametrize("loss", [of_rows, of_a_head])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", [5, 40, 1500])
def test_no_class_weight_scales_the_z_loss(classes, kind, reduction, loss, path):
    z, target, options = case(
        classes, dense="d" in kind, weighted="w" in kind, ignoring="i" in kind
    )
    for smoothing in (0.0, 0.1):
        x = z.clone().requires_grad_()
        want = textbook(x, target, options, reduction, smoothing)
        (slope,) = torch.autograd.grad(want.sum(), x)
        more = {**options, "reduction": reduction, "label_smoothing": smoothing}
        with path():
            y = z.clone().requires_grad_()
            got = loss(y, target, **more)
            (found,) = torch.autograd.grad(got.sum(), y)
            bare = loss(z, target, **more)
        for a, b in ((got, want), (found, slope), (bare, want)):
            assert (a - b).abs().max() <= 1e-12 * b.abs().max()


@pytest.mark.parametrize("loss", [of_rows, of_a_head])
def test_classes_without_weight_leave_the_z_loss(loss):
    z, target, _ = case(5, dense=False, weighted=False, ignoring=False)
    value = loss(z, target, z_loss=PENALTY, class_weight=torch.zeros(5, dtype=torch.float64))
    expected = (PENALTY * torch.logsumexp(z, -1) ** 2).mean()
    assert float(value) == pytest.approx(float(expected), rel=1e-12)


def test_every_framework_leaves_the_z_loss_unscaled(xp):
    z, target, weight = np.eye(3), np.asarray([0, 1, 2]), np.asarray([0.5, 2.0, 1.0])
    given = (xp.asarray(z), xp.asarray(target))
    found = ls.softmax_cross_entropy(*given, z_loss=1.0, class_weight=xp.asarray(weight))
    bare = ls.softmax_cross_entropy(*given, class_weight=xp.asarray(weight))
    squares = np.log(np.exp(z).sum(axis=-1)) ** 2
    assert float(found) - float(bare) == pytest.approx(squares.mean(), rel=1e-6)
