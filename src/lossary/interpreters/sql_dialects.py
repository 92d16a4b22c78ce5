"""SQL dialects: the syntax in which they differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lossary.validation import LossaryError, shown

__all__ = ["DIALECTS", "Dialect", "dialect_named"]


@dataclass(frozen=True)
class Dialect:
    """Syntax of one dialect.

    ``element`` and ``sum_of`` are templates of an array's first element and of its sum, ``map_``
    one of a function applied to each element.
    """

    name: str
    quote: str
    array: str
    field: str
    struct: str
    map_: str
    element: str
    sum_of: str
    words: frozenset[str]

    def identifier(self, name: str) -> str:
        """Return the quoted name of a column."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def record(self, fields: Iterable[tuple[str, str]]) -> str:
        """Return a structure of named values."""
        return self.struct.format(", ".join(self.field.format(n, text) for n, text in fields))


DUCKDB = Dialect(
    name="duckdb",
    quote='"',
    array="[{}]",
    field="'{}': {}",
    struct="{{{}}}",
    map_="LIST_TRANSFORM({0}, lambda {1}: {2})",
    element="{}[1]",
    sum_of="LIST_SUM({})",
    words=frozenset({"maximum", "minimum"}),
)

SPARK = Dialect(
    name="spark",
    quote="`",
    array="ARRAY({})",
    field="'{}', {}",
    struct="NAMED_STRUCT({})",
    map_="TRANSFORM({0}, {1} -> {2})",
    element="{}[0]",
    sum_of="AGGREGATE({}, 0e0, (a, b) -> a + b)",
    words=frozenset({"maximum", "minimum", "log1p", "expm1"}),
)

DIALECTS = {d.name: d for d in (DUCKDB, SPARK)}


def dialect_named(name: Any) -> Dialect:
    """Return the dialect of a name."""
    if not isinstance(name, str) or name not in DIALECTS:
        known = " or ".join(map(repr, DIALECTS))
        message = f"dialect must be {known}, got {shown(name)}"
        raise LossaryError(message)
    return DIALECTS[name]
