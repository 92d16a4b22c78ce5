"""A reader of the LaTeX that formulas are printed in: it computes what the print says."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from mpmath import mp

Values = Mapping[str, Any]
Meaning = Callable[[Values], Any]

#: Stands for a mass of 0, whose limit a formula means; what is not larger is not above 0.
NOTHING = mp.mpf(10) ** -1000

COMMANDS = re.compile(
    r"\s+|\\quad|\\,|(?P<token>\\text\{[^}]*\}|\\left|\\right|\\begin\{cases\}|\\end\{cases\}"
    r"|\\\\|\\[a-z]+|\d+(?:\.\d+)?|.)"
)
RELATIONS = {
    "<": lambda a, b: a < b,
    r"\le": lambda a, b: a <= b,
    ">": lambda a, b: a > b + NOTHING,
    r"\ge": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
}
FUNCTIONS = {r"\max": max, r"\min": min, r"\operatorname{sgn}": mp.sign}
ENDS = {"", "+", "-", ")", "}", ",", "&", r"\\", r"\end{cases}", r"\text{ and }", *RELATIONS}


class Reader:
    """Recursive descent over the tokens of one printed expression."""

    def __init__(self, text: str, symbols: list[str]) -> None:
        self._symbols = set(symbols)
        known = "|".join(re.escape(s) for s in sorted(symbols, key=len, reverse=True))
        pattern = re.compile(rf"(?P<symbol>(?:{known})(?![a-z])(?!_))|{COMMANDS.pattern}")
        found = (m["symbol"] or m["token"] for m in pattern.finditer(text))
        self._tokens = [t for t in found if t and t not in (r"\left", r"\right")] + [""]
        self._at = 0
        self._bars = 0

    def read(self) -> Meaning:
        """The meaning of the whole text."""
        meaning = self._expression()
        assert self._next == "", f"unread: {self._tokens[self._at :]}"
        return meaning

    @property
    def _next(self) -> str:
        return self._tokens[self._at]

    def _take(self, expected: str | None = None) -> str:
        token = self._next
        assert expected in (None, token), f"expected {expected!r}, got {token!r}"
        self._at += 1
        return token

    def _inside(self, left: str, right: str) -> Meaning:
        self._take(left)
        meaning = self._expression()
        self._take(right)
        return meaning

    def _expression(self) -> Meaning:
        terms = [self._signed()]
        while self._next in ("+", "-"):
            terms.append(self._signed())
        return lambda v: mp.fsum(term(v) for term in terms)

    def _signed(self) -> Meaning:
        sign = -1 if self._next == "-" else 1
        if self._next in ("+", "-"):
            self._take()
        product = self._product()
        return lambda v: sign * product(v)

    def _product(self) -> Meaning:
        factors = [self._power()]
        while self._next not in ENDS and not (self._bars and self._next == "|"):
            factors.append(self._power())
        return lambda v: mp.fprod(f(v) for f in factors)

    def _script(self) -> Meaning:
        self._take("^")
        if self._next == "{":
            return self._inside("{", "}")
        return self._atom()

    def _power(self) -> Meaning:
        base = self._atom()
        if self._next != "^":
            return base
        exponent = self._script()
        return lambda v: mp.power(base(v), exponent(v))

    def _atom(self) -> Meaning:
        token = self._next
        if token in self._symbols:
            self._take()
            return lambda v: v[token]
        if token == "(":  # noqa: S105 - a token of LaTeX
            return self._inside("(", ")")
        if token == "|":  # noqa: S105
            return self._absolute()
        self._take()
        if re.fullmatch(r"[\d.]+", token):
            return lambda _: mp.mpf(token)
        if token in FUNCTIONS:
            return self._function(FUNCTIONS[token])
        return self._known[token]()

    @property
    def _known(self) -> dict[str, Callable[[], Meaning]]:
        return {
            "e": lambda: self._of(self._script(), mp.exp),
            r"\exp": lambda: self._of(self._inside("(", ")"), mp.exp),
            r"\log": lambda: self._of(self._power(), mp.log),
            r"\sqrt": lambda: self._of(self._inside("{", "}"), mp.sqrt),
            r"\sigma": lambda: self._of(self._inside("(", ")"), lambda x: 1 / (1 + mp.exp(-x))),
            r"\frac": self._fraction,
            r"\sum": self._sum,
            r"\begin{cases}": self._cases,
        }

    def _of(self, argument: Meaning, function: Callable[[Any], Any]) -> Meaning:
        return lambda v: function(argument(v))

    def _function(self, function: Callable[..., Any]) -> Meaning:
        self._take("(")
        arguments = [self._expression()]
        while self._next == ",":
            self._take()
            arguments.append(self._expression())
        self._take(")")
        return lambda v: function(*(a(v) for a in arguments))

    def _absolute(self) -> Meaning:
        self._bars += 1
        meaning = self._inside("|", "|")
        self._bars -= 1
        return lambda v: abs(meaning(v))

    def _fraction(self) -> Meaning:
        above, below = self._inside("{", "}"), self._inside("{", "}")
        return lambda v: above(v) / below(v)

    def _sum(self) -> Meaning:
        """A sum over all cells: every list among the values has one number a cell."""
        self._take("_")
        condition: Meaning = lambda _: True  # noqa: E731
        if self._next == "{":
            self._take()
            if self._next in self._symbols:
                condition = self._condition()
            while self._take() != "}":
                pass
        else:
            self._take()
        body = self._product()

        def total(v: Values) -> Any:
            cells = max(len(x) for x in v.values() if isinstance(x, list))
            rows = [
                {k: x[i] if isinstance(x, list) else x for k, x in v.items()} for i in range(cells)
            ]
            return mp.fsum(body(row) for row in rows if condition(row))

        return total

    def _condition(self) -> Meaning:
        left = self._expression()
        relation = RELATIONS[self._take()]
        right = self._expression()
        if self._next != r"\text{ and }":
            return lambda v: relation(left(v), right(v))
        self._take()
        rest = self._condition()
        return lambda v: relation(left(v), right(v)) and rest(v)

    def _cases(self) -> Meaning:
        branches = []
        while True:
            value = self._expression()
            self._take("&")
            if self._take() == r"\text{otherwise}":
                break
            branches.append((self._condition(), value))
            self._take(r"\\")
        self._take(r"\end{cases}")
        return lambda v: next((b for condition, b in branches if condition(v)), value)(v)


def compute(text: str, values: Values) -> Any:
    """What a printed right-hand side is at the values of its symbols; a sum runs over lists."""
    return Reader(text, list(values)).read()(values)
