"""Lossary: loss functions and the information theory beneath them, exact, in every framework.

Every loss and every measure is an attribute: ``lossary.softmax_cross_entropy``,
``lossary.kl_divergence``. :mod:`lossary.losses` and :mod:`lossary.measures` list them.
"""

# ruff: noqa: E402 - the command handles an interrupt during its slow imports, too

import sys


def _runs_as_command() -> bool:
    """Return whether this process is the command ``lossary``, or ``python -m lossary``."""
    first, words = (sys.argv or [""])[0], sys.orig_argv
    if first == "-m":
        return "-mlossary" in words or "-m lossary" in " ".join(words)
    return first.replace("\\", "/").rpartition("/")[2] in {"lossary", "lossary.exe"}


try:
    import importlib

    if _runs_as_command():
        importlib.import_module("lossary.cli.signals").until_main()
except KeyboardInterrupt:
    if not _runs_as_command():
        raise
    sys.stderr.write("lossary: interrupted\n")
    sys.exit(130)

from typing import TYPE_CHECKING, Any

from lossary import validation
from lossary.validation import LossaryError as LossaryError
from lossary.validation import MissingExtraError as MissingExtraError
from lossary.validation import UnknownNameError as UnknownNameError
from lossary.validation import validate as validate

__version__ = "0.1.0"

_ELSEWHERE = {
    "contingency": "lossary.estimate",
    "explain": "lossary.dispatch_info",
    "expression": "lossary.export",
    "fast": "lossary.dispatch_info",
    "formula": "lossary.export",
    "frequencies": "lossary.estimate",
    "kernel_source": "lossary.dispatch_info",
    "sql": "lossary.export",
}
_PACKAGES = ("estimate", "explore", "frames", "jax", "report", "study", "torch")
"""Subpackages, imported on first access: they need more than NumPy."""
_OWN = ("LossaryError", "MissingExtraError", "UnknownNameError", "validate")


def _catalogued() -> tuple[Any, ...]:
    return tuple(importlib.import_module(f"lossary.{part}") for part in ("losses", "measures"))


def __dir__() -> list[str]:
    found = [name for module in _catalogued() for name in dir(module)]
    return [*_OWN, *_ELSEWHERE, *found]


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        message = (
            f"there is no module {name} in this version; the functions of lossary take arrays of "
            "NumPy, PyTorch, JAX and any array-API framework"
        )
        raise UnknownNameError(message) from error


def _attribute(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    if name in _PACKAGES:
        return _package(f"lossary.{name}")
    if name in _ELSEWHERE:
        return getattr(importlib.import_module(_ELSEWHERE[name]), name)
    if name.startswith("_"):
        message = f"module 'lossary' has no attribute {name!r}"
        raise AttributeError(message)
    for module in _catalogued():
        if name in dir(module):
            return getattr(module, name)
    raise validation.unknown_name(name, __dir__())


if TYPE_CHECKING:
    from lossary import estimate as estimate
    from lossary import explore as explore
    from lossary import frames as frames
    from lossary import report as report
    from lossary import study as study
    from lossary import torch as torch
    from lossary.dispatch_info import explain as explain
    from lossary.dispatch_info import fast as fast
    from lossary.dispatch_info import kernel_source as kernel_source
    from lossary.estimate import contingency as contingency
    from lossary.estimate import frequencies as frequencies
    from lossary.export import expression as expression
    from lossary.export import formula as formula
    from lossary.export import sql as sql
    from lossary.losses._signatures import *  # noqa: F403
    from lossary.measures._signatures import *  # noqa: F403
else:
    __getattr__ = _attribute
