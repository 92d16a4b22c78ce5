"""Measures of two distributions as operators: what torch.compile makes of them is one graph."""

import pytest
import torch

import lossary as ls
from lossary.kernels.torch.option_codes import coded
from lossary.measures.compiled_operators import OPERATORS
from support.kernels import kernels
from support.pairs import drawn

FUNCTIONS = [
    ls.kl_divergence_from_logits,
    ls.renyi_divergence_from_logits,
    ls.js_distance_from_log_probabilities,
    ls.kl_divergence,
]
DTYPES = [torch.float32, torch.float64, torch.bfloat16]


@pytest.fixture(autouse=True)
def _fresh():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def rows(function, dtype):
    p, q = (x.detach()[[0, 3]].to(dtype) for x in drawn(20, torch.float64))
    if function is ls.kl_divergence:
        p, q = p.double().softmax(-1).to(dtype), q.double().softmax(-1).to(dtype)
    elif function is ls.js_distance_from_log_probabilities:
        p, q = p.double().log_softmax(-1).to(dtype), q.double().log_softmax(-1).to(dtype)
    return p.requires_grad_(), q.requires_grad_()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
def test_a_compiled_measure_is_one_graph_and_the_same_bits(function, dtype, backend):
    p, q = rows(function, dtype)
    compiled = torch.compile(function, fullgraph=True, backend=backend)
    with kernels():
        found = compiled(p, q)
        slopes = torch.autograd.grad(found.double().sum(), (p, q))
        eager = function(p, q)
        expected = torch.autograd.grad(eager.double().sum(), (p, q))
    assert found.dtype == eager.dtype
    assert all(map(torch.equal, (found, *slopes), (eager, *expected)))


@pytest.mark.parametrize("space", ["", "_from_logits", "_from_log_probabilities"])
def test_what_pytorch_asks_of_an_operator(space):
    p, q = rows(ls.js_distance_from_log_probabilities, torch.float64)
    if not space:
        p, q = p.detach().exp().requires_grad_(), q.detach().exp().requires_grad_()
    given = (p, q, None, None, "kl_divergence", 0, *coded({"axis": -1}), [True, True, False, False])
    torch.library.opcheck(OPERATORS[space].forward, given)


def test_what_is_no_log_probability_is_refused_when_it_runs():
    p, q = drawn(20)
    compiled = torch.compile(ls.kl_divergence_from_log_probabilities, backend="eager")
    with pytest.raises(ls.LossaryError, match="must sum to 1"):
        compiled(p.detach(), q.detach())


def test_a_measure_of_other_shapes_is_refused():
    p, q = (x.detach() for x in drawn(20))
    with pytest.raises(ls.LossaryError, match="same shape"):
        torch.compile(ls.kl_divergence_from_logits, backend="eager")(p, q[:, :5])
