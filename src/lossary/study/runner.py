"""The public function that runs a study."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from lossary.frames.delimited_text import TextFormat
from lossary.study import why
from lossary.study.candidates import choose_candidates
from lossary.study.columns import classify_columns, tidy
from lossary.study.comparison import compare
from lossary.study.config import Config, steps_for
from lossary.study.cross_validation import LossResult, cross_validate
from lossary.study.information import information_of
from lossary.study.journal import Journal, fingerprint
from lossary.study.loading import LoadedTable, load
from lossary.study.metrics import Metric, metrics_for
from lossary.study.models import HIDDEN
from lossary.study.public_result import Study
from lossary.study.splits import allowed_folds
from lossary.study.study_notes import divergence_notes, reading_notes, row_notes
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
    progress: Callable[[int, int, str], None] | None = None,
    jobs: int = 1,
    journal: str | Path | None = None,
    resume: bool = False,
    text_format: TextFormat | None = None,
) -> Study:
    """Train one model with several losses on the same folds, and compare the losses.

    ``data`` is a path, the name of a built-in data set, or a data frame; ``losses`` are texts
    like ``"sigmoid_focal:gamma=2"``. The task is inferred from the target unless given. Every
    repetition (``seeds``) has its own folds, initial weights and order of rows.

    Long studies use up to ``jobs`` processes; the results do not depend on their number.
    ``journal`` is a file that saves each finished training; with ``resume`` those that it has are
    not repeated. ``progress`` is called with the finished steps, their total and the current step;
    ``text_format`` sets how a text file is read.

    Raises LossaryError for data that can't be read or used for training, for an unknown loss or one
    that does not fit the task, for settings out of range, and for a journal of another study.

    Examples
    --------
    >>> from lossary import study
    >>> result = study.run("wine", losses=["softmax_cross_entropy"], folds=2, seeds=1, steps=20)
    >>> result.config.task.kind, result.config.frame.height
    ('multiclass', 178)

    """
    _check_model(model)
    _check_limits(
        folds=folds, seeds=seeds, jobs=jobs, **({} if steps is None else {"steps": steps})
    )
    table = load(data, target, text_format)
    source, name, read = table.source, table.target, reading_notes(table.notes)
    present, inferred = _target_and_task(table, task, positive)
    features = present.drop(name)
    columns = classify_columns(features)
    if not columns.used:
        message = f"no column is left to train on: {'; '.join(map(str, columns.notes))}"
        raise LossaryError(message)
    candidates = choose_candidates(losses, inferred)
    count = allowed_folds(inferred, folds)
    notes = (*read, *row_notes(table.frame.height, name, inferred, folds, count), *columns.notes)
    config = Config(
        frame=tidy(features.select(columns.used)),
        columns=columns,
        task=inferred,
        model=model,
        folds=count,
        seeds=seeds,
        steps=steps or steps_for(present.height, count),
    )
    # Free the copies of large data: training uses that of the configuration.
    del table, present, features
    metrics = metrics_for(
        inferred.kind,
        [c.parameters["level"] for c in candidates if "level" in c.parameters],
        _rare(inferred),
    )
    kept = (
        None
        if journal is None
        else Journal(Path(journal), fingerprint(config, name), resume=resume, inputs=[source])
    )
    trainings = len(candidates) * count * seeds

    def report(done: int, step: str) -> None:
        if progress:
            progress(done, trainings + 2, step)

    results = cross_validate(config, candidates, metrics, report, jobs=jobs, journal=kept)
    report(trainings, "column information")
    information = information_of(config.frame, config.columns, config.task)
    report(trainings + 1, "claims of the theory")
    claims = why.measure_claims(config, candidates)
    report(trainings + 2, "done")
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


def _check_model(model: str) -> None:
    """Require a model that can be trained with any loss."""
    if model in BOOSTERS:
        known = " or ".join(map(repr, HIDDEN))
        message = f"model must be {known}, got {model!r}: boosters are not supported yet"
        raise LossaryError(message)
    choice("model", model, tuple(HIDDEN))


def _target_and_task(
    table: LoadedTable, task: str | None, positive: str | None
) -> tuple[pl.DataFrame, Task]:
    """Return the rows with a target, and the task of the target."""
    present = table.frame.filter(tidy(table.frame.select(table.target)).to_series().is_not_null())
    if present.is_empty():
        message = f"target {table.target!r} is missing in every one of {table.frame.height} rows"
        raise LossaryError(message)
    try:
        return present, infer_task(present[table.target], task, positive)
    except LossaryError as error:
        # Numbers in an unusual notation are read as text; the note says so better than the error.
        hints = [note for note in table.notes if note.of_column(table.target)]
        if not hints or task is not None:
            raise
        message = f"target {hints[0]}"
        raise LossaryError(message) from error


def _rare(task: Task) -> int:
    """Return the index of the class with the fewest rows; of two equal ones, the positive one."""
    return min(range(len(task.counts)), key=lambda c: (task.counts[c], -c), default=1)


def _verdict_context(
    config: Config, results: Sequence[LossResult], metrics: Sequence[Metric]
) -> VerdictContext:
    """Return the facts that the verdict uses besides the comparisons."""
    values = {r.candidate.label: r.values for r in results}
    margins = frozenset(r.candidate.label for r in results if r.candidate.link == "platt")
    rarest = min(config.task.counts, default=None)
    return VerdictContext(
        results=config.folds * config.seeds,
        margins=margins,
        rare_rows=None if rarest is None else rarest // config.folds,
        effects=threshold_effects(metrics, values, 1 / (config.folds - 1)),
    )


def _check_limits(**settings: Any) -> None:
    for name, value in settings.items():
        low, high = (LIMITS | {"jobs": (1, MOST_JOBS)})[name]
        if type(value) is not int or not low <= value <= high:
            message = f"{name} must be a whole number in {low} … {high}, got {value!r}"
            raise LossaryError(message)
