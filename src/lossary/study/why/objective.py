"""Mean loss as a function of a model's weights in one vector, and its curvature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from lossary.study.candidates import Candidate
from lossary.study.models import Weights, scores
from lossary.study.why.score_derivatives import score_hessians
from lossary.study.why.setup import Array, Setup

__all__ = [
    "MAX_DENSE_SIZE",
    "EigenvalueRange",
    "MeanLoss",
    "extreme_eigenvalues",
    "flatten",
    "mean_loss_of",
]

MAX_DENSE_SIZE = 128
"""Largest size of a matrix that is diagonalised; of a larger one, products are used."""
LANCZOS_STEPS = 30
MAX_OUTPUTS = 16
"""Most outputs for which the Hessian of each row by its scores is computed."""


@dataclass(frozen=True)
class EigenvalueRange:
    """The smallest and the largest eigenvalue, and whether they are exact.

    Lanczos estimates lie between the true ones: a negative estimate proves a negative eigenvalue.
    """

    smallest: float
    largest: float
    exact: bool

    @property
    def relative(self) -> float:
        """The smallest over the largest magnitude; 0 for a matrix of zeros."""
        size = max(abs(self.smallest), abs(self.largest))
        return self.smallest / size if size else 0.0


@dataclass(frozen=True)
class MeanLoss:
    """The mean of a loss over rows, for the weights of a model with these layer sizes."""

    candidate: Candidate
    layers: tuple[int, ...]
    x: Tensor
    y: Tensor

    @property
    def size(self) -> int:
        """Number of weights."""
        return sum((a + 1) * b for a, b in pairwise(self.layers))

    def weights(self, vectors: Tensor) -> Weights:
        """Return the weights of several models from their vectors (models, size)."""
        found, start = [], 0
        for inputs, outputs in pairwise(self.layers):
            for rows in (inputs, 1):
                part = vectors[:, start : start + rows * outputs]
                found.append(part.reshape(-1, rows, outputs))
                start += rows * outputs
        return found

    def scores(self, vector: Tensor) -> Tensor:
        """Return the scores (rows, outputs)."""
        return scores(self.weights(vector[None]), self.x)[0]

    def values(self, vectors: Tensor) -> Tensor:
        """Return the mean loss at each of several vectors (models, size)."""
        return self.candidate.mean_losses(scores(self.weights(vectors), self.x), self.y)

    def product(self, vector: Tensor) -> Callable[[Tensor], Tensor]:
        """Return the Hessian at a vector, as a function that multiplies it with a direction."""
        few = len(self.layers) == 2 and self.layers[-1] <= MAX_OUTPUTS
        return self._linear_product(vector) if few else self._any_product(vector)

    def _linear_product(self, vector: Tensor) -> Callable[[Tensor], Tensor]:
        rows = torch.cat([self.x, torch.ones_like(self.x[:, :1])], dim=1)
        bend = score_hessians(self.candidate, self.scores(vector), self.y) / len(rows)

        def product(direction: Tensor) -> Tensor:
            change = rows @ direction.reshape(rows.shape[1], -1)
            return (rows.T @ torch.einsum("nab,nb->na", bend, change)).reshape(-1)

        return product

    def _any_product(self, vector: Tensor) -> Callable[[Tensor], Tensor]:
        at = vector.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(self.values(at[None]).sum(), at, create_graph=True)

        def product(direction: Tensor) -> Tensor:
            return torch.autograd.grad(gradient @ direction, at, retain_graph=True)[0]

        return product


def mean_loss_of(
    setup: Setup, candidate: Candidate, hidden: Sequence[int] | None = None
) -> MeanLoss:
    """Return the mean loss on the training rows, for the study's model or other hidden layers."""
    inner = setup.budget.hidden if hidden is None else tuple(hidden)
    layers = (setup.x.shape[1], *inner, candidate.outputs)
    return MeanLoss(candidate, layers, setup.x, setup.y)


def flatten(weights: Weights) -> Tensor:
    """Return the weights of one model as one vector."""
    return torch.cat([w.reshape(-1) for w in weights])


def extreme_eigenvalues(product: Callable[[Tensor], Tensor], size: int) -> EigenvalueRange:
    """Return the extreme eigenvalues of a symmetric matrix that is given by its products.

    Exact up to 128 rows, otherwise by Lanczos with full orthogonalisation (Lanczos, 1950).
    """
    if size <= MAX_DENSE_SIZE:
        whole = torch.stack([product(e) for e in torch.eye(size, dtype=torch.float64)]).numpy()
        values = np.linalg.eigvalsh((whole + whole.T) / 2)
        return EigenvalueRange(float(values[0]), float(values[-1]), exact=True)
    values = np.linalg.eigvalsh(_projected(product, size))
    return EigenvalueRange(float(values[0]), float(values[-1]), exact=False)


def _projected(product: Callable[[Tensor], Tensor], size: int) -> Array:
    """Return the projection of the matrix to a Krylov space."""
    basis = torch.zeros((LANCZOS_STEPS, size), dtype=torch.float64)
    images = torch.zeros_like(basis)
    v = torch.from_numpy(np.random.default_rng(0).standard_normal(size))
    count = 0
    while count < LANCZOS_STEPS:
        basis[count] = v / v.norm()
        images[count] = product(basis[count])
        count += 1
        v, before = images[count - 1], float(images[count - 1].norm())
        for _ in range(2):
            v = v - basis[:count].T @ (basis[:count] @ v)
        if float(v.norm()) <= 1e-12 * before:
            break
    inside = (basis[:count] @ images[:count].T).numpy()
    return np.asarray((inside + inside.T) / 2)
