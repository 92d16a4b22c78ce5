"""The rows of a few columns in memory, for measures by neighbours."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.frames.label_counts import codes_of_batch
from lossary.frames.query import Asked

__all__ = ["rows_of"]

Array = np.ndarray[Any, Any]


def rows_of(asked: Asked, names: Sequence[str]) -> tuple[dict[str, Array], str]:
    """Return numbers of continuous columns, codes of the others, and what was left out in words.

    Rows without a number are left out; so are rows without a label, where missing ones are dropped.
    """
    source, chosen = asked.source, list(dict.fromkeys(names))
    if source.distributed:
        message = (
            "continuous='ksg' compares rows with each other, in memory, and these are on workers: "
            "take continuous='bins', or collect a sample"
        )
        raise validation.LossaryError(message)
    frame = source.frame.select(chosen)
    rows = frame if source.local else source.collect(frame)
    columns, kept = {}, np.ones(len(rows), dtype=bool)
    discrete = [n for n in chosen if asked.field(n).discrete]
    for name, column in codes_of_batch(rows, discrete, asked.question).items():
        columns[name] = column.codes.astype(np.int64)
        if column.drop_missing:
            kept &= column.codes < len(column.labels)
    for name in chosen:
        if name not in columns:
            columns[name] = rows[name].cast(nw.Float64).to_numpy()
            kept &= ~np.isnan(columns[name])
    left_out = len(rows) - int(kept.sum())
    note = f"{left_out} rows with a missing value are left out" if left_out else ""
    if left_out == len(rows):
        message = f"no row has a value in every one of {', '.join(map(repr, chosen))}"
        raise validation.LossaryError(message)
    return {name: values[kept] for name, values in columns.items()}, note
