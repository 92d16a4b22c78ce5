"""Modules take the places of torch.nn's: subclasses of them, read by other trainers alike."""

import copy
import inspect
import pickle

import numpy as np
import pytest
import skorch
import torch
from sklearn.datasets import make_classification
from torch import nn
from torch.nn.utils import parametrize

import lossary as ls
import lossary.torch as lt
from lossary.formulas.record import SIGNS, Pointwise, Rowwise
from support.torch_cases import CASES, IDS, records

# torch's LinearCrossEntropyLoss (from 2.13) has weights of classes where ours has the projection.
UNLIKE = {"LinearCrossEntropyLoss"}
SHARED = [n for n in dir(nn) if n.endswith("Loss") and n in dir(lt) and n not in UNLIKE]
BY_ANOTHER_NAME = {
    "AbsoluteErrorLoss": nn.L1Loss,
    "BinaryCrossEntropyLoss": nn.BCELoss,
    "LogisticLoss": nn.SoftMarginLoss,
    "PoissonLoss": nn.PoissonNLLLoss,
    "SigmoidCrossEntropyLoss": nn.BCEWithLogitsLoss,
    "SoftmaxCrossEntropyLoss": nn.CrossEntropyLoss,
    "SquaredErrorLoss": nn.MSELoss,
}
COUNTERPARTS = [*((name, getattr(nn, name)) for name in SHARED), *BY_ANOTHER_NAME.items()]


def test_all_shared_names_are_looked_at():
    assert len(SHARED) == 10


@pytest.mark.parametrize(("name", "theirs"), COUNTERPARTS)
def test_a_module_is_an_instance_of_its_counterpart(name, theirs):
    loss = getattr(lt, name)()
    for twin in (loss, copy.deepcopy(loss), pickle.loads(pickle.dumps(loss)), loss.double()):  # noqa: S301
        assert isinstance(twin, theirs)
        assert type(twin) is getattr(lt, name)
    assert loss.state_dict() == theirs().state_dict() == {}


@pytest.mark.parametrize(("name", "theirs"), COUNTERPARTS)
def test_a_module_has_the_attributes_of_its_counterpart(name, theirs):
    mine, torchs = getattr(lt, name)(), theirs()
    public = [n for n in (*torchs.__dict__, *torchs._buffers) if not n.startswith("_")]
    assert "reduction" in public
    for attribute in public:
        assert getattr(mine, attribute) == getattr(torchs, attribute)


OPTIONS = [
    ("CrossEntropyLoss", {"weight": torch.ones(3), "ignore_index": 1, "label_smoothing": 0.1}),
    ("BCELoss", {"weight": torch.ones(3)}),
    ("BCEWithLogitsLoss", {"weight": torch.ones(3), "pos_weight": torch.ones(3)}),
    ("HuberLoss", {"delta": 2.0}),
    ("KLDivLoss", {"log_target": True}),
    ("MultiMarginLoss", {"p": 2, "margin": 0.5, "weight": torch.ones(3)}),
    ("MarginRankingLoss", {"margin": 0.5}),
    ("PoissonNLLLoss", {"log_input": True, "full": True, "eps": 1e-6}),
]


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_options_are_attributes_by_torch_s_names(name, options):
    loss = getattr(lt, name)(**options, reduction="sum")
    assert loss.reduction == "sum"
    for option, value in options.items():
        assert getattr(loss, option) is value or getattr(loss, option) == value


@pytest.mark.parametrize(("name", "theirs"), COUNTERPARTS[: len(SHARED)])
def test_forward_takes_torch_s_arguments(name, theirs):
    mine, torchs = (
        list(inspect.signature(kind.forward).parameters) for kind in (getattr(lt, name), theirs)
    )
    assert mine == [*torchs, "sample_weight"]


@pytest.mark.parametrize(("name", "theirs"), COUNTERPARTS[: len(SHARED)])
def test_the_constructor_takes_torch_s_arguments_in_its_order(name, theirs):
    mine = inspect.signature(getattr(lt, name))
    torchs = inspect.signature(theirs).parameters
    by_position = [p for p in mine.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [p.name for p in by_position] == list(torchs)
    assert [p.default for p in by_position] == [p.default for p in torchs.values()]
    assert all(p.annotation is not p.empty for p in mine.parameters.values())
    constructor = inspect.signature(getattr(lt, name).__init__).parameters
    assert list(constructor)[1:] == list(mine.parameters)


FUNCTIONS = [n for n in dir(nn.functional) if n in dir(lt.functional)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_torch_s_arguments_in_its_order(name):
    mine = inspect.signature(getattr(lt.functional, name)).parameters.values()
    torchs = inspect.signature(getattr(nn.functional, name)).parameters.values()
    by_position = [p for p in mine if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [(p.name, p.default) for p in by_position] == [(p.name, p.default) for p in torchs]


def test_unused_eps_of_poisson_is_accepted_as_in_torch():
    s, y = torch.tensor([0.5, 1.0]), torch.tensor([1.0, 3.0])
    for made in (lt, nn):
        assert torch.equal(made.PoissonNLLLoss(eps=0.5)(s, y), made.PoissonNLLLoss()(s, y))
    with pytest.raises(
        ls.LossaryError, match=r"got log_input=False: pass input.log\(\) for a rate"
    ):
        lt.PoissonNLLLoss(log_input=False)


# What fastai calls: probs = activation(outputs), predictions = decodes(probs).

ROWS = torch.tensor([[2.0, 0.0, -1.0], [0.0, 0.5, 3.0]])
OF_CLASSES = [n for n, r in records().items() if isinstance(r, Rowwise)]


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "FocalLoss", "BrierLoss", *OF_CLASSES])
def test_rows_of_logits_are_read_by_softmax_and_argmax(name):
    loss = getattr(lt, name)()
    assert loss.y_int
    torch.testing.assert_close(loss.activation(ROWS), ROWS.softmax(1))
    assert loss.decodes(loss.activation(ROWS)).tolist() == [0, 2]
    assert loss.decodes(loss.activation(ROWS[0])).item() == 0


def test_probabilities_are_those_that_the_loss_sees():
    loss = lt.CrossEntropyLoss(temperature=2.0, softcap=1.5, class_dim=-1, reduction="none")
    z = torch.randn(2, 5, 4)
    target = torch.randint(0, 4, (2, 5))
    p = loss.activation(z).gather(-1, target[..., None])[..., 0]
    torch.testing.assert_close(loss(z, target), -p.log())
    assert torch.equal(loss.decodes(z), z.argmax(-1))
    binary = lt.BCEWithLogitsLoss(temperature=2.0, reduction="none")
    s = torch.randn(4)
    torch.testing.assert_close(binary(s, torch.ones(4)), -binary.activation(s).log())


@pytest.mark.parametrize("name", ["KLDivLoss", "JSDivLoss"])
def test_log_probabilities_are_read_by_exp(name):
    loss = getattr(lt, name)()
    assert not loss.y_int
    torch.testing.assert_close(loss.activation(ROWS.log_softmax(1)), ROWS.softmax(1))
    assert loss.decodes(ROWS.softmax(1)).tolist() == [0, 2]


SCORES = torch.tensor([-0.5, 0.0, 0.25, 3.0])


@pytest.mark.parametrize(
    "name",
    ["BCEWithLogitsLoss", "SigmoidCrossEntropyLoss", "SigmoidFocalLoss", "SigmoidSquaredErrorLoss"],
)
def test_scores_are_read_by_a_sigmoid_and_a_half(name):
    loss = getattr(lt, name)()
    torch.testing.assert_close(loss.activation(SCORES), SCORES.sigmoid())
    assert loss.decodes(loss.activation(SCORES)).tolist() == [False, False, True, True]


@pytest.mark.parametrize("name", ["BCELoss", "BinaryCrossEntropyLoss"])
def test_given_probabilities_are_themselves(name):
    loss, p = getattr(lt, name)(), SCORES.sigmoid()
    assert loss.activation(p) is p
    assert loss.decodes(p).tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    "name",
    [n for n, r in records().items() if isinstance(r, Pointwise) and r.target == SIGNS],
)
def test_margins_are_read_as_signs(name):
    loss = getattr(lt, name)()
    outputs = loss.activation(SCORES)
    torch.testing.assert_close(outputs, SCORES.sigmoid() if name == "LogisticLoss" else SCORES)
    assert loss.decodes(outputs).tolist() == [-1.0, -1.0, 1.0, 1.0]


def test_a_margin_of_classes_has_no_probabilities():
    loss = lt.MultiMarginLoss()
    assert loss.activation(ROWS) is ROWS
    assert loss.decodes(ROWS).tolist() == [0, 2]


@pytest.mark.parametrize("name", ["MSELoss", "L1Loss", "HuberLoss", "LogCoshLoss", "QuantileLoss"])
def test_a_number_is_itself(name):
    loss = getattr(lt, name)()
    assert loss.activation(SCORES) is SCORES
    assert loss.decodes(SCORES) is SCORES


@pytest.mark.parametrize("name", ["PoissonNLLLoss", "PoissonLoss"])
def test_the_logarithm_of_a_rate_is_read_by_exp(name):
    loss = getattr(lt, name)()
    torch.testing.assert_close(loss.activation(SCORES), SCORES.exp())
    assert loss.decodes(SCORES) is SCORES


def test_hidden_states_of_a_head_are_projected_first():
    hidden = torch.randn(2, 5, 4)
    for head in (lt.LinearCrossEntropyLoss(4, 3, bias=True, softcap=2.0), lt.LinearLoss(4, 3)):
        p, flat = head.activation(hidden), hidden.reshape(10, 4)
        torch.testing.assert_close(p.sum(-1), torch.ones(2, 5))
        y = torch.arange(10) % 3
        chosen = p.reshape(10, 3)[torch.arange(10), y]
        torch.testing.assert_close(head(flat, y), -chosen.log().mean())
        assert torch.equal(head.decodes(p), p.argmax(-1))
    hinge = lt.LinearLoss(4, 3, "hinge")
    torch.testing.assert_close(hinge.activation(hidden), hidden @ hinge.weight.T)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_every_module_is_read(case):
    loss = case.module("mean")
    loss = getattr(loss, "loss", loss)
    z, _ = case.draw(torch.float32)
    outputs = loss.activation(z)
    assert outputs.shape == z.shape
    assert loss.decodes(outputs).shape in {z.shape, z.shape[:1]}


# skorch chooses what turns outputs into probabilities by isinstance.


def data():
    x, y = make_classification(200, 6, random_state=0)
    return x.astype(np.float32), y.astype(np.int64)


def fitted(kind, criterion, outputs, target):
    x, y = data()
    torch.manual_seed(0)
    net = kind(nn.Linear(6, outputs), criterion=criterion, max_epochs=3, lr=0.1, verbose=0)
    net.set_params(train_split=None)
    return net.fit(x, y.astype(target)), x, y


@pytest.mark.parametrize("name", ["CrossEntropyLoss", "SoftmaxCrossEntropyLoss"])
def test_skorch_classifies_as_with_torch_s(name):
    kind = skorch.NeuralNetClassifier
    mine, x, y = fitted(kind, getattr(lt, name), 2, np.int64)
    theirs, _, _ = fitted(kind, nn.CrossEntropyLoss, 2, np.int64)
    p = mine.predict_proba(x)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(p, theirs.predict_proba(x), rtol=1e-5)
    assert np.array_equal(mine.predict(x), theirs.predict(x))
    assert mine.score(x, y) > 0.7


@pytest.mark.parametrize("name", ["BCEWithLogitsLoss", "SigmoidCrossEntropyLoss"])
def test_skorch_classifies_two_classes_as_with_torch_s(name):
    kind = skorch.NeuralNetBinaryClassifier
    mine, x, y = fitted(kind, getattr(lt, name), 1, np.float32)
    theirs, _, _ = fitted(kind, nn.BCEWithLogitsLoss, 1, np.float32)
    p = mine.predict_proba(x)
    np.testing.assert_allclose(p.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(p, theirs.predict_proba(x), rtol=1e-5)
    assert np.array_equal(mine.predict(x), theirs.predict(x))
    assert mine.score(x, y) > 0.7


def test_skorch_takes_the_activation_of_a_loss_that_torch_has_not():
    x, y = data()
    net = skorch.NeuralNetClassifier(
        nn.Linear(6, 2),
        criterion=lt.FocalLoss,
        criterion__gamma=1.5,
        predict_nonlinearity=lt.FocalLoss(gamma=1.5).activation,
        max_epochs=2,
        verbose=0,
    )
    np.testing.assert_allclose(net.fit(x, y).predict_proba(x).sum(1), 1, rtol=1e-6)


def test_skorch_fits_numbers_as_with_torch_s():
    x, y = data()
    predicted = []
    for criterion in (lt.MSELoss, nn.MSELoss):
        torch.manual_seed(0)
        net = skorch.NeuralNetRegressor(
            nn.Linear(6, 1), criterion=criterion, max_epochs=2, verbose=0
        )
        predicted.append(net.fit(x, y[:, None].astype(np.float32)).predict(x))
    np.testing.assert_allclose(*predicted, rtol=1e-5)


# Weights may be parametrised, as any tensor of a module.


class Doubled(nn.Module):
    """Twice a tensor."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 2 * x

    def right_inverse(self, x: torch.Tensor) -> torch.Tensor:
        return x / 2


@pytest.mark.parametrize(
    ("name", "option", "target"),
    [
        ("CrossEntropyLoss", "weight", torch.tensor([0, 2])),
        ("FocalLoss", "weight", torch.tensor([0, 2])),
        ("MultiMarginLoss", "weight", torch.tensor([0, 2])),
        ("BCEWithLogitsLoss", "weight", torch.ones(2, 3)),
        ("BCEWithLogitsLoss", "pos_weight", torch.ones(2, 3)),
    ],
)
def test_a_weight_may_be_parametrised(name, option, target):
    weight = torch.tensor([1.0, 2.0, 4.0])
    loss = getattr(lt, name)(**{option: weight})
    expected, text = loss(ROWS, target), repr(loss)
    parametrize.register_parametrization(loss, option, Doubled())
    torch.testing.assert_close(loss(ROWS, target), expected)
    assert f"{option}=<3>" in repr(loss)
    torch.testing.assert_close(copy.deepcopy(loss)(ROWS, target), expected)
    loss.parametrizations[option].original = 2 * weight
    assert torch.equal(getattr(loss, option), 4 * weight)
    parametrize.remove_parametrizations(loss, option)
    assert repr(loss) == text
