"""Kernels of two softmaxes beside the plain path: every measure of two distributions.

Compiled: each measure's values and gradients by either side in float32, a few in float64.
"""

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.formulas import catalogue
from lossary.kernels import eligibility
from support.close import assert_close
from support.kernels import assert_within, kernels
from support.pairs import drawn, truth
from support.paths import beside_plain, graded

MEASURES = [n for n in catalogue.names("measure") if catalogue.get(n).arity == 2]
FEW = ["kl_divergence", "js_divergence", "cross_entropy"]
CLASSES = [1, 2, 3, 31, 63, 64, 65, 1000, 1025, 5000]
EPS = {"alpha_divergence": 32, "renyi_divergence": 32}
"""A power multiplies the rounding of its exponent: the plain path has 23 of these, too."""

every_measure = pytest.mark.parametrize("name", MEASURES)
few = pytest.mark.parametrize("name", FEW)


def of_logits(name):
    return getattr(ls, f"{name}_from_logits")


def of_log_probabilities(name):
    return getattr(ls, f"{name}_from_log_probabilities")


def assert_right(name, p, q, eps=8):
    """Fail where values or gradients by the kernel are further than so many eps from the truth."""
    record = catalogue.get(name)
    known = truth(record, p, q, **{x.name: x.default for x in record.parameters})
    with kernels():
        found = graded(lambda: of_logits(name)(p, q), p, q)
    for x, y, unit in zip(found, known.found, known.units, strict=True):
        assert_within(x, y.detach(), EPS.get(name, eps), unit.detach())


@every_measure
@pytest.mark.parametrize("classes", CLASSES)
def test_in_float32_beside_float64(name, classes):
    assert_right(name, *drawn(classes))


@few
@pytest.mark.parametrize("classes", [2, 65, 1025])
def test_in_float64_beside_the_plain_path(name, classes):
    assert_right(name, *drawn(classes, torch.float64))


@every_measure
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
def test_half_precision_is_rounded_once(name, dtype):
    assert_right(name, *drawn(65, dtype), eps=1)


@every_measure
def test_equal_rows_are_no_distance_apart(name):
    p, _ = drawn(70)
    with kernels():
        value, *slopes = graded(lambda: of_logits(name)(p, p + 0), p)
    if name != "cross_entropy":
        assert (value == 0).all()
    if not name.endswith("_distance") and name != "cross_entropy":
        assert all((s == 0).all() for s in slopes)


@few
def test_logits_moved_along_are_the_same_softmax(name):
    p, _ = drawn(1000, torch.float64)
    far = (p.detach() * 2**20).round() / 2**20
    moved = far + 2.0**20
    with kernels():
        value = of_logits(name)(far, moved)
        same = of_logits(name)(far, far)
    assert torch.equal(value, same)


@few
@pytest.mark.parametrize("side", [0, 1])
def test_a_gradient_by_one_side_alone(name, side):
    pair = [x.detach().requires_grad_(i == side) for i, x in enumerate(drawn(65))]
    both = drawn(65)
    with kernels():
        alone = graded(lambda: of_logits(name)(*pair), pair[side])
        beside = graded(lambda: of_logits(name)(*both), *both)
    assert torch.equal(alone[1], beside[1 + side])


@few
def test_the_mean_s_gradient_is_that_of_rows(name):
    p, q = drawn(65)
    with kernels():
        at_once = torch.autograd.grad(of_logits(name)(p, q).mean(), (p, q))
        rows = torch.full((len(p),), 1 / len(p))
        anew = torch.autograd.grad(of_logits(name)(p, q), (p, q), rows * 1)
        other = torch.autograd.grad(of_logits(name)(p, q), (p, q), 2 * rows)
    for x, y, z in zip(at_once, anew, other, strict=True):
        assert torch.equal(x, y)
        assert torch.equal(2 * x, z)


@few
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("classes", [3, 65, 5000])
def test_log_probabilities(name, dtype, classes):
    p, q = (x.detach().log_softmax(-1).requires_grad_() for x in drawn(classes, dtype))
    with kernels():
        found = graded(lambda: of_log_probabilities(name)(p, q), p, q)
        logits = graded(lambda: of_logits(name)(p, q), p, q)
    assert all(map(torch.equal, found, logits))


def message(call):
    with pytest.raises(ls.LossaryError) as error:
        call()
    return str(error.value)


@few
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("off", [0.5, 1e-4, -1e-4])
def test_what_is_no_log_probability_is_refused_in_the_words_of_the_plain_path(name, side, off):
    pair = [x.detach().log_softmax(-1) for x in drawn(65)]
    pair[side][5] += off
    fast = message(lambda: of_log_probabilities(name)(*pair))
    with eligibility.plain():
        assert fast == message(lambda: of_log_probabilities(name)(*pair))


@few
@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_is_not_there_is_refused(name, axis):
    p, q = drawn(65)
    with pytest.raises(ls.LossaryError, match="along axis"):
        of_logits(name)(p, q, axis=axis)


@few
@pytest.mark.parametrize("odd", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("whole", [False, True])
def test_what_is_not_finite_goes_where_the_plain_path_sends_it(name, odd, side, whole):
    pair = drawn(70)
    with torch.no_grad():
        pair[side][6, slice(None) if whole else 50] = odd
    with kernels():
        fast = graded(lambda: of_logits(name)(*pair), *pair)
    with eligibility.plain():
        plain = graded(lambda: of_logits(name)(*pair), *pair)
    for x, y in zip(fast, plain, strict=True):
        assert torch.equal(x[6].isnan(), y[6].isnan())
        assert torch.equal(x[6].isinf(), y[6].isinf())


@few
def test_second_derivatives_are_the_plain_path_s(name):
    p, q = drawn(5, torch.float64)

    def penalty():
        slopes = torch.autograd.grad(of_logits(name)(p, q).sum(), (p, q), create_graph=True)
        return torch.autograd.grad(sum((s**2).sum() for s in slopes), (p, q))

    fast = penalty()
    with eligibility.plain():
        for x, y in zip(fast, penalty(), strict=True):
            assert_close(x, y, eps=4)


@few
def test_axes_bases_and_what_lies_in_pieces(name):
    p, q = (x.detach().reshape(3, 3, 65).movedim(-1, 1).requires_grad_() for x in drawn(65))
    near = 1e-30
    with kernels():
        fast = graded(lambda: of_logits(name)(p, q, axis=1, base=2), p, q)
    with eligibility.plain():
        plain = graded(lambda: of_logits(name)(p, q, axis=1, base=2), p, q)
    for x, y in zip(fast, plain, strict=True):
        torch.testing.assert_close(x, y, rtol=1e-4, atol=near + 1e-6 * float(y.abs().max()))


@few
def test_numpy_s_numbers_are_torch_s(name):
    p, q = (x.detach() for x in drawn(65))
    with kernels():
        found = of_logits(name)(p.numpy(), q.numpy())
        assert isinstance(found, np.ndarray)
        assert_close(found, of_logits(name)(p, q), eps=1)


@few
def test_results_are_the_same_bits_for_every_number_of_threads(name):
    p, q = (x.detach().repeat(40, 1).requires_grad_() for x in drawn(1000))
    before, found = torch.get_num_threads(), []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(graded(lambda: of_logits(name)(p, q), p, q))
    torch.set_num_threads(before)
    for each in found[1:]:
        assert all(map(torch.equal, each, found[0]))


@pytest.mark.parametrize("alpha", [0.25, 1.0, 2.0])
@pytest.mark.parametrize("name", ["alpha_divergence", "renyi_divergence"])
def test_orders(name, alpha):
    p, q = (x.detach()[:3].requires_grad_() for x in drawn(65))
    beside_plain(lambda: of_logits(name)(p, q, alpha=alpha)[:2], p, q, eps=2000)
