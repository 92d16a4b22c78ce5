"""Errors speak of the arguments that were given, by their names in torch."""

import re

import numpy as np
import pytest
import torch
from torch import nn

import lossary as ls
import lossary.torch as lt
from lossary.torch import functional as f

Z, Y = torch.rand(2, 3), torch.tensor([0, 2])
T = torch.rand(2, 3)
ROWS = ["CrossEntropyLoss", "FocalLoss", "BrierLoss", "MultiMarginLoss"]
ELEMENTS = ["MSELoss", "L1Loss", "HuberLoss", "BCEWithLogitsLoss", "BCELoss", "PoissonNLLLoss"]
ELEMENTS += ["HingeLoss", "LogCoshLoss", "SigmoidFocalLoss"]
DIVERGENCES = ["KLDivLoss", "JSDivLoss"]
ALL = [*ROWS, *ELEMENTS, *DIVERGENCES]
REAL = "must hold real numbers of 16 to 64 bits, or integers, got dtype "
NONE = "must be a torch tensor, got NoneType"
WRONG = {
    "None": (None, NONE),
    "str": ("x", "must be a torch tensor, got str"),
    "list": ([1.0], "must be a torch tensor, got list: pass torch.as_tensor({})"),
    "ndarray": (np.ones(2), "must be a torch tensor, got ndarray: pass torch.as_tensor({})"),
    "number": (1.5, "must be a torch tensor, got float: pass torch.as_tensor({})"),
    "float8": (
        T.to(torch.float8_e4m3fn),
        REAL + "torch.float8_e4m3fn: pass {}.float()",
    ),
    "complex": (
        T.to(torch.complex64),
        REAL + "torch.complex64: pass {}.real",
    ),
    "sparse": (
        T.to_sparse(),
        "must be a dense tensor, got layout torch.sparse_coo: pass {}.to_dense()",
    ),
}


def raises(text):
    return pytest.raises(ls.LossaryError, match=re.escape(text))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("wrong", "text"), WRONG.values(), ids=list(WRONG))
def test_what_is_no_tensor_of_numbers_is_named(name, wrong, text):
    loss, target = getattr(lt, name)(), Y if name in ROWS else T
    with raises("input " + text.format("input")):
        loss(wrong, target)
    with raises("target " + text.format("target")):
        loss(Z, wrong)
    if wrong is not None:
        given = (Z.log_softmax(1), T.softmax(1)) if name in DIVERGENCES else (Z, target)
        with raises("sample_weight " + text.format("sample_weight")):
            loss(*given, wrong)


@pytest.mark.parametrize("argument", ["input1", "input2", "target"])
@pytest.mark.parametrize(("wrong", "text"), WRONG.values(), ids=list(WRONG))
def test_a_ranking_names_which_of_its_inputs_is_wrong(argument, wrong, text):
    given = {"input1": T, "input2": T, "target": torch.ones(2, 3), argument: wrong}
    with raises(f"{argument} {text.format(argument)}"):
        lt.MarginRankingLoss()(**given)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        *((getattr(lt, name), "weight") for name in ROWS),
        (lt.BCELoss, "weight"),
        (lt.BCEWithLogitsLoss, "weight"),
        (lt.BCEWithLogitsLoss, "pos_weight"),
        (lt.HingeLoss, "class_weight"),
        (lt.LinearCrossEntropyLoss, "class_weight"),
    ],
)
@pytest.mark.parametrize("wrong", [{"a": 1.0}, ["a"], "x", object, 1j], ids=repr)
def test_a_weight_that_is_no_array_is_named(made, name, wrong):
    needed = {"hidden": 4, "classes": 3} if made is lt.LinearCrossEntropyLoss else {}
    with pytest.raises(ls.LossaryError, match=f"^{name} must (be an array of|hold) real numbers"):
        made(**needed, **{name: wrong})


@pytest.fixture(params=[None, False], ids=["kernels", "plain"])
def _path(request):
    ls.fast(request.param)
    yield
    ls.fast(None)


@pytest.mark.usefixtures("_path")
@pytest.mark.parametrize("name", ROWS)
def test_class_weights_go_by_torch_s_name(name):
    with raises("weight must hold one weight for each of the 3 classes, got shape (4,)"):
        getattr(lt, name)(weight=torch.ones(4))(Z, Y)


FUNCTIONS = {
    "cross_entropy": (
        lambda: f.cross_entropy(Z, Y, weight=torch.tensor([1.0, -1.0, 1.0])),
        "weight must lie in [0, inf), got -1.0 at index 1",
    ),
    "softmax_focal": (
        lambda: f.softmax_focal(Z, Y, weight=torch.ones(2)),
        "weight must hold one weight for each of the 3 classes, got shape (2,)",
    ),
    "multi_margin_loss": (
        lambda: f.multi_margin_loss(Z, Y, weight=-torch.ones(3)),
        "weight must lie in [0, inf), got -1.0 at index 0",
    ),
    "binary_cross_entropy, weight": (
        lambda: f.binary_cross_entropy(T, T, weight=torch.full((2, 3), -1.0)),
        "weight must lie in [0, inf), got -1.0 at index (0, 0)",
    ),
    "binary_cross_entropy, sample_weight": (
        lambda: f.binary_cross_entropy(T, T, sample_weight=torch.full((2, 3), -1.0)),
        "sample_weight must lie in [0, inf), got -1.0 at index (0, 0)",
    ),
    "mse_loss": (
        lambda: f.mse_loss(T, T, weight=torch.ones(2)),
        "target and weight must have the same shape, got (2, 3) and (2,)",
    ),
    "MSELoss": (
        lambda: lt.MSELoss()(T, T, torch.ones(2)),
        "target and sample_weight must have the same shape, got (2, 3) and (2,)",
    ),
    "probability": (
        lambda: lt.BCELoss()(2 * torch.ones(2, 3), T),
        "input must lie in [0, 1], got 2.0 at index (0, 0)",
    ),
    "no class": (
        lambda: lt.CrossEntropyLoss()(torch.rand(2, 0), Y),
        "input must hold at least one class along axis 1, got shape (2, 0)",
    ),
    "no axis": (
        lambda: lt.FocalLoss()(torch.tensor(1.0), torch.tensor(0)),
        "input must hold at least one class along axis 0, got shape ()",
    ),
    "class_dim": (
        lambda: lt.CrossEntropyLoss(class_dim=1.5)(Z, Y),
        "class_dim must be a whole number, got float 1.5",
    ),
    "no row of a divergence": (
        lambda: lt.KLDivLoss()(torch.tensor(0.0), torch.tensor(1.0)),
        "input must hold at least one class along axis 0, got shape ()",
    ),
    "whole numbers as log-probabilities": (
        lambda: lt.KLDivLoss()(torch.zeros(2, 1, dtype=torch.int64), torch.ones(2, 1)),
        "input must be of a floating dtype, got torch.int64: pass input.float()",
    ),
    "flag": (
        lambda: lt.KLDivLoss(log_target="yes"),
        "log_target must be True or False, got str 'yes'",
    ),
    "outputs": (
        lambda: lt.LinearLoss(4, 3, outputs=5),
        "outputs must be a tuple of names among 'lse', 'entropy', 'prediction', 'accuracy', got 5",
    ),
    "device": (
        lambda: lt.LinearLoss(4, 3, device="x"),
        "cannot create a projection of 4 hidden states to 3 classes with device='x' and dtype=None",
    ),
}


@pytest.mark.usefixtures("_path")
@pytest.mark.parametrize(("call", "text"), FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_an_argument_goes_by_torch_s_name(call, text):
    with raises(text):
        call()


@pytest.mark.parametrize("name", [*ROWS[:3], "KlLoss"])
def test_one_hot_rows_of_whole_numbers_are_an_error_of_dtype(name):
    one_hot = torch.eye(3, dtype=torch.int64)[:2]
    text = (
        "target of shape (2, 3) must hold distributions of a floating dtype, got dtype "
        "torch.int64: one-hot rows become them by target.float()"
    )
    with raises(text):
        getattr(lt, name)()(Z, one_hot)
    torch.testing.assert_close(
        getattr(lt, name)()(Z, one_hot.float()), getattr(lt, name)()(Z, one_hot.argmax(1))
    )


@pytest.mark.parametrize(
    ("made", "name", "target"),
    [
        (lt.CrossEntropyLoss, "weight", Y),
        (lt.FocalLoss, "weight", Y),
        (lt.BCEWithLogitsLoss, "pos_weight", T),
    ],
)
def test_a_parameter_as_weight_is_named(made, name, target):
    loss = made(**{name: nn.Parameter(torch.ones(3))})
    with raises(
        f"{name} requires a gradient, and the loss has no derivative by it: pass {name}.det"
    ):
        loss(Z, target)
    with torch.no_grad():
        torch.testing.assert_close(loss(Z, target), made()(Z, target))


@pytest.mark.parametrize("name", ELEMENTS)
def test_whole_numbers_as_targets_are_taken_as_torch_takes_them(name):
    target = torch.ones(2, 3, dtype=torch.int64)
    loss = getattr(lt, name)()
    torch.testing.assert_close(loss(T, target), loss(T, target.float()))


MISUSES = {
    "unknown": (
        lambda: f.mse_loss(T, T, wieght=T),
        "'wieght': it takes input, target, size_average, reduce, reduction, weight",
    ),
    "under another name": (
        lambda: f.mse_loss(T, T, sample_weight=T),
        "mse_loss has no argument 'sample_weight'",
    ),
    "missing": (lambda: f.cross_entropy(T), "missing a required argument: 'target'"),
    "twice": (lambda: f.cross_entropy(T, Y, target=Y), "multiple values for argument 'target'"),
    "too many": (lambda: f.huber_loss(T, T, "mean", 1.0, T, T), "too many positional arguments"),
    "keyword only": (lambda: f.kl_div(T, T, None, None, "sum", False, T), "too many positional"),
    "module": (
        lambda: lt.HuberLoss(dleta=1.0),
        "HuberLoss has no argument 'dleta': it takes reduction, delta",
    ),
    "module, too many": (lambda: lt.L1Loss(None, None, "sum", 1.0), "too many positional"),
    "head": (lambda: lt.LinearCrossEntropyLoss(4, 3, told=()), "has no argument 'told'"),
}


@pytest.mark.parametrize(("call", "text"), MISUSES.values(), ids=list(MISUSES))
def test_a_call_that_does_not_fit_the_signature(call, text):
    with raises(text) as error:
        call()
    assert isinstance(error.value, TypeError)


def test_arguments_by_position_and_by_name_are_the_same():
    weight = torch.rand(2, 3)
    expected = (weight * (Z - T) ** 2).sum() / weight.sum()
    torch.testing.assert_close(f.mse_loss(Z, T, None, None, "mean", weight), expected)
    torch.testing.assert_close(f.mse_loss(target=T, input=Z, weight=weight), expected)
    classes = torch.tensor([1.0, 2.0, 0.5])
    by_position = f.cross_entropy(Z, Y, classes, None, 0, None, "sum", 0.1)
    by_name = {"weight": classes, "ignore_index": 0, "reduction": "sum", "label_smoothing": 0.1}
    torch.testing.assert_close(by_position, f.cross_entropy(Z, Y, **by_name))
    torch.testing.assert_close(by_position, lt.CrossEntropyLoss(**by_name)(Z, Y))
