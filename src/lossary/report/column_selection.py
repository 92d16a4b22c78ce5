"""The columns that a report is of: all but those left out, of which it says why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossary import validation
from lossary.estimate import Accumulator
from lossary.frames.column_types import Field, nested
from lossary.frames.engines import Source, opened
from lossary.frames.row_number_columns import row_numbers

__all__ = ["INDEX", "Selection", "saved_indices", "selected", "trimmed"]

INDEX = "a saved index, it numbers the rows: rename it, or name it in columns=, to take it in"


@dataclass(frozen=True)
class Selection:
    """The columns to measure, those that cannot be, and why some are left out."""

    wanted: tuple[str, ...]
    nested: tuple[Field, ...]
    left_out: Mapping[str, str]


def selected(
    source: Source, columns: Sequence[str] | None, without: Sequence[str], target: str | None
) -> Selection:
    """Return the columns of a frame that are asked for: by name, or all of them but for some.

    Of all of them, nested ones and a saved index are left out, unless they are the target.
    """
    known = list(source.frame.collect_schema())
    _require_known(without, known)
    if columns is not None:
        wanted = dict.fromkeys([*columns, *([target] if target else [])])
        return Selection(tuple(n for n in wanted if n not in without), (), {})
    apart = [f for f in nested(source.frame, (target,)) if f.name not in without]
    names = {f.name for f in apart}
    left = tuple(n for n in known if n not in names and n not in without)
    if not left and known:
        message = f"no column is left to measure: {len(apart)} nested, {len(without)} left out"
        raise validation.LossaryError(message)
    index = row_numbers(source.frame, [n for n in left if n != target])
    why = {f.name: f"of {f.dtype}, whose values are no labels" for f in apart}
    return Selection(left, tuple(apart), why | dict.fromkeys(index, INDEX))


def trimmed(
    sides: Sequence[Any], without: Sequence[str]
) -> tuple[list[Any], list[str] | None, dict[str, str]]:
    """Return frames to compare without some columns and their saved indices, and why.

    Counts of an accumulator stay whole: the columns of the first side that are left come second.
    """
    found = [side if isinstance(side, Accumulator) else opened(side) for side in sides]
    names = [_names(side) for side in found]
    _require_known(without, dict.fromkeys(n for each in names for n in each))
    index = saved_indices(s for s in found if isinstance(s, Source))
    index = [n for n in index if n not in without]
    apart = {*without, *index}
    if not apart:
        return found, None, {}
    columns = None
    if any(isinstance(side, Accumulator) for side in found):
        columns = [n for n in names[0] if n not in apart]
    return [_but(s, apart) for s in found], columns, dict.fromkeys(index, INDEX)


def saved_indices(sources: Iterable[Source]) -> list[str]:
    """Return the columns that are a saved index in one of some frames."""
    return list(dict.fromkeys(n for source in sources for n in row_numbers(source.frame)))


def _names(side: Any) -> list[str]:
    return list(side.frame.collect_schema() if isinstance(side, Source) else side.columns)


def _but(side: Any, apart: Iterable[str]) -> Any:
    if not isinstance(side, Source):
        return side
    names = set(_names(side))
    frame = side.frame.drop([n for n in apart if n in names])
    return Source(frame, frame.to_native())


def _require_known(names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise validation.unknown_name(name, list(known), "column")
