"""What a table holds, as one HTML page."""

from pathlib import Path

from lossary.frames import Gain
from lossary.frames.column_types import NESTED
from lossary.frames.drift_grades import LEVEL
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
_MARKS = {"beyond chance": "var(--accent)", "no more than chance": "var(--soft)"}


def page(found: InformationOutcome) -> str:
    """Return the text of the page; its scripts are inside, once for all charts."""
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
    return [*shown, (f"{len(rest)} others", others, others / label.rows)] if rest else shown


def _columns(found: InformationOutcome) -> list[tuple[str, str, str, str, str]]:
    """Return each column, what it holds, how many labels, its entropy, and what became of it."""
    rows = []
    for f in found.fields:
        entropy, labels = found.entropies.get(f.name), found.labels.get(f.name)
        plain = f.discrete or f.kind == NESTED
        taken = f.kind if plain else f"{f.kind}, {'in bins' if labels else 'continuous'}"
        rows.append(
            (
                f.name,
                taken,
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
                "mark": "beyond chance" if _tells(found, g) else "no more than chance",
            }
        )
    title = f"Information about {found.gains.target.name}"
    left = len(found.gains) - len(shown)
    rest = f" The first {_MOST}; {left} more are in the JSON." if left else ""
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


def _tells(found: InformationOutcome, g: Gain) -> bool:
    return g.p_value is None or found.beyond_chance(g)


def _gain_row(found: InformationOutcome, g: Gain) -> tuple[str, ...]:
    interval = g.interval(LEVEL)
    beyond = "beyond chance" if found.beyond_chance(g) else "no more than chance"
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
    unit = "shared information" if normalized else f"mutual information, in {found.unit},"
    top = 1.0 if normalized else max([1e-9, *(v for _, _, v in found.pairs)])
    shown = [[float(values[i, j]) for j in order] for i in order]
    left = len(found.matrix.names) - len(names)
    rest = f" The first {_MOST} columns; {left} more are in the JSON." if left else ""
    how = (
        "What two columns share of the mean of their entropies, beyond chance: 1 where each tells "
        "the other."
        if normalized
        else f"What two columns share, in {found.unit}, numbers by their neighbours."
    )
    by_chance = " Pairs that share no more than chance would are 0." if normalized else ""
    return Figure(
        key="matrix",
        title="What columns share",
        caption=f"{how}{by_chance}{rest}",
        specification=charts.heat_map(names, shown, title=unit.capitalize(), top=top),
        head=("column", "and", "shared" if normalized else found.unit),
        rows=[(a, b, f"{v:.3f}") for a, b, v in found.pairs if a in names and b in names],
    )


def _order(found: InformationOutcome) -> list[int]:
    """Return the columns in an order that puts those that share the most side by side."""
    values = found.shared.copy()
    values[~(values == values)] = 0.0  # noqa: PLR0124 - NaN shares nothing known
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
