"""Options of how text is to be read, which every command on files has."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossary.frames.text import TextFormat

__all__ = ["add_reading", "format_of"]

_NAMED = {"tab": "\t", "\\t": "\t", "space": " "}


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options of how text is to be read."""
    group = parser.add_argument_group(
        "reading text", "what is not said is told from the text, and printed where it matters"
    )
    add = group.add_argument
    add("--sep", metavar="C", help="the separator of fields, a character, tab or space")
    add("--encoding", metavar="NAME", help="utf-8, utf-16, cp1252, gb18030 …")
    add("--skip", metavar="N", type=int, default=0, help="lines before the header (0)")
    add("--no-header", action="store_true", help="the first line holds values, not names")
    add("--decimal", metavar="C", help="the decimal mark, a point or a comma")
    order = group.add_mutually_exclusive_group()
    for name, first in (("--month-first", True), ("--day-first", False)):
        order.add_argument(
            name,
            dest="month_first",
            action="store_const",
            const=first,
            help=f"01/02/2024 is of {'January' if first else 'February'}",
        )
    add(
        "--null-value",
        metavar="TEXT",
        action="append",
        help="a text that is a missing value in every column, repeatable; without it the usual "
        "placeholders (NA, n/a, null, -, ? …) are, in columns of numbers, flags and dates",
    )
    add(
        "--numeric",
        metavar="COLUMN",
        action="append",
        default=[],
        help="a column of numbers, what is none being missing, repeatable",
    )


def format_of(options: argparse.Namespace) -> "TextFormat":
    """Return how text is to be read."""
    from lossary.frames.text import TextFormat

    listed = options.null_value
    return TextFormat(
        separator=_NAMED.get(options.sep, options.sep),
        encoding=options.encoding,
        skip=options.skip,
        header=not options.no_header,
        decimal=options.decimal,
        month_first=options.month_first,
        null_values=None if listed is None else tuple(listed),
        numeric=tuple(options.numeric),
    )
