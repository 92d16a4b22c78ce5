"""Many pairs at once give what each gives alone, to the last digits, and exact zeros."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

import lossary as ls
from lossary import estimate
from lossary.estimate import pairwise_information as module
from lossary.estimate.factorize import factorize_labels
from lossary.estimate.pairwise_information import joint_tables, pair_information
from lossary.estimate.sparse_joint_table import SparseJointTable

EPS = np.finfo(float).eps
TABLES = [
    np.array([[3, 1], [0, 4]]),
    np.array([[10, 20, 30], [1, 2, 3]]),
    np.array([[5]]),
    np.array([[10**8 + 1, 10**8], [10**8, 10**8]]),
    np.random.default_rng(0).integers(0, 50, (13, 7)),
    np.array([[4, 0, 1], [0, 0, 0]]),
]


def test_each_is_as_exact_as_the_measure_of_its_table():
    found = pair_information(TABLES)
    wanted = np.array([float(ls.mutual_information_from_counts(t)) for t in TABLES])
    np.testing.assert_allclose(found.value, wanted, rtol=8 * EPS, atol=0)
    assert found.value[1] == found.value[2] == 0
    assert (found.value >= 0).all()
    assert found.n.tolist() == [t.sum() for t in TABLES]
    assert found.occupied.tolist() == [np.count_nonzero(t) for t in TABLES]


def test_the_correction_is_that_of_one_pair():
    found = pair_information(TABLES).corrected
    wanted = [float(estimate.mutual_information_from_counts(t)) for t in TABLES]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-16)


def test_the_p_values_are_scipys():
    found = pair_information(TABLES[:2] + TABLES[4:5])
    for p, table in zip(found.p_value, [*TABLES[:2], TABLES[4]], strict=True):
        wanted = chi2_contingency(table, correction=False, lambda_="log-likelihood")
        assert p == pytest.approx(wanted.pvalue, rel=1e-10)
    assert pair_information([np.array([[3, 4]])]).p_value.tolist() == [1.0]


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=4), min_size=2, max_size=2))
def test_exact_independence_is_exactly_zero(margins):
    found = pair_information([np.outer(*margins)])
    assert found.value.tolist() == [0.0]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32))
def test_batches_of_any_sizes_agree_with_the_measure(r, c, seed):
    random = np.random.default_rng(seed)
    tables = [random.integers(0, 4, (r, c)) + np.eye(r, c, dtype=int) for _ in range(3)]
    wanted = [float(ls.mutual_information_from_counts(t)) for t in tables]
    np.testing.assert_allclose(pair_information(tables).value, wanted, rtol=8 * EPS, atol=1e-18)


def test_counts_whose_products_overflow_are_compared_exactly():
    table = np.array([[2**33, 2**33 + 1], [2**33 - 1, 2**33]])
    wanted = float(ls.mutual_information_from_counts(table))
    assert pair_information([table]).value[0] == pytest.approx(wanted, rel=1e-12)


def test_a_pair_of_many_labels_is_kept_by_its_occupied_cells():
    labels = np.arange(5000)
    columns = [
        factorize_labels(labels),
        factorize_labels(labels[::-1].copy()),
        factorize_labels(labels % 2),
    ]
    tables = joint_tables(columns, combinations(range(3), 2))
    assert isinstance(tables[0, 1], SparseJointTable)
    assert isinstance(tables[0, 2], np.ndarray)
    found = pair_information(list(tables.values()))
    np.testing.assert_allclose(found.value, np.log([5000, 2, 2]), rtol=4 * EPS)


@pytest.mark.parametrize("most", [1 << 16, 1])
def test_missing_labels_are_a_category_or_dropped_pairwise(most, monkeypatch):
    monkeypatch.setattr(module, "_ALWAYS_DENSE", most)
    monkeypatch.setattr(module, "MAX_DENSE_CELLS", most)
    x, y = ["a", None, "a", "b"], [0, 0, None, 1]
    counted = {}
    for missing in ("category", "drop"):
        columns = [factorize_labels(c, missing=missing) for c in (x, y)]
        table = joint_tables(columns, [(0, 1)])[0, 1]
        counted[missing] = table.to_dense() if isinstance(table, SparseJointTable) else table
    assert counted["category"].tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert counted["drop"].tolist() == [[1, 0], [0, 1]]


def test_the_matrix_is_symmetric_with_entropies_on_its_diagonal():
    random = np.random.default_rng(0)
    x = random.integers(0, 4, 500)
    given = [x, x, (x + random.integers(0, 2, 500)) % 4, random.integers(0, 9, 500)]
    accumulator = estimate.Accumulator()
    accumulator.update({str(i): c for i, c in enumerate(given)})
    for method in ("plug_in", "miller_madow"):
        matrix = accumulator.mutual_information_matrix(method=method)
        assert (matrix == matrix.T).all()
        assert matrix[0, 1] == pytest.approx(matrix[0, 0], rel=1e-14)
        for i, j in combinations(range(4), 2):
            wanted = float(estimate.mutual_information(given[i], given[j], method=method))
            assert matrix[i, j] == pytest.approx(wanted, rel=1e-13)
        for i in range(4):
            wanted = float(estimate.entropy(given[i], method=method))
            assert matrix[i, i] == pytest.approx(wanted, rel=1e-14)
