"""The race: every loss trains the same model on the same folds, and is measured on the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lossary.study.candidates import Contender
from lossary.study.config import BATCH, Course, steps_for
from lossary.study.fold_run import Heat
from lossary.study.jobs import Track, Training, trained
from lossary.study.journal import Journal
from lossary.study.metrics import Metric
from lossary.study.predict import Array

__all__ = ["BATCH", "Course", "Progress", "Result", "race", "steps_for"]

Progress = Callable[[int, int, str], None]
"""Called with the trainings done, all of them, and the loss that trains or has just trained."""


@dataclass(frozen=True)
class Result:
    """What one loss achieved: one entry per fold of each seed in every array."""

    contender: Contender
    values: dict[str, Array]
    rates: Array
    curves: Array
    reliability: Array
    seconds: Array


def race(
    course: Course,
    contenders: Sequence[Contender],
    metrics: Sequence[Metric],
    progress: Progress | None = None,
    *,
    jobs: int = 1,
    journal: Journal | None = None,
) -> tuple[Result, ...]:
    """Return the result of each loss over the folds of every seed.

    ``jobs`` processes share the trainings; a ``journal`` keeps each as soon as it is done, and
    brings those that it has kept before.
    """
    plan = [
        Training(contender, seed, fold)
        for seed in range(course.seeds)
        for fold in range(course.folds)
        for contender in contenders
    ]
    names = {m.name for m in metrics}
    kept = journal.heats if journal else {}
    done = {t.key: kept[t.key] for t in plan if t.key in kept and names <= set(kept[t.key].values)}
    left = [t for t in plan if t.key not in done]
    if progress and left:
        progress(len(done), len(plan), left[0].contender.label)
    for training, heat in trained(Track(course, metrics), left, jobs):
        done[training.key] = heat
        if journal:
            journal.keep(training.key, heat)
        if progress:
            progress(len(done), len(plan), training.contender.label)
    return tuple(
        _gathered(c, [done[t.key] for t in plan if t.contender is c], metrics) for c in contenders
    )


def _gathered(contender: Contender, heats: Sequence[Heat], metrics: Sequence[Metric]) -> Result:
    return Result(
        contender=contender,
        values={m.name: np.array([h.values[m.name] for h in heats]) for m in metrics},
        rates=np.array([h.rate for h in heats]),
        curves=np.array([h.curve for h in heats]),
        reliability=np.sum([h.reliability for h in heats], axis=0),
        seconds=np.array([h.seconds for h in heats]),
    )
