"""``lossary explore``: an interactive page of every loss."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for it

import argparse

from lossary.cli.output_file import add_output, page_of
from lossary.cli.signals import raise_on_signals
from lossary.cli.terminal_output import write

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "write an interactive page of every loss, with sliders"
DESCRIPTION = """\
examples:
  lossary explore                                writes explorer.html
  lossary explore -o focal.html --loss sigmoid_focal --loss sigmoid_cross_entropy
  lossary explore --lang zh                      in Chinese

Writes one page that opens offline, with the value, gradient and second derivative of each loss,
computed by the formulas of this library; sliders change the parameters, losses can be overlaid.
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add = parser.add_argument
    add(
        "--loss",
        metavar="NAME",
        action="append",
        help="a loss selected when the page opens, repeatable; the page has all of them",
    )
    add("--lang", metavar="LANG", default="en", help="language of the page: en (the default) or zh")
    add_output(parser, "explorer.html")


def run(options: argparse.Namespace) -> None:
    """Write the page."""
    from lossary import explore

    raise_on_signals()
    page = page_of(options)
    explore.to_html(page, options.loss, options.lang)
    write(f"Page: {page}\n")
