"""Formulas as MathML: well formed, and saying what the LaTeX says."""

# ruff: noqa: E501 - tables of symbols

import re
from xml.etree import ElementTree as ET

import pytest

import lossary as ls
from lossary.formulas import catalogue
from lossary.interpreters.latex import formula
from lossary.interpreters.mathml_from_latex import latex_to_mathml
from lossary.interpreters.mathml_symbols import (
    ACCENTS,
    DELIMITERS,
    FUNCTIONS,
    LARGE,
    LETTERS,
    OPERATORS,
    SPACES,
)

#: Elements of which a browser requires so many children.
ARITY = {"mfrac": 2} | {f"m{k}": 2 for k in ("sup", "sub", "under", "over")}
ARITY |= {"msubsup": 3, "munderover": 3}


@pytest.mark.parametrize("name", catalogue.names())
def test_every_formula_is_well_formed(name):
    for text in well_formed(latex_to_mathml(formula(catalogue.get(name)))):
        assert text == "{" or not re.search(r"[{}_^&]", text)


def well_formed(text):
    texts = []
    for element in ET.fromstring(text).iter():  # noqa: S314 - made here
        assert len(element) == ARITY.get(element.tag, len(element))
        assert "\\" not in (element.text or "")
        texts.append(element.text or "")
    return texts


def plain(latex):
    return re.sub(
        r"<mspace[^>]*></mspace>| (stretchy|lspace|rspace|form)=\"\w+\"", "", latex_to_mathml(latex)
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
        (r"\sum_{i=1}^n i", "<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>i</mi></mrow>"),
        (r"\max_j z", "<mrow><munder><mi>max</mi><mi>j</mi></munder><mo>\u2061</mo><mi>z</mi></mrow>"),
        (r"\log_2 x", "<mrow><msub><mi>log</mi><mn>2</mn></msub><mo>\u2061</mo><mi>x</mi></mrow>"),
        (r"\hat{y}_i", '<mrow><msub><mover accent="true"><mrow><mi>y</mi></mrow><mo>^</mo></mover><mi>i</mi></msub></mrow>'),
        (r"\lfloor |x| \rfloor", "<mrow><mo>⌊</mo><mo>|</mo><mi>x</mi><mo>|</mo><mo>⌋</mo></mrow>"),
        (r"\mathrm{d}x", '<mrow><mi mathvariant="normal">d</mi><mi>x</mi></mrow>'),
        (r"\text{若 }\{x\}", "<mrow><mtext>若\u00a0</mtext><mo>{</mo><mi>x</mi><mo>}</mo></mrow>"),
        (r"\Delta \cdot 90\%", "<mrow><mi>Δ</mi><mo>⋅</mo><mn>90</mn><mo>%</mo></mrow>"),
    ],
)  # fmt: skip
def test_the_elements_of_a_formula(latex, expected):
    assert plain(latex) == expected


def test_cases_are_a_table_under_one_brace():
    found = latex_to_mathml(
        r"\begin{cases} 1 & \text{if } x = 0 \\ x & \text{otherwise} \end{cases}"
    )
    assert found.count("<mtr>") == 2
    assert found.count("<mtd ") == 4
    assert "<mtext>if\u00a0</mtext><mi>x</mi><mo>=</mo><mn>0</mn>" in found


def test_words_are_said_in_other_languages():
    latex = r"\begin{cases} 1 & \text{if } x \text{ or } y \\ 0 & \text{otherwise} \end{cases}"
    found = latex_to_mathml(latex, words={"if": "若", "otherwise": "其他"})
    words = re.findall("<mtext>(.*?)</mtext>", found)
    assert words == ["若\u00a0", "\u00a0or\u00a0", "其他"]
    assert "<mtext>若" in latex_to_mathml(formula(catalogue.get("huber")), words={"if": "若"})


def test_inline_is_no_display():
    assert latex_to_mathml("x", inline=True) == "<math><mrow><mi>x</mi></mrow></math>"


@pytest.mark.parametrize("name", [*LETTERS, *OPERATORS, *DELIMITERS, *LARGE, *FUNCTIONS, *SPACES])
def test_every_sign_is_an_element(name):
    well_formed(latex_to_mathml(rf"a {name} b"))


@pytest.mark.parametrize("name", ACCENTS)
def test_every_accent_is_an_element(name):
    well_formed(latex_to_mathml(rf"{name}{{a}} b"))


@pytest.mark.parametrize(
    ("latex", "form"),
    [("-x", ' form="prefix"'), ("a = -x", ' form="prefix"'), ("f(-x)", ' form="prefix"'),
     (r"\max(a, -x)", ' form="prefix"'), ("y - x", ""), ("(y) - x", "")],
)  # fmt: skip
def test_a_sign_is_told_from_a_difference(latex, form):
    assert f"<mo{form}>−</mo>" in latex_to_mathml(latex)


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\oint x", r"unknown command '\\oint'; words belong in \text{…}"),
        (r"\begin{foo} x \end{foo}", r"unknown command '\\begin'; words belong in \text{…}"),
        (r"\frac{1}", "expected a symbol, got the end"),
        ("x^", "expected a symbol, got the end"),
        ("x^2^3", "a second '^' on one symbol"),
        ("x_}", "expected a symbol, got '}'"),
        ("{x", "expected '}', got the end"),
        ("x}", "unmatched '}'"),
        ("x & y", "unmatched '&'"),
        (r"\left( x", r"expected '\\right', got the end"),
        (r"\left\alpha x \right)", r"'\\alpha' is not a delimiter"),
        (r"\begin{cases} x }", r"expected '\\end{cases}', got '}'"),
        (r"\begin{cases} x", r"expected '\\end{cases}', got the end"),
    ],
)  # fmt: skip
def test_invalid_latex_is_an_error(latex, reason):
    with pytest.raises(ls.LossaryError) as caught:
        latex_to_mathml(latex)
    assert str(caught.value) == f"LaTeX {latex!r} cannot be converted to MathML: {reason}"
