"""One function for each measure: told by the kinds of its columns, and saying what it told."""

# ruff: noqa: E501 - a message stands as it is printed

from math import log

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import stats

import lossary as ls
from lossary import LossaryError, estimate

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 4, 400)
OTHERS = (LABELS + (RNG.random(400) < 0.3)) % 4
NUMBERS = LABELS + RNG.normal(size=400)
MORE = NUMBERS + RNG.normal(size=400)
TABLE = ls.contingency(LABELS, OTHERS)

FORMS = {
    "list": list,
    "pandas": pd.Series,
    "pandas categorical": lambda x: pd.Series(x, dtype="category"),
    "polars": pl.Series,
    "arrow": pa.array,
    "arrow dictionary": lambda x: pa.array(x).dictionary_encode(),
    "text": lambda x: [f"label {v}" for v in x],
    "int8": lambda x: x.astype(np.int8),
    "far from 0": lambda x: x.astype(np.int64) * 10**15 - 10**17,
    "flags and labels": lambda x: pl.Series(x.astype(str), dtype=pl.Categorical),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_labels_may_come_in_any_form(form):
    found = estimate.mutual_information(form(LABELS), form(OTHERS))
    assert float(found) == pytest.approx(float(estimate.mutual_information_from_counts(TABLE)))
    assert found.method == "miller_madow"
    assert found.n == 400
    assert found.notes == ("taken as: x discrete, y discrete",)


def test_each_measure_of_labels_is_that_of_counts():
    for name in ("mutual_information", "normalized_mutual_information"):
        by_rows = getattr(estimate, name)(LABELS, OTHERS)
        assert float(by_rows) == pytest.approx(
            float(getattr(estimate, f"{name}_from_counts")(TABLE))
        )
    left = estimate.conditional_entropy(OTHERS, LABELS)
    assert float(left) == pytest.approx(float(estimate.conditional_entropy_from_counts(TABLE)))
    third = RNG.integers(0, 2, 400)
    found = estimate.conditional_mutual_information(LABELS, OTHERS, third)
    cube = ls.contingency(LABELS, OTHERS, third)
    truth = estimate.conditional_mutual_information_from_counts(cube)
    assert float(found) == pytest.approx(float(truth))
    whole = estimate.entropy(LABELS)
    assert float(whole) == float(estimate.entropy_from_counts(np.bincount(LABELS)))
    for name in ("kl_divergence", "js_divergence"):
        found = getattr(estimate, name)(LABELS, OTHERS[:200])
        counts = ls.frequencies(LABELS, OTHERS[:200])
        assert float(found) == float(getattr(estimate, f"{name}_from_counts")(*counts))


def test_samples_need_not_have_the_same_labels():
    assert float(estimate.js_divergence("aabb", "bbcc", method="plug_in", base=2)) == 0.5
    assert float(estimate.js_divergence("a" * 9, "c" * 7, method="plug_in")) == log(2)


def test_an_alphabet_may_be_said():
    found = estimate.entropy(LABELS, method="laplace", alphabet=6)
    counts = [*np.bincount(LABELS), 0, 0]
    assert float(found) == float(estimate.entropy_from_counts(counts, method="laplace"))


DISPATCH = {
    "labels": (lambda: estimate.mutual_information(LABELS, OTHERS), "miller_madow"),
    "numbers": (lambda: estimate.mutual_information(NUMBERS, MORE), "ksg1"),
    "labels and numbers": (lambda: estimate.mutual_information(LABELS, NUMBERS), "ross"),
    "numbers and labels": (lambda: estimate.mutual_information(NUMBERS, LABELS), "ross"),
    "labels that never repeat": (lambda: estimate.mutual_information(range(400), NUMBERS), "gao"),
    "as said": (lambda: estimate.mutual_information(NUMBERS, MORE, method="ksg2"), "ksg2"),
    "Gao et al.": (lambda: estimate.mutual_information(NUMBERS, MORE, method="gao"), "gao"),
    "kinds": (
        lambda: estimate.mutual_information(LABELS, OTHERS, kinds=("discrete", "continuous")),
        "ross",
    ),
    "entropy of labels": (lambda: estimate.entropy(LABELS), "grassberger"),
    "entropy of numbers": (lambda: estimate.entropy(NUMBERS), "kozachenko_leonenko"),
    "entropy as said": (
        lambda: estimate.entropy(range(9), kind="continuous"),
        "kozachenko_leonenko",
    ),
    "conditional": (
        lambda: estimate.conditional_mutual_information(NUMBERS, MORE, NUMBERS + MORE),
        "frenzel_pompe",
    ),
    "KL of labels": (lambda: estimate.kl_divergence(LABELS, OTHERS), "zhang_grabchak"),
    "KL of numbers": (lambda: estimate.kl_divergence(NUMBERS, MORE), "wang_kulkarni_verdu"),
    "JS of labels": (lambda: estimate.js_divergence(LABELS, OTHERS), "miller_madow"),
    "JS of numbers": (lambda: estimate.js_divergence(NUMBERS, MORE), "ross"),
}


@pytest.mark.parametrize(("call", "method"), DISPATCH.values(), ids=DISPATCH)
def test_kinds_tell_the_method(call, method):
    found = call()
    assert found.method == method
    assert any(note.startswith("taken as: ") for note in found.notes)
    assert np.isfinite(float(found))


def test_labels_and_numbers_have_no_order():
    pair = [estimate.mutual_information(*c) for c in ((LABELS, NUMBERS), (NUMBERS, LABELS))]
    assert float(pair[0]) == float(pair[1])


def test_conditional_entropies_of_both_kinds():
    left = estimate.conditional_entropy(LABELS, NUMBERS)
    whole, shared = estimate.entropy(LABELS), estimate.mutual_information(LABELS, NUMBERS)
    assert float(left) == pytest.approx(float(whole) - float(shared))
    assert left.bias == "H(Y) by grassberger minus I(X;Y) by ross"
    by_numbers = estimate.conditional_entropy(NUMBERS, MORE, base=2)
    whole, shared = estimate.entropy(NUMBERS), estimate.mutual_information(NUMBERS, MORE)
    assert float(by_numbers) == pytest.approx((float(whole) - float(shared)) / log(2))


def test_js_of_numbers_is_what_they_tell_of_their_origin():
    rng = np.random.default_rng(1)
    near, far = rng.normal(size=2000), 9 + rng.normal(size=2000)
    assert float(estimate.js_divergence(near, far)) == pytest.approx(log(2), abs=1e-3)
    assert float(estimate.js_divergence(near, rng.normal(size=2000))) == pytest.approx(0, abs=0.03)
    note = estimate.js_divergence(near, far[:500]).notes[0]
    assert note == "p and q are weighted by the samples' shares of the rows, 0.8 and 0.2"


def test_the_notes_of_a_column_are_passed_on():
    notes = estimate.mutual_information(LABELS.astype(float), NUMBERS).notes
    assert sum("whole numbers as floats, and is taken as" in note for note in notes) == 1


@pytest.mark.parametrize("method", ["plug_in", "miller_madow", "grassberger", "nsb"])
def test_a_constant_column_shares_exactly_nothing(method):
    for x, y in ((["a"] * 400, LABELS), (LABELS, [True] * 400), ([1] * 5, [2] * 5)):
        assert float(estimate.mutual_information(x, y, method=method)) == 0


def test_missing_labels():
    x, y = ["a", "b", None, "a", "b"], [0, 1, 1, 0, None]
    dropped = estimate.mutual_information(x, y, method="plug_in", missing="drop")
    assert (float(dropped), dropped.n) == (pytest.approx(stats.entropy([2, 1])), 3)
    kept = estimate.mutual_information(x, y, method="plug_in", missing="category")
    assert kept.n == 5
    assert float(estimate.entropy(x, method="plug_in", missing="category")) == pytest.approx(
        stats.entropy([2, 2, 1])
    )
    shared = estimate.js_divergence(x, ["a", None], method="plug_in", missing="category")
    assert float(shared) == float(ls.js_divergence_from_counts([2, 2, 1], [1, 0, 1]))


def test_whole_weights_are_repeated_rows():
    weight = RNG.integers(0, 5, 400)
    rows = np.repeat(np.arange(400), weight)
    for function, columns in (
        (estimate.entropy, (LABELS,)),
        (estimate.mutual_information, (LABELS, OTHERS)),
        (estimate.conditional_entropy, (LABELS, OTHERS)),
        (estimate.conditional_mutual_information, (LABELS, OTHERS, LABELS % 2)),
    ):
        weighted = function(*columns, sample_weight=weight)
        repeated = function(*(c[rows] for c in columns), method="plug_in")
        assert weighted.method == "plug_in"
        assert float(weighted) == pytest.approx(float(repeated), rel=1e-12)
        assert weighted.standard_error > repeated.standard_error
        assert weighted.n == np.count_nonzero(weight)


def test_the_scale_of_weights_has_no_say():
    weight = RNG.random(400)
    light, heavy = (
        estimate.mutual_information(LABELS, OTHERS, sample_weight=w) for w in (weight, 1e6 * weight)
    )
    assert float(light) == pytest.approx(float(heavy))
    assert light.standard_error == pytest.approx(heavy.standard_error)
    worth = weight.sum() ** 2 / (weight @ weight)
    assert light.notes[-1] == f"the effective sample size of the 400 weighted rows is {worth:.6g}"


def test_equal_weights_are_none():
    weighted = estimate.mutual_information(LABELS, OTHERS, sample_weight=np.full(400, 0.3))
    plain = estimate.mutual_information(LABELS, OTHERS, method="plug_in")
    assert float(weighted) == pytest.approx(float(plain))
    assert weighted.standard_error == pytest.approx(plain.standard_error)


def test_so_many_labels_that_their_table_is_not_filled():
    x, y = RNG.permutation(20_000), RNG.permutation(20_000)
    found = estimate.mutual_information(x, y, method="plug_in")
    assert float(found) == pytest.approx(log(20_000))
    assert found.notes[0].startswith("20000 of 20000 rows are alone in their cells")


MESSAGES = {
    "empty": (lambda: estimate.entropy([]), "x must hold at least one row, got an empty column"),
    "all missing": (
        lambda: estimate.entropy([None, None]),
        "x has a missing label (None) in row 0: pass missing='drop', or missing='category' for a label of its own",
    ),
    "all dropped": (
        lambda: estimate.mutual_information(["a", None], [None, 1], missing="drop"),
        "no row has a label in every column: missing='drop' drops all rows; pass missing='category'",
    ),
    "lengths": (
        lambda: estimate.mutual_information([1, 2], [1, 2, 3]),
        "columns must have the same length, but x has 2, y has 3 rows",
    ),
    "labels of several types": (
        lambda: estimate.entropy([1, "a"]),
        "x must hold labels of one type, got number (1) and str ('a'): convert all of them to str",
    ),
    "unhashable": (
        lambda: estimate.mutual_information(["a", ["b"]], [1, 2]),
        "x must hold hashable labels, got list ['b'] in row 1: convert it to a str or a tuple",
    ),
    "fractions as labels": (
        lambda: estimate.entropy([0.1, 0.2, 0.3], kind="discrete"),
        "x looks continuous: all its 3 values are distinct fractions, which cannot be counted; bin them first",
    ),
    "a method of numbers": (
        lambda: estimate.mutual_information(LABELS, OTHERS, method="ksg1"),
        "method must be one of plug_in, miller_madow, grassberger, chao_shen, james_stein, nsb, jeffreys, laplace, perks, minimax, jackknife, dirichlet, as x is discrete and y is discrete, got 'ksg1'; if the kind is wrong, pass kind= or kinds=",
    ),
    "a method of labels": (
        lambda: estimate.entropy(NUMBERS, method="nsb"),
        "method must be one of kozachenko_leonenko, as x is continuous, got 'nsb'; if the kind is wrong, pass kind= or kinds=",
    ),
    "misspelt": (
        lambda: estimate.entropy(LABELS, method="grasberger"),
        "there is no estimator named 'grasberger'. Did you mean 'grassberger'?",
    ),
    "kinds differ": (
        lambda: estimate.kl_divergence(LABELS, NUMBERS),
        "the samples must be of one kind, but p_samples is discrete and q_samples continuous: pass kind='continuous' or convert one of them",
    ),
    "both kinds": (
        lambda: estimate.conditional_mutual_information(LABELS, NUMBERS, OTHERS),
        "conditional mutual information needs columns of one kind, all discrete or all continuous, but x is discrete and y is continuous and given is discrete: bin the continuous ones, and pass kinds='discrete'",
    ),
    "dimensions": (
        lambda: estimate.js_divergence(np.zeros((5, 2)) + 0.5, np.zeros((5, 3)) + 0.5),
        "p_samples and q_samples must have the same number of columns, got shapes (5, 2) and (5, 3)",
    ),
    "weights of other methods": (
        lambda: estimate.entropy(LABELS, method="nsb", sample_weight=np.ones(400)),
        "sample_weight needs method='plug_in', as bias corrections are defined for counts, not for sums of weights: got method='nsb'",
    ),
    "weights of numbers": (
        lambda: estimate.entropy(NUMBERS, sample_weight=np.ones(400)),
        "sample_weight applies to discrete columns only, but x is continuous: leave it out",
    ),
    "an alphabet of numbers": (
        lambda: estimate.entropy(NUMBERS, alphabet=9),
        "alphabet applies to discrete columns only, but x is continuous: leave it out",
    ),
    "a pseudo-count of numbers": (
        lambda: estimate.mutual_information(LABELS, NUMBERS, alpha=1),
        "alpha applies to discrete columns only, but x is discrete and y is continuous: leave it out",
    ),
    "too few weights": (
        lambda: estimate.entropy(LABELS, sample_weight=[1, 2]),
        "sample_weight must have one weight for each of 400 rows, shape (400,), got shape (2,)",
    ),
    "negative weights": (
        lambda: estimate.entropy([1, 2], sample_weight=[1, -2]),
        "sample_weight must be finite and not negative, got -2.0 in row 1",
    ),
    "no weight": (
        lambda: estimate.entropy([1, 2], sample_weight=[0, 0]),
        "sample_weight must have a weight above 0, got 2 zeros",
    ),
    "words as weights": (
        lambda: estimate.entropy([1, 2], sample_weight=["a", "b"]),
        "sample_weight must be an array of real numbers, got list ['a', 'b']",
    ),
    "missing": (
        lambda: estimate.entropy([1, 2], missing="ignore"),
        "missing must be 'error', 'category' or 'drop', got 'ignore'",
    ),
    "k": (
        lambda: estimate.mutual_information(NUMBERS[:3], MORE[:3]),
        "k=3 neighbours of each row need at least 4 rows, got 3: pass a smaller k or more rows",
    ),
}


@pytest.mark.parametrize(("call", "text"), MESSAGES.values(), ids=MESSAGES)
def test_messages(call, text):
    with pytest.raises(LossaryError) as error:
        call()
    assert str(error.value) == text
