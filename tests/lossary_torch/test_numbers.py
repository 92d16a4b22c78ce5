"""Dtypes, autocast, strides, empties and devices: what goes in decides what comes out."""

import math

import pytest
import torch
from torch import nn

import lossary as ls
import lossary.torch as lt
from support.torch_cases import CASES, IDS, OF_RECORDS

every_loss = pytest.mark.parametrize("case", CASES, ids=IDS)
every_record = pytest.mark.parametrize("case", OF_RECORDS, ids=lambda case: case.name)
HALVES = [torch.float16, torch.bfloat16]
FLOATS = [*HALVES, torch.float32, torch.float64]


def run(loss, z, t):
    s = z.clone().requires_grad_()
    value = loss(s, t)
    value.sum().backward()
    return value.detach(), s.grad


@every_loss
@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_the_dtype_of_the_input_is_kept(case, dtype):
    z, t = case.draw(dtype)
    for reduction in ("mean", "sum", "none"):
        value, gradient = run(case.module(reduction), z, t)
        assert (value.dtype, gradient.dtype) == (dtype, dtype)


@every_record
@pytest.mark.parametrize("dtype", HALVES, ids=str)
def test_half_precision_is_rounded_once(case, dtype):
    z, t = case.draw(dtype)
    if t.shape == (4, 3):
        t = torch.tensor([[0.5, 0.25, 0.25]] * 4, dtype=dtype)
    for reduction in ("mean", "none"):
        value, gradient = run(case.module(reduction), z, t)
        exact = run(case.module(reduction), z.double(), t.double())
        half_ulp = torch.finfo(dtype).eps / 2
        for got, truth in zip((value, gradient), exact, strict=True):
            error = (got.double() - truth).abs()
            assert (error <= truth.abs() * half_ulp * 1.01 + torch.finfo(dtype).tiny).all()


PEERS = [
    ("CrossEntropyLoss", {}, "classes"),
    ("CrossEntropyLoss", {"label_smoothing": 0.1}, "classes"),
    ("CrossEntropyLoss", {}, "probabilities"),
    ("BCEWithLogitsLoss", {}, "labels"),
    ("MSELoss", {}, "labels"),
    ("L1Loss", {}, "labels"),
    ("HuberLoss", {}, "labels"),
    ("PoissonNLLLoss", {}, "labels"),
]


def drawn(kind, dtype, seed):
    g = torch.Generator().manual_seed(seed)
    z = (5 * torch.randn(64, 10, generator=g)).to(dtype)
    if kind == "classes":
        return z, torch.randint(0, 10, (64,), generator=g)
    if kind == "labels":
        return z, torch.rand(64, 10, generator=g).to(dtype)
    t = torch.tensor([0.25, 0.5, 0.125, 0.0625, 0.0625] + [0.0] * 5, dtype=dtype)
    return z, t.expand(64, -1)


@pytest.mark.parametrize(("name", "options", "kind"), PEERS)
@pytest.mark.parametrize("dtype", [*HALVES, torch.float32], ids=str)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_no_further_from_the_truth_than_torch(name, options, kind, dtype, reduction):
    for seed in range(5):
        z, t = drawn(kind, dtype, seed)
        wide = t.double() if t.is_floating_point() else t
        mine, theirs, exact = (
            run(getattr(m, name)(reduction=reduction, **options), s, y)
            for m, s, y in ((lt, z, t), (nn, z, t), (lt, z.double(), wide))
        )
        for got, peer, truth in zip(mine, theirs, exact, strict=True):
            off, peer_off = ((x.double() - truth).abs() for x in (got, peer))
            size = truth.abs()
            if dtype == torch.float32:  # a gradient that passes through zero has no relative error
                off, peer_off, size = off.max(), peer_off.max(), 4 * size.max()
            bound = peer_off.nan_to_num(math.inf, math.inf) + torch.finfo(dtype).eps * size
            assert (off <= bound + torch.finfo(dtype).tiny).all()


def test_a_sum_in_half_precision_overflows_only_if_it_is_too_large():
    z, y = torch.zeros(9000, 8, dtype=torch.float16), torch.zeros(9000, dtype=torch.int64)
    assert lt.CrossEntropyLoss(reduction="sum")(z, y).isfinite()
    assert lt.CrossEntropyLoss()(z, y) == torch.tensor(math.log(8), dtype=torch.float16)


@every_loss
def test_autocast_computes_in_float32(case):
    z, t = case.draw(torch.float32)
    low = z.bfloat16()
    if case.name in {"KLDivLoss", "JSDivLoss"}:  # the softmax before them is autocast's own affair
        case = next(c for c in CASES if c.name == case.name[:2].lower())
    with torch.autocast("cpu", torch.bfloat16):
        value, gradient = run(case.module("none"), low, t)
    expected, _ = run(case.module("none"), low.float(), t)
    assert value.dtype == torch.float32
    assert gradient.dtype == torch.bfloat16
    torch.testing.assert_close(value, expected, rtol=0, atol=0)


def test_autocast_over_a_model():
    model, loss = nn.Linear(5, 3), lt.CrossEntropyLoss()
    x, y = torch.randn(4, 5), torch.tensor([0, 1, 2, 0])
    with torch.autocast("cpu", torch.bfloat16):
        value = loss(model(x), y)
    value.backward()
    assert value.dtype == torch.float32
    assert model.weight.grad.isfinite().all()


def strided(x):
    """The same values in memory that is not contiguous: transposed, with gaps, negative strides."""
    yield x.t().contiguous().t()
    yield torch.stack([x, x], -1)[..., 0]
    yield torch.cat([x, x])[: len(x)]


@every_loss
def test_strides_make_no_difference(case):
    z, t = case.draw(torch.float64)
    expected = run(case.module("none"), z, t)
    for s in strided(z):
        leaf = s.detach()
        assert leaf.shape == z.shape
        torch.testing.assert_close(run(case.module("none"), leaf, t), expected)
    if t.shape == z.shape:
        for y in strided(t):
            torch.testing.assert_close(run(case.module("none"), z, y), expected)


@every_loss
def test_an_expanded_input_collects_its_gradients(case):
    z, t = case.draw(torch.float64)
    row = z[:1].clone().requires_grad_()
    case(row.expand_as(z), t, "sum").backward()
    _, each = run(case.module("none"), z[:1].expand_as(z), t)
    torch.testing.assert_close(row.grad, each.sum(0, keepdim=True))


@every_loss
def test_nothing_sums_to_zero_and_has_no_mean(case):
    z, t = case.draw(torch.float64)
    s = z[:0].clone().requires_grad_()
    total = case(s, t[:0], "sum")
    total.backward()
    assert total == 0
    assert s.grad.shape == s.shape
    assert len(case(s, t[:0], "none")) == 0
    with pytest.raises(ls.LossaryError, match="the mean of an empty array is undefined"):
        case(s, t[:0], "mean")


@every_record
def test_shapes_go_through_without_values(case):
    z, t = case.draw(torch.float32)
    for reduction in ("mean", "sum", "none"):
        there = case(z.to("meta"), t.to("meta"), reduction)
        assert there.device.type == "meta"
        assert there.shape == case(z, t, reduction).shape


@every_loss
def test_the_same_again(case):
    z, t = case.draw(torch.float32)
    first, second = (run(case.module("mean"), z, t) for _ in range(2))
    torch.testing.assert_close(first, second, rtol=0, atol=0)


@every_loss
def test_what_is_not_a_number_stays_where_it_is(case):
    z, t = case.draw(torch.float64)
    clean = case(z, t)
    z[0, 0] = math.nan
    losses = case(z, t)
    touched = losses.isnan()
    assert touched[0].any()
    assert not touched[1:].any()
    torch.testing.assert_close(losses[~touched], clean[~touched])
