"""Rewriting of expressions so that every column engine gives NumPy's results.

Engines differ in NaN (for some it is the largest number, and equal to itself), in division and
logarithm at 0, and in the functions that they have. The result uses arithmetic, ``exp log sqrt
abs **``, comparisons of numbers other than NaN, ``isnan`` and ``where``; guards are added only
where they are needed.
"""

import operator
from collections.abc import Callable, Iterable
from math import inf, nan

from lossary.interpreters.trace import Expression, postorder
from lossary.interpreters.value_ranges import Ranges

__all__ = ["portable"]

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def portable(root: Expression, *, native: Iterable[str] = (), strict: bool = False) -> Expression:
    """Return an equivalent expression of functions that the engine has.

    ``native`` are the functions that it has besides the common ones. A ``strict`` engine has no
    infinity for 1 / 0 and log 0, and no NaN for 0 / 0.
    """
    rewriter = _Rewriter(frozenset(native), strict=strict)
    done: dict[int, Expression] = {}
    for node in postorder(root):
        if node.operation in ("constant", "variable"):
            done[id(node)] = node
        else:
            done[id(node)] = rewriter.apply(node.operation, *(done[id(a)] for a in node.arguments))
    return done[id(root)]


def _truth(node: Expression) -> bool | None:
    value = node.arguments[0] if node.operation == "constant" else None
    return value if isinstance(value, bool) else None


class _Rewriter:
    """Builder of portable expressions from portable arguments."""

    def __init__(self, native: frozenset[str], *, strict: bool) -> None:
        self._native, self._strict, self._ranges = native, strict, Ranges()
        self._rules: dict[str, Callable[..., Expression]] = {
            **dict.fromkeys((">", ">="), self._above),
            **dict.fromkeys(("<", "<="), self._below),
            "==": self._equal,
            "!=": self._unequal,
            "and": self._and,
            "or": self._or,
            "/": self._divide,
            "log": self._log,
            "sqrt": self._sqrt,
            "log1p": self._log1p,
            "expm1": self._expm1,
            "maximum": self._maximum,
            "minimum": self._minimum,
            "sign": self._sign,
        }

    def apply(self, operation: str, *arguments: Expression) -> Expression:
        """Return a portable form of the operation on portable arguments."""
        if operation in _COMPARE and all(a.operation == "constant" for a in arguments):
            a, b = (x.arguments[0] for x in arguments)
            return arguments[0].tracer.lift(_COMPARE[operation](a, b))
        rule = self._rules.get(operation)
        if rule is None or (operation in self._native and operation != "minimum"):
            return arguments[0].tracer.apply(operation, *arguments)
        if operation in ("<", "<=", ">", ">="):
            return rule(operation, *arguments)
        return rule(*arguments)

    def _may_be_nan(self, node: Expression) -> bool:
        return self._ranges(node).nan

    def _unless_nan(self, node: Expression, condition: Expression) -> Expression:
        if not self._may_be_nan(node):
            return condition
        apply = node.tracer.apply
        return self._and(apply("not", apply("isnan", node)), condition)

    def _above(self, operation: str, a: Expression, b: Expression) -> Expression:
        return self._unless_nan(a, a.tracer.apply(operation, a, b))

    def _below(self, operation: str, a: Expression, b: Expression) -> Expression:
        return self._unless_nan(b, a.tracer.apply(operation, a, b))

    def _equal(self, a: Expression, b: Expression) -> Expression:
        if a is b:
            return self._unless_nan(a, a.tracer.lift(x=True))
        both = a if self._may_be_nan(b) else b
        return self._unless_nan(both, a.tracer.apply("==", a, b))

    def _unequal(self, a: Expression, b: Expression) -> Expression:
        apply = a.tracer.apply
        if not (self._may_be_nan(a) and self._may_be_nan(b)):
            return apply("!=", a, b)
        return apply("or", apply("isnan", a), apply("!=", a, b))

    def _and(self, a: Expression, b: Expression) -> Expression:
        if _truth(a) is None and _truth(b) is None:
            return a.tracer.apply("and", a, b)
        known, other = (a, b) if _truth(a) is not None else (b, a)
        return other if _truth(known) else known

    def _or(self, a: Expression, b: Expression) -> Expression:
        if _truth(a) is None and _truth(b) is None:
            return a.tracer.apply("or", a, b)
        known, other = (a, b) if _truth(a) is not None else (b, a)
        return known if _truth(known) else other

    def _divide(self, a: Expression, b: Expression) -> Expression:
        apply = a.tracer.apply
        plain = apply("/", a, b)
        if not self._strict or not self._ranges(b).holds(0):
            return plain
        return apply("where", apply("==", b, 0), apply("*", a, inf), plain)

    def _log(self, x: Expression) -> Expression:
        apply, where = x.tracer.apply, self._ranges(x)
        if not self._strict or where.low > 0:
            return apply("log", x)
        at_zero = apply("where", apply("==", x, 0), -inf, nan) if where.low < 0 else -inf
        return apply("where", apply(">", x, 0), apply("log", x), at_zero)

    def _sqrt(self, x: Expression) -> Expression:
        apply = x.tracer.apply
        if not self._strict or self._ranges(x).low >= 0:
            return apply("sqrt", x)
        return apply("where", apply(">=", x, 0), apply("sqrt", x), nan)

    def _log1p(self, x: Expression) -> Expression:
        """Return log(1 + x) in Kahan's form: the error of 1 + x is divided out again."""
        apply, log = x.tracer.apply, self._log
        u = apply("+", 1, x)
        near = apply("/", apply("*", log(u), x), apply("-", u, 1))
        near = apply("where", apply("==", u, 1), x, near)
        if self._ranges(x).high < inf:
            return near
        return apply("where", apply("<", apply("abs", x), 0.5), near, log(u))

    def _expm1(self, x: Expression) -> Expression:
        """Return exp(x) - 1 in Kahan's form near 0."""
        apply = x.tracer.apply
        u = apply("exp", x)
        near = apply("/", apply("*", apply("-", u, 1), x), apply("log", u))
        near = apply("where", apply("==", u, 1), x, near)
        return apply("where", apply("<", apply("abs", x), 1), near, apply("-", u, 1))

    def _maximum(self, a: Expression, b: Expression) -> Expression:
        apply, larger = a.tracer.apply, a.tracer.apply(">=", a, b)
        if self._may_be_nan(a):
            larger = apply("or", apply("isnan", a), larger)
        return apply("where", larger, a, b)

    def _minimum(self, a: Expression, b: Expression) -> Expression:
        apply, smaller = a.tracer.apply, self._below("<=", a, b)
        # An engine that orders NaN above all numbers would miss it here.
        if "minimum" in self._native and not (self._may_be_nan(a) or self._may_be_nan(b)):
            return apply("minimum", a, b)
        if self._may_be_nan(a):
            smaller = self._or(apply("isnan", a), smaller)
        return apply("where", smaller, a, b)

    def _sign(self, x: Expression) -> Expression:
        apply, above = x.tracer.apply, self._above(">", x, x.tracer.lift(0))
        return apply("where", above, 1, apply("where", apply("<", x, 0), -1, x))
