r"""Formulas as MathML, which browsers typeset themselves.

What is printed as LaTeX is read: fractions, roots, sums with their limits, functions, accents,
alphabets, delimiters, cases and words. A command that is not known is an error, never a gap.
"""

# ruff: noqa: RUF001 - the signs of mathematics

import re
from collections.abc import Callable, Collection, Mapping
from html import escape
from types import MappingProxyType
from typing import NoReturn

from lossary.formulas.record import Record
from lossary.interpreters import latex_symbols
from lossary.interpreters.latex import formula
from lossary.validation import LossaryError

__all__ = ["mathml", "mathml_of"]

_Maker = Callable[[], str]

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\\\|\\.|\d+(?:\.\d+)?|\S")
_RAW = re.compile(r"\\(text|mathrm|operatorname\*?)\s*\{((?:[^{}\\]|\\[ ,%&_#])*)\}")
_FIRST = 0xE000
"""Where the characters begin that no formula uses: they stand for words set aside."""
_LIMITS = frozenset({r"\max", r"\min", r"\sup", r"\inf", r"\lim", *latex_symbols.LARGE} - {r"\int"})
_SPACED = ("(</mo>", "[</mo>", "{</mo>", ",</mo>", "=</mo>", "−</mo>", "+</mo>", "</mspace>")
"""After what a function's name needs no distance."""
_CLOSING = ("", "}", "&", r"\\", r"\end", r"\right")
_APPLICATION = "<mo>\u2061</mo>"
_NAMES = latex_symbols.LETTERS | latex_symbols.FUNCTIONS
_OPERATORS = latex_symbols.OPERATORS | latex_symbols.LARGE
_ALIGNED = {"cases": ("left",), "aligned": ("right", "left")}


def mathml(record: Record, *, words: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the textbook formula of a record as a MathML element, set as a display.

    ``words`` are translations of those in it: *if*, *otherwise*, *and*, *or*.

    Examples
    --------
    >>> from lossary.formulas import catalogue
    >>> mathml(catalogue.get("squared_error")).partition("<mo>=</mo>")[2][:54]
    '<mo stretchy="false">(</mo><mi>s</mi><mo>−</mo><mi>y</'

    """
    return mathml_of(formula(record), words=words)


def mathml_of(
    latex: str, *, inline: bool = False, words: Mapping[str, str] = MappingProxyType({})
) -> str:
    r"""Return LaTeX of formulas as a MathML element: a display, or inline in a sentence.

    ``words`` are translations of what stands in ``\text``, such as *if* and *otherwise*.

    Raises
    ------
    LossaryError
        For a command that is not known, and for what is not complete.

    Examples
    --------
    >>> mathml_of("x^2")
    '<math display="block"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    >>> mathml_of(r"\hat p", inline=True)
    '<math><mrow><mover accent="true"><mi>p</mi><mo stretchy="false">^</mo></mover></mrow></math>'

    """
    start = "<math>" if inline else '<math display="block">'
    return f"{start}{_Reader(latex, words).whole()}</math>"


class _Reader:
    """Recursive descent over the tokens of a formula."""

    def __init__(self, latex: str, words: Mapping[str, str]) -> None:
        self._latex, self._words = latex, words
        self._texts: list[str] = []
        self._tokens: list[str] = [*_TOKEN.findall(_RAW.sub(self._set_aside, latex)), ""]
        self._at = 0
        self._makers: dict[str, _Maker] = {
            **dict.fromkeys((r"\frac", r"\dfrac", r"\tfrac"), self._fraction),
            **dict.fromkeys(latex_symbols.ALPHABETS, self._alphabet),
            **dict.fromkeys(latex_symbols.ACCENTS, self._accented),
            **dict.fromkeys(latex_symbols.STRETCHED, self._stretched),
            r"\binom": self._binomial,
            r"\sqrt": self._root,
            r"\left": self._fenced,
            r"\begin": self._environment,
        }

    def _set_aside(self, found: re.Match[str]) -> str:
        """Keep words out of the tokens; what stands for them is no sign of any formula."""
        kind, words = found[1], re.sub(r"\\(.)", r"\1", found[2].replace(r"\,", "\u2009"))
        bare = words.strip()
        said = words.replace(bare, self._words.get(bare, bare)) if bare else words
        kept = escape(said).replace(" ", "\u00a0")
        upright = ' mathvariant="normal"' if len(words) == 1 else ""
        element = f"<mtext>{kept}</mtext>" if kind == "text" else f"<mi{upright}>{kept}</mi>"
        self._texts.append(element)
        return chr(_FIRST + len(self._texts) - 1)

    def _is_word(self, token: str) -> bool:
        return bool(token) and 0 <= ord(token[0]) - _FIRST < len(self._texts)

    def _refuse(self, what: str) -> NoReturn:
        message = f"there is no MathML for {self._latex!r}: {what}"
        raise LossaryError(message)

    @property
    def _next(self) -> str:
        return self._tokens[self._at]

    def _take(self, expected: str = "") -> str:
        token = self._next
        if not token or (expected and token != expected):
            wanted = repr(expected) if expected else "a sign"
            self._refuse(f"{wanted} is missing where {token or 'the end'!r} is")
        self._at += 1
        return token

    def whole(self) -> str:
        """Return all of it."""
        found = self.row()
        if self._next:
            self._refuse(f"nothing was opened that {self._next!r} could close")
        return found

    def row(self, closing: Collection[str] = _CLOSING) -> str:
        """Return everything up to what closes it."""
        parts: list[str] = []
        while self._next not in closing:
            if self._next in latex_symbols.FUNCTIONS and parts and _needs_space(parts[-1]):
                parts.append(_space(r"\,"))
            parts.append(self._scripted())
        return f"<mrow>{''.join(parts)}</mrow>"

    def _scripted(self) -> str:
        first = self._next
        base, scripts, primes = self._atom(), dict[str, str](), ""
        while self._next in ("^", "_", "'"):
            place = self._take()
            if place == "'":
                primes += "′"
            elif place in scripts:
                self._refuse(f"a second {place!r} on one sign")
            else:
                scripts[place] = self._group()
        below, above = scripts.get("_"), scripts.get("^")
        if primes:
            above = f"<mrow><mo>{primes}</mo>{above or ''}</mrow>"
        under = first in _LIMITS or first in latex_symbols.STRETCHED
        found = _attached(base, below, above, "munder" if under else "msub")
        if first not in latex_symbols.FUNCTIONS:
            return found
        # The sign of application is not seen; what has no parentheses keeps a distance.
        touching = self._next in ("(", "[", r"\left", *_CLOSING)
        return found + _APPLICATION + ("" if touching else _space(r"\,"))

    def _group(self) -> str:
        if self._next != "{":
            return self._atom()
        self._take()
        inner = self.row()
        self._take("}")
        return inner

    def _atom(self) -> str:
        if self._next == "{":
            return self._group()
        if self._next in _CLOSING or self._next in ("^", "_"):
            self._refuse(f"a sign is missing where {self._next or 'the end'!r} is")
        sign = self._take()
        if self._is_word(sign):
            return self._texts[ord(sign) - _FIRST]
        return self._makers[sign]() if sign in self._makers else self._leaf(sign)

    def _fraction(self) -> str:
        return f"<mfrac>{self._group()}{self._group()}</mfrac>"

    def _binomial(self) -> str:
        inner = f'<mfrac linethickness="0">{self._group()}{self._group()}</mfrac>'
        return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"

    def _root(self) -> str:
        if self._next != "[":
            return f"<msqrt>{self._group()}</msqrt>"
        self._take()
        degree = self.row((*_CLOSING, "]"))
        self._take("]")
        return f"<mroot>{self._group()}{degree}</mroot>"

    def _alphabet(self) -> str:
        letters = latex_symbols.ALPHABETS[self._tokens[self._at - 1]]
        braced = self._next == "{"
        parts = [self._take()]
        while braced and parts[-1] != "}":
            parts.append(self._take())
        words = "".join(parts[1:-1] if braced else parts)
        if unknown := [letter for letter in words if letter not in letters]:
            self._refuse(f"{unknown[0]!r} is not in that alphabet")
        return f"<mi>{''.join(letters[letter] for letter in words)}</mi>"

    def _accented(self) -> str:
        accent = latex_symbols.ACCENTS[self._tokens[self._at - 1]]
        mark = f'<mo stretchy="false">{accent}</mo>'
        return f'<mover accent="true">{self._group()}{mark}</mover>'

    def _stretched(self) -> str:
        name = self._tokens[self._at - 1]
        kind = "munder" if name.startswith(r"\under") else "mover"
        mark = f'<mo stretchy="true">{latex_symbols.STRETCHED[name]}</mo>'
        return f"<{kind}>{self._group()}{mark}</{kind}>"

    def _fenced(self) -> str:
        left, inner = self._delimiter(), self.row()
        self._take(r"\right")
        return f"<mrow>{left}{inner}{self._delimiter()}</mrow>"

    def _delimiter(self) -> str:
        sign = self._take()
        if sign == ".":
            return ""
        if sign not in latex_symbols.DELIMITERS:
            self._refuse(f"{sign!r} is no delimiter")
        return f"<mo>{latex_symbols.DELIMITERS[sign]}</mo>"

    def _environment(self) -> str:
        name = self._name()
        if name not in _ALIGNED:
            self._refuse(f"the environment {name!r} is not known")
        lines, cells = [], [self.row()]
        while self._next != r"\end":
            if self._next not in ("&", r"\\"):
                self._refuse(rf"'\\end{{{name}}}' is missing")
            if self._take() == r"\\":
                lines.append(cells)
                cells = []
            cells.append(self.row())
        lines.append(cells)
        self._take()
        if self._name() != name:
            self._refuse(rf"'\\end{{{name}}}' is missing")
        sides = _ALIGNED[name]
        rows = "".join(
            "<mtr>"
            + "".join(
                f'<mtd style="text-align:{sides[i % len(sides)]}">{cell}</mtd>'
                for i, cell in enumerate(line)
            )
            + "</mtr>"
            for line in lines
        )
        brace = "<mo>{</mo>" if name == "cases" else ""
        return f"<mrow>{brace}<mtable>{rows}</mtable></mrow>"

    def _name(self) -> str:
        self._take("{")
        letters = [self._take()]
        while letters[-1] != "}":
            letters.append(self._take())
        return "".join(letters[:-1])

    def _leaf(self, sign: str) -> str:
        if sign[0].isdigit():
            return f"<mn>{sign}</mn>"
        if sign in latex_symbols.SPACES:
            return _space(sign)
        if sign in _NAMES or sign.isalpha():
            return f"<mi>{_NAMES.get(sign, sign)}</mi>"
        if sign in latex_symbols.DELIMITERS:
            found = latex_symbols.DELIMITERS[sign]
            close = ' lspace="0" rspace="0"' if found in "|‖" and sign != r"\|" else ""
            return f'<mo stretchy="false"{close}>{found}</mo>'
        if sign.startswith("\\") and sign not in _OPERATORS:
            self._refuse(rf"the command {sign!r} is not known; words stand in \text{{…}}")
        return f"<mo>{_OPERATORS.get(sign, sign)}</mo>"


def _attached(base: str, below: str | None, above: str | None, kind: str) -> str:
    """Return a sign with what stands below and above it: as scripts, or under and over."""
    over = "mover" if kind == "munder" else "msup"
    if below and above:
        return f"<{kind}{over[1:]}>{base}{below}{above}</{kind}{over[1:]}>"
    if below:
        return f"<{kind}>{base}{below}</{kind}>"
    return f"<{over}>{base}{above}</{over}>" if above else base


def _space(sign: str) -> str:
    return f'<mspace width="{latex_symbols.SPACES[sign]}"></mspace>'


def _needs_space(before: str) -> bool:
    """Tell whether a function's name keeps a distance from what stands before it."""
    return not before.endswith((*_SPACED, "</munder>", "</munderover>", _APPLICATION))
