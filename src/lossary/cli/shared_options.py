"""Options shared by commands on tables, and errors that name their files."""

import argparse
import contextlib
from collections.abc import Iterator

__all__ = ["add_tables", "naming_sources"]


def add_tables(parser: argparse.ArgumentParser) -> None:
    """Add the options shared by commands on tables."""
    add = parser.add_argument
    add(
        "--without",
        metavar="COLUMN",
        action="append",
        default=[],
        help="a column to leave out, repeatable",
    )
    add(
        "--missing",
        default="category",
        help="missing values: category (a label, the default) or drop",
    )
    add("--json", action="store_true", help="print JSON instead of a table")


@contextlib.contextmanager
def naming_sources(*sources: str) -> Iterator[None]:
    """Let errors of engines name the files, also for tables that are read lazily."""
    from lossary.frames.engine_errors import translated_errors  # noqa: PLC0415 - it needs an extra

    with translated_errors(" or ".join(map(repr, sources))):
        yield
