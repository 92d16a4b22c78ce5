import json

import numpy as np
import polars as pl
import pytest
import torch

from lossary import study
from lossary.study.columns import classify_columns, tidy
from lossary.study.cross_validation import steps_for
from lossary.study.fold_run import prepare_fold
from lossary.study.splits import folds
from lossary.study.task import infer_task
from lossary.validation import LossaryError

LOSSES = ["sigmoid_cross_entropy", "hinge"]
SMALL = {"folds": 2, "seeds": 1, "steps": 10}


def test_a_study_says_what_it_found(binary):
    table = binary.table
    assert table.height == 3 * 10
    assert table.columns[:2] == ["loss", "metric"]
    assert set(table["verdict"]) <= {"best", "level", "worse"}
    assert table.filter(pl.col("verdict") == "best").height == 10
    focal = table.filter(pl.col("loss").str.starts_with("softmax_focal"), metric="log-loss")
    assert focal["verdict"].item() == "worse"
    assert "softmax_focal:gamma=5" in str(binary.verdict)


def test_means_are_those_of_the_folds(binary):
    for result in binary.results:
        for name, values in result.values.items():
            assert values.shape == (3 * 2,)
            row = binary.table.filter(loss=result.candidate.label, metric=name)
            assert row["mean"].item() == pytest.approx(values.mean())


def test_models_learn(binary):
    auc = binary.table.filter(metric="ROC AUC")
    assert auc["mean"].min() > 0.97
    for result in binary.results:
        start, end = result.curves[:, 0].mean(), result.curves[:, -1].mean()
        assert end < start / 4


def test_the_same_command_gives_the_same_numbers(binary, again):
    assert again.to_dict() == binary.to_dict()


@pytest.mark.usefixtures("without_claims")
def test_a_loss_has_the_same_numbers_in_any_company():
    alone = study.run("breast_cancer", losses=LOSSES[:1], **SMALL).results[0]
    beside = study.run("breast_cancer", losses=LOSSES[::-1], **SMALL).results[1]
    for name, values in alone.values.items():
        np.testing.assert_array_equal(values, beside.values[name])


@pytest.mark.usefixtures("without_claims")
def test_the_callers_threads_are_kept():
    before = torch.get_num_threads()
    study.run("breast_cancer", losses=LOSSES[:1], **SMALL)
    assert torch.get_num_threads() == before


def test_the_plain_form_is_json(binary):
    plain = binary.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert list(plain) == [
        *("data", "task", "settings", "metrics", "losses", "results", "verdict"),
        *("thresholds", "information", "claims"),
    ]
    assert {"title", "holds", "sentence"} <= set(plain["claims"][0])
    assert len(plain["claims"]) == 6
    assert len(plain["thresholds"]) == 2 * 3
    assert len(plain["information"]["columns"]) == 30
    assert plain["task"]["classes"] == {"benign": 357, "malignant": 212}
    assert plain["task"]["positive"] == "malignant"
    assert [x["probabilities"] for x in plain["losses"]] == ["sigmoid", "platt", "softmax"]
    first = plain["results"][0]
    assert set(first) == {"loss", "metric", "value", "difference", "verdict"}
    assert set(first["value"]) == {"mean", "low", "high"}
    assert plain["settings"]["command"].endswith("--folds 3 --seeds 2 --steps 40")


@pytest.mark.usefixtures("without_claims")
def test_a_messy_table_is_studied(messy):
    outcome = study.run(messy, "y", losses=LOSSES, **SMALL)
    assert outcome.config.frame.height == 59
    assert str(outcome.notes[0]) == "1 of 60 rows left out: target 'y' is missing there"
    assert outcome.command.startswith("lossary.study.run(frame, target='y'")


@pytest.mark.parametrize("model", ["linear", "mlp"])
@pytest.mark.usefixtures("without_claims")
def test_several_classes(model):
    outcome = study.run(
        "wine",
        losses=["softmax_cross_entropy", "multiclass_hinge:variant=weston_watkins"],
        model=model,
        **SMALL | {"steps": 60},
    )
    accuracy = outcome.table.filter(metric="accuracy")["mean"]
    assert accuracy.min() > 0.9


@pytest.mark.usefixtures("without_claims")
def test_regression_is_in_the_target_s_unit():
    x = np.linspace(-1, 1, 80)
    frame = pl.DataFrame({"x": x, "y": 1e6 + 1e5 * x + 10 * np.cos(40 * x)})
    losses = ["squared_error", "quantile:level=0.9", "poisson"]
    outcome = study.run(frame, "y", losses=losses, task="regression", folds=2, seeds=1, steps=400)
    rmse = outcome.table.filter(metric="RMSE")["mean"]
    assert rmse[0] == pytest.approx(10 / 2**0.5, rel=0.5)
    assert rmse[2] < 5e3
    assert outcome.table.filter(metric="quantile loss 0.9")["mean"].min() < 10


@pytest.mark.usefixtures("without_claims")
def test_folds_are_reduced_to_the_rarest_class():
    frame = pl.DataFrame({"x": np.arange(40.0) ** 1.5, "y": ["a"] * 37 + ["b"] * 3})
    outcome = study.run(frame, "y", losses=LOSSES[:1], folds=5, seeds=1, steps=5)
    assert outcome.config.folds == 3
    assert "3 folds instead of 5: the rarest class has 3 rows" in map(str, outcome.notes)


@pytest.mark.usefixtures("without_claims")
def test_too_few_rows_for_the_folds_of_a_regression_are_said():
    frame = pl.DataFrame({"x": np.arange(6.0) ** 1.5, "y": np.arange(6.0) ** 0.5})
    losses = ["squared_error"]
    outcome = study.run(frame, "y", task="regression", losses=losses, folds=5, seeds=1, steps=5)
    assert "3 folds instead of 5: there are 6 rows" in map(str, outcome.notes)


@pytest.mark.usefixtures("without_claims")
def test_a_diverged_training_is_told(monkeypatch):
    monkeypatch.setattr("lossary.study.train.RATES", (1e38,))
    outcome = study.run("breast_cancer", losses=["sigmoid_cross_entropy", "exponential"], **SMALL)
    assert set(outcome.table["verdict"]) == {"failed"}
    assert "diverged under every loss" in str(outcome.verdict.headline)
    assert outcome.thresholds == ()
    assert str(outcome.notes[-1]) == (
        "training diverged under exponential in 2 of 2 folds: its numbers are not shown"
    )
    assert outcome.to_dict()["results"][0]["value"] == {"mean": None, "low": None, "high": None}


def test_no_statistic_of_a_fold_sees_its_test_rows():
    table = pl.DataFrame({"x": np.arange(30.0) ** 2, "c": ["a", "b", "c"] * 10})
    task = infer_task(pl.Series("y", [0, 1] * 15))
    rows = next(iter(folds(task, 3, 0)))
    poisoned = table.with_row_index().with_columns(
        pl.when(pl.col("index").is_in(rows[1])).then(1e9).otherwise("x").alias("x"),
        pl.when(pl.col("index").is_in(rows[1])).then(pl.lit("new")).otherwise("c").alias("c"),
    )
    columns = classify_columns(table)
    clean = prepare_fold(tidy(table), columns, task, rows, 0)
    dirty = prepare_fold(tidy(poisoned.drop("index")), columns, task, rows, 0)
    torch.testing.assert_close(clean.x, dirty.x)
    np.testing.assert_array_equal(clean.inner, dirty.inner)
    assert not torch.equal(clean.x_test, dirty.x_test)


@pytest.mark.usefixtures("without_claims")
def test_labels_without_a_pattern_are_not_learnt():
    random = np.random.default_rng(0)
    noise = {f"x{i}": random.normal(size=120) for i in range(8)}
    frame = pl.DataFrame(noise | {"y": random.integers(0, 2, 120)})
    outcome = study.run(frame, "y", losses=LOSSES, folds=3, seeds=2, steps=30)
    assert (outcome.table.filter(metric="ROC AUC")["mean"] - 0.5).abs().max() < 0.12


def test_larger_data_trains_for_epochs_within_limits():
    assert [steps_for(rows, 5) for rows in (100, 25_600, 10**6)] == [200, 800, 2000]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"folds": 1}, "folds must be a whole number in 2 … 50, got 1"),
        ({"seeds": 0}, "seeds must be a whole number in 1 … 100, got 0"),
        ({"steps": 0}, "steps must be a whole number in 1 … 100000, got 0"),
        ({"folds": True}, "got True"),
        ({"seeds": 2.5}, "got 2.5"),
        ({"jobs": 0}, "jobs must be a whole number in 1 … 1024, got 0"),
        ({"model": "forest"}, "model must be 'linear' or 'mlp', got 'forest'"),
        (
            {"model": "lightgbm"},
            "boosters are not supported yet",
        ),
        (
            {"model": "xgboost"},
            "model must be 'linear' or 'mlp', got 'xgboost': boosters are not supported yet",
        ),
    ],
)
def test_bad_settings_are_said(options, words):
    with pytest.raises(LossaryError) as error:
        study.run("wine", **options)
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"x": [1.0, 2.0], "y": [None, None]}, "target 'y' is missing in every one of 2 rows"),
        ({"x": [7.0] * 4, "y": [0, 1, 0, 1]}, "no column is left to train on: column 'x' left out"),
        ({"x": [1.0, 2.5], "y": [1, 1]}, "has only one class, 1"),
        ({"x": [1.5, 2.0, 4.0], "y": ["a", "b", "b"]}, "class 'a' has 1 row"),
    ],
)
def test_data_without_a_lesson_is_said(frame, words):
    with pytest.raises(LossaryError) as error:
        study.run(pl.DataFrame(frame, strict=False), "y")
    assert words in str(error.value)
