"""The suite's own instruments: they measure right, and they can fail."""

import mpmath
import numpy as np
import pytest

from support.arrays import array, same_framework, to_numpy
from support.eps import assert_eps, eps_error


def test_arrays_go_there_and_back(xp, dtype):
    there = array(xp, [[1.0, -0.5], [0.25, np.inf]], dtype)
    assert there.dtype == getattr(xp, dtype)
    back = to_numpy(there)
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, [[1.0, -0.5], [0.25, np.inf]])


def test_integers_and_booleans_keep_their_dtype(xp):
    assert to_numpy(array(xp, [0, 2])).dtype == np.int64
    assert to_numpy(array(xp, [True, False])).dtype == np.bool_


def test_frameworks_are_told_apart(xp):
    ours = array(xp, [1.0])
    assert same_framework(ours, ours + ours)
    assert not same_framework(ours, 1.0)


def test_an_error_is_measured_in_eps(xp, dtype):
    limits = np.finfo(dtype)
    one_above = array(xp, [np.nextafter(limits.dtype.type(1), limits.dtype.type(2))], dtype)
    assert eps_error(one_above, [1]) == pytest.approx(1, rel=1e-6)


def test_truth_has_more_digits_than_the_result():
    third = np.array([1 / 3])
    with mpmath.workdps(50):
        truth = mpmath.mpf(1) / 3
    assert 0 < eps_error(third, [truth]) < 0.5


def test_a_truth_beyond_the_range_is_infinite():
    assert eps_error(np.array([np.inf], dtype=np.float32), ["1e39"]) == 0
    assert eps_error(np.array([np.finfo(np.float32).max]), ["1e39"]) == np.inf


@pytest.mark.parametrize(
    ("got", "expected"),
    [([1.0], [1.1]), ([np.nan], [1.0]), ([1.0], ["nan"]), ([np.inf], ["-inf"]), ([1e-3], [0])],
)
def test_a_wrong_result_is_an_assertion(got, expected):
    with pytest.raises(AssertionError, match="eps from the truth"):
        assert_eps(np.array(got), expected, eps=8)


def test_a_wrong_shape_is_an_assertion():
    with pytest.raises(AssertionError, match=r"shape \(1,\), expected \(2,\)"):
        assert_eps(np.array([1.0]), [1.0, 1.0], eps=8)


@pytest.mark.browser
def test_the_browser_runs_a_page_without_a_network(page):
    page.set_content("<p id=sum></p><script>sum.textContent = 0.1 + 0.2</script>")
    assert page.text_content("#sum") == "0.30000000000000004"
