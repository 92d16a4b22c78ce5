"""Gradients of kernels in every use of autograd: they are those of the plain path, or an error."""

import gc
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import lossary as ls
from lossary.formulas import catalogue
from lossary.kernels import eligibility
from support.kernels import kernels, outcome

# Forward mode loads torch's decompositions, which torch still scripts.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
CHANGED = "modified in place after the loss was computed"


def scores(dtype=torch.float64, count=300):
    s = torch.linspace(-4, 4, count, dtype=dtype)
    return s.requires_grad_(), (torch.arange(count) % 3 == 0).to(dtype)


def rows(dtype=torch.float64, classes=40, count=12):
    g = torch.Generator().manual_seed(classes)
    z = torch.randn(count, classes, generator=g, dtype=torch.float64).to(dtype)
    return z.requires_grad_(), torch.randint(classes, (count,), generator=g)


def weights(count, dtype=torch.float64):
    return torch.linspace(0, 2, count, dtype=dtype)


CASES = {
    "scores": (ls.sigmoid_focal, scores(), {"label_smoothing": 0.1}),
    "weighted scores": (ls.sigmoid_focal, scores(), {"sample_weight": weights(300)}),
    "few classes": (ls.softmax_focal, rows(classes=5), {"z_loss": 0.1, "ignore_index": 2}),
    "many classes": (ls.softmax_cross_entropy, rows(), {"class_weight": weights(40)}),
    "margins": (ls.multiclass_hinge, rows(), {"variant": "weston_watkins"}),
}
every_case = pytest.mark.parametrize("case", CASES)
each_reduction = pytest.mark.parametrize("reduction", ["mean", "none"])


def drawn(case, reduction="mean"):
    loss, (x, y), options = CASES[case]
    x = x.detach().clone().requires_grad_()
    return (lambda z, *rest: loss(z, *(rest or (y,)), reduction=reduction, **options)), x, y


@every_case
@each_reduction
def test_a_graph_that_is_kept_gives_the_same_again(case, reduction):
    loss, x, _ = drawn(case, reduction)
    with kernels():
        value = loss(x).sum()
        first = torch.autograd.grad(value, x, retain_graph=True)
        again = [torch.autograd.grad(value, x, retain_graph=True) for _ in range(2)]
    for slope in again:
        torch.testing.assert_close(slope, first, rtol=1e-15, atol=1e-18)


@every_case
@each_reduction
def test_what_comes_from_above_is_passed_on(case, reduction):
    loss, x, _ = drawn(case, reduction)
    for factor in (1.0, -3.0, 1e-30, 0.0):
        with kernels():
            got = torch.autograd.grad((factor * loss(x)).sum(), x)
        with eligibility.plain():
            plain = torch.autograd.grad((factor * loss(x)).sum(), x)
        torch.testing.assert_close(got, plain, rtol=1e-12, atol=1e-17 * abs(factor))


@every_case
@each_reduction
def test_second_derivatives_are_those_of_the_plain_path(case, reduction):
    loss, x, _ = drawn(case, reduction)
    found = []
    for path in (kernels, eligibility.plain):
        with path():
            (slope,) = torch.autograd.grad(loss(x).sum(), x, create_graph=True)
            found.append(torch.autograd.grad((slope * slope).sum(), x)[0])
    assert found[0].abs().sum() > 0 or case == "margins"
    torch.testing.assert_close(*found, rtol=1e-12, atol=1e-16)


@every_case
def test_transforms_of_torch_func_are_those_of_the_plain_path(case):
    loss, x, _ = drawn(case)
    x = x.detach()
    one = torch.ones_like(x)
    transforms = {
        "grad": lambda: torch.func.grad(loss)(x),
        "jvp": lambda: torch.func.jvp(loss, (x,), (one,))[1],
        "vjp": lambda: torch.func.vjp(loss, x)[1](torch.tensor(2.0, dtype=x.dtype))[0],
        "vmap": lambda: torch.func.vmap(loss)(torch.stack([x, 2 * x])),
        "curvature": lambda: torch.func.jvp(torch.func.grad(loss), (x,), (one,))[1],
    }
    for transformed in transforms.values():
        got = transformed()
        with eligibility.plain():
            torch.testing.assert_close(got, transformed(), rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_dual_numbers_have_their_tangents(dtype):
    z, y = rows(dtype)
    with torch.autograd.forward_ad.dual_level():
        dual = torch.autograd.forward_ad.make_dual(z.detach(), torch.ones_like(z))
        tangent = torch.autograd.forward_ad.unpack_dual(ls.softmax_focal(dual, y)).tangent
    (slope,) = torch.autograd.grad(ls.softmax_focal(z, y), z)
    torch.testing.assert_close(tangent, slope.sum(), rtol=0, atol=1e-6)


@every_case
def test_a_first_gradient_holds_whatever_becomes_of_the_inputs(case):
    loss, x, _ = drawn(case)
    with kernels():
        expected = torch.autograd.grad(loss(x), x)
        value = loss(x)
        with torch.no_grad():
            x.add_(1)
        assert all(map(torch.equal, torch.autograd.grad(value, x), expected))


@every_case
@each_reduction
@pytest.mark.parametrize("changed", ["score", "target"])
def test_what_is_computed_later_needs_the_inputs_as_they_were(case, reduction, changed):
    loss, x, y = drawn(case, reduction)
    y = y.clone()
    with kernels():
        value = loss(x, y).sum()
        if reduction == "mean":
            torch.autograd.grad(value, x, retain_graph=True)
        with torch.no_grad():
            (x if changed == "score" else y).mul_(1)
        with pytest.raises(RuntimeError, match=CHANGED):
            torch.autograd.grad(value, x)


@every_case
def test_without_a_gradient_there_is_no_graph(case):
    loss, x, _ = drawn(case)
    with kernels():
        value = loss(x)
        with torch.no_grad():
            silent = loss(x)
        with torch.inference_mode():
            inferred = loss(x.detach().clone())
    assert value.requires_grad
    assert not silent.requires_grad
    assert silent == inferred == value.detach() == loss(x.detach())


@every_case
def test_what_is_done_is_forgotten(case):
    loss, x, _ = drawn(case)
    gc.disable()
    try:
        with kernels():
            value = loss(x)
        held = weakref.ref(value.grad_fn)
        value.backward()
        del value
        assert held() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_a_cotangent_of_0_silences_what_is_infinite(zero):
    s = torch.tensor([torch.inf, torch.nan, 2.0], dtype=torch.float64).requires_grad_()
    with kernels():
        for reduction in ("sum", "none"):
            value = ls.squared_error(s, torch.zeros_like(s), reduction=reduction)
            (slope,) = torch.autograd.grad(value, s, torch.full_like(value, zero))
            assert (slope == 0).all()


@pytest.mark.parametrize("name", ["sigmoid_cross_entropy", "softmax_cross_entropy"])
def test_float16_under_a_loss_scale_keeps_small_gradients(name):
    if name == "sigmoid_cross_entropy":
        s, y = torch.full((4000,), -6.0), torch.zeros(4000)
    else:
        s, y = torch.tensor([[0.0, -9.0, -9.0]]).repeat(4000, 1), torch.zeros(4000).long()
    exact = outcome(getattr(ls, name), s.double(), y.double() if s.ndim == 1 else y)
    z = s.half().requires_grad_()
    with kernels():
        value = getattr(ls, name)(z, y.half() if s.ndim == 1 else y)
        (32768 * value.float()).backward()
    assert exact.slope.abs().max() < torch.finfo(torch.float16).smallest_normal
    torch.testing.assert_close(z.grad.double() / 32768, exact.slope, rtol=2**-10, atol=0)


def test_weights_and_targets_that_want_a_gradient_have_one():
    z, y = rows(classes=4)
    t = torch.softmax(torch.randn(12, 4, dtype=torch.float64), 1)
    w = (1 + weights(12)).requires_grad_()
    assert torch.autograd.gradcheck(lambda w: ls.softmax_focal(z, y, sample_weight=w), w)
    a = torch.log(t).requires_grad_()
    assert torch.autograd.gradcheck(lambda a: ls.kl(z, torch.softmax(a, 1)), a)


ROWWISE = [name for name in catalogue.names("rowwise") if name != "reverse_kl"]
POINTWISE = ["sigmoid_cross_entropy", "sigmoid_focal", "logistic"]
SHARED = {
    "reduction": st.sampled_from(["mean", "sum", "none"]),
    "label_smoothing": st.sampled_from([0.0, 0.1, 0.7, 1.0]),
    "temperature": st.sampled_from([1.0, 0.3, 4.0]),
    "softcap": st.sampled_from([None, 0.5, 30.0]),
}


@given(
    name=st.sampled_from(ROWWISE),
    classes=st.sampled_from([1, 3, 32, 33, 70]),
    weighted=st.sets(st.sampled_from(["sample_weight", "class_weight"])),
    options=st.fixed_dictionaries(
        {
            **SHARED,
            "z_loss": st.sampled_from([0.0, 0.01]),
            "ignore_index": st.sampled_from([None, 0]),
        }
    ),
    seed=st.integers(0, 2**20),
)
def test_options_together_on_rows(name, classes, weighted, options, seed):
    g = torch.Generator().manual_seed(seed)
    z = torch.randn(7, classes, generator=g, dtype=torch.float64).requires_grad_()
    target = torch.randint(classes, (7,), generator=g)
    if seed % 2:
        target = torch.softmax(torch.randn(7, classes, generator=g, dtype=torch.float64), 1)
    given = {
        "sample_weight": torch.tensor([0, 1, 2.5, 0, 1, 1, 3]).double(),
        "class_weight": torch.linspace(0.5, 2, classes, dtype=torch.float64),
    }
    options = options | {key: given[key] for key in weighted}
    loss = getattr(ls, name)
    close(lambda: loss(z, target, **options), z)


@given(
    name=st.sampled_from(POINTWISE),
    count=st.sampled_from([1, 9, 1500]),
    weighted=st.sets(st.sampled_from(["sample_weight", "class_weight"])),
    options=st.fixed_dictionaries({**SHARED, "ignore_index": st.sampled_from([None, 0, 1])}),
    seed=st.integers(0, 2**20),
)
def test_options_together_on_scores(name, count, weighted, options, seed):
    rng = np.random.default_rng(seed)
    s = torch.tensor(3 * rng.standard_normal(count)).requires_grad_()
    y = torch.tensor(rng.integers(0, 2, count).astype(float))
    if name == "logistic":
        y = 2 * y - 1
        del options["label_smoothing"]
    given = {
        "sample_weight": torch.tensor(rng.integers(0, 3, count).astype(float)),
        "class_weight": torch.tensor([0.5, 3.0], dtype=torch.float64),
    }
    options = options | {key: given[key] for key in weighted}
    close(lambda: getattr(ls, name)(s, y, **options), s)


def close(loss, leaf):
    """Have kernels and plain path agree to what they and the sums in them are allowed."""
    with kernels():
        got = loss()
        slope = torch.autograd.grad(got.sum(), leaf)[0]
    with eligibility.plain():
        plain = loss()
        expected = torch.autograd.grad(plain.sum(), leaf)[0]
    largest = float(expected.abs().max())
    torch.testing.assert_close(got, plain, rtol=1e-13, atol=1e-15)
    torch.testing.assert_close(slope, expected, rtol=1e-12, atol=1e-14 * max(largest, 1e-300))
