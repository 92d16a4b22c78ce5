"""Options for reading text, shared by every command on files."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lossary.frames.delimited_text import TextFormat

__all__ = ["add_reading", "format_of"]

_NAMED = {"tab": "\t", "\\t": "\t", "space": " "}


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options for reading text."""
    group = parser.add_argument_group(
        "reading text", "options that are not given are inferred; important decisions are printed"
    )
    add = group.add_argument
    add("--sep", metavar="C", help="separator of fields: a character, tab or space")
    add("--encoding", metavar="NAME", help="utf-8, utf-16, cp1252, gb18030 …")
    add("--skip", metavar="N", type=int, default=0, help="number of lines before the header (0)")
    add("--no-header", action="store_true", help="the first line holds values, not names")
    add("--decimal", metavar="C", help="decimal mark: a point or a comma")
    order = group.add_mutually_exclusive_group()
    for name, first in (("--month-first", True), ("--day-first", False)):
        order.add_argument(
            name,
            dest="month_first",
            action="store_const",
            const=first,
            help=f"01/02/2024 is in {'January' if first else 'February'}",
        )
    add(
        "--null-value",
        metavar="TEXT",
        action="append",
        help="a text that means missing in every column, repeatable; by default the usual "
        "placeholders (NA, n/a, null, -, ? …) in columns of numbers, flags and dates",
    )
    add(
        "--numeric",
        metavar="COLUMN",
        action="append",
        default=[],
        help="a column of numbers, in which other values are missing, repeatable",
    )


def format_of(options: argparse.Namespace) -> "TextFormat":
    """Return the options as a TextFormat."""
    from lossary.frames.delimited_text import TextFormat

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
