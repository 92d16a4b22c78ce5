"""Formulas in arbitrary precision, with their derivatives: the reference values of the tests.

An expression is evaluated on Taylor polynomials over mpmath numbers, lazily: of a ``where`` only
the branch that is taken. One pass gives the value and the derivatives of a definition.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from lossary.formulas.record import Formula
from lossary.interpreters.trace import Expression, trace
from lossary.validation import need

mp: Any = need("mpmath", "check").mp

__all__ = ["derivatives", "digits_for", "evaluate", "log_softmax", "precision"]

Series = list[Any]
"""The coefficients of a Taylor polynomial, lowest first."""

precision = mp.workdps


def digits_for(*values: float) -> int:
    """Return the digits that resolve 1 + exp(-x) for such values, plus 40."""
    finite = [abs(v) for v in values if abs(v) < 1e6]
    return 60 + int(max(finite, default=0))


def _multiply(a: Series, b: Series) -> Series:
    return [mp.fsum(a[i] * b[k - i] for i in range(k + 1)) for k in range(len(a))]


def _divide(a: Series, b: Series) -> Series:
    if b[0] == 0:
        head = mp.nan if a[0] == 0 else mp.inf * mp.sign(a[0])
        return [head] + [mp.nan] * (len(a) - 1)
    out: Series = []
    for k in range(len(a)):
        out.append((a[k] - mp.fsum(b[i] * out[k - i] for i in range(1, k + 1))) / b[0])
    return out


def _exp(a: Series) -> Series:
    out: Series = [mp.exp(a[0])]
    for k in range(1, len(a)):
        out.append(mp.fsum(i * a[i] * out[k - i] for i in range(1, k + 1)) / k)
    return out


def _log(a: Series) -> Series:
    if a[0] == 0:
        return [-mp.inf] + [mp.nan] * (len(a) - 1)
    if a[0] < 0:
        return [mp.nan] * len(a)
    out: Series = [mp.log(a[0])]
    for k in range(1, len(a)):
        rest = mp.fsum(i * out[i] * a[k - i] for i in range(1, k)) / k
        out.append((a[k] - rest) / a[0])
    return out


def _constant(a: Series) -> bool:
    return all(c == 0 for c in a[1:])


def _power(a: Series, b: Series) -> Series:
    if _constant(b) and b[0] == int(b[0]) and 0 <= b[0] <= 4:
        out: Series = [mp.mpf(1)] + [mp.mpf(0)] * (len(a) - 1)
        for _ in range(int(b[0])):
            out = _multiply(out, a)
        return out
    if _constant(a) and _constant(b) and a[0] >= 0:
        return [mp.power(a[0], b[0])] + [mp.mpf(0)] * (len(a) - 1)
    return _exp(_multiply(b, _log(a)))


def _scale(a: Series, c: Any) -> Series:
    return [x * c for x in a]


def _add(a: Series, b: Series) -> Series:
    return [x + y for x, y in zip(a, b, strict=True)]


def _shift(a: Series, c: int) -> Series:
    return [a[0] + c, *a[1:]]


_OPERATIONS: dict[str, Any] = {
    "+": _add,
    "-": lambda a, b: _add(a, _scale(b, -1)),
    "*": _multiply,
    "/": _divide,
    "**": _power,
    "neg": lambda a: _scale(a, -1),
    "exp": _exp,
    "log": _log,
    "log1p": lambda a: _log(_shift(a, 1)),
    "expm1": lambda a: _shift(_exp(a), -1),
    "sqrt": lambda a: _power(a, [mp.mpf("0.5")] + [mp.mpf(0)] * (len(a) - 1)) if a[0] else a,
    "abs": lambda a: _scale(a, -1) if a[0] < 0 else a,
    "sign": lambda a: [mp.sign(a[0])] + [mp.mpf(0)] * (len(a) - 1),
    "maximum": lambda a, b: a if a[0] >= b[0] else b,
    "minimum": lambda a, b: a if a[0] <= b[0] else b,
    "<": lambda a, b: a[0] < b[0],
    "<=": lambda a, b: a[0] <= b[0],
    ">": lambda a, b: a[0] > b[0],
    ">=": lambda a, b: a[0] >= b[0],
    "==": lambda a, b: a[0] == b[0],
    "!=": lambda a, b: a[0] != b[0],
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
}


def _run(node: Expression, values: Mapping[str, Series], order: int, done: dict[int, Any]) -> Any:
    if id(node) in done:
        return done[id(node)]
    if node.operation == "constant":
        result: Any = [mp.mpf(node.arguments[0])] + [mp.mpf(0)] * order
    elif node.operation == "variable":
        result = values[node.arguments[0]]
    elif node.operation == "where":
        condition, a, b = node.arguments
        result = _run(a if _run(condition, values, order, done) else b, values, order, done)
    else:
        arguments = [_run(a, values, order, done) for a in node.arguments]
        result = _OPERATIONS[node.operation](*arguments)
    done[id(node)] = result
    return result


@lru_cache(maxsize=1024)
def _traced(formula: Formula, arguments: int, parameters: tuple[str, ...]) -> Expression:
    names = [f"x{i}" for i in range(arguments)]
    return trace(formula, *names, **{p: p for p in parameters})


def derivatives(
    formula: Formula, *arguments: Any, by: int = 0, order: int = 2, **parameters: Any
) -> list[Any]:
    """Return the value and the first derivatives of a formula by one argument."""
    expression = _traced(formula, len(arguments), tuple(parameters))
    values = {f"x{i}": [mp.mpf(a)] + [mp.mpf(0)] * order for i, a in enumerate(arguments)}
    if order:
        values[f"x{by}"][1] = mp.mpf(1)
    values |= {k: [mp.mpf(v)] + [mp.mpf(0)] * order for k, v in parameters.items()}
    series = _run(expression, values, order, {})
    return [c * mp.factorial(k) for k, c in enumerate(series)]


def evaluate(formula: Formula, *arguments: Any, **parameters: Any) -> Any:
    """Return the exact value of a formula at the given numbers."""
    return derivatives(formula, *arguments, order=0, **parameters)[0]


def log_softmax(row: Sequence[Any]) -> list[Any]:
    """Return the logarithms of the softmax of one row of logits."""
    total = mp.fsum(mp.exp(z) for z in row)
    return [mp.mpf(z) - mp.log(total) for z in row]
