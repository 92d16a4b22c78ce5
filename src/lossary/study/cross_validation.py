"""Repeated cross-validation: every candidate trains the same model on the same folds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lossary.study.candidates import Candidate
from lossary.study.config import BATCH, Config, steps_for
from lossary.study.fold_run import FoldResult
from lossary.study.jobs import Trainer, Training, run_trainings
from lossary.study.journal import Journal
from lossary.study.metrics import Metric
from lossary.study.scores_to_predictions import Array

__all__ = ["BATCH", "Config", "LossResult", "cross_validate", "steps_for"]


@dataclass(frozen=True)
class LossResult:
    """The results of one candidate; every array has one entry per fold of each seed."""

    candidate: Candidate
    values: dict[str, Array]
    rates: Array
    curves: Array
    reliability: Array
    seconds: Array


def cross_validate(
    config: Config,
    candidates: Sequence[Candidate],
    metrics: Sequence[Metric],
    report: Callable[[int, str], None],
    *,
    jobs: int = 1,
    journal: Journal | None = None,
) -> tuple[LossResult, ...]:
    """Return the results of each candidate on all folds of every seed.

    ``report`` is called with the number of finished trainings and the label of the current or last
    candidate. ``jobs`` is the number of processes. A ``journal`` saves each training when it is
    finished; trainings that it already has are not repeated.
    """
    plan = [
        Training(candidate, seed, fold)
        for seed in range(config.seeds)
        for fold in range(config.folds)
        for candidate in candidates
    ]
    names = {m.name for m in metrics}
    kept = journal.results if journal else {}
    done = {t.key: kept[t.key] for t in plan if t.key in kept and names <= set(kept[t.key].values)}
    left = [t for t in plan if t.key not in done]
    if left:
        report(len(done), left[0].candidate.label)
    for training, result in run_trainings(Trainer(config, metrics), left, jobs):
        done[training.key] = result
        if journal:
            journal.add(training.key, result)
        report(len(done), training.candidate.label)
    return tuple(
        _gathered(c, [done[t.key] for t in plan if t.candidate is c], metrics) for c in candidates
    )


def _gathered(
    candidate: Candidate, results: Sequence[FoldResult], metrics: Sequence[Metric]
) -> LossResult:
    return LossResult(
        candidate=candidate,
        values={m.name: np.array([h.values[m.name] for h in results]) for m in metrics},
        rates=np.array([h.rate for h in results]),
        curves=np.array([h.curve for h in results]),
        reliability=np.sum([h.reliability for h in results], axis=0),
        seconds=np.array([h.seconds for h in results]),
    )
