"""The gradient written over the logits: right, or an error; never a silent change."""

import pytest
import torch

import lossary as ls
import lossary.torch as lt
from lossary.kernels import eligibility
from lossary.torch.functional import cross_entropy
from support.kernels import kernels

EVERY = pytest.mark.parametrize("classes", [4, 40, 1500])
DTYPES = [torch.float32, torch.float64, torch.bfloat16]


def drawn(classes, dtype=torch.float64, rows=9):
    """A parameter, and targets; logits are computed from the parameter."""
    g = torch.Generator().manual_seed(classes)
    a = torch.randn(rows, classes, generator=g, dtype=torch.float64)
    return a.to(dtype).requires_grad_(), torch.randint(classes, (rows,), generator=g)


def gradient(loss, a, *rest, above=1.0, **options):
    """The loss of logits that are twice a parameter, and its gradient."""
    a.grad = None
    value = loss(a * 2, *rest, **options)
    (value * above).backward()
    return value.detach(), a.grad


OPTIONS = {
    "none": {},
    "sum": {"reduction": "sum"},
    "smoothed": {"label_smoothing": 0.1, "temperature": 2.0, "softcap": 20.0, "z_loss": 0.01},
    "ignored": {"ignore_index": 1},
}


@EVERY
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("options", OPTIONS)
def test_the_gradient_is_that_of_logits_that_are_kept(classes, dtype, options):
    a, y = drawn(classes, dtype)
    for above in (1.0, 0.5, 0.0):
        with kernels():
            usual = gradient(cross_entropy, a, y, above=above, **OPTIONS[options])
            got = gradient(cross_entropy, a, y, above=above, inplace=True, **OPTIONS[options])
        torch.testing.assert_close(got, usual, rtol=4 * torch.finfo(dtype).eps, atol=1e-30)


def test_weights_and_distributions():
    a, y = drawn(40)
    w = torch.linspace(0, 2, len(a), dtype=a.dtype)
    t = torch.softmax(a.detach().flip(1), 1)
    weighted = {"sample_weight": w, "weight": torch.linspace(1, 2, 40, dtype=a.dtype)}
    for target in (y, t):
        for given in ({}, weighted):
            with kernels():
                usual = gradient(cross_entropy, a, target, **given)
                got = gradient(cross_entropy, a, target, inplace=True, **given)
            torch.testing.assert_close(got, usual, rtol=1e-14, atol=1e-18)


def test_no_second_array_is_made():
    a, y = drawn(1500)
    z = a * 2
    place, before = z.data_ptr(), z.detach().clone()
    value = cross_entropy(z, y, inplace=True)
    (slope,) = torch.autograd.grad(value, z)
    assert slope.data_ptr() == place
    with eligibility.plain():
        kept = before.requires_grad_()
        (expected,) = torch.autograd.grad(cross_entropy(kept, y), kept)
    torch.testing.assert_close(slope, expected, rtol=1e-13, atol=1e-17)


@EVERY
def test_a_leaf_is_refused(classes):
    a, y = drawn(classes)
    before = a.detach().clone()
    with pytest.raises(ls.LossaryError, match="these logits are a leaf"):
        cross_entropy(a, y, inplace=True)
    assert torch.equal(a.detach(), before)


@EVERY
def test_without_a_gradient_nothing_is_written(classes):
    a, y = drawn(classes)
    z = (a * 2).detach()
    before, version = z.clone(), z._version
    usual = cross_entropy(z, y)
    assert torch.equal(cross_entropy(z, y, inplace=True), usual)
    with torch.no_grad():
        attached = a * 2
        assert torch.equal(cross_entropy(attached, y, inplace=True), usual)
    assert torch.equal(z, before)
    assert torch.equal(attached, before)
    assert z._version == version


def test_whoever_else_needs_the_logits_gets_torch_s_error():
    a, y = drawn(40)
    z = a * 2
    other = torch.exp(z[:, 0] * z[:, 1]).sum()
    total = cross_entropy(z, y, inplace=True) + other
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        total.backward()


def test_logits_that_are_the_result_an_operation_keeps_get_torch_s_error():
    a, y = drawn(40)
    value = cross_entropy(torch.exp(a), y, inplace=True)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        value.backward()


def test_logits_that_are_changed_afterwards_are_an_error():
    a, y = drawn(40)
    z = a * 2
    value = cross_entropy(z, y, inplace=True)
    z.detach().add_(1)
    with pytest.raises(RuntimeError, match="modified in place"):
        value.backward()


@EVERY
def test_a_second_backward_is_an_error(classes):
    a, y = drawn(classes)
    value = cross_entropy(a * 2, y, inplace=True)
    value.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="modified in place"):
        value.backward()


def test_two_losses_of_the_same_logits_are_an_error():
    a, y = drawn(40)
    z = a * 2
    total = cross_entropy(z, y, inplace=True)
    total = total + cross_entropy(z, y, inplace=True)
    with pytest.raises(RuntimeError, match="modified in place"):
        total.backward()


def test_a_derivative_of_the_gradient_is_an_error():
    a, y = drawn(40)
    value = cross_entropy(a * 2, y, inplace=True)
    with pytest.raises(RuntimeError, match="modified in place"):
        torch.autograd.grad(value, a, create_graph=True)


def test_logits_in_pieces_are_kept():
    a, y = drawn(40)
    for made in (
        lambda x: (2 * x).T.contiguous().T,
        lambda x: (2 * x).repeat(1, 2)[:, ::2][:, :20],
    ):
        z = made(a)
        before = z.detach().clone()
        index = y % z.shape[1]
        value = cross_entropy(z, index, inplace=True)
        assert torch.equal(z.detach(), before)
        with eligibility.plain():
            plain = cross_entropy(made(a), index)
        got, expected = (torch.autograd.grad(x, a)[0] for x in (value, plain))
        torch.testing.assert_close(got, expected, rtol=1e-13, atol=1e-17)


def test_losses_of_rows_without_reduction_are_right():
    a, y = drawn(40)
    above = torch.linspace(0, 2, len(a), dtype=a.dtype)
    slopes = []
    for inplace in (False, True):
        value = cross_entropy(a * 2, y, reduction="none", inplace=inplace)
        slopes.append(torch.autograd.grad(value, a, above)[0])
    torch.testing.assert_close(*slopes, rtol=1e-14, atol=1e-18)


@EVERY
def test_a_wrong_target_is_the_usual_error(classes):
    a, y = drawn(classes)
    y[2] = classes
    with pytest.raises(ls.LossaryError) as error:
        cross_entropy(a * 2, y, inplace=True)
    with eligibility.plain(), pytest.raises(ls.LossaryError) as plain:
        cross_entropy(a * 2, y)
    assert str(error.value) == str(plain.value)


@EVERY
def test_odd_rows_are_an_error(classes):
    a, y = drawn(classes)
    z = a * 2
    with torch.no_grad():
        z[3, 0], z[5] = torch.inf, -torch.inf
    with pytest.raises(ls.LossaryError, match="inplace=True cannot be undone"):
        cross_entropy(z, y, inplace=True)


@EVERY
def test_nan_and_masked_classes_are_no_odd_rows(classes):
    a, y = drawn(classes)
    slopes = []
    for inplace in (False, True):
        z = a * 2
        with torch.no_grad():
            z[3, 0], z[5, 1], y[5] = torch.nan, -torch.inf, 0
        value = cross_entropy(z, y, reduction="sum", inplace=inplace)
        slopes.append(torch.autograd.grad(value, z)[0])
    torch.testing.assert_close(*slopes, rtol=1e-14, atol=1e-18, equal_nan=True)
    assert slopes[0].isnan().any(1).tolist() == [row == 3 for row in range(9)]


def test_the_module_and_the_function_take_the_option():
    a, y = drawn(40)
    loss = lt.CrossEntropyLoss(inplace=True)
    assert "inplace=True" in repr(loss)
    usual = gradient(lt.CrossEntropyLoss(), a, y)
    torch.testing.assert_close(gradient(loss, a, y), usual, rtol=1e-14, atol=1e-18)
    with pytest.raises(ls.LossaryError, match="these logits are a leaf"):
        loss(a, y)


def test_the_plain_path_keeps_the_logits():
    a, y = drawn(40)
    with eligibility.plain():
        got = gradient(cross_entropy, a, y, inplace=True)
        usual = gradient(cross_entropy, a, y)
    assert all(map(torch.equal, got, usual))


@pytest.mark.filterwarnings("ignore:.*should not be instantiated")
@pytest.mark.filterwarnings("ignore:`torch.jit.script")
def test_the_compiler_keeps_the_logits():
    a, y = drawn(40)
    loss = lt.CrossEntropyLoss(inplace=True)
    whole = torch.compile(lambda x: loss(x * 2, y), fullgraph=True, backend="eager")
    value, slope = gradient(lt.CrossEntropyLoss(), a, y)
    got = whole(a)
    torch.testing.assert_close(got, value)
    torch.testing.assert_close(torch.autograd.grad(got, a)[0], slope, rtol=1e-14, atol=1e-18)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
def test_a_gradient_of_each_row_over_the_logits_is_given_once(dtype):
    a, y = drawn(40, dtype)
    with kernels():
        value = cross_entropy(a * 2, y, inplace=True, reduction="none").sum()
    torch.autograd.grad(value, a, retain_graph=True)
    with pytest.raises(RuntimeError, match="modified in place after the loss was computed"):
        torch.autograd.grad(value, a)
