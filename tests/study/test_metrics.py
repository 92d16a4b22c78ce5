import pickle

import numpy as np
import pytest
from sklearn import metrics as sk

from lossary.pages.localization import language
from lossary.study.metrics import bins, expected_calibration_error, metrics_for
from lossary.study.scores_to_predictions import predict

RANDOM = np.random.default_rng(1)
TWO, Y2 = RANDOM.normal(size=(80, 1)), RANDOM.integers(0, 2, 80)
THREE, Y3 = RANDOM.normal(size=(90, 3)), RANDOM.integers(0, 3, 90)
VALUE, YR = RANDOM.normal(size=(70, 1)), RANDOM.normal(size=70)


def results(kind, y, prediction, **options):
    return {m.name: m.compute(y, prediction) for m in metrics_for(kind, **options)}


def test_two_classes_are_measured_as_by_scikit_learn():
    p = predict(TWO, "sigmoid")
    positive = p.probability[:, 1]
    found = results("binary", Y2, p)
    assert found.pop("calibration error") > 0
    assert found == pytest.approx(
        {
            "log-loss": -np.mean(np.log(np.where(Y2 == 1, positive, 1 - positive))),
            "Brier score": np.mean((positive - Y2) ** 2),
            "accuracy": np.mean((positive > 0.5) == Y2),
            "balanced accuracy": sk.recall_score(Y2, positive > 0.5, average="macro"),
            "average precision": sk.average_precision_score(Y2, TWO[:, 0]),
            "ROC AUC": sk.roc_auc_score(Y2, TWO[:, 0]),
            "rare-class F1": sk.f1_score(Y2, positive > 0.5),
            "balanced accuracy, best threshold": sk.balanced_accuracy_score(Y2, positive > 0.5),
            "rare-class F1, best threshold": sk.f1_score(Y2, positive > 0.5),
        }
    )


def test_several_classes_are_measured_one_against_the_rest():
    p = predict(THREE, "softmax")
    hot = np.eye(3)[Y3]
    found = results("multiclass", Y3, p)
    assert found["log-loss"] == pytest.approx(sk.log_loss(Y3, p.probability))
    assert found["Brier score"] == pytest.approx(((p.probability - hot) ** 2).sum(axis=1).mean())
    per_class = [sk.roc_auc_score(hot[:, c], p.probability[:, c]) for c in range(3)]
    assert found["ROC AUC"] == pytest.approx(np.mean(per_class))
    precision = [sk.average_precision_score(hot[:, c], p.probability[:, c]) for c in range(3)]
    assert found["average precision"] == pytest.approx(np.mean(precision))


@pytest.mark.parametrize("rare", [0, 1, 2])
def test_the_rare_class_is_the_one_given(rare):
    p = predict(THREE, "softmax")
    found = {m.name: m.compute(Y3, p) for m in metrics_for("multiclass", rare=rare)}
    expected = sk.f1_score(Y3, THREE.argmax(axis=1), labels=[rare], average="macro")
    assert found["rare-class F1"] == pytest.approx(expected)
    assert not any(m.quality for m in metrics_for("multiclass"))


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_metrics_travel_to_other_processes(kind):
    there = pickle.loads(pickle.dumps(metrics_for(kind)))  # noqa: S301 - its own
    assert [m.name for m in there] == [m.name for m in metrics_for(kind)]


def test_ranking_is_that_of_scores_where_probabilities_saturate():
    scores = np.array([[50.0], [60.0], [70.0], [80.0]])
    found = results("binary", np.array([0, 0, 1, 1]), predict(scores, "sigmoid"))
    assert found["ROC AUC"] == found["average precision"] == 1


def test_values_are_measured_in_their_unit():
    p = predict(VALUE, "identity")
    error = YR - VALUE[:, 0]
    found = results("regression", YR, p, levels=[0.2, 0.5, 0.2])
    assert found == pytest.approx(
        {
            "RMSE": np.sqrt(np.mean(error**2)),
            "MAE": np.mean(np.abs(error)),
            "quantile loss 0.2": np.mean(np.maximum(0.2 * error, -0.8 * error)),
        }
    )
    assert list(results("regression", YR, p))[-1] == "quantile loss 0.9"


def test_calibration_error_by_hand():
    stated = np.array([0.05, 0.05, 0.05, 0.05, 0.85, 0.85, 1.0])
    happened = np.array([0, 0, 0, 1, 1, 0, 1])
    two = np.stack([1 - stated, stated], axis=1)
    by_hand = (4 * abs(0.25 - 0.05) + 2 * abs(0.5 - 0.85) + 1 * 0.0) / 7
    assert expected_calibration_error(happened, two) == pytest.approx(by_hand)


def test_calibration_of_several_classes_is_of_the_most_probable():
    probability = np.array([[0.75, 0.2, 0.05], [0.72, 0.2, 0.08], [0.1, 0.0, 0.9]])
    by_hand = (abs(1 - (0.75 + 0.72)) + abs(1 - 0.9)) / 3
    assert expected_calibration_error(np.array([0, 1, 2]), probability) == pytest.approx(by_hand)


def test_certainty_is_in_the_last_bin():
    assert bins(np.array([0.0, 0.0999, 0.1, 0.999, 1.0])).tolist() == [0, 0, 1, 9, 9]


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression"])
def test_every_metric_says_what_it_is(kind):
    for metric in metrics_for(kind):
        assert metric.better in {"lower", "higher"}
        for message in (metric.title, metric.meaning, metric.question):
            assert str(message)
            assert language("zh")(message)


def test_names_of_metrics_are_their_english_titles():
    for metric in metrics_for("multiclass"):
        assert str(metric.title) == metric.name
    assert str(metrics_for("binary")[-1].title) == "rare-class F1 at the best threshold"
    assert language("zh")(metrics_for("regression", [0.2])[-1].title) == "0.2 分位数损失"


@pytest.mark.parametrize(
    ("kind", "deciding"),
    [
        (
            "binary",
            {
                "probabilities": ["log-loss", "Brier score"],
                "ranking": ["average precision", "ROC AUC"],
                "decisions": ["balanced accuracy, best threshold"],
                "rare": ["rare-class F1, best threshold"],
            },
        ),
        (
            "multiclass",
            {
                "probabilities": ["log-loss", "Brier score"],
                "ranking": ["average precision", "ROC AUC"],
                "decisions": ["accuracy", "balanced accuracy"],
                "rare": ["rare-class F1"],
            },
        ),
        (
            "regression",
            {"means": ["RMSE"], "medians": ["MAE"], "quantile 0.9": ["quantile loss 0.9"]},
        ),
    ],
)
def test_every_purpose_has_the_metrics_that_decide(kind, deciding):
    found = {}
    for metric in (m for m in metrics_for(kind) if m.decides):
        found.setdefault(metric.purpose, []).append(metric.name)
    assert found == deciding
