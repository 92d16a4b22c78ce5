"""Custom PyTorch operators of measures, which torch.compile does not trace into."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from lossary.formulas import catalogue
from lossary.formulas.record import Measure
from lossary.kernels import dispatch
from lossary.kernels.distributions import single_terms
from lossary.kernels.eligibility import Declined
from lossary.kernels.interface import Options, Shape
from lossary.kernels.torch.loss_operators import like, readable, unrecorded
from lossary.kernels.torch.option_codes import coded, decoded

__all__ = ["MeasureOperator"]


class MeasureOperator:
    """The sums of a measure's terms over rows as an operator, with gradients by the rows.

    ``plain`` computes the sums of a record, of one or two tensors, and options on the plain path.
    ``wide``: sums are in float64 whatever the dtype of the rows.
    """

    def __init__(self, shape: Shape, plain: Callable[..., list[Tensor]], *, wide: bool) -> None:
        self.shape, self._plain, self._wide = shape, plain, wide
        name = f"lossary::{shape.name}"
        total: Any = torch.library.custom_op(name, self._forward, mutates_args=(), schema=_FORWARD)
        total.register_fake(self._fake)
        total.register_autograd(self._pull, setup_context=_keep)
        pulled: Any = torch.library.custom_op(
            f"{name}_backward", self._backward, mutates_args=(), schema=_BACKWARD
        )
        pulled.register_fake(_fake_slopes)
        self.total, self.pulled = total._opoverload, pulled._opoverload  # noqa: SLF001

    def __call__(self, record: Measure, x: Tensor, y: Any, options: Options) -> Any:
        """Return the sums of a measure's terms for a traced call; None: take the plain path."""
        if self.reason(record, x, y, options) is not None:
            return None
        code = coded(options)
        return [self.total(x, y, record.name, i, *code) for i in range(len(record.terms))]

    def reason(self, record: Measure, x: Tensor, y: Any, options: Options) -> str | None:
        """Return why no operator computes a call, None: it does, in code that Dynamo can trace."""
        why = unrecorded(record, x, options) or self._uncomputed(record, options)
        if why is not None:
            return why
        if not -x.ndim <= options.get("axis", -1) < x.ndim:
            return "the plain path looks at the axis"
        if record.arity == 1:
            return None
        alike = isinstance(y, Tensor) and readable(y) and y.shape == x.shape
        return None if alike else "the plain path compares the shapes"

    def _uncomputed(self, record: Measure, options: Options) -> str | None:
        """Return why kernels don't compute a measure, None: they do."""
        if not self._wide:
            return "one row of logits takes the plain path" if record.arity == 1 else None
        if record.shares or options.get("normalize"):
            return "masses are divided by their sum first"
        return None if record.summed else "there is nothing to sum"

    def _forward(
        self,
        p: Tensor,
        q: Tensor | None,
        name: str,
        index: int,
        texts: str,
        names: str,
        numbers: Sequence[float],
    ) -> Tensor:
        """Return the sums of a measure's term over rows."""
        asked, inputs = _Asked(name, index, texts, names, numbers), _given(p, q)
        try:
            _, call, known, dtype = self._prepared(asked, inputs)
            result = call.forward(known, dtype, slopes=False)
        except Declined:
            result = None
        if result is None:
            return self._total(asked, inputs).clone()
        value: Tensor = result.value
        return value

    def _fake(self, p: Tensor, q: Tensor | None, name: str, index: int, *code: Any) -> Tensor:
        asked, shape = _Asked(name, index, *code), list(p.shape)
        shape.pop(int(asked.options.get("axis", -1)))
        wide = self._wide or torch.float64 in {x.dtype for x in _given(p, q)}
        return p.new_empty(shape, dtype=torch.float64 if wide else torch.float32)

    def _backward(
        self,
        cotangent: Tensor,
        p: Tensor,
        q: Tensor | None,
        sides: Sequence[bool],
        name: str,
        index: int,
        texts: str,
        names: str,
        numbers: Sequence[float],
    ) -> list[Tensor]:
        """Return the gradients by the inputs that require one, times the cotangents of the rows."""
        asked, pairs = (
            _Asked(name, index, texts, names, numbers),
            zip(_given(p, q), sides, strict=True),
        )
        inputs = [x.detach().requires_grad_(side) for x, side in pairs]
        try:
            with torch.enable_grad():
                _, call, known, dtype = self._prepared(asked, inputs)
            found = [s for s in call.backward(known, dtype, cotangent) if s is not None]
        except Declined:
            found = self._slopes(asked, inputs, cotangent)
        leaves = [x for x in inputs if x.requires_grad]
        return [like(s, x, asked.options) for s, x in zip(found, leaves, strict=True)]

    def _pull(self, ctx: Any, cotangent: Tensor) -> Any:
        inputs = [x for x in ctx.saved_tensors if x is not None]
        sides = list(ctx.needs_input_grad[: len(inputs)])
        if torch.is_grad_enabled():
            found = self._slopes(_Asked(*ctx.asked), inputs, cotangent, create_graph=True)
        else:
            found = self.pulled(cotangent, *ctx.saved_tensors, sides, *ctx.asked)
        each = iter(found)
        return tuple(next(each) if wanted else None for wanted in ctx.needs_input_grad)

    def _total(self, asked: "_Asked", inputs: Sequence[Tensor]) -> Tensor:
        """Return the sums of the term on the plain path."""
        return self._plain(asked.part, *inputs, **asked.options)[0]

    def _slopes(
        self, asked: "_Asked", inputs: Sequence[Tensor], cotangent: Tensor, **how: bool
    ) -> list[Tensor]:
        """Return the gradients by the inputs that require one, by the plain path."""
        wanted = [x for x in inputs if x.requires_grad]
        with torch.enable_grad():
            return list(torch.autograd.grad(self._total(asked, inputs), wanted, cotangent, **how))

    def _prepared(self, asked: "_Asked", inputs: Sequence[Tensor]) -> dispatch.Prepared:
        p, q = inputs[0], inputs[1] if len(inputs) > 1 else None
        return dispatch.prepared(self.shape, asked.part, p, q, asked.options)


_OPTIONS = "str name, int index, str texts, str names, float[] numbers"
_FORWARD = f"(Tensor p, Tensor? q, {_OPTIONS}) -> Tensor"
_BACKWARD = f"(Tensor cotangent, Tensor p, Tensor? q, bool[] sides, {_OPTIONS}) -> Tensor[]"


class _Asked:
    """The arguments of an operator: a measure of one term, and its options."""

    def __init__(self, name: str, index: int, *code: Any) -> None:
        record: Any = catalogue.get(name)
        self.part, self.options = single_terms(record)[index], decoded(*code)


def _given(p: Tensor, q: Tensor | None) -> list[Tensor]:
    return [p] if q is None else [p, q]


def _fake_slopes(
    _cotangent: Tensor, p: Tensor, q: Tensor | None, sides: Sequence[bool], *_: Any
) -> list[Tensor]:
    pairs = zip(_given(p, q), sides, strict=True)
    return [torch.empty_like(x) for x, side in pairs if side]


def _keep(ctx: Any, inputs: Any, output: Tensor) -> None:  # noqa: ARG001
    p, q, *ctx.asked = inputs
    ctx.save_for_backward(p, q)
