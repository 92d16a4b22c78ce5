import json

import polars as pl
import pytest

from lossary import study
from lossary.study import cross_validation
from lossary.validation import LossaryError

pytestmark = pytest.mark.usefixtures("without_claims")

LOSSES = ["sigmoid_cross_entropy", "hinge"]
SMALL = {"losses": LOSSES, "folds": 2, "seeds": 1, "steps": 10}


@pytest.fixture
def broken_off(tmp_path):
    """The file that a study leaves which was stopped after three of its four trainings."""

    def stop(done, _total, _loss):
        if done == 3:
            raise KeyboardInterrupt

    path = tmp_path / "report.html.unfinished"
    with pytest.raises(KeyboardInterrupt):
        study.run("breast_cancer", **SMALL, journal=path, progress=stop)
    return path


def trainings(monkeypatch):
    """The list that every training from now on adds itself to."""
    done, trained = [], cross_validation.run_trainings

    def watched(*arguments):
        for training, result in trained(*arguments):
            done.append(training.key)
            yield training, result

    monkeypatch.setattr(cross_validation, "run_trainings", watched)
    return done


def test_what_is_finished_is_not_trained_again(broken_off, monkeypatch):
    done = trainings(monkeypatch)
    outcome = study.run("breast_cancer", **SMALL, journal=broken_off, resume=True)
    assert done == [("hinge", 0, 1)]
    assert outcome.to_dict() == study.run("breast_cancer", **SMALL).to_dict()


def test_a_line_cut_short_does_not_count(broken_off, monkeypatch):
    broken_off.write_bytes(broken_off.read_bytes()[:-20])
    done = trainings(monkeypatch)
    study.run("breast_cancer", **SMALL, journal=broken_off, resume=True)
    assert done == [("sigmoid_cross_entropy", 0, 1), ("hinge", 0, 1)]
    lines = broken_off.read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == 1 + 4


def test_more_losses_and_repetitions_build_on_what_is_there(broken_off, monkeypatch):
    done = trainings(monkeypatch)
    more = SMALL | {"losses": [*LOSSES, "exponential"], "seeds": 2}
    study.run("breast_cancer", **more, journal=broken_off, resume=True)
    assert len(done) == 3 * 2 * 2 - 3


def test_without_resume_all_begins_anew(broken_off, monkeypatch):
    done = trainings(monkeypatch)
    study.run("breast_cancer", **SMALL, journal=broken_off)
    assert len(done) == 4


def test_resuming_without_a_journal_begins(tmp_path, monkeypatch):
    done = trainings(monkeypatch)
    study.run("breast_cancer", **SMALL, journal=tmp_path / "none", resume=True)
    assert len(done) == 4


def test_a_diverged_training_is_kept_as_such(tmp_path, monkeypatch):
    monkeypatch.setattr("lossary.study.train.RATES", (1e38,))
    path = tmp_path / "kept"
    first = study.run("breast_cancer", **SMALL, journal=path)
    again = study.run("breast_cancer", **SMALL, journal=path, resume=True)
    assert again.to_dict() == first.to_dict()
    assert set(again.table["verdict"]) == {"failed"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": 11}, "it was written by a study with another steps; repeat that command"),
        ({"model": "mlp", "folds": 3}, "another model, folds;"),
        ({"positive": "benign"}, "another data, classes;"),
    ],
)
def test_another_study_is_not_mixed_in(broken_off, change, words):
    with pytest.raises(LossaryError) as error:
        study.run("breast_cancer", **SMALL | change, journal=broken_off, resume=True)
    assert words in str(error.value)


def test_other_data_is_not_mixed_in(tmp_path):
    path, frame = tmp_path / "kept", pl.DataFrame({"x": [0.5, 1, 4, 3] * 9, "y": [0, 1] * 18})
    study.run(frame, "y", **SMALL, journal=path)
    with pytest.raises(LossaryError, match="another data;"):
        study.run(frame.with_columns(x=-pl.col("x")), "y", **SMALL, journal=path, resume=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "it is not the journal of a study; delete it to start anew"),
        ("[]\n", "it is not the journal of a study"),
        ("{\n", "Expecting property name"),
        ("{}\n", "another data, target,"),
    ],
)
def test_what_is_no_journal_is_said(tmp_path, text, words):
    path = tmp_path / "kept"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LossaryError) as error:
        study.run("breast_cancer", **SMALL, journal=path, resume=True)
    assert "cannot resume from" in str(error.value)
    assert words in str(error.value)


def test_a_journal_without_a_place_is_said(tmp_path):
    with pytest.raises(LossaryError, match="there is no directory"):
        study.run("breast_cancer", **SMALL, journal=tmp_path / "no" / "kept")
