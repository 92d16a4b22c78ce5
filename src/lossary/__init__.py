"""Lossary: loss functions and the information theory beneath them, exact, in every framework.

Every loss and every measure is an attribute: ``lossary.softmax_cross_entropy``,
``lossary.kl_divergence``; :mod:`lossary.losses` and :mod:`lossary.measures` list them.
"""

import importlib
from typing import Any

from lossary.checks import LossaryError, MissingExtraError, UnknownNameError, validate

__version__ = "0.1.0"

_TEXTS = {
    "formula": "lossary.texts",
    "sql": "lossary.texts",
    "expression": "lossary.texts",
    "contingency": "lossary.estimate",
    "frequencies": "lossary.estimate",
}
_OWN = ("LossaryError", "MissingExtraError", "UnknownNameError", "validate")


def __dir__() -> list[str]:
    losses = importlib.import_module("lossary.losses")
    measures = importlib.import_module("lossary.measures")
    return [*_OWN, *_TEXTS, *dir(losses), *dir(measures)]


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return __dir__()
    if name in _TEXTS:
        return getattr(importlib.import_module(_TEXTS[name]), name)
    if name.startswith("__"):
        message = f"module 'lossary' has no attribute {name!r}"
        raise AttributeError(message)
    for part in ("lossary.losses", "lossary.measures"):
        module = importlib.import_module(part)
        if name in dir(module):
            return getattr(module, name)
    from lossary import checks

    raise checks.unknown_name(name, __dir__())
