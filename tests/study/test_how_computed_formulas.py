"""Every formula of the page's last part is computed, and agrees with the functions it is of."""

import numpy as np
import pytest
from mpmath import mp
from scipy.special import digamma
from scipy.stats import t as student

from lossary import estimate, losses
from lossary.study import metrics
from lossary.study.comparison import CONFIDENCE, compare, corrected_interval, paired_interval
from lossary.study.learning_and_calibration_curves import NORMAL_QUANTILE, _wilson
from lossary.study.page import how_computed_formulas
from lossary.study.page.how_computed_formulas import METRICS, OTHERS, WHERE, brier
from lossary.study.scores_to_predictions import Calibrator, Prediction, predict
from lossary.study.threshold import best_threshold
from lossary.study.why.formulas import FORMULAS
from support.formulas import column, each, mutants, numbers
from support.tex import verify

RANDOM = np.random.default_rng(11)
ROWS = 12
CLAIMED = {f for claims in FORMULAS.values() for formulas in claims.values() for f in formulas}


def of_two_classes():
    """Labels, probabilities and scores of two classes, with a tie among the scores."""
    y = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0])
    probability = np.round(RANDOM.uniform(0.02, 0.98, ROWS), 2)
    scores = RANDOM.normal(size=ROWS)
    scores[3] = scores[1]
    both = np.stack([1 - probability, probability], axis=1)
    return y, Prediction((scores > 0).astype(int), both, scores)


def of_three_classes():
    y = np.array([0, 1, 2, 2, 1, 0, 2, 1, 1, 0, 2, 2])
    probability = RANDOM.dirichlet(np.ones(3), size=ROWS)
    return y, Prediction(RANDOM.integers(0, 3, ROWS), probability, probability[:, 0])


TWO, THREE = of_two_classes(), of_three_classes()
VALUES = RANDOM.normal(size=ROWS)
PREDICTED = Prediction(RANDOM.normal(size=ROWS), np.empty(0), np.empty(0))
INDICES = {"i": range(1, ROWS + 1), "n": ROWS}


def metric(kind, key, y, prediction):
    (found,) = (
        m for m in metrics.metrics_for(kind, levels=(0.8,)) if m.title.key == f"metric.{key}.title"
    )
    return mp.mpf(found.compute(y, prediction))


def classified(y, prediction):
    """Labels and decisions by row, from 1, and probabilities by row and class."""
    return INDICES | {
        "p": numbers(prediction.probability),
        "y": {i + 1: int(c) + 1 for i, c in enumerate(y)},
        r"\hat y": {i + 1: int(c) + 1 for i, c in enumerate(prediction.decision)},
        "c": range(1, 4),
        "K": 3,
    }


def ranked():
    """Precision and recall down a ranking without ties."""
    y, scores = TWO[0], np.arange(ROWS) * 0.7 % 3.1
    happened = np.cumsum(y[np.argsort(-scores)])
    places = np.arange(1, ROWS + 1)
    found = Prediction(TWO[1].decision, TWO[1].probability, scores)
    return {
        "L": metric("binary", "average_precision", y, found),
        "n": ROWS,
        "k": range(1, ROWS + 1),
        r"\text{TP}": numbers(happened),
        "n_+": int(y.sum()),
        "P": numbers(happened / places),
        "R": numbers(happened / y.sum()) | {0: mp.mpf(0)},
    }


def by_score():
    y, found = TWO
    return INDICES | {
        "L": metric("binary", "roc_auc", y, found),
        "j": INDICES["i"],
        "y": {i + 1: int(c) for i, c in enumerate(y)},
        "s": numbers(found.ranking),
        "n_+": int(y.sum()),
        "n_-": int((1 - y).sum()),
    }


def in_bins():
    y, found = TWO
    stated, happened = metrics.predicted_and_observed(y, found.probability)
    bins = [metrics.bins(stated) == b for b in range(10)]
    return {
        "L": metric("binary", "calibration", y, found),
        "b": range(1, 11),
        "n": ROWS,
        "o": numbers([happened[b].mean() if b.any() else 0 for b in bins]),
        "e": numbers([stated[b].mean() if b.any() else 0 for b in bins]),
        "n_b": each("b", [b.sum() for b in bins]),
    }


def counted():
    y, found = TWO
    tp, fp, fn = (
        mp.mpf(int(((y == a) & (found.decision == b)).sum())) for a, b in ((1, 1), (0, 1), (1, 0))
    )
    return {
        "L": metric("binary", "rare_f1", y, found),
        r"\text{TP}": tp,
        r"\text{FP}": fp,
        r"\text{FN}": fn,
        "P": tp / (tp + fp),
        "R": tp / (tp + fn),
    }


def of_values(key):
    return INDICES | {
        "L": metric("regression", key, VALUES, PREDICTED),
        "y": numbers(VALUES),
        r"\hat y": numbers(PREDICTED.decision),
        r"\tau": mp.mpf("0.8"),
    }


def of_classes(key):
    y, found = THREE
    counts = each("c", np.bincount(y))
    return classified(y, found) | {"n_c": counts, "L": metric("multiclass", key, y, found)}


def of_probabilities():
    y, found = TWO
    return INDICES | {
        "L": metric("binary", "brier", y, found),
        "y": {i + 1: int(c) for i, c in enumerate(y)},
        "p": numbers(found.probability[:, 1]),
    }


def of_counts():
    counts = np.array([7, 2, 4, 1])
    found = estimate.entropy_from_counts(counts, method="miller_madow").value
    return {
        r"\hat H": mp.mpf(found),
        "c": range(1, 5),
        "K": 4,
        "n": int(counts.sum()),
        "n_c": each("c", counts),
    }


def of_neighbours(k=3):
    x = RANDOM.normal(size=40)
    y = x + RANDOM.normal(size=40)
    x, y = x / x.std(), y / y.std()
    apart = [np.abs(v[:, None] - v) for v in (x, y)]
    for a in apart:
        np.fill_diagonal(a, np.inf)
    reach = np.sort(np.maximum(*apart), axis=1)[:, k - 1 : k]
    nearer = [(a < reach).sum(axis=1) for a in apart]
    found = estimate.mutual_information(x, y, method="ksg1", k=k).value
    return {
        r"\hat I": mp.mpf(found),
        r"\psi": lambda x: mp.mpf(float(digamma(float(x)))),
        "k": k,
        "n": 40,
        "i": range(1, 41),
        "a": numbers(nearer[0]),
        "b": numbers(nearer[1]),
    }


class _Student:
    def __getitem__(self, key):
        return mp.mpf(float(student.ppf(*map(float, key))))


def of_folds(end):
    values, share = RANDOM.normal(size=10), 0.25
    found = corrected_interval(values, share, 0.9)
    return {
        "L": mp.mpf(found.low if end < 0 else found.high),
        r"\pm": end,
        r"\bar d": mp.mpf(float(values.mean())),
        "d": numbers(values),
        "t": _Student(),
        r"\alpha": mp.mpf(1) - mp.mpf("0.9"),
        "J": 10,
        "j": range(1, 11),
        r"n_\text{test}": mp.mpf(1),
        r"n_\text{train}": mp.mpf(4),
        "s": mp.mpf(float(values.std(ddof=1))),
    }


def of_a_frequency(end):
    ends = _wilson(0.3, 20)
    return {
        "L": mp.mpf(ends[end > 0]),
        r"\pm": end,
        "o": mp.mpf(0.3),
        "n": mp.mpf(20),
        "z": mp.mpf(NORMAL_QUANTILE),
    }


def of_losses():
    """The level of a comparison of five losses, from the interval that it leads to."""
    results = {str(i): RANDOM.normal(size=8) + i for i in range(5)}
    worst = compare(metrics.metrics_for("regression")[0], results, 0.2)[-1]
    level = 0.05 / 10
    expected = paired_interval(results["4"], results["0"], 0.2, 1 - level)
    assert worst.difference == expected
    return {r"\alpha": mp.mpf(level), "m": 5}


def of_cuts():
    y, ranking = TWO[0], np.arange(ROWS) * 0.7 % 3.1 - 1.3
    order = np.sort(ranking)
    cuts = tuple((order[1:] + order[:-1]) / 2)

    def quality(tp, fp, fn, tn):
        return tp - 1.1 * fp + 0.3 * tn - 0.2 * fn

    def at(cut):
        chosen = ranking > float(cut)
        cells = ((1, 1), (0, 1), (1, 0), (0, 0))
        return quality(*(((y == a) & (chosen == b)).sum() for a, b in cells))

    return {"c^*": mp.mpf(best_threshold(ranking, y, quality)), "c": cuts, "Q": at}


def of_margins():
    a, b, s = 1.7, -0.4, 0.9
    found = predict(np.array([[s]]), "platt", Calibrator(a, b)).probability[0, 1]
    return {"p": mp.mpf(found), "a": mp.mpf(a), "b": mp.mpf(b), "s": mp.mpf(s)}


def of_rows_of_margins(j):
    z = np.array([[0.3, 1.4, -0.7]])
    found = predict(z, "platt", Calibrator(2.5)).probability[0]
    return {
        "p": numbers(found),
        "a": mp.mpf(2.5),
        "z": numbers(z[0]),
        "j": j,
        "k": range(1, 4),
    }


def of_a_matrix():
    found = RANDOM.normal(size=(4, 4))
    found = found + found.T
    values, vectors = np.linalg.eigh(found)
    units = [column(v) for v in vectors.T]
    return {
        r"\lambda_{\min}": mp.mpf(values[0]),
        r"\nabla^2 L(w)": mp.matrix(found.tolist()),
        "v": (*units, *(v * 3 for v in units)),
    }


def of_gradients():
    score_gradients = RANDOM.normal(size=6)
    share = np.abs(score_gradients[[1, 4]]).sum() / np.abs(score_gradients).sum()
    own = each("i", score_gradients)
    return {
        "L": mp.mpf(share),
        "n": 6,
        "i": range(1, 7),
        "G": (2, 5),
        "g": numbers(score_gradients),
        r"\frac{\partial L_i}{\partial s_i}": own,
    }


def of_least_squares():
    x, y = RANDOM.normal(size=(7, 3)), RANDOM.normal(size=7)
    w, *_ = np.linalg.lstsq(x, y)
    return {"X": mp.matrix(x.tolist()), "y": column(y), "w": column(w)}


def of_a_row(variant):
    z, y = np.array([[0.5, 1.1, -0.2, 0.9]]), 1
    found = losses.multiclass_hinge(z, np.array([y]), margin=0.9, variant=variant)
    return {
        "L": mp.mpf(float(found)),
        r"\mu": mp.mpf(0.9),
        "z": numbers(z[0]),
        "y": y + 1,
        "j": range(1, 5),
    }


#: A formula, the statement of each of its parts, and all values that it is computed at.
CASES = [
    *((METRICS[k], "L = {}", [of_classes(k)]) for k in ("log_loss", "accuracy")),
    (METRICS["balanced_accuracy"], "L = {}", [of_classes("balanced_accuracy")]),
    (METRICS["average_precision"], "L = {}", [ranked()]),
    (METRICS["roc_auc"], "L = {}", [by_score()]),
    (METRICS["calibration"], "L = {}", [in_bins()]),
    (METRICS["rare_f1"], "L = {}", [counted()]),
    *((METRICS[k], "L = {}", [of_values(k)]) for k in ("rmse", "mae", "quantile")),
    (brier(2), "L = {}", [of_probabilities()]),
    (brier(3), "L = {}", [of_classes("brier")]),
    (OTHERS["miller_madow"], "{}", [of_counts()]),
    (OTHERS["ksg"], "{}", [of_neighbours()]),
    (OTHERS["interval"], "L = {}", [of_folds(-1), of_folds(1)]),
    (OTHERS["bonferroni"], "{}", [of_losses()]),
    (OTHERS["wilson"], "L = {}", [of_a_frequency(-1), of_a_frequency(1)]),
    (OTHERS["threshold"], "{}", [of_cuts()]),
    (OTHERS["platt"], "{}", [of_margins()]),
    (OTHERS["scaling"], "{}", [of_rows_of_margins(j) for j in (1, 2, 3)]),
    (OTHERS["curvature"], "{}", [of_a_matrix()]),
    (OTHERS["share"], "L = {}", [of_gradients()]),
    (OTHERS["closed"], "{}", [of_least_squares()]),
    *(
        (text, "L = {}", [of_a_row(variant)])
        for variant, text in how_computed_formulas._MULTICLASS_HINGE.items()
    ),
]


def agree(formula, statement, all_values):
    """Compute what a formula says, and what those of its symbols do, at all values."""
    for values in all_values:
        agree_at(formula, statement, values)


def agree_at(formula, statement, values):
    first, *others = formula.split(WHERE)
    verify(statement.format(first), values)
    for other in others:
        if other.startswith("z ="):
            assert round(float(values["z"]), 2) == float(other.removeprefix("z ="))
            continue
        index = next((i for i in "ki" if f"_{i}" in other.partition("=")[0]), None)
        for place in values[index] if index else [None]:
            verify(other, values | ({index: place} if index else {}))


@pytest.mark.parametrize(("formula", "statement", "values"), CASES, ids=[c[0] for c in CASES])
def test_a_formula_is_of_what_is_computed(formula, statement, values):
    with mp.workdps(20):
        agree(formula, statement, values)


@pytest.mark.parametrize(("formula", "statement", "values"), CASES, ids=[c[0] for c in CASES])
def test_wrong_mathematics_is_noticed(formula, statement, values):
    with mp.workdps(20):
        for mutant in mutants(formula):
            with pytest.raises((AssertionError, KeyError, ValueError, ZeroDivisionError)):
                agree(mutant, statement, values)


def test_no_formula_is_left_out():
    computed = {formula for formula, *_ in CASES}
    for text in (*METRICS.values(), *OTHERS.values()):
        assert text in computed or set(text.split(WHERE)) <= CLAIMED


def test_the_confidence_is_that_of_the_comparison():
    assert OTHERS["bonferroni"].startswith(rf"\alpha = \frac{{{1 - CONFIDENCE:g}}}")
