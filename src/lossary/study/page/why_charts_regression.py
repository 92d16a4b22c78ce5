"""Charts of the claims on regression."""

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.localization import Language
from lossary.pages.number_text import digits
from lossary.study.page.why_charts_shared import (
    COLOURS,
    Bar,
    Line,
    bars,
    claim_figure,
    headings,
    lines,
    powers_of_ten,
)
from lossary.study.why.binned_target_cross_entropy import RegressionCrossEntropy
from lossary.study.why.claim import scientific
from lossary.study.why.closed_form import ClosedForm
from lossary.study.why.residual_gradient_share import (
    CORRUPTION,
    OutlierInfluence,
    ResidualGradientShare,
)

__all__ = [
    "closed_form_figures",
    "regression_cross_entropy_figures",
    "residual_gradient_share_figures",
]


def residual_gradient_share_figures(claim: ResidualGradientShare, say: Language) -> list[Figure]:
    """Return gradient shares, and the change of the predictions by a few outliers."""
    return [_deciles(claim, say), _moved(claim, say)]


def _named(claim: ResidualGradientShare) -> list[tuple[str, OutlierInfluence]]:
    """Return the influences by the names of their losses, without parameters."""
    return [(influence.loss.partition(":")[0], influence) for influence in claim.influences]


def _deciles(claim: ResidualGradientShare, say: Language) -> Figure:
    series = [
        Line(say(f"why.word.{name}"), COLOURS[name], list(enumerate(influence.deciles, start=1)))
        for name, influence in _named(claim)
    ]
    x = alt.X(
        "x:Q",
        title=say("why.axis.residual_decile"),
        scale=alt.Scale(domain=[1, 10], nice=False, padding=6),
        axis=alt.Axis(tickCount=10, format="d"),
    )
    y = alt.Y(
        "y:Q",
        title=say("why.axis.gradient_share"),
        scale=alt.Scale(zero=True),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    return claim_figure(
        "residual_gradient_share_deciles",
        lines(series, x, y),
        say,
        (*headings(say, "loss"), *(str(d) for d in range(1, 11))),
        [
            (say(f"why.word.{name}"), *(say.percent(d) for d in influence.deciles))
            for name, influence in _named(claim)
        ],
    )


def _moved(claim: ResidualGradientShare, say: Language) -> Figure:
    rows = [
        Bar(
            say(f"why.word.{name}"),
            COLOURS[name],
            i.moved or 0.0,
            say("why.word.diverged") if i.moved is None else digits(i.moved),
        )
        for name, i in _named(claim)
    ]
    return claim_figure(
        "residual_gradient_share_moved",
        bars(rows, alt.Axis(tickCount=5)),
        say,
        headings(say, "loss", "moved"),
        [(b.name, b.text) for b in rows],
        rows=claim.corrupted_rows,
        far=CORRUPTION,
    )


def closed_form_figures(claim: ClosedForm, say: Language) -> list[Figure]:
    """Return the distance of gradient descent from the closed form."""
    points = [(float(step), distance) for step, distance in claim.path if distance > 0]
    last = max((step for step, _ in points), default=1.0)
    x = alt.X(
        "x:Q",
        title=say("why.axis.step"),
        scale=alt.Scale(type="symlog", domain=[0, last], nice=False),
        axis=alt.Axis(values=powers_of_ten(last), format="d"),
    )
    y = alt.Y(
        "y:Q",
        title=say("why.axis.distance"),
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format=".0e", tickCount=5),
    )
    series = [Line(say("why.word.descent"), COLOURS["squared_error"], points)]
    return [
        claim_figure(
            "closed_form_descent",
            lines(series, x, y, dots=False),
            say,
            headings(say, "step", "distance"),
            [(f"{step:,}", scientific(distance)) for step, distance in claim.path],
        )
    ]


def regression_cross_entropy_figures(claim: RegressionCrossEntropy, say: Language) -> list[Figure]:
    """Return the losses of a near and a far miss."""
    costs = {
        "cross_entropy": (claim.near_cross_entropy, claim.far_cross_entropy),
        "squared_error": (claim.near_squared_error, claim.far_squared_error),
    }
    rows = [
        Bar(say(f"why.word.{name}_{where}"), COLOURS[name], value, digits(value))
        for name, both in costs.items()
        for where, value in zip(("near", "far"), both, strict=True)
    ]
    return [
        claim_figure(
            "regression_cross_entropy_bins",
            bars(rows, alt.Axis(tickCount=5)),
            say,
            headings(say, "what", "cost"),
            [(b.name, b.text) for b in rows],
            bins=claim.bins,
        )
    ]
