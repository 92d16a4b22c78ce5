"""Modules and functions, generated from the table of losses."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from torch import Tensor

from lossary import validation
from lossary.options import OPTIONS
from lossary.torch.arguments import bind, renamed, require_no_legacy_reduction, shown_as
from lossary.torch.docstrings import docstring, function_example, module_example
from lossary.torch.generated_module import RecordLoss
from lossary.torch.loss_entry import LossEntry
from lossary.torch.pointwise_forward import pointwise_loss
from lossary.torch.rowwise_forward import rowwise_loss

__all__ = ["loss_class", "loss_function"]


@lru_cache(maxsize=1024)
def loss_class(entry: LossEntry) -> type[RecordLoss]:
    """Return the module of a loss; pickles find it as ``lossary.torch.<name>``."""
    base = entry.base or RecordLoss

    def __init__(self: RecordLoss, *positional: Any, **given: Any) -> None:  # noqa: N807
        base.__init__(self, *positional, **given)

    shown_as(entry.module, entry.module_signature, __init__)
    namespace = {
        "entry": entry,
        "record": entry.record,
        "output": entry.predictions,
        "y_int": entry.takes_classes,
        "__init__": __init__,
        "__module__": "lossary.torch",
    }
    bases = (base,) if entry.counterpart is None else (base, entry.counterpart)
    made: type[RecordLoss] = type(entry.module, bases, namespace)
    made.__doc__ = docstring(entry, module_example(entry, made), entry.arguments.values())
    return made


@lru_cache(maxsize=1024)
def loss_function(entry: LossEntry) -> Callable[..., Tensor]:
    """Return the function of a loss."""
    record, compute, tensors = entry.record, entry.compute, len(entry.tensors)
    defaults, sort = entry.defaults, _sorting(entry)
    passed = defaults
    if compute in {pointwise_loss, rowwise_loss}:
        # They fill in the defaults of the array functions, in less time than it takes to pass them.
        passed = {n: x for n, x in defaults.items() if n in OPTIONS and x != OPTIONS[n].default}

    def function(*positional: Any, **given: Any) -> Tensor:
        if len(positional) != tensors or (given and not given.keys() <= defaults.keys()):
            positional, given = sort(positional, given)
        try:
            return compute(record, *positional, passed | given)
        except validation.LossaryError as error:
            if entry.sample_weight in defaults:
                raise
            raise renamed(error, {"sample_weight": entry.sample_weight}) from None

    function.__signature__ = entry.function_signature  # type: ignore[attr-defined]
    function.__name__ = function.__qualname__ = entry.function
    function.__module__ = "lossary.torch.functional"
    described = (*entry.arguments.values(), entry.weight_argument)
    function.__doc__ = docstring(entry, function_example(entry, function), described)
    return function


def _sorting(entry: LossEntry) -> Callable[[Sequence[Any], Mapping[str, Any]], tuple[Any, Any]]:
    """Return a function that sorts the arguments of a call into tensors and options."""
    signature = entry.function_signature
    names = [p.name for p in signature.parameters.values() if p.kind is not p.KEYWORD_ONLY]

    def sort(positional: Sequence[Any], given: Mapping[str, Any]) -> tuple[Any, Any]:
        named = {**dict(zip(names, positional, strict=False)), **given}
        known = set(entry.tensors) <= named.keys() <= signature.parameters.keys()
        if not known or len(named) != len(positional) + len(given):
            bind(entry.function, signature, positional, given)
        require_no_legacy_reduction(named.pop("size_average", None), named.pop("reduce", None))
        if entry.sample_weight in named:
            named["sample_weight"] = named.pop(entry.sample_weight)
        return [named.pop(name) for name in entry.tensors], named

    return sort
