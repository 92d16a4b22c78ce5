"""The options of the page that a command writes: its path, and files it may replace."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse
from pathlib import Path

__all__ = ["add_output", "page_of"]


def add_output(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """Add the options of every command that writes a page."""
    where = (
        f"path of the page ({default})"
        if default
        else "path of a page with charts; none by default"
    )
    parser.add_argument("-o", "--out", metavar="PAGE", default=default, help=where)
    parser.add_argument(
        "--force", action="store_true", help="replace a file that was not written by Lossary"
    )


def page_of(options: argparse.Namespace, *inputs: str) -> Path:
    """Return the path of the page; LossaryError for a file that it must not replace."""
    from lossary.pages.atomic_write import check_replaceable

    page = Path(options.out)
    check_replaceable(page, inputs, force=options.force)
    return page
