"""Losses of elements, and gradients, lie in memory as torch lays them out."""

import pytest
import torch
from torch import nn

import lossary.torch as lt
from lossary.formulas.record import Pointwise
from lossary.kernels import eligibility
from support.kernels import kernels
from support.torch_cases import records, scores

POINTWISE = {name: r for name, r in records().items() if isinstance(r, Pointwise)}
SHAPE = (2, 3, 4, 5)
LAYOUTS = {
    "contiguous": lambda x: x.contiguous(),
    "channels last": lambda x: x.contiguous(memory_format=torch.channels_last),
    "transposed": lambda x: x.transpose(0, 3).contiguous().transpose(0, 3),
    "in pieces": lambda x: torch.stack([x, x], -1)[..., 0],
}
PATHS = [kernels, eligibility.plain]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
@pytest.mark.parametrize("name", POINTWISE)
def test_losses_of_elements_keep_the_layout(name, layout, path):
    s, y = (layout(x) for x in scores(POINTWISE[name], torch.float32, SHAPE))
    s.requires_grad_()
    expected = nn.MSELoss(reduction="none")(s, y)
    loss = getattr(lt, name)(reduction="none")
    with path():
        found = loss(s, y)
        found.backward(expected.detach())
    assert found.stride() == expected.stride()
    flat = s.detach().contiguous().requires_grad_()
    with eligibility.plain():
        straight = loss(flat, y.contiguous())
        straight.backward(expected.detach())
    torch.testing.assert_close(found, straight)
    torch.testing.assert_close(s.grad, flat.grad)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", ["MSELoss", "BCEWithLogitsLoss", "HingeLoss"])
@pytest.mark.parametrize("first", LAYOUTS.values(), ids=list(LAYOUTS))
@pytest.mark.parametrize("second", LAYOUTS.values(), ids=list(LAYOUTS))
def test_inputs_of_two_layouts_are_matched(name, first, second, reduction):
    record = lt.HingeLoss.record if name == "HingeLoss" else POINTWISE["SigmoidCrossEntropyLoss"]
    s, y = scores(record, torch.float32, SHAPE)
    weight = torch.rand(SHAPE)
    loss = getattr(lt, name)(reduction=reduction)
    results = []
    for a, b in ((s, y), (first(s), second(y))):
        x = a.clone(memory_format=torch.preserve_format).requires_grad_()
        with kernels():
            value = loss(x, b, second(weight) if b is not y else weight)
        value.sum().backward()
        results.append((value.detach(), x.grad))
    torch.testing.assert_close(*results)
    if reduction == "none":
        assert results[1][0].stride() == torch.empty_like(first(s)).stride()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("made", ["KLDivLoss", "JSDivLoss"])
@pytest.mark.parametrize("layout", ["contiguous", "channels last"])
def test_terms_of_a_divergence_keep_the_layout(made, layout, path):
    l = LAYOUTS[layout](torch.randn(SHAPE).log_softmax(1)).requires_grad_()
    t = LAYOUTS[layout](torch.randn(SHAPE).softmax(1))
    with path():
        terms = getattr(lt, made)(reduction="none")(l, t)
        terms.backward(torch.rand_like(l))
    assert terms.stride() == l.stride() == l.grad.stride()
