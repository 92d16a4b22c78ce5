"""Charts of the data: information of the columns, and the distribution of a numeric target."""

from collections.abc import Sequence
from math import isfinite

import altair as alt

from lossary.pages.bar_chart import interval_bars
from lossary.pages.localization import Language
from lossary.pages.vega_lite import Specification, data, specification
from lossary.study.information import ColumnInformation, TargetInformation

__all__ = ["MOST_DRAWN", "information_chart", "spread_chart"]

MOST_DRAWN = 30
_REACH = 1.02
_MARKS = {"beyond": "var(--accent)", "chance": "var(--soft)"}


def information_chart(found: TargetInformation, say: Language) -> Specification:
    """Return a bar with its interval for each of the most informative columns."""
    shown = [t for t in found.columns if isfinite(t.bits)][:MOST_DRAWN]
    rows = [_row(t, found, say) for t in shown]
    limit = found.entropy.value if found.labels and found.entropy else None
    top = max([limit or 0.0, *(t.interval[1] for t in shown)], default=1.0) or 1.0
    x = alt.X(
        "value:Q",
        title=say("data.information.axis"),
        scale=alt.Scale(domain=[0, _REACH * top], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    tooltip = [
        alt.Tooltip("column:N", title=say("data.information.column")),
        alt.Tooltip("value:Q", title=say("data.information.bits"), format=".4~f"),
        alt.Tooltip("interval:N", title=say("data.information.interval")),
        alt.Tooltip("finding:N", title=say("data.information.finding")),
        alt.Tooltip("missing:N", title=say("data.information.missing")),
    ]
    return interval_bars(
        rows,
        x,
        marks=_MARKS,
        tooltip=tooltip,
        description=say("data.information.description", columns=len(rows)),
        rule=None if limit is None else (limit, "var(--ink)"),
    )


def _row(
    column: ColumnInformation, found: TargetInformation, say: Language
) -> dict[str, str | float]:
    low, high = column.interval
    name = column.column
    missing = say.percent(column.missing / found.rows)
    if column.missing:
        name = say("data.information.name", column=name, missing=missing)
    mark = "beyond" if found.beyond_chance(column) else "chance"
    return {
        "column": column.column,
        "name": name,
        "value": column.possible,
        "low": low,
        "high": high,
        "interval": f"{low:.4f} … {high:.4f}",
        "missing": missing,
        "mark": mark,
        "finding": say(f"data.information.{mark}"),
    }


def spread_chart(edges: Sequence[float], counts: Sequence[int], say: Language) -> Specification:
    """Return a histogram over bins of equal width."""
    pairs = zip(edges[:-1], edges[1:], counts, strict=True)
    rows = [{"low": low, "high": high, "rows": n} for low, high, n in pairs]
    bars = (
        alt.Chart(data(rows))
        .mark_bar(fill="var(--accent)", stroke="var(--card)", strokeWidth=0.5)
        .encode(
            x=alt.X(
                "low:Q",
                title=say("data.spread.value"),
                scale=alt.Scale(domain=[edges[0], edges[-1]], nice=False, zero=False),
                axis=alt.Axis(tickCount=6),
            ),
            x2="high:Q",
            y=alt.Y("rows:Q", title=say("data.rows"), axis=alt.Axis(tickCount=4)),
            y2=alt.Y2Datum(0),
            tooltip=[
                alt.Tooltip("low:Q", title=say("data.spread.from"), format=".4~g"),
                alt.Tooltip("high:Q", title=say("data.spread.to"), format=".4~g"),
                alt.Tooltip("rows:Q", title=say("data.rows"), format=","),
            ],
        )
    )
    return specification(
        bars.properties(width="container", height=200, description=say("data.spread.description"))
    )
