"""The command ``lossary``: results on stdout, everything else on stderr."""

from collections.abc import Sequence

from lossary.cli import signals

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    0: done; 1: a check failed, or a table drifted; 2: bad input, or what cannot be done; 130:
    interrupted; 141: nobody reads stdout; 143: terminated.
    """
    with signals.at_once():
        from lossary.cli.parser import run  # noqa: PLC0415 - an interrupt is heard before imports

        return run(arguments)
