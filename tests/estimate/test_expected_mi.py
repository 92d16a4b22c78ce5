import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.metrics.cluster import expected_mutual_information as sklearn_expected

from lossary.estimate.expected_mi import expected_mutual_information, scaled_p_value

RNG = np.random.default_rng(1)


@pytest.mark.parametrize(("n", "rows", "columns"), [(50, 3, 4), (1000, 10, 10), (1000, 900, 3)])
def test_the_mean_over_permutations(n, rows, columns):
    table = np.zeros((rows, columns), dtype=np.int64)
    np.add.at(table, (RNG.integers(0, rows, n), RNG.integers(0, columns, n)), 1)
    table = table[table.sum(axis=1) > 0]
    truth = sklearn_expected(csr_matrix(table), n)
    found = expected_mutual_information(table.sum(axis=1), table.sum(axis=0))
    assert found == pytest.approx(truth, rel=1e-9)


def test_row_numbers_share_everything_by_chance():
    y = np.array([30, 20, 50])
    p = y / y.sum()
    assert expected_mutual_information(np.ones(100, dtype=int), y) == pytest.approx(
        -(p @ np.log(p))
    )


def test_many_different_counts_are_taken_as_large():
    x = np.arange(1, 400) * 1000
    n = int(x.sum())
    assert expected_mutual_information(x, x) == pytest.approx(398**2 / (2 * n))


def test_a_p_value_of_nothing_to_test():
    assert scaled_p_value(0.0, 0.0, 0) == 1.0
    assert scaled_p_value(1.0, 1.0, 1) == pytest.approx(0.3173, abs=1e-4)
