"""Linear heads beside the loss of all logits: every loss and option, every derivative."""

import pytest
import torch

from lossary.formulas import catalogue
from lossary.torch import linear_loss
from support.heads import (
    HIDDEN,
    MARGINS,
    NARROW,
    ROWS,
    WIDE,
    Drawn,
    assert_near,
    check,
    drawn,
    full,
    outcome,
    truth,
    weights,
)

ROW_LOSSES = list(catalogue.names("rowwise"))
SOFTMAX = {"label_smoothing": 0.1, "temperature": 2.0, "softcap": 5.0, "z_loss": 0.01}

# The compiler of forward mode scripts: it warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script`")
both_dtypes = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
each_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


@pytest.mark.parametrize("loss", ROW_LOSSES)
@pytest.mark.parametrize("dense", [False, True], ids=["index", "distribution"])
@pytest.mark.parametrize("classes", [NARROW, WIDE])
@each_reduction
def test_every_loss_of_rows(loss, dense, classes, reduction):
    if loss == "reverse_kl" and not dense:
        dense = True  # of a class alone it is infinite
    # Near a class alone js is a difference of logarithms.
    eps = 32 if dense or loss != "js" else 256
    check(drawn(classes, dense=dense), eps, loss=loss, reduction=reduction, chunk=5)


@pytest.mark.parametrize("loss", MARGINS)
@pytest.mark.parametrize("variant", ["crammer_singer", "weston_watkins"])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_every_margin_loss(loss, variant, reduction):
    inputs = drawn(64)
    inputs = inputs._replace(hidden=inputs.hidden / 8)
    options = {"class_weight": weights(64, torch.float32)["class_weight"], "chunk": 4}
    check(inputs, loss=loss, variant=variant, reduction=reduction, **options)


@both_dtypes
@pytest.mark.parametrize("dense", [False, True], ids=["index", "distribution"])
@each_reduction
def test_options_act_as_on_all_logits(dtype, dense, reduction):
    options = {**SOFTMAX, **weights(WIDE, dtype), "reduction": reduction}
    check(drawn(dtype=dtype, dense=dense), **options, chunk=5)
    check(drawn(dtype=dtype, dense=dense), loss="softmax_focal", gamma=1.5, **options)


@pytest.mark.parametrize("chunk", [None, 1, 4, ROWS, 1000])
def test_chunks_of_any_size(chunk):
    check(drawn(), chunk=chunk)


def test_many_blocks_of_classes_and_rows():
    hidden, weight, target, _ = drawn(3000, rows=1100)
    bias = torch.linspace(-1, 1, 3000)
    check(Drawn(hidden, weight, target, bias), eps=64)


def test_batches_of_any_shape():
    hidden, weight, target, bias = drawn(rows=12)
    flat = linear_loss(hidden, weight, target, bias, reduction="none")
    for shape in ((2, 6), (2, 3, 2)):
        z, y = hidden.reshape(*shape, HIDDEN), target.reshape(shape)
        each = linear_loss(z, weight, y, bias, reduction="none", sample_weight=torch.ones(shape))
        torch.testing.assert_close(each, flat.reshape(shape))
    one = linear_loss(hidden[0], weight, target[0], bias)
    torch.testing.assert_close(one, flat[0])


def test_strides_and_dtypes_of_targets_are_no_matter():
    inputs = drawn()
    turned = Drawn(
        inputs.hidden.t().contiguous().t(),
        inputs.weight.t().contiguous().t(),
        torch.stack([inputs.target, inputs.target], 1)[:, 0],
        torch.stack([inputs.bias, inputs.bias], 1)[:, 0],
    )
    expected = outcome(linear_loss, inputs)
    assert_near(outcome(linear_loss, turned), expected, 32)
    short = inputs._replace(target=inputs.target.to(torch.int32))
    assert_near(outcome(linear_loss, short), expected, 0)


@pytest.mark.parametrize("asked", [(0,), (1,), (3,), (0, 3)])
def test_only_gradients_that_are_asked_for(asked):
    inputs = drawn()
    expected = dict(zip((0, 1, 3), truth(inputs)[1:], strict=True))
    leaves = [x.clone() for x in inputs]
    for i in asked:
        leaves[i].requires_grad_()
    linear_loss(*leaves).backward()
    for i in (0, 1, 3):
        assert (leaves[i].grad is not None) == (i in asked)
        if i in asked:
            assert_near([leaves[i].grad], [expected[i]], 32, "gradient")


@pytest.mark.parametrize("above", [-2.5, 0.0])
def test_what_comes_from_above(above):
    check(drawn(), above=torch.tensor(above))
    check(drawn(), above=above * torch.linspace(0, 1, ROWS), reduction="none", chunk=4)


@each_reduction
def test_a_second_backward_is_the_first(reduction):
    inputs = drawn()
    leaves = [inputs.hidden.requires_grad_(), inputs.weight.requires_grad_()]
    value = linear_loss(*inputs, reduction=reduction).sum()
    first = torch.autograd.grad(value, leaves, retain_graph=True)
    again = torch.autograd.grad(value, leaves)
    assert_near(again, first, 8, "hidden weight")


def test_a_second_backward_after_a_change_is_an_error():
    hidden, weight, target, _ = drawn()
    value = linear_loss(hidden.requires_grad_(), weight.requires_grad_(), target)
    value.backward(retain_graph=True)
    with torch.no_grad():
        weight.mul_(2)
    with pytest.raises(RuntimeError, match=r"changed|modified"):
        value.backward()


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_derivatives_of_derivatives(reduction):
    hidden, weight, target, bias = drawn(NARROW, torch.float64)
    leaves = [x.requires_grad_() for x in (hidden, weight, bias)]

    def loss(h, w, b):
        return linear_loss(h, w, target, b, reduction=reduction, z_loss=0.1)

    assert torch.autograd.gradcheck(loss, leaves)
    assert torch.autograd.gradgradcheck(loss, leaves)


def test_functional_transforms_and_forward_mode():
    hidden, weight, target, _ = drawn(NARROW, torch.float64)

    def loss(h, w=weight, t=target):
        return linear_loss(h, w, t)

    slope = outcome(full, drawn(NARROW, torch.float64)._replace(bias=torch.zeros(NARROW).double()))
    torch.testing.assert_close(torch.func.grad(loss)(hidden), slope[1])
    along = torch.ones_like(hidden)
    _, moved = torch.func.jvp(loss, (hidden,), (along,))
    torch.testing.assert_close(moved, slope[1].sum())
    each = torch.func.vmap(loss, (0, None, 0))(hidden[:, None], weight, target[:, None])
    torch.testing.assert_close(each, linear_loss(hidden, weight, target, reduction="none"))


def test_a_derivative_by_a_distribution():
    hidden, weight, target, _ = drawn(NARROW, torch.float64, dense=True)
    found = []
    for head in (linear_loss, full):
        t = target.clone().requires_grad_()
        found.append(torch.autograd.grad(head(hidden, weight, t), t)[0])
    torch.testing.assert_close(*found)
