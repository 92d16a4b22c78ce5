"""Kernels of one and of two distributions beside the plain path: every measure, value and slopes.

Compiled: each measure that is a sum of masses in the loops of values and in those of slopes.
"""

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.formulas import catalogue
from lossary.kernels import eligibility
from support.close import assert_close
from support.kernels import kernels

MEASURES = [catalogue.get(name) for name in catalogue.names("measure")]
RECORDS = [r for r in MEASURES if r.summed and not r.shares]
OUTCOMES = [1, 2, 3, 23, 24, 25, 31, 63, 64, 65, 1000, 1025, 5000]
DTYPES = [torch.float32, torch.float64, torch.bfloat16, torch.float16]
SCALES = [1e-16, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5]
EPS = 4

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.name)
each_count = pytest.mark.parametrize("outcomes", OUTCOMES)


def shares(x):
    return x / x.sum(-1, keepdims=True)


def drawn(outcomes, seed=0):
    """Rows that are apart, near at every scale, peaked, equal, with zeros, NaN, tiny masses."""
    rng = np.random.default_rng(seed + outcomes)
    rows = len(SCALES) + 14
    p, q = (shares(rng.random((rows, outcomes)) + 1e-9) for _ in range(2))
    scale = np.array(SCALES)[:, None]
    apart = np.abs(1 + scale * rng.uniform(-1, 1, (len(SCALES), outcomes)))
    q[: len(SCALES)] = shares(p[: len(SCALES)] * apart)
    odd, tail = p[len(SCALES) :], q[len(SCALES) :]
    odd[0] = shares(rng.random(outcomes) ** 5 + 1e-12)
    tail[1] = shares(rng.random(outcomes) ** 5 + 1e-12)
    tail[2], tail[3] = odd[2], np.roll(odd[3], 1)
    odd[4] = tail[5] = np.eye(outcomes)[outcomes // 2]
    odd[6] = tail[6] = np.eye(outcomes)[0]
    gone = rng.random(outcomes) < 0.4
    gone[0] = False
    odd[7], tail[7] = (shares(np.where(gone, 0, x)) for x in (odd[7], tail[7]))
    odd[8], tail[9] = shares(np.where(gone, 0, odd[8])), shares(np.where(gone, 0, tail[9]))
    odd[10, 0] = tail[11, -1] = np.nan
    if outcomes > 3:
        odd[12, :2], tail[12, :2] = (0, 1e-310), (1e-300, 5e-324)
        odd[12], tail[12] = shares(odd[12]), shares(tail[12])
    return p, q


def given(record, *pair):
    return pair[: record.arity]


def parameters(record):
    """Orders on both sides of where formulas change."""
    if not record.parameters:
        return [{}]
    allowed = record.parameters[0].interval
    name, orders = record.parameters[0].name, (-1.0, 0.0, 0.3, 1.0, 2.0)
    return [{name: a} for a in orders if not allowed.outside(a)]


def allowed(record):
    """A power of a ratio has the error of its logarithm times the order; exp, of what it takes."""
    if record.name == "perplexity":
        return 2 * record.within
    return record.within if record.parameters else EPS


@every_record
@each_count
def test_values_are_the_plain_path_s(record, outcomes):
    masses = given(record, *drawn(outcomes))
    measure = getattr(ls, record.name)
    for options in parameters(record):
        with kernels():
            fast = measure(*masses, **options)
        with eligibility.plain():
            assert_close(fast, measure(*masses, **options), eps=allowed(record))


def sloped(record, masses, **options):
    """Values and slopes by all masses, the first row's cotangent 0."""
    leaves = [x.detach().requires_grad_() for x in masses]
    value = getattr(ls, record.name)(*leaves, **options)
    above = torch.linspace(0, 1.5, value.numel(), dtype=value.dtype).reshape(value.shape)
    return value.detach(), torch.autograd.grad(value, leaves, above)


def assert_near(got, expected, eps):
    """A slope passes through 0 where its parts, which are about 1, cancel."""
    kind = torch.finfo(expected.dtype)
    tolerance = {"rtol": eps * kind.eps, "atol": eps * kind.eps}
    torch.testing.assert_close(got, expected, **tolerance, equal_nan=True)


@every_record
@pytest.mark.parametrize("outcomes", [1, 2, 24, 25, 65, 1025])
def test_slopes_are_the_plain_path_s(record, outcomes):
    masses = [torch.from_numpy(x) for x in given(record, *drawn(outcomes))]
    with kernels():
        _, fast = sloped(record, masses)
    with eligibility.plain():
        _, plain = sloped(record, masses)
    for got, expected in zip(fast, plain, strict=True):
        assert_near(got, expected, eps=allowed(record))


@every_record
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_dtype_is_computed_in_float64(record, dtype):
    rng = np.random.default_rng(1)
    # Multiples of 1/64: sums of such are exact in every dtype.
    drawn_counts = (1 + rng.multinomial(32, shares(rng.random(32)), 9) for _ in range(2))
    masses = [torch.from_numpy(x / 64).to(dtype) for x in given(record, *drawn_counts)]
    with kernels():
        value, slopes = sloped(record, masses)
    with eligibility.plain():
        plain, expected = sloped(record, masses)
    assert value.dtype == plain.dtype == dtype
    assert_near(value, plain, eps=allowed(record))
    for got, slope in zip(slopes, expected, strict=True):
        assert got.dtype == dtype
        assert_near(got, slope, eps=allowed(record))


@pytest.mark.parametrize("name", ["entropy", "kl_divergence", "js_distance"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_outcomes_lie_along_any_axis(name, axis):
    record, rng = catalogue.get(name), np.random.default_rng(2)
    pair = [rng.random((4, 30, 5)) + 0.01 for _ in range(2)]
    pair = [torch.from_numpy(x / x.sum(axis, keepdims=True)) for x in given(record, *pair)]
    with kernels():
        value, fast = sloped(record, pair, axis=axis, base=2)
    with eligibility.plain():
        plain, slopes = sloped(record, pair, axis=axis, base=2)
    assert_close(value, plain, eps=EPS)
    for got, expected in zip(fast, slopes, strict=True):
        assert got.shape == expected.shape
        assert_near(got, expected, eps=EPS)


@pytest.mark.parametrize("name", ["entropy", "kl_divergence", "js_divergence"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_one_row_is_a_number(name, kind):
    record, rng = catalogue.get(name), np.random.default_rng(3)
    pair = given(record, *(shares(rng.random(70)).astype(kind) for _ in range(2)))
    with kernels():
        fast = getattr(ls, name)(*pair)
    with eligibility.plain():
        plain = getattr(ls, name)(*pair)
    assert np.ndim(fast) == 0
    assert_close(fast, plain, eps=EPS)


@pytest.mark.parametrize("name", ["kl_divergence", "reverse_kl_divergence"])
@pytest.mark.parametrize("outcomes", [2, 30, 700])
def test_sums_that_differ_by_rounding_leave_no_digit_less(name, outcomes):
    rng = np.random.default_rng(4)
    p = shares(rng.random((40, outcomes)))
    q = p * (1 + 10.0 ** -np.arange(10, 18, 0.2)[:, None] * rng.uniform(-1, 1, p.shape))
    with kernels():
        fast = getattr(ls, name)(p, q)
    with eligibility.plain():
        assert_close(fast, getattr(ls, name)(p, q), eps=2)


@pytest.mark.parametrize("outcomes", [3, 70])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("change", [lambda x: -x, lambda x: x + 1e-8], ids=["-", "+"])
def test_bad_masses_are_refused_in_the_words_of_the_plain_path(outcomes, place, change):
    pair = [shares(np.random.default_rng(5).random((9, outcomes))) for _ in range(2)]
    pair[place][7, 2] = change(pair[place][7, 2])

    def message():
        with pytest.raises(ls.LossaryError) as error:
            ls.kl_divergence(*pair)
        return str(error.value)

    with kernels():
        fast = message()
    with eligibility.plain():
        assert fast == message()


@every_record
def test_an_infinite_mass_goes_where_the_plain_path_sends_it(record):
    masses = given(record, *drawn(70))
    masses[0][3, 5] = np.inf
    with kernels():
        fast = getattr(ls, record.name)(*masses)
    with eligibility.plain():
        assert_close(fast, getattr(ls, record.name)(*masses), eps=allowed(record))


def test_sums_at_the_edge_of_the_tolerance_are_the_plain_path_s():
    p = np.full((1, 4), 0.25)
    tolerance = np.sqrt(np.finfo(float).eps) / 16
    for factor in (0.5, 0.98, 0.995):
        q = p * (1 + factor * tolerance)
        with kernels():
            fast = ls.kl_divergence(p, q)
        with eligibility.plain():
            assert_close(fast, ls.kl_divergence(p, q), eps=EPS)


@pytest.mark.parametrize(
    ("name", "truth"),
    [
        ("entropy", lambda p, _q: -1 / p),
        ("kl_divergence", lambda p, _q: 1 / p),
        ("reverse_kl_divergence", lambda p, q: q / p**2),
        ("js_divergence", lambda p, q: q / p / (p + q) / 2),
        ("chi_squared_divergence", lambda _p, q: 2 / q),
    ],
)
def test_second_derivatives(name, truth):
    rng = np.random.default_rng(6)
    p, q = (torch.from_numpy(shares(rng.random(5))) for _ in range(2))
    # Rows off by a step would be refused: the derivative is along what keeps the sum.
    along = torch.tensor([1.0, -1.0, 0.0, 0.5, -0.5], dtype=torch.float64)
    t = torch.zeros((), dtype=torch.float64, requires_grad=True)
    record = catalogue.get(name)
    with kernels():
        value = getattr(ls, name)(*given(record, p + t * along, q))
    (slope,) = torch.autograd.grad(value, t, create_graph=True)
    (bend,) = torch.autograd.grad(slope, t)
    assert_close(bend, (along**2 * truth(p, q)).sum(), eps=16)


def test_only_the_gradient_that_is_asked_for():
    p, q = (torch.from_numpy(x) for x in drawn(40)[:2])
    p, q = p[:9], q[:9].requires_grad_()
    with kernels():
        ls.js_divergence(p, q).sum().backward()
    assert p.grad is None
    with eligibility.plain():
        (expected,) = torch.autograd.grad(ls.js_divergence(p, q).sum(), q)
    assert_near(q.grad, expected, eps=EPS)


def test_results_are_the_same_bits_for_every_number_of_threads():
    pair = [torch.from_numpy(x[:10]).repeat(40, 1) for x in drawn(1000)]
    before, found = torch.get_num_threads(), []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(sloped(catalogue.get("kl_divergence"), pair))
    torch.set_num_threads(before)
    for value, slopes in found[1:]:
        assert torch.equal(value, found[0][0])
        assert all(map(torch.equal, slopes, found[0][1]))


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("kl_divergence", {"normalize": True}, "masses are divided by their sum first"),
        ("renyi_divergence", {}, "masses are divided by their sum first"),
        ("self_information", {}, "there is nothing to sum"),
        ("js_divergence", {"axis": 5}, "the plain path looks at the axis"),
    ],
)
def test_what_is_left_to_the_plain_path_is_said(name, options, why):
    p = np.full((200, 100), 0.01)
    path = ls.explain(name, p, p, **options)
    assert (path.path, path.why) == ("plain", why)


def test_the_kernel_is_told_of():
    p = np.full((200, 100), 0.01, np.float32)
    path = ls.explain("kl_divergence", p, p)
    assert (path.path, path.bits) == ("kernel", 64)
    assert "outcomes" in path.loops
