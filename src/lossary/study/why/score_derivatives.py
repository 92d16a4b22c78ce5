"""Derivatives of a loss with respect to the scores of each row."""

import torch
from torch import Tensor

from lossary.study.candidates import Candidate

__all__ = ["gradient_norms", "margins", "score_gradients", "score_hessians"]


def score_gradients(candidate: Candidate, scores: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of each row's loss with respect to its scores (rows, outputs)."""
    z = scores.detach().requires_grad_()
    total = candidate.mean_losses(z[None], y).sum() * len(z)
    return torch.autograd.grad(total, z)[0]


def score_hessians(candidate: Candidate, scores: Tensor, y: Tensor) -> Tensor:
    """Return the Hessian of each row's loss with respect to its scores (rows, outputs, outputs)."""
    z = scores.detach().requires_grad_()
    total = candidate.mean_losses(z[None], y).sum() * len(z)
    (gradient,) = torch.autograd.grad(total, z, create_graph=True)
    outputs = range(z.shape[1])
    columns = [torch.autograd.grad(gradient[:, j].sum(), z, retain_graph=True)[0] for j in outputs]
    return torch.stack(columns, dim=1)


def gradient_norms(gradient: Tensor) -> Tensor:
    """Return the Euclidean norm of each row's gradient."""
    length: Tensor = torch.linalg.vector_norm(gradient, dim=1)
    return length


def margins(scores: Tensor, y: Tensor) -> Tensor:
    """Return the margin of each row: the right class's score minus the largest other one.

    With one output, the score with the sign of the right class.
    """
    if scores.shape[1] == 1:
        return scores[:, 0] * (2 * y - 1)
    right = scores.gather(1, y[:, None])
    others = scores.scatter(1, y[:, None], -torch.inf)
    return right[:, 0] - others.amax(dim=1)
