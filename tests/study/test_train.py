import numpy as np
import polars as pl
import pytest
import torch
from torch.nn.functional import cross_entropy

from lossary.study.candidates import choose_candidates
from lossary.study.models import HIDDEN, initial, scores
from lossary.study.task import infer_task
from lossary.study.train import RATES, Budget, best_rate, fit

TASK = infer_task(pl.Series("y", ["a", "b", "c"] * 20))
(ENTROPY,) = choose_candidates(["softmax_cross_entropy"], TASK)
TORCH = torch.Generator().manual_seed(0)
X = torch.randn(60, 4, generator=TORCH)
Y = torch.from_numpy(TASK.y)


def budget(steps=30, batch=512, model="linear", seed=0):
    return Budget(steps, batch, HIDDEN[model], seed)


@pytest.mark.parametrize("model", HIDDEN)
def test_models_side_by_side_score_as_each_alone(model):
    weights = initial((4, *HIDDEN[model], 3), 3, seed=1)
    with torch.no_grad():
        for i, w in enumerate(weights):
            w.add_(torch.randn(w.shape, generator=torch.Generator().manual_seed(i)))
    together = scores(weights, X)
    for k in range(3):
        hidden = X @ weights[0][k] + weights[1][k]
        for matrix, bias in zip(weights[2::2], weights[3::2], strict=True):
            hidden = hidden.relu() @ matrix[k] + bias[k]
        torch.testing.assert_close(together[k], hidden)


def test_every_model_starts_alike():
    weights = initial((4, 3), 5, seed=2)
    assert all((w == w[:1]).all() for w in weights)
    assert not torch.equal(weights[0], initial((4, 3), 5, seed=3)[0])


@pytest.mark.parametrize("model", HIDDEN)
@pytest.mark.parametrize("batch", [512, 16])
def test_training_is_torch_s_adam_with_a_falling_rate(model, batch):
    plan = budget(25, batch, model)
    ours = fit(ENTROPY, X, Y, [0.03], plan)
    reference = [w.detach().clone().requires_grad_() for w in initial((4, *HIDDEN[model], 3), 1, 0)]
    adam = torch.optim.Adam(reference, lr=0.03)
    decay = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: 1 - step / 25)
    generator, order, start = torch.Generator().manual_seed(0), torch.arange(60), 0
    if batch < 60:
        order = torch.randperm(60, generator=generator)
    for _ in range(25):
        if batch < 60 and start + batch > 60:
            order, start = torch.randperm(60, generator=generator), 0
        rows = order[start : start + batch]
        start += batch if batch < 60 else 0
        adam.zero_grad()
        cross_entropy(scores(reference, X[rows])[0], Y[rows]).backward()
        adam.step()
        decay.step()
    for mine, theirs in zip(ours, reference, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


def test_rates_do_not_touch_each_other():
    together = fit(ENTROPY, X, Y, [0.001, 0.1], budget())
    alone = fit(ENTROPY, X, Y, [0.1], budget())
    torch.testing.assert_close(together[0][1], alone[0][0])


def test_training_lowers_the_loss():
    target = (X[:, 0] > 0).long()
    start = ENTROPY.mean_losses(scores(initial((4, 3), 1, 0), X), target)
    end = ENTROPY.mean_losses(scores(fit(ENTROPY, X, target, [0.1], budget(100)), X), target)
    assert end < start / 2


def test_a_watcher_sees_start_and_end():
    seen = []
    plan = budget(40)
    fit(ENTROPY, X, Y, [0.01], plan, watch=lambda step, _: seen.append(step))
    assert seen == list(range(41))
    assert plan.checkpoints()[:2] == (0, 1)
    assert plan.checkpoints()[-1] == 40
    assert list(plan.checkpoints()) == sorted(set(plan.checkpoints()))


def test_the_rate_is_the_one_best_on_rows_not_trained_on():
    inner = np.arange(60) % 3
    rate, unseen = best_rate(ENTROPY, X, Y, inner, budget(50))
    losses = {}
    for candidate in RATES:
        predicted = torch.empty(60, 3)
        for part in range(3):
            out = torch.from_numpy(inner == part)
            model = fit(ENTROPY, X[~out], Y[~out], [candidate], budget(50))
            predicted[out] = scores(model, X[out])[0].detach()
        losses[candidate] = float(cross_entropy(predicted, Y))
        if candidate == rate:
            torch.testing.assert_close(unseen, predicted, rtol=1e-3, atol=1e-4)
    assert rate == min(losses, key=losses.get)


def test_rows_that_are_never_held_out_are_not_predicted():
    inner = np.where(np.arange(60) % 3 == 0, 0, -1)
    rate, unseen = best_rate(ENTROPY, X, Y, inner, budget(50))
    out = torch.from_numpy(inner == 0)
    alone = fit(ENTROPY, X[~out], Y[~out], [rate], budget(50))
    torch.testing.assert_close(unseen, scores(alone, X[out])[0], rtol=1e-3, atol=1e-4)


def test_a_rate_that_diverges_is_not_chosen():
    (exponential,) = choose_candidates(["exponential"], infer_task(pl.Series("y", [0, 1] * 30)))
    y = torch.tensor([0, 1] * 30)
    rate, unseen = best_rate(exponential, 1e3 * X, y, np.arange(60) % 3, budget(50))
    assert rate == min(RATES)
    assert unseen.shape == (60, 1)
