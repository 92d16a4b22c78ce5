"""Arguments of the modules and functions: default, type, description, validation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from lossary import validation
from lossary.formulas.record import Parameter, Pointwise, Rowwise, Shorthand
from lossary.options import OPTIONS, loss_options

__all__ = ["Argument", "Record", "arguments_for", "option_names", "parameter_names"]

Record = Pointwise | Rowwise


@dataclass(frozen=True)
class Argument:
    """An option of a loss; ``check`` takes name and value, and raises where it is out of range."""

    name: str
    default: Any
    type: Any
    text: str
    check: Callable[[str, Any], object] | None = None


_DEPRECATED = "Deprecated in torch, an error here: use ``reduction``."
_TENSORS = {"sample_weight": Tensor | None, "class_weight": Tensor | None}

_COMMON = (
    *(Argument(o.name, o.default, _TENSORS.get(o.name, o.type), o.text) for o in OPTIONS.values()),
    Argument("size_average", None, bool | None, _DEPRECATED),
    Argument("reduce", None, bool | None, _DEPRECATED),
    Argument(
        "class_dim",
        None,
        int | None,
        "The axis of the classes; by default 1, or 0 for a single row.",
    ),
)
_OF_ROWS = (
    Argument(
        "weight",
        None,
        Tensor | None,
        "A weight for each class, of shape ``(C,)``, not negative. The mean divides by the sum of "
        "the targets' weights, for class indices and for distributions.",
    ),
    Argument(
        "ignore_index",
        -100,
        int,
        "Rows of this class index are left out; if all rows are, the mean is 0.",
    ),
    Argument(
        "inplace",
        False,
        bool,
        "Write the gradient over the logits, which takes half the memory. They must have been "
        "computed, not be a parameter; using their values in the backward pass is then an error.",
        validation.flag,
    ),
)


def arguments_for(record: Record) -> dict[str, Argument]:
    """Return the arguments that losses of a record have in common, by their names."""
    defaults = dict(record.defaults)
    named: list[Parameter | Shorthand] = [*record.parameters, *record.shorthands]
    parameters = (
        Argument(
            p.name,
            defaults.get(p.name),
            float | Tensor if p.name in defaults else float | Tensor | None,
            f"{p.summary[0].upper()}{p.summary[1:]}. In {p.interval}.",
        )
        for p in named
    )
    of_rows = _OF_ROWS if isinstance(record, Rowwise) else ()
    return {a.name: a for a in (*_COMMON, *of_rows, *parameters)}


def parameter_names(record: Record) -> tuple[str, ...]:
    """Return the names of the formula's parameters."""
    return tuple(p.name for p in record.parameters) + tuple(s.name for s in record.shorthands)


def option_names(record: Record) -> tuple[str, ...]:
    """Return the names of the options that a module takes besides the formula's parameters."""
    if isinstance(record, Rowwise):
        return (
            *("reduction", "weight", "ignore_index", "label_smoothing", "class_dim"),
            *("temperature", "softcap", "z_loss", "sum_tolerance", "inplace"),
        )
    return tuple(name for name in loss_options(record) if name != "sample_weight")
