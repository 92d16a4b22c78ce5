"""Custom PyTorch operators of measure kernels, which torch.compile does not trace into."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from lossary.formulas import catalogue
from lossary.formulas.record import Measure
from lossary.kernels import ops, pair_lanes
from lossary.kernels.call import Call, Inputs
from lossary.kernels.plan import Declined

__all__ = ["traced"]

_WHOLE = ("axis", "normalize")


def traced(
    space: str, record: Measure, p: Tensor, q: Any, options: Mapping[str, Any]
) -> list[Tensor] | None:
    """Return the sums of a measure's terms for a call that is being traced; None: plain path."""
    if not _usual(space, record, p, q, options):
        return None
    names, numbers = " ".join(options), [float(v) for v in options.values()]
    return [_measure(p, q, space, record.name, i, names, numbers) for i in range(len(record.terms))]


def _usual(space: str, record: Measure, p: Tensor, q: Any, options: Mapping[str, Any]) -> bool:
    """Return whether an operator computes a call, in code that Dynamo can trace."""
    if torch._C._are_functorch_transforms_active():  # noqa: SLF001 - see ops.traced
        return False
    if not space and (record.shares or options["normalize"] or not record.summed):
        return False
    if (space and record.arity == 1) or record.name not in catalogue.names():
        return False
    if not all(isinstance(v, int | float) for v in options.values()):
        return False
    if not ops.readable(p) or not -p.ndim <= options["axis"] < p.ndim:
        return False
    return record.arity == 1 or (isinstance(q, Tensor) and ops.readable(q) and q.shape == p.shape)


class _Asked:
    """The arguments of an operator, as a sum of one term."""

    def __init__(
        self, space: str, name: str, index: int, names: str, numbers: Sequence[float]
    ) -> None:
        record: Any = catalogue.get(name)
        self.space, self.part = space, pair_lanes.single(record)[index]
        pairs = zip(names.split(), numbers, strict=True)
        self.options = {n: int(v) if n in _WHOLE else v for n, v in pairs}

    def plain(self, inputs: Sequence[Tensor]) -> Tensor:
        """Compute the sum on the plain path."""
        total: Tensor = pair_lanes.PLAIN[self.space](self.part, *inputs, **self.options)[0]
        return total

    def slopes(self, inputs: Sequence[Tensor], cotangent: Tensor, **how: bool) -> list[Tensor]:
        """Return the gradients by the inputs that require one, by the plain path."""
        asked = [x for x in inputs if x.requires_grad]
        with torch.enable_grad():
            return list(torch.autograd.grad(self.plain(inputs), asked, cotangent, **how))

    def prepared(self, inputs: Sequence[Tensor]) -> tuple[Call, Inputs, Any]:
        """Return the prepared sum."""
        p, q = inputs[0], inputs[1] if len(inputs) > 1 else None
        return pair_lanes.SPACES[self.space](self.part, p, q, self.options)


def _given(p: Tensor, q: Tensor | None) -> list[Tensor]:
    return [p] if q is None else [p, q]


@torch.library.custom_op("lossary::measure", mutates_args=())
def _measure(
    p: Tensor,
    q: Tensor | None,
    space: str,
    record: str,
    index: int,
    names: str,
    numbers: Sequence[float],
) -> Tensor:
    """Return the sums of a measure's term over rows."""
    asked, inputs = _Asked(space, record, index, names, numbers), _given(p, q)
    try:
        call, known, dtype = asked.prepared(inputs)
        result = call.forward(known, dtype, slopes=False)
    except Declined:
        result = None
    value: Tensor = asked.plain(inputs).clone() if result is None else result.value
    return value


@_measure.register_fake
def _(
    p: Tensor,
    q: Tensor | None,
    space: str,
    record: str,
    index: int,
    names: str,
    numbers: Sequence[float],
) -> Tensor:
    asked, shape = _Asked(space, record, index, names, numbers), list(p.shape)
    shape.pop(int(asked.options["axis"]))
    wide = not space or torch.float64 in {x.dtype for x in _given(p, q)}
    return p.new_empty(shape, dtype=torch.float64 if wide else torch.float32)


@torch.library.custom_op("lossary::measure_backward", mutates_args=())
def _pulled(
    cotangent: Tensor,
    p: Tensor,
    q: Tensor | None,
    sides: Sequence[bool],
    space: str,
    record: str,
    index: int,
    names: str,
    numbers: Sequence[float],
) -> list[Tensor]:
    """Return the gradients by the inputs that require one, times the cotangents of the rows."""
    asked = _Asked(space, record, index, names, numbers)
    inputs = [x.detach().requires_grad_(side) for x, side in zip(_given(p, q), sides, strict=True)]
    try:
        with torch.enable_grad():
            call, known, dtype = asked.prepared(inputs)
        found = [s for s in call.backward(known, dtype, cotangent) if s is not None]
    except Declined:
        found = asked.slopes(inputs, cotangent)
    leaves = [x for x in inputs if x.requires_grad]
    return [ops.like(s, x, asked.options) for s, x in zip(found, leaves, strict=True)]


@_pulled.register_fake
def _(
    cotangent: Tensor,  # noqa: ARG001
    p: Tensor,
    q: Tensor | None,
    sides: Sequence[bool],
    *_: Any,
) -> list[Tensor]:
    asked = zip(_given(p, q), sides, strict=True)
    return [torch.empty_like(x) for x, side in asked if side]


def _keep(ctx: Any, inputs: Any, output: Tensor) -> None:  # noqa: ARG001
    p, q, *ctx.asked = inputs
    ctx.save_for_backward(p, q)


def _pull(ctx: Any, cotangent: Tensor) -> Any:
    inputs = [x for x in ctx.saved_tensors if x is not None]
    sides = list(ctx.needs_input_grad[: len(inputs)])
    if torch.is_grad_enabled():
        found = _Asked(*ctx.asked).slopes(inputs, cotangent, create_graph=True)
    else:
        found = _pulled(cotangent, *ctx.saved_tensors, sides, *ctx.asked)
    each = iter(found)
    slopes = [next(each) if asked else None for asked in ctx.needs_input_grad]
    return tuple(slopes)


_measure.register_autograd(_pull, setup_context=_keep)
