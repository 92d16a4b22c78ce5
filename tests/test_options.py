"""The table of options: an entry is an argument, its validation, its documentation, and it acts."""

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import NONNEGATIVE, Rowwise
from lossary.kernels import option_values
from lossary.kernels.cpu import compilation
from lossary.losses.rowwise_from_record import rowwise_function
from lossary.options import OPTIONS, Option, Penalty, loss_options
from support.kernels import kernels

ADDED = Option(
    name="lse_penalty",
    default=0.0,
    type=float,
    interval=NONNEGATIVE,
    text="Weight of log(1 + lse²), added to the loss of a row.",
    takes=lambda record: isinstance(record, Rowwise),
    penalty=Penalty(lambda m, lse: m.log1p(lse * lse), lambda _, lse: 2 * lse / (1 + lse * lse)),
)


@pytest.fixture
def loss(monkeypatch):
    """Cross-entropy with an option that no other file knows."""
    monkeypatch.setitem(OPTIONS, ADDED.name, ADDED)
    option_values._converted.clear()
    yield rowwise_function.__wrapped__(catalogue.get("softmax_cross_entropy"))
    option_values._converted.clear()
    compilation._kernels.clear()


def logits(classes):
    g = torch.Generator().manual_seed(0)
    z = torch.randn(6, classes, generator=g, dtype=torch.float64)
    return z.requires_grad_(), torch.arange(6) % classes


@pytest.mark.parametrize("classes", [5, 40], ids=["few classes", "many classes"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1], ids=["index", "dense"])
def test_an_option_is_one_entry(loss, classes, smoothing):
    z, y = logits(classes)
    lse = torch.logsumexp(z, -1)
    given = {"label_smoothing": smoothing, "z_loss": 0.5}
    expected = ls.softmax_cross_entropy(z, y, label_smoothing=smoothing)
    expected = expected + (0.5 * lse**2 + 0.25 * torch.log1p(lse**2)).mean()
    plain = loss(z.detach().numpy(), y.numpy(), **given, lse_penalty=0.25)
    assert plain == pytest.approx(expected.item(), rel=4e-16)
    with kernels():
        got = loss(z, y, **given, lse_penalty=0.25)
    torch.testing.assert_close(got, expected, rtol=1e-15, atol=0)
    slopes = [torch.autograd.grad(x, z)[0] for x in (got, expected)]
    torch.testing.assert_close(*slopes, rtol=1e-13, atol=1e-16)


def test_it_is_documented_and_validated(loss):
    assert "lse_penalty\n    Weight of log(1 + lse²)" in loss.__doc__
    assert "lse_penalty=0.0" in str(loss.__signature__)
    z, y = np.zeros((2, 3)), np.array([0, 1])
    with pytest.raises(ls.LossaryError, match=r"^lse_penalty must lie in \[0, inf\), got -1"):
        loss(z, y, lse_penalty=-1)
    with pytest.raises(ls.LossaryError, match="has no argument 'lse_penalty'"):
        ls.hinge(z, z + 1, lse_penalty=1.0)


def test_losses_take_the_options_of_their_kind():
    takes = {n: loss_options(catalogue.get(n)) for n in ("huber", "hinge", "sigmoid_focal", "kl")}
    assert takes["huber"] == ["reduction", "sample_weight"]
    assert "label_smoothing" not in takes["hinge"]
    assert {"label_smoothing", "temperature"} <= set(takes["sigmoid_focal"])
    assert {"axis", "z_loss", "sum_tolerance"} <= set(takes["kl"])
    assert not {"base", "normalize"} & {n for names in takes.values() for n in names}
