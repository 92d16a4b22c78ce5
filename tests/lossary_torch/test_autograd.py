"""Every loss under autograd and torch.func: first and second derivatives, both ways."""

import pytest
import torch

import lossary as ls
import lossary.torch as lt
from lossary.formulas import catalogue
from lossary.kernels import eligibility
from support.every_call import CALLS
from support.torch_cases import CASES, IDS, OF_RECORDS

# Forward mode loads torch's decompositions, which torch still scripts.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
every_loss = pytest.mark.parametrize("case", CASES, ids=IDS)
REDUCTIONS = ["mean", "sum", "none"]


def leaf(case, dtype=torch.float64):
    z, t = case.draw(dtype)
    return z.requires_grad_(), t


def gradient(case, z, t, reduction="sum"):
    (g,) = torch.autograd.grad(case(z, t, reduction), z)
    return g


@every_loss
def test_first_derivatives_are_the_loss_s_own(case):
    z, t = leaf(case)
    assert torch.autograd.gradcheck(lambda s: case(s, t), z, check_forward_ad=True)


@every_loss
def test_second_derivatives_are_the_loss_s_own(case):
    z, t = leaf(case)
    assert torch.autograd.gradgradcheck(lambda s: case(s, t), z, check_fwd_over_rev=True)


@every_loss
def test_the_hessian_is_the_same_both_ways(case):
    z, t = case.draw(torch.float64)
    forward_over_reverse = torch.func.hessian(lambda s: case(s, t, "sum"))(z)
    reverse_over_reverse = torch.autograd.functional.hessian(lambda s: case(s, t, "sum"), z)
    torch.testing.assert_close(forward_over_reverse, reverse_over_reverse)


@pytest.mark.parametrize("path", ["kernel", "plain"])
@pytest.mark.parametrize("call", CALLS, ids=[call.name for call in CALLS])
def test_a_second_backward_without_the_graph_is_torch_s_error(call, path):
    eligibility.fast(path == "kernel")
    try:
        value, _ = call.graded()
        above = torch.ones_like(value)
        value.backward(above)
        with pytest.raises(RuntimeError, match="backward through the graph a second time"):
            value.backward(above)
    finally:
        eligibility.fast(None)


@every_loss
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_retained_graph_gives_the_same_again(case, reduction):
    z, t = leaf(case)
    loss = case(z, t, reduction).sum()
    loss.backward(retain_graph=True)
    once, z.grad = z.grad, None
    loss.backward()
    torch.testing.assert_close(z.grad, once, rtol=0, atol=0)


@every_loss
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_a_gradient_that_comes_from_above_is_passed_on(case, reduction):
    z, t = leaf(case)
    loss = case(z, t, reduction)
    above = torch.linspace(-1, 3, loss.numel(), dtype=z.dtype).reshape(loss.shape)
    loss.backward(above)
    torch.testing.assert_close(z.grad, gradient_of_dot(case, z.detach(), t, reduction, above))


def gradient_of_dot(case, z, t, reduction, above):
    """The gradient of Σ above · loss, one backward pass for each element of the loss."""
    z = z.requires_grad_()
    loss = case(z, t, reduction).reshape(-1)
    rows = [torch.autograd.grad(x, z, retain_graph=True)[0] for x in loss]
    return sum(a * row for a, row in zip(above.reshape(-1), rows, strict=True))


@every_loss
def test_the_product_with_a_direction_is_never_silently_zero(case):
    z, t = case.draw(torch.float64)
    v = torch.cos(torch.arange(z.numel(), dtype=z.dtype)).reshape(z.shape)
    _, pushed = torch.func.jvp(lambda s: case(s, t, "sum"), (z,), (v,))
    expected = (gradient(case, z.requires_grad_(), t) * v).sum()
    assert expected != 0
    torch.testing.assert_close(pushed, expected)


@every_loss
def test_gradients_per_sample_under_vmap(case):
    z, t = case.draw(torch.float64)

    def one(s, y):
        return case(s[None], y[None], "sum")

    mapped = torch.func.vmap(torch.func.grad(one))(z, t)
    torch.testing.assert_close(mapped, gradient(case, z.requires_grad_(), t))


@every_loss
def test_losses_under_vmap(case):
    z, t = case.draw(torch.float64)
    mapped = torch.func.vmap(lambda s, y: case(s[None], y[None], "mean"))(z, t)
    each = torch.stack([case(s[None], y[None], "mean") for s, y in zip(z, t, strict=True)])
    torch.testing.assert_close(mapped, each)


def has_target_gradient(case):
    record = catalogue.get(case.name)
    return record.kind == "rowwise" or record.target_gradient is not None


@pytest.mark.parametrize("case", OF_RECORDS, ids=lambda case: case.name)
def test_the_derivative_by_the_target_is_right_or_an_error(case):
    z, t = case.draw(torch.float64)
    if not has_target_gradient(case):
        t.requires_grad_()
        with pytest.raises(ls.LossaryError, match=f"{case.name} has no derivative by its target"):
            case(z, t)
        return

    def of_logits(a):
        return case(z, torch.softmax(a, 1) if case.name in ROWS else t + a)

    shift = torch.zeros_like(t).requires_grad_()
    assert torch.autograd.gradcheck(of_logits, shift, check_forward_ad=True)


ROWS = {c.name for c in OF_RECORDS if catalogue.get(c.name).kind == "rowwise"}


def test_a_direction_of_a_target_without_derivative_is_an_error():
    s, y = torch.zeros(2), torch.tensor([1.0, -1.0])
    with pytest.raises(
        ls.LossaryError, match="requires a gradient, and the formula has no derivative"
    ):
        torch.func.jvp(lambda t: lt.HingeLoss()(s, t), (y,), (torch.ones(2),))


def test_weights_have_gradients():
    z, t = torch.randn(4, 3, dtype=torch.float64), torch.tensor([0, 1, 2, 0])
    w = torch.rand(4, dtype=torch.float64).requires_grad_()
    loss = lt.CrossEntropyLoss()
    assert torch.autograd.gradcheck(lambda v: loss(z, t, v), w)


@pytest.mark.parametrize("made", [lt.KLDivLoss, lt.JSDivLoss])
@pytest.mark.parametrize("reduction", ["mean", "none"])
@pytest.mark.parametrize("log_target", [False, True])
def test_divergences_by_their_target(made, reduction, log_target):
    l, a = (torch.log_softmax(torch.randn(3, 4, dtype=torch.float64), 1) for _ in range(2))
    loss, softmax = made(reduction=reduction, log_target=log_target), torch.log_softmax
    if not log_target:
        softmax = torch.softmax
    assert torch.autograd.gradcheck(lambda x: loss(l, softmax(x, 1)), a.requires_grad_())


def test_a_second_derivative_by_input_and_target_at_once_is_an_error():
    z = torch.randn(2, 3).requires_grad_()
    t = torch.full((2, 3), 1 / 3).requires_grad_()
    with pytest.raises(ls.LossaryError, match="pass it detached"):
        torch.autograd.grad(lt.CrossEntropyLoss()(z, t), z, create_graph=True)
