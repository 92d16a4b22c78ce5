"""The charts of the reports, as Vega-Lite specifications."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import altair as alt

from lossary.pages.bar_chart import interval_bars
from lossary.pages.number_text import called
from lossary.pages.vega_lite import Specification, data, specification

__all__ = ["heat_map", "intervals", "shares"]

_LABELLED = 14
"""The most columns for which the cells of a heat map show their numbers."""
_BIN = 160
"""The width of a bin of dates in pixels."""
_NAME = 110

Rows = Sequence[Mapping[str, Any]]


def intervals(
    rows: Rows,
    title: str,
    *,
    marks: Mapping[str, str],
    reach: float,
    threshold: float | None = None,
) -> Specification:
    """Return a dot and an interval for each column; its name stands above them.

    A row has ``column``, ``value``, ``low``, ``high`` and ``mark``: a key of the shapes' colours.
    The axis reaches from 0 to at least ``reach``, so that tiny values look tiny.
    """
    top = max([reach, *(row["high"] for row in rows if isfinite(row["high"]))])
    x = alt.X(
        "value:Q",
        title=None,
        scale=alt.Scale(domain=[0, top], nice=True),
        axis=alt.Axis(tickCount=5),
    )
    tooltip = [
        alt.Tooltip("column:N"),
        alt.Tooltip("value:Q", title=title, format=".4~g"),
        alt.Tooltip("low:Q", title="from", format=".4~g"),
        alt.Tooltip("high:Q", title="to", format=".4~g"),
    ]
    return interval_bars(
        [{"name": called(row["column"]), **row} for row in rows],
        x,
        marks=marks,
        tooltip=tooltip,
        description=f"{title} of each column, with 95 % intervals",
        rule=None if threshold is None else (threshold, "var(--worse)"),
    )


def heat_map(
    names: Sequence[str], values: Sequence[Sequence[float]], *, title: str, top: float
) -> Specification:
    """Return a heat map of a symmetric matrix; darker cells have larger values."""
    names = list(map(called, names))
    rows = [
        {"a": a, "b": b, "value": value, "strength": min(max(value / top, 0.0), 1.0)}
        for a, row in zip(names, values, strict=True)
        for b, value in zip(names, row, strict=True)
        if value == value and a != b  # noqa: PLR0124 - NaN is left out
    ]
    axis: dict[str, Any] = {"title": None, "labelLimit": _NAME, "grid": False}
    scale: dict[str, Any] = {
        "sort": list(names),
        "scale": alt.Scale(domain=list(names), padding=0.04),
    }
    base = alt.Chart(data(rows)).encode(
        x=alt.X("b:N", axis=alt.Axis(labelAngle=-45, orient="top", **axis), **scale),
        y=alt.Y("a:N", axis=alt.Axis(**axis), **scale),
    )
    opacity = alt.Opacity(
        "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.04, 1]), legend=None
    )
    cells = base.mark_rect(fill="var(--accent)").encode(
        opacity=opacity,
        tooltip=[
            alt.Tooltip("a:N", title="column"),
            alt.Tooltip("b:N", title="and"),
            alt.Tooltip("value:Q", title=title, format=".4~f"),
        ],
    )
    few = len(names) <= _LABELLED
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("value:Q", format=".2f"),
        fill=alt.condition(
            "datum.strength > 0.55", alt.value("var(--card)"), alt.value("var(--ink)")
        ),
    )
    return specification(
        alt.layer(cells, *([text] if few else [])).properties(
            width="container",
            height=(34 if few else 18) * len(names),
            description=f"{title} of every pair of {len(names)} columns, as a heat map",
        )
    )


def shares(rows: Rows, column: str) -> Specification:
    """Return the shares of a column's labels: bars of the reference, dots of the current rows.

    A row has ``label``, ``reference`` and ``current``.
    """
    y = alt.Y("label:N", sort=None, axis=alt.Axis(title=None, labelLimit=_BIN))
    base = alt.Chart(data(rows)).encode(
        y=y,
        tooltip=[
            alt.Tooltip("label:N"),
            alt.Tooltip("reference:Q", format=".2%"),
            alt.Tooltip("current:Q", format=".2%"),
        ],
    )
    percent = alt.Axis(format="~%", tickCount=4)
    bars = base.mark_bar(fill="var(--faint)", opacity=0.55).encode(
        x=alt.X("reference:Q", title=None, axis=percent)
    )
    gaps = base.mark_rule(stroke="var(--accent)", strokeWidth=1.5, opacity=0.7).encode(
        x="reference:Q", x2="current:Q"
    )
    dots = base.mark_point(filled=True, fill="var(--accent)", size=70, opacity=1).encode(
        x="current:Q"
    )
    return specification(
        alt.layer(bars, gaps, dots).properties(
            width="container",
            height=24 * len(rows),
            description=f"Shares of the labels of {column}, in the reference and now",
        )
    )
