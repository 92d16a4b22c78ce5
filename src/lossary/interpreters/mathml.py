"""Every formula as MathML, which browsers typeset themselves: read from what is printed as LaTeX.

Only the commands that :mod:`lossary.interpreters.typeset` prints, and the symbols of records, are
known here.
"""

import re
from collections.abc import Callable
from html import escape

from lossary.checks import LossaryError
from lossary.formulas.record import Record
from lossary.interpreters.latex import formula

__all__ = ["from_latex", "mathml"]

_Maker = Callable[[], str]

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\\\|\\.|\d+(?:\.\d+)?|\S")
_RAW = re.compile(r"\\(text|mathrm|operatorname)\{((?:[^{}\\]|\\ )*)\}")

_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega infty"
)
_LETTERS = {f"\\{n}": c for n, c in zip(_NAMES.split(), "αβγδϵζηθικλμνξπρστυϕχψω∞", strict=True)}
_FUNCTIONS = {r"\log": "log", r"\max": "max", r"\min": "min", r"\exp": "exp"}
_OPERATORS = {
    "-": "−",
    r"\le": "≤",
    r"\ge": "≥",
    r"\ne": "≠",
    r"\sum": "∑",
    "<": "&lt;",
    ">": "&gt;",
}
_SPACES = {r"\quad": "1em", r"\,": "0.17em", r"\ ": "0.25em"}
_TIGHT = ("(</mo>", "=</mo>", "−</mo>", "+</mo>", "</munder>")
"""After what a function's name needs no distance."""
_CLOSING = ("", "}", "&", r"\\", r"\end", r"\right")


def mathml(record: Record) -> str:
    """Return the textbook formula of a record as a MathML element, set as a display.

    Examples
    --------
    >>> from lossary.formulas import catalogue
    >>> mathml(catalogue.get("squared_error")).partition("<mo>=</mo>")[2][:54]
    '<mo stretchy="false">(</mo><mi>s</mi><mo>−</mo><mi>y</'

    """
    return from_latex(formula(record))


def from_latex(text: str) -> str:
    """Return LaTeX of the kind that formulas are printed in as a MathML element.

    Raises
    ------
    LossaryError
        For a command that no formula of this library prints.

    Examples
    --------
    >>> from_latex("x^2")
    '<math display="block"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'

    """
    reader = _Reader(text)
    return f'<math display="block">{reader.row()}</math>'


class _Reader:
    """Recursive descent over the tokens of a formula."""

    def __init__(self, text: str) -> None:
        self._texts: list[str] = []
        self._tokens: list[str] = [*_TOKEN.findall(_RAW.sub(self._set_aside, text)), ""]
        self._at = 0
        self._makers: dict[str, _Maker] = {
            r"\frac": self._fraction,
            r"\sqrt": self._root,
            r"\left": self._fenced,
            r"\begin": self._cases,
        }

    def _set_aside(self, found: re.Match[str]) -> str:
        """Keep words out of the tokens; what stands for them is no sign of any formula."""
        kind, words = found[1], found[2].replace(r"\ ", " ")
        element = "mtext" if kind == "text" else "mi"
        kept = escape(words).replace(" ", "\u00a0")
        self._texts.append(f"<{element}>{kept}</{element}>")
        return chr(0xE000 + len(self._texts) - 1)

    @property
    def _next(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._next
        self._at += 1
        return token

    def row(self) -> str:
        """Return everything up to what closes it."""
        parts: list[str] = []
        while self._next not in _CLOSING:
            if self._next in _FUNCTIONS and parts and not parts[-1].endswith(_TIGHT):
                parts.append(_leaf(r"\,"))
            parts.append(self._scripted())
        return f"<mrow>{''.join(parts)}</mrow>"

    def _scripted(self) -> str:
        first = self._next
        base, scripts = self._atom(), {}
        while self._next in ("^", "_"):
            place = self._take()
            scripts[place] = self._group()
        below, above = scripts.get("_"), scripts.get("^")
        if first == r"\sum" and below:
            return f"<munder>{base}{below}</munder>"
        if below and above:
            return f"<msubsup>{base}{below}{above}</msubsup>"
        if below:
            return f"<msub>{base}{below}</msub>"
        return f"<msup>{base}{above}</msup>" if above else base

    def _group(self) -> str:
        if self._next != "{":
            return self._atom()
        self._take()
        inner = self.row()
        self._take()
        return inner

    def _atom(self) -> str:
        if self._next == "{":
            return self._group()
        sign = self._take()
        if "\ue000" <= sign <= "\uf8ff":
            return self._texts[ord(sign) - 0xE000]
        if sign in _FUNCTIONS:
            # The sign of application is not seen; what has no parentheses keeps a distance.
            space = "" if self._next in ("(", r"\left") else _leaf(r"\,")
            return f"<mi>{_FUNCTIONS[sign]}</mi><mo>\u2061</mo>{space}"
        return self._makers[sign]() if sign in self._makers else _leaf(sign)

    def _fraction(self) -> str:
        return f"<mfrac>{self._group()}{self._group()}</mfrac>"

    def _root(self) -> str:
        return f"<msqrt>{self._group()}</msqrt>"

    def _fenced(self) -> str:
        left, inner, _, right = self._take(), self.row(), self._take(), self._take()
        return f"<mrow><mo>{left}</mo>{inner}<mo>{right}</mo></mrow>"

    def _cases(self) -> str:
        self._group()
        lines, cells = [], [self.row()]
        while self._next != r"\end":
            if self._take() == r"\\":
                lines.append(cells)
                cells = []
            cells.append(self.row())
        lines.append(cells)
        self._take()
        self._group()
        rows = (
            "<mtr>" + "".join(f'<mtd style="text-align:left">{c}</mtd>' for c in line) + "</mtr>"
            for line in lines
        )
        return f"<mrow><mo>{{</mo><mtable>{''.join(rows)}</mtable></mrow>"


def _leaf(sign: str) -> str:
    if sign[0].isdigit():
        return f"<mn>{sign}</mn>"
    if sign in _SPACES:
        return f'<mspace width="{_SPACES[sign]}"></mspace>'
    if sign in _LETTERS or sign.isalpha():
        return f"<mi>{_LETTERS.get(sign, sign)}</mi>"
    if sign == "|":
        return '<mo stretchy="false" lspace="0" rspace="0">|</mo>'
    if sign in ("(", ")", "[", "]"):
        return f'<mo stretchy="false">{sign}</mo>'
    if sign.startswith("\\") and sign not in _OPERATORS:
        message = f"there is no MathML for {sign!r}: formulas are printed without it"
        raise LossaryError(message)
    return f"<mo>{_OPERATORS.get(sign, sign)}</mo>"
