"""Drift between two tables with the rule it is judged by, as data."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from lossary.frames import ColumnDrift, Drift, NearlyUnique
from lossary.frames.drift_grades import GRADES, LEVEL
from lossary.frames.drift_results import MEASURES

__all__ = ["DriftOutcome"]


@dataclass(frozen=True)
class DriftOutcome:
    """A comparison of two tables, the rule it is judged by, and the names of the tables."""

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
        """The value that the measure is compared with."""
        return GRADES[self.over] if isinstance(self.over, str) else self.over

    @property
    def failed(self) -> bool:
        """Tell whether a column has drifted, or cannot be compared: it is missing or retyped."""
        return bool(self.drifted or self.drift.missing or self.drift.retyped)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data, ready for JSON; infinite values are None."""
        found, drifted = self.drift, {c.column.name for c in self.drifted}
        sides = zip(self.sources, found.rows, map(list, self.reading), strict=True)
        reference, current = ({"source": s, "rows": n, "reading": notes} for s, n, notes in sides)
        return {
            "reference": reference,
            "current": current,
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
            "nearly_unique": list(map(_nearly_unique, found.nearly_unique)),
            "left_out": dict(found.left_out),
            "columns": [_column(c, drifted=c.column.name in drifted) for c in found],
        }


def _nearly_unique(u: NearlyUnique) -> dict[str, Any]:
    return {"column": u.name, "labels": list(u.labels), "rows": list(u.rows), "common": u.common}


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
