"""Where torch.nn is right, values and gradients are torch's, argument by argument."""

import inspect
from functools import partial
from itertools import product
from math import prod

import pytest
import torch
from torch import nn
from torch.nn import functional as theirs

import lossary.torch as lt
import lossary.torch.functional as ours
from lossary.kernels import eligibility
from support.kernels import kernels

D = torch.float64
SHARED = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiMarginLoss",
    "PoissonNLLLoss",
]
FUNCTIONS = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "margin_ranking_loss",
    "mse_loss",
    "multi_margin_loss",
    "poisson_nll_loss",
]
REDUCTIONS = ["mean", "sum", "none"]


def seeded(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=D)


def assert_same(mine, torchs, z, *rest):
    """The same value, and the same gradient of an uneven sum."""
    results = []
    for loss in (mine, torchs):
        s = z.clone().requires_grad_()
        value = loss(s, *rest)
        uneven = torch.linspace(1, 2, value.numel(), dtype=D).reshape(value.shape)
        (value * uneven).sum().backward()
        results.append((value.detach(), s.grad))
    torch.testing.assert_close(results[0], results[1], rtol=1e-12, atol=1e-14)


def positional(signature):
    return [
        (p.name, p.default)
        for p in signature.parameters.values()
        if p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"
    ]


@pytest.mark.parametrize("name", SHARED)
def test_a_module_takes_torch_s_arguments_in_torch_s_order(name):
    wanted = positional(inspect.signature(getattr(nn, name).__init__))
    assert positional(inspect.signature(getattr(lt, name))) == wanted


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_torch_s_arguments_in_torch_s_order(name):
    wanted = positional(inspect.signature(getattr(theirs, name)))
    assert positional(inspect.signature(getattr(ours, name))) == wanted


@pytest.mark.parametrize("name", SHARED)
def test_what_is_beyond_torch_s_arguments_is_by_keyword(name):
    wanted = set(inspect.signature(getattr(nn, name).__init__).parameters) - {"self"}
    extra = [
        p for n, p in inspect.signature(getattr(lt, name)).parameters.items() if n not in wanted
    ]
    assert all(p.kind is p.KEYWORD_ONLY for p in extra)


WEIGHTS = [None, torch.tensor([1.0, 2.0, 0.5, 0.0], dtype=D)]
LAYOUTS = [(4,), (5, 4), (5, 4, 3), (2, 4, 3, 2)]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", LAYOUTS, ids=str)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weight", WEIGHTS, ids=["plain", "weighted"])
def test_cross_entropy_of_classes(reduction, shape, smoothing, weight):
    z = seeded(*shape)
    batch = shape[:1] + shape[2:] if len(shape) > 1 else ()
    y = torch.randint(0, 4, batch, generator=torch.Generator().manual_seed(1))
    if batch:
        y.view(-1)[0] = -100
    options = {"weight": weight, "reduction": reduction, "label_smoothing": smoothing}
    assert_same(lt.CrossEntropyLoss(**options), nn.CrossEntropyLoss(**options), z, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("shape", LAYOUTS, ids=str)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_of_probabilities(reduction, shape, smoothing):
    z = seeded(*shape)
    t = torch.softmax(seeded(*shape, seed=1), 0 if len(shape) == 1 else 1)
    options = {"reduction": reduction, "label_smoothing": smoothing}
    assert_same(lt.CrossEntropyLoss(**options), nn.CrossEntropyLoss(**options), z, t)


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_cross_entropy_of_probabilities_with_class_weights(reduction):
    z, t = seeded(5, 4), torch.softmax(seeded(5, 4, seed=1), 1)
    options = {"weight": WEIGHTS[1], "reduction": reduction, "label_smoothing": 0.1}
    assert_same(lt.CrossEntropyLoss(**options), nn.CrossEntropyLoss(**options), z, t)


@pytest.mark.parametrize("ignored", [-100, 2])
def test_an_ignored_class(ignored):
    z, y = seeded(5, 4), torch.tensor([ignored, 1, 2, 0, ignored])
    options = {"ignore_index": ignored}
    assert_same(lt.CrossEntropyLoss(**options), nn.CrossEntropyLoss(**options), z, y)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.int32, torch.int64])
def test_classes_of_any_integer_dtype(dtype):
    z, y = seeded(3, 4), torch.tensor([3, 0, 1])
    torch.testing.assert_close(lt.CrossEntropyLoss()(z, y.to(dtype)), theirs.cross_entropy(z, y))


@pytest.mark.parametrize(
    ("reduction", "weight", "pos_weight"),
    list(
        product(
            REDUCTIONS,
            [None, torch.tensor([1.0, 2.0, 0.5, 0.0], dtype=D), torch.rand(5, 1, dtype=D)],
            [None, torch.tensor([3.0, 1.0, 0.5, 2.0], dtype=D), torch.tensor(2.0, dtype=D)],
        )
    ),
)
def test_binary_cross_entropy_of_scores(reduction, weight, pos_weight):
    s, y = 3 * seeded(5, 4), torch.rand(5, 4, dtype=D)
    options = {"weight": weight, "pos_weight": pos_weight, "reduction": reduction}
    assert_same(lt.BCEWithLogitsLoss(**options), nn.BCEWithLogitsLoss(**options), s, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", [None, torch.tensor([1.0, 2.0, 0.5, 0.0], dtype=D)])
def test_binary_cross_entropy_of_probabilities(reduction, weight):
    p, y = torch.sigmoid(seeded(5, 4)), torch.rand(5, 4, dtype=D)
    options = {"weight": weight, "reduction": reduction}
    assert_same(lt.BCELoss(**options), nn.BCELoss(**options), p, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize(
    ("name", "options"),
    [("MSELoss", {}), ("L1Loss", {}), ("HuberLoss", {}), ("HuberLoss", {"delta": 0.3})],
)
def test_losses_of_a_number(reduction, name, options):
    mine, torchs = (getattr(m, name)(reduction=reduction, **options) for m in (lt, nn))
    assert_same(mine, torchs, seeded(5, 4), seeded(5, 4, seed=1))
    assert_same(mine, torchs, seeded(), seeded(seed=1))


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("name", ["mse_loss", "l1_loss"])
def test_weighted_losses_of_a_number(reduction, name):
    s, y, w = seeded(5, 4), seeded(5, 4, seed=1), torch.rand(5, 4, dtype=D)
    mine, torchs = (
        partial(getattr(f, name), reduction=reduction, weight=w) for f in (ours, theirs)
    )
    assert_same(mine, torchs, s, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_poisson(reduction):
    s, y = seeded(5, 4), torch.tensor([0.0, 1.0, 2.0, 7.0], dtype=D).expand(5, 4)
    options = {"reduction": reduction}
    assert_same(lt.PoissonNLLLoss(**options), nn.PoissonNLLLoss(**options), s, y)


@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("reduction", ["batchmean", "sum", "none"])
def test_kl_divergence(reduction, log_target):
    l, lt_ = (torch.log_softmax(seeded(5, 4, seed=n), 1) for n in (0, 1))
    target = lt_ if log_target else lt_.exp()
    options = {"reduction": reduction, "log_target": log_target}
    assert_same(lt.KLDivLoss(**options), nn.KLDivLoss(**options), l, target)


BATCHES = [(5, 4), (5, 4, 3), (2, 4, 3, 2), (1, 4, 6)]


@pytest.mark.parametrize("shape", BATCHES, ids=str)
@pytest.mark.parametrize("log_target", [False, True])
@pytest.mark.parametrize("path", [kernels, eligibility.plain])
def test_kl_divergence_per_sample(path, log_target, shape):
    l, logs = (torch.log_softmax(seeded(*shape, seed=n), 1) for n in (0, 1))
    target = logs if log_target else logs.exp()
    options = {"reduction": "batchmean", "log_target": log_target}
    with path():
        assert_same(lt.KLDivLoss(**options), nn.KLDivLoss(**options), l, target)


@pytest.mark.parametrize("made", [lt.KLDivLoss, lt.JSDivLoss])
@pytest.mark.parametrize("shape", [(4,), *BATCHES], ids=str)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("path", [kernels, eligibility.plain])
def test_a_mean_per_sample_is_the_mean_times_the_rows_of_a_sample(made, shape, weighted, path):
    axis = min(1, len(shape) - 1)
    l, t = seeded(*shape).log_softmax(axis), seeded(*shape, seed=1).softmax(axis)
    rows = shape[:1] + shape[2:] if len(shape) > 1 else ()
    weight = torch.rand(rows, dtype=D) if weighted else None
    with path():
        mean, per_sample = (made(reduction=r)(l, t, weight) for r in ("mean", "batchmean"))
    torch.testing.assert_close(per_sample, mean * prod(rows[1:]), rtol=1e-14, atol=0)


def test_a_single_row_is_a_batch_of_one():
    l, t = torch.zeros(5, dtype=D).log_softmax(0), torch.eye(5, dtype=D)[0]
    for reduction in ("mean", "batchmean"):
        torch.testing.assert_close(lt.KLDivLoss(reduction=reduction)(l, t), -l[0])
    torch.testing.assert_close(nn.KLDivLoss(reduction="batchmean")(l, t), -l[0] / 5)


@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("weight", WEIGHTS, ids=["plain", "weighted"])
@pytest.mark.parametrize("shape", [(4,), (5, 4)], ids=str)
def test_multi_margin(p, reduction, weight, shape):
    s, y = seeded(*shape), torch.tensor([3, 0, 1, 1, 2])[: shape[0] if len(shape) > 1 else None]
    y = y if len(shape) > 1 else y[0]
    options = {"p": p, "margin": 0.7, "weight": weight, "reduction": reduction}
    assert_same(lt.MultiMarginLoss(**options), nn.MultiMarginLoss(**options), s, y)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("margin", [0.0, 1.0])
def test_margin_ranking(reduction, margin):
    a, b, y = seeded(5, 4), seeded(5, 4, seed=1), torch.sign(seeded(5, 4, seed=2))
    options = {"margin": margin, "reduction": reduction}
    assert_same(lt.MarginRankingLoss(**options), nn.MarginRankingLoss(**options), a, b, y)
