r"""LaTeX of formulas as MathML, which browsers typeset themselves.

Covers the LaTeX that Lossary prints and the symbols that parameters may have: fractions, roots,
sums with their limits, functions, accents, delimiters, cases and words. Any other command is an
error.
"""

import re
from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import NoReturn

from lossary.interpreters.mathml_symbols import (
    ACCENTS,
    DELIMITERS,
    FUNCTIONS,
    LARGE,
    LETTERS,
    OPERATORS,
    SPACES,
)
from lossary.validation import LossaryError

__all__ = ["latex_to_mathml"]

_WORDS = re.compile(r"\\(text|mathrm|operatorname)\s*\{([^{}]*)\}")
_TOKENS = re.compile(
    rf"{_WORDS.pattern}|\\(?:begin|end)\{{cases\}}|\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\S"
)
_LIMITS = frozenset({r"\max", r"\min", *LARGE})
"""Signs with limits below and above them instead of scripts."""
_CLOSING = frozenset({"", "}", "&", r"\\", r"\end{cases}", r"\right"})
_NO_SYMBOL = _CLOSING | {"^", "_"}
_ELEMENTS = {r"\frac": ("mfrac", 2), r"\sqrt": ("msqrt", 1)}
"""Commands that are one element, and the number of their arguments."""
_BEFORE_TERM = ("(</mo>", "[</mo>", "{</mo>", ",</mo>", "=</mo>", "≤</mo>", "≥</mo>", "&lt;</mo>")
"""Endings of elements after which a minus is a sign, not a difference."""
_TOUCHING = (*_BEFORE_TERM, "−</mo>", "+</mo>", "</mspace>", "</munder>", "</munderover>")
"""Endings of elements after which a function's name needs no space."""
_APPLICATION = "<mo>\u2061</mo>"


def latex_to_mathml(
    latex: str, *, inline: bool = False, words: Mapping[str, str] = MappingProxyType({})
) -> str:
    r"""Return a formula as a MathML element: displayed, or inline in a sentence.

    ``words`` are translations of the words in ``\text``, such as *if* and *otherwise*.

    Raises
    ------
    LossaryError
        For an unknown command and for incomplete LaTeX.

    Examples
    --------
    >>> latex_to_mathml("x^2")
    '<math display="block"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    >>> latex_to_mathml(r"\hat p", inline=True)
    '<math><mrow><mover accent="true"><mi>p</mi><mo stretchy="false">^</mo></mover></mrow></math>'

    """
    start = "<math>" if inline else '<math display="block">'
    return f"{start}{_Parser(latex, words).formula()}</math>"


class _Parser:
    """Recursive descent over the tokens of a formula."""

    def __init__(self, latex: str, words: Mapping[str, str]) -> None:
        self._latex, self._words = latex, words
        self._tokens = [*(found[0] for found in _TOKENS.finditer(latex)), ""]
        self._position = 0

    def _refuse(self, reason: str) -> NoReturn:
        message = f"LaTeX {self._latex!r} cannot be converted to MathML: {reason}"
        raise LossaryError(message)

    @property
    def _next(self) -> str:
        return self._tokens[self._position]

    def _take(self, expected: str = "") -> str:
        token = self._next
        if not token or (expected and token != expected):
            wanted = repr(expected) if expected else "a symbol"
            self._refuse(f"expected {wanted}, got {repr(token) if token else 'the end'}")
        self._position += 1
        return token

    def formula(self) -> str:
        """Return the whole formula."""
        found = self._row()
        if self._next:
            self._refuse(f"unmatched {self._next!r}")
        return found

    def _row(self) -> str:
        """Return everything up to a closing token."""
        parts: list[str] = []
        while self._next not in _CLOSING:
            sign, before = self._next, parts[-1] if parts else "(</mo>"
            if sign in FUNCTIONS and not before.endswith((*_TOUCHING, _APPLICATION)):
                parts.append(_space(r"\,"))
            part = self._scripted()
            if sign == "-" and before.endswith(_BEFORE_TERM):
                part = part.replace("<mo>", '<mo form="prefix">', 1)
            parts.append(part)
        return f"<mrow>{''.join(parts)}</mrow>"

    def _scripted(self) -> str:
        sign, base, scripts = self._next, self._atom(), dict[str, str]()
        while self._next in ("^", "_"):
            place = self._take()
            if place in scripts:
                self._refuse(f"a second {place!r} on one symbol")
            scripts[place] = self._atom()
        names = ("under", "over") if sign in _LIMITS else ("sub", "sup")
        kind = "".join(name for name, place in zip(names, "_^", strict=True) if place in scripts)
        inner = base + "".join(scripts[place] for place in "_^" if place in scripts)
        found = f"<m{kind}>{inner}</m{kind}>" if kind else base
        if sign not in FUNCTIONS:
            return found
        # The operator of application is invisible; an argument without parentheses needs a space.
        enclosed = self._next in ("(", "[", r"\left", *_CLOSING)
        return found + _APPLICATION + ("" if enclosed else _space(r"\,"))

    def _atom(self) -> str:
        """Return a symbol, a group in braces, or a command with its arguments."""
        if self._next in _NO_SYMBOL:
            self._refuse(f"expected a symbol, got {repr(self._next) if self._next else 'the end'}")
        sign = self._take()
        if sign == "{":
            inner = self._row()
            self._take("}")
            return inner
        if sign in _ELEMENTS:
            name, arguments = _ELEMENTS[sign]
            return f"<{name}>{''.join(self._atom() for _ in range(arguments))}</{name}>"
        if sign in ACCENTS:
            mark = f'<mo stretchy="false">{ACCENTS[sign]}</mo>'
            return f'<mover accent="true">{self._atom()}{mark}</mover>'
        if sign == r"\left":
            return self._fenced()
        return self._cases() if sign == r"\begin{cases}" else self._symbol(sign)

    def _fenced(self) -> str:
        left, inner = self._delimiter(), self._row()
        self._take(r"\right")
        return f"<mrow>{left}{inner}{self._delimiter()}</mrow>"

    def _delimiter(self) -> str:
        sign = self._take()
        if sign not in DELIMITERS:
            self._refuse(f"{sign!r} is not a delimiter")
        return f"<mo>{DELIMITERS[sign]}</mo>"

    def _cases(self) -> str:
        rows, cells = "", [self._row()]
        while self._next in ("&", r"\\"):
            if self._take() == r"\\":
                rows, cells = rows + _table_row(cells), []
            cells.append(self._row())
        self._take(r"\end{cases}")
        return f"<mrow><mo>{{</mo><mtable>{rows}{_table_row(cells)}</mtable></mrow>"

    def _symbol(self, sign: str) -> str:
        if sign[0].isdigit():
            return f"<mn>{sign}</mn>"
        if sign in SPACES:
            return _space(sign)
        if words := _WORDS.fullmatch(sign):
            return self._upright(words[1], words[2])
        if sign.isalpha() or sign in LETTERS or sign in FUNCTIONS:
            return f"<mi>{LETTERS.get(sign) or FUNCTIONS.get(sign, sign)}</mi>"
        if sign in DELIMITERS:
            close = ' lspace="0" rspace="0"' if sign in ("|", r"\lVert", r"\rVert") else ""
            return f'<mo stretchy="false"{close}>{DELIMITERS[sign]}</mo>'
        if sign.startswith("\\") and sign not in OPERATORS and sign not in LARGE:
            self._refuse(rf"unknown command {sign!r}; words belong in \text{{…}}")
        return f"<mo>{OPERATORS.get(sign) or LARGE.get(sign, sign)}</mo>"

    def _upright(self, kind: str, words: str) -> str:
        """Return words, translated where there is a translation, with spaces that do not break."""
        bare = words.strip()
        text = words.replace(bare, self._words.get(bare, bare)) if bare else words
        text = escape(text.replace("\\", "")).replace(" ", "\u00a0")
        upright = ' mathvariant="normal"' if len(words) == 1 else ""
        return f"<mtext>{text}</mtext>" if kind == "text" else f"<mi{upright}>{text}</mi>"


def _table_row(cells: list[str]) -> str:
    inner = "".join(f'<mtd style="text-align:left">{cell}</mtd>' for cell in cells)
    return f"<mtr>{inner}</mtr>"


def _space(sign: str) -> str:
    return f'<mspace width="{SPACES[sign]}"></mspace>'
