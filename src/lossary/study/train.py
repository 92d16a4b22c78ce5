"""Training with one loss: Adam for a fixed number of steps, with the best learning rate.

Several learning rates are trained at once, as models side by side in one tensor.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lossary.study.candidates import Candidate
from lossary.study.models import Weights, initial, scores

__all__ = ["RATES", "Budget", "best_rate", "fit"]

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
FIRST_MOMENT, SECOND_MOMENT, TINY = 0.9, 0.999, 1e-8

Watch = Callable[[int, Weights], None]


@dataclass(frozen=True)
class Budget:
    """The training budget that all candidates share: steps, batch size, hidden layers, seed."""

    steps: int
    batch: int
    hidden: tuple[int, ...]
    seed: int

    def checkpoints(self) -> tuple[int, ...]:
        """Return the steps of the learning curve, evenly spaced on a logarithmic scale."""
        marks = np.geomspace(1, self.steps, 16).round().astype(int)
        return (0, *dict.fromkeys(marks.tolist()))


def fit(
    candidate: Candidate,
    x: Tensor,
    y: Tensor,
    rates: Sequence[float],
    budget: Budget,
    *,
    share: Tensor | None = None,
    watch: Watch | None = None,
) -> Weights:
    """Return the weights of one model per learning rate, trained side by side.

    ``share`` (models, rows) is 0 for rows that a model is not trained on. The learning rate decays
    linearly to 0.
    """
    weights = initial((x.shape[1], *budget.hidden, candidate.outputs), len(rates), budget.seed)
    rate = torch.tensor(rates).reshape(-1, 1, 1)
    adam = _Adam(weights)
    for step, rows in enumerate(_batches(len(x), budget)):
        if watch:
            watch(step, weights)
        seen = None if share is None else _taken(share, rows, 1)
        total = candidate.mean_losses(scores(weights, _taken(x, rows)), _taken(y, rows), seen).sum()
        adam.step(torch.autograd.grad(total, weights), rate * (1 - step / budget.steps))
    if watch:
        watch(budget.steps, weights)
    return weights


def best_rate(
    candidate: Candidate, x: Tensor, y: Tensor, inner: NDArray[np.int64], budget: Budget
) -> tuple[float, Tensor]:
    """Return the rate with the lowest loss on held-out rows, and the scores of those rows.

    ``inner`` is the inner fold of each row, predicted by a model trained on the other folds. Rows
    of fold -1 are always trained on and never predicted.
    """
    fold, parts = torch.from_numpy(inner), int(inner.max()) + 1
    share = (fold != torch.arange(parts)[:, None]).to(x.dtype).repeat(len(RATES), 1)
    weights = fit(candidate, x, y, np.repeat(RATES, parts).tolist(), budget, share=share)
    out = torch.nonzero(fold >= 0)[:, 0]
    with torch.no_grad():
        outcome = scores(weights, x[out]).reshape(len(RATES), parts, len(out), -1)
        unseen = outcome[:, fold[out], torch.arange(len(out))]
        value = candidate.mean_losses(unseen, y[out])
    best = int(torch.where(value.isfinite(), value, torch.inf).argmin())
    return RATES[best], unseen[best]


def _taken(table: Tensor, rows: Tensor | None, dimension: int = 0) -> Tensor:
    return table if rows is None else table.index_select(dimension, rows)


def _batches(rows: int, budget: Budget) -> Iterator[Tensor | None]:
    """Yield the rows of each step: batches of a new permutation per epoch, None for all rows."""
    if rows <= budget.batch:
        yield from [None] * budget.steps
        return
    generator = torch.Generator().manual_seed(budget.seed)
    order, start = torch.randperm(rows, generator=generator), 0
    for _ in range(budget.steps):
        if start + budget.batch > rows:
            order, start = torch.randperm(rows, generator=generator), 0
        yield order[start : start + budget.batch]
        start += budget.batch


class _Adam:
    """Adam (Kingma and Ba, 2015) with one learning rate per model."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.first = [torch.zeros_like(w) for w in weights]
        self.second = [torch.zeros_like(w) for w in weights]
        self.steps = 0

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor], rate: Tensor) -> None:
        self.steps += 1
        unbias_first = 1 - FIRST_MOMENT**self.steps
        unbias_second = (1 - SECOND_MOMENT**self.steps) ** 0.5
        for w, g, m, v in zip(self.weights, gradients, self.first, self.second, strict=True):
            m.lerp_(g, 1 - FIRST_MOMENT)
            v.mul_(SECOND_MOMENT).addcmul_(g, g, value=1 - SECOND_MOMENT)
            w.sub_(rate / unbias_first * m / (v.sqrt() / unbias_second + TINY))
