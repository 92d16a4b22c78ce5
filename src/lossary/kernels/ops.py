"""Custom PyTorch operators of loss kernels, which torch.compile does not trace into.

An autograd.Function costs less in eager mode (a tenth of a millisecond less on small inputs), so
operators are used under tracing only.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from lossary.formulas import catalogue
from lossary.kernels import lanes
from lossary.kernels.call import Call, Inputs
from lossary.kernels.plan import Declined

__all__ = ["like", "readable", "traced"]

_DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.float16)
_WHOLE = ("axis", "ignore_index", "inplace")


def traced(lane: str, record: Any, x: Tensor, y: Tensor, options: dict[str, Any]) -> Tensor | None:
    """Return the operator's result for a call that is being traced; None: trace the plain path."""
    given = {n: v for n, v in options.items() if v is not None}
    weights = [given.pop(n, None) for n in ("sample_weight", "class_weight")]
    reduction = given.pop("reduction", "mean")
    inputs = [x, y, *weights]
    if not _usual(lane, record, inputs, given):
        return None
    names, numbers = " ".join(given), [float(v) for v in given.values()]
    asked = torch.is_grad_enabled() and x.requires_grad
    value: Tensor = _loss(x, y, *weights, lane, record.name, reduction, names, numbers, asked)[0]
    return value


def _usual(lane: str, record: Any, inputs: list[Any], options: dict[str, Any]) -> bool:
    """Return whether an operator computes a call, in code that Dynamo can trace."""
    x, y = inputs[0], inputs[1]
    # An operator has no rule for torch.func's transforms; Dynamo can trace this check only.
    if torch._C._are_functorch_transforms_active():  # noqa: SLF001
        return False
    if lane not in lanes.PLAIN or record.name not in catalogue.names():
        return False
    for other in inputs[1:]:
        if other is None:
            continue
        if not isinstance(other, Tensor) or other.requires_grad or other.device.type != "cpu":
            return False
    if not all(isinstance(v, int | float) for v in options.values()):
        return False
    return readable(x) and y.ndim > 0


def readable(x: Tensor) -> bool:
    """Return whether kernels can read a tensor, in code that Dynamo can trace."""
    return x.device.type == "cpu" and x.dtype in _DTYPES and x.ndim > 0


def _options(reduction: str, names: str, numbers: Sequence[float]) -> dict[str, Any]:
    pairs = zip(names.split(), numbers, strict=True)
    return {"reduction": reduction, **{n: int(v) if n in _WHOLE else v for n, v in pairs}}


class _Asked:
    """The arguments of an operator, as a call."""

    def __init__(self, inputs: Sequence[Any], lane: str, name: str, options: Any) -> None:
        x, y, weight, class_weight = inputs
        self.lane, self.record, self.tensors = lane, catalogue.get(name), inputs
        self.options = {**options, "sample_weight": weight, "class_weight": class_weight}
        self.x: Tensor = x
        self.y: Tensor = y

    def plain(self, *inputs: Tensor | None) -> Tensor:
        """Compute the call on the plain path."""
        options = {**self.options, "sample_weight": inputs[2], "class_weight": inputs[3]}
        value: Tensor = lanes.PLAIN[self.lane](self.record, inputs[0], inputs[1], **options)
        return value

    def plainly(self, *, slopes: bool) -> tuple[Tensor, Tensor]:
        """Return the value by the plain path, with the gradient if requested."""
        value = self.plain(*self.tensors).detach().clone()
        return value, self.slope(torch.ones_like(value)) if slopes else self.x.new_empty(0)

    def slope(self, cotangent: Tensor) -> Tensor:
        """Return the gradient by the plain path."""
        x = self.x.detach().requires_grad_()
        with torch.enable_grad():
            value = self.plain(x, *self.tensors[1:])
            (slope,) = torch.autograd.grad(value, x, cotangent)
        return slope

    def prepared(self) -> tuple[Call, Inputs, Any]:
        """Return the prepared call."""
        prepare = getattr(lanes, self.lane)
        prepared: tuple[Call, Inputs, Any] = prepare(self.record, self.x, self.y, self.options)
        return prepared


@torch.library.custom_op("lossary::loss", mutates_args=())
def _loss(
    x: Tensor,
    y: Tensor,
    weight: Tensor | None,
    class_weight: Tensor | None,
    lane: str,
    record: str,
    reduction: str,
    names: str,
    numbers: Sequence[float],
    slopes: bool,
) -> tuple[Tensor, Tensor]:
    """Return a loss and its gradient by the first input, empty if it is computed later."""
    options = _options(reduction, names, numbers)
    asked = _Asked((x, y, weight, class_weight), lane, record, options)
    at_once = slopes and _at_once(x, reduction)
    try:
        call, known, dtype = asked.prepared()
        result = call.forward(known, dtype, slopes=at_once)
    except Declined:
        result = None
    if result is None:
        value, by_score = asked.plainly(slopes=at_once)
        return _laid(value, x, lane), by_score
    if not result.slopes:
        return _laid(result.value, x, lane), x.new_empty(0)
    slope: Any = result.slopes[0]
    return result.value, like(slope, x, options)


@_loss.register_fake
def _(
    x: Tensor,
    y: Tensor,
    weight: Tensor | None,  # noqa: ARG001 - shapes follow from the others alone
    class_weight: Tensor | None,  # noqa: ARG001
    lane: str,
    record: str,  # noqa: ARG001
    reduction: str,
    names: str,
    numbers: Sequence[float],
    slopes: bool,
) -> tuple[Tensor, Tensor]:
    dtype = torch.promote_types(x.dtype, y.dtype) if y.dtype.is_floating_point else x.dtype
    shape = list(x.shape)
    if lane == "rowwise":
        shape.pop(int(_options(reduction, names, numbers).get("axis", -1)))
    value = x.new_empty(shape if reduction == "none" else [], dtype=dtype)
    value = _laid(value, x, lane)
    at_once = slopes and _at_once(x, reduction)
    return value, torch.empty_like(x) if at_once else x.new_empty(0)


@torch.library.custom_op("lossary::loss_backward", mutates_args=())
def _pulled(
    cotangent: Tensor,
    x: Tensor,
    y: Tensor,
    weight: Tensor | None,
    class_weight: Tensor | None,
    lane: str,
    record: str,
    reduction: str,
    names: str,
    numbers: Sequence[float],
) -> Tensor:
    """Return the gradient by the first input, times the cotangent of the loss."""
    options = _options(reduction, names, numbers)
    asked = _Asked((x, y, weight, class_weight), lane, record, options)
    try:
        call, known, dtype = asked.prepared()
        slope: Any = call.backward(known, dtype, cotangent)[0]
    except Declined:
        return asked.slope(cotangent)
    return like(slope, x, options)


@_pulled.register_fake
def _(cotangent: Tensor, x: Tensor, *_: Any) -> Tensor:  # noqa: ARG001
    return torch.empty_like(x)


def _at_once(x: Tensor, reduction: str) -> bool:
    """Return whether the gradient is computed with the value: see autograd.apply."""
    return reduction != "none" and x.dtype != torch.float16


def like(slope: Tensor, x: Tensor, options: dict[str, Any]) -> Tensor:
    """Return a gradient, which has the classes last, with the axes and strides of x."""
    slope = slope.movedim(-1, options.get("axis", -1))
    laid = torch.empty_like(x, device="meta").stride()
    return slope if slope.stride() == laid else torch.empty_like(x).copy_(slope)


def _laid(value: Tensor, x: Tensor, lane: str) -> Tensor:
    """Return the loss of each element with the strides of x, the loss of each row in one piece."""
    if value.ndim == 0:
        return value
    if lane != "pointwise":
        return value.contiguous()
    laid = torch.empty_like(x, dtype=value.dtype)
    return value if value.stride() == laid.stride() else laid.copy_(value)


def _keep(ctx: Any, inputs: Any, output: tuple[Tensor, Tensor]) -> None:
    ctx.asked = inputs[4:9]
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*inputs[:4], output[1])


def _pull(ctx: Any, cotangent: Tensor | None, _: Tensor | None) -> Any:
    *inputs, slope = ctx.saved_tensors
    nothing = (None,) * 9
    if cotangent is None:
        return None, *nothing
    lane, record, reduction, names, numbers = ctx.asked
    if torch.is_grad_enabled():
        asked = _Asked(inputs, lane, record, _options(reduction, names, numbers))
        found = torch.autograd.grad(asked.plain(*inputs), inputs[0], cotangent, create_graph=True)
        return found[0], *nothing
    if slope.numel() or not inputs[0].numel():
        return torch.where(cotangent == 0, 0, slope * cotangent), *nothing
    return _pulled(cotangent, *inputs, *ctx.asked), *nothing


_loss.register_autograd(_pull, setup_context=_keep)
