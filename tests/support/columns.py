"""Every record on columns: what it takes, at random and at hard places, and what is true there."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossary.formulas.record import Measure, Pointwise, Record, Rowwise
from support import truth
from support.points import masses, pairs, parameter_sets

CLASSES = 4


@dataclass
class Case:
    """Columns, which of them a record takes, its parameters, and the exact results."""

    record: Record
    data: dict[str, list[Any]]
    columns: dict[str, Any]
    parameters: dict[str, float]
    truths: list[Any]
    scales: list[float] = field(default_factory=list)

    @property
    def taken(self) -> list[str]:
        """The names of the columns that the record takes."""
        given = self.columns.values()
        return [c for x in given for c in (x if isinstance(x, list) else [x])]

    def worst(self, got: list[float | None]) -> float:
        """The largest error in eps."""
        assert len(got) == len(self.truths)
        scales = self.scales or [0.0] * len(got)
        return max(map(truth.error, got, self.truths, scales))


def cases(record: Record, seed: int, n: int = 12) -> Iterator[Case]:
    """Cases of a record, one for each set of parameters and each form of target."""
    rng = np.random.default_rng(seed)
    for parameters in parameter_sets(record):
        match record:
            case Pointwise():
                yield _scores(record, rng, parameters, n)
            case Rowwise():
                yield _rows(record, rng, parameters, n, index=False)
                yield _rows(record, rng, parameters, n, index=True)
            case Measure():
                yield _distributions(record, rng, parameters, zeros=False)
                yield _distributions(record, rng, parameters, zeros=True)


def _scores(
    record: Pointwise, rng: np.random.Generator, parameters: dict[str, float], n: int
) -> Case:
    points = list(pairs(record, rng, n))
    data = {"y": [y for y, _ in points], "s": [s for _, s in points]}
    truths = [truth.pointwise(record, y, s, parameters) for y, s in points]
    # Where a loss crosses zero, the size of what it is the difference of is the measure.
    crossing = "value" in record.crossing
    scales = [max(1, abs(y * s)) if crossing else 0.0 for y, s in points]
    return Case(record, data, {"y": "y", "s": "s"}, parameters, truths, scales)


def _rows(
    record: Rowwise,
    rng: np.random.Generator,
    parameters: dict[str, float],
    n: int,
    *,
    index: bool,
) -> Case:
    z = [rng.normal(0, [0.1, 3, 30][i % 3], CLASSES).tolist() for i in range(n)]
    labels = rng.integers(0, CLASSES, n).tolist()
    t = [np.eye(CLASSES)[k].tolist() for k in labels]
    if not index:
        t = [masses(rng, CLASSES, zeros=i % 3 == 0).tolist() for i in range(n)]
    names = [f"z{j}" for j in range(CLASSES)], [f"t{j}" for j in range(CLASSES)]
    data = {f"z{j}": [row[j] for row in z] for j in range(CLASSES)} | {"label": labels}
    data |= {f"t{j}": [row[j] for row in t] for j in range(CLASSES)}
    columns = {"y": "label" if index else names[1], "z": names[0]}
    truths = [truth.row(record, a, b, parameters) for a, b in zip(t, z, strict=True)]
    return Case(record, data, columns, parameters, truths)


def _distributions(
    record: Measure, rng: np.random.Generator, parameters: dict[str, float], *, zeros: bool
) -> Case:
    rows = [masses(rng, 6, zeros=zeros and i == 0).tolist() for i in range(record.arity)]
    data = dict(zip("pq", rows, strict=False))
    if record.summed:
        truths = [truth.measure(record, rows, parameters)]
    else:
        truths = [truth.measure(record, [[p]], parameters) for p in rows[0]]
    return Case(record, data, {name: name for name in data}, parameters, truths)


def allowed(record: Record) -> float:
    """The error that a record allows its values, in eps."""
    return record.within[0] if isinstance(record.within, tuple) else record.within
