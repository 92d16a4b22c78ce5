"""Tensors that have no values here and now: batched cotangents, fake, meta and traced tensors."""

import warnings

import pytest
import torch
from torch._subclasses import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nested import nested_tensor

import lossary as ls
import lossary.torch as lt
from lossary import framework_of_array, validation
from support import every_call

# Fake tensors and forward mode load decompositions, which torch still scripts.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")

CALLS = [call for call in every_call.CALLS if not call.name.endswith("-sum")]
IDS = [call.name for call in CALLS]
UNBOUND = [call for call in CALLS if not call.bound]
every = pytest.mark.parametrize("call", CALLS, ids=IDS)
unbound = pytest.mark.parametrize("call", UNBOUND, ids=[call.name for call in UNBOUND])

KEPT = [call for call in UNBOUND if not call.name.startswith("inplace")]
once = pytest.mark.parametrize("call", KEPT, ids=[call.name for call in KEPT])


def gradients(call, cotangents):
    """The gradients under some cotangents, each from a graph of its own."""
    graphs = (call.graded() for _ in cotangents)
    return [torch.autograd.grad(v, x, c)[0] for (v, x), c in zip(graphs, cotangents, strict=True)]


def drawn(call):
    """Three cotangents for the value of a call, one of them 0."""
    value = call()
    g = torch.Generator().manual_seed(3)
    cotangents = torch.randn(3, *value.shape, generator=g, dtype=value.dtype)
    cotangents[1] = 0
    return cotangents


def by_autograd(value, leaf, cotangents):
    return torch.autograd.grad(value, leaf, cotangents, is_grads_batched=True)[0]


def by_vmap(value, leaf, cotangents):
    return torch.func.vmap(lambda c: torch.autograd.grad(value, leaf, c, retain_graph=True)[0])(
        cotangents
    )


@every
@pytest.mark.parametrize("batched", [by_autograd, by_vmap])
def test_batched_cotangents(call, batched):
    cotangents = drawn(call)
    got = batched(*call.graded(), cotangents)
    torch.testing.assert_close(got, torch.stack(gradients(call, cotangents)))


@every
@pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
def test_a_vectorised_jacobian(call, strategy):
    value = call()
    units = torch.eye(value.numel(), dtype=value.dtype).reshape(-1, *value.shape)
    rows = torch.stack(gradients(call, units)).reshape(*value.shape, *call.inputs[0].shape)
    got = torch.autograd.functional.jacobian(
        lambda x: call(x, *call.inputs[1:]), call.inputs[0], vectorize=True, strategy=strategy
    )
    torch.testing.assert_close(got, rows)


@pytest.mark.parametrize(
    "name", ["softmax_cross_entropy-mean", "js-none", "kl_divergence", "huber-mean"]
)
def test_gradcheck_of_batched_gradients(name):
    call = CALLS[IDS.index(name)]
    _, leaf = call.graded()
    checks = (torch.autograd.gradcheck, torch.autograd.gradgradcheck)
    for check in checks:
        assert check(lambda x: call(x, *call.inputs[1:]), leaf, check_batched_grad=True)


@once
def test_a_vectorised_hessian(call):
    def total(x):
        return call(x, *call.inputs[1:]).sum()

    once, many = (
        torch.autograd.functional.hessian(total, call.inputs[0], vectorize=each)
        for each in (False, True)
    )
    torch.testing.assert_close(many, once)


@unbound
def test_fake_tensors_have_the_shapes_of_the_real(call):
    value, mode = call(), FakeTensorMode()
    fake = [mode.from_tensor(x) for x in call.inputs]
    with mode:
        leaf = fake[0].requires_grad_()
        got = call(leaf, *fake[1:])
        got.sum().backward()
    assert (got.shape, got.dtype) == (value.shape, value.dtype)
    assert leaf.grad.shape == leaf.shape


@unbound
def test_tensors_on_meta_have_the_shapes_of_the_real(call):
    value, (first, *others) = call(), (x.to("meta") for x in call.inputs)
    got = call(first.requires_grad_(), *others)
    got.sum().backward()
    assert (got.shape, got.dtype) == (value.shape, value.dtype)
    assert first.grad.shape == first.shape


#: One call of each way in which shapes are handled: these, not formulas, are symbolic in a trace.
SYMBOLIC = {
    "huber-mean", "sigmoid_focal-none", "softmax_squared_error-mean", "js-none", "FocalLoss-none",
    "CrossEntropyLoss-mean", "MultiMarginLoss-mean", "MarginRankingLoss-none", "KLDivLoss-mean",
    "JSDivLoss-none", "PoissonNLLLoss-mean", "multiclass_hinge-none", "linear-hinge-none",
    "linear-softmax_cross_entropy-mean", "self_information", "entropy", "renyi_entropy_from_logits",
    "cross_entropy", "kl_divergence_from_logits", "js_distance", "renyi_divergence",
}  # fmt: skip
TRACES = [(c, "fake") for c in KEPT] + [(c, "symbolic") for c in KEPT if c.name in SYMBOLIC]


@pytest.mark.parametrize(("call", "mode"), TRACES, ids=[f"{m}-{c.name}" for c, m in TRACES])
def test_a_trace_computes_the_same(call, mode):
    def graded(*inputs):
        value = call(*inputs)
        return value, torch.autograd.grad(value.sum(), inputs[0])[0]

    inputs = [call.graded()[1], *call.inputs[1:]]
    traced = make_fx(graded, tracing_mode=mode)(*inputs)
    torch.testing.assert_close(traced(*inputs), graded(*inputs))


def test_every_call_of_those_traced_with_symbols_is_there():
    assert {c.name for c, mode in TRACES if mode == "symbolic"} == SYMBOLIC


def test_a_symbolic_trace_computes_batches_of_other_sizes():
    loss = lt.CrossEntropyLoss()
    few, many = ((torch.randn(n, 3), torch.arange(n) % 3) for n in (4, 9))
    traced = make_fx(loss, tracing_mode="symbolic")(*few)
    torch.testing.assert_close(traced(*many), loss(*many))


@every
def test_a_view_that_negates_is_read_as_such(call):
    inputs = [torch._neg_view(-x) if x.is_floating_point() else x for x in call.inputs]
    torch.testing.assert_close(call(*inputs), call())
    for i in range(len(inputs)):
        alone = [
            x if i == j else y for j, (x, y) in enumerate(zip(inputs, call.inputs, strict=True))
        ]
        torch.testing.assert_close(call(*alone), call())


def test_the_imaginary_part_of_a_conjugate_is_negative():
    s = torch.complex(torch.zeros(1), torch.ones(1)).conj().imag
    assert ls.squared_error(s, torch.zeros(1)).item() == 1
    assert ls.absolute_error(s, torch.full((1,), -1.0)).item() == 0
    assert validation.to_numpy(s).item() == -1


@every
def test_a_cotangent_that_negates(call):
    above = drawn(call)[0]
    value, leaf = call.graded()
    (got,) = torch.autograd.grad(value, leaf, torch._neg_view(-above))
    torch.testing.assert_close(got, gradients(call, [above])[0])


ZERO = torch._efficientzerotensor((4, 3))


@pytest.mark.parametrize("loss", [ls.squared_error, ls.hinge, ls.sigmoid_focal])
def test_a_zero_without_memory(loss):
    y = torch.ones(4, 3)
    torch.testing.assert_close(loss(ZERO, y), loss(torch.zeros(4, 3), y))


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the strided layout is called a prototype
    NESTED = {
        "jagged": nested_tensor([torch.ones(2, 3), torch.ones(1, 3)], layout=torch.jagged),
        "strided": nested_tensor([torch.ones(2, 3), torch.ones(1, 3)], layout=torch.strided),
    }
ROWS, INDEX = torch.ones(2, 3), torch.zeros(2, dtype=torch.int64)
OF_NESTED = {
    "score": lambda x: ls.squared_error(x, x),
    "target": lambda x: ls.hinge(ROWS, x),
    "logits": lambda x: ls.softmax_cross_entropy(x, INDEX),
    "sample_weight": lambda x: ls.hinge(ROWS, ROWS, sample_weight=x),
    "class_weight": lambda x: ls.kl(ROWS, INDEX, class_weight=x),
    "delta": lambda x: ls.huber(ROWS, ROWS, delta=x),
    "p": ls.entropy,
    "p_logits": lambda x: ls.kl_divergence_from_logits(x, x),
    "joint": ls.mutual_information,
    "first": lambda x: ls.margin_ranking(x, x),
    "hidden": lambda x: lt.linear_loss(x, ROWS, INDEX),
    "weight": lambda x: lt.CrossEntropyLoss(weight=x),
    "bias": lambda x: lt.linear_loss(ROWS, ROWS, INDEX, bias=x),
}


@pytest.mark.parametrize("layout", NESTED)
@pytest.mark.parametrize("name", OF_NESTED)
def test_a_nested_tensor_is_a_clear_error(name, layout):
    text = (
        f"^{name} must have one shape, got a nested tensor of the layout torch.{layout}, "
        r"whose rows differ in length: pass its .values\(\) \(of the layout torch.jagged\)"
    )
    with pytest.raises(ls.LossaryError, match=text):
        OF_NESTED[name](NESTED[layout])


MODULES = [
    "MSELoss",
    "L1Loss",
    "HuberLoss",
    "BCEWithLogitsLoss",
    "KLDivLoss",
    "HingeLoss",
    "PoissonNLLLoss",
]


@pytest.mark.parametrize("layout", NESTED)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("name", MODULES)
def test_no_module_takes_a_nested_tensor(name, reduction, layout):
    with pytest.raises(ls.LossaryError, match=r"^input must have one shape, got a nested tensor"):
        getattr(lt, name)(reduction=reduction)(NESTED[layout], NESTED[layout])


def test_the_values_of_a_nested_tensor_are_what_its_loss_is_of():
    a, b = NESTED["jagged"].values(), 3 * NESTED["jagged"].values()
    assert lt.MSELoss()(a, b).item() == 4


UNREADABLE = {
    "nested": (NESTED["strided"], "a nested tensor has rows of several lengths"),
    "jagged": (NESTED["jagged"], "a nested tensor has rows of several lengths"),
    "negative": (torch._neg_view(ROWS), "a view that negates is not what its memory holds"),
    "zero": (ZERO[:2], "it stands for values that no memory holds"),
    "fake": (FakeTensorMode().from_tensor(ROWS), "a FakeTensor is more than its memory"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_it_is_said_why_no_kernel_reads_them(kind):
    x, why = UNREADABLE[kind]
    for pair in ((x, ROWS), (ROWS, x)):
        found = ls.explain("hinge", *pair)
        assert (found.path, found.why) == ("plain", why)


def test_whose_values_can_be_looked_at():
    class Marked(torch.Tensor):
        pass

    x = torch.zeros(3)
    lawful = [x, torch.nn.Parameter(x), x.as_subclass(Marked), torch._neg_view(x)]
    assert all(map(framework_of_array.has_values, lawful))
    without = [x.to("meta"), FakeTensorMode().from_tensor(x), NESTED["jagged"]]
    torch.func.vmap(lambda v: without.append(v) or v)(torch.zeros(2, 3))
    torch._vmap_internals._vmap(lambda v: without.append(v) or v)(torch.zeros(2, 3))
    assert len(without) == 5
    assert not any(map(framework_of_array.has_values, without))


def test_counts_that_cannot_be_looked_at_are_an_error():
    message = "^this call reads values, and a FakeTensor of shape "
    with FakeTensorMode(), pytest.raises(ls.LossaryError, match=message):
        ls.mutual_information_from_counts(torch.ones(2, 2, dtype=torch.int64))


def test_what_is_out_of_range_is_nan_where_it_cannot_be_looked_at():
    s, y = torch.zeros(2, 3), torch.tensor([[0.0, 2, 1], [1, 1, 0]])
    losses = torch.func.vmap(lambda a, b: ls.sigmoid_cross_entropy(a, b, reduction="none"))(s, y)
    assert losses.isnan().tolist() == [[False, True, False], [False, False, False]]
