"""Linear heads at their limits: rows that count for nothing, few bits, memory, threads, errors."""

import re

import pytest
import torch
from torch.nn import functional

import lossary as ls
from lossary.kernels.torch import matrix_products as products
from lossary.torch import linear_loss
from support.heads import (
    HIDDEN,
    IGNORED,
    ROWS,
    WIDE,
    assert_near,
    check,
    drawn,
    full,
    outcome,
    truth,
    weights,
)

each_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


@pytest.mark.parametrize("dense", [False, True], ids=["index", "distribution"])
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "softmax_squared_error", "hinge"])
def test_auxiliary_outputs(dense, loss):
    if dense and loss == "hinge":
        dense = False  # margins are those of a class
    inputs, outputs = drawn(dense=dense), ("lse", "entropy", "prediction", "accuracy")
    z = functional.linear(inputs.hidden.double(), inputs.weight.double(), inputs.bias.double())
    label = inputs.target.argmax(1) if dense else inputs.target
    p, seen = torch.softmax(z, 1), label != IGNORED
    lse = torch.where(seen, torch.logsumexp(z, 1), 0)
    entropy = torch.where(seen, torch.special.entr(p).sum(1), 0)
    best = torch.where(seen, z.argmax(1), -1)
    for asked in (True, False):
        leaf = inputs.hidden.clone().requires_grad_(asked)
        got = linear_loss(leaf, *inputs[1:], loss=loss, outputs=outputs, chunk=5)
        assert_near(got[1:3], [lse, entropy], 32, "lse entropy")
        assert got[3].tolist() == best.tolist()
        assert float(got[4]) == pytest.approx(float((best == label).sum() / seen.sum()))
        assert not any(x.requires_grad for x in got[1:])
    (_, only) = linear_loss(*inputs, loss=loss, outputs=["lse"])
    assert_near([only], [lse], 32, "lse")


def test_nothing_but_ignored_rows():
    inputs = drawn()
    inputs = inputs._replace(target=torch.full((ROWS,), IGNORED))
    assert all((x == 0).all() for x in outcome(linear_loss, inputs))
    value, lse, best = linear_loss(*inputs, outputs=("lse", "prediction"))
    assert value == 0
    assert (lse == 0).all()
    assert (best == -1).all()


@each_reduction
def test_rows_that_count_for_nothing_may_hold_anything(reduction):
    inputs, silent = drawn(), weights(WIDE, torch.float32)["sample_weight"]
    inputs.hidden[ROWS // 2] = torch.nan
    inputs.hidden[3] = torch.inf
    got = outcome(linear_loss, inputs, reduction=reduction, sample_weight=silent)
    inputs.hidden[ROWS // 2] = inputs.hidden[3] = 0
    assert_near(got, truth(inputs, reduction=reduction, sample_weight=silent), 32)


def test_a_class_that_is_masked_by_its_bias():
    inputs = drawn()
    masked = next(c for c in range(WIDE) if c not in inputs.target)
    inputs.bias[masked] = -torch.inf
    check(inputs)
    assert outcome(linear_loss, inputs)[3][masked] == 0


def test_a_row_of_nan_is_nan_and_no_other():
    inputs = drawn()
    inputs.hidden[2] = torch.nan
    losses, by_hidden, *_ = outcome(linear_loss, inputs, reduction="none")
    assert losses.isnan().nonzero().tolist() == [[2]]
    assert by_hidden.isnan().any(1).nonzero().tolist() == [[2]]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("units", [False, True])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_half_precision_is_rounded_once(monkeypatch, dtype, units, reduction):
    monkeypatch.setattr(products, "_bfloat16", lambda: units)
    inputs = drawn(dtype=dtype, rows=40)
    got, expected = (
        outcome(linear_loss, inputs, reduction=reduction, chunk=9),
        truth(inputs, reduction=reduction),
    )
    for a, b in zip(got, expected, strict=True):
        assert a.dtype == dtype
        # With units logits and their gradient are of half precision, too.
        bound = (4 if units else 0.51) * 2 * torch.finfo(dtype).eps
        assert float((a.double() - b).norm() / b.norm()) <= bound


def test_a_scale_lifts_what_float16_cannot_hold():
    inputs, above = drawn(dtype=torch.float16), 2.0**15
    lifted = outcome(linear_loss, inputs, above=torch.tensor(above), z_loss=0.0)
    plain = truth(inputs, above=torch.tensor(above))
    assert float((lifted[2].double() - plain[2]).norm() / plain[2].norm()) < 1e-3


def test_autocast_keeps_the_loss_in_float32():
    hidden, weight, target, bias = drawn()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        leaf = hidden.clone().requires_grad_()
        value = linear_loss(leaf, weight, target, bias)
    value.backward()
    assert value.dtype == leaf.grad.dtype == torch.float32
    torch.testing.assert_close(value, linear_loss(hidden, weight, target, bias), rtol=0.01, atol=0)


@pytest.mark.parametrize("threads", [2, 3])
def test_results_do_not_depend_on_threads(threads):
    inputs = drawn(3000, rows=600)
    one = outcome(linear_loss, inputs)
    try:
        torch.set_num_threads(threads)
        more = outcome(linear_loss, inputs)
    finally:
        torch.set_num_threads(1)
    assert all(torch.equal(a, b) for a, b in zip(one, more, strict=True))


def largest_allocation(call):
    """How many bytes the largest tensor has that an operation of PyTorch makes."""
    kinds = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=kinds, profile_memory=True) as seen:
        call()
    return max(event.self_cpu_memory_usage for event in seen.events())


def test_logits_are_never_all_there():
    hidden, weight, target, bias = drawn(20_000, rows=1100)
    logits = 4 * hidden.shape[0] * len(weight)
    leaves = [x.requires_grad_() for x in (hidden, weight, bias)]
    assert largest_allocation(lambda: full(hidden, weight, target, bias).backward()) >= logits

    def step():
        linear_loss(leaves[0], leaves[1], target, leaves[2], chunk=128).backward()

    def value():
        with torch.no_grad():
            linear_loss(hidden, weight, target, bias)

    assert largest_allocation(step) < logits / 8
    assert largest_allocation(value) <= 4 << 20


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"weight": torch.ones(HIDDEN, WIDE)}, r"got \(13, 6\) and \(6, 1500\): pass weight.t\(\)"),
        ({"weight": torch.ones(WIDE, 5)}, r"got \(13, 6\) and \(1500, 5\)"),
        ({"bias": torch.ones(3)}, "bias must hold one number for each of the 1500 classes"),
        ({"hidden": torch.ones(ROWS, HIDDEN).double()}, "must have one floating dtype"),
        ({"hidden": [[1.0] * HIDDEN]}, "hidden must be a torch tensor, got list"),
        (
            {"outputs": ("accurracy",)},
            "outputs must be 'lse', 'entropy', 'prediction' or 'accuracy', got 'accurracy'",
        ),
        ({"outputs": "lse"}, r"got 'lse': write outputs=\('lse',\)"),
        ({"chunk": 0}, "chunk must be a whole number from 1 on, got 0"),
        ({"loss": "softmax_focl"}, "Did you mean 'softmax_focal'"),
        ({"loss": "squared_error"}, "squared_error"),
        (
            {"loss": "hinge", "z_loss": 0.1},
            "z_loss applies to losses of a softmax, and hinge is a margin loss: got z_loss=0.1",
        ),
        ({"loss": "softmax_focal", "gama": 1}, "gama"),
        ({"reduction": "avg"}, "reduction must be 'mean', 'sum' or 'none'"),
    ],
)
def test_an_argument_out_of_range_is_an_error(change, text):
    call = {**drawn()._asdict(), **change}
    with pytest.raises(ls.LossaryError, match=text):
        linear_loss(**call)


@pytest.mark.parametrize(
    "change",
    [
        {"target": torch.full((ROWS,), WIDE)},
        {"target": torch.full((ROWS,), -1)},
        {"target": torch.zeros(ROWS)},
        {"sample_weight": -torch.ones(ROWS)},
        {"sample_weight": torch.ones(2)},
        {"class_weight": -torch.ones(WIDE)},
        {"class_weight": torch.ones(3)},
        {"target": torch.full((ROWS, WIDE), 2.0 / WIDE)},
        {"target": torch.eye(WIDE)[:ROWS].index_fill_(0, torch.tensor([11]), 1.0)},
        {"target": torch.eye(WIDE)[:ROWS] * 3 - 2 * torch.eye(WIDE)[1:][:ROWS]},
        {"temperature": 0.0},
        {"label_smoothing": 2.0},
    ],
)
@pytest.mark.parametrize("asked", [True, False])
def test_what_is_wrong_is_said_as_of_all_logits(change, asked):
    call, said = {**drawn()._asdict(), **change}, []
    for head in (full, linear_loss):
        with pytest.raises(ls.LossaryError) as error, torch.set_grad_enabled(asked):
            head(**{**call, "hidden": call["hidden"].clone().requires_grad_(asked)})
        said.append(re.sub(r"\s+", " ", str(error.value)))
    assert said[0] == said[1]


@pytest.mark.parametrize("odd", [torch.nan, torch.inf])
def test_an_odd_row_leaves_the_gradients_of_others_as_they_are(odd):
    inputs = drawn()
    others = [i for i in range(ROWS) if i != 2]
    expected = truth(inputs, reduction="sum")[1][others]
    inputs.hidden[2] = odd
    got = outcome(linear_loss, inputs, reduction="sum")[1][others]
    assert_near([got], [expected], 32, "hidden")
