"""Kernels of scores beside their records in wider numbers: all sizes, dtypes, layouts, options."""

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.check.sample_points import scores, variants
from lossary.formulas.record import UNIT_INTERVAL, error_limits
from support.columns import allowed, cases
from support.kernels import (
    POINTWISE,
    assert_within,
    errors,
    function,
    kernels,
    outcome,
    point_truth,
    swiftly,
    widely,
)

SIZES = [1, 2, 15, 16, 17, 1023, 1024, 1025, 40_000]
LOW = [torch.bfloat16, torch.float16]
EXTRA = 4
"""What a kernel may add to the error of its record, in eps."""

every_record = pytest.mark.parametrize("record", POINTWISE, ids=lambda r: r.name)


def drawn(record, count, dtype, seed=0):
    """Scores and targets, the hard points of the record among them."""
    rng = np.random.default_rng([seed, count])
    y, s = scores(record, rng, count, dtype)
    return torch.tensor(s), torch.tensor(y)


@pytest.mark.parametrize("count", SIZES)
@every_record
def test_scores_are_their_records(record, count, dtype):
    s, y = drawn(record, count, dtype)
    for parameters in variants(record, np.random.default_rng(count), 3):
        value, slope, _ = (limit + EXTRA for limit in error_limits(record, parameters))
        exact = point_truth(record, parameters, s, y)
        each = swiftly(function(record), s, y, reduction="none", **parameters)
        total = swiftly(function(record), s, y, reduction="sum", **parameters)
        assert_within(each.value, exact.value, value, exact.value_unit)
        assert_within(total.value, exact.value.sum(), value, np.abs(exact.value).sum())
        for got in (each, total):
            assert_within(got.slope, exact.slope, slope, exact.slope_unit)


@every_record
def test_scores_are_their_definitions_in_exact_numbers(record):
    for case in cases(record, seed=3):
        s, y = (np.array(case.data[case.columns[c]]) for c in ("s", "y"))
        with kernels():
            got = function(record)(s, y, reduction="none", **case.parameters)
        assert case.worst(got.tolist()) <= allowed(record) + EXTRA


@every_record
def test_what_is_not_finite_is_what_the_record_makes_of_it(record, dtype):
    inf, edge = np.inf, torch.finfo(getattr(torch, dtype))
    hard = [inf, -inf, np.nan, 0.0, -0.0, edge.max, -edge.max, edge.smallest_normal]
    s = torch.tensor(np.repeat(hard, 5).astype(dtype))
    _, y = drawn(record, len(s), dtype)
    if record.score == UNIT_INTERVAL:
        s = torch.where(torch.isnan(s), s, s.clamp(0, 1))
    got = swiftly(function(record), s, y, reduction="none")
    exact = point_truth(record, record.defaults, s, y)
    # The largest finite numbers overflow where they are squared: in one dtype, not in a wider one.
    usual = (s.abs() < edge.max / 2) | torch.isinf(s) | torch.isnan(s)
    for a, b in ((got.value, exact.value), (got.slope, exact.slope)):
        assert errors(a[usual], b[usual.numpy()], 1) <= EXTRA
        assert (torch.isnan(a) == torch.isnan(s)).all() or np.isnan(b[~np.isnan(s.numpy())]).any()


@pytest.mark.parametrize("low", LOW, ids=str)
@every_record
def test_low_precision_is_rounded_once(record, low):
    s, y = (x.to(low) for x in drawn(record, 500, "float32", seed=1))
    kept = (
        (s.abs() < 200) & (s.abs() > 1e-4) if record.score != UNIT_INTERVAL else (s > 0) & (s < 1)
    )
    s, y = s[kept], y[kept]
    exact = point_truth(record, record.defaults, s, y)
    got = swiftly(function(record), s, y, reduction="none")
    assert got.value.dtype == got.slope.dtype == low
    small = torch.finfo(torch.float32).eps / torch.finfo(low).eps
    roundings = 0.5 + small * (max(record.within) + EXTRA)
    assert_within(got.value, exact.value, roundings, exact.value_unit)
    assert_within(got.slope, exact.slope, roundings, exact.slope_unit)


PEERS = {
    "sigmoid_cross_entropy": torch.nn.functional.binary_cross_entropy_with_logits,
    "squared_error": torch.nn.functional.mse_loss,
    "absolute_error": torch.nn.functional.l1_loss,
    "huber": torch.nn.functional.huber_loss,
}


@pytest.mark.parametrize("low", LOW, ids=str)
@pytest.mark.parametrize("name", PEERS)
def test_low_precision_is_no_worse_than_torch_s_own(name, low):
    g = torch.Generator().manual_seed(0)
    s, y = torch.randn(3000, generator=g).to(low), torch.rand(3000, generator=g).to(low)
    exact = outcome(PEERS[name], s.double(), y.double())
    own, got = outcome(PEERS[name], s, y), swiftly(getattr(ls, name), s, y)
    for a, b, c in zip(got, own, exact, strict=True):
        rounding = torch.finfo(low).eps / 2 * c.abs() + torch.finfo(low).smallest_normal
        assert ((a.double() - c).abs() <= (b.double() - c).abs() + rounding).all()


@every_record
def test_layout_and_shape_change_nothing(record, dtype):
    s, y = drawn(record, 24, dtype)
    loss = function(record)
    whole = swiftly(loss, s, y, reduction="none")
    for made in (
        lambda x: x.reshape(4, 6).T.contiguous().T,
        lambda x: x.reshape(2, 3, 1, 4),
        lambda x: x.repeat_interleave(3)[::3],
    ):
        got = swiftly(loss, made(s), made(y), reduction="none")
        assert got.value.shape == got.slope.shape == made(s).shape
        for a, b in zip(got, whole, strict=True):
            torch.testing.assert_close(a.reshape(24), b, rtol=0, atol=0)
    one = swiftly(loss, s[1], y[1])
    torch.testing.assert_close(one.value, whole.value[1], rtol=0, atol=0)
    spread = swiftly(loss, s[:1].expand(24), y[:1].expand(24), reduction="none")
    torch.testing.assert_close(spread.value, whole.value[:1].expand(24), rtol=0, atol=0)


@every_record
def test_numpy_and_torch_are_one_kernel(record, dtype):
    s, y = drawn(record, 5000, dtype)
    for reduction in ("none", "sum", "mean"):
        with kernels():
            ours = function(record)(s, y, reduction=reduction)
            theirs = function(record)(s.numpy(), y.numpy(), reduction=reduction)
        assert isinstance(theirs, np.ndarray | np.floating)
        assert theirs.dtype == dtype
        np.testing.assert_array_equal(theirs, ours.numpy())


@pytest.mark.parametrize("kind", [torch.int64, torch.int32, torch.uint8, torch.bool])
def test_targets_of_whole_numbers(kind):
    s = torch.linspace(-3, 3, 40)
    y = (torch.arange(40) % 2).to(kind)
    got = swiftly(ls.sigmoid_cross_entropy, s, y, reduction="none")
    same = swiftly(ls.sigmoid_cross_entropy, s, y.float(), reduction="none")
    for a, b in zip(got, same, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_targets_of_another_float_raise_the_dtype_of_the_result():
    s, y = torch.linspace(-3, 3, 40), torch.linspace(0, 1, 40, dtype=torch.float64)
    got, exact = swiftly(ls.squared_error, s, y), widely(ls.squared_error, s, y)
    assert got.value.dtype == torch.float64
    assert got.slope.dtype == torch.float32
    torch.testing.assert_close(got.value, exact.value, rtol=1e-15, atol=0)
    torch.testing.assert_close(got.slope.double(), exact.slope, rtol=1e-7, atol=0)
