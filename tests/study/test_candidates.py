import numpy as np
import polars as pl
import pytest
import torch

import lossary as ls
from lossary.formulas import catalogue
from lossary.study.candidates import DEFAULTS, choose_candidates, fitting_losses
from lossary.study.task import infer_task
from lossary.validation import LossaryError
from support.records import fourth_power

TASKS = {
    "binary": infer_task(pl.Series("y", [0, 1, 1])),
    "multiclass": infer_task(pl.Series("y", [0, 1, 2] * 5)),
    "regression": infer_task(pl.Series("y", np.linspace(-1, 1, 30))),
}
POSITIVE = infer_task(pl.Series("y", [0, 1, 2, 4, 5] * 7), "regression")


@pytest.mark.parametrize("kind", TASKS)
def test_the_defaults_fit(kind):
    chosen = choose_candidates(None, TASKS[kind])
    assert tuple(c.label for c in chosen) == DEFAULTS[kind]
    assert {c.name for c in chosen} <= set(fitting_losses(kind))


@pytest.mark.parametrize("kind", TASKS)
def test_every_fitting_loss_is_the_library_s_own(kind):
    torch.manual_seed(0)
    for name in fitting_losses(kind):
        (candidate,) = choose_candidates([name], POSITIVE if name == "poisson" else TASKS[kind])
        scores = torch.randn(3, 4, candidate.outputs)
        target = torch.tensor([0, 1, 1, 0]) if kind != "regression" else torch.rand(4)
        means = candidate.mean_losses(scores, target)
        signs = 2.0 * target - 1 if candidate.signed_target else target
        flat = scores[1][:, 0] if candidate.outputs == 1 else scores[1]
        wanted = signs.to(scores.dtype) if candidate.outputs == 1 else signs
        assert means.shape == (3,)
        torch.testing.assert_close(means[1], getattr(ls, name)(flat, wanted))


def test_a_loss_that_ignores_labels_does_not_fit():
    assert "softmax_entropy" not in fitting_losses("multiclass")
    assert "reverse_kl" not in fitting_losses("multiclass")
    assert "binary_cross_entropy" not in fitting_losses("binary")


def test_parameters_reach_the_loss():
    (focal,) = choose_candidates(["sigmoid_focal:gamma=0"], TASKS["binary"])
    (entropy,) = choose_candidates(["sigmoid_cross_entropy"], TASKS["binary"])
    scores, target = torch.randn(2, 5, 1), torch.tensor([0, 1, 0, 1, 1])
    torch.testing.assert_close(
        focal.mean_losses(scores, target), entropy.mean_losses(scores, target)
    )


def test_a_label_says_the_parameters_in_full():
    (candidate,) = choose_candidates([" quantile: level = 0.123456789 "], TASKS["regression"])
    assert candidate.label == "quantile:level=0.123456789"
    assert candidate.parameters == {"level": 0.123456789}


def test_rows_that_are_not_shared_do_not_count():
    (candidate,) = choose_candidates(["hinge"], TASKS["binary"])
    scores, target = torch.randn(2, 3, 1), torch.tensor([0, 1, 1])
    share = torch.tensor([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    means = candidate.mean_losses(scores, target, share)
    torch.testing.assert_close(means[0], candidate.mean_losses(scores[:1, :2], target[:2])[0])
    torch.testing.assert_close(means[1], candidate.mean_losses(scores[1:, 1:], target[1:])[0])


def test_a_loss_is_compared_once():
    assert len(choose_candidates(["hinge", "hinge:margin=2", "hinge"], TASKS["binary"])) == 2


def test_a_new_record_is_compared_without_a_further_edit():
    fourth = fourth_power()
    catalogue.register(fourth)
    try:
        assert "fourth_power" in fitting_losses("regression")
    finally:
        catalogue.unregister("fourth_power")


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("binary", "hing", "there is no loss named 'hing'. Did you mean 'hinge', "),
        ("binary", "multiclas_hinge", "Did you mean 'multiclass_hinge'"),
        ("binary", "zzz", "There are: squared_error, "),
        ("regression", "hinge", "hinge does not fit regression targets; those that do: squared"),
        ("multiclass", "hinge", "softmax_cross_entropy"),
        ("binary", "entropy", "entropy does not fit binary targets"),
        ("binary", "hinge:margn=2", "hinge has no parameter 'margn': its parameters are margin"),
        ("binary", "hinge:margin=-1", "margin must lie in [0, inf)"),
        ("binary", "hinge:margin=wide", "margin must be a number"),
        ("binary", "hinge:margin", "write NAME or NAME:parameter=value"),
        ("multiclass", "multiclass_hinge:variant=cs", "variant must be 'crammer_singer' or"),
        ("multiclass", "multiclass_hinge:margin=-2", "margin must lie in [0, inf)"),
        ("regression", "quantile:level=2", "level must lie in"),
        ("regression", "poisson", "poisson needs a target in [0, inf), got -1"),
    ],
)
def test_a_bad_choice_is_said(kind, text, words):
    with pytest.raises(LossaryError) as error:
        choose_candidates([text], TASKS[kind])
    assert words in str(error.value)
