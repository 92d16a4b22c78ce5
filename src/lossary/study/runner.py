"""A study: data in, race run, verdict and page out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from lossary.frames.text import TextFormat
from lossary.study import why
from lossary.study.candidates import choose_candidates
from lossary.study.columns import classify_columns, tidy
from lossary.study.comparison import compare
from lossary.study.config import Config, steps_for
from lossary.study.cross_validation import LossResult, Progress, cross_validate
from lossary.study.data_notes import divergence_notes, reading_notes, row_notes
from lossary.study.information import information_of
from lossary.study.journal import Journal, fingerprint
from lossary.study.loading import LoadedTable, load
from lossary.study.metrics import Metric, metrics_for
from lossary.study.models import HIDDEN
from lossary.study.progress import StudyProgress
from lossary.study.splits import allowed_folds
from lossary.study.study import Study
from lossary.study.task import Task, infer_task
from lossary.study.threshold import threshold_effects
from lossary.study.verdict import VerdictContext, derive_verdict
from lossary.validation import LossaryError, choice

__all__ = ["run"]

BOOSTERS = ("lightgbm", "xgboost")
MOST_JOBS = 1024
LIMITS = {"folds": (2, 50), "seeds": (1, 100), "steps": (1, 100_000)}


def run(
    data: Any = "breast_cancer",
    target: str | None = None,
    *,
    losses: Sequence[str] | None = None,
    model: str = "linear",
    folds: int = 5,
    seeds: int = 3,
    steps: int | None = None,
    task: str | None = None,
    positive: str | None = None,
    progress: Progress | None = None,
    jobs: int = 1,
    journal: str | Path | None = None,
    resume: bool = False,
    text_format: TextFormat | None = None,
) -> Study:
    """Train one model under several losses on the same folds, and say which is better.

    ``data`` is a path, the name of a built-in data set, or a data frame; ``losses`` are texts
    like ``"sigmoid_focal:gamma=2"``. The task is told from the target unless given. Every
    repetition (``seeds``) draws new folds, start weights and order of rows.

    ``jobs`` processes share the trainings where these take long: the numbers are the same whatever
    their count. ``journal`` is a file that keeps each finished training for the next time; with
    ``resume`` those that it holds are not trained again. ``text_format`` says how a file of text is
    to be read.

    Raises LossaryError for data that can't be read or learnt from, for an unknown loss or one
    that does not fit the task, for settings out of range, and for a journal of another study.

    Examples
    --------
    >>> from lossary import study
    >>> outcome = study.run("wine", losses=["softmax_cross_entropy"], folds=2, seeds=1, steps=20)
    >>> outcome.config.task.kind, outcome.config.frame.height
    ('multiclass', 178)

    """
    _known(model)
    _within(folds=folds, seeds=seeds, jobs=jobs, **({} if steps is None else {"steps": steps}))
    table = load(data, target, text_format)
    source, name, read = table.source, table.target, reading_notes(table.notes)
    present, told = _told(table, task, positive)
    features = present.drop(name)
    columns = classify_columns(features)
    if not columns.used:
        message = f"no column left to learn from: {'; '.join(map(str, columns.notes))}"
        raise LossaryError(message)
    candidates = choose_candidates(losses, told)
    count = allowed_folds(told, folds)
    notes = (*read, *row_notes(table.frame.height, name, told, folds, count), *columns.notes)
    config = Config(
        frame=tidy(features.select(columns.used)),
        columns=columns,
        task=told,
        model=model,
        folds=count,
        seeds=seeds,
        steps=steps or steps_for(present.height, count),
    )
    # Copies of large data: only the config trains.
    del table, present, features
    metrics = metrics_for(
        told.kind,
        [c.parameters["level"] for c in candidates if "level" in c.parameters],
        _rare(told),
    )
    kept = (
        None
        if journal is None
        else Journal(Path(journal), fingerprint(config, name), resume=resume, inputs=[source])
    )
    steps_done = StudyProgress(progress, len(candidates) * count * seeds)
    results = cross_validate(
        config, candidates, metrics, steps_done.training, jobs=jobs, journal=kept
    )
    steps_done.after(0)
    information = information_of(config.frame, config.columns, config.task)
    steps_done.after(1)
    claims = why.measure_claims(config, candidates)
    steps_done.after(2)
    comparisons = tuple(
        s
        for m in metrics
        for s in compare(m, {r.candidate.label: r.values[m.name] for r in results}, 1 / (count - 1))
    )
    return Study(
        source=source,
        target=name,
        config=config,
        metrics=metrics,
        results=results,
        comparisons=comparisons,
        verdict=derive_verdict(metrics, comparisons, _verdict_context(config, results, metrics)),
        notes=(*notes, *divergence_notes(results)),
        information=information,
        claims=claims,
    )


def _known(model: str) -> None:
    """Require a model that can be trained under any loss."""
    if model in BOOSTERS:
        message = (
            f"there is no model {model!r} yet: Lossary has no booster objectives; "
            f"there are {' and '.join(map(repr, HIDDEN))}"
        )
        raise LossaryError(message)
    choice("model", model, tuple(HIDDEN))


def _told(table: LoadedTable, task: str | None, positive: str | None) -> tuple[pl.DataFrame, Task]:
    """Return the rows that have a target, and the task that it sets."""
    present = table.frame.filter(tidy(table.frame.select(table.target)).to_series().is_not_null())
    if present.is_empty():
        message = f"target {table.target!r} is missing in every one of {table.frame.height} rows"
        raise LossaryError(message)
    try:
        return present, infer_task(present[table.target], task, positive)
    except LossaryError as error:
        # Text that is numbers, but for how they are written, is no set of classes.
        hints = [note for note in table.notes if note.of_column(table.target)]
        if not hints or task is not None:
            raise
        message = f"target {hints[0]}"
        raise LossaryError(message) from error


def _rare(task: Task) -> int:
    """Return the class with the fewest rows; of two alike the positive one."""
    return min(range(len(task.counts)), key=lambda c: (task.counts[c], -c), default=1)


def _verdict_context(
    config: Config, results: Sequence[LossResult], metrics: Sequence[Metric]
) -> VerdictContext:
    """Return what the verdict rests on besides the comparisons."""
    values = {r.candidate.label: r.values for r in results}
    margins = frozenset(r.candidate.label for r in results if r.candidate.link == "platt")
    rarest = min(config.task.counts, default=None)
    return VerdictContext(
        results=config.folds * config.seeds,
        margins=margins,
        rare_rows=None if rarest is None else rarest // config.folds,
        effects=threshold_effects(metrics, values, 1 / (config.folds - 1)),
    )


def _within(**settings: Any) -> None:
    for name, value in settings.items():
        low, high = (LIMITS | {"jobs": (1, MOST_JOBS)})[name]
        if type(value) is not int or not low <= value <= high:
            message = f"{name} must be a whole number in {low} … {high}, got {value!r}"
            raise LossaryError(message)
