"""Newton's method for smooth convex functions."""

from collections.abc import Callable

import torch
from torch import Tensor

__all__ = ["newton_minimum"]

MAX_STEPS, MAX_PRODUCTS = 100, 2000
GRADIENT_TOLERANCE = 1e-13


def newton_minimum(loss: Callable[[Tensor], Tensor], start: Tensor) -> Tensor:
    """Return the minimiser of a strictly convex function of a vector, to rounding error.

    Newton steps by conjugate gradients, with a backtracking line search (Nocedal and Wright,
    Numerical Optimization, 2006).
    """
    at, scale = start, 0.0
    for _ in range(MAX_STEPS):
        point = at.detach().requires_grad_()
        value = loss(point)
        (gradient,) = torch.autograd.grad(value, point, create_graph=True)
        size = float(gradient.detach().norm())
        scale = max(scale, size)
        if size <= GRADIENT_TOLERANCE * scale:
            break
        step = _solution(point, gradient)
        before, fall, reach = float(value.detach()), float(gradient.detach() @ step), 1.0
        while float(loss(at - reach * step)) > before - 1e-4 * reach * fall:
            reach /= 2
            if reach * fall <= GRADIENT_TOLERANCE * abs(before):
                break
        at = at - reach * step
    return at


def _solution(point: Tensor, gradient: Tensor) -> Tensor:
    """Return the Hessian's inverse times the gradient, by conjugate gradients."""
    target = gradient.detach()
    found, rest = torch.zeros_like(target), target.clone()
    direction, square = rest.clone(), float(rest @ rest)
    least = 1e-24 * square
    for _ in range(MAX_PRODUCTS):
        if square <= least:
            break
        image = torch.autograd.grad(gradient @ direction, point, retain_graph=True)[0]
        length = square / float(direction @ image)
        found, rest = found + length * direction, rest - length * image
        before, square = square, float(rest @ rest)
        direction = rest + square / before * direction
    return found
