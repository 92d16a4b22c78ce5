"""Information from counts: textbook values, exact zeros, bounds, sampling error, errors."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from sklearn.metrics import mutual_info_score, normalized_mutual_info_score

import lossary as ls
from lossary import LossaryError, estimate
from lossary.estimate.entropy_estimators import ENTROPY_ESTIMATORS
from lossary.estimate.measures_from_entropies import (
    CONDITIONAL_ENTROPY,
    CONDITIONAL_MUTUAL_INFORMATION,
    MUTUAL_INFORMATION,
)
from lossary.estimate.sparse_joint_table import sparse_from_counts

METHODS = [name for name, e in ENTROPY_ESTIMATORS.items() if e.with_alpha is None]
#: Cover and Thomas, example 2.2.1, in 32nds.
COVER_THOMAS = np.array([[4, 2, 1, 1], [2, 4, 1, 1], [2, 2, 2, 2], [8, 0, 0, 0]])
TABLES = arrays(
    np.int64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=st.integers(0, 30)
).filter(np.any)
CUBES = arrays(np.int64, (2, 3, 2), elements=st.integers(0, 9)).filter(np.any)

mutual_information = estimate.mutual_information_from_counts
conditional_entropy = estimate.conditional_entropy_from_counts
conditional_mutual_information = estimate.conditional_mutual_information_from_counts
normalized = estimate.normalized_mutual_information_from_counts


def plug_in(function, table, **options):
    return float(function(table, method="plug_in", **options))


@pytest.mark.parametrize("times", [1, 1000])
def test_cover_and_thomas(times):
    joint = times * COVER_THOMAS
    assert plug_in(mutual_information, joint, base=2) == 0.375
    assert plug_in(conditional_entropy, joint, base=2) == 1.375
    assert plug_in(conditional_entropy, joint.T, base=2) == 1.625
    entropies = [
        float(estimate.entropy_from_counts(joint.sum(axis=a), method="plug_in", base=2))
        for a in (0, 1)
    ]
    assert entropies == [1.75, 2.0]


def test_the_value_of_r():
    joint = np.array([[4, 2, 3], [4, 1, 1], [2, 1, 0]])
    truth = sum(stats.entropy(joint.sum(axis=a)) for a in (0, 1)) - stats.entropy(joint.ravel())
    assert plug_in(mutual_information, joint) == pytest.approx(truth, rel=1e-12)


@given(TABLES)
def test_the_plug_in_is_the_measure_of_the_table(joint):
    assert plug_in(mutual_information, joint) == pytest.approx(
        float(ls.mutual_information_from_counts(joint)), rel=1e-13, abs=1e-300
    )
    assert plug_in(conditional_entropy, joint) == pytest.approx(
        float(ls.conditional_entropy_from_counts(joint)), rel=1e-13, abs=1e-15
    )


@given(CUBES)
def test_so_is_the_conditional_one(joint):
    measure = float(ls.conditional_mutual_information_from_counts(joint))
    assert plug_in(conditional_mutual_information, joint) == pytest.approx(
        measure, rel=1e-12, abs=1e-15
    )


@given(TABLES)
def test_large_tables_go_by_their_occupied_cells(joint):
    cells = sparse_from_counts("joint", joint, 2)
    for combination in (MUTUAL_INFORMATION, CONDITIONAL_ENTROPY):
        whole = replace(cells, shape=(100, 100))
        assert combination.plug_in(whole)[0] == pytest.approx(
            combination.plug_in(cells)[0], rel=1e-13, abs=1e-15
        )


@given(CUBES)
def test_so_do_large_cubes(joint):
    cells = sparse_from_counts("joint", joint, 3)
    whole = replace(cells, shape=(20, 20, 20))
    assert CONDITIONAL_MUTUAL_INFORMATION.plug_in(whole)[0] == pytest.approx(
        CONDITIONAL_MUTUAL_INFORMATION.plug_in(cells)[0], rel=1e-12, abs=1e-15
    )


@given(TABLES)
def test_the_plug_in_is_never_negative_nor_above_an_entropy(joint):
    value = plug_in(mutual_information, joint)
    least = min(stats.entropy(joint.sum(axis=a)) for a in (0, 1))
    assert 0 <= value <= least + 1e-14


@pytest.mark.parametrize("rows", [[1], [1, 2, 3], [10**5, 1, 7, 0], range(1, 80)])
@pytest.mark.parametrize("columns", [[3], [3, 4, 5], [1, 10**5, 0], range(1, 80)])
def test_exact_independence_gives_exactly_0(rows, columns):
    assert plug_in(mutual_information, np.outer(rows, columns)) == 0


def test_exact_conditional_independence_gives_exactly_0():
    cube = np.stack([np.outer([1, 2], [3, 4]), np.outer([5, 1], [1, 7])], axis=2)
    assert plug_in(conditional_mutual_information, cube) == 0


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_tells_nothing_of_the_others(method):
    joint = np.array([[9, 2, 1], [0, 5, 5]])
    given = conditional_mutual_information(joint[..., None], method=method)
    alone = mutual_information(joint, method=method)
    assert float(given) == pytest.approx(float(alone), rel=1e-13)
    assert given.standard_error == pytest.approx(alone.standard_error)


def test_near_independence_keeps_its_digits():
    joint = np.full((2, 2), 10**8) + np.array([[1, -1], [-1, 1]])
    assert plug_in(mutual_information, joint) == pytest.approx(0.5e-16, rel=1e-10)


def test_more_rows_than_products_of_two_in_64_bits():
    joint = 10**10 * COVER_THOMAS
    assert plug_in(mutual_information, joint, base=2) == pytest.approx(0.375, rel=1e-15)


@pytest.mark.parametrize("method", ENTROPY_ESTIMATORS)
@pytest.mark.parametrize("joint", [[[3, 4, 5]], [[3], [4]], [[0, 0], [3, 4]], [[7]]])
def test_a_constant_column_shares_exactly_nothing(method, joint):
    alpha = {"alpha": 1} if method == "dirichlet" else {}
    found = mutual_information(joint, method=method, **alpha)
    assert float(found) == 0
    assert found.notes == ("a column has one label only: exactly 0",)


def test_a_label_that_is_known_leaves_nothing():
    assert plug_in(conditional_entropy, [[5, 0], [0, 9]]) == 0
    assert plug_in(conditional_entropy, [[5, 9]]) == pytest.approx(stats.entropy([5, 9]))
    assert plug_in(conditional_entropy, [[5], [9]]) == 0


@pytest.mark.parametrize("method", ["miller_madow", "grassberger", "chao_shen", "nsb", "jackknife"])
@given(joint=TABLES.filter(lambda t: t.sum() > 1))
def test_information_is_a_sum_of_entropies(method, joint):
    marginals = [joint.sum(axis=1), joint.sum(axis=0), joint.ravel()]
    if min(np.count_nonzero(m) for m in marginals[:2]) == 1:
        return
    x, y, both = (float(estimate.entropy_from_counts(m, method=method)) for m in marginals)
    assert float(mutual_information(joint, method=method)) == pytest.approx(x + y - both, abs=1e-11)
    assert float(conditional_entropy(joint, method=method)) == pytest.approx(both - x, abs=1e-11)


@pytest.mark.parametrize("method", METHODS)
def test_information_has_no_direction(method):
    joint = np.array([[9, 2, 1], [0, 5, 5]])
    found, turned = (mutual_information(t, method=method) for t in (joint, joint.T))
    assert float(found) == pytest.approx(float(turned), abs=1e-13)
    assert found.standard_error == pytest.approx(turned.standard_error)


def test_pseudo_counts_are_added_to_every_cell():
    joint = np.array([[9, 2, 1], [0, 5, 5]])
    truth = float(ls.mutual_information(joint + 0.5, normalize=True))
    assert float(mutual_information(joint, method="jeffreys")) == truth
    assert float(mutual_information(joint, method="dirichlet", alpha=0.5)) == truth
    truth = float(ls.mutual_information(joint + 1 / 6, normalize=True))
    assert float(mutual_information(joint, method="perks")) == truth


@pytest.mark.parametrize("method", ["james_stein", "jeffreys", "laplace", "perks", "minimax"])
@given(joint=TABLES)
def test_smoothed_tables_are_tables(method, joint):
    assert float(mutual_information(joint, method=method)) >= 0
    assert float(conditional_entropy(joint, method=method)) >= 0


def test_miller_madow_of_a_full_table():
    joint = np.array([[9, 2, 1], [3, 5, 5]])
    truth = plug_in(mutual_information, joint) - 1 * 2 / (2 * 25)
    assert float(mutual_information(joint)) == pytest.approx(truth)


def test_what_is_corrected_may_be_negative_and_says_so():
    found = mutual_information([[25, 26], [26, 25]])
    assert float(found) < 0
    (note,) = found.notes
    assert note == ("negative estimate: the bias correction exceeds the signal")


def test_what_is_above_an_entropy_says_so():
    found = conditional_entropy([[25, 26], [26, 25]])
    assert found.notes == (
        "above its upper bound, the entropy of y by the same method: 0.698049 nats",
    )


@pytest.mark.parametrize("method", METHODS)
@given(joint=TABLES.filter(lambda t: t.sum() > 1))
@settings(max_examples=30)
def test_what_no_true_value_is_never_goes_unsaid(method, joint):
    information = mutual_information(joint, method=method)
    least = min(
        float(estimate.entropy_from_counts(joint.sum(axis=a), method=method)) for a in (0, 1)
    )
    told = [note.split(maxsplit=1)[0] for note in information.notes]
    if float(information) < 0:
        assert "negative" in told
    if float(information) > least * (1 + 1e-9):
        assert "above" in told


def test_a_sparse_table_is_noted():
    joint = np.eye(30, dtype=int)
    joint[0] = 1
    assert mutual_information(joint).notes[0] == (
        "59 of 59 rows are alone in their cells: the table is too sparse for this method; "
        "'jackknife' and 'nsb' have less bias"
    )


INDEPENDENT = np.full((6, 6), 1 / 36)
DEPENDENT = 0.5 * INDEPENDENT + 0.5 * np.eye(6) / 6


def drawn(joint, n, seeds, method):
    for seed in range(seeds):
        counts = np.random.default_rng(seed).multinomial(n, joint.ravel()).reshape(joint.shape)
        yield mutual_information(counts, method=method)


@pytest.mark.parametrize("joint", [INDEPENDENT, DEPENDENT], ids=["independent", "dependent"])
@pytest.mark.parametrize("method", ["miller_madow", "grassberger", "chao_shen", "nsb", "jackknife"])
def test_corrections_lower_the_bias(joint, method):
    truth = float(ls.mutual_information(joint))
    plain, corrected = (
        np.mean([float(e) for e in drawn(joint, 100, 60, m)]) - truth for m in ("plug_in", method)
    )
    assert plain > 0
    assert abs(corrected) < 0.6 * plain


@pytest.mark.parametrize("method", ["plug_in", "miller_madow", "grassberger", "jackknife"])
def test_errors_are_the_spread_over_seeds(method):
    found = list(drawn(DEPENDENT, 400, 150, method))
    spread = np.std([float(e) for e in found])
    assert np.mean([e.standard_error for e in found]) == pytest.approx(spread, rel=0.2)


def test_the_error_of_a_linear_sum_is_the_jackknifes():
    joint = np.array([[4, 1], [2, 5]])
    rows = np.repeat(np.arange(4), joint.ravel())
    without = []
    for i in range(12):
        counts = np.bincount(np.delete(rows, i), minlength=4).reshape(2, 2)
        without.append(plug_in(mutual_information, counts))
    found = mutual_information(joint, method="jackknife")
    assert found.standard_error == pytest.approx(np.sqrt(11 * np.var(without)))
    full = plug_in(mutual_information, joint)
    assert float(found) == pytest.approx(12 * full - 11 * np.mean(without))


@pytest.mark.parametrize("average", ["arithmetic", "geometric", "min", "max"])
@given(joint=TABLES)
def test_the_normalised_plug_in_is_scikit_learns(average, joint):
    x, y = (np.repeat(i.ravel(), joint.ravel()) for i in np.indices(joint.shape))
    truth = normalized_mutual_info_score(x, y, average_method=average)
    found = float(normalized(joint, average=average))
    assert found == pytest.approx(truth, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@given(joint=TABLES.filter(lambda t: t.sum() > 1))
@settings(max_examples=30)
def test_the_normalised_form_stays_within_0_and_1(method, joint):
    for average in ("arithmetic", "geometric", "min", "max", "joint"):
        assert 0 <= float(normalized(joint, method=method, average=average)) <= 1


def test_where_it_was_held_is_said():
    found = normalized([[25, 26], [26, 25]], method="miller_madow")
    assert float(found) == 0
    assert found.unit == "no unit"
    assert found.notes[-1].startswith("clipped to [0, 1]: the ratio of the estimates is -0.00")


def test_two_constants_are_the_same_partition():
    assert float(normalized([[5]])) == 1
    assert float(normalized([[5, 3]])) == 0


def test_many_classes():
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3000, 20_000)
    y = (x + rng.integers(0, 2, 20_000)) % 3000
    joint = ls.contingency(x, y)
    truth = mutual_info_score(x, y)
    assert plug_in(mutual_information, joint) == pytest.approx(truth, rel=1e-12)
    with pytest.raises(LossaryError) as error:
        mutual_information(joint, method="laplace")
    sides = " × ".join(str(len(np.unique(c))) for c in (x, y))
    assert str(error.value) == (
        f"the joint table has {sides} = {joint.size} cells, too many for a method that fills every "
        "one of them (at most 4194304): pass method='miller_madow' or method='grassberger'"
    )


def test_bits():
    joint = [[5, 3], [1, 4]]
    nats, bits = mutual_information(joint), mutual_information(joint, base=2)
    assert float(nats) == pytest.approx(float(bits) * log(2))
    assert nats.standard_error == pytest.approx(bits.standard_error * log(2))


MESSAGES = {
    "negative": (
        lambda: mutual_information([[3, -1]]),
        "joint must hold counts, whole numbers from 0, got -1 at index (0, 1)",
    ),
    "fractions": (
        lambda: conditional_entropy([[3, 0.5]]),
        "joint must hold counts, whole numbers from 0, got 0.5 at index (0, 1)",
    ),
    "one axis": (
        lambda: mutual_information([1, 2]),
        "joint must be a table of counts with 2 axes and at least one cell, got shape (2,)",
    ),
    "two axes": (
        lambda: conditional_mutual_information([[1, 2]]),
        "joint must be a table of counts with 3 axes and at least one cell, got shape (1, 2)",
    ),
    "zeros": (
        lambda: mutual_information([[0, 0]]),
        "joint must hold at least one observation, got 2 zeros",
    ),
    "method": (
        lambda: mutual_information([[1, 2], [3, 4]], method="miler_madow"),
        "there is no estimator of entropy named 'miler_madow'. Did you mean 'miller_madow'?",
    ),
    "average": (
        lambda: normalized([[1, 2]], average="mean"),
        "average must be 'arithmetic', 'geometric', 'min', 'max' or 'joint', got 'mean'",
    ),
}


@pytest.mark.parametrize(("call", "text"), MESSAGES.values(), ids=MESSAGES)
def test_messages(call, text):
    with pytest.raises(LossaryError) as error:
        call()
    assert str(error.value) == text
