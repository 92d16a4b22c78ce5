"""What moved between two tables, as a report with a verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite
from pathlib import Path
from typing import Any

from lossary import frames, validation
from lossary.formulas.record import NONNEGATIVE
from lossary.frames import ColumnDrift, Drift
from lossary.frames.column_drift import DRIFT_BINS
from lossary.frames.drift_grades import GRADES, LEVEL
from lossary.frames.drift_results import MEASURES
from lossary.pages.atomic_write import write_atomically
from lossary.report.column_selection import trimmed

__all__ = ["LEVEL", "THRESHOLDS", "DriftReport", "drift"]

THRESHOLDS = {"js": 0.1, "kl": 0.2, "psi": 0.2}
"""What a measure must be over to count as drift, unless said: of JS, a share of log 2."""


@dataclass(frozen=True)
class DriftReport:
    """A comparison of two tables, what it is judged by, and the names of the tables.

    A column has ``drifted`` where its measure is over the threshold and its test leaves chance out;
    where ``over`` is a grade, where it has that grade or a higher one.
    """

    drift: Drift
    measure: str
    over: float | str
    sources: tuple[str, str] = ("reference", "current")
    reading: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def drifted(self) -> tuple[ColumnDrift, ...]:
        """The columns that have drifted."""
        if isinstance(self.over, str):
            return self.drift.graded(self.over)
        return self.drift.drifted(self.measure, self.over, LEVEL)

    @property
    def threshold(self) -> float:
        """What the measure is held against."""
        return GRADES[self.over] if isinstance(self.over, str) else self.over

    @property
    def failed(self) -> bool:
        """Tell whether a column has drifted, or cannot be compared: it is missing or retyped."""
        return bool(self.drifted or self.drift.missing or self.drift.retyped)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON; what is infinite is None."""
        found, drifted = self.drift, {c.column.name for c in self.drifted}
        return {
            "reference": {
                "source": self.sources[0],
                "rows": found.rows[0],
                "reading": list(self.reading[0]),
            },
            "current": {
                "source": self.sources[1],
                "rows": found.rows[1],
                "reading": list(self.reading[1]),
            },
            "settings": {
                "measure": self.measure,
                "over": self.over,
                "level": LEVEL,
                "bins": found.bins,
                "smoothing": found.smoothing,
                "unit": found.unit,
            },
            "failed": self.failed,
            "grades": {"measure": "psi", **GRADES, "false_alarms": round(1 - LEVEL, 9)},
            "verdict": found.verdict,
            "drifted": [c.column.name for c in self.drifted],
            "added": list(found.added),
            "missing": list(found.missing),
            "retyped": [{"column": r.name, "from": r.before, "to": r.after} for r in found.retyped],
            "nearly_unique": [
                {
                    "column": u.name,
                    "labels": list(u.labels),
                    "rows": list(u.rows),
                    "common": u.common,
                }
                for u in found.nearly_unique
            ],
            "left_out": dict(found.left_out),
            "columns": [_column(c, drifted=c.column.name in drifted) for c in found],
        }

    def to_html(self, path: str | Path) -> Path:
        """Write the page, whole or not at all, but never over a source; return where it is."""
        from lossary.report.drift_page import page  # noqa: PLC0415 - the page reads this

        return write_atomically(Path(path), page(self), self.sources)


def _column(c: ColumnDrift, *, drifted: bool) -> dict[str, Any]:
    return {
        "column": c.column.name,
        "kind": c.column.kind,
        "taken_as": c.column.taken_as,
        "drifted": drifted,
        "grade": c.grade,
        "js_share": c.share,
        "p_value": c.test.p_value,
        "measures": {
            name: {
                "value": _finite(getattr(c, name).value),
                "observed": _finite(c.observed[name]),
                "interval": _interval(c, name),
            }
            for name in MEASURES
        },
        "labels": ["missing" if v is None else str(v) for v in c.labels],
        "reference": c.reference.tolist(),
        "current": c.current.tolist(),
        "notes": list(c.notes),
    }


def _interval(c: ColumnDrift, name: str) -> list[float] | None:
    """Return the interval of a measure in its own unit."""
    found = getattr(c, name)
    if found.standard_error is None:
        return None
    return list(found.interval_within(0.0, c.largest if name == "js" else inf, LEVEL))


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def drift(
    reference: Any,
    current: Any,
    columns: Sequence[str] | None = None,
    *,
    without: Sequence[str] = (),
    measure: str | None = None,
    over: float | str | None = None,
    bins: int = DRIFT_BINS,
    smoothing: float = 0.5,
    missing: str = "category",
    sources: tuple[str, str] = ("reference", "current"),
    reading: tuple[Sequence[object], Sequence[object]] = ((), ()),
) -> DriftReport:
    """Compare two tables column by column, and judge by one measure, JS unless said, or by grade.

    ``over`` is a threshold of the measure, or ``"moderate"`` or ``"large"``, grades of PSI. The
    other options are those of :func:`lossary.frames.drift`; ``reading`` says what was decided when
    each table was read. Columns ``without``, and a saved index on either side, are not compared;
    ``drift.left_out`` has the index, unless ``columns`` names it. Raises LossaryError as it does.

    Examples
    --------
    >>> import polars as pl
    >>> from lossary import report
    >>> before = pl.DataFrame({"a": ["x", "y"] * 500, "b": ["x", "y"] * 500})
    >>> after = pl.DataFrame({"a": ["x", "y"] * 300, "b": ["x", "z"] * 300})
    >>> [c.column.name for c in report.drift(before, after).drifted]
    ['b']

    """
    judged = measure or ("psi" if isinstance(over, str) else "js")
    validation.choice("measure", judged, MEASURES)
    if isinstance(over, str):
        validation.choice("over, where it is no number,", over, tuple(GRADES))
        if judged != "psi":
            message = (
                f"over={over!r} is a grade of PSI, got measure={judged!r}: leave the measure out"
            )
            raise validation.LossaryError(message)
        threshold: float | str = over
    else:
        over = THRESHOLDS[judged] if over is None else over
        threshold = validation.number("over", over, NONNEGATIVE)
    left_out: dict[str, str] = {}
    if columns is None:
        (reference, current), columns, left_out = trimmed((reference, current), without)
    elif without:
        columns = [name for name in columns if name not in without]
    found = frames.drift(
        reference, current, columns, bins=bins, smoothing=smoothing, missing=missing
    )
    possible = replace(
        found,
        columns=tuple(map(_possible, found.columns)),
        left_out={**left_out, **found.left_out},
    )
    before, after = (tuple(map(str, notes)) for notes in reading)
    return DriftReport(possible, judged, threshold, sources, (before, after))


def _possible(c: ColumnDrift) -> ColumnDrift:
    """Return a column whose divergences are not below 0, and JS not above its largest."""
    found = {
        name: replace(e, value=min(max(e.value, 0.0), c.largest if name == "js" else inf))
        for name in MEASURES
        for e in [getattr(c, name)]
    }
    return replace(c, **found)
