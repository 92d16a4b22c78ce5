import json
from dataclasses import is_dataclass, replace

import numpy as np
import polars as pl
import pytest
import torch

from lossary.interpreters.mathml_from_latex import latex_to_mathml
from lossary.pages.localization import LANGUAGES, language
from lossary.study import why
from lossary.study.task import infer_task
from lossary.study.threads import one_thread
from lossary.study.train import best_rate
from lossary.study.why.claim import claim_to_dict, scientific
from lossary.study.why.row_sample import MAX_CURVATURE_ROWS, MAX_ROWS, Sample, draw_rows
from lossary.study.why.setup import prepare_setup, subsampled, train
from support.whys import claims_of, config

TITLES = {
    "binary": [
        "Squared error on probabilities saturates",
        "Cross-entropy is convex in the weights of a linear model, squared error is not",
        "Cross-entropy depends on the true class alone",
        "Least cross-entropy is maximum likelihood",
        "Cross-entropy uses all rows, hinge those within its margin, focal loss favours hard ones",
        "Loss is entropy plus divergence",
    ],
    "regression": [
        "Under squared error an outlier's influence is proportional to its distance",
        "Gradient descent on linear regression ends at the closed form",
        "Least squared error is maximum likelihood",
        "Cross-entropy is no loss for regression",
    ],
}
TITLES["multiclass"] = TITLES["binary"]


@pytest.mark.parametrize("model", ["linear", "mlp"])
@pytest.mark.parametrize("kind", TITLES)
def test_every_claim_is_measured(kind, model):
    found = claims_of(kind, model)
    assert [str(c.title) for c in found] == TITLES[kind]
    for claim in found:
        assert is_dataclass(claim)
        assert claim.holds, str(claim.finding)
        for name in LANGUAGES:
            spoken = language(name)
            for said in (claim.title, claim.finding, *claim.details, claim.theory):
                text = spoken(said)
                assert "nan" not in text
                assert "None" not in text
            assert spoken(claim.finding).endswith((".", "。"))
        assert all(latex_to_mathml(formula).startswith("<math") for formula in claim.formulas)
        with pytest.raises(AttributeError):
            claim.holds = False


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_the_same_config_has_the_same_claims(kind):
    assert why.measure_claims(config(kind)) == claims_of(kind)


@pytest.mark.parametrize("kind", TITLES)
def test_claims_are_plain_data_too(kind):
    for claim in claims_of(kind):
        found = claim_to_dict(claim)
        assert list(found) == ["name", "title", "holds", "sentence", "theory", "numbers"]
        assert found["sentence"].startswith(str(claim.finding))
        assert all(str(detail) in found["sentence"] for detail in claim.details)
        assert json.loads(json.dumps(found, allow_nan=False))["title"] == str(claim.title)


def test_a_large_fold_is_sampled():
    large = config("binary", rows=4 * MAX_ROWS, steps=2000)
    found = prepare_setup(large)
    assert len(found.x) == len(found.y) == pytest.approx(MAX_ROWS, abs=2)
    assert len(found.x_held) == len(found.y_held) == pytest.approx(MAX_ROWS, abs=2)
    rows = {tuple(r) for r in np.round(found.x.numpy(), 6)}
    assert len(rows) == len(found.x)
    # Twenty epochs of what was drawn, in batches of 512.
    assert found.budget.steps == 781
    share = float((found.y == 1).double().mean())
    assert share == pytest.approx((large.task.y == 1).mean(), abs=1e-4)
    assert found.sample == Sample(len(found.y), int(2 / 3 * 4 * MAX_ROWS))
    few = subsampled(found)
    assert (
        len(few.x) == len(few.y) == len(few.fold.inner) == pytest.approx(MAX_CURVATURE_ROWS, abs=2)
    )
    places = {tuple(r): c for r, c in zip(found.x.tolist(), found.y.tolist(), strict=True)}
    assert [places[tuple(r)] for r in few.x.tolist()] == few.y.tolist()


def test_a_sample_keeps_the_rarest():
    y = pl.Series("y", ["a"] * 9000 + ["b"] * 996 + ["c"] * 4)
    task, rows = infer_task(y), np.arange(10_000)
    taken = draw_rows(task, rows, np.random.default_rng(0), most=1000)
    assert np.bincount(task.y[taken]).tolist() == [900, 100, 4]
    assert draw_rows(task, rows, np.random.default_rng(0), most=10_000) is rows
    number = replace(task, kind="regression")
    assert len(draw_rows(number, rows, np.random.default_rng(0), most=1000)) == 1000


def test_a_sample_is_said():
    found = claims_of("binary")[4]
    assert "drawn at random" not in claim_to_dict(found)["sentence"]
    part = replace(found, sample=Sample(20_000, 800_000))
    said = "Measured on 20,000 of the 800,000 rows, drawn at random within each class."
    assert claim_to_dict(part)["sentence"].endswith(said)
    assert language("zh")(part.details[-1]).startswith("在 800,000 行中按类别随机抽取 20,000 行")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", TITLES)
def test_a_diverged_training_leaves_a_claim_unmeasured(kind, monkeypatch):
    monkeypatch.setattr("lossary.study.train.RATES", (1e38,))
    found = why.measure_claims(config(kind))
    assert [str(c.title) for c in found] == TITLES[kind]
    unmeasured = [c for c in found if c.holds is None]
    assert unmeasured
    for claim in unmeasured:
        said = claim_to_dict(claim)
        assert "training diverged with" in said["sentence"]
        assert said["theory"]
        assert "发散" in language("zh")(claim.finding)
    for claim in found:
        assert "nan" not in claim_to_dict(claim)["sentence"]
        json.dumps(claim_to_dict(claim), allow_nan=False)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("rows", "classes"), [(60, 12), (12, 5)])
def test_many_and_tiny_classes_are_measured(rows, classes):
    y = pl.Series("y", [f"c{i % classes}" for i in range(rows)])
    plain_config = config("multiclass", rows=rows, steps=10)
    few = replace(plain_config, task=infer_task(y, "multiclass"), folds=2)
    for claim in why.measure_claims(few):
        assert "nan" not in claim_to_dict(claim)["sentence"]
        json.dumps(claim_to_dict(claim), allow_nan=False)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (6e-17, "6 × 10⁻¹⁷"), (-0.004, "−4 × 10⁻³"), (1.0, "1 × 10⁰"), (np.inf, "∞")],
)
def test_tiny_numbers_have_their_power_of_ten(value, text):
    assert scientific(value) == text


def test_a_training_is_seen_at_its_checkpoints():
    found = prepare_setup(config("binary"))
    training = train(found, "hinge", rate=0.1)
    assert training.steps == found.budget.checkpoints()
    assert training.rate == 0.1
    assert not torch.equal(training.path[0][0], training.path[-1][0])
    assert training.scores(found.x).dtype == torch.float64
    other = train(found, "hinge", rate=0.1, y=1 - found.y)
    torch.testing.assert_close(other.path[0][0], training.path[0][0])
    assert not torch.equal(other.path[-1][0], training.path[-1][0])


def test_the_rate_is_the_race_s_choice():
    chosen = set()
    for steps in (5, 2000):
        found = prepare_setup(config("binary", steps=steps))
        training = train(found, "sigmoid_cross_entropy")
        fold = found.fold
        rate, _ = best_rate(training.candidate, fold.x, found.y, fold.inner, found.budget)
        assert training.rate == rate
        chosen.add(rate)
    assert len(chosen) == 2


def test_a_constant_target_column_has_a_deviation_of_one():
    plain = config("regression")
    flat = replace(plain, task=replace(plain.task, y=np.full(90, 3.0)))
    assert (prepare_setup(flat).y == 0).all()


def test_threads_are_given_back():
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
