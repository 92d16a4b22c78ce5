"""Linear heads as modules, and as one operator under torch.compile."""

import copy
import pickle
import re
import shutil

import pytest
import torch
from torch import nn
from torch.library import opcheck

import lossary as ls
from lossary.torch import (
    LinearCrossEntropyLoss,
    LinearLoss,
    linear_loss,
    linear_operator,
    linear_options,
)
from support.heads import HIDDEN, IGNORED, NARROW, ROWS, drawn, outcome

# The compiler makes an autograd.Function an object, and scripts: it warns of itself.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*should not be instantiated"),
    pytest.mark.filterwarnings("ignore:`torch.jit.script"),
]
OPTIONS = [
    {},
    {"label_smoothing": 0.1, "class_weight": torch.linspace(0.5, 1, NARROW)},
    {"reduction": "none", "outputs": ("accuracy", "lse"), "softcap": 5.0},
    {"loss": "softmax_focal", "gamma": 1.5, "sample_weight": torch.linspace(0, 1, ROWS)},
    {"loss": "hinge", "variant": "weston_watkins", "margin": 2.0},
    {"chunk": 4, "ignore_index": None},
]


@pytest.fixture(autouse=True)
def _fresh():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def labelled(options):
    """Inputs; none is ignored where no index is."""
    inputs = drawn(NARROW)
    if "ignore_index" in options:
        inputs = inputs._replace(target=inputs.target.clamp(min=0))
    return inputs


def first(call):
    """The loss, without auxiliary outputs."""

    def head(*inputs, **options):
        found = call(*inputs, **options)
        return found[0] if isinstance(found, tuple) else found

    return head


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_a_head_is_one_graph(options, backend):
    whole = torch.compile(linear_loss, fullgraph=True, backend=backend)
    inputs = labelled(options)
    got, expected = (outcome(first(f), inputs, **options) for f in (whole, linear_loss))
    torch.testing.assert_close(got, expected, rtol=1e-6, atol=1e-9)
    if "outputs" in options:
        for a, b in zip(whole(*inputs, **options), linear_loss(*inputs, **options), strict=True):
            torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_machine_code_around_a_module():
    backend = "inductor" if shutil.which("g++") else "aot_eager"
    loss = LinearCrossEntropyLoss(HIDDEN, NARROW, bias=True)
    inputs = drawn(NARROW)
    expected = loss(inputs.hidden, inputs.target)
    expected.backward()
    slope, loss.weight.grad = loss.weight.grad, None
    torch.compile(loss, fullgraph=True, backend=backend)(inputs.hidden, inputs.target).backward()
    torch.testing.assert_close(loss.weight.grad, slope)


def test_one_graph_for_batches_of_any_size():
    graphs = []

    def counting(graph, _):
        graphs.append(graph)
        return graph.forward

    whole = torch.compile(linear_loss, fullgraph=True, backend=counting, dynamic=True)
    for rows in (4, 7, 12):
        inputs = drawn(NARROW, rows=rows)
        torch.testing.assert_close(outcome(whole, inputs), outcome(linear_loss, inputs))
    assert len(graphs) == 1


def test_a_wrong_target_is_said_by_the_compiled_function_too():
    inputs = drawn(NARROW)
    inputs.target[0] = NARROW
    with pytest.raises(ls.LossaryError, match="target must hold class indices"):
        torch.compile(linear_loss, fullgraph=True, backend="eager")(*inputs)


def test_a_gradient_inside_a_compiled_function():
    hidden, weight, target, _ = drawn(NARROW)

    def slope(x):
        return torch.func.grad(lambda h: linear_loss(h, weight, target))(x)

    whole = torch.compile(slope, fullgraph=True, backend="eager")
    torch.testing.assert_close(whole(hidden), slope(hidden))


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_the_operators_are_lawful(reduction):
    inputs = drawn(NARROW)
    leaves = [x.requires_grad_() for x in (inputs.hidden, inputs.weight, inputs.bias)]
    options = linear_options.HeadOptions.of(
        loss="softmax_cross_entropy",
        reduction=reduction,
        ignore_index=IGNORED,
        label_smoothing=0.1,
        temperature=1.0,
        softcap=None,
        z_loss=0.0,
        outputs=("lse", "accuracy"),
        chunk=5,
    )
    given = (*leaves, inputs.target, None, None, *options.coded(), [True] * 3)
    opcheck(linear_operator._loss, (*given, torch.float32))
    above = torch.ones(() if reduction == "mean" else ROWS)
    with torch.no_grad():
        opcheck(linear_operator._pulled, (above, *given))


def test_options_outlive_the_operator_s_words():
    given = {"loss": "hinge", "reduction": "sum", "ignore_index": None, "chunk": 3}
    given |= {"label_smoothing": 0.0, "temperature": 1.0, "softcap": None, "z_loss": 0.0}
    options = linear_options.HeadOptions.of(
        **given, outputs=("entropy",), variant="weston_watkins", margin=2.0
    )
    twin = linear_options.HeadOptions.decoded(*options.coded())
    assert twin.own == options.own
    assert {**vars(twin), "parameters": ()} == {**vars(options), "parameters": ()}


def test_the_projection_is_that_of_linear():
    for bias in (False, True):
        torch.manual_seed(1)
        ours = LinearCrossEntropyLoss(HIDDEN, NARROW, bias)
        torch.manual_seed(1)
        theirs = nn.Linear(HIDDEN, NARROW, bias)
        assert ours.state_dict().keys() == theirs.state_dict().keys()
        for name, x in theirs.state_dict().items():
            assert torch.equal(ours.state_dict()[name], x)
        theirs.load_state_dict(ours.state_dict())


def test_a_module_computes_what_the_function_does():
    inputs, weight = drawn(NARROW), torch.linspace(0, 1, ROWS)
    options = {"label_smoothing": 0.1, "z_loss": 0.01, "outputs": ["lse"], "chunk": 5}
    by_class = torch.linspace(1, 2, NARROW)
    for loss in (
        LinearCrossEntropyLoss(HIDDEN, NARROW, True, class_weight=by_class, **options),
        LinearLoss(HIDDEN, NARROW, "softmax_focal", bias=True, gamma=1.0, **options),
    ):
        own = {"gamma": 1.0} if isinstance(loss, LinearLoss) else {"class_weight": by_class}
        expected = linear_loss(
            *(inputs.hidden, loss.weight, inputs.target, loss.bias),
            **{"loss": loss.loss, "sample_weight": weight, **options, **own},
        )
        for a, b in zip(loss(inputs.hidden, inputs.target, weight), expected, strict=True):
            torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_a_module_learns():
    torch.manual_seed(0)
    loss, x = LinearCrossEntropyLoss(HIDDEN, NARROW), torch.randn(64, HIDDEN)
    y = (x @ torch.randn(HIDDEN, NARROW)).argmax(1)
    descent = torch.optim.SGD(loss.parameters(), lr=1.0)
    start = loss(x, y).item()
    for _ in range(100):
        descent.zero_grad()
        loss(x, y).backward()
        descent.step()
    assert loss(x, y) < start / 3


def test_a_shared_embedding_gathers_both_gradients():
    embedding, loss = nn.Embedding(NARROW, HIDDEN), LinearCrossEntropyLoss(HIDDEN, NARROW)
    loss.weight = embedding.weight
    tokens = torch.arange(NARROW)
    loss(embedding(tokens), tokens).backward()
    twin = embedding.weight.detach().clone().requires_grad_()
    nn.functional.cross_entropy(twin[tokens] @ twin.t(), tokens).backward()
    torch.testing.assert_close(embedding.weight.grad, twin.grad)


@pytest.mark.parametrize(
    "loss",
    [
        LinearCrossEntropyLoss(HIDDEN, NARROW, class_weight=torch.ones(NARROW)),
        LinearLoss(HIDDEN, NARROW, "hinge", bias=True, margin=2.0, dtype=torch.float64),
    ],
    ids=repr,
)
def test_copies_and_pickles_compute_the_same(loss):
    x, y = torch.randn(4, HIDDEN, dtype=loss.weight.dtype), torch.arange(4)
    for twin in (copy.deepcopy(loss), pickle.loads(pickle.dumps(loss))):  # noqa: S301 - our own
        assert repr(twin) == repr(loss)
        torch.testing.assert_close(twin(x, y), loss(x, y), rtol=0, atol=0)


def test_dtypes_and_devices_of_modules():
    loss = LinearLoss(HIDDEN, NARROW, class_weight=torch.ones(NARROW)).to(torch.float64)
    assert loss.weight.dtype == loss.class_weight.dtype == torch.float64
    empty = LinearCrossEntropyLoss(HIDDEN, NARROW, device="meta", dtype=torch.bfloat16)
    x, y = torch.empty(3, HIDDEN, device="meta", dtype=torch.bfloat16), torch.empty(3).long()
    assert empty(x, y.to("meta")).dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (LinearCrossEntropyLoss(4, 9), "LinearCrossEntropyLoss(hidden=4, classes=9)"),
        (
            LinearCrossEntropyLoss(4, 9, True, outputs=["lse"], chunk=4),
            "LinearCrossEntropyLoss(hidden=4, classes=9, outputs=('lse',), chunk=4, bias=True)",
        ),
        (
            LinearLoss(4, 9, "softmax_focal", gamma=2, reduction="sum"),
            "LinearLoss(hidden=4, classes=9, loss='softmax_focal', reduction='sum', gamma=2)",
        ),
    ],
)
def test_what_is_not_default_is_shown(loss, text):
    assert repr(loss) == text


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: LinearCrossEntropyLoss(0, 9), "hidden must be a whole number from 1 on, got 0"),
        (lambda: LinearCrossEntropyLoss(4, 2.5), "classes must be a whole number from 1 on"),
        (lambda: LinearLoss(4, 9, "softmax_focl"), "Did you mean 'softmax_focal'"),
        (lambda: LinearLoss(4, 9, "softmax_focal", gamma=-1.0), "gamma must lie in [0, inf)"),
        (lambda: LinearLoss(4, 9, "hinge", variant="both"), "variant must be 'crammer_singer'"),
        (lambda: LinearCrossEntropyLoss(4, 9, reduction="avg"), "reduction must be"),
    ],
)
def test_a_module_does_not_wait_with_its_errors(call, text):
    with pytest.raises(ls.LossaryError, match=re.escape(text)):
        call()
