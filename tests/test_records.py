"""Every record of the catalogue is its definition, on every framework, within its limits."""

import importlib
from itertools import product

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.check import check, run
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise, Values, error_limits
from lossary.interpreters import exact

LOSSES = [*catalogue.names("pointwise"), *catalogue.names("rowwise")]
MEASURES = [*catalogue.names("measure"), *catalogue.names("joint")]
KINKED = [n for n in catalogue.names("pointwise") if catalogue.get(n).kink]
GRID = np.arange(-3, 3.25, 0.25).tolist()
STEP = exact.mp.mpf(10) ** -30

#: More than value and gradient 2 eps, hessian 4; a row 8, 8 and 16; a measure 8. Each says why.
GENEROUS = {"sigmoid_squared_error", "sigmoid_focal", "softmax_focal", "alpha_divergence"}
USUAL = {"pointwise": (2, 2, 4), "rowwise": (8, 8, 16), "measure": 8, "joint": 8}


def beyond(rows):
    return [(r.part, r.framework, r.dtype, r.error, r.point) for r in rows if not r.ok]


@pytest.mark.parametrize("name", catalogue.names())
def test_a_record_is_its_definition(name):
    assert beyond(check(catalogue.get(name), frameworks=["numpy", "torch"])) == []


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_its_definition_compiled_by_jax(name):
    assert beyond(check(catalogue.get(name), frameworks=["jax.jit"], variants=1)) == []


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_its_definition_on_jax(name):
    assert beyond(check(catalogue.get(name), frameworks=["jax"], variants=1, points=8)) == []


def test_every_loss_and_measure_is_checked_in_both_dtypes():
    rows = run(["hinge", "kl", "entropy", "gain_ratio"], points=2, frameworks=["numpy"])
    assert {(r.name, r.dtype) for r in rows} == set(
        product(["hinge", "kl", "entropy", "gain_ratio"], ["float32", "float64"])
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_the_error_of_focal_loss_grows_as_declared(dtype):
    """Value, gradient and Hessian at random gamma up to 1000; by kernels value and gradient."""
    record, rng = catalogue.get("sigmoid_focal"), np.random.default_rng(7)
    info, tried = torch.finfo(dtype), 0
    for _ in range(300):
        gamma = float(np.float32(10 ** rng.uniform(0, 3)))
        y, s = (
            torch.tensor([v], dtype=dtype)
            for v in (rng.choice([0, 1, rng.uniform()]), 5 * rng.normal())
        )
        given = {"gamma": gamma, "positive": 1.0, "negative": 1.0}
        with exact.precision(80):
            truths = exact.derivatives(record.definition, y.item(), s.item(), by=1, **given)
        if truths[0] < 1e3 * info.tiny:
            continue
        tried += 1
        function, size = ls.sigmoid_focal, max(map(abs, truths))
        x = s.clone().requires_grad_()
        fused = function(x, y, gamma=gamma)
        (slope,) = torch.autograd.grad(fused, x)
        got = [
            (fused.detach(), 0), (slope, 1), (function(s.numpy(), y.numpy(), gamma=gamma), 0),
            (function.gradient(s, y, gamma=gamma), 1), (function.hessian(s, y, gamma=gamma), 2),
        ]  # fmt: skip
        limits = error_limits(record, given)
        for value, part in got:
            unit = truths[0] if part == 0 else size
            assert abs(float(value) - truths[part]) <= limits[part] * info.eps * unit, (gamma, y, s)
    assert tried > 100


def test_focal_limits_are_those_of_5_up_to_5():
    for name in ("sigmoid_focal", "softmax_focal"):
        record = catalogue.get(name)
        assert error_limits(record, {"gamma": 2.0}) == error_limits(record, {"gamma": 5.0})
        assert error_limits(record, {"gamma": 5.0}) == record.within
        assert error_limits(record, {"gamma": 1000.0})[0] == 200 * record.within[0]
    assert error_limits(catalogue.get("hinge"), {"margin": 1000.0}) == catalogue.get("hinge").within


def test_limits_are_the_usual_ones():
    records = map(catalogue.get, catalogue.names())
    assert {r.name for r in records if np.any(np.greater(r.within, USUAL[r.kind]))} == GENEROUS


def sides(record: Pointwise, y: float, s: float):
    """The derivatives of the definition just left and right of a score, and the chosen one."""
    with exact.precision(80):
        left, right = (
            exact.derivatives(record.definition, y, s + d, by=1, **record.defaults)[1]
            for d in (-STEP, STEP)
        )
        return left, right, exact.evaluate(record.gradient, y, s, **record.defaults)


@pytest.mark.parametrize("name", KINKED)
def test_at_a_kink_the_slope_lies_between_those_beside_it(name):
    record = catalogue.get(name)
    targets = record.target.allowed if isinstance(record.target, Values) else (0.0, 0.5)
    kinks = [
        (y, s)
        for y, s in product(targets, GRID)
        if exact.evaluate(record.kink, y, s, **record.defaults) == 0
    ]
    assert kinks
    for y, s in kinks:
        left, right, chosen = sides(record, y, s)
        assert min(left, right) - 1e-25 <= chosen <= max(left, right) + 1e-25


def test_a_slope_beyond_those_beside_the_kink_is_noticed():
    left, right, chosen = sides(catalogue.get("hinge"), 1.0, 1.0)
    assert (left, right) == (-1, 0)
    assert -1 <= chosen <= 0


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_an_absent_framework_is_named(framework, monkeypatch):
    monkeypatch.setitem(importlib.import_module("sys").modules, framework, None)
    with pytest.raises(ImportError, match=rf"{framework}.*pip install 'lossary\[{framework}\]'"):
        check(catalogue.get("hinge"), frameworks=[framework])
