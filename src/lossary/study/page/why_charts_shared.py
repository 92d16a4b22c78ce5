"""Building blocks of the claims' charts: a colour for each loss, lines, bars and heat maps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.localization import Language
from lossary.pages.vega_lite import Specification, data, specification

__all__ = [
    "COLOURS",
    "Bar",
    "Line",
    "bars",
    "claim_figure",
    "headings",
    "heat_map",
    "lines",
    "powers_of_ten",
]

COLOURS: Mapping[str, str] = {
    "cross_entropy": "var(--c0)",
    "squared_error": "var(--c1)",
    "hinge": "var(--c2)",
    "focal": "var(--c3)",
    "absolute_error": "var(--c2)",
    "huber": "var(--c3)",
    "log_cosh": "var(--c4)",
    "divergence": "var(--c4)",
    "other": "var(--soft)",
}
HEIGHT = 220
SHAPES = ["circle", "diamond", "triangle-up", "square"]
MIN_OPACITY = 0.06


@dataclass(frozen=True)
class Line:
    """A line with its name, its colour, and its points."""

    name: str
    colour: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Bar:
    """A horizontal bar with its name and the text at its end; ``start`` stacks it on another."""

    name: str
    colour: str
    value: float
    text: str = ""
    start: float = 0.0


def claim_figure(
    name: str,
    chart: alt.TopLevelMixin,
    say: Language,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    /,
    **values: Any,
) -> Figure:
    """Return a figure; ``name`` is the key of its title and caption, which use ``values``."""
    title, caption = (say(f"why.charts.{name}.{part}", **values) for part in ("title", "caption"))
    found: Specification = specification(chart)
    return Figure(
        key=f"why-{name.replace('_', '-')}",
        title=title,
        caption=caption,
        specification=found | {"description": f"{title}. {caption}"},
        head=tuple(head),
        rows=[tuple(row) for row in rows],
    )


def headings(say: Language, *names: str) -> tuple[str, ...]:
    """Return the headings of a table's columns."""
    return tuple(say(f"why.head.{name}") for name in names)


def lines(
    series: Sequence[Line],
    x: alt.X,
    y: alt.Y,
    *,
    dots: bool = True,
    level: float | None = None,
) -> alt.TopLevelMixin:
    """Return a line chart with a legend above; ``x`` and ``y`` are fields of its points.

    ``level`` adds a dashed horizontal line.
    """
    rows = [{"series": s.name, "x": a, "y": b} for s in series for a, b in s.points]
    names = [s.name for s in series]
    legend = alt.Legend(
        orient="top",
        title=None,
        columns=2,
        labelColor="var(--ink)",
        labelFontSize=12,
        labelLimit=0,
        symbolStrokeWidth=2,
        columnPadding=16,
    )
    colour = alt.Color(
        "series:N", scale=alt.Scale(domain=names, range=[s.colour for s in series]), legend=legend
    )
    base = alt.Chart(data(rows)).encode(x=x, y=y, color=colour)
    line = base.mark_line(strokeWidth=2.5)
    shape = alt.Shape(
        "series:N", scale=alt.Scale(domain=names, range=SHAPES[: len(names)]), legend=legend
    )
    tips = [
        alt.Tooltip("series:N", title=" "),
        alt.Tooltip("x:Q", title=x["title"], format=".4~g"),
        alt.Tooltip("y:Q", title=y["title"], format=".4~g"),
    ]
    marks = base.mark_point(filled=True, opacity=1, size=45 if dots else 0).encode(
        shape=shape, tooltip=tips
    )
    layers = (line, marks) if level is None else (line, marks, _rule(level))
    return alt.layer(*layers).properties(width="container", height=HEIGHT)


def bars(rows: Sequence[Bar], axis: alt.Axis | None = None) -> alt.TopLevelMixin:
    """Return horizontal bars, each with its name above and its number at its end."""
    names = list(dict.fromkeys(b.name for b in rows))
    table = [
        {
            "name": b.name,
            "colour": b.colour,
            "start": b.start,
            "end": b.start + b.value,
            "text": b.text,
        }
        for b in rows
    ]
    far = max((b.start + b.value for b in rows), default=0.0) or 1.0
    y = alt.Y(
        "name:N",
        axis=None,
        scale=alt.Scale(domain=names, paddingInner=0.1, paddingOuter=0.2),
    )
    x = alt.X("start:Q", title=None, scale=alt.Scale(domain=[0, 1.2 * far], nice=False), axis=axis)
    colour = alt.Color(
        "colour:N",
        scale=alt.Scale(domain=(c := list(dict.fromkeys(b.colour for b in rows))), range=c),
        legend=None,
    )
    base = alt.Chart(data(table)).encode(y=y)
    bar = base.mark_bar(height=14, yOffset=8, cornerRadiusEnd=2).encode(
        x=x, x2="end:Q", color=colour
    )
    words = alt.Chart(data({"name": name} for name in names))
    labels = words.mark_text(align="left", baseline="bottom", dy=-1, fill="var(--ink)").encode(
        x=alt.value(0), y=y, text="name:N"
    )
    numbers = base.mark_text(align="left", dx=6, dy=8, fill="var(--soft)").encode(
        x=alt.X("end:Q"), text="text:N"
    )
    return alt.layer(bar, labels, numbers).properties(
        width="container", height=max(1, len(names)) * 46
    )


def heat_map(
    cells: Iterable[tuple[float, float, float]],
    colour: str,
    x: alt.X,
    y: alt.Y,
    largest: float = 1.0,
) -> alt.Chart:
    """Return a heat map of cells (x, y, value): the larger the value, the stronger the colour."""
    rows = [{"x": a, "y": b, "v": v} for a, b, v in cells]
    opacity = alt.Opacity(
        "v:Q",
        scale=alt.Scale(domain=[0, largest or 1.0], range=[MIN_OPACITY, 1], clamp=True),
        legend=None,
    )
    found: alt.Chart = (
        alt.Chart(data(rows))
        .mark_rect(fill=colour, strokeWidth=0)
        .encode(x=x, y=y, opacity=opacity)
        .properties(width="container", height=HEIGHT)
    )
    return found


def _rule(level: float) -> alt.Chart:
    found: alt.Chart = (
        alt.Chart(data([{"y": level}]))
        .mark_rule(stroke="var(--ink)", strokeDash=[4, 3])
        .encode(y="y:Q")
    )
    return found


def powers_of_ten(last: float) -> list[int]:
    """Return 0 and the powers of ten up to a last step, as the ticks of an axis."""
    return [0, *(10**i for i in range(7) if 10**i <= last)]
