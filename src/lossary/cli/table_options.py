"""Options that commands on tables share, and the names of files in failures."""

import argparse
import contextlib
from collections.abc import Iterator

__all__ = ["add_tables", "named"]


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


@contextlib.contextmanager
def named(*sources: str) -> Iterator[None]:
    """Let failures of engines name the files, where tables are too large to be read first."""
    from lossary.frames.engine_errors import reported  # noqa: PLC0415 - it needs an extra

    with reported(" or ".join(map(repr, sources))):
        yield
