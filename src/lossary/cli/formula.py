"""``lossary formula``: a formula as LaTeX."""

# ruff: noqa: PLC0415 - a command imports what it needs when it runs: --help must not wait for torch

import argparse

from lossary.cli.terminal_output import write

__all__ = ["DESCRIPTION", "HELP", "options", "run"]

HELP = "print a formula as LaTeX"
DESCRIPTION = None


def options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("name", metavar="NAME", help="a loss or measure of lossary list")


def run(options: argparse.Namespace) -> None:
    """Print a formula as LaTeX."""
    from lossary.formulas import catalogue
    from lossary.interpreters import latex

    write(f"{latex.formula(catalogue.get(options.name))}\n")
