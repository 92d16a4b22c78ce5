"""A new loss is one record and its line in the catalogue: then it is everywhere."""

# ruff: noqa: ARG005, S301, S608 - formulas have the signature of their kind

import pickle
from dataclasses import replace

import duckdb
import jax
import numpy as np
import polars as pl
import pytest
import torch

import lossary as ls
import lossary.torch
from lossary.check import check, run
from lossary.cli import main
from lossary.formulas import catalogue
from lossary.formulas.margin import margin
from lossary.formulas.record import POSITIVE, Parameter, Rowwise
from lossary.formulas.vocabulary import constant, safe_product
from lossary.kernels import eligibility
from support.kernels import kernels
from support.paths import beside_plain, graded

SMOOTH_HINGE = margin(
    "smooth_hinge",
    summary="hinge without its kink",
    source="Rennie and Srebro, Loss Functions for Preference Levels, 2005",
    parameters=(Parameter("width", 1.0, POSITIVE, "how wide the bend is", r"w"),),
    definition=lambda m, u, width: m.where(
        u <= 1 - width, 1 - u - width / 2, m.maximum(0, 1 - u) ** 2 / (2 * width)
    ),
    psi=lambda m, u, width: (
        m.minimum(m.maximum(0, 1 - u), width)
        * (m.maximum(0, 1 - u) - m.minimum(m.maximum(0, 1 - u), width) / 2)
        / width
    ),
    slope=lambda m, u, width: -m.minimum(m.maximum(0, 1 - u), width) / width,
    bend=lambda m, u, width: m.where((u > 1 - width) & (u < 1), 1 / width, constant(m, 0, u)),
    kink=lambda m, u, width: (1 - u) * (1 - width - u),
    hard=(0.0, 1.0, 0.5, -1e8, 1e8),
)

# Unlikelihood: what a row costs for the mass it gives to a class that it should not.
UNLIKELIHOOD = Rowwise(
    name="unlikelihood",
    summary="negative log-probability of every class but the target",
    source="Welleck et al., Neural Text Generation with Unlikelihood Training, 2020",
    definition=lambda m, t, l: -t * m.log(1 - m.exp(l)),
    term=lambda m, t, l, p, r: safe_product(m, t, -m.where(p < 0.5, m.log1p(-p), m.log(r))),
    slope=lambda m, t, l, p, r: t * p / r,
    bend=lambda m, t, l, p, r: t * p / (r * r),
    target_slope=lambda m, t, l, p, r: -m.where(p < 0.5, m.log1p(-p), m.log(r)),
    sparse=True,
)


@pytest.fixture(autouse=True)
def registered():
    for record in (SMOOTH_HINGE, UNLIKELIHOOD):
        catalogue.register(record)
    yield
    for record in (SMOOTH_HINGE, UNLIKELIHOOD):
        catalogue.unregister(record.name)


S, Y = [-1.0, 0.5, 2.0], [1.0, 1.0, 1.0]
VALUE, SLOPE = [1.5, 0.125, 0.0], [-1.0, -0.5, 0.0]


def test_in_the_functional_api_with_its_derivatives():
    assert ls.smooth_hinge(S, Y, reduction="none").tolist() == VALUE
    assert ls.smooth_hinge.gradient(S, Y).tolist() == SLOPE
    assert ls.smooth_hinge.hessian([0.5], [1]).tolist() == [1.0]
    assert ls.smooth_hinge(S, Y, width=0.5, reduction="sum") == 1.75 + 0.25
    assert "In (0, inf)." in ls.smooth_hinge.__doc__
    assert "smooth_hinge" in dir(ls)
    p = np.exp([1.0, 0.0]) / np.exp([1.0, 0.0]).sum()
    np.testing.assert_allclose(ls.unlikelihood([[1.0, 0.0]], [0]), -np.log(1 - p[0]), rtol=1e-15)


def test_in_torch_and_in_jax():
    score = torch.tensor(S, requires_grad=True)
    module = pickle.loads(pickle.dumps(lossary.torch.SmoothHingeLoss(width=1.0, reduction="sum")))
    module(score, torch.tensor(Y)).backward()
    assert score.grad.tolist() == SLOPE
    slope = jax.grad(lambda s: ls.smooth_hinge(s, jax.numpy.asarray(Y), reduction="sum"))
    assert slope(jax.numpy.asarray(S)).tolist() == SLOPE
    logits = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    row = lossary.torch.UnlikelihoodLoss(label_smoothing=0.1)
    assert torch.autograd.gradcheck(lambda z: row(z, torch.tensor([0, 1, 2, 0])), logits)


def test_by_kernels():
    s = torch.linspace(-3, 3, 2000, dtype=torch.float64).requires_grad_()
    y = torch.sign(torch.cos(5 * s.detach()))
    beside_plain(lambda: ls.smooth_hinge(s, y, width=0.7, reduction="none"), s, eps=8)
    z = torch.linspace(-2, 2, 280, dtype=torch.float64).cos().reshape(70, 4).requires_grad_()
    t = torch.softmax(3 * z.detach(), 1)
    with kernels():
        fast = graded(lambda: ls.unlikelihood(z, t), z)
    with eligibility.plain():
        torch.testing.assert_close(fast, graded(lambda: ls.unlikelihood(z, t), z))
    assert ls.explain("smooth_hinge", s, y).path == "kernel"
    assert "def value_gradient(y, s, q):" in ls.kernel_source("smooth_hinge")


def test_a_record_of_the_same_name_has_a_kernel_of_its_own():
    s, y = torch.tensor([0.5], dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    with kernels():
        assert ls.smooth_hinge(s, y) == 0.125
    catalogue.unregister("smooth_hinge")
    doubled = replace(SMOOTH_HINGE, value=lambda m, y, s, **k: 2 * SMOOTH_HINGE.value(m, y, s, **k))
    catalogue.register(doubled)
    with kernels():
        assert ls.smooth_hinge(s, y) == 0.25


def test_in_the_arrangements():
    assert ls.margin_ranking([2.0], [1.5], loss="smooth_hinge") == 0.125
    scores = [[2.0, 1.5, 0.0]]
    assert ls.multiclass_margin(scores, [0], loss="smooth_hinge", reduction="none") == [0.125]


def test_in_sql_and_in_data_frames():
    frame = pl.DataFrame({"label": Y, "score": S})
    text = ls.sql("smooth_hinge", y="label", s="score")
    assert [v for (v,) in duckdb.sql(f"SELECT {text} FROM frame").fetchall()] == VALUE
    expression = ls.expression("smooth_hinge", y="label", s="score")
    assert frame.select(loss=expression)["loss"].to_list() == VALUE


def test_in_the_command_and_as_a_formula(capsys):
    assert main(["list"]) == 0
    assert "smooth_hinge" in capsys.readouterr().out
    assert main(["formula", "unlikelihood"]) == 0
    assert capsys.readouterr().out == str(ls.formula("unlikelihood")) + "\n"
    assert "w" in ls.formula("smooth_hinge")


def test_in_the_check_which_notices_a_mistake():
    assert all(row.ok for row in run(["smooth_hinge", "unlikelihood"], frameworks=["numpy"]))
    wrong = replace(SMOOTH_HINGE, gradient=lambda m, y, s, width: y * s / width)
    assert not all(row.ok for row in check(wrong, frameworks=["numpy"]))


def test_a_name_is_taken_once():
    with pytest.raises(ls.LossaryError, match="a record named 'smooth_hinge' exists already"):
        catalogue.register(SMOOTH_HINGE)
