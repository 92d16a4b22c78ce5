"""Stable form of a record as one expression over columns.

Its variables are columns. ``total`` and ``largest`` are reductions: for a measure over the rows of
a column, for a loss of a row over the classes, each of which is a column. There ``z`` is the logit
of a class, ``t`` its target mass or ``k`` its number, and ``y`` the class index.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any

from lossary import validation
from lossary.formulas.record import Measure, Pair, Pointwise, Record, Rowwise, Term
from lossary.formulas.vocabulary import self_information
from lossary.interpreters.trace import Expression, Tracer, postorder

__all__ = ["Chosen", "chosen", "column_names", "expand", "numbers", "stable"]

Parameters = Mapping[str, float]


@dataclass(frozen=True)
class Chosen:
    """Columns of a formula: single ones by name, and those of each class."""

    single: dict[str, Any]
    classes: list[dict[str, Any]]

    @property
    def index(self) -> bool:
        """Return whether the target of a row is a class index."""
        return "y" in self.single and bool(self.classes)

    @property
    def every(self) -> list[Any]:
        """All columns."""
        return [*self.single.values(), *(c for own in self.classes for c in own.values())]


def column_names(record: Record) -> tuple[str, ...]:
    """Return the names of the columns of a record's formula."""
    match record:
        case Pointwise():
            return ("y", "s")
        case Rowwise():
            return ("y", "z")
        case Measure(arity=arity):
            return ("p", "q")[:arity]
    message = (
        f"{record.name} takes a joint table, not columns. Count the pairs into a table first "
        f"(group by all columns), and pass it to lossary.{record.name}(table)"
    )
    raise validation.LossaryError(message)


def chosen(record: Record, columns: Mapping[str, Any]) -> Chosen:
    """Validate the columns that are given for a record."""
    names = column_names(record)
    if set(columns) != set(names):
        came = " and ".join(columns) or "none"
        message = f"{record.name} takes the columns {' and '.join(names)}, got {came}"
        raise validation.LossaryError(message)
    lists = {n: c for n, c in columns.items() if isinstance(c, list | tuple)}
    if not isinstance(record, Rowwise):
        for name, given in lists.items():
            message = f"{record.name} takes one column as {name}, got a list of {len(given)}"
            raise validation.LossaryError(message)
        return Chosen({n: columns[n] for n in names}, [])
    if len(lists.get("z", ())) < 2:
        message = f"{record.name} takes the list of its logit columns as z, got {columns['z']!r}"
        raise validation.LossaryError(message)
    z, y = lists["z"], columns["y"]
    if "y" not in lists:
        return Chosen({"y": y}, [{"z": logit} for logit in z])
    if len(y) != len(z):
        message = (
            f"{record.name} takes as y the column of the class index or one target column "
            f"for each of the {len(z)} logits, got {len(y)} columns"
        )
        raise validation.LossaryError(message)
    return Chosen({}, [{"z": a, "t": b} for a, b in zip(z, y, strict=True)])


def numbers(record: Record, given: Mapping[str, Any]) -> dict[str, float]:
    """Return every parameter of a record as one number."""
    values = validation.parameters(record, given)
    for name, value in values.items():
        if not isinstance(value, int | float):
            message = f"{name} must be one number, got {type(value).__name__} {value!r}"
            raise validation.LossaryError(message)
    return values


def stable(record: Record, parameters: Parameters, *, index: bool = False) -> Expression:
    """Return the stable form of a record; with ``index``, y is a class index."""
    m = Tracer()
    match record:
        case Pointwise():
            return m.lift(record.value(m, m.variable("y"), m.variable("s"), **parameters))
        case Rowwise():
            return _row(m, record, parameters, index=index)
        case Measure():
            return _measure(m, record, parameters)
    column_names(record)
    message = f"{record.name} has no form over columns"
    raise validation.LossaryError(message)


def _total(m: Tracer, x: Any) -> Expression:
    return m.apply("total", x)


def _high(m: Tracer, x: Expression) -> Expression:
    """Return x rounded to a multiple of 2^-52: sums of such masses are exact."""
    return m.apply("-", m.apply("+", 1, x), 1)


# --- measures ----------------------------------------------------------------------------------


def _measure(m: Tracer, record: Measure, parameters: Parameters) -> Expression:
    masses = [m.variable(name) for name in column_names(record)]
    sums = [_summed(m, record, term, masses, parameters) for term in record.terms]
    return m.lift(record.finish(m, *sums, **parameters))


def _summed(
    m: Tracer, record: Measure, term: Term, masses: Sequence[Expression], parameters: Parameters
) -> Expression:
    p = masses[0]
    if record.arity == 1:
        value = term.value(m, p, self_information(m, p), **parameters)
        return _total(m, value) + _excess(m, term, p, None) if record.summed else m.lift(value)
    q = masses[1]
    return _total(m, term.value(m, Pair(m, p, q), **parameters)) + _excess(m, term, p, q)


def _excess(m: Tracer, term: Term, p: Expression, q: Expression | None) -> Expression:
    """Return the excess of a term: a multiple of Σp - Σq, or of Σp - 1."""
    if not term.excess:
        return m.lift(0)
    high, low = _high(m, p), p - _high(m, p)
    if q is None:
        return term.excess * ((_total(m, high) - 1) + _total(m, low))
    both = _total(m, high - _high(m, q)), _total(m, low - (q - _high(m, q)))
    return term.excess * (both[0] + both[1])


# --- losses of a row ---------------------------------------------------------------------------


class _ListSoftmax:
    """Softmax of a list of logits; the largest is left out of the sum, as on arrays.

    The rounding error of ``z - largest`` is corrected in the exponential.
    """

    def __init__(self, m: Tracer, z: Expression) -> None:
        top = m.apply("largest", z)
        is_top = z == top
        d = z - top
        lost = (z - (d - (d - z))) - (top + (d - z))
        self._d = m.where(is_top, 0, d)
        e = m.exp(d) * (1 + m.where(m.abs(d) < inf, lost, 0))
        equals = _total(m, m.where(is_top, 1, 0)) - 1
        others = m.maximum(0, _total(m, m.where(is_top, 0, e)) + equals)
        self._m, self._is_top, self._e, self._others = m, is_top, m.where(is_top, 1, e), others
        # One +inf is a probability of 1; two, or -inf alone, have no softmax.
        self.lawless = (top == -inf) | ((top == inf) & (others > 0))

    def of(self, pick: Any) -> tuple[Expression, Expression, Expression]:
        """Return l, p and 1 - p of each class, or of the class that ``pick`` selects."""
        m, others = self._m, self._others
        l = pick(self._d) - m.log1p(others)
        p = pick(self._e) / (1 + others)
        r = m.where(pick(self._d) == 0, others / (1 + others), 1 - p)
        return l, p, r


def _row(m: Tracer, record: Rowwise, parameters: Parameters, *, index: bool) -> Expression:
    softmax = _ListSoftmax(m, m.variable("z"))

    def each(t: Expression) -> Expression:
        return _total(m, record.term(m, t, *softmax.of(lambda x: x), **parameters))

    if not index:
        t = m.variable("t")
        high = _high(m, t)
        missing = (_total(m, high) - 1) + _total(m, t - high)
        value = each(t) + record.excess * missing if record.excess else each(t)
        return m.where(softmax.lawless, nan, value)
    own = m.variable("k") == m.variable("y")
    if record.sparse:
        only = softmax.of(lambda x: _total(m, m.where(own, x, 0)))
        value = m.lift(record.term(m, 1.0, *only, **parameters))
    else:
        value = each(m.where(own, 1, 0))
    unknown = _total(m, m.where(own, 1, 0)) != 1
    return m.where(softmax.lawless | unknown, nan, value)


def _substitute(root: Expression, values: Mapping[str, Expression]) -> Expression:
    """Return the expression with some of its variables replaced."""
    done: dict[int, Expression] = {}
    for node in postorder(root):
        if node.operation == "variable":
            done[id(node)] = values.get(node.arguments[0], node)
        elif node.operation == "constant":
            done[id(node)] = node
        else:
            done[id(node)] = root.tracer.apply(
                node.operation, *(done[id(a)] for a in node.arguments)
            )
    return done[id(root)]


def expand(root: Expression, classes: int) -> Expression:
    """Return a loss of a row with its reductions expanded; ``z0``, ``z1`` … are the logits."""
    apply, lift, variable = root.tracer.apply, root.tracer.lift, root.tracer.variable
    done: dict[int, Expression] = {}
    own = [{"z": variable(f"z{j}"), "t": variable(f"t{j}"), "k": lift(j)} for j in range(classes)]
    for node in postorder(root):
        if node.operation in ("constant", "variable"):
            done[id(node)] = node
            continue
        arguments = [done[id(a)] for a in node.arguments]
        if node.operation not in ("total", "largest"):
            done[id(node)] = apply(node.operation, *arguments)
            continue
        parts = [_substitute(arguments[0], values) for values in own]
        if node.operation == "largest":
            done[id(node)] = apply("largest", *parts)
        else:
            total = parts[0]
            for part in parts[1:]:
                total = apply("+", total, part)
            done[id(node)] = total
    return done[id(root)]
