"""The race: every loss trains the same model on the same folds, and is measured on the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lossary.study.candidates import Candidate
from lossary.study.config import BATCH, Config, steps_for
from lossary.study.fold_run import FoldResult
from lossary.study.jobs import Track, Training, trained
from lossary.study.journal import Journal
from lossary.study.metrics import Metric
from lossary.study.predict import Array

__all__ = ["BATCH", "Config", "LossResult", "Progress", "cross_validate", "steps_for"]

Progress = Callable[[int, int, str], None]
"""Called with the trainings done, all of them, and the loss that trains or has just trained."""


@dataclass(frozen=True)
class LossResult:
    """What one loss achieved: one entry per fold of each seed in every array."""

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
    progress: Progress | None = None,
    *,
    jobs: int = 1,
    journal: Journal | None = None,
) -> tuple[LossResult, ...]:
    """Return the result of each loss over the folds of every seed.

    ``jobs`` processes share the trainings; a ``journal`` keeps each as soon as it is done, and
    brings those that it has kept before.
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
    if progress and left:
        progress(len(done), len(plan), left[0].candidate.label)
    for training, result in trained(Track(config, metrics), left, jobs):
        done[training.key] = result
        if journal:
            journal.keep(training.key, result)
        if progress:
            progress(len(done), len(plan), training.candidate.label)
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
