"""Charts of the claim on convexity."""

from collections.abc import Sequence

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.localization import Language
from lossary.pages.number_text import digits
from lossary.pages.vega_lite import data
from lossary.study.page.why_charts_shared import COLOURS, claim_figure, headings, heat_map
from lossary.study.why.convexity import Convexity, Curvature, LossSlice

__all__ = ["convexity_figures"]

NAMES = ("cross_entropy", "squared_error")
BANDS = 12
WHOLE = (-1.0, 0.0, 1.0, 2.0)


def convexity_figures(claim: Convexity, say: Language) -> list[Figure]:
    """Return a slice of each loss, and the smallest eigenvalues of each."""
    slices = [_slice(name, s, say) for name, s in zip(NAMES, claim.slices, strict=True)]
    own = [] if claim.own is None else [_strip("own", claim.own, say)]
    return [*slices, _strip("linear", claim.linear, say), *own]


def _slice(name: str, plane: LossSlice, say: Language) -> Figure:
    low = min(map(min, plane.values))
    high = max(map(max, plane.values))
    cells = [
        (a, b, _band(value, low, high))
        for a, row in zip(plane.along, plane.values, strict=True)
        for b, value in zip(plane.across, row, strict=True)
    ]
    x = alt.X(
        "x:O", title=say("why.axis.along"), scale=alt.Scale(domain=list(plane.along)), axis=_whole()
    )
    upwards = list(plane.across[::-1])
    y = alt.Y("y:O", title=say("why.axis.across"), scale=alt.Scale(domain=upwards), axis=_whole())
    ends = [
        {"x": place, "y": 0.0, "label": say(f"why.word.{label}")}
        for place, label in ((0.0, "beginning"), (1.0, "end"))
    ]
    base = alt.Chart(data(ends)).encode(x=x, y=y)
    dots = base.mark_point(filled=True, fill="var(--ink)", opacity=1, size=60, stroke="var(--card)")
    words = base.mark_text(
        dy=-12, fill="var(--ink)", stroke="var(--card)", strokeWidth=3, strokeOpacity=0.8
    ).encode(text="label:N")
    over = base.mark_text(dy=-12, fill="var(--ink)").encode(text="label:N")
    chart = alt.layer(heat_map(cells, COLOURS[name], x, y), dots, words, over)
    return claim_figure(
        f"convexity_slice_{name}",
        chart.properties(width="container", height=240),
        say,
        (say("why.axis.along"), *(f"{b:g}" for b in plane.across[::4])),
        [
            (f"{a:g}", *(digits(v) for v in row[::4]))
            for a, row in zip(plane.along[::4], plane.values[::4], strict=True)
        ],
        low=low,
        high=high,
        concave_share=plane.concave_share,
    )


def _band(value: float, low: float, high: float) -> float:
    """Return a value's band, of equal bands from 0 to 1."""
    if high <= low:
        return 0.0
    return min(BANDS - 1, int(BANDS * (value - low) / (high - low))) / (BANDS - 1)


def _whole() -> alt.Axis:
    return alt.Axis(values=list(WHOLE), labelAngle=0, format="d", grid=False)


def _strip(which: str, pair: Sequence[Curvature], say: Language) -> Figure:
    points = [
        (say(f"why.word.{name}_{where}"), name, value)
        for name, curvature in zip(NAMES, pair, strict=True)
        for where, values in (("path", curvature.path), ("random", curvature.random))
        for value in values
    ]
    groups = list(dict.fromkeys(group for group, *_ in points))
    least = min(-1.0, *(value for *_, value in points))
    y = alt.Y("group:N", axis=None, scale=alt.Scale(domain=groups, padding=0.2))
    base = alt.Chart(data({"group": g, "name": n, "value": v} for g, n, v in points))
    ticks = base.mark_tick(thickness=2, size=18, opacity=0.65, yOffset=8).encode(
        x=alt.X(
            "value:Q",
            title=say("why.axis.eigenvalue"),
            scale=alt.Scale(domain=[least, 1]),
            axis=alt.Axis(tickCount=5),
        ),
        y=y,
        color=alt.Color(
            "name:N",
            scale=alt.Scale(domain=list(NAMES), range=[COLOURS[n] for n in NAMES]),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("group:N", title=" "),
            alt.Tooltip("value:Q", title=say("why.axis.eigenvalue"), format=".2~g"),
        ],
    )
    zero = (
        alt.Chart(data([{"value": 0}]))
        .mark_rule(stroke="var(--ink)", strokeDash=[4, 3])
        .encode(x="value:Q")
    )
    names = (
        alt.Chart(data([{"group": g} for g in groups]))
        .mark_text(align="left", baseline="bottom", dy=-2, fill="var(--ink)")
        .encode(x=alt.value(0), y=y, text="group:N")
    )
    chart = alt.layer(zero, ticks, names).properties(width="container", height=48 * len(groups))
    return claim_figure(
        f"convexity_{which}",
        chart,
        say,
        headings(say, "where", "eigenvalue"),
        [(group, f"{value:.2g}") for group, _, value in points],
        exact=pair[0].exact,
    )
