"""The report on drift as one HTML page."""

from pathlib import Path

from lossary.frames import ColumnDrift
from lossary.frames.drift_grades import LEVEL
from lossary.frames.results import plural
from lossary.pages.layout import Figure, render
from lossary.report import charts
from lossary.report.drift_outcome import DriftOutcome
from lossary.report.loading import title_of
from lossary.report.phrasing import cell, drift_headline, p_text, span_of, text_of, threshold_text

__all__ = ["page"]

_MOST = 60
_PICTURED = 24
_LABELS = 12
_GRADED = {"none": "", "moderate": "Moderate: ", "large": "Large: "}
_MARKS = {"drifted": "var(--worse)", "no drift": "var(--accent)"}


def page(report: DriftOutcome) -> str:
    """Return the HTML of the page, with the scripts of its charts included once."""
    overview = _overview(report)
    columns = [_column(i, c) for i, c in enumerate(report.drift.columns[:_PICTURED])]
    return render(
        Path(__file__).with_name("drift.html"),
        [*([overview] if overview else []), *columns],
        report=report,
        sources=[title_of(source) for source in report.sources],
        drift=report.drift,
        read=list(zip(report.sources, report.reading, strict=True)),
        headline=drift_headline(report),
        judged=threshold_text(report),
        overview=overview,
        columns=columns,
        left=max(len(report.drift) - _PICTURED, 0),
        level=f"{LEVEL:.0%}",
    )


def _overview(report: DriftOutcome) -> Figure | None:
    """Return the chart of the judged measure of every column."""
    shown = report.drift.columns[:_MOST]
    if not shown:
        return None
    drifted = {c.column.name for c in report.drifted}
    rows = []
    for c in shown:
        value = c.measured(report.measure)
        low, high = c.interval(report.measure, LEVEL) or (value, value)
        mark = "drifted" if c.column.name in drifted else "no drift"
        rows.append(
            {
                "column": c.column.name,
                "value": max(value, 0.0),
                "low": low,
                "high": high,
                "mark": mark,
            }
        )
    title = {"js": "Jensen–Shannon, as a share of its largest value", "psi": "PSI", "kl": "KL"}
    rest = f" The first {_MOST}; the JSON has all." if len(report.drift) > len(shown) else ""
    name = title[report.measure]
    return Figure(
        key="overview",
        title=name,
        caption=f"Beyond chance, with {LEVEL:.0%} intervals; dashed: the threshold.{rest}",
        specification=charts.intervals(
            rows,
            name,
            marks=_MARKS,
            reach=1.25 * report.threshold or 0.01,
            threshold=report.threshold,
        ),
        head=("column", "JS share", f"{LEVEL:.0%} interval", "PSI", "KL", "p", "grade", "finding"),
        rows=[_row(c, drifted=c.column.name in drifted) for c in shown],
    )


def _row(c: ColumnDrift, *, drifted: bool) -> tuple[str, ...]:
    interval = c.interval("js", LEVEL)
    return (
        c.column.name,
        cell(c.share),
        span_of(interval),
        cell(c.psi.value),
        cell(c.kl.value),
        p_text(c.test.p_value),
        c.grade,
        "drifted" if drifted else "no drift",
    )


def _column(i: int, c: ColumnDrift) -> Figure:
    """Return the chart of the shares of a column's labels: in order, or the most frequent."""
    n, m = int(c.reference.sum()), int(c.current.sum())
    order = list(range(len(c.labels)))
    if len(order) > _LABELS:
        order.sort(key=lambda j: -(c.reference[j] / n + c.current[j] / m))
    rows = [
        {
            "label": text_of(c.labels[j]),
            "reference": c.reference[j] / n,
            "current": c.current[j] / m,
        }
        for j in order[:_LABELS]
    ]
    others = order[_LABELS:]
    if others:
        rows.append(
            {
                "label": plural(len(others), "other"),
                "reference": sum(c.reference[j] for j in others) / n,
                "current": sum(c.current[j] for j in others) / m,
            }
        )
    notes = f" {'; '.join(c.notes)}." if c.notes else ""
    return Figure(
        key=f"column-{i}",
        title=c.column.name,
        caption=f"{_GRADED[c.grade]}JS share {cell(c.share)}, PSI {cell(c.psi.value)}, "
        f"p {p_text(c.test.p_value)}.{notes}",
        specification=charts.shares(rows, c.column.name),
        head=("label", "reference", "current"),
        rows=[(r["label"], f"{r['reference']:.2%}", f"{r['current']:.2%}") for r in rows],
    )
