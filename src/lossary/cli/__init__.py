"""The command ``lossary``: results on stdout, everything else on stderr."""

from collections.abc import Sequence

from lossary.cli import signals

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: success; 1: a check failed, or a table drifted; 2: bad input, or a failure; 130: interrupted;
    141: stdout is closed; 143: terminated.
    """
    with signals.exit_at_once():
        from lossary.cli.parser import run  # noqa: PLC0415 - signals are handled before imports

        return run(arguments)
