"""Formulas as Vega expressions, for charts that compute their values in the browser.

Vega's numbers are IEEE doubles and its functions those of JavaScript. It has no ``log1p``,
``expm1`` and ``sign``: they are written in Kahan's forms, which are as accurate.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from math import isfinite, isnan
from typing import Any

from lossary.formulas.record import Pointwise, Record, Rowwise
from lossary.interpreters.engine_semantics import portable
from lossary.interpreters.trace import Expression, Tracer, postorder

__all__ = [
    "PARTS",
    "Calculation",
    "bent",
    "calculations",
    "pointwise",
    "rowwise",
    "text",
    "z_penalty",
]

PARTS = ("value", "gradient", "hessian")
"""Parts of a loss that are computed."""

Calculation = dict[str, str]
"""Calculate transform of Vega-Lite: ``{"calculate": expression, "as": name}``."""

_NATIVE = frozenset(
    {"maximum", "minimum", "log", "sqrt", "/", "and", "or", "<", "<=", ">", ">=", "==", "!="}
)
_LEAVES = ("constant", "variable")
_LONGEST = 100
"""Longest text of a part without a name, in characters."""

# --- expressions -------------------------------------------------------------------------------


def _variables(m: Tracer, record: Record) -> dict[str, Expression]:
    return {p.name: m.variable(p.name) for p in record.parameters}


def pointwise(record: Pointwise, y: Expression, s: Expression) -> dict[str, Expression]:
    """Return a loss of a score ``s`` with its derivatives by it; parameters are variables.

    Examples
    --------
    >>> from lossary.formulas import catalogue
    >>> m = Tracer()
    >>> parts = pointwise(catalogue.get("hinge"), m.variable("y"), m.variable("s"))
    >>> text(parts["value"], {"y": "datum.y", "s": "datum.s", "margin": "margin"})
    'max(0, margin - datum.y * datum.s)'

    """
    m = y.tracer
    parameters = _variables(m, record)
    return {part: m.lift(getattr(record, part)(m, y, s, **parameters)) for part in PARTS}


class _ScalarSoftmax:
    """``l``, ``p`` and ``1 - p`` of a few logits; the largest is left out of the sum.

    ``level`` is the logarithm of the sum of their exponentials.
    """

    def __init__(self, z: list[Expression]) -> None:
        m = z[0].tracer
        top = z[0]
        for logit in z[1:]:
            top = m.maximum(top, logit)
        e = [m.exp(logit - top) for logit in z]
        total = _sum(e)
        rest = [_sum([b for b in e if b is not a]) for a in e]
        self.level = top + m.log(total)
        self.p = [a / total for a in e]
        self.r = [others / total for others in rest]
        self.l = [
            m.where(logit == top, -m.log1p(others), logit - top - m.log(total))
            for logit, others in zip(z, rest, strict=True)
        ]


def _sum(terms: Iterable[Expression]) -> Expression:
    first, *others = terms
    for term in others:
        first = first + term
    return first


def rowwise(
    record: Rowwise, t: list[Expression], z: list[Expression], k: int
) -> dict[str, Expression]:
    """Return a loss of a few logits ``z``, and its first two derivatives by the logit of class k.

    With ``b`` and ``c`` the first and second derivative of the terms, the derivatives are
    ``b_k (1 - p_k) - p_k Σ_{j≠k} b_j`` and
    ``c_k (1 - 2 p_k) + p_k² Σ c - p_k (1 - p_k) Σ b``.
    """
    m, s = z[0].tracer, _ScalarSoftmax(z)
    parameters = _variables(m, record)

    def of(part: Callable[..., Any]) -> list[Expression]:
        rows = zip(t, s.l, s.p, s.r, strict=True)
        return [m.lift(part(m, *row, **parameters)) for row in rows]

    terms, b, c = of(record.term), of(record.slope), of(record.bend)
    missing = _sum([t[0] - 1, *t[1:]])
    value = _sum(terms) + record.excess * missing if record.excess else _sum(terms)
    p, r = s.p[k], s.r[k]
    others = _sum([x for j, x in enumerate(b) if j != k])
    return {
        "value": value,
        "gradient": b[k] * r - p * others,
        "hessian": c[k] * (r - p) + p * p * _sum(c) - p * r * _sum(b),
    }


def z_penalty(z: list[Expression], k: int) -> dict[str, Expression]:
    """Return the squared log-sum-exp of a few logits, and its derivatives by the logit of class k.

    With ``Z`` the log-sum-exp they are ``2 Z p_k`` and ``2 (p_k² + Z p_k (1 - p_k))``.
    """
    s = _ScalarSoftmax(z)
    p, level = s.p[k], s.level
    return {
        "value": level * level,
        "gradient": 2 * level * p,
        "hessian": 2 * (p * p + level * p * s.r[k]),
    }


def bent(s: Expression, bound: Expression) -> dict[str, Expression]:
    """Return a score bent into plus or minus a bound, with its derivatives by the score.

    With ``u = s / bound`` they are ``bound tanh u``, ``1 / cosh² u`` and
    ``-2 tanh u / cosh² u / bound``, computed from exponentials of negative numbers.

    Examples
    --------
    >>> m = Tracer()
    >>> text(bent(m.variable("s"), m.lift(2))["gradient"], {"s": "s"})
    '4 * exp(-2 * abs(s / 2)) / ((1 + exp(-2 * abs(s / 2))) * (1 + exp(-2 * abs(s / 2))))'

    """
    m, u = s.tracer, s / bound
    twice = -2 * m.abs(u)
    e = m.exp(twice)
    tanh = m.sign(u) * -m.expm1(twice) / (1 + e)
    slope = 4 * e / ((1 + e) * (1 + e))
    return {"value": bound * tanh, "gradient": slope, "hessian": -2 * tanh * slope / bound}


# --- text --------------------------------------------------------------------------------------

_BINARY = {"or": 1, "and": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4}
_BINARY |= {"+": 5, "-": 5, "*": 6, "/": 6}
_SIGNS = {"and": "&&", "or": "||"}
_FUNCTIONS = {
    "exp": "exp",
    "log": "log",
    "sqrt": "sqrt",
    "abs": "abs",
    "**": "pow",
    "isnan": "isNaN",
    "maximum": "max",
    "minimum": "min",
    "where": "if",
}
_UNARY = {"neg": "-", "not": "!"}
_PREFIX, _ATOM = 7, 8


def _constant(value: float) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isnan(value):
        return "NaN"
    if not isfinite(value):
        return "(1 / 0)" if value > 0 else "(-1 / 0)"
    return repr(float(value)).removesuffix(".0")


class _Writer:
    """Writer of expressions, some parts of which have names."""

    def __init__(self, variables: Mapping[str, str], names: Mapping[int, str]) -> None:
        self._variables, self._names = variables, names

    def whole(self, node: Expression) -> str:
        """Return the text of an expression without using its own name."""
        return self._written(node)[0]

    def put(self, node: Expression, least: int = 0) -> str:
        """Return the text of a part, in parentheses where its operator binds too weakly."""
        if id(node) in self._names:
            return self._names[id(node)]
        text, strength = self._written(node)
        return text if strength >= least else f"({text})"

    def _written(self, node: Expression) -> tuple[str, int]:
        operation = node.operation
        if operation == "variable":
            return self._variables[node.arguments[0]], _ATOM
        if operation == "constant":
            number = _constant(node.arguments[0])
            return number, _PREFIX if number.startswith("-") else _ATOM
        if operation in _UNARY:
            return f"{_UNARY[operation]}{self.put(node.arguments[0], _ATOM)}", _PREFIX
        if operation in _BINARY:
            a, b = node.arguments
            strength, sign = _BINARY[operation], _SIGNS.get(operation, operation)
            # Sums and products of floats keep their order.
            return f"{self.put(a, strength)} {sign} {self.put(b, strength + 1)}", strength
        inner = ", ".join(map(self.put, node.arguments))
        return f"{_FUNCTIONS[operation]}({inner})", _ATOM


def text(root: Expression, variables: Mapping[str, str]) -> str:
    """Return an expression as one text; ``variables`` maps its variables to texts.

    Examples
    --------
    >>> m = Tracer()
    >>> x = m.variable("x")
    >>> text(m.where(x > 0, x, m.sign(x)) ** 2, {"x": "datum.x"})
    'pow(if(datum.x > 0, datum.x, if(datum.x > 0, 1, if(datum.x < 0, -1, datum.x))), 2)'

    """
    return _Writer(variables, {}).whole(portable(root, native=_NATIVE))


def calculations(
    results: Mapping[str, Expression], variables: Mapping[str, str], prefix: str = "part"
) -> list[Calculation]:
    """Return the calculate transforms for named expressions of one tracer.

    A part that occurs more than once, or is long, becomes a column of its own, numbered after the
    prefix.

    Examples
    --------
    >>> m = Tracer()
    >>> x = m.variable("x")
    >>> shared = m.exp(-x)
    >>> for step in calculations({"y": shared / (1 + shared)}, {"x": "datum.x"}):
    ...     print(step["as"], "=", step["calculate"])
    part1 = exp(-datum.x)
    y = datum.part1 / (1 + datum.part1)

    """
    roots = {name: portable(root, native=_NATIVE) for name, root in results.items()}
    order = list({id(n): n for root in roots.values() for n in postorder(root)}.values())
    uses = Counter(id(a) for n in order if n.operation not in _LEAVES for a in n.arguments)
    names: dict[int, str] = {}
    writer, numbers, steps = _Writer(variables, names), count(1), []
    for node in order:
        written = writer.whole(node)
        if node.operation not in _LEAVES and (uses[id(node)] > 1 or len(written) > _LONGEST):
            name = f"{prefix}{next(numbers)}"
            steps.append({"calculate": written, "as": name})
            names[id(node)] = f"datum.{name}"
    return steps + [{"calculate": writer.put(root), "as": n} for n, root in roots.items()]
