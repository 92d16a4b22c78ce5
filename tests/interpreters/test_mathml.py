"""Formulas as MathML: well formed, and saying what the LaTeX says."""

# ruff: noqa: E501 - a table

import re
from xml.etree import ElementTree as ET

import pytest

import lossary as ls
from lossary.formulas import catalogue
from lossary.interpreters.mathml import from_latex, mathml

#: Elements of which a browser requires so many children.
ARITY = {"mfrac": 2, "msup": 2, "msub": 2, "munder": 2, "msubsup": 3}


@pytest.mark.parametrize("name", catalogue.names())
def test_every_formula_is_well_formed(name):
    root = ET.fromstring(mathml(catalogue.get(name)))  # noqa: S314 - made here
    for element in root.iter():
        assert len(element) == ARITY.get(element.tag, len(element))
        assert "\\" not in (element.text or "")
        assert not re.search(r"[{}_^&]", element.text or "") or element.text == "{"


def plain(latex):
    return re.sub(
        r"<mspace[^>]*></mspace>| (stretchy|lspace|rspace)=\"\w+\"", "", from_latex(latex)
    )[22:-7]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("x_i^2", "<mrow><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></mrow>"),
        (r"\frac{1}{x}", "<mrow><mfrac><mrow><mn>1</mn></mrow><mrow><mi>x</mi></mrow></mfrac></mrow>"),
        (r"\sqrt{p_j}", "<mrow><msqrt><mrow><msub><mi>p</mi><mi>j</mi></msub></mrow></msqrt></mrow>"),
        (r"a \le 1.5", "<mrow><mi>a</mi><mo>≤</mo><mn>1.5</mn></mrow>"),
        (r"a < -\infty", "<mrow><mi>a</mi><mo>&lt;</mo><mo>−</mo><mi>∞</mi></mrow>"),
        (r"\sum_j t_j", "<mrow><munder><mo>∑</mo><mi>j</mi></munder><msub><mi>t</mi><mi>j</mi></msub></mrow>"),
        (r"\mathrm{gain\ ratio}", "<mrow><mi>gain\u00a0ratio</mi></mrow>"),
        (r"\operatorname{sgn}(x)", "<mrow><mi>sgn</mi><mo>(</mo><mi>x</mi><mo>)</mo></mrow>"),
        (r"2 \log x", "<mrow><mn>2</mn><mi>log</mi><mo>\u2061</mo><mi>x</mi></mrow>"),
        (r"\left( x \right)", "<mrow><mrow><mo>(</mo><mrow><mi>x</mi></mrow><mo>)</mo></mrow></mrow>"),
    ],
)  # fmt: skip
def test_the_elements_of_a_formula(latex, expected):
    assert plain(latex) == expected


def test_cases_are_a_table_under_one_brace():
    found = from_latex(r"\begin{cases} 1 & \text{if } x = 0 \\ x & \text{otherwise} \end{cases}")
    assert found.count("<mtr>") == 2
    assert found.count("<mtd ") == 4
    assert "<mtext>if\u00a0</mtext><mi>x</mi><mo>=</mo><mn>0</mn>" in found


def test_a_command_that_is_not_known_is_refused():
    with pytest.raises(ls.LossaryError, match=r"^there is no MathML for '\\\\oint'"):
        from_latex(r"\oint x")
