"""Chart of the verdict: the effect of the threshold beside that of the loss."""

from collections.abc import Sequence

import altair as alt

from lossary.pages.localization import Language, Message
from lossary.pages.vega_lite import Specification, data, specification
from lossary.study.threshold import ThresholdEffect

__all__ = ["threshold_chart"]

OUTCOMES = ["gained", "level", "lost"]
"""In the order of their colours."""
COLOURS = ["var(--best)", "var(--ink)", "var(--worse)"]


def threshold_chart(
    effects: Sequence[ThresholdEffect], metric: Message, say: Language
) -> Specification:
    """Return each loss at the default threshold, hollow, and at the best one, filled.

    The line between them is coloured where the gain or the loss is beyond noise.
    """
    y = alt.Y("loss:N", sort=None, axis=None, scale=alt.Scale(paddingInner=0.2, paddingOuter=0.3))
    x = alt.Scale(zero=False, nice=True)
    axis = alt.Axis(tickCount=5)
    colours = alt.Scale(domain=OUTCOMES, range=COLOURS)
    base = alt.Chart(data(_row(e) for e in effects)).encode(y=y)
    names = base.mark_text(align="left", baseline="bottom", dy=-8, fill="var(--ink)").encode(
        x=alt.value(0), text="loss:N"
    )
    bridge = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("default:Q", title=None, scale=x, axis=axis),
        x2="best:Q",
        stroke=alt.Stroke("outcome:N", scale=colours, legend=None),
    )
    tooltip = [
        alt.Tooltip("loss:N", title=say("thresholds.loss")),
        alt.Tooltip("default:Q", title=say("thresholds.default"), format=".4~g"),
        alt.Tooltip("best:Q", title=say("thresholds.best"), format=".4~g"),
        alt.Tooltip("gain:Q", title=say("thresholds.gain"), format="+.4~g"),
    ]
    default = base.mark_point(
        shape="circle", fill="var(--card)", size=80, strokeWidth=2, opacity=1
    ).encode(
        x="default:Q", stroke=alt.Stroke("outcome:N", scale=colours, legend=None), tooltip=tooltip
    )
    best = base.mark_point(shape="circle", size=90, strokeWidth=0, opacity=1).encode(
        x="best:Q", fill=alt.Fill("outcome:N", scale=colours, legend=None), tooltip=tooltip
    )
    return specification(
        alt.layer(bridge, default, best, names).properties(
            width="container",
            height=38 * len(effects),
            description=say("thresholds.description", metric=metric),
        )
    )


def _row(effect: ThresholdEffect) -> dict[str, str | float]:
    gain = effect.gain
    return {
        "loss": effect.loss,
        "default": effect.default,
        "best": effect.best,
        "gain": gain.mean,
        "outcome": ("gained" if gain.low > 0 else "lost") if gain.excludes_zero else "level",
    }
