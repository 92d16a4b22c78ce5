"""Linear heads beside the loss of all logits: values, gradients, what is told, memory, errors."""

import re
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor
from torch.nn import functional

import lossary as ls
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS
from lossary.kernels import plan, products
from lossary.torch import linear_loss
from support.kernels import kernels, wide

ROWS, HIDDEN = 13, 6
NARROW, WIDE = 7, 1500
IGNORED = -100
ROW_LOSSES = list(catalogue.names("rowwise"))
MARGINS = [n for n in catalogue.names("pointwise") if catalogue.get(n).target == SIGNS]
# The compiler of forward mode scripts: it warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script`")
EPS = {torch.float32: 2.0**-23, torch.float64: 2.0**-52, torch.bfloat16: 2.0**-8}
SOFTMAX = {"label_smoothing": 0.1, "temperature": 2.0, "softcap": 5.0, "z_loss": 0.01}

both_dtypes = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
each_reduction = pytest.mark.parametrize("reduction", ["mean", "sum", "none"])


class Drawn(NamedTuple):
    """What a head is called with."""

    hidden: Tensor
    weight: Tensor
    target: Tensor
    bias: Tensor | None


def drawn(classes=WIDE, dtype=torch.float32, *, dense=False, rows=ROWS):
    """Hidden states, a projection and classes, of which one is ignored, or distributions."""
    g = torch.Generator().manual_seed(classes + dense)
    made = {"generator": g, "dtype": torch.float64}
    target = torch.randint(classes, (rows,), generator=g)
    target[rows // 2] = IGNORED
    if dense:
        target = torch.softmax(3 * torch.randn(rows, classes, **made), 1)
    hidden, weight = torch.randn(rows, HIDDEN, **made), torch.randn(classes, HIDDEN, **made)
    bias = torch.randn(classes, **made)
    return Drawn(hidden.to(dtype), weight.to(dtype), wider(target, dtype), bias.to(dtype))


def wider(x, dtype):
    return x.to(torch.promote_types(dtype, torch.float32)) if x.is_floating_point() else x


def weights(classes, dtype):
    """Weights of rows, one of them 0, and of classes."""
    g = torch.Generator().manual_seed(1)
    of_rows, of_classes = (torch.rand(n, generator=g, dtype=dtype) for n in (ROWS, classes))
    of_rows[3] = 0
    return {"sample_weight": of_rows, "class_weight": of_classes}


def full(hidden, weight, target, bias=None, *, loss="softmax_cross_entropy", **options):
    """The same loss of logits that are all there."""
    z = functional.linear(hidden, weight, bias)
    if not target.is_floating_point():
        options = {"ignore_index": IGNORED, **options}
    if loss in MARGINS:
        return ls.multiclass_margin(z, target, loss=loss, **options)
    return getattr(ls, loss)(z, target, **options)


def outcome(head, inputs, above=None, **options):
    """A loss and its gradients by hidden states, weights and bias."""
    leaves = [x.detach().clone().requires_grad_() for x in (inputs[0], inputs[1], inputs[3])]
    value = head(leaves[0], leaves[1], inputs[2], leaves[2], **options)
    value.backward(torch.ones_like(value) if above is None else above.to(value.dtype))
    return [value.detach(), *(x.grad for x in leaves)]


def truth(inputs, above=None, **options):
    """What :func:`outcome` is of all logits, in float64 on the plain path."""
    doubled = [wide(x) for x in inputs]
    if doubled[2].is_floating_point():
        doubled[2] = doubled[2] / doubled[2].sum(-1, keepdim=True)
    options = {name: wide(x) for name, x in options.items()}
    with plan.plain():
        return outcome(full, doubled, above, **options)


def assert_near(got: Any, expected: Any, eps: float, names="value hidden weight bias") -> None:
    """Fail where a tensor is off by more than so many eps of its largest element."""
    for name, a, b in zip(names.split(), got, expected, strict=True):
        assert a.shape == b.shape
        size = b.double().abs().max().clamp(min=torch.finfo(torch.float32).tiny)
        error = float((a.double() - b.double()).abs().max() / size) / EPS[a.dtype]
        assert error <= eps, f"{name}: {error:.3g} eps of the largest element, {eps:g} allowed"


def check(inputs, eps=32, above=None, **options):
    """Compare value and gradients, and the value where no gradient is asked for."""
    only_here = {name: options.pop(name) for name in ("chunk",) if name in options}
    expected = truth(inputs, above, **options)
    with kernels():
        got = outcome(linear_loss, inputs, above, **options, **only_here)
    assert_near(got, expected, eps)
    with torch.no_grad():
        alone = linear_loss(*inputs, **options, **only_here)
    assert_near([alone], expected[:1], eps, "value")
    assert not alone.requires_grad


@pytest.mark.parametrize("loss", ROW_LOSSES)
@pytest.mark.parametrize("dense", [False, True], ids=["index", "distribution"])
@pytest.mark.parametrize("classes", [NARROW, WIDE])
@each_reduction
def test_every_loss_of_rows(loss, dense, classes, reduction):
    if loss == "reverse_kl" and not dense:
        dense = True  # of a class alone it is infinite
    # Near a class alone js is a difference of logarithms.
    eps = 32 if dense or loss != "js" else 256
    check(drawn(classes, dense=dense), eps, loss=loss, reduction=reduction, chunk=5)


@pytest.mark.parametrize("loss", MARGINS)
@pytest.mark.parametrize("variant", ["crammer_singer", "weston_watkins"])
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_every_margin_loss(loss, variant, reduction):
    inputs = drawn(64)
    inputs = inputs._replace(hidden=inputs.hidden / 8)
    options = {"class_weight": weights(64, torch.float32)["class_weight"], "chunk": 4}
    check(inputs, loss=loss, variant=variant, reduction=reduction, **options)


@both_dtypes
@pytest.mark.parametrize("dense", [False, True], ids=["index", "distribution"])
@each_reduction
def test_options_act_as_on_all_logits(dtype, dense, reduction):
    options = {**SOFTMAX, **weights(WIDE, dtype), "reduction": reduction}
    check(drawn(dtype=dtype, dense=dense), **options, chunk=5)
    check(drawn(dtype=dtype, dense=dense), loss="softmax_focal", gamma=1.5, **options)


@pytest.mark.parametrize("chunk", [None, 1, 4, ROWS, 1000])
def test_chunks_of_any_size(chunk):
    check(drawn(), chunk=chunk)


def test_many_blocks_of_classes_and_rows():
    hidden, weight, target, _ = drawn(3000, rows=1100)
    bias = torch.linspace(-1, 1, 3000)
    check(Drawn(hidden, weight, target, bias), eps=64)


def test_batches_of_any_shape():
    hidden, weight, target, bias = drawn(rows=12)
    flat = linear_loss(hidden, weight, target, bias, reduction="none")
    for shape in ((2, 6), (2, 3, 2)):
        z, y = hidden.reshape(*shape, HIDDEN), target.reshape(shape)
        each = linear_loss(z, weight, y, bias, reduction="none", sample_weight=torch.ones(shape))
        torch.testing.assert_close(each, flat.reshape(shape))
    one = linear_loss(hidden[0], weight, target[0], bias)
    torch.testing.assert_close(one, flat[0])


def test_strides_and_dtypes_of_targets_are_no_matter():
    inputs = drawn()
    turned = Drawn(
        inputs.hidden.t().contiguous().t(),
        inputs.weight.t().contiguous().t(),
        torch.stack([inputs.target, inputs.target], 1)[:, 0],
        torch.stack([inputs.bias, inputs.bias], 1)[:, 0],
    )
    expected = outcome(linear_loss, inputs)
    assert_near(outcome(linear_loss, turned), expected, 32)
    short = inputs._replace(target=inputs.target.to(torch.int32))
    assert_near(outcome(linear_loss, short), expected, 0)


@pytest.mark.parametrize("asked", [(0,), (1,), (3,), (0, 3)])
def test_only_gradients_that_are_asked_for(asked):
    inputs = drawn()
    expected = dict(zip((0, 1, 3), truth(inputs)[1:], strict=True))
    leaves = [x.clone() for x in inputs]
    for i in asked:
        leaves[i].requires_grad_()
    linear_loss(*leaves).backward()
    for i in (0, 1, 3):
        assert (leaves[i].grad is not None) == (i in asked)
        if i in asked:
            assert_near([leaves[i].grad], [expected[i]], 32, "gradient")


@pytest.mark.parametrize("above", [-2.5, 0.0])
def test_what_comes_from_above(above):
    check(drawn(), above=torch.tensor(above))
    check(drawn(), above=above * torch.linspace(0, 1, ROWS), reduction="none", chunk=4)


@each_reduction
def test_a_second_backward_is_the_first(reduction):
    inputs = drawn()
    leaves = [inputs.hidden.requires_grad_(), inputs.weight.requires_grad_()]
    value = linear_loss(*inputs, reduction=reduction).sum()
    first = torch.autograd.grad(value, leaves, retain_graph=True)
    again = torch.autograd.grad(value, leaves)
    assert_near(again, first, 8, "hidden weight")


def test_a_second_backward_after_a_change_is_an_error():
    hidden, weight, target, _ = drawn()
    value = linear_loss(hidden.requires_grad_(), weight.requires_grad_(), target)
    value.backward(retain_graph=True)
    with torch.no_grad():
        weight.mul_(2)
    with pytest.raises(RuntimeError, match=r"changed|modified"):
        value.backward()


@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_derivatives_of_derivatives(reduction):
    hidden, weight, target, bias = drawn(NARROW, torch.float64)
    leaves = [x.requires_grad_() for x in (hidden, weight, bias)]

    def loss(h, w, b):
        return linear_loss(h, w, target, b, reduction=reduction, z_loss=0.1)

    assert torch.autograd.gradcheck(loss, leaves)
    assert torch.autograd.gradgradcheck(loss, leaves)


def test_functional_transforms_and_forward_mode():
    hidden, weight, target, _ = drawn(NARROW, torch.float64)

    def loss(h, w=weight, t=target):
        return linear_loss(h, w, t)

    slope = outcome(full, drawn(NARROW, torch.float64)._replace(bias=torch.zeros(NARROW).double()))
    torch.testing.assert_close(torch.func.grad(loss)(hidden), slope[1])
    along = torch.ones_like(hidden)
    _, moved = torch.func.jvp(loss, (hidden,), (along,))
    torch.testing.assert_close(moved, slope[1].sum())
    each = torch.func.vmap(loss, (0, None, 0))(hidden[:, None], weight, target[:, None])
    torch.testing.assert_close(each, linear_loss(hidden, weight, target, reduction="none"))


def test_a_derivative_by_a_distribution():
    hidden, weight, target, _ = drawn(NARROW, torch.float64, dense=True)
    found = []
    for head in (linear_loss, full):
        t = target.clone().requires_grad_()
        found.append(torch.autograd.grad(head(hidden, weight, t), t)[0])
    torch.testing.assert_close(*found)


@pytest.mark.parametrize("dense", [False, True], ids=["index", "distribution"])
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "softmax_squared_error", "hinge"])
def test_what_is_told_of_rows(dense, loss):
    if dense and loss == "hinge":
        dense = False  # margins are those of a class
    inputs, told = drawn(dense=dense), ["lse", "entropy", "prediction", "accuracy"]
    z = functional.linear(inputs.hidden.double(), inputs.weight.double(), inputs.bias.double())
    label = inputs.target.argmax(1) if dense else inputs.target
    p, seen = torch.softmax(z, 1), label != IGNORED
    lse = torch.where(seen, torch.logsumexp(z, 1), 0)
    entropy = torch.where(seen, torch.special.entr(p).sum(1), 0)
    best = torch.where(seen, z.argmax(1), -1)
    for asked in (True, False):
        leaf = inputs.hidden.clone().requires_grad_(asked)
        got = linear_loss(leaf, *inputs[1:], loss=loss, told=told, chunk=5)
        assert_near(got[1:3], [lse, entropy], 32, "lse entropy")
        assert got[3].tolist() == best.tolist()
        assert float(got[4]) == pytest.approx(float((best == label).sum() / seen.sum()))
        assert not any(x.requires_grad for x in got[1:])
    (_, only) = linear_loss(*inputs, loss=loss, told="lse")
    assert_near([only], [lse], 32, "lse")


def test_nothing_but_ignored_rows():
    inputs = drawn()
    inputs = inputs._replace(target=torch.full((ROWS,), IGNORED))
    assert all((x == 0).all() for x in outcome(linear_loss, inputs))
    value, lse, best = linear_loss(*inputs, told=["lse", "prediction"])
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


def slopes_at_most(bound, inputs, **options):
    """Gradients of all logits without the slopes below a bound times the row's weight."""
    z = functional.linear(*(inputs[i].double() for i in (0, 1, 3))).requires_grad_()
    weight = options.get("sample_weight")
    ls.softmax_cross_entropy(z, inputs.target, ignore_index=IGNORED, **options).backward()
    share = (
        torch.full((ROWS,), 1 / (ROWS - 1))
        if weight is None
        else weight / (weight.sum() - weight[ROWS // 2])
    )
    slope = torch.where(z.grad.abs() < bound * share.double()[:, None], 0, z.grad)
    assert 0 < (slope != 0).sum() < 0.7 * z.grad.count_nonzero()
    return slope @ inputs.weight.double(), slope.t() @ inputs.hidden.double(), slope.sum(0)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_filter_leaves_out_small_slopes_and_no_other(weighted):
    inputs = drawn()
    options = {"sample_weight": weights(WIDE, torch.float64)["sample_weight"]} if weighted else {}
    by_hidden, by_weight, _ = slopes_at_most(1e-3, inputs, **options)
    got = outcome(linear_loss, inputs, filter=1e-3, chunk=5, **options)
    assert_near(got[:1], truth(inputs, **options)[:1], 32, "value")
    assert_near(got[1:3], (by_hidden, by_weight), 64, "hidden weight")


def test_a_filter_of_nothing_is_none():
    inputs = drawn()
    assert_near(outcome(linear_loss, inputs, filter=1e-30), truth(inputs), 64)


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
        ({"weight": torch.ones(HIDDEN, WIDE)}, "transpose the weight"),
        ({"weight": torch.ones(WIDE, 5)}, r"got \(13, 6\) and \(1500, 5\)"),
        ({"bias": torch.ones(3)}, "bias must hold one number for each of the 1500 classes"),
        ({"hidden": torch.ones(ROWS, HIDDEN).double()}, "must have one floating dtype"),
        ({"hidden": [[1.0] * HIDDEN]}, "hidden must be a torch tensor, got list"),
        ({"told": ["accurracy"]}, "told must be 'lse', 'entropy', 'prediction' or 'accuracy'"),
        ({"filter": 1.5}, r"filter must lie in \[0, 1\), got 1.5"),
        ({"chunk": 0}, "chunk must be a whole number from 1 on, got 0"),
        ({"loss": "softmax_focl"}, "Did you mean 'softmax_focal'"),
        ({"loss": "squared_error"}, "squared_error"),
        ({"loss": "hinge", "z_loss": 0.1}, "hinge is of margins, not of a softmax"),
        ({"loss": "softmax_focal", "gama": 1}, "gama"),
        ({"reduction": "avg"}, "reduction must be 'mean', 'sum' or 'none'"),
    ],
)
def test_what_cannot_be_is_told(change, text):
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
