"""``lossary explore``: every loss, live, on one page."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse

from lossary.cli.output_file import add_output, page_of
from lossary.cli.signals import tidily
from lossary.cli.terminal_output import write

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "every loss, live: a page with sliders"
DESCRIPTION = """\
examples:
  lossary explore                                writes explorer.html
  lossary explore -o focal.html --loss sigmoid_focal --loss sigmoid_cross_entropy
  lossary explore --lang zh                      in Chinese

One page that opens offline: value, gradient and second derivative of each loss, computed by the
formulas of this library, moved by sliders, laid over one another.
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add(
        "--loss",
        metavar="NAME",
        action="append",
        help="a loss that is chosen when the page opens, repeatable; all are on it",
    )
    add("--lang", metavar="LANG", default="en", help="the page's language: en (the default) or zh")
    add_output(parser, "explorer.html")


def run(options: argparse.Namespace) -> None:
    """Write the explorer."""
    from lossary import explore

    tidily()
    page = page_of(options)
    explore.to_html(page, options.loss, options.lang)
    write(f"Page: {page}\n")
