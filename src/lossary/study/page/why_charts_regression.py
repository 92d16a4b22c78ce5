"""The charts of the claims of regression."""

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.messages import Language
from lossary.pages.number_text import digits
from lossary.study.page.why_charts_shared import (
    COLOURS,
    Bar,
    Line,
    bars,
    drawn,
    heads,
    lines,
    powers,
)
from lossary.study.why.claim import tiny
from lossary.study.why.closed_form import LeastSquares
from lossary.study.why.regression_cross_entropy import NotCrossEntropy
from lossary.study.why.residual_gradient_share import FAR, Residuals

__all__ = ["least_squares_figures", "not_cross_entropy_figures", "residuals_figures"]


def residuals_figures(claim: Residuals, say: Language) -> list[Figure]:
    """Return who carries the gradient, and how far a few targets move the predictions."""
    return [_deciles(claim, say), _moved(claim, say)]


def _deciles(claim: Residuals, say: Language) -> Figure:
    series = [
        Line(
            say(f"why.word.{pull.loss}"),
            COLOURS[pull.loss],
            list(enumerate(pull.deciles, start=1)),
        )
        for pull in claim.pulls
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
    return drawn(
        "residuals_deciles",
        lines(series, x, y),
        say,
        (*heads(say, "loss"), *(str(d) for d in range(1, 11))),
        [(say(f"why.word.{p.loss}"), *(say.percent(d) for d in p.deciles)) for p in claim.pulls],
    )


def _moved(claim: Residuals, say: Language) -> Figure:
    rows = [
        Bar(
            say(f"why.word.{p.loss}"),
            COLOURS[p.loss],
            p.moved or 0.0,
            say("why.word.diverged") if p.moved is None else digits(p.moved),
        )
        for p in claim.pulls
    ]
    return drawn(
        "residuals_moved",
        bars(rows, alt.Axis(tickCount=5)),
        say,
        heads(say, "loss", "moved"),
        [(b.name, b.text) for b in rows],
        rows=claim.spoilt_rows,
        far=FAR,
    )


def least_squares_figures(claim: LeastSquares, say: Language) -> list[Figure]:
    """Return how the descent comes to the closed form."""
    points = [(float(step), distance) for step, distance in claim.path if distance > 0]
    last = max((step for step, _ in points), default=1.0)
    x = alt.X(
        "x:Q",
        title=say("why.axis.step"),
        scale=alt.Scale(type="symlog", domain=[0, last], nice=False),
        axis=alt.Axis(values=powers(last), format="d"),
    )
    y = alt.Y(
        "y:Q",
        title=say("why.axis.distance"),
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format=".0e", tickCount=5),
    )
    series = [Line(say("why.word.descent"), COLOURS["squared_error"], points)]
    return [
        drawn(
            "least_squares_descent",
            lines(series, x, y, dots=False),
            say,
            heads(say, "step", "distance"),
            [(f"{step:,}", tiny(distance)) for step, distance in claim.path],
        )
    ]


def not_cross_entropy_figures(claim: NotCrossEntropy, say: Language) -> list[Figure]:
    """Return what a near and a far miss cost under each of two losses."""
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
        drawn(
            "not_cross_entropy_bins",
            bars(rows, alt.Axis(tickCount=5)),
            say,
            heads(say, "what", "cost"),
            [(b.name, b.text) for b in rows],
            bins=claim.bins,
        )
    ]
