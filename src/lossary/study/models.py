"""Linear models and multilayer perceptrons, several in one tensor with a leading dimension."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

__all__ = ["HIDDEN", "Weights", "initial", "scores"]

HIDDEN: dict[str, tuple[int, ...]] = {"linear": (), "mlp": (32,)}
"""The hidden layers of each model by name."""

Weights = list[Tensor]
"""A matrix (models, inputs, outputs) and a bias (models, 1, outputs) for each layer."""


def initial(sizes: Sequence[int], models: int, seed: int) -> Weights:
    """Return equal random initial weights for several models, uniform within ±1/√inputs."""
    generator = torch.Generator().manual_seed(seed)
    weights = []
    for inputs, outputs in pairwise(sizes):
        for rows in (inputs, 1):
            start = 2 * torch.rand((1, rows, outputs), generator=generator) - 1
            weights.append((start / inputs**0.5).repeat(models, 1, 1).requires_grad_())
    return weights


def scores(weights: Weights, x: Tensor) -> Tensor:
    """Return the scores (models, rows, outputs) of rows ``x`` (rows, inputs)."""
    first, bias, *rest = weights
    models, inputs, _ = first.shape
    # The models share their input: one product with all first-layer matrices side by side.
    product = x @ first.transpose(0, 1).reshape(inputs, -1)
    hidden = product.reshape(len(x), models, -1).transpose(0, 1) + bias
    for matrix, shift in zip(rest[::2], rest[1::2], strict=True):
        hidden = torch.relu(hidden) @ matrix + shift
    return hidden
