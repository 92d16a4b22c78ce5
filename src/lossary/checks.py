"""Validation, and the text of every error."""

import importlib
from types import ModuleType
from typing import Any

__all__ = ["LossaryError", "MissingExtraError", "UnknownNameError", "need"]


class LossaryError(ValueError):
    """What came is not what was asked for; the text says both, and a way out."""


class UnknownNameError(LossaryError, KeyError):
    """No loss or measure has that name."""

    def __str__(self) -> str:
        return str(self.args[0])


class MissingExtraError(LossaryError, ImportError):
    """A part of Lossary needs a package that is not installed."""


def need(module: str, extra: str) -> ModuleType | Any:
    """Import a package that only a part of Lossary uses; name the extra that brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        if error.name is not None and error.name.split(".")[0] != module.split(".")[0]:
            raise
        message = (
            f"{module.split('.')[0]!r} is not installed. It comes with the extra {extra!r}: "
            f"pip install 'lossary[{extra}]'"
        )
        raise MissingExtraError(message) from error
