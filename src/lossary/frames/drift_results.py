"""What a comparison of two frames gives: each column's drift, and what became of the columns."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import inf, log
from typing import Any

import numpy as np

from lossary import validation
from lossary.estimate.result import Estimate, Test
from lossary.formulas.record import NONNEGATIVE
from lossary.frames.column_types import Field
from lossary.frames.drift_grades import GRADES, LEVEL, NONE, at_least, grade_of, sentence
from lossary.frames.results import as_frame

__all__ = ["MEASURES", "ColumnDrift", "Drift", "NearlyUnique", "Retyped", "graded"]

MEASURES = ("js", "kl", "psi")
"""Jensen-Shannon, Kullback-Leibler, and the population stability index."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ColumnDrift:
    """How far one column is from the reference's.

    ``js``, ``kl`` and ``psi`` are corrected for the size of the samples, and ``observed`` has what
    they were before. ``largest`` is the largest value of ``js``, log 2 in its unit. ``test`` asks
    whether both samples are of one distribution. ``grade`` is ``"none"``, ``"moderate"`` or
    ``"large"``: PSI from 0.1 or over 0.25 in nats, and p below 0.05 over the number of columns
    that were compared (Siddiqi, Credit Risk Scorecards, 2006). ``labels`` are those of either side,
    bins in words, None for missing; ``reference`` and ``current`` are their counts.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> before, after = pl.DataFrame({"x": ["a"] * 99}), pl.DataFrame({"x": ["a", "b"] * 50})
    >>> found = frames.drift(before, after)["x"]
    >>> found.labels, found.current.tolist(), round(found.observed["js"], 6), found.grade
    (('a', 'b'), [50, 50], 0.215762, 'large')

    """

    column: Field
    js: Estimate
    kl: Estimate
    psi: Estimate
    largest: float
    observed: Mapping[str, float]
    test: Test
    labels: tuple[Any, ...]
    reference: Array
    current: Array
    notes: tuple[str, ...] = ()
    grade: str = NONE

    @property
    def share(self) -> float:
        """``js`` over its largest value: 0 for what chance shows, 1 for no label in common."""
        return self.js.value / self.largest

    def measured(self, measure: str) -> float:
        """Return what a threshold is for: a value, of ``"js"`` the share."""
        validation.choice("measure", measure, MEASURES)
        found: Estimate = getattr(self, measure)
        return self.share if measure == "js" else found.value

    def interval(self, measure: str = "js", level: float = 0.95) -> tuple[float, float] | None:
        """Return the interval of a measure, of ``"js"`` as a share; None without an error.

        It ends at 0, and as a share at 1, but holds the estimate always.
        """
        validation.choice("measure", measure, MEASURES)
        found: Estimate = getattr(self, measure)
        if found.standard_error is None:
            return None
        size, top = (self.largest, 1.0) if measure == "js" else (1.0, inf)
        low, high = found.interval_within(0.0, top * size, level)
        return low / size, high / size


@dataclass(frozen=True)
class Retyped:
    """A column whose type says that it holds something else than in the reference.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> drift = frames.drift(pl.DataFrame({"x": [1, 2]}), pl.DataFrame({"x": ["1", "2"]}))
    >>> print(drift.retyped[0])
    x: integer → text

    """

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.before} → {self.after}"


@dataclass(frozen=True)
class NearlyUnique:
    """A column of which nearly every label occurs once, on both sides: it is not measured.

    ``labels`` and ``rows`` are those of the reference and of the current frame; ``common`` is the
    share of all their labels that both have.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> before = pl.DataFrame({"id": [f"a{i}" for i in range(40)]})
    >>> after = pl.DataFrame({"id": [f"a{i}" for i in range(20, 60)]})
    >>> print(frames.drift(before, after).nearly_unique[0])
    id: 40 labels in 40 rows, now 40 in 40; 33.3% of all labels are on both sides

    """

    name: str
    labels: tuple[int, int]
    rows: tuple[int, int]
    common: float

    def __str__(self) -> str:
        (then, now), (n, m) = self.labels, self.rows
        return (
            f"{self.name}: {then} labels in {n} rows, now {now} in {m}; "
            f"{self.common:.1%} of all labels are on both sides"
        )


def graded(columns: Iterable[ColumnDrift]) -> tuple[ColumnDrift, ...]:
    """Return the columns of one table with their grades."""
    found = tuple(columns)
    return tuple(
        # The rules are for nats.
        replace(c, grade=grade_of(c.psi.value * log(2) / c.largest, c.test.p_value, len(found)))
        for c in found
    )


@dataclass(frozen=True)
class Drift:
    """How far the columns of a frame are from those of a reference, the farthest first.

    Attributes
    ----------
    columns
        A :class:`ColumnDrift` for each column of both; ``len``, iteration and an index by place or
        name go over them.
    added, missing, retyped
        The columns that only the current frame has, those that it lacks, and those that hold
        something else and were not compared.
    nearly_unique
        A :class:`NearlyUnique` for each column whose labels hardly recur, which is not measured.
    rows
        How many rows the reference and the current frame have.
    bins, smoothing
        What was asked for.
    unit
        Of the divergences.
    backend
        What ``to_frame`` makes.
    left_out
        Why columns were not compared that neither side lacks: nested ones hold no labels.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import frames
    >>> reference = pl.DataFrame({"a": [0, 1] * 500, "b": ["x", "y"] * 500})
    >>> current = pl.DataFrame({"a": [0, 1] * 200, "b": ["x", "x", "x", "y"] * 100, "c": [1] * 400})
    >>> drift = frames.drift(reference, current)
    >>> [c.column.name for c in drift.drifted(over=0.01)], drift.added
    (['b'], ('c',))

    References
    ----------
    Lin, Divergence Measures Based on the Shannon Entropy, 1991

    """

    columns: tuple[ColumnDrift, ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]
    retyped: tuple[Retyped, ...]
    rows: tuple[int, int]
    bins: int
    smoothing: float
    unit: str = "nats"
    backend: str = "pyarrow"
    nearly_unique: tuple[NearlyUnique, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns)

    def __iter__(self) -> Iterator[ColumnDrift]:
        return iter(self.columns)

    def __getitem__(self, key: int | str) -> ColumnDrift:
        if isinstance(key, int):
            return self.columns[key]
        names = [c.column.name for c in self.columns]
        if key not in names:
            raise validation.unknown_name(key, names, "compared column")
        return self.columns[names.index(key)]

    def drifted(
        self, measure: str = "js", over: float = 0.1, level: float = LEVEL
    ) -> tuple[ColumnDrift, ...]:
        """Return the columns whose measure is over a threshold, beyond what chance would show.

        ``"js"`` is taken as a share of log 2. The test's p-value is to be below ``1 - level``,
        divided by the number of columns: chance raises a false alarm, over all columns, no more
        often than that.
        """
        validation.number("over", over, NONNEGATIVE)
        least = (1 - level) / max(len(self), 1)
        return tuple(
            c for c in self.columns if c.measured(measure) > over and c.test.p_value < least
        )

    def graded(self, least: str = "moderate") -> tuple[ColumnDrift, ...]:
        """Return the columns of a grade, ``"moderate"`` or ``"large"``, or above it."""
        validation.choice("least", least, tuple(GRADES))
        return tuple(c for c in self.columns if c.grade in at_least(least))

    @property
    def verdict(self) -> str:
        """The number of columns of each grade, the rule, and how often chance gives one."""
        return sentence([c.grade for c in self]) if len(self) else "No column was compared"

    def to_frame(self, level: float = 0.95) -> Any:
        """Return the columns as a frame of the kind that came, with intervals at a level."""
        rows = [_row(c, level) for c in self.columns]
        return as_frame({key: [row[key] for row in rows] for key in _HEAD}, self.backend)

    def __str__(self) -> str:
        before, after = self.rows
        width = max([8, *(len(c.column.name) for c in self)])
        lines = [f"reference {before} rows, current {after} rows; {self.unit}"]
        lines.append(f"{'column':<{width}}  {'JS/log 2':>9} {'PSI':>9} {'KL':>9} {'p':>9}")
        for c in self:
            cells = f"{c.share:9.4f} {c.psi.value:9.4f} {c.kl.value:9.4f} {c.test.p_value:9.3g}"
            grade = "" if c.grade == NONE else f"  {c.grade}"
            lines.append(f"{c.column.name:<{width}}  {cells}{grade}")
        became = {
            "added": self.added,
            "missing": self.missing,
            "retyped": self.retyped,
            "nearly unique, not measured": self.nearly_unique,
        }
        return "\n".join(
            [
                *lines,
                *(f"  {how}: {', '.join(map(str, c))}" for how, c in became.items() if c),
                *(f"  left out: {name}, {why}" for name, why in self.left_out.items()),
            ]
        )


_HEAD = ("column", "kind", "js", "share", "low", "high", "kl", "psi", "p_value", "grade")


def _row(c: ColumnDrift, level: float) -> dict[str, Any]:
    low, high = c.interval("js", level) or (None, None)
    values = (c.column.name, c.column.kind, c.js.value, c.share, low, high, c.kl.value)
    return dict(zip(_HEAD, (*values, c.psi.value, c.test.p_value, c.grade), strict=True))
