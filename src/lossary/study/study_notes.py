"""Notes on the reading of the data, the rows and folds used, and diverged trainings."""

from collections.abc import Sequence

import numpy as np

from lossary.frames.reading_notes import Note, named
from lossary.pages.localization import Message, say
from lossary.study.cross_validation import LossResult
from lossary.study.task import Task

__all__ = ["divergence_notes", "reading_notes", "row_notes"]


def reading_notes(notes: Sequence[Note]) -> tuple[Message, ...]:
    """Return the decisions taken when the file was read, as messages."""
    return tuple(
        Message(
            f"reading.{note.kind}",
            {k: named(v) if isinstance(v, list) else v for k, v in note.values.items()},
            otherwise=str(note),
        )
        for note in notes
    )


def row_notes(
    rows: int, target: str, task: Task, requested: int, folds: int
) -> tuple[Message, ...]:
    """Return notes on rows without a target, and on a number of folds lower than requested."""
    notes, present = [], len(task.y)
    if present < rows:
        notes.append(say("note.no_target", lost=rows - present, rows=rows, target=target))
    if folds < requested and task.kind == "regression":
        notes.append(say("note.folds_of_rows", folds=folds, asked=requested, rows=present))
    elif folds < requested:
        notes.append(say("note.folds_of_class", folds=folds, asked=requested))
    return tuple(notes)


def divergence_notes(results: Sequence[LossResult]) -> tuple[Message, ...]:
    """Return for each loss whose training diverged the number of folds affected."""
    failed = {r.candidate.label: _diverged(r) for r in results}
    total = len(results[0].rates)
    return tuple(
        say("note.diverged", loss=label, failed=n, total=total) for label, n in failed.items() if n
    )


def _diverged(result: LossResult) -> int:
    table = np.array(list(result.values.values()))
    return int((~np.isfinite(table)).any(axis=0).sum())
