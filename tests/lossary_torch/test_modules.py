"""The modules as modules: buffers, state, copies, pickles, words; and one for each record."""

import copy
import doctest
import pickle
import re
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

import lossary as ls
import lossary.torch as lt
from lossary.formulas import catalogue
from lossary.formulas.record import POSITIVE, Interval, Parameter, Values
from lossary.formulas.residual import distance
from lossary.formulas.vocabulary import constant
from support.house import ROOT
from support.torch_cases import CASES, IDS, records

WEIGHT = torch.tensor([1.0, 2.0, 0.5])
WITH_WEIGHTS = {
    "weight": [lt.CrossEntropyLoss, lt.MultiMarginLoss, lt.FocalLoss, lt.BCELoss],
    "pos_weight": [lt.BCEWithLogitsLoss],
    "class_weight": [lt.HingeLoss, lt.SigmoidFocalLoss],
}
BUFFERS = [(made, name) for name, modules in WITH_WEIGHTS.items() for made in modules]


@pytest.mark.parametrize(("made", "name"), BUFFERS)
def test_weights_are_buffers(made, name):
    loss = made(**{name: WEIGHT})
    assert dict(loss.named_buffers()).keys() == {name}
    assert getattr(loss.to(torch.float64), name).dtype == torch.float64
    assert getattr(loss.to("meta"), name).device.type == "meta"


@pytest.mark.parametrize(("made", "name"), BUFFERS)
def test_weights_are_in_the_state(made, name):
    saved = made(**{name: WEIGHT}).state_dict()
    fresh = made(**{name: torch.ones(3)})
    fresh.load_state_dict(saved)
    torch.testing.assert_close(getattr(fresh, name), WEIGHT)
    assert made().state_dict() == {}


@pytest.mark.parametrize("name", ["weight", "pos_weight"])
def test_a_negative_weight_is_noticed_at_once(name):
    with pytest.raises(ls.LossaryError, match=re.escape(f"{name} must lie in [0, inf), got -1.0")):
        lt.BCEWithLogitsLoss(**{name: torch.tensor([1.0, -1.0])})


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_copies_and_pickles_compute_the_same(case):
    loss = case.module("mean")
    z, t = case.draw(torch.float64)
    for twin in (copy.deepcopy(loss), pickle.loads(pickle.dumps(loss))):  # noqa: S301 - our own
        assert repr(twin) == repr(loss)
        torch.testing.assert_close(twin(z, t), loss(z, t), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (lt.CrossEntropyLoss(), "CrossEntropyLoss()"),
        (
            lt.CrossEntropyLoss(WEIGHT, ignore_index=0, class_dim=-1),
            "CrossEntropyLoss(weight=<3>, ignore_index=0, class_dim=-1)",
        ),
        (lt.FocalLoss(1.5, reduction="sum"), "FocalLoss(gamma=1.5, reduction='sum')"),
        (lt.BCEWithLogitsLoss(torch.ones(5, 1)), "BCEWithLogitsLoss(weight=<5 × 1>)"),
        (lt.HuberLoss("none", 2.0), "HuberLoss(reduction='none', delta=2.0)"),
        (lt.KLDivLoss(reduction="batchmean"), "KLDivLoss(reduction='batchmean')"),
    ],
)
def test_what_is_not_default_is_shown(loss, text):
    assert repr(loss) == text


def test_options_can_be_changed():
    loss = lt.CrossEntropyLoss()
    loss.reduction, loss.softcap = "none", 30.0
    assert loss(torch.zeros(2, 3), torch.tensor([0, 1])).shape == (2,)


@pytest.mark.parametrize("dim", [-1, 2])
def test_classes_may_lie_along_any_axis(dim):
    z, y = torch.randn(2, 5, 3), torch.randint(0, 3, (2, 5))
    first = z.movedim(dim, 1)
    for made in (lt.CrossEntropyLoss, lt.FocalLoss, lt.MultiMarginLoss):
        torch.testing.assert_close(made(class_dim=dim)(z, y), made()(first, y))
    l, t = torch.log_softmax(z, dim), torch.softmax(torch.randn(2, 5, 3), dim)
    for made in (lt.KLDivLoss, lt.JSDivLoss):
        elements = made(reduction="none", class_dim=dim)(l, t).movedim(dim, 1)
        expected = made(reduction="none")(l.movedim(dim, 1), t.movedim(dim, 1))
        torch.testing.assert_close(elements, expected)


def test_a_mean_is_weighted_by_samples():
    z, y, w = torch.randn(3, 4), torch.tensor([0, 3, 1]), torch.tensor([1.0, 0.0, 3.0])
    for made in (lt.CrossEntropyLoss, lt.FocalLoss, lt.MultiMarginLoss):
        each = made(reduction="none")(z, y)
        torch.testing.assert_close(made()(z, y, w), (w * each).sum() / w.sum())
    l, t = torch.log_softmax(z, 1), torch.softmax(torch.randn(3, 4), 1)
    for made in (lt.KLDivLoss, lt.JSDivLoss):
        each = made(reduction="none")(l, t).sum(1)
        torch.testing.assert_close(made()(l, t, w), (w * each).sum() / w.sum())


def test_a_weight_of_zero_silences_what_cannot_be():
    l = torch.log_softmax(torch.randn(2, 3), 1)
    l[0] = torch.nan
    l.requires_grad_()
    loss = lt.KLDivLoss()(l, torch.full((2, 3), 1 / 3), torch.tensor([0.0, 1.0]))
    loss.backward()
    assert loss.isfinite()
    assert (l.grad[0] == 0).all()
    assert (l.grad[1] != 0).all()


def test_an_ignored_target_silences_weighted_binary_losses():
    s, y = torch.tensor([1.0, torch.nan]), torch.tensor([1.0, -1.0])
    weight = torch.tensor([2.0, 5.0])
    loss = lt.BCEWithLogitsLoss(weight=weight, ignore_index=-1)
    torch.testing.assert_close(loss(s, y), 2 * lt.BCEWithLogitsLoss()(s[:1], y[:1]))


@pytest.mark.parametrize(
    ("flags", "meant"),
    [
        ({"size_average": True}, "mean"),
        ({"size_average": False}, "sum"),
        ({"reduce": False}, "none"),
        ({"size_average": False, "reduce": False}, "none"),
        ({"reduce": True}, "mean"),
    ],
)
@pytest.mark.parametrize("name", ["CrossEntropyLoss", "BCELoss", "L1Loss", "KLDivLoss"])
def test_the_flags_of_old_are_an_error_that_names_the_reduction(name, flags, meant):
    with pytest.raises(ls.LossaryError, match=f"write reduction='{meant}'"):
        getattr(lt, name)(**flags)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: lt.FocalLoss(gamma=-1), r"gamma must lie in [0, inf), got -1"),
        (lambda: lt.FocalLoss(reduction="avg"), "reduction must be 'mean', 'sum' or 'none'"),
        (lambda: lt.JSDivLoss("avg"), "'mean', 'batchmean', 'sum' or 'none', got 'avg'"),
        (lambda: lt.MultiMarginLoss(p=3), "p must be 1 (hinge) or 2 (squared hinge), got 3"),
        (lambda: lt.PoissonNLLLoss(log_input=False), "pass input.log() for a rate"),
        (lambda: lt.HuberLoss(delta=0.0), "delta must lie in (0, inf), got 0.0"),
        (
            lambda: lt.MSELoss()([1.0], torch.ones(1)),
            "input must be a torch tensor, got list",
        ),
        (
            lambda: lt.BCELoss(torch.ones(3))(torch.zeros(2), torch.zeros(2)),
            "weight must have the shape of the input or expand to it, got (3,) for (2,)",
        ),
        (
            lambda: lt.HingeLoss()(torch.zeros(2), torch.ones(2, 1)),
            "input and target must have the same shape, got (2,) and (2, 1)",
        ),
        (
            lambda: lt.MarginRankingLoss()(torch.zeros(2), torch.zeros(2), torch.ones(1)),
            "input1 and target must have the same shape, got (2,) and (1,)",
        ),
        (
            lambda: lt.functional.log_cosh(torch.zeros(1), torch.zeros(1), gamma=1),
            "log_cosh has no argument 'gamma': it takes input, target, reduction, sample_weight",
        ),
        (
            lambda: lt.KLDivLoss(class_dim=0)(torch.zeros(2, 1), torch.ones(2, 1)),
            "along the axis of the classes",
        ),
    ],
)
def test_what_cannot_be_is_told(call, text):
    with pytest.raises(ls.LossaryError, match=re.escape(text)):
        call()


def test_an_unknown_argument_is_told_as_python_tells_it():
    with pytest.raises(TypeError, match="'gama'"):
        lt.FocalLoss(gama=1.0)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "HingeEmbeddingLoss",
            "for the hinge loss of a score and a label of -1 or .1 use HingeLoss",
        ),
        ("SoftMarginLoss", "the same loss is LogisticLoss"),
        ("CrossEntropyLos", "Did you mean 'CrossEntropyLoss'"),
    ],
)
def test_a_module_that_is_not_there_says_what_is(name, text):
    with pytest.raises(AttributeError, match=text):
        getattr(lt, name)


def test_a_function_that_is_not_there_says_what_is():
    with pytest.raises(AttributeError, match="Did you mean 'log_cosh'"):
        lt.functional.logcosh  # noqa: B018 - looked up, not found


@pytest.mark.parametrize("name", list(records()))
def test_every_record_has_a_module_and_a_function(name):
    record = records()[name]
    for thing in (getattr(lt, name), getattr(lt.functional, record.name)):
        assert thing.__name__ in {name, record.name}
        assert record.source in thing.__doc__
        assert doctest_failures(thing) == ""


def doctest_failures(thing):
    """What the failing examples of a docstring printed."""
    found = []
    test = doctest.DocTestParser().get_doctest(
        thing.__doc__, {thing.__name__: thing}, thing.__name__, None, None
    )
    doctest.DocTestRunner().run(test, out=found.append)
    return "".join(found)


@pytest.fixture
def registered():
    """A loss that nobody has written yet: |r| - δ log(1 + |r|/δ)."""
    record = distance(
        "fair_error",
        summary="a smooth absolute error that forgives more",
        source="Fair, On the Robust Estimation of Econometric Models, 1974",
        parameters=(Parameter("delta", 1.0, POSITIVE, "where it bends"),),
        definition=lambda m, r, delta: delta**2 * (m.abs(r) / delta - m.log(1 + m.abs(r) / delta)),
        psi=lambda m, r, delta: delta**2 * (m.abs(r) / delta - m.log1p(m.abs(r) / delta)),
        slope=lambda m, r, delta: r / (1 + m.abs(r) / delta),
        bend=lambda m, r, delta: constant(m, 1, r) / (1 + m.abs(r) / delta) ** 2,
    )
    catalogue.register(record)
    yield record
    catalogue.unregister("fair_error")


def test_a_record_registered_later_is_a_module_and_a_function(registered):
    from lossary.torch import FairErrorLoss

    loss = FairErrorLoss(delta=2.0, reduction="none")
    s, y = torch.tensor([0.0, 3.0], dtype=torch.float64), torch.ones(2, dtype=torch.float64)
    torch.testing.assert_close(
        loss(s, y), lt.functional.fair_error(s, y, delta=2.0, reduction="none")
    )
    assert repr(loss) == "FairErrorLoss(delta=2.0, reduction='none')"
    assert repr(pickle.loads(pickle.dumps(loss))) == repr(loss)  # noqa: S301 - our own
    assert torch.autograd.gradcheck(lambda x: loss(x, y), s.requires_grad_())
    assert registered.summary[1:] in FairErrorLoss.__doc__
    assert "FairErrorLoss" in dir(lt)
    assert "fair_error" in dir(lt.functional)


def test_every_row_of_the_documentation_s_table_is_run():
    text = (ROOT / "docs" / "torch.md").read_text()
    rows = re.findall(r"^\| \[(\d+)\]\(#(\S+)\)", text, re.MULTILINE)
    sections = re.findall(r"^### (\d+)\. (.*)\n\n```python\n>>>", text, re.MULTILINE)
    anchors = [(n, f"{n}-{title.lower().replace(' ', '-')}") for n, title in sections]
    assert rows == anchors
    assert len(rows) >= 20


def test_without_torch_the_extra_is_named():
    program = "import sys; sys.modules['torch'] = None; import lossary.torch"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "MissingExtraError" in run.stderr
    assert "pip install 'lossary[torch]'" in run.stderr


@pytest.mark.parametrize("target", [POSITIVE, Interval(5, 6), Interval(high=-7), Values((3.0,))])
def test_a_record_of_any_domain_has_an_example(target):
    record = replace(catalogue.get("squared_error"), name="elsewhere", target=target)
    catalogue.register(record)
    failures = doctest_failures(lt.functional.elsewhere), doctest_failures(lt.ElsewhereLoss)
    catalogue.unregister("elsewhere")
    assert failures == ("", "")


def test_a_parameter_may_be_a_tensor():
    loss = lt.SigmoidFocalLoss(alpha=torch.tensor([0.25, 0.5]))
    assert dict(loss.named_buffers()).keys() == {"alpha"}
    s, y = torch.zeros(3, 2), torch.ones(3, 2)
    each = torch.tensor([0.25, 0.5]) * lt.SigmoidFocalLoss(reduction="none")(s, y)
    torch.testing.assert_close(loss(s, y), each.mean())
