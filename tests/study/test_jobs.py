import multiprocessing
import os
import subprocess
import sys

import pytest

from lossary import study
from lossary.formulas import catalogue
from lossary.study import jobs
from lossary.validation import LossaryError
from support.records import fourth_power

pytestmark = pytest.mark.usefixtures("without_claims")

SMALL = {"folds": 2, "seeds": 2, "steps": 10}


@pytest.fixture(autouse=True)
def _worth_it(monkeypatch):
    monkeypatch.setattr(jobs, "WORTH_PROCESSES", 0.0)


def test_any_number_of_processes_gives_the_same_numbers():
    losses = ["sigmoid_cross_entropy", "hinge", "softmax_focal:gamma=5"]
    alone = study.run("breast_cancer", losses=losses, model="mlp", **SMALL)
    seen = []
    shared = study.run(
        "breast_cancer",
        losses=losses,
        model="mlp",
        **SMALL,
        jobs=3,
        progress=lambda done, total, _: seen.append((done, total)),
    )
    assert shared.to_dict() == alone.to_dict()
    assert seen == [(i, 14) for i in (*range(13), 12, 13, 14)]
    for mine, theirs in zip(alone.results, shared.results, strict=True):
        assert mine.curves.tobytes() == theirs.curves.tobytes()
        assert mine.reliability.tobytes() == theirs.reliability.tobytes()


def test_short_studies_start_no_process(monkeypatch):
    monkeypatch.setattr(jobs, "WORTH_PROCESSES", 60.0)
    monkeypatch.setattr(jobs, "ProcessPoolExecutor", None)
    study.run("breast_cancer", losses=["hinge"], **SMALL, jobs=2)


def test_a_loss_of_one_s_own_trains_too():
    fourth = fourth_power()
    catalogue.register(fourth)
    try:
        both = ["squared_error", "fourth_power"]
        outcome = study.run("diabetes", losses=both, **SMALL, jobs=2)
        assert outcome.to_dict() == study.run("diabetes", losses=both, **SMALL).to_dict()
    finally:
        catalogue.unregister("fourth_power")


def test_an_interrupt_leaves_no_process_and_keeps_what_is_done(tmp_path):
    def stop(done, _total, _loss):
        if done == 2:
            raise KeyboardInterrupt

    path = tmp_path / "kept"
    others = set(multiprocessing.active_children())
    with pytest.raises(KeyboardInterrupt):
        study.run("breast_cancer", losses=["hinge"], **SMALL, jobs=2, journal=path, progress=stop)
    assert set(multiprocessing.active_children()) <= others
    assert path.read_bytes().count(b"\n") == 1 + 2


def test_a_script_is_not_run_again_by_each_process(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from lossary import study\n"
        "from lossary.study import jobs, why\n"
        "jobs.WORTH_PROCESSES, why.measure_claims = 0.0, lambda *_: ()\n"
        "study.run('wine', losses=['kl', 'js'], folds=2, seeds=1, steps=3, jobs=2)\n"
        "print(__file__)\n"
    )
    run = subprocess.run(
        [sys.executable, str(script)], capture_output=True, check=False, text=True, timeout=120
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{script}\n", "")


def died(*_):
    os._exit(9)


def test_a_process_that_dies_is_told(monkeypatch):
    monkeypatch.setattr(jobs, "_run", died)
    with pytest.raises(LossaryError, match="memory ran out: try again with fewer jobs"):
        study.run("breast_cancer", losses=["hinge"], **SMALL, jobs=2)
