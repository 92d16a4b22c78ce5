"""The command ``lossary``: results on stdout, everything else on stderr."""

from lossary.cli.program import main

__all__ = ["main"]
