"""A study: data in, race run, verdict and page out."""

import math
import platform
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from lossary.checks import LossaryError, choice
from lossary.pages.files import write_atomically
from lossary.study.columns import sort_columns, tidy
from lossary.study.compare import CONFIDENCE, Standing, stand
from lossary.study.contenders import choose
from lossary.study.course import Course, steps_for
from lossary.study.journal import Journal, fingerprint
from lossary.study.load import IN_MEMORY, Table, load
from lossary.study.metrics import Metric, measured
from lossary.study.model import HIDDEN
from lossary.study.race import Progress, Result, race
from lossary.study.splits import allowed_folds
from lossary.study.task import Task, tell
from lossary.study.threshold import Effect, effects, threshold_lines
from lossary.study.verdict import Verdict, judge

__all__ = ["Study", "run"]

BOOSTERS = ("lightgbm", "xgboost")
MOST_JOBS = 1024
LIMITS = {"folds": (2, 50), "seeds": (1, 100), "steps": (1, 100_000)}
PACKAGES = ("lossary", "torch", "numpy", "scipy", "scikit-learn", "polars", "altair")


@dataclass(frozen=True)
class Study:
    """The outcome of a race of losses on a table."""

    source: str
    target: str
    course: Course
    metrics: tuple[Metric, ...]
    results: tuple[Result, ...]
    standings: tuple[Standing, ...]
    verdict: Verdict
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the data is called: the last part of its path."""
        return Path(self.source).name

    @property
    def table(self) -> pl.DataFrame:
        """The standing of each loss on each metric, one row each."""
        return pl.DataFrame([_flat(s) for s in self.standings])

    @property
    def command(self) -> str:
        """The command that repeats the study."""
        course = self.course
        if self.source == IN_MEMORY:
            return self._call()
        words = ["lossary", "study", self.source, "--target", self.target]
        for result in self.results:
            words += ["--loss", result.contender.label]
        words += ["--task", course.task.kind, "--model", course.model]
        if course.task.kind == "binary":
            words += ["--positive", course.task.classes[1]]
        for name in LIMITS:
            words += [f"--{name}", str(getattr(course, name))]
        return shlex.join(words)

    def _call(self) -> str:
        losses = [r.contender.label for r in self.results]
        settings = ", ".join(f"{name}={getattr(self.course, name)}" for name in LIMITS)
        return (
            f"lossary.study.run(frame, target={self.target!r}, losses={losses!r}, "
            f"task={self.course.task.kind!r}, model={self.course.model!r}, {settings})"
        )

    @property
    def thresholds(self) -> tuple[Effect, ...]:
        """What the best threshold adds to each loss: of two classes alone."""
        return _effects(self.metrics, self.results, self.course.folds)

    @property
    def seconds(self) -> dict[str, float]:
        """The mean processor time of a training under each loss, the search of its rate included.

        Unlike all else, it is measured anew each time.
        """
        return {r.contender.label: float(r.seconds.mean()) for r in self.results}

    @property
    def versions(self) -> dict[str, str]:
        """The versions of what computed it."""
        ours = {"python": platform.python_version()}
        return ours | {p: version(p) for p in PACKAGES}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON: a failed number is None."""
        course, task = self.course, self.course.task
        return {
            "data": {
                "name": self.name,
                "source": self.source,
                "target": self.target,
                "rows": course.frame.height,
                "columns": list(course.columns.used),
                "dropped": dict(course.columns.dropped),
                "notes": list(self.notes),
            },
            "task": {
                "kind": task.kind,
                "reason": task.reason,
                "classes": dict(zip(task.classes, task.counts, strict=True)),
                "positive": task.classes[1] if task.kind == "binary" else None,
            },
            "settings": {
                "model": course.model,
                "folds": course.folds,
                "seeds": course.seeds,
                "steps": course.steps,
                "confidence": CONFIDENCE,
                "command": self.command,
                "versions": self.versions,
            },
            "metrics": [
                {"name": m.name, "question": m.question, "better": m.better, "meaning": m.meaning}
                for m in self.metrics
            ],
            "losses": [
                {
                    "label": r.contender.label,
                    "name": r.contender.name,
                    "parameters": dict(r.contender.parameters),
                    "probabilities": r.contender.link,
                    "learning_rates": r.rates.tolist(),
                }
                for r in self.results
            ],
            "results": [_plain(asdict(s)) for s in self.standings],
            "verdict": {
                "headline": self.verdict.headline,
                "findings": [
                    {"question": q, "metric": m, "finding": text}
                    for q, m, text in self.verdict.lines
                ],
            },
        }

    def to_html(self, path: str | Path) -> Path:
        """Write the page, whole or not at all, and return where it is."""
        from lossary.study.page import page  # noqa: PLC0415 - the page reads studies

        return write_atomically(Path(path), page(self))


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
) -> Study:
    """Train one model under several losses on the same folds, and say which is better.

    ``data`` is a path, the name of a built-in data set, or a data frame; ``losses`` are texts
    like ``"sigmoid_focal:gamma=2"``. The task is told from the target unless given. Every
    repetition (``seeds``) draws new folds, start weights and order of rows.

    ``jobs`` processes share the trainings where these take long: the numbers are the same whatever
    their count. ``journal`` is a file that keeps each finished training for the next time; with
    ``resume`` those that it holds are not trained again.

    Raises LossaryError for data that can't be read or learnt from, for an unknown loss or one
    that does not fit the task, for settings out of range, and for a journal of another study.

    Examples
    --------
    >>> from lossary import study
    >>> outcome = study.run("wine", losses=["softmax_cross_entropy"], folds=2, seeds=1, steps=20)
    >>> outcome.course.task.kind, outcome.course.frame.height
    ('multiclass', 178)

    """
    _known(model)
    _within(folds=folds, seeds=seeds, jobs=jobs, **({} if steps is None else {"steps": steps}))
    table = load(data, target)
    source, name = table.source, table.target
    present, told = _told(table, task, positive)
    features = present.drop(name)
    columns = sort_columns(features)
    if not columns.used:
        message = f"no column left to learn from: {'; '.join(columns.notes)}"
        raise LossaryError(message)
    contenders = choose(losses, told)
    count = allowed_folds(told, folds)
    notes = (*_row_notes(table.frame, present, name, told, (folds, count)), *columns.notes)
    course = Course(
        frame=tidy(features.select(columns.used)),
        columns=columns,
        task=told,
        model=model,
        folds=count,
        seeds=seeds,
        steps=steps or steps_for(present.height, count),
    )
    # Copies of large data: only the course trains.
    del table, present, features
    metrics = measured(
        told.kind,
        [c.parameters["level"] for c in contenders if "level" in c.parameters],
        _rare(told),
    )
    kept = (
        None
        if journal is None
        else Journal(Path(journal), fingerprint(course, name), resume=resume)
    )
    results = race(course, contenders, metrics, progress, jobs=jobs, journal=kept)
    standings = tuple(
        s
        for m in metrics
        for s in stand(m, {r.contender.label: r.values[m.name] for r in results}, 1 / (count - 1))
    )
    verdict = judge(metrics, standings)
    lines = threshold_lines(_effects(metrics, results, count), standings)
    return Study(
        source=source,
        target=name,
        course=course,
        metrics=metrics,
        results=results,
        standings=standings,
        verdict=Verdict(verdict.headline, (*verdict.lines, *lines)),
        notes=(*notes, *_divergence_notes(results)),
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


def _told(table: Table, task: str | None, positive: str | None) -> tuple[pl.DataFrame, Task]:
    """Return the rows that have a target, and the task that it sets."""
    present = table.frame.filter(tidy(table.frame.select(table.target)).to_series().is_not_null())
    if present.is_empty():
        message = f"target {table.target!r} is missing in every one of {table.frame.height} rows"
        raise LossaryError(message)
    return present, tell(present[table.target], task, positive)


def _rare(task: Task) -> int:
    """Return the class with the fewest rows; of two alike the positive one."""
    return min(range(len(task.counts)), key=lambda c: (task.counts[c], -c), default=1)


def _effects(
    metrics: Sequence[Metric], results: Sequence[Result], folds: int
) -> tuple[Effect, ...]:
    return effects(metrics, {r.contender.label: r.values for r in results}, 1 / (folds - 1))


def _within(**settings: Any) -> None:
    for name, value in settings.items():
        low, high = (LIMITS | {"jobs": (1, MOST_JOBS)})[name]
        if type(value) is not int or not low <= value <= high:
            message = f"{name} must be a whole number in {low} … {high}, got {value!r}"
            raise LossaryError(message)


def _row_notes(
    frame: pl.DataFrame, present: pl.DataFrame, target: str, task: Task, folds: tuple[int, int]
) -> tuple[str, ...]:
    notes, (asked, count) = [], folds
    if lost := frame.height - present.height:
        notes.append(f"{lost} of {frame.height} rows left out: target {target!r} is missing there")
    if count < asked and task.kind == "regression":
        notes.append(f"{count} folds instead of {asked}: there are {present.height} rows")
    elif count < asked:
        notes.append(f"{count} folds instead of {asked}: the rarest class has {count} rows")
    return tuple(notes)


def _divergence_notes(results: Sequence[Result]) -> tuple[str, ...]:
    """Say in how many of its trainings a loss diverged."""
    failed = {r.contender.label: _diverged(r) for r in results}
    return tuple(
        f"training diverged under {label} in {n} of {len(results[0].rates)} folds: "
        "its numbers are not shown"
        for label, n in failed.items()
        if n
    )


def _diverged(result: Result) -> int:
    table = np.array(list(result.values.values()))
    return int((~np.isfinite(table)).any(axis=0).sum())


def _flat(standing: Standing) -> dict[str, Any]:
    value, gap = standing.value, standing.difference
    return {
        "loss": standing.loss,
        "metric": standing.metric,
        "mean": value.mean,
        "low": value.low,
        "high": value.high,
        "difference": gap.mean,
        "difference_low": gap.low,
        "difference_high": gap.high,
        "verdict": standing.verdict,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
