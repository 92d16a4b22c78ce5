"""Tests of independence: SciPy's G-test, exact tables, p-values that chance makes uniform."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from lossary import LossaryError, estimate

TABLES = arrays(
    np.int64, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.integers(0, 50)
).filter(lambda t: t.sum(axis=0).all() and t.sum(axis=1).all())


@given(TABLES)
def test_g_is_scipys(joint):
    truth = stats.chi2_contingency(joint, lambda_="log-likelihood", correction=False)
    found = estimate.g_test_from_counts(joint)
    assert found.statistic == pytest.approx(truth.statistic, rel=1e-12, abs=1e-11)
    assert found.p_value == pytest.approx(truth.pvalue, rel=1e-8)
    assert found.degrees == truth.dof


def test_columns_are_counted():
    x, y = "aabbbcc", [1, 2, 1, 2, 2, 1, 1]
    assert estimate.g_test(x, y) == estimate.g_test_from_counts([[1, 1], [1, 2], [2, 0]])


def test_labels_that_do_not_occur_have_no_say():
    plain = estimate.g_test_from_counts([[30, 20], [20, 30]])
    assert estimate.g_test_from_counts([[30, 0, 20], [0, 0, 0], [20, 0, 30]]) == plain


def test_exact_independence_has_p_1():
    found = estimate.g_test_from_counts(np.outer([10, 20], [30, 40]))
    assert (found.statistic, found.p_value) == (0.0, 1.0)


def test_a_constant_is_nothing_to_test():
    for test in (estimate.g_test, estimate.permutation_test):
        found = test("aaaa", "abab")
        assert (found.statistic, found.p_value) == (0.0, 1.0)
        assert found.notes == ("a column has one label only: nothing to test",)


def test_small_expectations_are_noted():
    (note,) = estimate.g_test_from_counts([[3, 2], [2, 30]]).notes
    assert note == (
        "the smallest expected count is 0.676, below 5: the p-value is inaccurate; "
        "estimate.permutation_test() is more accurate"
    )


@pytest.mark.parametrize("y", ["xxyyyyyy", "xxxxyyyy", "xyxyxyyy", "xxxxxxxy"])
def test_two_by_two_is_the_share_of_all_orders(y):
    x = "aaaabbbb"
    found = estimate.permutation_test(x, y)
    at_least = [
        estimate.g_test(x, turned).statistic >= estimate.g_test(x, y).statistic - 1e-9
        for turned in set(permutations(y))
    ]
    assert found.method == "exact_test"
    assert found.p_value == pytest.approx(np.mean(at_least))


def test_two_by_two_of_many_rows():
    table = np.array([[50_300, 49_700], [49_700, 50_300]])
    x, y = (np.repeat(i.ravel(), table.ravel()) for i in np.indices((2, 2)))
    found = estimate.permutation_test(x, y)
    assert found.p_value == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-3)


def test_drawn_tables_have_the_chances_of_all_orders():
    x, y = "aabbccc", "xxyyzzz"
    orders = set(permutations(y))
    statistic = estimate.g_test(x, y).statistic
    share = np.mean([estimate.g_test(x, o).statistic >= statistic - 1e-9 for o in orders])
    y = "xyxyzzz"
    statistic = estimate.g_test(x, y).statistic
    other = np.mean([estimate.g_test(x, o).statistic >= statistic - 1e-9 for o in orders])
    for order, truth in (("xxyyzzz", share), ("xyxyzzz", other)):
        found = estimate.permutation_test(x, order, permutations=20_000)
        assert found.p_value == pytest.approx(truth, abs=4 * np.sqrt(truth / 20_000))


@pytest.mark.parametrize("kind", ["labels", "numbers", "both"])
def test_chance_makes_p_uniform(kind):
    p_values = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        rows = 80 if kind == "labels" else 40
        x = rng.normal(size=rows) if kind == "numbers" else rng.integers(0, 3, rows)
        y = rng.integers(0, 4, rows) if kind == "labels" else rng.normal(size=rows)
        p_values.append(estimate.permutation_test(x, y, permutations=39, seed=seed).p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


@pytest.mark.parametrize("numbers", [False, True])
def test_dependence_has_the_least_p(numbers):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, 200)
    y = x + rng.normal(size=200) if numbers else (x + (rng.random(200) < 0.2)) % 3
    for pair in ((x, y), (y, x)):
        found = estimate.permutation_test(*pair, permutations=49)
        assert found.p_value == 1 / 50
        assert found.method == "permutation_test"


def test_the_seed_decides():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 3, (2, 60))
    first, again, other = (
        estimate.permutation_test(x, y, permutations=200, seed=s).p_value for s in (1, 1, 2)
    )
    assert first == again != other


def test_the_statistic_is_the_plug_in():
    x, y = np.random.default_rng(0).integers(0, 3, (2, 60))
    found = estimate.permutation_test(x, y)
    assert found.statistic == float(estimate.mutual_information(x, y, method="plug_in"))


@pytest.mark.parametrize("permutations", [0, 2.5, True, "many"])
def test_how_many_is_a_whole_number(permutations):
    with pytest.raises(LossaryError) as error:
        estimate.permutation_test("aab", "xyx", permutations=permutations)
    assert (
        str(error.value)
        == f"permutations must be a whole number of at least 1, got {permutations!r}"
    )
