import json
from dataclasses import is_dataclass, replace

import numpy as np
import pytest
import torch

from lossary.study import why
from lossary.study.threads import one_thread
from lossary.study.train import best_rate
from lossary.study.why.claim import plain
from lossary.study.why.subject import MOST_ROWS, subject_of, train
from support.whys import course

TITLES = {
    "binary": [
        "Squared error on probabilities saturates",
        "Cross-entropy is convex in the weights of a linear model, squared error is not",
        "Cross-entropy looks at the right class alone",
        "Least cross-entropy is maximum likelihood",
        "Cross-entropy listens to all rows, hinge to those within its margin, focal to the hard",
        "Loss is entropy plus divergence",
    ],
    "regression": [
        "Under squared error outliers pull in proportion to their distance",
        "The closed form of linear regression is where descent ends",
        "Least squared error is maximum likelihood",
        "Cross-entropy is no loss for a number",
    ],
}
TITLES["multiclass"] = TITLES["binary"]


@pytest.mark.parametrize("model", ["linear", "mlp"])
@pytest.mark.parametrize("kind", TITLES)
def test_every_claim_is_measured(kind, model):
    found = why.claims(course(kind, model=model))
    assert [c.title for c in found] == TITLES[kind]
    for claim in found:
        assert is_dataclass(claim)
        assert claim.sentence.endswith(".")
        assert "nan" not in claim.sentence
        assert claim.holds, claim.sentence
        with pytest.raises(AttributeError):
            claim.holds = False


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_the_same_course_has_the_same_claims(kind):
    assert why.claims(course(kind)) == why.claims(course(kind))


@pytest.mark.parametrize("kind", TITLES)
def test_claims_are_plain_data_too(kind):
    for claim in why.claims(course(kind)):
        found = plain(claim)
        assert list(found) == ["title", "holds", "sentence", "numbers"]
        assert found["sentence"] == claim.sentence
        assert json.loads(json.dumps(found, allow_nan=False))["title"] == claim.title


def test_a_large_fold_is_sampled():
    large = course("binary", rows=3 * MOST_ROWS)
    found = subject_of(large)
    assert len(found.x) == len(found.y) == MOST_ROWS
    assert len(found.x_held) == len(found.y_held) == MOST_ROWS
    rows = {tuple(r) for r in np.round(found.x.numpy(), 6)}
    assert len(rows) == MOST_ROWS


def test_a_training_is_seen_at_its_checkpoints():
    found = subject_of(course("binary"))
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
        found = subject_of(course("binary", steps=steps))
        training = train(found, "sigmoid_cross_entropy")
        fold = found.fold
        rate, _ = best_rate(training.contender, fold.x, found.y, fold.inner, found.budget)
        assert training.rate == rate
        chosen.add(rate)
    assert len(chosen) == 2


def test_a_constant_target_column_has_a_deviation_of_one():
    plain = course("regression")
    flat = replace(plain, task=replace(plain.task, y=np.full(90, 3.0)))
    assert (subject_of(flat).y == 0).all()


def test_threads_are_given_back():
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
