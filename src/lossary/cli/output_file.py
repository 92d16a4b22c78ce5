"""The page that a command writes: where it goes, and what it may replace."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse
from pathlib import Path

__all__ = ["add_output", "page_of"]


def add_output(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add the options of every command that writes a page."""
    where = "where the page goes" if default else "where a page with charts goes; none without it"
    parser.add_argument("-o", "--out", metavar="PAGE", default=default, help=where)
    parser.add_argument(
        "--force", action="store_true", help="replace a file that is no page of Lossary's"
    )


def page_of(options: argparse.Namespace, *inputs: str) -> Path:
    """Return where the page goes. Raises LossaryError for what it must not replace."""
    from lossary.pages.atomic_write import check_replaceable

    page = Path(options.out)
    check_replaceable(page, inputs, force=options.force)
    return page
