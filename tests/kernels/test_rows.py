"""Kernels of rows beside their records in wider numbers: all sizes, dtypes, layouts and targets."""

import numpy as np
import pytest
import torch

import lossary as ls
from lossary.check.sample_points import distributions, logits, variants
from lossary.formulas.record import error_limits
from lossary.kernels.cpu.rows import template
from support.columns import allowed, cases
from support.kernels import ROWWISE, assert_within, function, kernels, outcome, row_truth, swiftly

SIZES = [1, 2, 3, 4, 31, 32, 33, 63, 64, 65, 1000, 1024, 1025, 5000]
LOW = [torch.bfloat16, torch.float16]
EXTRA = 4
"""What a kernel may add to the error of its record, in eps."""

every_record = pytest.mark.parametrize("record", ROWWISE, ids=lambda r: r.name)
every_size = pytest.mark.parametrize("classes", SIZES)


def rows(classes: int) -> int:
    """Enough rows for a block of 64 and a part of one, where 64 lie side by side."""
    return 70 if classes <= 32 else 6


def drawn(classes, dtype, seed=0):
    """Logits with a distribution and a class index of each row."""
    rng, shape = np.random.default_rng([seed, classes]), (rows(classes), classes)
    z = logits(rng, shape, dtype)
    # One class ahead of many that are equal: all roundings of their sum may go one way.
    z[2:5] = np.where(np.arange(classes) == 0, rng.uniform(0, 6, (3, 1)), 0)
    t, index = distributions(rng, shape, dtype), rng.integers(0, classes, shape[0])
    return torch.tensor(z), torch.tensor(t), torch.tensor(index)


def kinds(record, t, index):
    """The targets that a record has, each with the same as distributions."""
    yield t, t
    if record.name != "reverse_kl":
        yield index, torch.nn.functional.one_hot(index, t.shape[-1])


@every_size
@every_record
def test_rows_are_their_records(record, classes, dtype):
    z, t, index = drawn(classes, dtype)
    rng = np.random.default_rng(classes)
    for parameters in variants(record, rng, 3):
        value, slope, _ = (limit + EXTRA for limit in error_limits(record, parameters))
        for target, dense in kinds(record, t, index):
            exact = row_truth(record, parameters, z, dense)
            each = swiftly(function(record), z, target, reduction="none", **parameters)
            total = swiftly(function(record), z, target, reduction="sum", **parameters)
            assert_within(each.value, exact.value, value, exact.value_unit)
            assert_within(total.value, exact.value.sum(), value, np.abs(exact.value_unit).sum())
            for got in (each, total):
                assert_within(got.slope, exact.slope, slope, exact.slope_unit)


def test_few_classes_and_many_have_loops_of_their_own():
    assert {template(v).name for v in SIZES if v <= 32} == {"few_classes"}
    assert {template(v).name for v in SIZES if v > 32} == {"many_classes"}


@every_record
def test_rows_are_their_definitions_in_exact_numbers(record):
    for case in cases(record, seed=3):
        z = np.stack([case.data[c] for c in case.columns["z"]], axis=1)
        y = case.columns["y"]
        index = isinstance(y, str)
        target = np.array(case.data[y]) if index else np.stack([case.data[c] for c in y], axis=1)
        if record.name == "reverse_kl" and index:
            continue
        for repeated in (1, 12):  # 4 classes, and 48: -inf fills up the other loops
            filled = np.full((len(z), 4 * repeated), -np.inf)
            filled[:, :4] = z
            dense = target if index else np.pad(target, [(0, 0), (0, 4 * repeated - 4)])
            with kernels():
                got = function(record)(filled, dense, reduction="none", **case.parameters)
            assert case.worst(got.tolist()) <= allowed(record) + EXTRA
            assert case.worst((got * (1 + 2.0**-40)).tolist()) > allowed(record) + EXTRA


@pytest.mark.parametrize("low", LOW, ids=str)
@pytest.mark.parametrize("classes", [3, 100])
@every_record
def test_low_precision_is_rounded_once(record, classes, low):
    z, t, index = drawn(classes, "float32", seed=1)
    z = (z - z.amax(-1, keepdim=True)).clamp(min=-20).to(low)
    t = t.to(low)
    kept = (t.double().sum(-1) - 1).abs() < 0.002
    z, t, index = z[kept], t[kept], index[kept]
    for target, dense in kinds(record, t, index):
        exact = row_truth(record, record.defaults, z, dense)
        got = swiftly(function(record), z, target, reduction="none")
        assert got.value.dtype == got.slope.dtype == low
        small = torch.finfo(torch.float32).eps / torch.finfo(low).eps
        roundings = 0.5 + small * (max(record.within) + EXTRA)
        # What is left out of unequal sums is small beside what is added.
        assert_within(got.value, exact.value, roundings, exact.value_unit)
        assert_within(got.slope, exact.slope, roundings, exact.slope_unit)


@pytest.mark.parametrize("low", LOW, ids=str)
def test_low_precision_is_no_worse_than_torch_s_own(low):
    g = torch.Generator().manual_seed(0)
    for classes in (5, 1000):
        z = (3 * torch.randn(64, classes, generator=g)).to(low)
        y = torch.randint(0, classes, (64,), generator=g)
        loss = torch.nn.functional.cross_entropy
        exact = outcome(loss, z.double(), y, reduction="sum")
        own, got = (
            outcome(loss, z, y, reduction="sum"),
            swiftly(ls.softmax_cross_entropy, z, y, reduction="sum"),
        )
        for a, b, c in zip(got, own, exact, strict=True):
            rounding = torch.finfo(low).eps / 2 * c.abs() + torch.finfo(low).smallest_normal
            assert ((a.double() - c).abs() <= (b.double() - c).abs() + rounding).all()


@pytest.mark.parametrize("classes", [4, 40])
@every_record
def test_layout_and_shape_change_nothing(record, classes, dtype):
    z, t, _ = drawn(classes, dtype)
    z, t, loss = z[:6], t[:6], function(record)
    whole = swiftly(loss, z, t, reduction="none")
    transposed = z.T.contiguous().T, t.T.contiguous().T
    strided = (x.repeat_interleave(2, 0).repeat_interleave(3, 1)[::2, ::3] for x in (z, t))
    for inputs in (transposed, strided):
        got = swiftly(loss, *inputs, reduction="none")
        torch.testing.assert_close(got, whole, rtol=0, atol=0)
    for shape in ((2, 3), (1, 2, 1, 3)):
        got = swiftly(loss, *(x.reshape(*shape, classes) for x in (z, t)), reduction="none")
        assert got.value.shape == shape
        torch.testing.assert_close(got.value.reshape(6), whole.value, rtol=0, atol=0)
        torch.testing.assert_close(got.slope.reshape(z.shape), whole.slope, rtol=0, atol=0)
    one = swiftly(loss, z[1], t[1])
    torch.testing.assert_close(one, type(one)(whole.value[1], whole.slope[1]), rtol=0, atol=0)
    spread = swiftly(loss, z[:1].expand(6, -1), t[:1].expand(6, -1), reduction="none")
    torch.testing.assert_close(spread.value, whole.value[:1].expand(6), rtol=0, atol=0)


@pytest.mark.parametrize("classes", [4, 40])
@every_record
def test_numpy_and_torch_are_one_kernel(record, classes, dtype):
    z, t, index = drawn(classes, dtype)
    for target, _ in kinds(record, t, index):
        for reduction in ("none", "sum", "mean"):
            with kernels():
                ours = function(record)(z, target, reduction=reduction)
                theirs = function(record)(z.numpy(), target.numpy(), reduction=reduction)
            assert isinstance(theirs, np.ndarray | np.floating)
            np.testing.assert_array_equal(theirs, ours.numpy())
            assert theirs.dtype == dtype


@pytest.mark.parametrize("classes", [1, 4, 40, 2000])
@every_record
def test_nan_stays_in_its_row(record, classes):
    z, t, index = drawn(classes, "float32")
    others = torch.arange(len(z)) != 3
    for target, _ in kinds(record, t, index):
        clean = swiftly(function(record), z, target, reduction="none")
        for place in (0, classes // 2, classes - 1):
            spoiled = z.clone()
            spoiled[3, place] = np.nan
            got = swiftly(function(record), spoiled, target, reduction="none")
            assert torch.isnan(got.value[3])
            assert torch.isnan(got.slope[3]).all()
            for a, b in zip(got, clean, strict=True):
                torch.testing.assert_close(a[others], b[others], rtol=0, atol=0)
            assert torch.isnan(swiftly(function(record), spoiled, target).value)


@pytest.mark.parametrize("classes", [2, 4, 40, 2000])
@every_record
def test_infinite_logits_are_what_the_record_makes_of_them(record, classes):
    z, t, index = drawn(classes, "float64")
    inf = np.inf
    z = z[:4]
    z[0, 0], z[1, :2], z[2, :] = inf, inf, -inf
    z[3, ::2] = -inf
    for target, dense in kinds(record, t[:4], index[:4]):
        exact = row_truth(record, record.defaults, z, dense)
        got = outcome(function(record), z, target, reduction="none")
        value, slope, _ = (limit + EXTRA for limit in record.within)
        assert_within(got.value, exact.value, value, exact.value_unit)
        assert_within(got.slope, exact.slope, slope, exact.slope_unit)
