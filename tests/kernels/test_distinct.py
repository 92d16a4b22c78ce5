"""Distinct values by hashing: those that sorting finds, in the same order."""

import os
import subprocess
import sys

import numpy as np
import pytest

from lossary.estimate.factorize import factorize_labels
from lossary.kernels import eligibility
from lossary.kernels.cpu import distinct_values as distinct_cpu
from lossary.kernels.cpu.distinct_values import distinct

ROWS = 20_000
_random = np.random.default_rng(0)
_pick = _random.integers(0, 500, ROWS)
VALUES = {
    "far apart": _random.integers(-(2**62), 2**62, 500)[_pick],
    "unsigned": _random.integers(0, 2**64, 500, dtype=np.uint64)[_pick],
    "of four bytes": _random.integers(-(2**31), 2**31, 500).astype(np.int32)[_pick],
    "fractions": _random.normal(size=500)[_pick],
    "texts": np.array([f"ü{i * 7919}" for i in range(500)])[_pick],
    "texts of equal endings": np.array([f"{i:07d}" + "x" * 20 for i in range(500)])[_pick],
    "one text": np.full(ROWS, "a"),
    "the empty text": np.full(ROWS, ""),
    "multiples of the table's size": (np.arange(500) << 32)[_pick],
    "not in one piece": _random.integers(0, 2**40, (500, 2))[_pick][:, 1],
}


@pytest.mark.parametrize("kind", VALUES)
def test_they_are_those_that_sorting_finds(kind):
    labels, codes = distinct(VALUES[kind])
    wanted, places = np.unique(VALUES[kind], return_inverse=True)
    np.testing.assert_array_equal(labels, wanted)
    np.testing.assert_array_equal(codes, places)


@pytest.mark.parametrize("kind", VALUES)
def test_a_column_is_coded_alike_with_kernels_and_without(kind):
    fast = factorize_labels(VALUES[kind])
    with eligibility.plain():
        slow = factorize_labels(VALUES[kind])
    assert fast.labels == slow.labels
    assert list(map(type, fast.labels)) == list(map(type, slow.labels))
    assert fast.codes.dtype == slow.codes.dtype
    np.testing.assert_array_equal(fast.codes, slow.codes)


def test_both_zeros_are_one_label():
    column = np.array([0.0, -0.0, 0.5, 1e300] * 5000)
    assert factorize_labels(column).labels == [0.0, 0.5, 1e300]


@pytest.mark.parametrize(
    "values",
    [
        np.arange(100),
        np.arange(ROWS, dtype=np.uint16),
        np.arange(distinct_cpu._MOST + 1) * 10**9,
    ],
    ids=["few rows", "two bytes", "many distinct"],
)
def test_what_is_for_others_to_find(values):
    assert distinct(values) is None


def test_as_many_as_there_is_room_for_are_found():
    values = np.arange(distinct_cpu._MOST)[::-1] * 10**9
    labels, codes = distinct(values)
    np.testing.assert_array_equal(labels[codes], values)


def test_a_kept_kernel_finds_the_same(tmp_path):
    script = (
        "import numpy as np\n"
        "from lossary.kernels.cpu.distinct_values import distinct\n"
        "print(distinct(np.arange(9000) % 3 * 10**12)[0].tolist())\n"
    )
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=False,
            env=os.environ | {"LOSSARY_CACHE_DIR": str(tmp_path)},
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode().strip() == "[0, 1000000000000, 2000000000000]"
