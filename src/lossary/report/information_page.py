"""The report on a table's columns as one HTML page."""

from pathlib import Path

from lossary.frames import Gain
from lossary.frames.column_types import NESTED
from lossary.frames.drift_grades import LEVEL
from lossary.frames.results import plural
from lossary.pages.layout import Figure, render
from lossary.report import charts
from lossary.report.information_outcome import InformationOutcome
from lossary.report.loading import title_of
from lossary.report.phrasing import (
    cell,
    information_headline,
    label_sentence,
    p_text,
    share_text,
    span_of,
    text_of,
)

__all__ = ["page"]

_MOST = 60
_SHOWN = 12
_LITTLE = 0.02
_MARKS = {"beyond chance": "var(--accent)", "not beyond chance": "var(--soft)"}


def page(found: InformationOutcome) -> str:
    """Return the HTML of the page, with the scripts of its charts included once."""
    gains = _gains(found)
    matrix = _matrix(found)
    return render(
        Path(__file__).with_name("information.html"),
        [f for f in (gains, matrix) if f],
        found=found,
        source=title_of(found.source),
        headline=information_headline(found),
        sentence="" if found.label is None else label_sentence(found.label, found.unit),
        labels=_labels(found),
        columns=_columns(found),
        gains=gains,
        matrix=matrix,
        redundant=found.redundant[:_SHOWN],
        level=f"{LEVEL:.0%}",
    )


def _labels(found: InformationOutcome) -> list[tuple[str, int, float]]:
    label = found.label
    if label is None:
        return []
    shown = [(text_of(v), n, n / label.rows) for v, n in label.counts[:_SHOWN]]
    rest = label.counts[_SHOWN:]
    others = sum(n for _, n in rest)
    return [*shown, (plural(len(rest), "other"), others, others / label.rows)] if rest else shown


def _columns(found: InformationOutcome) -> list[tuple[str, str, str, str, str]]:
    """Return the name, kind, number of labels, entropy and note of each column."""
    rows = []
    for f in found.fields:
        entropy, labels = found.entropies.get(f.name), found.labels.get(f.name)
        plain = f.discrete or f.kind == NESTED
        kind = f.kind if plain else f"{f.kind}, {'in bins' if labels else 'continuous'}"
        rows.append(
            (
                f.name,
                kind,
                "" if labels is None else f"{labels:,}",
                "" if entropy is None else cell(entropy.value),
                f"left out: {found.left_out[f.name]}" if f.name in found.left_out else "",
            )
        )
    return rows


def _gains(found: InformationOutcome) -> Figure | None:
    if found.gains is None:
        return None
    shown = found.gains.gains[:_MOST]
    rows = []
    for g in shown:
        low, high = g.interval(LEVEL) or (g.information.value, g.information.value)
        rows.append(
            {
                "column": g.column.name,
                "value": g.information.value,
                "low": low,
                "high": high,
                "mark": "beyond chance" if _is_informative(found, g) else "not beyond chance",
            }
        )
    title = f"Information about {found.gains.target.name}"
    rest = f" The first {_MOST}; the JSON has all." if len(found.gains) > len(shown) else ""
    return Figure(
        key="gains",
        title=title,
        caption=f"In {found.unit}, with {LEVEL:.0%} intervals.{rest}",
        specification=charts.intervals(
            rows,
            f"{title}, in {found.unit},",
            marks=_MARKS,
            reach=_LITTLE * found.gains.entropy.value,
        ),
        head=("column", found.unit, f"{LEVEL:.0%} interval", "share of entropy", "p", "finding"),
        rows=[_gain_row(found, g) for g in shown],
    )


def _is_informative(found: InformationOutcome, g: Gain) -> bool:
    return g.p_value is None or found.beyond_chance(g)


def _gain_row(found: InformationOutcome, g: Gain) -> tuple[str, ...]:
    interval = g.interval(LEVEL)
    beyond = "beyond chance" if found.beyond_chance(g) else "not beyond chance"
    return (
        g.column.name,
        cell(g.information.value),
        span_of(interval),
        share_text(found.share_of(g)),
        p_text(g.p_value),
        "not tested" if g.p_value is None else beyond,
    )


def _matrix(found: InformationOutcome) -> Figure | None:
    if found.matrix is None:
        return None
    values = found.shared
    order = _order(found)[:_MOST]
    names = [found.matrix.names[i] for i in order]
    normalized = found.matrix.unit == "no unit"
    title = "redundancy" if normalized else f"mutual information, in {found.unit},"
    top = 1.0 if normalized else max([1e-9, *(v for _, _, v in found.pairs)])
    shown = [[float(values[i, j]) for j in order] for i in order]
    all_shown = len(found.matrix.names) == len(names)
    rest = "" if all_shown else f" The first {_MOST} columns; the JSON has all."
    caption = (
        "Mutual information divided by the mean of both entropies, corrected for chance: 1 if two "
        "columns determine each other, 0 if a pair is not beyond chance."
        if normalized
        else f"In {found.unit}, of numbers by nearest neighbours."
    )
    return Figure(
        key="matrix",
        title="Redundancy" if normalized else "Mutual information",
        caption=f"{caption}{rest}",
        specification=charts.heat_map(names, shown, title=title.capitalize(), top=top),
        head=("column", "and", "redundancy" if normalized else found.unit),
        rows=[(a, b, f"{v:.3f}") for a, b, v in found.pairs if a in names and b in names],
    )


def _order(found: InformationOutcome) -> list[int]:
    """Return the order of columns that puts those with the most in common side by side."""
    values = found.shared.copy()
    values[~(values == values)] = 0.0  # noqa: PLR0124 - NaN is not known
    for i in range(len(values)):
        values[i, i] = 0.0
    left = set(range(len(values)))
    at = int(values.sum(axis=0).argmax())
    order = [at]
    left.remove(at)
    while left:
        at = max(left, key=lambda i: (values[at, i], values[i].sum(), -i))
        order.append(at)
        left.remove(at)
    return order
