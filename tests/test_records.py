"""Every record of the catalogue is its definition, on every framework, within its limits."""

import importlib
from itertools import product

import numpy as np
import pytest

from lossary.check import check, run
from lossary.formulas import catalogue
from lossary.formulas.record import Pointwise, Values
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
