"""Which pairs of columns to count, what to do with missing labels, and how much to keep."""

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
"""A pair of columns by their names, which stand in alphabetical order."""

MAX_CELLS = 1 << 26
"""How many numbers are kept at most, unless told otherwise."""


@dataclass(frozen=True)
class AccumulatorConfig:
    """What an accumulator counts: "all" pairs, some, or those of a target."""

    pairs: str | tuple[ColumnPair, ...]
    target: str | None
    missing: str
    max_cells: int

    def __str__(self) -> str:
        what = f"pairs={self.pairs!r}" if self.target is None else f"target={self.target!r}"
        return f"{what}, missing={self.missing!r}"

    def counts_the_same(self, other: "AccumulatorConfig") -> bool:
        """Tell whether another plan counts the same."""
        return (self.pairs, self.target, self.missing) == (
            other.pairs,
            other.target,
            other.missing,
        )

    def wanted(self, names: Sequence[str]) -> tuple[ColumnPair, ...]:
        """Return the pairs to count of columns of some names."""
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
    """Return a plan, checked."""
    validation.choice("missing", missing, MISSING_POLICIES)
    if target is not None and not (isinstance(pairs, str) and pairs == "all"):
        message = "give pairs or target, not both: got "
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
        message = "pairs must be 'all', None, or pairs of two names of columns, got "
        raise validation.LossaryError(message + validation.shown(pairs))
    return tuple(sorted({column_pair(a, b) for a, b in listed}))


def _is_pair(pair: tuple[Any, ...]) -> bool:
    return all(isinstance(name, str) for name in pair) and len(set(pair)) == len(pair) == 2


def column_pair(a: str, b: str) -> ColumnPair:
    """Return a pair in alphabetical order."""
    return (a, b) if a <= b else (b, a)


def require_known(name: str, known: Sequence[str]) -> None:
    """Require the name of a column that there is."""
    if name not in known:
        raise validation.unknown_name(name, known, "column")
