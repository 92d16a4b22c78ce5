"""Entry of a loss under PyTorch's names, from which its module and function are generated."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from torch import Tensor, nn

from lossary import validation
from lossary.formulas.record import Rowwise
from lossary.reduction import REDUCTIONS
from lossary.torch.argument_table import Argument, Record, arguments_for, parameter_names
from lossary.torch.arguments import bind, require_no_legacy_reduction
from lossary.torch.base_module import LossModule
from lossary.torch.predictions import Output, output_of

__all__ = ["LEGACY", "LossEntry"]

LEGACY = ("size_average", "reduce")
"""Arguments that preceded ``reduction`` in torch: accepted by position, and an error if given."""


@dataclass(frozen=True, kw_only=True)
class LossEntry:
    """A loss under PyTorch's names: everything that its record does not hold.

    ``positional`` and ``keywords`` name the options in the order of torch.nn's signature; ``own``
    are those that differ from :func:`arguments_for`. ``compute`` takes the record, the tensors, and
    a dict of all options. ``sample_weight`` is the function's name for the weights of samples.
    Empty texts are generated from the record.
    """

    module: str
    function: str
    record: Record
    compute: Callable[..., Tensor]
    positional: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    own: tuple[Argument, ...] = ()
    tensors: tuple[str, ...] = ("input", "target")
    sample_weight: str = "sample_weight"
    counterpart: type[nn.Module] | None = None
    base: type[LossModule] | None = None
    reductions: tuple[str, ...] = REDUCTIONS
    output: Output | None = None
    class_targets: bool | None = None
    summary: str = ""
    notes: str = ""
    shapes: str = ""
    raises: str = ""
    source: str = ""
    example: tuple[str, ...] = ()
    example_options: str = ""

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """The options by their names, in the order of the signature."""
        found = arguments_for(self.record) | {a.name: a for a in self.own}
        return {name: found[name] for name in (*self.positional, *self.keywords)}

    @property
    def weight_argument(self) -> Argument:
        """The weights of samples, under the function's name for them."""
        return replace(arguments_for(self.record)["sample_weight"], name=self.sample_weight)

    @property
    def predictions(self) -> Output:
        """The link of the loss, and the decision rule."""
        return self.output or output_of(self.record)

    @property
    def takes_classes(self) -> bool:
        """Whether targets are class indices."""
        given = self.class_targets
        return isinstance(self.record, Rowwise) if given is None else given

    @property
    def module_signature(self) -> inspect.Signature:
        """The signature of the module's constructor."""
        return inspect.Signature(list(self._options()))

    @property
    def function_signature(self) -> inspect.Signature:
        """The signature of the function: tensors, options, weights of samples."""
        by_position = self.sample_weight != "sample_weight"
        parts = [
            *(_parameter(name, by_position=True, annotation=Tensor) for name in self.tensors),
            *self._options(),
            _parameter(
                self.sample_weight, by_position=by_position, default=None, annotation=Tensor | None
            ),
        ]
        return inspect.Signature(parts, return_annotation=Tensor)

    @property
    def defaults(self) -> dict[str, Any]:
        """The defaults of the options that the function takes and :attr:`compute` too."""
        kept = {name: a.default for name, a in self.arguments.items() if name not in LEGACY}
        return {**kept, "sample_weight": None} if self.sample_weight == "sample_weight" else kept

    def _options(self) -> Iterator[inspect.Parameter]:
        for name, a in self.arguments.items():
            by_position = name in self.positional
            yield _parameter(name, by_position=by_position, default=a.default, annotation=a.type)

    def validated(self, positional: Sequence[Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of a module, those of torch's old reductions left out."""
        named: dict[str, Any] = {**dict(zip(self.positional, positional, strict=False)), **given}
        if len(named) != len(positional) + len(given) or not named.keys() <= self.arguments.keys():
            bind(self.module, self.module_signature, positional, given)
        options = {name: argument.default for name, argument in self.arguments.items()} | named
        require_no_legacy_reduction(*(options.pop(name, None) for name in LEGACY))
        validation.choice("reduction", options["reduction"], self.reductions)
        for argument in self.arguments.values():
            if argument.check is not None:
                argument.check(argument.name, options[argument.name])
        shared = {*parameter_names(self.record)} - {argument.name for argument in self.own}
        of_record = {name: x for name, x in options.items() if name in shared}
        validation.parameters(self.record, of_record)
        return options


def _parameter(name: str, *, by_position: bool, **given: Any) -> inspect.Parameter:
    kind = inspect.Parameter
    return kind(name, kind.POSITIONAL_OR_KEYWORD if by_position else kind.KEYWORD_ONLY, **given)
