"""Formulas as text for Vega; that browsers compute the right numbers is in tests/explore."""

# ruff: noqa: ARG005, B002, E501, PLR0124 - a table of expressions of one signature

import re

import pytest

from lossary.formulas import catalogue
from lossary.formulas.vocabulary import WORDS
from lossary.interpreters.trace import Tracer
from lossary.interpreters.vega import PARTS, calculations, pointwise, rowwise, text

#: What Vega's expression language has, of what is printed.
KNOWN = {"exp", "log", "sqrt", "abs", "pow", "isNaN", "max", "min", "if", "datum", "NaN", "x", "y"}
NAMES = {"x": "datum.x", "y": "datum.y"}


def names_in(written):
    return set(re.findall(r"(?<![.\w])[A-Za-z]\w*", written))


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_written_in_what_vega_has(word):
    m = Tracer()
    x, y = m.variable("x"), m.variable("y")
    arguments = {"where": (x > 0, x, y), "maximum": (x, y), "minimum": (x, y)}.get(word, (x,))
    assert names_in(text(getattr(m, word)(*arguments), NAMES)) <= KNOWN


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda m, x, y: x - (y - 1), "datum.x - (datum.y - 1)"),
        (lambda m, x, y: (x + y) * x, "(datum.x + datum.y) * datum.x"),
        (lambda m, x, y: x / (y * x), "datum.x / (datum.y * datum.x)"),
        (lambda m, x, y: -(-x), "-(-datum.x)"),
        (lambda m, x, y: x - -2.0, "datum.x - -2"),
        (lambda m, x, y: -(x**2), "-pow(datum.x, 2)"),
        (lambda m, x, y: m.where((x > 0) & (y == y), 1, x), "if(datum.x > 0 && datum.y == datum.y, 1, datum.x)"),
        (lambda m, x, y: m.where((x < 0) | (y != 1), x, y), "if(datum.x < 0 || datum.y != 1, datum.x, datum.y)"),
        (lambda m, x, y: x * float("inf"), "datum.x * (1 / 0)"),
        (lambda m, x, y: x + float("nan"), "datum.x + NaN"),
        (lambda m, x, y: x * 1e-30, "datum.x * 1e-30"),
    ],
)  # fmt: skip
def test_texts_have_the_parentheses_that_they_need(build, expected):
    m = Tracer()
    assert text(build(m, m.variable("x"), m.variable("y")), NAMES) == expected


def test_what_is_lacking_is_written_in_kahans_form():
    m = Tracer()
    written = text(m.log1p(m.exp(-m.abs(m.variable("x")))), NAMES)
    u = "1 + exp(-abs(datum.x))"
    assert written == f"if({u} == 1, exp(-abs(datum.x)), log({u}) * exp(-abs(datum.x)) / ({u} - 1))"


def results_of(name):
    m, record = Tracer(), catalogue.get(name)
    if record.kind == "pointwise":
        return pointwise(record, m.variable("y"), m.variable("s"))
    rows = ([m.variable(f"{letter}{j}") for j in range(3)] for letter in "tz")
    return rowwise(record, *rows, 0)


@pytest.mark.parametrize("name", [*catalogue.names("pointwise"), *catalogue.names("rowwise")])
def test_every_loss_is_written_in_steps_that_can_be_read(name):
    parameters = {p.name: p.name for p in catalogue.get(name).parameters}
    columns = {c: f"datum.{c}" for c in ("y", "s", *(f"{k}{j}" for k in "tz" for j in range(3)))}
    steps = calculations(results_of(name), columns | parameters)
    assert [step["as"] for step in steps[-3:]] == list(PARTS)
    known = set(columns)
    for step in steps:
        assert len(step["calculate"]) < 420
        assert names_in(step["calculate"]) <= KNOWN | set(parameters)
        assert set(re.findall(r"datum\.(\w+)", step["calculate"])) <= known
        known.add(step["as"])


def test_what_two_results_share_is_computed_once():
    m = Tracer()
    e = m.exp(m.variable("x"))
    steps = calculations({"a": e + 1, "b": e * 2}, NAMES, prefix="shared")
    assert [(s["as"], s["calculate"]) for s in steps] == [
        ("shared1", "exp(datum.x)"),
        ("a", "datum.shared1 + 1"),
        ("b", "datum.shared1 * 2"),
    ]
