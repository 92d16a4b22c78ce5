"""Vega-Lite charts of the explorer, whose data are computed in the browser."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from lossary.pages.vega_lite import Specification, data, specification

__all__ = ["COLOURS", "DASHES", "curves", "triangle"]

COLOURS = 8
"""Number of colours for curves; further curves repeat them with dashes."""
DASHES = ([1, 0], [7, 3], [2, 2], [8, 3, 2, 3])
_HEIGHT = 250
_PAD = 0.09


def _named(name: str) -> Any:
    return alt.NamedData(name=name)


def curves(names: Sequence[str], axis: str, description: str) -> Specification:
    """Return one line for each loss over the axis of its family, and the selected point.

    Data: ``curves`` and ``kept`` with ``loss``, ``curve``, ``x``, ``y``; ``at`` likewise. The
    parameters ``low`` and ``high`` are the ends of the vertical axis.
    """
    ends = {f"domain{e}": alt.ExprRef(n) for e, n in (("Min", "low"), ("Max", "high"))}
    x = alt.X(
        "x:Q", title=axis, scale=alt.Scale(nice=False, zero=False), axis=alt.Axis(tickCount=6)
    )
    y = alt.Y("y:Q", title=None, scale=alt.Scale(nice=False, zero=False, **ends))
    domain = list(names)
    colour = alt.Color(
        "loss:N",
        legend=None,
        scale=alt.Scale(
            domain=domain, range=[f"var(--c{i % COLOURS})" for i in range(len(domain))]
        ),
    )
    dash = alt.StrokeDash(
        "loss:N",
        legend=None,
        scale=alt.Scale(domain=domain, range=[DASHES[i % len(DASHES)] for i in range(len(domain))]),
    )
    zero = (
        alt.Chart(data([{"y": 0}])).mark_rule(stroke="var(--faint)", strokeWidth=1).encode(y="y:Q")
    )
    reading = (
        alt.Chart(_named("at"))
        .mark_rule(stroke="var(--soft)", strokeDash=[3, 3], strokeWidth=1)
        .encode(x="x:Q")
    )
    kept = (
        alt.Chart(_named("kept"))
        .mark_line(clip=True, strokeWidth=1.5, opacity=0.45)
        .encode(x=x, y=y, color=colour, detail="curve:N")
    )
    lines = (
        alt.Chart(_named("curves"))
        .mark_line(clip=True, strokeWidth=2.25)
        .encode(x=x, y=y, color=colour, strokeDash=dash)
    )
    dots = (
        alt.Chart(_named("at"))
        .mark_point(clip=True, filled=True, size=60, opacity=1)
        .encode(x=x, y=y, fill=colour)
    )
    chart = alt.layer(zero, reading, kept, lines, dots).add_params(
        alt.param(name="low", value=0), alt.param(name="high", value=1)
    )
    return specification(
        chart.properties(
            width="container",
            height=_HEIGHT,
            description=description,
        )
    )


def triangle(title: str, classes: Sequence[str], description: str) -> Specification:
    """Return a triangle of cells, coloured by the number in each.

    Data: ``cells`` with ``x``, ``y``, ``x2``, ``y2``, ``number``, ``strength`` and ``negative``;
    ``at`` with ``x`` and ``y``.
    """
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-_PAD, 1 + _PAD], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-1.3 * _PAD, 1 + 1.3 * _PAD], nice=False))
    cells = (
        alt.Chart(_named("cells"))
        .mark_rect()
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            fill=alt.Fill(
                "negative:N",
                legend=None,
                scale=alt.Scale(domain=[False, True], range=["var(--c0)", "var(--c1)"]),
            ),
            opacity=alt.Opacity(
                "strength:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0, 1])
            ),
            tooltip=[
                alt.Tooltip("number:N", title=title),
                *(alt.Tooltip(f"p{j}:Q", title=c, format=".2f") for j, c in enumerate(classes)),
            ],
        )
    )
    top, wide = 1 + _PAD, 1 + _PAD
    outside = [
        {"side": side, "y": height, "x": edge, "x2": slope}
        for side, edge, slopes in (("left", -_PAD, (0, 0.5)), ("right", wide, (1, 0.5)))
        for height, slope in zip((0, 1), slopes, strict=True)
    ]
    outside += [
        {"side": s, "y": top, "x": e, "x2": 0.5} for s, e in (("left", -_PAD), ("right", wide))
    ]
    mask = (
        alt.Chart(data(outside))
        .mark_area(orient="horizontal", fill="var(--card)", opacity=1)
        .encode(x=x, x2="x2:Q", y=y, detail="side:N")
    )
    corners = [(0, 0, 0), (1, 0.5, 1), (2, 1, 0), (3, 0, 0)]
    outline = (
        alt.Chart(data([{"order": o, "x": a, "y": b} for o, a, b in corners]))
        .mark_line(stroke="var(--soft)", strokeWidth=1.5, strokeJoin="round")
        .encode(x=x, y=y, order="order:Q")
    )
    places = ((0.5, 1, -12), (0, 0, 13), (1, 0, 13))
    labels = [
        alt.Chart(data([{"x": a, "y": b, "name": name}]))
        .mark_text(dy=shift, fontSize=12, fill="var(--soft)")
        .encode(x=x, y=y, text="name:N")
        for (a, b, shift), name in zip(places, classes, strict=True)
    ]
    dot = (
        alt.Chart(_named("at"))
        .mark_point(filled=True, fill="var(--card)", stroke="var(--ink)", size=70, opacity=1)
        .encode(x=x, y=y)
    )
    return specification(
        alt.layer(cells, mask, outline, *labels, dot).properties(
            width="container",
            height=220,
            description=description,
        )
    )
