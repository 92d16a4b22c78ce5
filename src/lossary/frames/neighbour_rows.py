"""Rows of columns in memory, for measures by nearest neighbours."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np

from lossary import validation
from lossary.frames.label_counts import codes_of_batch
from lossary.frames.measure_options import Query
from lossary.frames.results import plural

__all__ = ["read_rows"]

Array = np.ndarray[Any, Any]


def read_rows(query: Query, names: Sequence[str]) -> tuple[dict[str, Array], str]:
    """Return the numbers of continuous columns, the codes of the others, and a note on lost rows.

    Rows without a number are left out, and with ``missing="drop"`` rows without a label.
    """
    source, chosen = query.source, list(dict.fromkeys(names))
    if source.distributed:
        message = (
            "continuous='ksg' compares rows in memory, and these are on workers: take "
            "continuous='bins', or collect a sample"
        )
        raise validation.LossaryError(message)
    frame = source.frame.select(chosen)
    rows = frame if source.local else source.collect(frame)
    columns, kept = {}, np.ones(len(rows), dtype=bool)
    discrete = [n for n in chosen if query.field(n).discrete]
    for name, column in codes_of_batch(rows, discrete, query.spec).items():
        columns[name] = column.codes.astype(np.int64)
        if column.drop_missing:
            kept &= column.codes < len(column.labels)
    for name in chosen:
        if name not in columns:
            columns[name] = rows[name].cast(nw.Float64).to_numpy()
            kept &= ~np.isnan(columns[name])
    left_out = len(rows) - int(kept.sum())
    note = f"left out, because a value is missing: {plural(left_out, 'row')}" if left_out else ""
    if left_out == len(rows):
        message = f"no row has a value in every one of the columns {', '.join(map(repr, chosen))}"
        raise validation.LossaryError(message)
    return {name: values[kept] for name, values in columns.items()}, note
