"""The losses as functions, by their names in torch.nn.functional, and each record's by its own.

``functional.mse_loss`` takes torch's arguments. ``functional.log_cosh`` comes from the record
``log_cosh``; so does the function of a record that is registered later.
"""

from typing import TYPE_CHECKING, Any

from lossary import validation
from lossary.torch.from_loss_entries import loss_function
from lossary.torch.loss_table import FUNCTIONS, all_functions


def __dir__() -> list[str]:
    return list(all_functions())


def _attribute(name: str) -> Any:
    if name in FUNCTIONS:
        # Kept, so that the next access is direct; a record may be unregistered.
        globals()[name] = loss_function(FUNCTIONS[name])
        return globals()[name]
    entries = all_functions()
    if name in entries:
        return loss_function(entries[name])
    if name == "__test__":  # doctest runs the examples of these
        return {entry: loss_function(entries[entry]) for entry in entries}
    if name.startswith("__"):
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    raise validation.unknown_name(name, __dir__(), "loss function")


if TYPE_CHECKING:
    from lossary.torch._functional_signatures import *  # noqa: F403
else:
    __getattr__ = _attribute
    __all__ = list(__dir__())
