"""Selection of the columns of a report, and reasons for those left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossary import validation
from lossary.estimate import Accumulator
from lossary.frames.column_types import NOT_LABELS, Field, nested
from lossary.frames.engines import Source, as_source
from lossary.frames.row_number_columns import row_numbers

__all__ = ["INDEX", "Selection", "drop_columns", "saved_indices", "select_columns"]

INDEX = "a saved index, it numbers the rows: rename it, or list it in columns=, to include it"


@dataclass(frozen=True)
class Selection:
    """The columns to measure, the nested ones, and the reasons why columns are left out."""

    wanted: tuple[str, ...]
    nested: tuple[Field, ...]
    left_out: Mapping[str, str]


def select_columns(
    source: Source, columns: Sequence[str] | None, without: Sequence[str], target: str | None
) -> Selection:
    """Return the columns to measure: the named ones, or all without some.

    By default nested columns and a saved index are left out, unless they are the target.
    """
    known = list(source.frame.collect_schema())
    _require_known(without, known)
    if columns is not None:
        wanted = dict.fromkeys([*columns, *([target] if target else [])])
        return Selection(tuple(n for n in wanted if n not in without), (), {})
    nested_ones = [f for f in nested(source.frame, (target,)) if f.name not in without]
    names = {f.name for f in nested_ones}
    left = tuple(n for n in known if n not in names and n not in without)
    if not left and known:
        message = (
            f"no column is left to measure: {len(nested_ones)} nested, {len(without)} left out"
        )
        raise validation.LossaryError(message)
    index = row_numbers(source.frame, [n for n in left if n != target])
    reasons = {f.name: NOT_LABELS.format(f.dtype) for f in nested_ones}
    return Selection(left, tuple(nested_ones), reasons | dict.fromkeys(index, INDEX))


def drop_columns(
    sides: Sequence[Any], without: Sequence[str]
) -> tuple[list[Any], list[str] | None, dict[str, str]]:
    """Return two inputs without some columns and saved indices, and the reasons.

    Accumulators keep all columns: the second value then lists the columns to compare.
    """
    found = [side if isinstance(side, Accumulator) else as_source(side) for side in sides]
    names = [_names(side) for side in found]
    _require_known(without, dict.fromkeys(n for each in names for n in each))
    index = saved_indices(s for s in found if isinstance(s, Source))
    index = [n for n in index if n not in without]
    dropped = {*without, *index}
    if not dropped:
        return found, None, {}
    columns = None
    if any(isinstance(side, Accumulator) for side in found):
        columns = [n for n in names[0] if n not in dropped]
    return [_without_columns(s, dropped) for s in found], columns, dict.fromkeys(index, INDEX)


def saved_indices(sources: Iterable[Source]) -> list[str]:
    """Return the columns that are a saved index in one of some frames."""
    return list(dict.fromkeys(n for source in sources for n in row_numbers(source.frame)))


def _names(side: Any) -> list[str]:
    return list(side.frame.collect_schema() if isinstance(side, Source) else side.columns)


def _without_columns(side: Any, dropped: Iterable[str]) -> Any:
    if not isinstance(side, Source):
        return side
    names = set(_names(side))
    frame = side.frame.drop([n for n in dropped if n in names])
    return Source(frame, frame.to_native())


def _require_known(names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise validation.unknown_name(name, list(known), "column")
