"""Formulas as SQL expressions."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from math import isfinite, nan
from typing import Any

from lossary import validation
from lossary.formulas.record import Measure, Record
from lossary.interpreters.engine_semantics import portable
from lossary.interpreters.let_bindings import staged, tree_size
from lossary.interpreters.sql_dialects import Dialect, dialect_named
from lossary.interpreters.stable_column_form import Chosen, chosen, numbers, stable
from lossary.interpreters.trace import Expression

__all__ = ["Raw", "sql"]

_SHORT = 160
"""Expressions of at most so many operations are written without named parts."""

_WORTHWHILE = (12, 24, 48, 96)
"""In longer ones, a part that is used again is named from this many operations on: the first of
these numbers for which the names are not nested too deeply."""

_DEEPEST = 4
"""Deepest nesting of names: DuckDB's planning time doubles with each level."""

_OF_A_CLASS = ("z", "t", "k")


class Raw(str):
    """SQL that is inserted unchanged in place of a column's name; never pass untrusted text."""

    __slots__ = ()


Column = str | Raw
Columns = Mapping[str, Column | Sequence[Column]]


def sql(record: Record, columns: Columns, *, dialect: str = "duckdb", **parameters: float) -> str:
    """Return the SQL expression that computes a record from columns.

    A loss is an expression of each row; a measure is an aggregate of a group. A loss of a row of
    logits takes ``z``, the list of its columns, and ``y``, the column of the class index or the
    list of target columns. Names of columns are quoted; ``Raw`` inserts SQL
    instead. NULL gives NULL (an aggregate leaves it out, as always), NaN gives NaN, and
    an index that is no class gives NaN. Values are within a few eps of NumPy's.

    Examples
    --------
    >>> import duckdb
    >>> from lossary.formulas import catalogue
    >>> loss = sql(catalogue.get("hinge"), {"y": "label", "s": "score"}, margin=2.0)
    >>> duckdb.sql(f"SELECT {loss} FROM (VALUES (1, 0.25)) AS t(label, score)").fetchall()
    [(1.75,)]

    """
    target = dialect_named(dialect)
    selected = chosen(record, columns)
    root = stable(record, numbers(record, parameters), index=selected.index)
    root = portable(root, native=target.words, strict=True)
    aggregate = isinstance(record, Measure) and record.summed
    return _Writer(target, selected, aggregate=aggregate).text(root)


_BINARY = {"or": 0, "and": 1, "<": 3, "<=": 3, ">": 3, ">=": 3, "==": 3, "!=": 3}
_BINARY |= {"+": 4, "-": 4, "*": 5, "/": 5}
_SIGNS = {"==": "=", "!=": "<>", "and": "AND", "or": "OR"}
_FUNCTIONS = {
    "exp": "EXP",
    "log": "LN",
    "sqrt": "SQRT",
    "abs": "ABS",
    "**": "POWER",
    "isnan": "ISNAN",
    "maximum": "GREATEST",
    "minimum": "LEAST",
    "log1p": "LOG1P",
    "expm1": "EXPM1",
}
_NOT, _NEGATIVE, _ATOM = 2, 6, 7


def _constant(value: float) -> str:
    """Return the text of a number as a DOUBLE that reads back exactly, or of a truth value."""
    if isinstance(value, bool):
        return str(value).upper()
    if not isfinite(value):
        word = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(float(value))]
        return f"CAST('{word}' AS DOUBLE)"
    text = repr(float(value)).removesuffix(".0")
    return text if "e" in text else f"{text}e0"


class _Writer:
    """Writer of expressions over the selected columns."""

    def __init__(self, dialect: Dialect, columns: Chosen, *, aggregate: bool) -> None:
        self._dialect, self._aggregate = dialect, aggregate
        self._texts = {name: self._cast(c) for name, c in columns.single.items()}
        self._classes = [
            {name: self._cast(c) for name, c in own.items()} for own in columns.classes
        ]
        given = " ".join(map(str, columns.every)).lower()
        self._columns = [*self._texts.values()]
        self._names = (name for n in count(1) if (name := f"v{n}") not in given)
        self._writers: dict[str, Callable[[Expression], tuple[str, int]]] = {
            **dict.fromkeys(_BINARY, self._binary),
            **dict.fromkeys(("constant", "variable"), self._leaf),
            "neg": lambda node: (f"-{self._put(node.arguments[0], _ATOM)}", _NEGATIVE),
            "not": lambda node: (f"NOT {self._put(node.arguments[0], _NOT + 1)}", _NOT),
            "where": self._where,
            "largest": self._largest,
            "total": self._total,
        }

    def _cast(self, column: Any) -> str:
        if not isinstance(column, str):
            message = (
                f"a column must be its name, got {type(column).__name__} {validation.shown(column)}"
            )
            raise validation.LossaryError(message)
        text = f"({column})" if isinstance(column, Raw) else self._dialect.identifier(column)
        return f"CAST({text} AS DOUBLE)"

    def text(self, root: Expression) -> str:
        """Return the whole expression."""
        if self._aggregate:
            return self._written(root, within=("p", "q"))
        return self._guarded(self._written(root, within=_OF_A_CLASS))

    @property
    def _rows(self) -> str:
        """The array of the classes."""
        each = [self._class(j) for j in range(len(self._classes))]
        return self._dialect.array.format(", ".join(each))

    def _class(self, number: int) -> str:
        fields = {"k": _constant(number)} | self._classes[number]
        if "t" in fields:
            del fields["k"]
        return self._dialect.record(fields.items())

    def _guarded(self, text: str) -> str:
        """Return NULL where a column is NULL and NaN where one is NaN, else the text."""
        columns = [*self._columns, *(c for own in self._classes for c in own.values())]
        missing = " OR ".join(f"{c} IS NULL" for c in columns)
        undefined = " OR ".join(f"ISNAN({c})" for c in columns)
        not_a_number = _constant(nan)
        return f"CASE WHEN {missing} THEN NULL WHEN {undefined} THEN {not_a_number} ELSE {text} END"

    def _let(self, name: str, value: str, body: str) -> str:
        """Return a text that binds a name to a value, as the only element of a mapped array."""
        array = self._dialect.array.format(value)
        return self._dialect.element.format(self._dialect.map_.format(array, name, body))

    def _written(self, root: Expression, within: Sequence[str] = ()) -> str:
        """Return the text of an expression, with names for repeated parts if it is long."""
        if tree_size(root) <= _SHORT:
            return self._put(root)
        for least in _WORTHWHILE:
            # Only the last attempt uses up names.
            if len(staged(root, map(str, count()), least=least, within=within).levels) <= _DEEPEST:
                break
        steps = staged(root, self._names, least=least, within=within)
        return self._nested(steps.levels, steps.result)

    def _nested(self, levels: Sequence[Mapping[str, Expression]], result: Expression) -> str:
        if not levels:
            return self._put(result)
        parts = {name: self._put(part) for name, part in levels[0].items()}
        if len(parts) == 1:
            ((name, value),) = parts.items()
            self._texts[name] = name
        else:
            name, value = next(self._names), self._dialect.record(parts.items())
            self._texts |= {part: f"{name}.{part}" for part in parts}
        return self._let(name, value, self._nested(levels[1:], result))

    def _put(self, node: Expression, least: int = 0) -> str:
        """Return the text of an expression, in parentheses where its operator binds too weakly."""
        text, strength = self._writers.get(node.operation, self._call)(node)
        return text if strength >= least else f"({text})"

    def _call(self, node: Expression) -> tuple[str, int]:
        arguments = ", ".join(map(self._put, node.arguments))
        return f"{_FUNCTIONS[node.operation]}({arguments})", _ATOM

    def _binary(self, node: Expression) -> tuple[str, int]:
        a, b = node.arguments
        strength = _BINARY[node.operation]
        # Sums and products of floats keep their order.
        right = strength if node.operation in ("and", "or") else strength + 1
        sign = _SIGNS.get(node.operation, node.operation)
        return f"{self._put(a, strength)} {sign} {self._put(b, right)}", strength

    def _leaf(self, node: Expression) -> tuple[str, int]:
        (content,) = node.arguments
        if node.operation == "variable":
            return self._texts[content], _ATOM
        text = _constant(content)
        return text, _NEGATIVE if text.startswith("-") else _ATOM

    def _where(self, node: Expression) -> tuple[str, int]:
        text = "CASE"
        while node.operation == "where":
            condition, value, node = node.arguments
            text += f" WHEN {self._put(condition)} THEN {self._put(value)}"
        return f"{text} ELSE {self._put(node)} END", _ATOM

    def _largest(self, _: Expression) -> tuple[str, int]:
        return f"GREATEST({', '.join(own['z'] for own in self._classes)})", _ATOM

    def _total(self, node: Expression) -> tuple[str, int]:
        (body,) = node.arguments
        if self._aggregate:
            return f"SUM({self._guarded(self._written(body))})", _ATOM
        name = next(self._names)
        self._texts |= {part: f"{name}.{part}" for part in _OF_A_CLASS}
        mapped = self._dialect.map_.format(self._rows, name, self._written(body))
        return self._dialect.sum_of.format(mapped), _ATOM
