"""Formulas as MathML: well formed, and saying what the LaTeX says."""

# ruff: noqa: E501, RUF001 - tables of signs

import re
from xml.etree import ElementTree as ET

import pytest

import lossary as ls
from lossary.formulas import catalogue
from lossary.interpreters.latex_symbols import (
    ACCENTS,
    ALPHABETS,
    DELIMITERS,
    FUNCTIONS,
    LARGE,
    LETTERS,
    OPERATORS,
    SPACES,
    STRETCHED,
)
from lossary.interpreters.mathml import mathml, mathml_of

#: Elements of which a browser requires so many children.
ARITY = {"mfrac": 2, "mroot": 2} | {f"m{k}": 2 for k in ("sup", "sub", "under", "over")}
ARITY |= {"msubsup": 3, "munderover": 3}


@pytest.mark.parametrize("name", catalogue.names())
def test_every_formula_is_well_formed(name):
    for text in well_formed(mathml(catalogue.get(name))):
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
        r"<mspace[^>]*></mspace>| (stretchy|lspace|rspace)=\"\w+\"", "", mathml_of(latex)
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
        (r"\underbrace{x}_y", "<mrow><munder><munder><mrow><mi>x</mi></mrow><mo>⏟</mo></munder><mi>y</mi></munder></mrow>"),
        (r"\sqrt[3]{x}", "<mrow><mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot></mrow>"),
        (r"\lfloor |x| \rfloor", "<mrow><mo>⌊</mo><mo>|</mo><mi>x</mi><mo>|</mo><mo>⌋</mo></mrow>"),
        (r"f''^2", "<mrow><msup><mi>f</mi><mrow><mo>′′</mo><mn>2</mn></mrow></msup></mrow>"),
        (r"\mathbb{1}[y \in Y]", "<mrow><mi>𝟙</mi><mo>[</mo><mi>y</mi><mo>∈</mo><mi>Y</mi><mo>]</mo></mrow>"),
        (r"\mathbf{w}^\top", "<mrow><msup><mi>𝐰</mi><mo>⊤</mo></msup></mrow>"),
        (r"\mathcal L", "<mrow><mi>ℒ</mi></mrow>"),
        (r"\mathrm{d}x", '<mrow><mi mathvariant="normal">d</mi><mi>x</mi></mrow>'),
        (r"\text{若 }\{x\}", "<mrow><mtext>若\u00a0</mtext><mo>{</mo><mi>x</mi><mo>}</mo></mrow>"),
        (r"\left. x \right|", "<mrow><mrow><mrow><mi>x</mi></mrow><mo>|</mo></mrow></mrow>"),
        (r"\Delta \cdot 90\%", "<mrow><mi>Δ</mi><mo>⋅</mo><mn>90</mn><mo>%</mo></mrow>"),
        (r"\binom{n}{k}", '<mrow><mrow><mo>(</mo><mfrac linethickness="0"><mrow><mi>n</mi></mrow><mrow><mi>k</mi></mrow></mfrac><mo>)</mo></mrow></mrow>'),
    ],
)  # fmt: skip
def test_the_elements_of_a_formula(latex, expected):
    assert plain(latex) == expected


def test_cases_are_a_table_under_one_brace():
    found = mathml_of(r"\begin{cases} 1 & \text{if } x = 0 \\ x & \text{otherwise} \end{cases}")
    assert found.count("<mtr>") == 2
    assert found.count("<mtd ") == 4
    assert "<mtext>if\u00a0</mtext><mi>x</mi><mo>=</mo><mn>0</mn>" in found


def test_lines_are_aligned_without_a_brace():
    found = mathml_of(r"\begin{aligned} a &= b \\ &= c \end{aligned}")
    assert found.count("text-align:right") == found.count("text-align:left") == 2
    assert "<mo>{</mo>" not in found


def test_words_are_said_in_other_languages():
    latex = r"\begin{cases} 1 & \text{if } x \text{ or } y \\ 0 & \text{otherwise} \end{cases}"
    found = mathml_of(latex, words={"if": "若", "otherwise": "其他"})
    words = re.findall("<mtext>(.*?)</mtext>", found)
    assert words == ["若\u00a0", "\u00a0or\u00a0", "其他"]
    assert "<mtext>若" in mathml(catalogue.get("huber"), words={"if": "若"})


def test_inline_is_no_display():
    assert mathml_of("x", inline=True) == "<math><mrow><mi>x</mi></mrow></math>"


@pytest.mark.parametrize("name", [*LETTERS, *OPERATORS, *DELIMITERS, *LARGE, *FUNCTIONS, *SPACES])
def test_every_sign_is_an_element(name):
    well_formed(mathml_of(rf"a {name} b"))


@pytest.mark.parametrize("name", [*ACCENTS, *STRETCHED])
def test_every_accent_is_an_element(name):
    well_formed(mathml_of(rf"{name}{{a}} b"))


@pytest.mark.parametrize("name", ALPHABETS)
def test_every_alphabet_has_the_letters(name):
    assert len(plain(rf"{name}{{ABCXYZabcxyz}}")) == len("<mrow><mi></mi></mrow>") + 12


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\oint x", r"the command '\\oint' is not known; words stand in \text{…}"),
        (r"\frac{1}", "a sign is missing where 'the end' is"),
        ("x^", "a sign is missing where 'the end' is"),
        ("x^2^3", "a second '^' on one sign"),
        ("x_}", "a sign is missing where '}' is"),
        ("{x", "'}' is missing where 'the end' is"),
        ("x}", "nothing was opened that '}' could close"),
        ("x & y", "nothing was opened that '&' could close"),
        (r"\left( x", r"'\\right' is missing where 'the end' is"),
        (r"\left\alpha x \right)", r"'\\alpha' is no delimiter"),
        (r"\sqrt[3", "']' is missing where 'the end' is"),
        (r"\mathbb{α}", "'α' is not in that alphabet"),
        (r"\begin{foo} x \end{foo}", "the environment 'foo' is not known"),
        (r"\begin{cases} x }", r"'\\end{cases}' is missing"),
        (r"\begin{cases} x \end{aligned}", r"'\\end{cases}' is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(latex, reason):
    with pytest.raises(ls.LossaryError) as caught:
        mathml_of(latex)
    assert str(caught.value) == f"there is no MathML for {latex!r}: {reason}"
