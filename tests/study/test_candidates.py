import numpy as np
import polars as pl
import pytest
import torch

import lossary as ls
from lossary.formulas import catalogue
from lossary.study.candidates import DEFAULTS, choose, fitting
from lossary.study.task import tell
from lossary.validation import LossaryError
from support.records import fourth_power

TASKS = {
    "binary": tell(pl.Series("y", [0, 1, 1])),
    "multiclass": tell(pl.Series("y", [0, 1, 2] * 5)),
    "regression": tell(pl.Series("y", np.linspace(-1, 1, 30))),
}
POSITIVE = tell(pl.Series("y", [0, 1, 2, 4, 5] * 7), "regression")


@pytest.mark.parametrize("kind", TASKS)
def test_the_defaults_fit(kind):
    chosen = choose(None, TASKS[kind])
    assert tuple(c.label for c in chosen) == DEFAULTS[kind]
    assert {c.name for c in chosen} <= set(fitting(kind))


@pytest.mark.parametrize("kind", TASKS)
def test_every_fitting_loss_is_the_library_s_own(kind):
    torch.manual_seed(0)
    for name in fitting(kind):
        (contender,) = choose([name], POSITIVE if name == "poisson" else TASKS[kind])
        scores = torch.randn(3, 4, contender.outputs)
        target = torch.tensor([0, 1, 1, 0]) if kind != "regression" else torch.rand(4)
        means = contender.means(scores, target)
        signs = 2.0 * target - 1 if contender.signs else target
        flat = scores[1][:, 0] if contender.outputs == 1 else scores[1]
        wanted = signs.to(scores.dtype) if contender.outputs == 1 else signs
        assert means.shape == (3,)
        torch.testing.assert_close(means[1], getattr(ls, name)(flat, wanted))


def test_what_learns_nothing_from_a_label_does_not_fit():
    assert "softmax_entropy" not in fitting("multiclass")
    assert "reverse_kl" not in fitting("multiclass")
    assert "binary_cross_entropy" not in fitting("binary")


def test_parameters_reach_the_loss():
    (focal,) = choose(["sigmoid_focal:gamma=0"], TASKS["binary"])
    (entropy,) = choose(["sigmoid_cross_entropy"], TASKS["binary"])
    scores, target = torch.randn(2, 5, 1), torch.tensor([0, 1, 0, 1, 1])
    torch.testing.assert_close(focal.means(scores, target), entropy.means(scores, target))


def test_a_label_says_the_parameters_in_full():
    (contender,) = choose([" quantile: level = 0.123456789 "], TASKS["regression"])
    assert contender.label == "quantile:level=0.123456789"
    assert contender.parameters == {"level": 0.123456789}


def test_rows_that_are_not_shared_do_not_count():
    (contender,) = choose(["hinge"], TASKS["binary"])
    scores, target = torch.randn(2, 3, 1), torch.tensor([0, 1, 1])
    share = torch.tensor([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    means = contender.means(scores, target, share)
    torch.testing.assert_close(means[0], contender.means(scores[:1, :2], target[:2])[0])
    torch.testing.assert_close(means[1], contender.means(scores[1:, 1:], target[1:])[0])


def test_a_loss_is_raced_once():
    assert len(choose(["hinge", "hinge:margin=2", "hinge"], TASKS["binary"])) == 2


def test_a_new_record_races_without_a_further_edit():
    fourth = fourth_power()
    catalogue.register(fourth)
    try:
        assert "fourth_power" in fitting("regression")
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
        choose([text], TASKS[kind])
    assert words in str(error.value)
