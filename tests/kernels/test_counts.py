"""Counts of pairs: the same by kernel and by NumPy, whatever the codes, the threads, the tiles."""

import subprocess
import sys
from itertools import combinations, permutations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import lossary as ls
from lossary.kernels import contingency_counts, eligibility
from lossary.kernels import packed_pairs as joined
from lossary.kernels.coded_columns import Codes
from lossary.kernels.contingency_counts import column_counts, count_pairs
from lossary.kernels.cpu import contingency_counts as counts_cpu
from lossary.kernels.packed_pairs import pair_tables

LEVELS = (3, 7, 2, 1000, 5, 70000, 256, 257, 1, 10, 10, 40)
ROWS, LARGEST = 30_011, 10**6
_random = np.random.default_rng(0)
COLUMNS = [
    Codes(_random.integers(0, levels, ROWS).astype(np.min_scalar_type(levels - 1)), levels)
    for levels in LEVELS
]
PAIRS = [(i, j) for i, j in permutations(range(len(LEVELS)), 2) if LEVELS[i] * LEVELS[j] < LARGEST]


def counted(a, b):
    """The table of two columns, row by row."""
    table = np.zeros((a.levels, b.levels), np.int64)
    np.add.at(table, (a.codes, b.codes), 1)
    return table


@pytest.fixture(params=["kernel", "numpy"])
def path(request, monkeypatch):
    """Each of the two ways to count."""
    if request.param == "kernel":
        monkeypatch.setattr(contingency_counts, "_LEAST", 0)
        yield
    else:
        with eligibility.plain():
            yield


@pytest.fixture(params=[1, 2])
def workers(request, monkeypatch):
    """Small chunks, on one thread and on two."""
    monkeypatch.setattr(counts_cpu, "_WORTH_A_THREAD", 0)
    for module in (contingency_counts, counts_cpu):
        monkeypatch.setattr(module, "_TILE", 1000)
    torch.set_num_threads(request.param)
    yield
    torch.set_num_threads(1)


@pytest.mark.usefixtures("path", "workers")
def test_every_pair_is_counted_as_row_by_row():
    for pair, table in zip(PAIRS, count_pairs(COLUMNS, PAIRS), strict=True):
        assert table.dtype == np.int64
        np.testing.assert_array_equal(table, counted(*(COLUMNS[i] for i in pair)))


@pytest.mark.usefixtures("path", "workers")
@pytest.mark.parametrize("pair", [(0, 1), (0, 3), (3, 7), (5, 6), (8, 8)])
def test_a_single_pair_is_cut_into_ranges_of_rows(pair):
    (table,) = count_pairs(COLUMNS, [pair])
    np.testing.assert_array_equal(table, counted(*(COLUMNS[i] for i in pair)))


@pytest.mark.usefixtures("path")
def test_columns_alone_are_counted():
    for column, counts in zip(COLUMNS, column_counts(COLUMNS), strict=True):
        np.testing.assert_array_equal(counts, np.bincount(column.codes, minlength=column.levels))
    assert column_counts([]) == []


@pytest.mark.usefixtures("path")
def test_rows_beyond_what_a_kernel_counts_at_once_are_added(monkeypatch):
    monkeypatch.setattr(contingency_counts, "_ROWS_AT_ONCE", 4000)
    (table,) = count_pairs(COLUMNS, [(0, 1)])
    np.testing.assert_array_equal(table, counted(COLUMNS[0], COLUMNS[1]))


def test_a_column_need_not_be_in_one_piece():
    matrix = _random.integers(0, 5, (9000, 2)).astype(np.uint8)
    a, b = (Codes(matrix[:, i], 5) for i in range(2))
    np.testing.assert_array_equal(count_pairs([a, b], [(0, 1)])[0], counted(a, b))


@pytest.mark.parametrize("skew", ["constant", "uneven"])
def test_uneven_columns_are_counted(skew):
    codes = np.zeros(9000, np.uint8)
    codes[5000:] = 0 if skew == "constant" else 3
    column = Codes(codes, 4)
    np.testing.assert_array_equal(count_pairs([column] * 2, [(0, 1)])[0], counted(column, column))


PLANS = {
    "all": list(combinations(range(len(LEVELS)), 2)),
    "a target": [(i, 2) for i in range(len(LEVELS)) if i != 2],
    "a target of many codes": [(7, i) for i in (0, 1, 2, 4, 9, 10)],
    "two targets": [(i, t) for i in (0, 1, 4, 9) for t in (2, 8)],
    "a list": [(0, 1), (2, 0), (4, 3), (6, 7), (7, 6), (0, 8), (8, 4), (1, 0)],
    "one": [(9, 10)],
    "the joined ones alone": [(0, 2), (0, 4), (2, 4)],
    "none": [],
}


@pytest.mark.parametrize("name", PLANS)
def test_joined_columns_give_the_tables_of_each(name):
    pairs = [(i, j) for i, j in PLANS[name] if LEVELS[i] * LEVELS[j] < LARGEST]
    found = pair_tables(COLUMNS, pairs)
    assert list(found) == pairs or sorted(found) == sorted(pairs)
    for (i, j), table in found.items():
        np.testing.assert_array_equal(table, counted(COLUMNS[i], COLUMNS[j]))


@settings(max_examples=30)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=9), st.integers(0, 10_000), st.data())
def test_any_plan_of_any_columns(levels, rows, data):
    random = np.random.default_rng(len(levels) + rows)
    columns = [Codes(random.integers(0, n, rows).astype(np.uint8), n) for n in levels]
    every = list(permutations(range(len(levels)), 2))
    pairs = data.draw(st.lists(st.sampled_from(every), unique=True))
    found = pair_tables(columns, pairs)
    assert sorted(found) == sorted(pairs)
    for (i, j), table in found.items():
        np.testing.assert_array_equal(table, counted(columns[i], columns[j]))


@pytest.mark.parametrize("levels", [(256, 1, 7), (1, 256, 7), (16, 16, 7), (2,) * 10])
def test_joined_codes_are_of_one_byte_at_most(levels, monkeypatch):
    monkeypatch.setattr(joined, "_ROWS_PER_CELL", 1e-3)
    columns = [Codes(_random.integers(0, n, 900).astype(np.uint8), n) for n in levels]
    for (i, j), table in pair_tables(columns, combinations(range(len(levels)), 2)).items():
        np.testing.assert_array_equal(table, counted(columns[i], columns[j]))


def test_tables_are_made_in_parts_where_all_are_too_large(monkeypatch):
    monkeypatch.setattr(joined, "_BYTES_AT_ONCE", 1000)
    found = pair_tables(COLUMNS[:5], [(0, 2), (0, 1), (0, 4)])
    for (i, j), table in found.items():
        np.testing.assert_array_equal(table, counted(COLUMNS[i], COLUMNS[j]))


def test_all_pairs_of_few_codes_take_fewer_counts(monkeypatch):
    done = []
    plain = contingency_counts.count_pairs
    monkeypatch.setattr(
        joined, "count_pairs", lambda columns, pairs: done.extend(pairs) or plain(columns, pairs)
    )
    columns = [Codes(np.zeros(10**5, np.uint8), 10) for _ in range(50)]
    assert len(pair_tables(columns, list(combinations(range(50), 2)))) == 1225
    assert len(done) == 300


def test_a_kept_kernel_counts_as_the_compiled_one(tmp_path, monkeypatch):
    """A kernel with code that raises would be kept, and crash the process that loads it."""
    monkeypatch.setenv("LOSSARY_CACHE_DIR", str(tmp_path))
    script = (
        "import numpy as np\n"
        "from lossary.kernels.coded_columns import Codes\n"
        "from lossary.kernels.contingency_counts import count_pairs\n"
        "c = Codes((np.arange(9000) % 3).astype(np.uint8), 3)\n"
        "print(count_pairs([c, c], [(0, 1)])[0].ravel().tolist())\n"
    )
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode().strip() == "[3000, 0, 0, 0, 3000, 0, 0, 0, 3000]"
    assert len(list(tmp_path.glob("*counts*.kernel"))) == 1


def test_the_switch_of_the_kernels_is_heeded():
    ls.fast(False)
    try:
        (table,) = count_pairs(COLUMNS, [(0, 1)])
    finally:
        ls.fast(None)
    np.testing.assert_array_equal(table, counted(COLUMNS[0], COLUMNS[1]))
