"""Configuration of accumulators: pairs to count, policy for missing labels, limit of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from lossary import validation
from lossary.estimate.factorize import MISSING_POLICIES

__all__ = [
    "MAX_CELLS",
    "AccumulatorConfig",
    "ColumnPair",
    "accumulator_config",
    "column_pair",
    "require_known",
]

ColumnPair = tuple[str, str]
"""The names of two columns in alphabetical order."""

MAX_CELLS = 1 << 26
"""The default of the largest number of counts to keep."""


@dataclass(frozen=True)
class AccumulatorConfig:
    """The pairs to count ("all", some, or those of a target), and how."""

    pairs: str | tuple[ColumnPair, ...]
    target: str | None
    missing: str
    max_cells: int

    def __str__(self) -> str:
        what = f"pairs={self.pairs!r}" if self.target is None else f"target={self.target!r}"
        return f"{what}, missing={self.missing!r}"

    def counts_the_same(self, other: "AccumulatorConfig") -> bool:
        """Whether another configuration counts the same."""
        return (self.pairs, self.target, self.missing) == (
            other.pairs,
            other.target,
            other.missing,
        )

    def wanted(self, names: Sequence[str]) -> tuple[ColumnPair, ...]:
        """Return the pairs to count, given the names of all columns."""
        if self.target is not None:
            require_known(self.target, names)
            return tuple(column_pair(self.target, name) for name in names if name != self.target)
        if isinstance(self.pairs, str):
            return tuple(column_pair(a, b) for a, b in combinations(names, 2))
        for pair in self.pairs:
            for name in pair:
                require_known(name, names)
        return self.pairs


def accumulator_config(
    pairs: str | Iterable[tuple[str, str]] | None, target: str | None, missing: str, max_cells: int
) -> AccumulatorConfig:
    """Return a validated configuration."""
    validation.choice("missing", missing, MISSING_POLICIES)
    if target is not None and not (isinstance(pairs, str) and pairs == "all"):
        message = "pass pairs= or target=, not both: got "
        message += f"pairs={validation.shown(pairs)}, target={validation.shown(target)}"
        raise validation.LossaryError(message)
    return AccumulatorConfig(_listed(pairs), target, missing, max_cells)


def _listed(pairs: Any) -> str | tuple[ColumnPair, ...]:
    if pairs is None or (isinstance(pairs, str) and pairs == "all"):
        return pairs or ()
    try:
        listed = [] if isinstance(pairs, str) else [tuple(pair) for pair in pairs]
    except TypeError:
        listed = []
    if not listed or any(not _is_pair(pair) for pair in listed):
        message = "pairs must be 'all', None, or a list of pairs of column names, got "
        raise validation.LossaryError(message + validation.shown(pairs))
    return tuple(sorted({column_pair(a, b) for a, b in listed}))


def _is_pair(pair: tuple[Any, ...]) -> bool:
    return all(isinstance(name, str) for name in pair) and len(set(pair)) == len(pair) == 2


def column_pair(a: str, b: str) -> ColumnPair:
    """Return a pair in alphabetical order."""
    return (a, b) if a <= b else (b, a)


def require_known(name: str, known: Sequence[str]) -> None:
    """Require the name of a known column."""
    if name not in known:
        raise validation.unknown_name(name, known, "column")
