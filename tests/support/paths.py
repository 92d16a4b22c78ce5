"""A result by its kernel, and by the plain path beside it."""

from collections.abc import Callable

import torch

from lossary.kernels import eligibility
from support.kernels import kernels


def graded(loss: Callable[[], torch.Tensor], *leaves: torch.Tensor) -> list[torch.Tensor]:
    """A loss and its gradients under cotangents of every size, one of them 0."""
    value = loss()
    above = torch.linspace(0, 1.5, value.numel() or 1, dtype=value.dtype).reshape(value.shape)
    above = above + (value.ndim == 0)
    return [value.detach(), *torch.autograd.grad(value, leaves, above)]


def beside_plain(loss: Callable[[], torch.Tensor], *leaves: torch.Tensor, eps: float) -> None:
    """Fail where value or gradients by the kernel are further than so many eps from the plain."""
    with kernels():
        fast = graded(loss, *leaves)
    with eligibility.plain():
        plain = graded(loss, *leaves)
    for x, y in zip(fast, plain, strict=True):
        kind = torch.finfo(y.dtype)
        allowed = {"rtol": eps * kind.eps, "atol": kind.smallest_normal}
        torch.testing.assert_close(x, y, **allowed, equal_nan=True)
