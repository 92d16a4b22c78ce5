"""Charts of the claim on saturation."""

from collections.abc import Sequence

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.localization import Language
from lossary.pages.number_text import digits
from lossary.study.page.why_charts_shared import (
    COLOURS,
    Line,
    claim_figure,
    headings,
    lines,
    powers_of_ten,
)
from lossary.study.why.saturation import MAX_STEPS, WRONG_MARGIN, MisclassifiedPoint, Saturation

__all__ = ["saturation_figures"]

PERCENT = alt.Axis(format=".0%", tickCount=5)
UNIT = alt.Scale(domain=[0, 1])


def saturation_figures(claim: Saturation, say: Language) -> list[Figure]:
    """Return gradient by error, steps to recovery, and rows with a vanishing gradient."""
    return [
        _gradient(claim, say),
        _single(claim, say),
        _recovery(claim, say),
        _vanishing(claim, say),
    ]


def _gradient(claim: Saturation, say: Language) -> Figure:
    curve = claim.curve
    ratio = say("why.word.slope" if claim.kind == "binary" else "why.word.ratio")
    ratios = [p.squared_error / p.cross_entropy for p in curve]
    series = [
        Line(
            say("why.word.cross_entropy"),
            COLOURS["cross_entropy"],
            [(p.error, p.cross_entropy) for p in curve],
        ),
        Line(
            say("why.word.squared_error"),
            COLOURS["squared_error"],
            [(p.error, p.squared_error) for p in curve],
        ),
        Line(ratio, COLOURS["other"], list(zip([p.error for p in curve], ratios, strict=True))),
    ]
    x = alt.X("x:Q", title=say("why.axis.error"), scale=UNIT, axis=alt.Axis(tickCount=5))
    y = alt.Y("y:Q", title=say("why.axis.gradient"), axis=alt.Axis(tickCount=5))
    return claim_figure(
        "saturation_gradient",
        lines(series, x, y, dots=False),
        say,
        (*headings(say, "error", "cross_entropy", "squared_error"), ratio),
        [
            (
                f"{p.error:.3f}",
                digits(p.cross_entropy),
                digits(p.squared_error),
                digits(r),
            )
            for p, r in zip(curve, ratios, strict=True)
        ][::7],
    )


def _single(claim: Saturation, say: Language) -> Figure:
    x = alt.X(
        "x:Q",
        title=say("why.axis.start"),
        scale=alt.Scale(nice=False, padding=8),
        axis=alt.Axis(tickCount=8, format="d"),
    )
    y = alt.Y(
        "y:Q",
        title=say("why.axis.steps"),
        scale=alt.Scale(type="log", domainMin=1),
        axis=alt.Axis(values=powers_of_ten(MAX_STEPS)[1:], format="d"),
    )
    series = [
        Line(
            say(f"why.word.{name}"),
            COLOURS[name],
            [(row[0], float(n)) for row in claim.single if (n := row[i]) is not None],
        )
        for i, name in enumerate(("cross_entropy", "squared_error"), start=1)
    ]
    return claim_figure(
        "saturation_single",
        lines(series, x, y),
        say,
        headings(say, "start", "cross_entropy", "squared_error"),
        [(f"−{start:g}", *(_count(n) for n in counts)) for start, *counts in claim.single],
        most=MAX_STEPS,
        capped=any(n is None for row in claim.single for n in row),
    )


def _recovery(claim: Saturation, say: Language) -> Figure:
    rows = claim.sample.rows
    pairs = (("cross_entropy", claim.cross_entropy), ("squared_error", claim.squared_error))
    series = [
        Line(
            say(f"why.word.{name}"),
            COLOURS[name],
            [(p.step, p.misclassified / rows) for p in recovery.path],
        )
        for name, recovery in pairs
    ]
    return claim_figure(
        "saturation_recovery",
        lines(series, _steps(say, series), _share(say, "misclassified")),
        say,
        headings(say, "loss", "step", "misclassified"),
        [
            (say(f"why.word.{name}"), f"{p.step:g}", f"{p.misclassified:,}")
            for name, recovery in pairs
            for p in recovery.path
        ],
        margin=WRONG_MARGIN,
        hidden=claim.hidden,
    )


def _vanishing(claim: Saturation, say: Language) -> Figure:
    paths = (("wrong_start", claim.squared_error.path), ("usual_start", claim.training))
    colours = COLOURS["squared_error"], COLOURS["other"]
    series = [
        Line(say(f"why.word.{name}"), colour, [(p.step, p.vanishing) for p in _wrong(path)])
        for (name, path), colour in zip(paths, colours, strict=True)
    ]
    return claim_figure(
        "saturation_vanishing",
        lines(series, _steps(say, series), _share(say, "vanishing")),
        say,
        headings(say, "start", "step", "misclassified", "vanishing"),
        [
            (
                say(f"why.word.{name}"),
                f"{p.step:g}",
                f"{p.misclassified:,}",
                say.percent(p.vanishing),
            )
            for name, path in paths
            for p in path
        ],
    )


def _wrong(path: Sequence[MisclassifiedPoint]) -> list[MisclassifiedPoint]:
    return [p for p in path if p.misclassified]


def _steps(say: Language, series: Sequence[Line]) -> alt.X:
    last = max((x for s in series for x, _ in s.points), default=1)
    scale = alt.Scale(type="symlog", domain=[0, last], nice=False)
    axis = alt.Axis(values=powers_of_ten(last), format="d")
    return alt.X("x:Q", title=say("why.axis.step"), scale=scale, axis=axis)


def _share(say: Language, what: str) -> alt.Y:
    return alt.Y("y:Q", title=say(f"why.axis.{what}"), scale=UNIT, axis=PERCENT)


def _count(steps: int | None) -> str:
    return f"{steps:,}" if steps is not None else f"> {MAX_STEPS:,}"
