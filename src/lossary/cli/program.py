"""The parser and the exit codes."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from lossary.checks import LossaryError
from lossary.cli import check, drift, explore, formula, listing, measure, study
from lossary.cli.exits import BAD_INPUT, BROKEN_PIPE, INTERRUPTED, OK

__all__ = ["main"]

EXAMPLES = """\
examples:
  lossary study                                  a data set that ships with scikit-learn
  lossary study patients.csv --target outcome    your own: CSV or Parquet
  lossary measure patients.csv --target outcome  what each column tells about it
  lossary drift before.parquet now.csv           what has moved: exit code 1
  lossary explore                                every loss, live: a page with sliders
  lossary list                                   every loss and measure
  lossary formula sigmoid_focal                  its formula, as LaTeX
  lossary check                                  every formula against mpmath, in eps
"""
COMMANDS = {
    "study": study,
    "measure": measure,
    "drift": drift,
    "explore": explore,
    "list": listing,
    "formula": formula,
    "check": check,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: done; 1: a check failed, or a table drifted; 2: bad input; 130: interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        options = _parser().parse_args(arguments)
        code: int = options.command(options) or OK
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("lossary: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has left. Python flushes stdout once more at exit: let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except LossaryError as error:
        print(f"lossary: {' '.join(str(error).split())}", file=sys.stderr)
        return BAD_INPUT
    return code


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message} (try {self.prog} -h)", file=sys.stderr)
        raise SystemExit(BAD_INPUT)


class _Version(argparse.Action):
    """Look the version up only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version  # noqa: PLC0415 - it reads a file

        print(f"lossary {version('lossary')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="lossary", description=EXAMPLES, formatter_class=raw)
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name, help=module.HELP, description=module.DESCRIPTION, formatter_class=raw
        )
        module.options(command)
        command.set_defaults(command=module.run)
    return parser
