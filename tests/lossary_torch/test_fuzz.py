"""Odd arguments of every module and function end in a result or in an error of Lossary's own."""

import inspect
import random
import time
from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn

import lossary as ls
import lossary.torch as lt
from lossary.torch import functional
from support.torch_cases import records

# torch's, about what is odd here.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Sparse CSR tensor support"),
    pytest.mark.filterwarnings("ignore:.*nested tensors"),
    pytest.mark.filterwarnings("ignore:.*quantiz"),
]

SECONDS = 15
CALLS = 6000
SEED = 10


def _float8():
    return torch.rand(2, 3).to(torch.float8_e4m3fn)


ODD = [
    lambda: None,
    lambda: True,
    lambda: False,
    lambda: 0,
    lambda: 1,
    lambda: -1,
    lambda: 2,
    lambda: 3,
    lambda: 0.5,
    lambda: 1.5,
    lambda: -0.5,
    lambda: 10**400,
    lambda: -(2**70),
    lambda: 2**63,
    lambda: float("nan"),
    lambda: float("inf"),
    lambda: 1j,
    lambda: "x",
    lambda: "mean",
    lambda: "sum",
    lambda: "none",
    lambda: b"mean",
    lambda: {"a": 1},
    list,
    lambda: [1.0, 2.0, 3.0],
    lambda: ["a"],
    lambda: (1,),
    object,
    lambda: np.float64(0.5),
    lambda: np.int64(2),
    lambda: np.bool_(True),
    lambda: np.ones((2, 3)),
    lambda: np.array(["a", "b"]),
    lambda: torch.float32,
    lambda: torch.tensor(0.5),
    lambda: torch.tensor(2),
    lambda: torch.tensor(True),
    lambda: torch.rand(3),
    lambda: torch.rand(2),
    lambda: torch.rand(2, 3),
    lambda: torch.rand(2, 3, dtype=torch.float64),
    lambda: torch.rand(2, 3).bfloat16(),
    lambda: torch.rand(2, 3, requires_grad=True),
    lambda: torch.rand(2, 3, 4).softmax(1),
    lambda: torch.rand(2, 3).log_softmax(1),
    lambda: torch.rand(2, 3).softmax(1),
    lambda: -torch.rand(2, 3),
    lambda: torch.full((2, 3), float("nan")),
    lambda: torch.full((2, 3), float("-inf")),
    lambda: torch.tensor([[1.0, float("inf"), 0.0], [0.0, 0.0, 0.0]]),
    lambda: torch.zeros(0),
    lambda: torch.zeros(0, 3),
    lambda: torch.zeros(2, 0),
    lambda: torch.zeros(0, dtype=torch.int64),
    lambda: torch.tensor([0, 2]),
    lambda: torch.tensor([0, -100]),
    lambda: torch.tensor([0, 2], dtype=torch.int32),
    lambda: torch.tensor([0, 2], dtype=torch.uint16),
    lambda: torch.tensor([7, -5]),
    lambda: torch.eye(3, dtype=torch.int64)[:2],
    lambda: torch.ones(2, 3, dtype=torch.bool),
    lambda: 2.0 * (torch.rand(2, 3) > 0.5) - 1,
    lambda: torch.rand(2, 3).to_sparse(),
    lambda: torch.rand(2, 3).to_sparse_csr(),
    lambda: torch.rand(2, 3, dtype=torch.complex64),
    _float8,
    lambda: torch.rand(2, 3, device="meta"),
    lambda: nn.Parameter(torch.rand(3)),
    lambda: nn.Parameter(torch.rand(2, 3)),
    lambda: torch.quantize_per_tensor(torch.rand(2, 3), 0.1, 0, torch.quint8),
    lambda: torch.nested.nested_tensor([torch.rand(2), torch.rand(3)], layout=torch.jagged),
    lambda: torch.rand(3, 2).T,
    lambda: torch.rand(3).expand(2, 3),
]
"""Values that a name may be given, made anew for each call."""

LAWFUL = {
    "input": [lambda: torch.rand(2, 3, requires_grad=True), lambda: torch.rand(2, 3).double()],
    "target": [
        lambda: torch.tensor([0, 2]),
        lambda: torch.rand(2, 3).softmax(1),
        lambda: torch.ones(2, 3),
    ],
    "sample_weight": [lambda: None, lambda: torch.rand(2), lambda: torch.rand(2, 3)],
    "hidden": [lambda: torch.rand(2, 4), lambda: 4],
    "classes": [lambda: 3],
    "loss": [lambda: "softmax_focal", lambda: "hinge"],
}
LAWFUL["input1"] = LAWFUL["input2"] = LAWFUL["log_input"] = LAWFUL["input"]
FUNCTIONS = [*(getattr(functional, n) for n in dir(functional) if not n.startswith("_"))]
MODULES = [getattr(lt, n) for n in dir(lt) if inspect.isclass(getattr(lt, n))]


def drawn(rng, name, odd):
    """A value for an argument: mostly one that fits, sometimes an odd one."""
    lawful = LAWFUL.get(name)
    return rng.choice(ODD if lawful is None or rng.random() < odd else lawful)()


def arguments(rng, parameters, odd):
    """Arguments for parameters: those that must be given, and a few of the others."""
    given = {}
    for p in parameters:
        if p.kind in {p.VAR_POSITIONAL, p.VAR_KEYWORD}:
            continue
        if p.default is p.empty or rng.random() < 0.15:
            given[p.name] = drawn(rng, p.name, odd)
    return given


def attempt(rng):
    """Call a module or a function with what is drawn; return how it ended, and the call."""
    if rng.random() < 0.5:
        function = rng.choice(FUNCTIONS)
        given = arguments(rng, inspect.signature(function).parameters.values(), 0.3)
        return ended(function, given)
    made = rng.choice(MODULES)
    options = arguments(rng, inspect.signature(made).parameters.values(), 0.3)
    outcome, what, loss = ended(made, options)
    if outcome != "result":
        return outcome, what, None
    given = arguments(rng, inspect.signature(loss.forward).parameters.values(), 0.3)
    outcome, what, value = ended(loss, given)
    return outcome, f"{loss} of {options}: {what}", value


def ended(function, given):
    """How a call ended: in a result, an error of the library, or something else."""
    what = f"{getattr(function, '__name__', type(function).__name__)}({shown(given)})"
    try:
        value = function(**given)
    except ls.LossaryError as error:
        return "LossaryError" if str(error) else "an error without a text", what, None
    except Exception as error:  # noqa: BLE001 - told below
        return f"{type(error).__name__}: {error}"[:200], what, None
    return "result", what, value


def shown(given):
    parts = []
    for name, x in given.items():
        if isinstance(x, torch.Tensor):
            parts.append(f"{name}=<{x.dtype} {tuple(x.shape)} {x.layout} {x.device}>")
        else:
            parts.append(f"{name}={type(x).__name__} {str(type(x)) if type(x) is int else repr(x)}")
    return ", ".join(parts)


def test_odd_arguments_end_in_a_result_or_in_an_error_of_the_library(said):
    rng, begun = random.Random(SEED), time.perf_counter()  # noqa: S311 - the same for all
    torch.manual_seed(SEED)
    outcomes, surprises = Counter(), {}
    for _ in range(CALLS):
        outcome, what, _ = attempt(rng)
        outcomes[outcome] += 1
        if outcome not in {"result", "LossaryError"}:
            surprises.setdefault(outcome, what)
        if time.perf_counter() - begun > SECONDS:
            break
    tried = f"{len(MODULES)} modules and {len(FUNCTIONS)} functions of torch"
    said(f"fuzz of {tried}: {dict(outcomes)}")
    assert surprises == {}
    assert min(outcomes["result"], outcomes["LossaryError"]) > 0


def test_modules_and_functions_are_all_tried():
    assert set(records()) <= {made.__name__ for made in MODULES}
    assert len(FUNCTIONS) >= len(records())
