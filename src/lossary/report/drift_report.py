"""Comparison of two tables with a verdict: :func:`drift` and its report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

from lossary import frames, validation
from lossary.formulas.record import NONNEGATIVE
from lossary.frames import ColumnDrift
from lossary.frames.column_drift import DRIFT_BINS
from lossary.frames.drift_grades import GRADES
from lossary.frames.drift_results import MEASURES
from lossary.pages.atomic_write import write_atomically
from lossary.report.column_selection import drop_columns
from lossary.report.drift_outcome import DriftOutcome
from lossary.report.drift_page import page

__all__ = ["THRESHOLDS", "DriftReport", "drift"]

THRESHOLDS = {"js": 0.1, "kl": 0.2, "psi": 0.2}
"""The default thresholds of drift; that of JS is a share of log 2."""


@dataclass(frozen=True)
class DriftReport(DriftOutcome):
    """A comparison of two tables, as a page and as plain data.

    A column has ``drifted`` if its measure exceeds the threshold and its test rejects chance;
    if ``over`` is a grade, if it has that grade or a higher one.
    """

    def to_html(self, path: str | Path) -> Path:
        """Write the page, whole or not at all, but never over a source; return its path."""
        return write_atomically(Path(path), page(self), self.sources)


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
    """Compare two tables column by column, judged by a measure, by default JS, or by a grade.

    ``over`` is a threshold of the measure, or ``"moderate"`` or ``"large"``, the grades of PSI. The
    other options are those of :func:`lossary.frames.drift`; ``reading`` are notes on how each table
    was read. Columns in ``without`` and a saved index on either side are not compared;
    ``drift.left_out`` lists the index, unless ``columns`` names it. The errors are those of
    :func:`lossary.frames.drift`.

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
        validation.choice("over, if it is not a number,", over, tuple(GRADES))
        if judged != "psi":
            message = (
                f"over={over!r} is a grade of PSI, got measure={judged!r}: leave measure= out, or "
                "give a number"
            )
            raise validation.LossaryError(message)
        threshold: float | str = over
    else:
        over = THRESHOLDS[judged] if over is None else over
        threshold = validation.number("over", over, NONNEGATIVE)
    left_out: dict[str, str] = {}
    if columns is None:
        (reference, current), columns, left_out = drop_columns((reference, current), without)
    elif without:
        columns = [name for name in columns if name not in without]
    found = frames.drift(
        reference, current, columns, bins=bins, smoothing=smoothing, missing=missing
    )
    clipped = replace(
        found,
        columns=tuple(map(_clipped, found.columns)),
        left_out={**left_out, **found.left_out},
    )
    before, after = (tuple(map(str, notes)) for notes in reading)
    return DriftReport(clipped, judged, threshold, sources, (before, after))


def _clipped(c: ColumnDrift) -> ColumnDrift:
    """Return a column with divergences clipped at 0, and JS also at its largest value."""
    found = {
        name: replace(e, value=min(max(e.value, 0.0), c.largest if name == "js" else inf))
        for name in MEASURES
        for e in [getattr(c, name)]
    }
    return replace(c, **found)
