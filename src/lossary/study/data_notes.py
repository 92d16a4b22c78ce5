"""What was done to rows, and which trainings failed, as messages."""

from collections.abc import Sequence

import numpy as np

from lossary.frames.reading_notes import Note, named
from lossary.pages.messages import Message, say
from lossary.study.cross_validation import LossResult
from lossary.study.task import Task

__all__ = ["divergence_notes", "reading_notes", "row_notes"]


def reading_notes(notes: Sequence[Note]) -> tuple[Message, ...]:
    """Return what was decided when the file was read."""
    return tuple(
        Message(
            f"reading.{note.kind}",
            {k: named(v) if isinstance(v, list) else v for k, v in note.values.items()},
            otherwise=str(note),
        )
        for note in notes
    )


def row_notes(rows: int, target: str, task: Task, asked: int, folds: int) -> tuple[Message, ...]:
    """Return what became of ``rows`` rows, and of the folds asked for."""
    notes, present = [], len(task.y)
    if present < rows:
        notes.append(say("note.no_target", lost=rows - present, rows=rows, target=target))
    if folds < asked and task.kind == "regression":
        notes.append(say("note.folds_of_rows", folds=folds, asked=asked, rows=present))
    elif folds < asked:
        notes.append(say("note.folds_of_class", folds=folds, asked=asked))
    return tuple(notes)


def divergence_notes(results: Sequence[LossResult]) -> tuple[Message, ...]:
    """Return under which losses training diverged, and in how many of the folds."""
    failed = {r.candidate.label: _diverged(r) for r in results}
    total = len(results[0].rates)
    return tuple(
        say("note.diverged", loss=label, failed=n, total=total) for label, n in failed.items() if n
    )


def _diverged(result: LossResult) -> int:
    table = np.array(list(result.values.values()))
    return int((~np.isfinite(table)).any(axis=0).sum())
