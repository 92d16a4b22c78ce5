"""Losses and measures as custom PyTorch operators, which torch.compile does not trace into.

An autograd.Function costs less in eager mode (a tenth of a millisecond less on small inputs), so
operators are used under tracing only.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from lossary.formulas import catalogue
from lossary.formulas.record import Measure
from lossary.kernels import dispatch
from lossary.kernels.distributions import single_terms
from lossary.kernels.eligibility import Declined
from lossary.kernels.interface import Options, Shape
from lossary.kernels.torch.option_codes import coded, decoded, is_codable

__all__ = ["LossOperator", "MeasureOperator"]

Inputs = Sequence[Any]

_DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
_WEIGHTS = ("sample_weight", "class_weight")
_OPTIONS = "str name, int term, str texts, str names, float[] numbers, bool[] wanted"
_INPUTS = "Tensor x, Tensor? y, Tensor? weight, Tensor? class_weight"
_TENSORS, _OTHERS = 4, 6
_FORWARD = f"({_INPUTS}, {_OPTIONS}) -> Tensor[]"
_BACKWARD = f"({_INPUTS}, {_OPTIONS}, Tensor cotangent) -> Tensor[]"


class _Operator:
    """A shape of work as an operator: value, and wanted gradients where they are computed with it.

    ``plain`` computes a record, tensors and options on the plain path: for invalid values and
    their errors, and for a second derivative.
    """

    def __init__(self, shape: Shape, plain: Callable[..., Any]) -> None:
        self.shape, self._plain = shape, plain
        name = f"lossary::{shape.name}"
        forward: Any = torch.library.custom_op(
            name, self._forward, mutates_args=(), schema=_FORWARD
        )
        forward.register_fake(self._fake)
        forward.register_autograd(self._pull, setup_context=self._keep)
        backward: Any = torch.library.custom_op(
            f"{name}_backward", self._backward, mutates_args=(), schema=_BACKWARD
        )
        backward.register_fake(lambda *given: _empty(given, given[_TENSORS + _OTHERS - 1]))
        self.forward = forward._opoverload  # noqa: SLF001 - what Dynamo puts into a graph
        self.backward = backward._opoverload  # noqa: SLF001

    def _at_once(self, x: Tensor, options: Options) -> bool:
        """Return whether gradients are computed with the value: see autograd.apply."""
        return options.get("reduction") != "none" and x.dtype != torch.float16

    def _record(self, name: str, _term: int) -> Any:
        return catalogue.get(name)

    def _value(self, record: Any, inputs: Inputs, options: Options) -> Tensor:
        """Return the value by the plain path."""
        x, y, *weights = inputs
        given = {n: w for n, w in zip(_WEIGHTS, weights, strict=True) if w is not None}
        value: Tensor = self._plain(record, x, y, **{**options, **given})
        return value

    def _prepared(
        self, record: Any, inputs: Inputs, wanted: Sequence[bool], options: Options
    ) -> dispatch.Prepared:
        """Return the prepared call, or raise Declined."""
        del wanted
        x, y, *weights = inputs
        given = dict(zip(_WEIGHTS, weights, strict=True))
        return dispatch.prepared(self.shape, record, x, y, {**options, **given})

    def _empty_value(self, inputs: Inputs, options: Options) -> Tensor:
        """Return the memory of a value."""
        x, y = inputs[:2]
        dtype = torch.promote_types(x.dtype, y.dtype) if y.dtype.is_floating_point else x.dtype
        shape = list(x.shape)
        if self.shape.by_rows:
            shape.pop(options.get("axis", -1))
        made: Tensor = x.new_empty(shape if options.get("reduction") == "none" else [], dtype=dtype)
        return made

    def _laid(self, value: Tensor, x: Tensor) -> Tensor:
        """Return the value of each element with the strides of x, of each row in one piece."""
        if value.ndim == 0 or self.shape.by_rows:
            return value.contiguous()
        laid = torch.empty_like(x, dtype=value.dtype)
        return value if value.stride() == laid.stride() else laid.copy_(value)

    def _forward(self, *given: Any) -> list[Tensor]:
        inputs, (name, term, *code, wanted) = given[:_TENSORS], given[_TENSORS:]
        record, options = self._record(name, term), decoded(*code)
        at_once = any(wanted) and self._at_once(inputs[0], options)
        try:
            _, call, known, dtype = self._prepared(record, inputs, wanted, options)
            result = call.forward(known, dtype, slopes=at_once)
        except Declined:
            result = None
        if result is None:
            value = self._value(record, inputs, options).detach().clone()
            slopes = self._slopes(record, inputs, wanted, options, None) if at_once else []
        else:
            value, slopes = result.value, _each(result.slopes or (), inputs, wanted, options)
        return [self._laid(value, inputs[0]), *slopes]

    def _fake(self, *given: Any) -> list[Tensor]:
        inputs, (_, _, *code, wanted) = given[:_TENSORS], given[_TENSORS:]
        options = decoded(*code)
        value = self._laid(self._empty_value(inputs, options), inputs[0])
        at_once = self._at_once(inputs[0], options)
        return [value, *(_empty(inputs, wanted) if at_once else [])]

    def _backward(self, *given: Any) -> list[Tensor]:
        *others, wanted, cotangent = given
        inputs, (name, term, *code) = others[:_TENSORS], others[_TENSORS:]
        record, options = self._record(name, term), decoded(*code)
        try:
            _, call, known, dtype = self._prepared(record, inputs, wanted, options)
            found = call.backward(known, dtype, cotangent)
        except Declined:
            return self._slopes(record, inputs, wanted, options, cotangent)
        return _each(found, inputs, wanted, options)

    def _slopes(
        self,
        record: Any,
        inputs: Inputs,
        wanted: Sequence[bool],
        options: Options,
        cotangent: Tensor | None,
    ) -> list[Tensor]:
        """Return the wanted gradients by the plain path."""
        leaves = _leaves(inputs, wanted)
        with torch.enable_grad():
            value = self._value(record, leaves, options)
            by = [x for x, asked in zip(leaves, wanted, strict=True) if asked]
            return list(torch.autograd.grad(value, by, cotangent))

    @staticmethod
    def _keep(ctx: Any, inputs: Any, output: list[Tensor]) -> None:
        ctx.given = inputs[_TENSORS:]
        ctx.set_materialize_grads(False)
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(*inputs[:_TENSORS], *output[1:])

    def _pull(self, ctx: Any, cotangents: list[Tensor | None]) -> Any:
        inputs, slopes = ctx.saved_tensors[:_TENSORS], ctx.saved_tensors[_TENSORS:]
        (name, term, *code, wanted), cotangent = ctx.given, cotangents[0]
        # PyTorch takes an empty list of numbers for one of tensors.
        nothing: list[Any] = [*[None] * 4, None if code[2] else [], None]
        if cotangent is None:
            return *[None] * _TENSORS, *nothing
        if torch.is_grad_enabled():
            value = self._value(self._record(name, term), inputs, decoded(*code))
            by = [x for x, asked in zip(inputs, wanted, strict=True) if asked]
            found: Any = torch.autograd.grad(value, by, cotangent, create_graph=True)
        elif slopes:
            found = [torch.where(cotangent == 0, 0, slope * cotangent) for slope in slopes]
        else:
            found = self.backward(*inputs, *ctx.given, cotangent)
        each = iter(found)
        return *(next(each) if asked else None for asked in wanted), *nothing


def _leaves(inputs: Inputs, wanted: Iterable[bool]) -> list[Any]:
    """Return the inputs as leaves, by some of which there are gradients."""
    pairs = zip(inputs, wanted, strict=True)
    return [None if x is None else x.detach().requires_grad_(asked) for x, asked in pairs]


def _empty(inputs: Inputs, wanted: Sequence[bool]) -> list[Tensor]:
    pairs = zip(inputs[:_TENSORS], wanted, strict=True)
    return [torch.empty_like(x) for x, asked in pairs if asked]


def _each(
    slopes: Iterable[Any], inputs: Inputs, wanted: Sequence[bool], options: Options
) -> list[Tensor]:
    """Return the wanted gradients, which have the classes last, as their inputs are laid out."""
    triples = zip(slopes, inputs, wanted, strict=False)
    return [_like(slope, x, options) for slope, x, asked in triples if asked]


def _like(slope: Tensor, x: Tensor, options: Options) -> Tensor:
    slope = slope.movedim(-1, options.get("axis", -1))
    laid = torch.empty_like(x, device="meta").stride()
    return slope if slope.stride() == laid else torch.empty_like(x).copy_(slope)


class LossOperator(_Operator):
    """Losses of a shape of work as an operator, with gradients by the first input."""

    def __call__(self, record: Any, x: Tensor, y: Tensor, options: Options) -> Tensor | None:
        """Return the result for a call that is being traced; None: trace the plain path."""
        if self.reason(record, x, y, options) is not None:
            return None
        weights = [options.get(n) for n in _WEIGHTS]
        code = coded({n: v for n, v in options.items() if n not in _WEIGHTS})
        wanted = [torch.is_grad_enabled() and x.requires_grad, False, False, False]
        value: Tensor = self.forward(x, y, *weights, record.name, 0, *code, wanted)[0]
        return value

    @staticmethod
    def reason(record: Any, x: Tensor, y: Any, options: Options) -> str | None:
        """Return why no operator computes a call, None: it does, in code that Dynamo can trace."""
        why = _unrecorded(record, x, {n: v for n, v in options.items() if n not in _WEIGHTS})
        if why is not None:
            return why
        for other in (y, *(options.get(n) for n in _WEIGHTS)):
            why = None if other is None and other is not y else _company(x, other)
            if why is not None:
                return why
        return None if y.ndim > 0 else "the plain path reports the target's shape"


class MeasureOperator(_Operator):
    """The sums of measures' terms over rows as an operator, with gradients by the rows."""

    def __call__(self, record: Measure, x: Tensor, y: Any, options: Options) -> Any:
        """Return the sums of a measure's terms for a traced call; None: take the plain path."""
        if self.reason(record, x, y, options) is not None:
            return None
        enabled, code = torch.is_grad_enabled(), coded(options)
        given = [x, y if record.arity > 1 else None, None, None]
        wanted = [enabled and z is not None and z.requires_grad for z in given]
        terms = range(len(record.terms))
        return [self.forward(*given, record.name, i, *code, wanted)[0] for i in terms]

    def reason(self, record: Measure, x: Tensor, y: Any, options: Options) -> str | None:
        """Return why no operator computes a call, None: it does, in code that Dynamo can trace."""
        why = _unrecorded(record, x, options) or self._uncomputed(record, options)
        if why is not None:
            return why
        if not -x.ndim <= options.get("axis", -1) < x.ndim:
            return "the plain path looks at the axis"
        if record.arity == 1:
            return None
        alike = isinstance(y, Tensor) and _readable(y) and y.shape == x.shape
        return None if alike else "the plain path compares the shapes"

    def _uncomputed(self, record: Measure, options: Options) -> str | None:
        """Return why kernels don't compute a measure, None: they do."""
        if not self.shape.in_float64:
            return "one row of logits takes the plain path" if record.arity == 1 else None
        if record.shares or options.get("normalize"):
            return "masses are divided by their sum first"
        return None if record.summed else "there is nothing to sum"

    def _at_once(self, _x: Tensor, _options: Options) -> bool:
        return False

    def _record(self, name: str, term: int) -> Any:
        record: Any = catalogue.get(name)
        return single_terms(record)[term]

    def _value(self, record: Any, inputs: Inputs, options: Options) -> Tensor:
        total: Tensor = self._plain(record, *inputs[: record.arity], **options)[0]
        return total

    def _prepared(
        self, record: Any, inputs: Inputs, wanted: Sequence[bool], options: Options
    ) -> dispatch.Prepared:
        with torch.enable_grad():
            p, q, *_ = _leaves(inputs, wanted)
            return dispatch.prepared(self.shape, record, p, q, options)

    def _empty_value(self, inputs: Inputs, options: Options) -> Tensor:
        x, shape = inputs[0], list(inputs[0].shape)
        shape.pop(options.get("axis", -1))
        double = torch.float64 in {y.dtype for y in inputs if y is not None}
        wide = self.shape.in_float64 or double
        made: Tensor = x.new_empty(shape, dtype=torch.float64 if wide else torch.float32)
        return made


def _readable(x: Tensor) -> bool:
    """Return whether kernels can read a tensor, in code that Dynamo can trace."""
    if x.dtype not in _DTYPES or x.ndim == 0:
        return False
    return any(family.records(x) for family in dispatch.FAMILIES)


def _unrecorded(record: Any, x: Tensor, options: Options) -> str | None:
    """Return why no operator records a call whatever its other tensors, None: one may."""
    # Dynamo can trace this check of torch.func only.
    if torch._C._are_functorch_transforms_active():  # noqa: SLF001
        return "vmap, grad and jvp of torch.func need the differentiable path"
    if record.name not in catalogue.names():
        return "torch.compile finds records of the catalogue alone"
    if not is_codable(options):
        return "an operator takes options that are numbers or names"
    return None if _readable(x) else "no kernel reads such tensors"


def _company(x: Tensor, other: Any) -> str | None:
    """Return why no operator computes with another tensor, None: it does."""
    if not isinstance(other, Tensor):
        return "arrays are converted first"
    if other.requires_grad:
        return "a derivative by a target or weight needs the differentiable path"
    if other.device != x.device:
        return f"tensors are on different devices, {x.device} and {other.device}"
    return None
