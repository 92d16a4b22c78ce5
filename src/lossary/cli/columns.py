"""What commands on tables share: which columns, and how failures name the files."""

import argparse
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from lossary.checks import unknown_name

__all__ = ["add_tables", "kept", "named"]


def add_tables(parser: argparse.ArgumentParser) -> None:
    """Add the options of every command on tables."""
    add = parser.add_argument
    add(
        "--without",
        metavar="COLUMN",
        action="append",
        default=[],
        help="a column to leave out, repeatable",
    )
    add("--missing", default="category", help="a label of their own: category (the default); drop")
    add("--json", action="store_true", help="print JSON instead of a table")


def kept(table: Any, without: Sequence[str], *others: Any) -> list[str] | None:
    """Return the columns of a table but for some; None for all of them."""
    if not without:
        return None
    names = _names(table)
    known = [*names, *(n for other in others for n in _names(other))]
    for name in without:
        if name not in known:
            raise unknown_name(name, list(dict.fromkeys(known)), "column")
    return [name for name in names if name not in without]


def _names(table: Any) -> list[str]:
    columns = table.columns
    return list(columns)


@contextlib.contextmanager
def named(*sources: str) -> Iterator[None]:
    """Let failures of engines name the files, where tables are too large to be read first."""
    from lossary.frames.failures import reported  # noqa: PLC0415 - it needs an extra

    with reported(" or ".join(map(repr, sources))):
        yield
