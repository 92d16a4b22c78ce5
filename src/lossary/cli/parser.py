"""The parser of the command line, and the exit code of a run."""

import argparse
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from lossary.cli import check, drift, explore, formula, list_records, measure, study
from lossary.cli.exit_codes import BAD_INPUT, BROKEN_PIPE, OK
from lossary.cli.signals import Stopped
from lossary.cli.terminal_output import discard, print_error, quiet_libraries, write
from lossary.validation import LossaryError

__all__ = ["run"]

EXAMPLES = """\
examples:
  lossary study                                  a data set that ships with scikit-learn
  lossary study patients.csv --target outcome    your own: CSV or Parquet
  lossary measure patients.csv --target outcome  the information of each column about it
  lossary drift before.parquet now.csv           exit code 1 if a column has drifted
  lossary explore                                an interactive page of every loss
  lossary list                                   every loss and measure
  lossary formula sigmoid_focal                  its formula, as LaTeX
  lossary check                                  every formula against mpmath, in eps
"""
COMMANDS = {
    "study": study,
    "measure": measure,
    "drift": drift,
    "explore": explore,
    "list": list_records,
    "formula": formula,
    "check": check,
}


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; an error is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return _run(arguments)
    except Stopped as stop:
        print_error(str(stop))
        return stop.code
    except KeyboardInterrupt:
        print_error(str(Stopped()))
        return Stopped().code
    except BrokenPipeError:
        discard(sys.stdout)
        return BROKEN_PIPE
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - exit code 1 says that a table has drifted
        print_error(_error_text(error))
        return BAD_INPUT


def _run(arguments: Sequence[str] | None) -> int:
    if sys.stdout is None:
        message = "cannot print: standard output is closed"
        raise LossaryError(message)
    try:
        options = _parser().parse_args(arguments)
    finally:
        write("")
    with quiet_libraries():
        code: int = options.command(options) or OK
    return code


def _error_text(error: BaseException) -> str:
    """Return an error as one line."""
    if isinstance(error, LossaryError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"not enough memory{f': {error}' if str(error) else ''}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename!r}: {error.strerror}" if error.filename else error.strerror
    if sys.flags.dev_mode:
        traceback.print_exception(error)
    name = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{name} (a bug in Lossary: python -X dev -m lossary prints the traceback)"


class _Parser(argparse.ArgumentParser):
    """A parser that prints its errors in one line."""

    def error(self, message: str) -> NoReturn:
        print_error(f"{message} (try {self.prog} -h)", self.prog)
        raise SystemExit(BAD_INPUT)


class _Version(argparse.Action):
    """Print the version, looked up only if requested."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version  # noqa: PLC0415 - it reads a file

        write(f"lossary {version('lossary')}\n")
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
