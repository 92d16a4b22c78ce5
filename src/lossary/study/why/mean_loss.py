"""The mean loss as a function of all weights in one vector, and its curvature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from lossary.study.candidates import Candidate
from lossary.study.models import Weights, scores
from lossary.study.why.score_derivatives import bends
from lossary.study.why.setup import Array, Subject

__all__ = ["DENSE", "Extremes", "Objective", "extremes", "flat", "objective_of"]

DENSE = 128
"""Up to here a matrix is diagonalised; a larger one is asked for products alone."""
LANCZOS = 30
FEW_OUTPUTS = 16
"""Up to here the Hessian of each row by its scores is written out."""


@dataclass(frozen=True)
class Extremes:
    """The smallest and the largest eigenvalue, and whether they are exact.

    Those of Lanczos lie within the true ones: a negative one proves a negative one.
    """

    smallest: float
    largest: float
    exact: bool

    @property
    def relative(self) -> float:
        """The smallest over the largest magnitude; 0 of a matrix of zeros."""
        size = max(abs(self.smallest), abs(self.largest))
        return self.smallest / size if size else 0.0


@dataclass(frozen=True)
class Objective:
    """The mean of a loss over rows, for the weights of a model of these layer sizes."""

    candidate: Candidate
    layers: tuple[int, ...]
    x: Tensor
    y: Tensor

    @property
    def size(self) -> int:
        """How many weights there are."""
        return sum((a + 1) * b for a, b in pairwise(self.layers))

    def weights(self, vectors: Tensor) -> Weights:
        """Return models side by side from their vectors (models, size)."""
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
        """Return the mean loss of each of several vectors (models, size)."""
        return self.candidate.mean_losses(scores(self.weights(vectors), self.x), self.y)

    def product(self, vector: Tensor) -> Callable[[Tensor], Tensor]:
        """Return the Hessian at a vector, as what it makes of a direction."""
        few = len(self.layers) == 2 and self.layers[-1] <= FEW_OUTPUTS
        return self._linear_product(vector) if few else self._any_product(vector)

    def _linear_product(self, vector: Tensor) -> Callable[[Tensor], Tensor]:
        rows = torch.cat([self.x, torch.ones_like(self.x[:, :1])], dim=1)
        bend = bends(self.candidate, self.scores(vector), self.y) / len(rows)

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


def objective_of(
    subject: Subject, candidate: Candidate, hidden: Sequence[int] | None = None
) -> Objective:
    """Return the objective of a loss on a subject's training rows, for its own model or another."""
    inner = subject.budget.hidden if hidden is None else tuple(hidden)
    layers = (subject.x.shape[1], *inner, candidate.outputs)
    return Objective(candidate, layers, subject.x, subject.y)


def flat(weights: Weights) -> Tensor:
    """Return one model's weights as one vector."""
    return torch.cat([w.reshape(-1) for w in weights])


def extremes(product: Callable[[Tensor], Tensor], size: int) -> Extremes:
    """Return the extreme eigenvalues of a symmetric matrix that is given by its products.

    Exact up to 128 rows, else by Lanczos with full orthogonalisation (Lanczos, 1950).
    """
    if size <= DENSE:
        whole = torch.stack([product(e) for e in torch.eye(size, dtype=torch.float64)]).numpy()
        values = np.linalg.eigvalsh((whole + whole.T) / 2)
        return Extremes(float(values[0]), float(values[-1]), exact=True)
    values = np.linalg.eigvalsh(_projected(product, size))
    return Extremes(float(values[0]), float(values[-1]), exact=False)


def _projected(product: Callable[[Tensor], Tensor], size: int) -> Array:
    """Return the matrix within the space of a vector, its image, the image of that, and so on."""
    basis = torch.zeros((LANCZOS, size), dtype=torch.float64)
    images = torch.zeros_like(basis)
    v = torch.from_numpy(np.random.default_rng(0).standard_normal(size))
    count = 0
    while count < LANCZOS:
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
