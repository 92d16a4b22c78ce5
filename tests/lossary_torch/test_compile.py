"""Every loss under torch.compile, whole: no graph break, the same values and gradients."""

import pytest
import torch

from support.torch_cases import CASES, IDS

# The compiler makes an autograd.Function an object, and warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:.*should not be instantiated")


@pytest.fixture(autouse=True)
def _fresh():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def run(loss, z, t):
    z = z.clone().requires_grad_()
    value = loss(z, t)
    value.backward()
    return value.detach(), z.grad


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_loss_compiles_whole(case):
    module = case.module("mean")
    compiled = torch.compile(module, fullgraph=True, backend="aot_eager")
    z, t = case.draw(torch.float32)
    torch.testing.assert_close(run(compiled, z, t), run(module, z, t), rtol=0, atol=0)
