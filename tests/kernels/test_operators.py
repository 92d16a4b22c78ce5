"""Kernels as operators of PyTorch: lawful ones, and what the compiler makes of losses."""

import pytest
import torch
from torch import nn

import lossary as ls
import lossary.torch as lt
from lossary.kernels import eligibility
from lossary.kernels.torch.option_codes import coded, decoded
from lossary.losses.compiled_operators import (
    MARGIN_OPERATOR,
    POINTWISE_OPERATOR,
    ROW_OPERATOR,
)
from lossary.torch.divergence_forward import DIVERGENCE_DISPATCH
from lossary.torch.margin_forward import MULTI_MARGIN_DISPATCH
from support.kernels import kernels, outcome

# The compiler makes an autograd.Function an object, and scripts: it warns of itself.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*should not be instantiated"),
    pytest.mark.filterwarnings("ignore:`torch.jit.script"),
]


@pytest.fixture(autouse=True)
def _fresh():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def scores(dtype=torch.float64, shape=(5, 6)):
    s = torch.linspace(-3, 3, 30, dtype=dtype).reshape(shape)
    return s.requires_grad_(), (s.detach() > 0.5).to(dtype)


def rows(dtype=torch.float64, shape=(6, 5)):
    g = torch.Generator().manual_seed(0)
    z = torch.randn(shape, generator=g, dtype=torch.float64).to(dtype)
    return z.requires_grad_(), torch.randint(shape[-1], shape[:-1], generator=g)


def log_rows(dtype=torch.float64):
    """Log-probabilities and a target distribution."""
    z = rows(torch.float64)[0].detach()
    l = z.log_softmax(-1).to(dtype)
    return l.requires_grad_(), z.flip(0).softmax(-1).to(dtype)


def operands(operator, record, x, y, *, weights=(None, None), **options):
    """An operator, and its arguments."""
    x = x.detach().requires_grad_(x.requires_grad)
    return operator, (x, y, *weights, record, 0, *coded(options), [x.requires_grad, *NONE])


NONE = [False] * 3
HALF = torch.full((6, 5), 0.2, dtype=torch.float64)
OPERANDS = {
    "score": lambda: operands(POINTWISE_OPERATOR, "sigmoid_focal", *scores(), gamma=1.5),
    "scores": lambda: operands(POINTWISE_OPERATOR, "huber", *scores(), reduction="none"),
    "transposed": lambda: operands(POINTWISE_OPERATOR, "huber", *(x.T for x in scores())),
    "float32": lambda: operands(
        POINTWISE_OPERATOR, "hinge", scores(torch.float32)[0], torch.ones(5, 6)
    ),
    "weights": lambda: operands(
        POINTWISE_OPERATOR,
        "huber",
        *scores(),
        weights=(torch.rand(5, 6, dtype=torch.float64), None),
    ),
    "row": lambda: operands(ROW_OPERATOR, "softmax_focal", *rows(), label_smoothing=0.1),
    "rows": lambda: operands(ROW_OPERATOR, "softmax_cross_entropy", *rows(), reduction="none"),
    "axis": lambda: operands(
        ROW_OPERATOR, "softmax_cross_entropy", rows()[0].T, rows()[1], reduction="none", axis=0
    ),
    "distribution": lambda: operands(ROW_OPERATOR, "kl", rows()[0], HALF),
    "classes": lambda: operands(
        ROW_OPERATOR,
        "softmax_cross_entropy",
        *rows(),
        weights=(torch.rand(6, dtype=torch.float64), torch.rand(5, dtype=torch.float64)),
        ignore_index=2,
    ),
    "evaluation": lambda: operands(ROW_OPERATOR, "js", rows()[0].detach(), HALF),
    "margins": lambda: operands(
        MARGIN_OPERATOR, "hinge", *rows(), variant="weston_watkins", margin=2.0
    ),
    "averaged margins": lambda: operands(
        MULTI_MARGIN_DISPATCH.operator(), "hinge", *rows(), variant="weston_watkins"
    ),
    "log-probabilities": lambda: operands(
        DIVERGENCE_DISPATCH.operator(),
        "kl",
        rows()[0].detach().log_softmax(-1).requires_grad_(),
        HALF,
        reduction="batchmean",
        log_target=False,
    ),
}


@pytest.mark.parametrize("case", OPERANDS)
def test_an_operator_is_lawful(case):
    operator, given = OPERANDS[case]()
    with kernels():
        torch.library.opcheck(operator.forward, given)


@pytest.mark.parametrize(
    "case",
    ["score", "scores", "row", "rows", "axis", "classes", "margins", "log-probabilities"],
)
def test_the_operator_of_gradients_is_lawful(case):
    operator, (x, y, *others, _) = OPERANDS[case]()
    value = operator.forward(x, y, *others, [False] * 4)[0]
    above = torch.rand_like(value).detach()
    with kernels():
        torch.library.opcheck(operator.backward, (x.detach(), y, *others, [True, *NONE], above))


@pytest.mark.parametrize("case", [c for c in OPERANDS if "margins" not in c and "log" not in c])
def test_an_operator_is_the_loss_in_eager_mode(case):
    operator, given = OPERANDS[case]()
    x, y, weight, class_weight, record, _, *code, (wanted, *_) = given
    weights = {"sample_weight": weight, "class_weight": class_weight}
    options = decoded(*code) | {k: v for k, v in weights.items() if v is not None}
    with kernels():
        value = operator.forward(*given)
        eager = getattr(ls, record)(x, y, **options)
        torch.testing.assert_close(value[0], eager, rtol=0, atol=0)
        if wanted:
            above = torch.linspace(-1, 2, eager.numel(), dtype=x.dtype).reshape(eager.shape)
            slopes = [torch.autograd.grad(v, x, above)[0] for v in (value[0], eager)]
            torch.testing.assert_close(*slopes, rtol=1e-15, atol=1e-18)


@pytest.mark.parametrize("case", ["score", "scores", "row", "rows", "distribution", "margins"])
def test_derivatives_of_an_operator_have_derivatives(case):
    operator, (x, y, *others) = OPERANDS[case]()
    assert torch.autograd.gradcheck(lambda s: operator.forward(s, y, *others)[0], x)
    assert torch.autograd.gradgradcheck(lambda s: operator.forward(s, y, *others)[0], x)


def traced(loss, dynamic=None):
    """A compiled loss, and the operators of its graphs."""
    found: list[set[str]] = []

    def backend(graph, _):
        calls = (n for n in graph.graph.nodes if n.op == "call_function")
        found.append({str(n.target) for n in calls})
        return graph.forward

    return torch.compile(loss, fullgraph=True, dynamic=dynamic, backend=backend), found


MODULES = {
    "cross entropy": (lt.CrossEntropyLoss(label_smoothing=0.1, ignore_index=2), rows),
    "focal": (lt.FocalLoss(1.5, reduction="none"), rows),
    "binary": (lt.BCEWithLogitsLoss(), scores),
    "squares": (lt.MSELoss(reduction="sum"), scores),
    "record": (lt.LogisticLoss(), lambda dtype: (scores(dtype)[0], torch.ones(5, 6, dtype=dtype))),
    "margins": (lt.MultiMarginLoss(p=2), rows),
    "kl": (lt.KLDivLoss(reduction="batchmean"), log_rows),
    "kl of log-probabilities": (
        lt.KLDivLoss(log_target=True),
        lambda dtype: (log_rows(dtype)[0], log_rows(dtype)[0].detach().flip(0)),
    ),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", MODULES)
def test_the_compiler_takes_a_kernel_as_one_operator(name, dtype):
    module, draw = MODULES[name]
    whole, graphs = traced(module)
    with kernels():
        got = outcome(whole, *draw(dtype))
    (graph,) = graphs
    assert any(name.startswith("lossary.") for name in graph)
    eager = outcome(module, *draw(dtype))
    assert all(map(torch.equal, got, eager))


def test_one_graph_for_all_sizes():
    whole, graphs = traced(lt.CrossEntropyLoss(reduction="none"), dynamic=True)
    for count, classes in ((4, 3), (7, 5), (12, 40)):
        z, y = rows(shape=(count, classes))
        got = outcome(whole, z, y)
        assert all(map(torch.equal, got, outcome(lt.CrossEntropyLoss(reduction="none"), z, y)))
    assert len(graphs) == 1


class Model(nn.Module):
    """A model with its loss, as they are compiled together."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Linear(5, 8)
        self.head = nn.Linear(8, 40)
        self.loss = lt.CrossEntropyLoss(label_smoothing=0.1)

    def forward(self, x, y):
        return self.loss(self.head(torch.tanh(self.body(x))), y)


def gradients(model, call, *inputs):
    model.zero_grad()
    value = call(*inputs)
    value.backward()
    return [value.detach(), *(p.grad.clone() for p in model.parameters())]


def test_a_model_with_its_loss_through_the_compiler_s_own_autograd():
    torch.manual_seed(0)
    model = Model()
    x, y = torch.randn(6, 5), torch.randint(40, (6,))
    whole = torch.compile(model, fullgraph=True, backend="aot_eager")
    with kernels():
        got = gradients(model, whole, x, y)
    torch.testing.assert_close(got, gradients(model, model, x, y))


def test_a_wrong_target_is_the_true_error_when_the_graph_runs():
    z, y = rows(torch.float32)
    whole, graphs = traced(lt.CrossEntropyLoss())
    whole(z, y)
    with pytest.raises(ls.LossaryError, match=r"0 … 4 \(5 classes\), got 7 at index 0"):
        whole(z, torch.full_like(y, 7))
    s, t = scores()
    with pytest.raises(ls.LossaryError, match=r"^target must lie in \[0, 1\], got 3.0"):
        torch.compile(lt.BCEWithLogitsLoss(), fullgraph=True, backend="eager")(s, t + 3)
    assert len(graphs) == 1


def test_what_no_operator_computes_is_traced_plainly():
    z, y = rows(torch.float32)
    w = torch.ones(6).requires_grad_()
    whole, graphs = traced(lambda z, w: ls.softmax_focal(z, y, sample_weight=w))
    whole(z, w).backward()
    assert not any(name.startswith("lossary.") for name in graphs[0])
    with eligibility.plain():
        plain = torch.autograd.grad(ls.softmax_focal(z, y, sample_weight=w), (z, w))
    torch.testing.assert_close((z.grad, w.grad), plain)


def test_the_switch_is_seen_by_the_compiler():
    z, y = rows(torch.float32)
    whole, graphs = traced(lt.CrossEntropyLoss())
    whole(z, y)
    with eligibility.plain():
        whole(z, y)
    assert ["lossary.rowwise.default" in graph for graph in graphs] == [True, False]


@pytest.mark.parametrize("name", MODULES)
def test_no_operator_stands_in_the_way_of_torch_func(name):
    module, draw = MODULES[name]
    z, y = draw(torch.float64)

    def loss(x):
        return module(x, y).sum()

    whole, graphs = traced(torch.func.grad(loss))
    torch.testing.assert_close(whole(z.detach()), torch.autograd.grad(loss(z), z)[0])
    assert not any("lossary" in operator for operator in graphs[0])


def test_export_keeps_the_operator():
    z, y = rows(torch.float32)
    program = torch.export.export(lt.CrossEntropyLoss(), (z.detach(), y))
    assert "lossary.rowwise.default" in program.graph_module.code.replace("torch.ops.", "")
    with torch.no_grad():
        assert torch.equal(program.module()(z.detach(), y), lt.CrossEntropyLoss()(z, y))
