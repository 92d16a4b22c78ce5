"""Every loss under torch.compile, whole: no graph break, the same values and gradients."""

import shutil

import pytest
import torch
from torch import nn

import lossary.torch as lt
from lossary.kernels import eligibility
from support.torch_cases import CASES, IDS, labels

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


def compiled(loss, **options):
    return torch.compile(loss, **{"fullgraph": True, "backend": "eager", **options})


def run(loss, z, t, *rest):
    z = z.clone().requires_grad_()
    value = loss(z, t, *rest)
    value.backward()
    return value.detach(), z.grad


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_loss_is_one_graph(case):
    module = case.module("mean")
    z, t = case.draw(torch.float32)
    got = run(compiled(module), z, t)
    with eligibility.plain():
        plain = run(module, z, t)
    # Which of the two paths is taken is the compiler's business: see kernels/test_operators.py.
    assert any(all(map(torch.equal, got, each)) for each in (run(module, z, t), plain))


class Everything(nn.Module):
    """Several losses with all their combinators, as one."""

    def __init__(self) -> None:
        super().__init__()
        options = {"label_smoothing": 0.1, "temperature": 2.0, "softcap": 20.0, "z_loss": 0.01}
        weight = torch.tensor([1.0, 2.0, 0.5])
        self.rows = nn.ModuleList(
            [
                lt.CrossEntropyLoss(weight, **options),
                lt.FocalLoss(1.5, weight=weight, **options),
                lt.MultiMarginLoss(weight=weight, ignore_index=-100),
            ]
        )
        self.binary = lt.BCEWithLogitsLoss(weight, pos_weight=2 * weight, ignore_index=1)

    def forward(self, z, y, w):
        binary = self.binary(z, torch.softmax(z.detach(), 1))
        return binary + sum(loss(z, y, w) for loss in self.rows)


def everything(rows):
    g = torch.Generator().manual_seed(rows)
    y = torch.randint(0, 3, (rows,), generator=g)
    y[0] = -100
    return torch.randn(rows, 3, generator=g), y, torch.rand(rows, generator=g)


def test_combinators_through_the_compiler_s_own_autograd():
    loss, inputs = Everything(), everything(6)
    whole = compiled(loss, backend="aot_eager")
    torch.testing.assert_close(run(whole, *inputs), run(loss, *inputs))


def test_machine_code():
    backend = "inductor" if shutil.which("g++") else "aot_eager"
    loss, (z, y, _) = lt.CrossEntropyLoss(label_smoothing=0.1), everything(6)
    torch.testing.assert_close(run(compiled(loss, backend=backend), z, y), run(loss, z, y))


def test_one_graph_for_batches_of_any_size():
    loss, graphs = lt.CrossEntropyLoss(label_smoothing=0.1), []

    def counting(graph, _):
        graphs.append(graph)
        return graph.forward

    whole = compiled(loss, backend=counting, dynamic=True)
    for rows in (4, 7, 12):
        z, y, w = everything(rows)
        torch.testing.assert_close(run(whole, z, y, w), run(loss, z, y, w))
    assert len(graphs) == 1


def test_without_gradients():
    z, y = labels("plain", torch.float32)
    loss = lt.FocalLoss()
    with torch.no_grad():
        torch.testing.assert_close(compiled(loss)(z, y), loss(z, y))


def test_where_values_cannot_be_looked_at_a_wrong_target_is_nan():
    z = torch.zeros(2, 3)
    with eligibility.plain():
        losses = compiled(lt.CrossEntropyLoss(reduction="none"))(z, torch.tensor([0, 5]))
    assert losses.isnan().tolist() == [False, True]


def test_the_gradient_function_compiles_whole():
    z, y = labels("plain", torch.float32)
    gradient = torch.func.grad(lt.CrossEntropyLoss())
    torch.testing.assert_close(compiled(gradient)(z, y), gradient(z, y))


def test_a_compiled_forward_derivative_is_refused_and_else_right():
    s, y = torch.zeros(1), torch.tensor([0.25])

    def slope(x):
        return torch.func.jvp(lambda a: lt.BCEWithLogitsLoss()(a, y), (x,), (torch.ones(1),))[1]

    with pytest.raises(torch._dynamo.exc.Unsupported, match="takes no forward derivative"):
        compiled(slope)(s)
    assert compiled(slope, fullgraph=False)(s) == 0.25


@pytest.mark.parametrize("made", [lt.KLDivLoss, lt.JSDivLoss])
def test_a_mean_per_sample_is_compiled(made):
    l, t = torch.randn(4, 3, 5).log_softmax(1), torch.randn(4, 3, 5).softmax(1)
    got, expected = (run(f(made(reduction="batchmean")), l, t) for f in (compiled, lambda f: f))
    torch.testing.assert_close(got, expected)
    torch.testing.assert_close(got[0], 5 * made()(l, t))


@pytest.mark.parametrize("name", ["MSELoss", "BCEWithLogitsLoss", "FocalLoss", "MultiMarginLoss"])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_compiled_losses_of_elements_are_laid_out_as_those_of_eager_mode(name, layout):
    z = torch.rand(2, 3, 4, 5).contiguous(memory_format=layout)
    pointwise = name in {"MSELoss", "BCEWithLogitsLoss"}
    t = torch.rand_like(z) if pointwise else torch.zeros(2, 4, 5, dtype=torch.int64)
    loss = getattr(lt, name)(reduction="none")
    for backend in ("eager", "aot_eager"):
        got = compiled(loss, backend=backend)(z, t)
        torch.testing.assert_close(got, loss(z, t))
        assert got.stride() == loss(z, t).stride()


@pytest.mark.parametrize("made", [lt.BCEWithLogitsLoss, lt.LogCoshLoss, lt.PoissonNLLLoss])
def test_a_module_may_be_made_inside(made):
    s, y = torch.tensor([0.5, 1.0]), torch.tensor([1.0, 0.0])
    torch.testing.assert_close(compiled(lambda s: made(reduction="sum")(s, y))(s), made()(s, y) * 2)


def test_a_function_with_a_weight_is_compiled():
    s, y, w = torch.rand(3), torch.rand(3), torch.rand(3)
    got = compiled(lt.functional.mse_loss)(s, y, weight=w)
    torch.testing.assert_close(got, lt.functional.mse_loss(s, y, weight=w))
