"""A joint measure is one record and its line in the catalogue: then it is everywhere."""

# ruff: noqa: ARG005 - formulas have the signature of their kind

import doctest
import importlib.util
import inspect
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.check import check, run
from lossary.cli import main
from lossary.formulas import catalogue
from lossary.formulas.divergence import bd0
from lossary.formulas.record import POSITIVE, Choice, Joint, Pair, Parameter

DOCS = Path(__file__).parents[1] / "docs"

LAUTUM = Joint(
    name="lautum_information",
    summary="KL divergence from the product of the marginals to the joint table",
    source="Palomar and Verdú, Lautum Information, 2008",
    parameters=(Parameter("scale", 1.0, POSITIVE, "factor of the result", r"c"),),
    marginals=("xy", "x", "y"),
    definitions=(
        lambda m, xy, x, y, scale: m.where(x * y == 0, 0, x * y * m.log(x * y / xy) * scale),
    ),
    stable=lambda m, table, unit, scale: (
        table.total(_terms(m, *table.shares([(0,), (1,)]))) * (1 if unit == "nats" else 2) * scale
    ),
    choices=(Choice("unit", "nats", ("nats", "half nats"), "unit of the result"),),
)
JOINT = [[0.4, 0.1], [0.2, 0.3]]


def _terms(m, cells, product, difference):
    return bd0(m, Pair(m, product, cells, -difference))


@pytest.fixture(autouse=True)
def registered():
    catalogue.register(LAUTUM)
    yield
    catalogue.unregister(LAUTUM.name)


def _expected(joint):
    p = np.asarray(joint)
    product = p.sum(1, keepdims=True) * p.sum(0, keepdims=True)
    return (product * np.log(product / p)).sum()


def test_as_a_function_of_probabilities_and_of_counts():
    np.testing.assert_allclose(ls.lautum_information(JOINT), _expected(JOINT), rtol=1e-14)
    counts = [[4, 1], [2, 3]]
    found = ls.lautum_information_from_counts(counts, base=2)
    np.testing.assert_allclose(found, _expected(JOINT) / np.log(2), rtol=1e-14)
    assert {"lautum_information", "lautum_information_from_counts"} <= set(dir(ls))
    joint = torch.tensor(JOINT, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda p: ls.lautum_information(p, normalize=True), joint)


def test_with_its_parameters_and_choices():
    once = ls.lautum_information(JOINT)
    assert ls.lautum_information(JOINT, unit="half nats") == 2 * once
    assert ls.lautum_information(JOINT, scale=2.0) == 2 * once
    with pytest.raises(ls.LossaryError) as raised:
        ls.lautum_information(JOINT, unit="bits")
    assert str(raised.value) == "unit must be 'nats' or 'half nats', got 'bits'"
    with pytest.raises(ls.LossaryError) as raised:
        ls.lautum_information(JOINT, mean="max")
    assert str(raised.value) == (
        "lautum_information has no argument 'mean': it takes joint, base, normalize, "
        "sum_tolerance, scale, unit"
    )


def test_in_help_with_an_executed_example():
    found = ls.lautum_information
    assert str(inspect.signature(found)) == (
        "(joint, *, scale=1.0, base=None, normalize=False, sum_tolerance=None, unit='nats')"
    )
    assert "unit\n    Unit of the result." in found.__doc__
    (example,) = doctest.DocTestFinder().find(found, "lautum_information", globs={})
    assert doctest.DocTestRunner().run(example) == (0, 2)


def test_of_three_variables():
    record = replace(
        catalogue.get("conditional_mutual_information"),
        name="interaction",
        marginals=("wxyz", "wyz", "xyz", "yz"),
        stable=lambda m, table: table.divergence([(0, 2, 3), (1, 2, 3)], given=(2, 3)),
    )
    catalogue.register(record)
    try:
        assert "``(*batch, w, x, y, z)``" in ls.interaction.__doc__
        assert all(row.ok for row in run(["interaction"], points=3, frameworks=["numpy"]))
    finally:
        catalogue.unregister("interaction")


def test_as_latex_and_in_the_command(capsys):
    formula = (
        r"\mathrm{lautum\ information}(X, Y) = c \sum_{x, y} p(x) \, p(y) "
        r"\log \frac{p(x) \, p(y)}{p(x, y)}"
    )
    assert str(ls.formula("lautum_information")) == formula
    assert main(["formula", "lautum_information"]) == 0
    assert capsys.readouterr().out == formula + "\n"
    assert main(["list"]) == 0
    assert "lautum_information" in capsys.readouterr().out


def test_in_the_documentation_of_formulas(monkeypatch):
    spec = importlib.util.spec_from_file_location("make_formulas", DOCS / "make_formulas.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_formulas", module)
    spec.loader.exec_module(module)
    assert "lautum_information" in module.page()


def test_sql_says_that_it_takes_a_table():
    with pytest.raises(ls.LossaryError) as raised:
        ls.sql("lautum_information", p="p")
    assert str(raised.value) == (
        "lautum_information takes a joint table, not columns. Count the pairs into a table first "
        "(group by all columns), and pass it to lossary.lautum_information(table)"
    )


def test_in_the_check_which_notices_a_mistake():
    assert all(row.ok for row in run(["lautum_information"], frameworks=["numpy", "torch"]))
    wrong = replace(LAUTUM, stable=lambda m, table, unit, scale: table.divergence([(0,), (1,)]))
    assert not all(row.ok for row in check(wrong, frameworks=["numpy"]))
