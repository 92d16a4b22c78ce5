"""The printed formula is the definition: it is read back and computed."""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp

from lossary.formulas import catalogue
from lossary.formulas.record import Record
from lossary.interpreters import exact
from lossary.interpreters.latex import Latex, formula
from lossary.interpreters.latex_typesetter import Typesetter
from lossary.interpreters.textbook_form import textbook
from lossary.interpreters.trace import trace
from lossary.validation import LossaryError
from support.points import masses, pairs, parameter_sets
from support.tex import NOTHING, compute

SOFTMAX = r", \quad p_j = \frac{e^{z_j}}{\sum_k e^{z_k}}"
SIGMOID = r", \quad \sigma(s) = \frac{1}{1 + e^{-s}}"


def right_hand_side(text: str) -> str:
    return text.partition(" = ")[2].removesuffix(SOFTMAX).removesuffix(SIGMOID)


def symbols(record: Record, parameters) -> dict[str, float]:
    return {p.symbol or p.name: mp.mpf(parameters[p.name]) for p in record.parameters}


def assert_same(record, text, values, parameters, truth):
    printed = compute(text, values | symbols(record, parameters))
    assert mp.almosteq(printed, truth, rel_eps=mp.mpf(10) ** -25, abs_eps=mp.mpf(10) ** -30), (
        f"{record.name} with {parameters} at {values}: printed {printed}, defined {truth}"
    )


@pytest.mark.parametrize("name", catalogue.names("pointwise"))
def test_a_loss_of_a_score_means_what_it_prints(name):
    record = catalogue.get(name)
    text = right_hand_side(formula(record))
    rng = np.random.default_rng(1)
    for parameters in parameter_sets(record):
        for y, s in pairs(record, rng, 8):
            with exact.precision(exact.digits_for(y, s)):
                truth = exact.evaluate(record.definition, y, s, **parameters)
                values = {"y": mp.mpf(y), "s": mp.mpf(s)}
                if mp.isfinite(truth):
                    assert_same(record, text, values, parameters, truth)


@pytest.mark.parametrize("name", catalogue.names("rowwise"))
def test_a_loss_of_a_row_means_what_it_prints(name):
    record = catalogue.get(name)
    text = right_hand_side(formula(record))
    rng = np.random.default_rng(2)
    for parameters in parameter_sets(record):
        t, z = masses(rng, 5), rng.normal(0, 3, 5)
        with exact.precision(60):
            l = exact.log_softmax(z)
            terms = [
                exact.evaluate(record.definition, a, b, **parameters)
                for a, b in zip(t, l, strict=True)
            ]
            values = {"t_j": [mp.mpf(a) for a in t], "p_j": [mp.exp(b) for b in l]}
            assert_same(record, text, values, parameters, mp.fsum(terms))


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize("name", catalogue.names("measure"))
def test_a_measure_means_what_it_prints(name, zeros):
    record = catalogue.get(name)
    text = right_hand_side(formula(record))
    rng = np.random.default_rng(3)
    for parameters in parameter_sets(record):
        rows = [masses(rng, 6, zeros=zeros and i == 0) for i in range(record.arity)]
        with exact.precision(60):
            terms = [
                exact.evaluate(record.definition, *cell, **parameters)
                for cell in zip(*rows, strict=True)
            ]
            truth = exact.evaluate(record.definition_finish, mp.fsum(terms), **parameters)
            columns = [[mp.mpf(p) or NOTHING for p in row] for row in rows]
            values = {f"{n}_i": c for n, c in zip("pq", columns, strict=False)}
            if not record.summed:
                values, truth = {"p": columns[0][0]}, terms[0]
            if mp.isfinite(truth):
                assert_same(record, text, values, parameters, truth)


@pytest.mark.parametrize("name", catalogue.names("joint"))
def test_a_measure_of_a_table_means_what_it_prints(name):
    record = catalogue.get(name)
    text = right_hand_side(formula(record))
    axes = sorted({letter for marginal in record.marginals for letter in marginal})
    table = masses(np.random.default_rng(4), 3 ** len(axes)).reshape([3] * len(axes))
    absent = {m: tuple(i for i, a in enumerate(axes) if a not in m) for m in record.marginals}
    cells = {
        m: np.broadcast_to(table.sum(axis=gone, keepdims=True), table.shape).ravel()
        for m, gone in absent.items()
    }
    with exact.precision(60):
        columns = {m: [mp.mpf(x) for x in cells[m].tolist()] for m in record.marginals}
        sums = [
            [exact.evaluate(d, *cell) for cell in zip(*columns.values(), strict=True)]
            for d in record.definitions
        ]
        values = {f"p({', '.join(m)})": c for m, c in columns.items()}
        if record.summed:
            truth = exact.evaluate(record.finish, *map(mp.fsum, sums))
        else:
            values, truth = {k: c[0] for k, c in values.items()}, sums[0][0]
        assert_same(record, text, values, {}, truth)


@pytest.mark.parametrize("name", catalogue.names())
def test_every_formula_is_well_formed_and_names_its_parameters(name):
    record = catalogue.get(name)
    text = formula(record)
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert text.count("(") == text.count(")")
    assert [p.name for p in record.parameters if (p.symbol or p.name) not in text] == []
    assert "  " not in text
    assert not any(sign in text for sign in ("+ -", "- -", "1 1", "--", "((")) or "max((" in text


BOOKS = {
    "squared_error": "L(y, s) = (s - y)^2",
    "hinge": r"L(y, s) = \max(0, \mu - y s)",
    "logistic": r"L(y, s) = \log(1 + e^{-y s})",
    "poisson": "L(y, s) = e^s - y s",
    "huber": (
        r"L(y, s) = \begin{cases} \frac{1}{2} (s - y)^2 & \text{if } |s - y| \le \delta \\ "
        r"\delta |s - y| - \frac{\delta^2}{2} & \text{otherwise} \end{cases}"
    ),
    "sigmoid_cross_entropy": (
        r"L(y, s) = -w_+ y \log \sigma(s) - w_- (1 - y) \log \sigma(-s)" + SIGMOID
    ),
    "softmax_cross_entropy": r"L(t, z) = -\sum_j t_j \log p_j" + SOFTMAX,
    "entropy": r"\mathrm{entropy}(p) = -\sum_i p_i \log p_i",
    "kl_divergence": r"\mathrm{kl\ divergence}(p, q) = \sum_i p_i \log \frac{p_i}{q_i}",
    "hellinger_distance": (
        r"\mathrm{hellinger\ distance}(p, q) = "
        r"\sqrt{\frac{1}{2} \sum_i (\sqrt{p_i} - \sqrt{q_i})^2}"
    ),
    "mutual_information": (
        r"\mathrm{mutual\ information}(X, Y) = "
        r"\sum_{x, y} p(x, y) \log \frac{p(x, y)}{p(x) \, p(y)}"
    ),
}


@pytest.mark.parametrize("name", BOOKS)
def test_well_known_formulas_look_as_they_do_in_books(name):
    assert formula(catalogue.get(name)) == BOOKS[name]


def test_a_notebook_shows_mathematics():
    text = formula(catalogue.get("hinge"))
    assert isinstance(text, Latex)
    assert text._repr_latex_() == r"$\displaystyle L(y, s) = \max(0, \mu - y s)$"


def test_a_record_of_no_kind_has_no_formula():
    with pytest.raises(LossaryError, match="only losses and measures have a formula"):
        formula(Record(name="nothing", summary="", source=""))


def plain(f):
    return lambda _, *arguments: f(*arguments)


LEAVES = st.sampled_from(["x", "y", 1, 2, -3, 0.5])
ONE = st.sampled_from(
    [
        plain(operator.neg),
        lambda m, a: m.exp(a),
        lambda m, a: m.abs(a),
        lambda m, a: m.sqrt(m.abs(a)),
        lambda m, a: m.log(1 + m.abs(a)),
        lambda m, a: 1 / (1 + m.exp(a)),
        plain(lambda a: a**2),
        lambda m, a: (1 + m.abs(a)) ** -1.5,
    ]
)
TWO = st.sampled_from(
    [
        plain(operator.add),
        plain(operator.sub),
        plain(operator.mul),
        lambda m, a, b: a / (1 + m.abs(b)),
        lambda m, a, b: m.maximum(a, b),
        lambda m, a, b: m.where(a < b, a, b + 1),
        lambda m, a, b: m.log(1 + m.abs(a)) - m.log(1 + m.abs(b)),
    ]
)
TREES = st.recursive(LEAVES, lambda t: st.tuples(ONE, t) | st.tuples(TWO, t, t), max_leaves=8)


def grown(m, tree, x, y):
    if not isinstance(tree, tuple):
        return {"x": x, "y": y}.get(tree, tree)
    make, *branches = tree
    return make(m, *(grown(m, branch, x, y) for branch in branches))


@given(TREES)
@settings(max_examples=300)
def test_any_expression_means_what_it_prints(tree):
    def definition(m, x, y):
        return m.maximum(x, x) * grown(m, tree, x, y)

    root = textbook(trace(definition, "x", "y"), (), masses=False)
    text = Typesetter({"x": "x", "y": "y"}, "", frozenset())(root)
    with exact.precision(50):
        values = {"x": mp.mpf("0.75"), "y": mp.mpf("-1.25")}
        truth = exact.evaluate(definition, *values.values())
        assert mp.almosteq(compute(text, values), truth, rel_eps=mp.mpf(10) ** -20), text


def test_a_wrong_print_is_noticed():
    record = catalogue.get("hinge")
    values = {"y": mp.mpf(1), "s": mp.mpf(-2)}
    with pytest.raises(AssertionError, match=r"printed 1\.0, defined 3"):
        assert_same(record, r"\max(0, \mu - y s) - 2", values, record.defaults, mp.mpf(3))


def test_a_print_that_ends_early_is_noticed():
    with pytest.raises(AssertionError, match="expected"):
        compute(r"\log(1 + e^{-y s}", {"y": mp.mpf(1), "s": mp.mpf(1)})
