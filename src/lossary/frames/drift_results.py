"""Results of a comparison of two frames: the drift of each column, and changed columns."""

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
from lossary.frames.results import as_frame, plural

__all__ = ["MEASURES", "ColumnDrift", "Drift", "NearlyUnique", "Retyped", "with_grades"]

MEASURES = ("js", "kl", "psi")
"""Jensen-Shannon and Kullback-Leibler divergence, and the population stability index."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ColumnDrift:
    """Drift of one column from the reference's.

    ``js``, ``kl`` and ``psi`` are corrected for the sample sizes; ``observed`` has their values
    before the correction. ``largest`` is the largest value of ``js``, log 2 in its unit. ``test``
    is that of the hypothesis that both samples have one distribution. ``grade`` is ``"none"``,
    ``"moderate"`` or ``"large"``: PSI at least 0.1 or over 0.25 in nats, and p below 0.05 divided
    by the number of compared columns (Siddiqi, Credit Risk Scorecards, 2006). ``labels`` are those
    of both sides, bins as intervals, missing values as None; ``reference`` and ``current`` are
    their counts.

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
        """``js`` over its largest value: 0 on average by chance, 1 for no label in common."""
        return self.js.value / self.largest

    def measured(self, measure: str) -> float:
        """Return the value that a threshold applies to: of ``"js"`` the share."""
        validation.choice("measure", measure, MEASURES)
        found: Estimate = getattr(self, measure)
        return self.share if measure == "js" else found.value

    def interval(self, measure: str = "js", level: float = 0.95) -> tuple[float, float] | None:
        """Return the confidence interval of a measure, of ``"js"`` as a share.

        It is None without a standard error. It is clipped at 0, and a share at 1, but always
        contains the estimate.
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
    """A column that holds another kind of values than in the reference, by its type.

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
    """A column in which nearly every label occurs once, on both sides; it is not measured.

    ``labels`` and ``rows`` are the numbers of labels and rows of the reference and of the current
    frame; ``common`` is the share of all their labels that both have.

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
        (before, after), (n, m) = self.labels, self.rows
        return (
            f"{self.name}: {plural(before, 'label')} in {plural(n, 'row')}, now {after} in {m}; "
            f"{self.common:.1%} of all labels are on both sides"
        )


def with_grades(columns: Iterable[ColumnDrift]) -> tuple[ColumnDrift, ...]:
    """Return the columns of one table with their grades."""
    found = tuple(columns)
    return tuple(
        # The rules are for nats.
        replace(c, grade=grade_of(c.psi.value * log(2) / c.largest, c.test.p_value, len(found)))
        for c in found
    )


@dataclass(frozen=True)
class Drift:
    """Drift of the columns of a frame from those of a reference, largest first.

    Attributes
    ----------
    columns
        A :class:`ColumnDrift` for each column of both; ``len``, iteration and indexing by position
        or name apply to them.
    added, missing, retyped
        The columns that only the current frame has, those that it lacks, and those that hold
        another kind of values and were not compared.
    nearly_unique
        A :class:`NearlyUnique` for each column in which labels hardly recur, which is not measured.
    rows
        The numbers of rows of the reference and of the current frame.
    bins, smoothing
        The options of the comparison.
    unit
        The unit of the divergences.
    backend
        The library of the frame that ``to_frame`` returns.
    left_out
        The columns of both sides that were not compared, with the reason: nested ones.

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
        """Return the columns whose measure is over a threshold and whose test is significant.

        ``"js"`` is compared as a share of log 2. The p-value must be below ``1 - level`` divided by
        the number of columns (Bonferroni), which bounds the rate of false alarms over all columns.
        """
        validation.number("over", over, NONNEGATIVE)
        largest = (1 - level) / max(len(self), 1)
        return tuple(
            c for c in self.columns if c.measured(measure) > over and c.test.p_value < largest
        )

    def graded(self, least: str = "moderate") -> tuple[ColumnDrift, ...]:
        """Return the columns of a grade, ``"moderate"`` or ``"large"``, or above it."""
        validation.choice("least", least, tuple(GRADES))
        return tuple(c for c in self.columns if c.grade in at_least(least))

    @property
    def verdict(self) -> str:
        """The number of columns of each grade, the rule, and the rate of false alarms."""
        return sentence([c.grade for c in self]) if len(self) else "No column was compared"

    def to_frame(self, level: float = 0.95) -> Any:
        """Return the columns as a frame of the input's library, with intervals at a level."""
        rows = [_row(c, level) for c in self.columns]
        return as_frame({key: [row[key] for row in rows] for key in _FRAME_COLUMNS}, self.backend)

    def __str__(self) -> str:
        before, after = self.rows
        width = max([8, *(len(c.column.name) for c in self)])
        rows = f"reference {plural(before, 'row')}, current {plural(after, 'row')}"
        lines = [f"{rows}; {self.unit}"]
        lines.append(f"{'column':<{width}}  {'JS/log 2':>9} {'PSI':>9} {'KL':>9} {'p':>9}")
        for c in self:
            cells = f"{c.share:9.4f} {c.psi.value:9.4f} {c.kl.value:9.4f} {c.test.p_value:9.3g}"
            grade = "" if c.grade == NONE else f"  {c.grade}"
            lines.append(f"{c.column.name:<{width}}  {cells}{grade}")
        changed = {
            "added": self.added,
            "missing": self.missing,
            "retyped": self.retyped,
            "nearly unique, not measured": self.nearly_unique,
        }
        return "\n".join(
            [
                *lines,
                *(f"  {change}: {', '.join(map(str, c))}" for change, c in changed.items() if c),
                *(f"  left out: {name}, {why}" for name, why in self.left_out.items()),
            ]
        )


_FRAME_COLUMNS = ("column", "kind", "js", "share", "low", "high", "kl", "psi", "p_value", "grade")


def _row(c: ColumnDrift, level: float) -> dict[str, Any]:
    low, high = c.interval("js", level) or (None, None)
    values = (c.column.name, c.column.kind, c.js.value, c.share, low, high, c.kl.value)
    return dict(zip(_FRAME_COLUMNS, (*values, c.psi.value, c.test.p_value, c.grade), strict=True))
