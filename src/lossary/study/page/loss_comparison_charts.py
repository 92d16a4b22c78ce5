"""Charts of the comparison, as Vega-Lite specifications."""

from collections.abc import Sequence
from math import isnan

import altair as alt

from lossary.pages.localization import Language
from lossary.pages.vega_lite import Specification, data, specification
from lossary.study.comparison import Comparison
from lossary.study.learning_and_calibration_curves import CurvePoint, ReliabilityPoint
from lossary.study.metrics import Metric

__all__ = ["learning_chart", "metric_chart", "reliability_chart"]

VERDICTS = ["best", "level", "worse"]
"""In the order of their colours and shapes."""
_POINT = alt.OverlayMarkDef(fill="var(--accent)", size=18)


def metric_chart(metric: Metric, comparisons: Sequence[Comparison], say: Language) -> Specification:
    """Return a dot and an interval for each loss; its name stands above them."""
    labels = [
        say("loss_comparison.label_diverged", loss=s.loss) if s.verdict == "failed" else s.loss
        for s in comparisons
    ]
    rows = [
        {
            "loss": label,
            "mean": s.value.mean,
            "low": s.value.low,
            "high": s.value.high,
            "verdict": s.verdict,
        }
        for label, s in zip(labels, comparisons, strict=True)
    ]
    y = alt.Y(
        "loss:N",
        sort=labels,
        axis=None,
        scale=alt.Scale(paddingInner=0.2, paddingOuter=0.3),
    )
    colour = alt.Color(
        "verdict:N",
        scale=alt.Scale(domain=VERDICTS, range=["var(--best)", "var(--ink)", "var(--worse)"]),
        legend=None,
    )
    shape = alt.Shape(
        "verdict:N",
        scale=alt.Scale(domain=VERDICTS, range=["diamond", "circle", "triangle-down"]),
        legend=None,
    )
    x = alt.X(
        "low:Q", title=None, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=5)
    )
    base = alt.Chart(data(rows))
    names = base.mark_text(align="left", baseline="bottom", dy=-6, fill="var(--ink)").encode(
        x=alt.value(0), y=y, text="loss:N"
    )
    whisker = base.mark_rule(strokeWidth=2, strokeCap="round").encode(
        x=x, x2="high:Q", y=y, color=colour
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="mean:Q",
        y=y,
        color=colour,
        shape=shape,
        tooltip=[
            alt.Tooltip("loss:N", title=say("loss_comparison.loss")),
            alt.Tooltip("mean:Q", title=say(metric.title), format=".4~g"),
            alt.Tooltip("low:Q", title=say("loss_comparison.metrics.from"), format=".4~g"),
            alt.Tooltip("high:Q", title=say("loss_comparison.metrics.to"), format=".4~g"),
        ],
    )
    return specification(
        alt.layer(whisker, dots, names).properties(
            width="container",
            height=38 * len(rows),
            description=say(
                "loss_comparison.metrics.description",
                metric=metric.title,
                better=say(f"loss_comparison.{metric.better}"),
            ),
        )
    )


def learning_chart(
    points: Sequence[CurvePoint], loss: str, measure: str, say: Language
) -> Specification:
    """Return the test error of a loss over the training steps, the other losses behind it."""
    steps = [p.step for p in points]
    powers = [10**i for i in range(6) if 10**i < max(steps) / 4]
    tops = [p.mean if isnan(p.high) else p.high for p in points if not isnan(p.mean)]
    highest = max(tops, default=1.0)
    x = alt.X(
        "step:Q",
        title=say("loss_comparison.learning.step"),
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[*powers, max(steps)], labelOverlap=False, format="d"),
    )
    own = [
        {"step": p.step, "mean": p.mean, "low": p.low, "high": p.high}
        for p in points
        if p.loss == loss
    ]
    rest = [{"loss": p.loss, "step": p.step, "mean": p.mean} for p in points if p.loss != loss]
    others = (
        alt.Chart(data(rest))
        .mark_line(stroke="var(--faint)", strokeWidth=1, opacity=0.7)
        .encode(x=x, y="mean:Q", detail="loss:N")
    )
    base = alt.Chart(data(own)).encode(x=x)
    band = base.mark_area(fill="var(--accent)", opacity=0.18).encode(
        y=alt.Y("low:Q", title=measure, scale=alt.Scale(domain=[0, highest])), y2="high:Q"
    )
    line = base.mark_line(stroke="var(--accent)", strokeWidth=2.5, point=_POINT).encode(
        y="mean:Q",
        tooltip=[
            alt.Tooltip("step:Q", title=say("loss_comparison.learning.step")),
            alt.Tooltip("mean:Q", title=measure, format=".4~g"),
        ],
    )
    return specification(
        alt.layer(band, others, line).properties(
            width="container",
            height=220,
            description=say("loss_comparison.learning.description", measure=measure, loss=loss),
        )
    )


def reliability_chart(
    points: Sequence[ReliabilityPoint], loss: str, say: Language
) -> Specification:
    """Return observed frequency over predicted probability, with the diagonal of calibration."""
    unit = alt.Scale(domain=[0, 1])
    stated, observed, share = (
        say(f"loss_comparison.calibration.{key}") for key in ("stated", "observed", "share")
    )
    ticks = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format="~g")
    diagonal = (
        alt.Chart(data([{"p": 0}, {"p": 1}]))
        .mark_line(stroke="var(--faint)", strokeDash=[4, 4], strokeWidth=1.5)
        .encode(x=alt.X("p:Q", scale=unit), y=alt.Y("p:Q", scale=unit))
    )
    base = alt.Chart(data([p._asdict() for p in points])).encode(
        x=alt.X("stated:Q", title=stated, scale=unit, axis=ticks)
    )
    bars = base.mark_rule(stroke="var(--accent)", strokeWidth=1.5, opacity=0.6).encode(
        y=alt.Y("low:Q", title=observed, scale=unit, axis=ticks), y2="high:Q"
    )
    line = base.mark_line(stroke="var(--accent)", strokeWidth=1.5).encode(y="observed:Q")
    dots = base.mark_circle(fill="var(--accent)", opacity=1).encode(
        y="observed:Q",
        size=alt.Size("share:Q", scale=alt.Scale(domain=[0, 1], range=[20, 400]), legend=None),
        tooltip=[
            alt.Tooltip("stated:Q", title=stated, format=".3f"),
            alt.Tooltip("observed:Q", title=observed, format=".3f"),
            alt.Tooltip("share:Q", title=share, format=".1%"),
        ],
    )
    return specification(
        alt.layer(diagonal, bars, line, dots).properties(
            width="container",
            height=220,
            description=say("loss_comparison.calibration.description", loss=loss),
        )
    )
