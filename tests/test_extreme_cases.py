"""Every extreme and bad input of ``data/extreme_cases.json``: values, gradients, errors."""

from collections.abc import Iterator
from typing import Any

import mpmath
import numpy as np
import pytest

import lossary as ls
from lossary.kernels import eligibility
from support.arrays import array, namespace, to_numpy
from support.cases import CASES, Call
from support.eps import eps_error

NAMES = [case["id"] for case in CASES]
WITH_GRADIENT = [c for c in CASES if "expected_grad" in c]


@pytest.fixture(params=["plain", "kernels"])
def flushes(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Both paths in turn; kernels may make 0 of what is less than the smallest normal number."""
    fast = request.param == "kernels"
    eligibility.fast(fast)
    yield fast
    eligibility.fast(None)


def make(xp: Any):
    def build(values: Any, dtype: str, _name: str = "") -> Any:
        words = any(isinstance(v, str) for v in np.ravel(np.asarray(values, dtype=object)))
        return values if words else array(xp, values, dtype)

    return build


def make_leaf(wanted: str):
    """A maker of torch tensors of which the wanted one asks for its gradient."""

    def build(values: Any, dtype: str, name: str = "") -> Any:
        return array(namespace("torch"), values, dtype).requires_grad_(name == wanted)

    return build


def truths(expected: Any) -> Any:
    """The expected values as an object array of mpmath numbers."""
    with mpmath.workdps(60):
        return np.vectorize(mpmath.mpf, otypes=[object])(np.asarray(expected, dtype=object))


def error(got: Any, expected: Any, *, flushes: bool) -> float:
    """How far a result is from the truth, in eps."""
    if flushes:
        tiny = np.finfo(to_numpy(got).dtype).smallest_normal
        below = np.vectorize(lambda x: abs(x) < tiny, otypes=[bool])(expected)
        expected = np.where(below & (to_numpy(got) == 0), mpmath.mpf(0), expected)
    return eps_error(got, expected)


def outcomes(case: dict[str, Any]) -> list[Any]:
    """What may come out, errors aside."""
    accepted = [a for a in case.get("acceptable", []) if a in {"nan", "inf", "0"}]
    if case["expected"] == "error":
        zero = [a for a in case.get("acceptable", []) if a.startswith("0 with zero gradient")]
        return accepted + ["0"] * len(zero)
    return [case["expected"], *accepted]


def may_fail(case: dict[str, Any]) -> bool:
    return case["expected"] == "error" or "error" in case.get("acceptable", [])


@pytest.mark.parametrize("framework", ["numpy", "torch"])
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_value(case, framework, flushes):
    if case["dtype"] == "bfloat16" and framework == "numpy":
        framework = "torch"  # NumPy has no bfloat16 of its own
    try:
        result, _ = Call(case).run(make(namespace(framework)))
    except ls.LossaryError:
        assert may_fail(case)
        return
    allowed = case.get("suggested_max_ulp", 4)
    got = result if case["dtype"] != "bfloat16" else result.double()
    shape = to_numpy(got).shape
    errors = [
        error(got, np.broadcast_to(truths(expected), shape), flushes=flushes)
        for expected in outcomes(case)
    ]
    limit = allowed if case["dtype"] != "bfloat16" else allowed * 2**45
    assert min(errors, default=np.inf) <= limit, f"got {result}, expected {case['expected']}"
    if case["expected"] == "0":
        assert not np.signbit(to_numpy(result)), "a plain zero, not -0.0"


@pytest.mark.parametrize("case", WITH_GRADIENT, ids=[c["id"] for c in WITH_GRADIENT])
def test_gradient(case, flushes):
    try:
        result, arrays = Call(case).run(make_leaf(case["grad_wrt"]))
    except ls.LossaryError:
        assert may_fail(case)
        return
    leaf = arrays[case["grad_wrt"]]
    result.sum().backward()
    allowed = case["suggested_max_ulp"]
    expected = truths(case["expected_grad"])
    got = to_numpy(leaf.grad)
    if case.get("grad_acceptable"):
        zero = to_numpy(leaf) == 0
        expected = np.where(zero & (np.abs(got) == 0), mpmath.mpf(0), expected)
    distance = error(got, expected.reshape(got.shape), flushes=flushes)
    assert distance <= allowed, f"got {got}, expected {case['expected_grad']}"


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if "expected_second_derivative" in c],
    ids=[c["id"] for c in CASES if "expected_second_derivative" in c],
)
def test_second_derivative(case, flushes):
    import torch

    result, arrays = Call(case).run(make_leaf(case["grad_wrt"]))
    leaf = arrays[case["grad_wrt"]]
    (slope,) = torch.autograd.grad(result.sum(), leaf, create_graph=True)
    (bend,) = torch.autograd.grad(slope.sum(), leaf)
    truth = truths(case["expected_second_derivative"])
    assert error(bend, truth, flushes=flushes) <= 2 * case["suggested_max_ulp"], f"got {bend}"
