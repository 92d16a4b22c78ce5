"""Expressions of a data-frame library: Polars or Narwhals."""

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from itertools import count
from types import ModuleType
from typing import Any

from lossary import validation
from lossary.interpreters.let_bindings import staged, tree_size
from lossary.interpreters.stable_column_form import Chosen
from lossary.interpreters.textbook_form import rewrite
from lossary.interpreters.trace import Expression, postorder

__all__ = ["Words", "aggregated", "structured", "totals", "without"]

_SHORT = 60
"""Expressions of at most so many operations are written without named parts."""


class Words:
    """Vocabulary of formulas in the expressions of a data-frame library."""

    def __init__(self, library: ModuleType) -> None:
        self.library = library
        self._operations: dict[str, Callable[..., Any]] = {
            "+": operator.add,
            "-": operator.sub,
            "*": operator.mul,
            "/": operator.truediv,
            "<": operator.lt,
            "<=": operator.le,
            ">": operator.gt,
            ">=": operator.ge,
            "==": operator.eq,
            "!=": operator.ne,
            "and": operator.and_,
            "or": operator.or_,
            "**": operator.pow,
            "neg": operator.neg,
            "not": operator.invert,
            **{
                word: operator.methodcaller(word) for word in ("exp", "log", "log1p", "sqrt", "abs")
            },
            "isnan": operator.methodcaller("is_nan"),
            "where": lambda c, a, b: library.when(c).then(a).otherwise(b),
            "largest": library.max_horizontal,
        }

    def columns(self, selected: Chosen) -> dict[str, Any]:
        """Return the selected columns by the names of their variables."""
        values = dict(selected.single)
        for j, own in enumerate(selected.classes):
            values |= {f"{name}{j}": column for name, column in own.items()}
        return {name: self.column(column) for name, column in values.items()}

    def column(self, column: Any) -> Any:
        """Return a column, or an expression of columns, as float64."""
        if isinstance(column, str):
            column = self.library.col(column)
        elif not hasattr(column, "over"):
            message = (
                "a column must be its name, or an expression of columns, got "
                f"{type(column).__name__} {validation.shown(column)}"
            )
            raise validation.LossaryError(message)
        return column.cast(self.library.Float64)

    def compute(self, root: Expression, values: Mapping[str, Any]) -> Any:
        """Return an expression of the values."""
        done: dict[int, Any] = {}
        for node in postorder(root):
            if node.operation == "variable":
                done[id(node)] = values[node.arguments[0]]
            elif node.operation == "constant":
                constant = node.arguments[0]
                plain = constant if isinstance(constant, bool) else float(constant)
                done[id(node)] = self.library.lit(plain)
            else:
                arguments = (done[id(a)] for a in node.arguments)
                done[id(node)] = self._operations[node.operation](*arguments)
        return done[id(root)]

    def guarded(self, result: Any, values: Mapping[str, Any]) -> Any:
        """Return null where a value is null and NaN where one is NaN, else the result."""
        missing = reduce(operator.or_, (v.is_null() for v in values.values()))
        undefined = reduce(operator.or_, (v.is_nan() for v in values.values()))
        when, nothing = self.library.when, self.library.lit(float("nan"))
        # Narwhals chains no conditions, and pandas turns numbers next to None into objects.
        some = when(undefined).then(nothing).otherwise(result)
        return when(missing).then(None).otherwise(some).cast(self.library.Float64)


def totals(root: Expression, names: Iterator[str]) -> dict[str, Expression]:
    """Return the sums in an expression, each under a new name."""
    return {next(names): node for node in postorder(root) if node.operation == "total"}


def without(root: Expression, totals: Mapping[str, Expression]) -> Expression:
    """Return the expression with its sums replaced by the variables that stand for them."""
    names = {id(node): root.tracer.variable(name) for name, node in totals.items()}
    return rewrite(root, lambda node: names.get(id(node)))


def aggregated(
    words: Words,
    root: Expression,
    values: Mapping[str, Any],
    compute: Callable[[Words, Expression, Mapping[str, Any]], Any],
) -> Any:
    """Return an expression of columns, or an aggregate where it contains sums."""
    found = totals(root, (f"total{n}" for n in count()))
    if not found:
        return words.guarded(compute(words, root, values), values)
    sums = {
        name: words.guarded(compute(words, node.arguments[0], values), values).sum()
        for name, node in found.items()
    }
    return compute(words, without(root, found), sums)


def structured(words: Words, root: Expression, values: Mapping[str, Any]) -> Any:
    """Return a Polars expression that computes shared parts once, as fields of a structure."""
    if tree_size(root) <= _SHORT:
        return words.compute(root, values)
    pl: Any = words.library
    steps = staged(root, (f"part{n}" for n in count()), least=2)
    whole = pl.struct(**values)
    fields = {name: pl.field(name) for name in values}
    for level in [*steps.levels, {"result": steps.result}]:
        parts = {name: words.compute(part, fields) for name, part in level.items()}
        whole = whole.struct.with_fields(**parts)
        fields |= {name: pl.field(name) for name in level}
    return whole.struct.field("result")
