"""Bar charts with intervals, by which pages rank columns."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from lossary.pages.vega_lite import Specification, data, specification

__all__ = ["interval_bars"]

_STEP = 34
_SHAPES = ("diamond", "circle")


def interval_bars(
    rows: Sequence[Mapping[str, Any]],
    x: alt.X,
    *,
    marks: Mapping[str, str],
    tooltip: Sequence[alt.Tooltip],
    description: str,
    rule: tuple[float, str] | None = None,
) -> Specification:
    """Return a bar, a dot and an interval for each row, and optionally a dashed rule across them.

    A row has ``column``, its key, ``name``, ``value``, ``low``, ``high``
    and ``mark``: a key of the colours. ``rule`` is the position of the rule, and its colour.
    """
    y = alt.Y("column:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.3, paddingOuter=0.4))
    colour, shape = (
        channel("mark:N", scale=alt.Scale(domain=list(marks), range=found), legend=None)
        for channel, found in (
            (alt.Color, list(marks.values())),
            (alt.Shape, list(_SHAPES[: len(marks)])),
        )
    )
    base = alt.Chart(data(rows)).encode(tooltip=list(tooltip))
    bars = base.mark_bar(height=6, opacity=0.28, cornerRadius=2).encode(x=x, y=y, color=colour)
    whiskers = base.mark_rule(strokeWidth=2, strokeCap="round").encode(
        x="low:Q", x2="high:Q", y=y, color=colour
    )
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=x, y=y, color=colour, shape=shape
    )
    names = base.mark_text(
        align="left",
        baseline="bottom",
        dy=-5,
        fontSize=12,
        fill="var(--ink)",
        limit=alt.ExprRef("width"),
    ).encode(x=alt.value(0), y=y, text="name:N")
    layers: list[alt.Chart] = [bars, whiskers, dots, names]
    if rule is not None:
        place, ink = rule
        line = alt.Chart(data([{"value": place}])).mark_rule(
            stroke=ink, strokeDash=[4, 4], strokeWidth=1.5
        )
        layers.insert(0, line.encode(x="value:Q"))
    return specification(
        alt.layer(*layers).properties(
            width="container", height=_STEP * max(len(rows), 1), description=description
        )
    )
