"""Batches of rows, and all that an accumulator keeps of them."""

import datetime as dt

import numpy as np

from lossary import estimate
from lossary.estimate.sparse_joint_table import SparseJointTable

ROWS = {
    "colour": ["red", "blue", None, "red", "green", "red", "blue", "red"],
    "size": [3, 1, 1, None, 2, 3, 1, 3],
    "price": [0.5, 1.0, 0.25, 0.5, float("nan"), 0.5, 0.25, 1.0],
    "day": [dt.date(2020, 1, 1 + i % 3) for i in range(8)],
}


def part(rows, start, stop):
    """Some of the rows."""
    return {name: column[start:stop] for name, column in rows.items()}


def accumulated(*batches, **options):
    """An accumulator of batches."""
    acc = estimate.Accumulator(**options)
    for batch in batches:
        acc.update(batch)
    return acc


def state(acc):
    """Everything that is kept, in a form that can be compared."""
    tables = {}
    for pair, table in acc.counted.tables.items():
        whole = isinstance(table, SparseJointTable)
        index = table.index if whole else np.nonzero(table)
        counts = table.counts if whole else table[index]
        tables[pair] = (table.shape, whole, *(i.tolist() for i in index), counts.tolist())
    counts = {name: c.tolist() for name, c in acc.counted.counts.items()}
    labels = {n: [(type(v), v) for v in own] for n, own in acc.counted.labels.items()}
    return acc.rows, labels, counts, tables
