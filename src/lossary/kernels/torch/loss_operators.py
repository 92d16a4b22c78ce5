"""Custom PyTorch operators of losses, which torch.compile does not trace into.

An autograd.Function costs less in eager mode (a tenth of a millisecond less on small inputs), so
operators are used under tracing only.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from lossary.formulas import catalogue
from lossary.kernels import dispatch
from lossary.kernels.eligibility import Declined
from lossary.kernels.interface import Options, Shape
from lossary.kernels.torch.option_codes import coded, decoded, is_codable

__all__ = ["LossOperator", "like", "readable", "unrecorded"]

_DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
_WEIGHTS = ("sample_weight", "class_weight")


def readable(x: Tensor) -> bool:
    """Return whether kernels can read a tensor, in code that Dynamo can trace."""
    if x.dtype not in _DTYPES or x.ndim == 0:
        return False
    return any(family.records(x) for family in dispatch.FAMILIES)


def unrecorded(record: Any, x: Tensor, options: Options) -> str | None:
    """Return why no operator records a call whatever its other tensors, None: one may."""
    # Dynamo can trace this check of torch.func only.
    if torch._C._are_functorch_transforms_active():  # noqa: SLF001
        return "vmap, grad and jvp of torch.func need the differentiable path"
    if record.name not in catalogue.names():
        return "torch.compile finds records of the catalogue alone"
    if not is_codable(options):
        return "an operator takes options that are numbers or names"
    return None if readable(x) else "no kernel reads such tensors"


def _company(x: Tensor, other: Any) -> str | None:
    """Return why no operator computes with another tensor, None: it does."""
    if not isinstance(other, Tensor):
        return "arrays are converted first"
    if other.requires_grad:
        return "a derivative by a target or weight needs the differentiable path"
    if other.device != x.device:
        return f"{other.device} and {x.device} do not go together"
    return None


class LossOperator:
    """The losses of a shape of work as an operator, with gradients by the first input.

    ``plain`` computes a record, two tensors and options on the plain path: for invalid values and
    their errors, and for a second derivative.
    """

    def __init__(self, shape: Shape, plain: Callable[..., Any]) -> None:
        self.shape, self._plain = shape, plain
        name = f"lossary::{shape.name}"
        loss: Any = torch.library.custom_op(name, self._forward, mutates_args=(), schema=_FORWARD)
        loss.register_fake(self._fake)
        loss.register_autograd(self._pull, setup_context=_keep)
        pulled: Any = torch.library.custom_op(
            f"{name}_backward", self._backward, mutates_args=(), schema=_BACKWARD
        )
        pulled.register_fake(lambda _cotangent, x, *_: torch.empty_like(x))
        self.loss, self.pulled = loss._opoverload, pulled._opoverload  # noqa: SLF001

    def __call__(self, record: Any, x: Tensor, y: Tensor, options: Options) -> Tensor | None:
        """Return the result for a call that is being traced; None: trace the plain path."""
        if self.reason(record, x, y, options) is not None:
            return None
        weights = [options.get(n) for n in _WEIGHTS]
        code = coded({n: v for n, v in options.items() if n not in _WEIGHTS})
        wanted = torch.is_grad_enabled() and x.requires_grad
        value: Tensor = self.loss(x, y, *weights, record.name, *code, wanted)[0]
        return value

    @staticmethod
    def reason(record: Any, x: Tensor, y: Any, options: Options) -> str | None:
        """Return why no operator computes a call, None: it does, in code that Dynamo can trace."""
        why = unrecorded(record, x, {n: v for n, v in options.items() if n not in _WEIGHTS})
        if why is not None:
            return why
        for other in (y, *(options.get(n) for n in _WEIGHTS)):
            why = None if other is None and other is not y else _company(x, other)
            if why is not None:
                return why
        return None if y.ndim > 0 else "the plain path reports the target's shape"

    def _forward(
        self,
        x: Tensor,
        y: Tensor,
        weight: Tensor | None,
        class_weight: Tensor | None,
        name: str,
        texts: str,
        names: str,
        numbers: Sequence[float],
        wanted: bool,
    ) -> tuple[Tensor, Tensor]:
        """Return a loss and its gradient by the first input, empty if it is computed later."""
        asked = _Asked(self, (x, y, weight, class_weight), name, texts, names, numbers)
        at_once = wanted and _at_once(x, asked.options)
        try:
            _, call, inputs, dtype = asked.prepared()
            result = call.forward(inputs, dtype, slopes=at_once)
        except Declined:
            result = None
        if result is None:
            value, by_score = asked.plainly(slopes=at_once)
            return self._laid(value, x), by_score
        if not result.slopes:
            return self._laid(result.value, x), x.new_empty(0)
        slope: Any = result.slopes[0]
        return result.value, like(slope, x, asked.options)

    def _fake(
        self, x: Tensor, y: Tensor, _weight: Any, _classes: Any, _name: str, *others: Any
    ) -> tuple[Tensor, Tensor]:
        *code, wanted = others
        options = decoded(*code)
        dtype = torch.promote_types(x.dtype, y.dtype) if y.dtype.is_floating_point else x.dtype
        shape = list(x.shape)
        if self.shape.by_rows:
            shape.pop(options.get("axis", -1))
        each = options.get("reduction") == "none"
        value = self._laid(x.new_empty(shape if each else [], dtype=dtype), x)
        at_once = wanted and _at_once(x, options)
        return value, torch.empty_like(x) if at_once else x.new_empty(0)

    def _backward(
        self,
        cotangent: Tensor,
        x: Tensor,
        y: Tensor,
        weight: Tensor | None,
        class_weight: Tensor | None,
        name: str,
        texts: str,
        names: str,
        numbers: Sequence[float],
    ) -> Tensor:
        """Return the gradient by the first input, times the cotangent of the loss."""
        asked = _Asked(self, (x, y, weight, class_weight), name, texts, names, numbers)
        try:
            _, call, inputs, dtype = asked.prepared()
            slope: Any = call.backward(inputs, dtype, cotangent)[0]
        except Declined:
            return asked.slope(cotangent)
        return like(slope, x, asked.options)

    def _pull(self, ctx: Any, cotangent: Tensor | None, _: Tensor | None) -> Any:
        *inputs, slope = ctx.saved_tensors
        nothing = (None,) * 8
        if cotangent is None:
            return None, *nothing
        if torch.is_grad_enabled():
            asked = _Asked(self, inputs, *ctx.asked)
            value = self.plain(asked, *inputs)
            found = torch.autograd.grad(value, inputs[0], cotangent, create_graph=True)
            return found[0], *nothing
        if slope.numel() or not inputs[0].numel():
            return torch.where(cotangent == 0, 0, slope * cotangent), *nothing
        return self.pulled(cotangent, *inputs, *ctx.asked), *nothing

    def plain(self, asked: "_Asked", *inputs: Tensor | None) -> Tensor:
        """Compute a call on the plain path."""
        x, y, *weights = inputs
        given = {n: w for n, w in zip(_WEIGHTS, weights, strict=True) if w is not None}
        value: Tensor = self._plain(asked.record, x, y, **{**asked.options, **given})
        return value

    def _laid(self, value: Tensor, x: Tensor) -> Tensor:
        """Return the loss of each element with the strides of x, of each row in one piece."""
        if value.ndim == 0:
            return value
        if self.shape.by_rows:
            return value.contiguous()
        laid = torch.empty_like(x, dtype=value.dtype)
        return value if value.stride() == laid.stride() else laid.copy_(value)


_INPUTS = (
    "Tensor x, Tensor y, Tensor? weight, Tensor? class_weight, "
    "str name, str texts, str names, float[] numbers"
)
_FORWARD = f"({_INPUTS}, bool wanted) -> (Tensor, Tensor)"
_BACKWARD = f"(Tensor cotangent, {_INPUTS}) -> Tensor"


class _Asked:
    """The arguments of an operator, as a call."""

    def __init__(
        self, operator: LossOperator, inputs: Sequence[Any], name: str, *code: Any
    ) -> None:
        self._operator, self._inputs = operator, inputs
        self.record, self.options = catalogue.get(name), decoded(*code)

    def plainly(self, *, slopes: bool) -> tuple[Tensor, Tensor]:
        """Return the value by the plain path, with the gradient if requested."""
        value = self._operator.plain(self, *self._inputs).detach().clone()
        none = self._inputs[0].new_empty(0)
        return value, self.slope(torch.ones_like(value)) if slopes else none

    def slope(self, cotangent: Tensor) -> Tensor:
        """Return the gradient by the plain path."""
        x = self._inputs[0].detach().requires_grad_()
        with torch.enable_grad():
            value = self._operator.plain(self, x, *self._inputs[1:])
            found: Tensor = torch.autograd.grad(value, x, cotangent)[0]
        return found

    def prepared(self) -> dispatch.Prepared:
        """Return the prepared call, or raise Declined."""
        x, y, *weights = self._inputs
        given = dict(zip(_WEIGHTS, weights, strict=True))
        options = {**self.options, **given}
        return dispatch.prepared(self._operator.shape, self.record, x, y, options)


def _at_once(x: Tensor, options: Options) -> bool:
    """Return whether the gradient is computed with the value: see autograd.apply."""
    return options.get("reduction") != "none" and x.dtype != torch.float16


def like(slope: Tensor, x: Tensor, options: Options) -> Tensor:
    """Return a gradient, which has the classes last, with the axes and strides of x."""
    slope = slope.movedim(-1, options.get("axis", -1))
    laid = torch.empty_like(x, device="meta").stride()
    return slope if slope.stride() == laid else torch.empty_like(x).copy_(slope)


def _keep(ctx: Any, inputs: Any, output: tuple[Tensor, Tensor]) -> None:
    ctx.asked = inputs[4:8]
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*inputs[:4], output[1])
