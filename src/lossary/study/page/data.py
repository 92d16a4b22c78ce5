"""The second part of the page: the data."""

import numpy as np

from lossary.pages.language import Language
from lossary.study.outcome import Study
from lossary.study.page.part import Part

__all__ = ["data_part"]


def data_part(study: Study, say: Language) -> Part:  # noqa: ARG001 - as every part
    """Return what the target holds, and what was done to rows and columns."""
    task = study.course.task
    quantiles = np.quantile(task.y, [0, 0.5, 1]) if task.kind == "regression" else []
    classes = [(c, n, n / len(task.y)) for c, n in zip(task.classes, task.counts, strict=True)]
    return Part(
        {
            "target": study.target,
            "task": task,
            "classes": classes,
            "range": [f"{q:.6g}" for q in quantiles],
            "notes": study.notes,
        }
    )
