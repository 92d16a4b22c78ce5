"""The parser and the exit codes."""

import argparse
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from lossary.cli import check, drift, explore, formula, list_records, measure, study
from lossary.cli.exit_codes import BAD_INPUT, BROKEN_PIPE, OK
from lossary.cli.signals import Stopped
from lossary.cli.terminal_output import complain, quiet_libraries, silence, write
from lossary.validation import LossaryError

__all__ = ["run"]

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
    "list": list_records,
    "formula": formula,
    "check": check,
}


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; what goes wrong is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return _run(arguments)
    except Stopped as stop:
        complain(str(stop))
        return stop.code
    except KeyboardInterrupt:
        complain(str(Stopped()))
        return Stopped().code
    except BrokenPipeError:
        silence(sys.stdout)
        return BROKEN_PIPE
    except (SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - exit code 1 says that a table has drifted
        complain(_said(error))
        return BAD_INPUT


def _run(arguments: Sequence[str] | None) -> int:
    if sys.stdout is None:
        message = "standard output is closed: there is nowhere to print"
        raise LossaryError(message)
    try:
        options = _parser().parse_args(arguments)
    finally:
        write("")
    with quiet_libraries():
        code: int = options.command(options) or OK
    return code


def _said(error: BaseException) -> str:
    """Return what went wrong, in one line."""
    if isinstance(error, LossaryError):
        return str(error)
    if isinstance(error, MemoryError):
        return f"not enough memory{f': {error}' if str(error) else ''}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename!r}: {error.strerror}" if error.filename else error.strerror
    if sys.flags.dev_mode:
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{what} (a fault of Lossary: python -X dev -m lossary shows where)"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message} (try {self.prog} -h)", self.prog)
        raise SystemExit(BAD_INPUT)


class _Version(argparse.Action):
    """Look the version up only when asked."""

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
