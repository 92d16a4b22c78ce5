"""Linear heads beside the loss of all logits, in wider numbers."""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS
from lossary.kernels import eligibility
from lossary.torch import linear_loss
from support.kernels import EPS, kernels, wide

ROWS, HIDDEN = 13, 6
NARROW, WIDE = 7, 1500
IGNORED = -100
MARGINS = [n for n in catalogue.names("pointwise") if catalogue.get(n).target == SIGNS]


class Drawn(NamedTuple):
    """What a head is called with."""

    hidden: Tensor
    weight: Tensor
    target: Tensor
    bias: Tensor | None


def drawn(
    classes: int = WIDE,
    dtype: torch.dtype = torch.float32,
    *,
    dense: bool = False,
    rows: int = ROWS,
) -> Drawn:
    """Hidden states, a projection and classes, of which one is ignored, or distributions."""
    g = torch.Generator().manual_seed(classes + dense)
    made: Any = {"generator": g, "dtype": torch.float64}
    target = torch.randint(classes, (rows,), generator=g)
    target[rows // 2] = IGNORED
    if dense:
        target = torch.softmax(3 * torch.randn(rows, classes, **made), 1)
    hidden, weight = torch.randn(rows, HIDDEN, **made), torch.randn(classes, HIDDEN, **made)
    bias = torch.randn(classes, **made)
    return Drawn(hidden.to(dtype), weight.to(dtype), _wider(target, dtype), bias.to(dtype))


def _wider(x: Tensor, dtype: torch.dtype) -> Tensor:
    return x.to(torch.promote_types(dtype, torch.float32)) if x.is_floating_point() else x


def weights(classes: int, dtype: torch.dtype) -> dict[str, Tensor]:
    """Weights of rows, one of them 0, and of classes."""
    g = torch.Generator().manual_seed(1)
    of_rows, of_classes = (torch.rand(n, generator=g, dtype=dtype) for n in (ROWS, classes))
    of_rows[3] = 0
    return {"sample_weight": of_rows, "class_weight": of_classes}


def full(
    hidden: Tensor,
    weight: Tensor,
    target: Tensor,
    bias: Tensor | None = None,
    *,
    loss: str = "softmax_cross_entropy",
    **options: Any,
) -> Any:
    """The same loss of logits that are all there."""
    z = functional.linear(hidden, weight, bias)
    if not target.is_floating_point():
        options = {"ignore_index": IGNORED, **options}
    if loss in MARGINS:
        return ls.multiclass_margin(z, target, loss=loss, **options)
    return getattr(ls, loss)(z, target, **options)


def outcome(head: Any, inputs: Any, above: Tensor | None = None, **options: Any) -> list[Tensor]:
    """A loss and its gradients by hidden states, weights and bias."""
    leaves = [x.detach().clone().requires_grad_() for x in (inputs[0], inputs[1], inputs[3])]
    value = head(leaves[0], leaves[1], inputs[2], leaves[2], **options)
    value.backward(torch.ones_like(value) if above is None else above.to(value.dtype))
    return [value.detach(), *(x.grad for x in leaves)]


def truth(inputs: Any, above: Tensor | None = None, **options: Any) -> list[Tensor]:
    """What :func:`outcome` is of all logits, in float64 on the plain path."""
    doubled = [wide(x) for x in inputs]
    if doubled[2].is_floating_point():
        doubled[2] = doubled[2] / doubled[2].sum(-1, keepdim=True)
    options = {name: wide(x) for name, x in options.items()}
    with eligibility.plain():
        return outcome(full, doubled, above, **options)


def assert_near(got: Any, expected: Any, eps: float, names="value hidden weight bias") -> None:
    """Fail where a tensor is off by more than so many eps of its largest element."""
    for name, a, b in zip(names.split(), got, expected, strict=True):
        assert a.shape == b.shape
        size = b.double().abs().max().clamp(min=torch.finfo(torch.float32).tiny)
        error = float((a.double() - b.double()).abs().max() / size) / EPS[a.dtype]
        assert error <= eps, f"{name}: {error:.3g} eps of the largest element, {eps:g} allowed"


def check(inputs: Drawn, eps: float = 32, above: Tensor | None = None, **options: Any) -> None:
    """Compare value and gradients, and the value where no gradient is asked for."""
    only_here = {name: options.pop(name) for name in ("chunk",) if name in options}
    expected = truth(inputs, above, **options)
    with kernels():
        got = outcome(linear_loss, inputs, above, **options, **only_here)
    assert_near(got, expected, eps)
    with torch.no_grad():
        alone = linear_loss(*inputs, **options, **only_here)
    assert_near([alone], expected[:1], eps, "value")
    assert not alone.requires_grad
