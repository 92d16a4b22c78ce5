"""A reader of the LaTeX that formulas are printed in: it computes what the print says.

A symbol stands for a number, a matrix, a function, or a dictionary that its subscript is looked up
in. A range or a tuple holds the values that an index takes; a list has one number a cell, for sums
over all cells. ``Each`` is a symbol that says its indices itself, such as a derivative.
"""

import re
from collections.abc import Callable, Mapping
from functools import reduce
from operator import add, mul
from typing import Any, NamedTuple

from mpmath import mp

Values = Mapping[str, Any]
Meaning = Callable[[Values], Any]
Rows = Callable[[Values], list[Values]]


class Each(NamedTuple):
    """A value for every value of the indices."""

    indices: tuple[str, ...]
    values: Mapping[tuple[Any, ...], Any]

    def at(self, v: Values) -> Any:
        """The value at the indices' present values."""
        return self.values[tuple(v[i] for i in self.indices)]


#: Stands for a mass of 0, whose limit a formula means; what is not larger is not above 0.
NOTHING = mp.mpf(10) ** -1000

COMMANDS = re.compile(
    r"\s+|\\q?quad|\\,|(?P<token>\\text\{[^}]*\}|\\left|\\right|\\begin\{cases\}|\\end\{cases\}"
    r"|\\\\|\\operatorname\{\w+\}|\\[a-zA-Z]+|\d+(?:\.\d+)?|.)"
)
RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    r"\le": lambda a, b: a <= b,
    ">": lambda a, b: a > b + NOTHING,
    r"\ge": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    r"\ne": lambda a, b: a != b,
    r"\in": lambda a, b: a in b,
}
FUNCTIONS = {
    r"\max": max,
    r"\min": min,
    r"\operatorname{sgn}": mp.sign,
    r"\tanh": mp.tanh,
    r"\sigma": lambda x: 1 / (1 + mp.exp(-x)),
}
LARGE = {r"\sum": (add, 0), r"\prod": (mul, 1)}
ENDS = {"", "+", "-", r"\pm", ")", "]", "}", ",", ":", "&", r"\\", r"\end{cases}", r"\rVert"}
ENDS |= {r"\text{ and }", *RELATIONS}


class Reader:
    """Recursive descent over the tokens of one printed formula."""

    def __init__(self, text: str, values: Values) -> None:
        self._values = values
        known = "|".join(re.escape(s) for s in sorted(values, key=len, reverse=True))
        pattern = re.compile(rf"(?P<symbol>(?:{known})(?![a-z]))|{COMMANDS.pattern}")
        found = (m["symbol"] or m["token"] for m in pattern.finditer(text))
        self._tokens = [t for t in found if t and t not in (r"\left", r"\right")] + [""]
        self._at = 0
        self._bars = 0

    def read(self) -> list[Any]:
        """The values of both sides of every relation, and the relations between them."""
        sides: list[Any] = [self._expression()(self._values)]
        while self._next in RELATIONS:
            sides += [self._take(), self._expression()(self._values)]
        assert self._next == "", f"unread: {self._tokens[self._at :]}"
        return sides

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

    def _list(self, right: str) -> Callable[[Values], list[Any]]:
        items = [self._expression()]
        while self._next in (",", ";"):
            self._take()
            items.append(self._expression())
        self._take(right)
        return lambda v: [item(v) for item in items]

    def _expression(self) -> Meaning:
        terms = [self._signed()]
        while self._next in ("+", "-", r"\pm"):
            terms.append(self._signed())
        return lambda v: reduce(add, (term(v) for term in terms))

    def _signed(self) -> Meaning:
        sign = self._take() if self._next in ("+", "-", r"\pm") else "+"
        product = self._product()
        factor = {"+": lambda _: 1, "-": lambda _: -1, r"\pm": lambda v: v[r"\pm"]}[sign]
        return lambda v: factor(v) * product(v)

    def _product(self) -> Meaning:
        factors = [self._power()]
        while self._next not in ENDS and not (self._bars and self._next == "|"):
            factors.append(self._divisor() if self._next == "/" else self._power())
        return lambda v: _scalar(reduce(mul, (f(v) for f in factors)))

    def _divisor(self) -> Meaning:
        self._take("/")
        divisor = self._power()
        return lambda v: 1 / mp.mpf(divisor(v))

    def _script(self) -> Meaning:
        self._take("^")
        if self._next == "{":
            return self._inside("{", "}")
        return self._atom()

    def _power(self) -> Meaning:
        base = self._atom()
        if self._next != "^":
            return base
        if self._tokens[self._at + 1] == r"\top":
            self._at += 2
            return lambda v: base(v).T
        exponent = self._script()
        return lambda v: _raised(base(v), exponent(v))

    def _atom(self) -> Meaning:
        token = self._next
        if token in self._values:
            return self._symbol()
        if token == "(":  # noqa: S105 - a token of LaTeX
            return self._inside("(", ")")
        if token == "|":  # noqa: S105
            return self._absolute()
        self._take()
        if re.fullmatch(r"[\d.]+", token):
            return lambda _: mp.mpf(token)
        if token in FUNCTIONS:
            return self._function(FUNCTIONS[token])
        return self._sum(*LARGE[token]) if token in LARGE else self._known[token]()

    @property
    def _known(self) -> dict[str, Callable[[], Meaning]]:
        return {
            "e": lambda: self._of(self._script(), mp.exp),
            r"\exp": lambda: self._of(self._inside("(", ")"), mp.exp),
            r"\log": lambda: self._of(self._power(), mp.log),
            r"\pi": lambda: lambda _: +mp.pi,
            r"\sqrt": lambda: self._of(self._inside("{", "}"), mp.sqrt),
            r"\frac": self._fraction,
            r"\arg": self._argument,
            r"\lVert": self._norm,
            "[": self._bracket,
            r"\begin{cases}": self._cases,
        }

    def _of(self, argument: Meaning, function: Callable[[Any], Any]) -> Meaning:
        return lambda v: function(argument(v))

    def _symbol(self) -> Meaning:
        name = self._take()
        if callable(self._values[name]):
            self._take("(")
            arguments = self._list(")")
            return lambda v: v[name](*arguments(v))
        if isinstance(self._values[name], Each):
            return lambda v: v[name].at(v)
        if self._next != "_":
            return lambda v: v[name]
        self._take()
        if self._next == "{":
            self._take()
            indices = self._list("}")
        else:
            index = self._atom()
            indices = lambda v: [index(v)]  # noqa: E731

        def element(v: Values) -> Any:
            key = indices(v)
            return v[name][key[0] if len(key) == 1 else tuple(key)]

        return element

    def _function(self, function: Callable[..., Any]) -> Meaning:
        if self._next == "_":
            _, rows = self._rows()
            body = self._product()
            return lambda v: function(body(row) for row in rows(v))
        self._take("(")
        arguments = self._list(")")
        return lambda v: function(*arguments(v))

    def _argument(self) -> Meaning:
        function = FUNCTIONS[self._take()]
        name, rows = self._rows()
        body = self._product()
        return lambda v: function(rows(v), key=body)[name]

    def _absolute(self) -> Meaning:
        self._bars += 1
        meaning = self._inside("|", "|")
        self._bars -= 1
        return lambda v: abs(meaning(v))

    def _norm(self) -> Meaning:
        """The length of a vector, without its last digits, so that units have 1."""
        inner = self._expression()
        self._take(r"\rVert")
        return lambda v: mp.mpf(mp.nstr(mp.norm(inner(v)), 12))

    def _bracket(self) -> Meaning:
        """One where a condition is true, else nothing."""
        condition = self._condition()
        self._take("]")
        return lambda v: mp.mpf(condition(v))

    def _fraction(self) -> Meaning:
        above, below = self._inside("{", "}"), self._inside("{", "}")
        return lambda v: above(v) / below(v)

    def _sum(self, operation: Callable[[Any, Any], Any], neutral: int) -> Meaning:
        _, rows = self._rows()
        body = self._product()
        return lambda v: reduce(operation, (body(row) for row in rows(v)), mp.mpf(neutral))

    def _rows(self) -> tuple[str, Rows]:
        """The index that stands under a sign, and the values with each of its values in turn."""
        self._take("_")
        braced = self._next == "{"
        end = self._tokens.index("}", self._at) if braced else self._at + 1
        indices = [
            t
            for t in self._tokens[self._at : end]
            if isinstance(self._values.get(t), range | tuple)
        ]
        if not indices:
            return self._next, self._cells(braced=braced)
        self._at += braced
        listed = self._listed()
        first, condition = self._start() if braced else None, None
        if braced and not first and self._next != "}":
            self._at += 1 if self._next == ":" else -len(listed)
            condition = self._condition()
        if braced:
            self._take("}")
        last = self._script() if first else None

        def rows(v: Values) -> list[Values]:
            found = [dict(v)]
            for each in listed or indices[:1]:
                places = _between(first(v), last(v)) if first and last else self._values[each]
                found = [row | {each: place} for row in found for place in places]
            return [row for row in found if condition is None or condition(row)]

        return indices[0], rows

    def _start(self) -> Meaning | None:
        """The first value of an index, as in i = 1."""
        if self._next != "=":
            return None
        self._take()
        return self._expression()

    def _listed(self) -> list[str]:
        """Indices with commas between them."""
        names = []
        while isinstance(self._values.get(self._next), range | tuple):
            names.append(self._take())
            if self._next == ",":
                self._take()
        return names

    def _cells(self, *, braced: bool) -> Rows:
        """One number of every list for each cell."""
        condition: Meaning = lambda _: True  # noqa: E731
        self._at += 1
        if braced:
            if self._next in self._values:
                condition = self._condition()
            while self._take() != "}":
                pass

        def rows(v: Values) -> list[Values]:
            if not (lists := [x for x in v.values() if isinstance(x, list)]):
                raise KeyError(condition)
            cells = max(map(len, lists))
            found = [
                {k: x[i] if isinstance(x, list) else x for k, x in v.items()} for i in range(cells)
            ]
            return [row for row in found if condition(row)]

        return rows

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


def _between(first: Any, last: Any) -> range:
    return range(int(first), int(last) + 1)


def _raised(base: Any, exponent: Any) -> Any:
    return base ** int(exponent) if isinstance(base, mp.matrix) else mp.power(base, exponent)


def _scalar(x: Any) -> Any:
    return x[0, 0] if isinstance(x, mp.matrix) and (x.rows, x.cols) == (1, 1) else x


def compute(text: str, values: Values) -> Any:
    """What a printed right-hand side is at the values of its symbols."""
    (value,) = Reader(text, values).read()
    return value


def verify(text: str, values: Values) -> None:
    """Compute both sides of every relation of a printed formula, and require that it holds."""
    left, *rest = Reader(text, values).read()
    assert rest, f"no relation in {text}"
    for relation, right in zip(rest[::2], rest[1::2], strict=True):
        close = _close(left, right)
        holds = close if relation == "=" else close or RELATIONS[relation](left, right)
        assert holds, f"{text}: {left} {relation} {right}"
        left = right


def _close(a: Any, b: Any) -> bool:
    size = max(mp.norm(x, mp.inf) if isinstance(x, mp.matrix) else abs(x) for x in (a, b))
    distance = mp.norm(a - b, mp.inf) if isinstance(a, mp.matrix) else abs(a - b)
    return bool(distance <= mp.mpf(10) ** -12 * (1 + size))
