"""Kernels of given log-probabilities beside the plain path: torch's KL, and Jensen-Shannon's.

Compiled: both in float32 and float64.
"""

import pytest
import torch

import lossary as ls
import lossary.torch as lt
from lossary.kernels import eligibility
from support.kernels import kernels
from support.paths import graded

LOSSES = [lt.functional.kl_div, lt.functional.js_div]
DTYPES = [torch.float32, torch.float64, torch.bfloat16, torch.float16]
CLASSES = [1, 2, 3, 65, 1025, 5000]
REDUCTIONS = ["mean", "batchmean", "sum", "none"]
ROWS = 9

each_loss = pytest.mark.parametrize("loss", LOSSES, ids=["kl", "js"])
of_logarithms = pytest.mark.parametrize("log_target", [False, True])


def drawn(classes, dtype=torch.float32, *, log_target=False):
    """Log-probabilities and targets: some near, some equal, some classes without mass."""
    generator = torch.Generator().manual_seed(classes)
    z, y = (
        2 * torch.randn(ROWS, classes, generator=generator, dtype=torch.float64) for _ in range(2)
    )
    y[1], y[2] = z[1] + 1e-3 * y[1], z[2]
    if classes > 2:
        y[3, 0] = z[4, 1] = y[4, 1] = -torch.inf
    t = y.log_softmax(-1) if log_target else y.softmax(-1)
    return z.log_softmax(-1).to(dtype).requires_grad_(), t.to(dtype)


def beside(loss, l, t, *, eps=4, **options):
    """Fail where kernel and plain path differ by more than so many eps of what is summed."""
    with kernels():
        fast = graded(lambda: loss(l, t, **options), l)
    with eligibility.plain():
        plain = graded(lambda: loss(l, t, **options), l)
    known = t.double().exp() if options.get("log_target") else t.double()
    mass = l.detach().double().exp() + known
    surprise = torch.where(mass == 0, 0, mass * (1 + abs(l.detach().double().nan_to_num(neginf=0))))
    sizes = [surprise if plain[0].ndim else surprise.sum(), mass]
    weight = options.get("sample_weight")
    if options["reduction"].endswith("mean"):
        divisor = ROWS if weight is None else float(weight.sum())
        sizes = [size / divisor for size in sizes]
    for x, y, size in zip(fast, plain, sizes, strict=True):
        assert x.dtype == y.dtype
        error = torch.where(x == y, 0, abs(x - y)).double()
        kind = torch.finfo(y.dtype)
        allowed = eps * kind.eps * torch.maximum(size, abs(y.double())) + 2 * kind.smallest_normal
        assert (error <= allowed).all()


@each_loss
@of_logarithms
@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_kernels_are_the_plain_path(loss, log_target, classes, reduction):
    l, t = drawn(classes, log_target=log_target)
    beside(loss, l, t, reduction=reduction, log_target=log_target)


@each_loss
@of_logarithms
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_weights_silence_whole_rows(loss, log_target, dtype, reduction):
    l, t = drawn(40, dtype, log_target=log_target)
    weight = torch.linspace(0, 1, ROWS).to(dtype)
    with torch.no_grad():
        l[0], t[0] = torch.nan, 7
    options = {"sample_weight": weight, "reduction": reduction, "log_target": log_target}
    with kernels():
        value, slope = graded(lambda: loss(l, t, **options), l)
    assert value.isfinite().all()
    assert (slope[0] == 0).all()
    whole = l.detach()[1:].requires_grad_(), t[1:]
    options["sample_weight"] = weight[1:]
    with eligibility.plain():
        expected = loss(*whole, **options)
    rest = value[1:] if reduction == "none" else value
    kind = torch.finfo(dtype)
    torch.testing.assert_close(rest, expected, rtol=32 * kind.eps, atol=4 * kind.eps)


@each_loss
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_the_classes_are_where_torch_has_them(loss, reduction):
    image, target = (x.detach().reshape(3, 3, 65).movedim(-1, 1) for x in drawn(65))
    image = image.clone().requires_grad_()
    with kernels():
        found = graded(lambda: loss(image, target, reduction=reduction), image)
    with eligibility.plain():
        plain = graded(lambda: loss(image, target, reduction=reduction), image)
    torch.testing.assert_close(found, plain)


def message(call):
    with pytest.raises(ls.LossaryError) as error:
        call()
    return str(error.value)


@each_loss
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("place", [0, 64])
def test_what_is_no_distribution_is_refused_in_the_words_of_the_plain_path(loss, side, place):
    pair = [x.detach() for x in drawn(65)]
    pair[side][6, place] -= 0.5
    fast = message(lambda: loss(*pair))
    with eligibility.plain():
        assert fast == message(lambda: loss(*pair))


@each_loss
@pytest.mark.parametrize("weight", [-1.0, torch.inf])
def test_weights_go_where_the_plain_path_sends_them(loss, weight):
    l, t = drawn(65)
    given = torch.ones(ROWS)
    given[5] = weight

    def outcome():
        try:
            return loss(l, t, sample_weight=given).item()
        except ls.LossaryError as error:
            return str(error)

    fast = outcome()
    with eligibility.plain():
        assert fast == outcome()


@each_loss
def test_derivatives_by_targets_and_second_ones_are_the_plain_path_s(loss):
    l, t = drawn(5, torch.float64)
    l, t = l.detach()[5:].requires_grad_(), t[5:].requires_grad_()

    def derivatives():
        by_target = torch.autograd.grad(loss(l, t), t)
        (slope,) = torch.autograd.grad(loss(l, t.detach()), l, create_graph=True)
        return *by_target, *torch.autograd.grad((slope**2).sum(), l, allow_unused=True)

    fast = derivatives()
    with eligibility.plain():
        torch.testing.assert_close(fast, derivatives(), rtol=1e-14, atol=0)


def test_results_are_the_same_bits_for_every_number_of_threads():
    l, t = drawn(1025)
    l, t = l.detach().repeat(40, 1).requires_grad_(), t.repeat(40, 1)
    before, found = torch.get_num_threads(), []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(graded(lambda: lt.functional.js_div(l, t), l))
    torch.set_num_threads(before)
    for each in found[1:]:
        assert all(map(torch.equal, each, found[0]))
