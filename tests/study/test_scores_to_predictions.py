import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression

from lossary.study.scores_to_predictions import Calibrator, calibrate, predict

RANDOM = np.random.default_rng(0)
SCORES = RANDOM.normal(size=(200, 1))
LABELS = (RANDOM.random(200) < expit(2 * SCORES[:, 0] + 0.5)).astype(np.int64)


def test_platt_scaling_is_a_logistic_regression_on_smoothed_targets():
    positive, negative = LABELS.sum(), len(LABELS) - LABELS.sum()
    smooth = np.where(LABELS == 1, (positive + 1) / (positive + 2), 1 / (negative + 2))
    doubled = np.vstack([SCORES, SCORES])
    weights = np.concatenate([smooth, 1 - smooth])
    reference = LogisticRegression(C=np.inf, tol=1e-10)
    reference.fit(doubled, np.repeat([1, 0], 200), weights)
    found = calibrate(SCORES, LABELS)
    assert found.slope == pytest.approx(reference.coef_[0, 0], rel=1e-3)
    assert found.offset == pytest.approx(reference.intercept_[0], rel=1e-2, abs=1e-3)


def test_separated_margins_get_a_finite_slope():
    found = calibrate(np.array([[-1.0], [-2.0], [1.0], [2.0]]), np.array([0, 0, 1, 1]))
    assert 0 < found.slope < 100


def test_rows_of_margins_get_one_slope():
    scores = RANDOM.normal(size=(4000, 3))
    labels = np.array([RANDOM.choice(3, p=p) for p in softmax(1.7 * scores, axis=1)])
    found = calibrate(scores, labels)
    assert found.slope == pytest.approx(1.7, rel=0.1)
    assert found.offset == 0


def test_few_rows_of_many_classes_keep_their_confidence():
    labels = np.repeat(np.arange(10), 4)
    found = calibrate(np.eye(10)[labels], labels)
    confidence = predict(np.eye(10), "platt", found).probability.diagonal()
    assert confidence == pytest.approx(41 / 42, rel=1e-3)


def test_a_diverged_training_is_not_calibrated():
    assert calibrate(np.array([[np.nan], [1.0]]), np.array([0, 1])) == Calibrator()


def test_two_classes_from_one_score():
    p = predict(SCORES, "sigmoid")
    np.testing.assert_allclose(
        p.probability, np.stack([1 - expit(SCORES[:, 0]), expit(SCORES[:, 0])], 1)
    )
    assert p.decision.tolist() == (SCORES[:, 0] > 0).astype(int).tolist()
    assert p.ranking is not SCORES
    np.testing.assert_array_equal(p.ranking, SCORES[:, 0])


def test_calibration_moves_probabilities_alone():
    plain, moved = predict(SCORES, "platt"), predict(SCORES, "platt", Calibrator(3.0, -1.0))
    np.testing.assert_array_equal(plain.decision, moved.decision)
    np.testing.assert_array_equal(plain.ranking, moved.ranking)
    np.testing.assert_allclose(moved.probability[:, 1], expit(3 * SCORES[:, 0] - 1))


def test_a_confident_score_keeps_its_tail():
    assert predict(np.array([[40.0]]), "sigmoid").probability[0, 0] == pytest.approx(expit(-40.0))


def test_several_classes_from_rows():
    rows = RANDOM.normal(size=(5, 3))
    p = predict(rows, "softmax")
    np.testing.assert_allclose(p.probability, softmax(rows, axis=1))
    assert p.decision.tolist() == rows.argmax(axis=1).tolist()
    pair = predict(rows[:, :2], "softmax")
    np.testing.assert_allclose(pair.ranking, rows[:, 1] - rows[:, 0])


def test_values_are_scores_or_their_exponential():
    assert predict(np.array([[1.5]]), "identity").decision.tolist() == [1.5]
    assert predict(np.array([[1.5]]), "exp").decision.tolist() == [pytest.approx(np.exp(1.5))]
