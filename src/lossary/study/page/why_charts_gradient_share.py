"""Charts of the claim on gradient shares."""

from collections.abc import Callable, Sequence

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.localization import Language
from lossary.study.page.why_charts_shared import (
    COLOURS,
    Line,
    claim_figure,
    headings,
    heat_map,
    lines,
    powers_of_ten,
)
from lossary.study.why.gradient_share import DECILES, GradientShare, Shares

__all__ = ["gradient_share_figures"]

NAMES = ("cross_entropy", "hinge", "focal")


def gradient_share_figures(claim: GradientShare, say: Language) -> list[Figure]:
    """Return gradient shares over training, rows without gradient, and the rarest class."""
    paths = {
        name: [s for s in claim.training if s.loss == loss]
        for name, loss in zip(NAMES, claim.ends, strict=True)
    }
    largest = max(d for s in claim.training for d in s.deciles)
    maps = [_deciles(name, path, largest, say) for name, path in paths.items()]
    return [*maps, _none(paths, say), _rare(claim, paths, say)]


def _deciles(name: str, path: Sequence[Shares], largest: float, say: Language) -> Figure:
    cells = [(s.step, d, share) for s in path for d, share in enumerate(s.deciles, start=1)]
    steps = [s.step for s in path]
    shown = [s for s in powers_of_ten(steps[-1]) if s in steps]
    marks = [*shown, *([steps[-1]] if steps[-1] > 3 * shown[-1] else [])]
    x = alt.X(
        "x:O",
        title=say("why.axis.step"),
        axis=alt.Axis(values=marks, labelAngle=0, labelOverlap=False),
    )
    y = alt.Y("y:O", title=say("why.axis.margin_decile"))
    return claim_figure(
        f"gradient_share_{name}",
        heat_map(cells, COLOURS[name], x, y, largest),
        say,
        (*headings(say, "step"), *(str(d) for d in range(1, DECILES + 1))),
        [(f"{s.step}", *(say.percent(d) for d in s.deciles)) for s in path],
        largest=largest,
    )


def _over_training(
    paths: dict[str, list[Shares]],
    read: Callable[[Shares], float],
    what: str,
    say: Language,
    level: float | None = None,
) -> alt.TopLevelMixin:
    series = [
        Line(say(f"why.word.{name}"), COLOURS[name], [(s.step, read(s)) for s in path])
        for name, path in paths.items()
    ]
    last = max(x for s in series for x, _ in s.points)
    x = alt.X(
        "x:Q",
        title=say("why.axis.step"),
        scale=alt.Scale(type="symlog", domain=[0, last], nice=False),
        axis=alt.Axis(values=powers_of_ten(last), format="d"),
    )
    y = alt.Y(
        "y:Q",
        title=say(f"why.axis.{what}"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    return lines(series, x, y, level=level)


def _none(paths: dict[str, list[Shares]], say: Language) -> Figure:
    return claim_figure(
        "gradient_share_none",
        _over_training(paths, lambda s: s.none, "zero_gradient", say),
        say,
        headings(say, "step", *NAMES),
        _table(paths, lambda s: s.none, say),
    )


def _rare(claim: GradientShare, paths: dict[str, list[Shares]], say: Language) -> Figure:
    return claim_figure(
        "gradient_share_rare",
        _over_training(paths, lambda s: s.rare, "rare", say, claim.rare_rows),
        say,
        headings(say, "step", *NAMES),
        _table(paths, lambda s: s.rare, say),
        name=claim.rarest,
        rows=claim.rare_rows,
    )


def _table(
    paths: dict[str, list[Shares]], read: Callable[[Shares], float], say: Language
) -> list[tuple[str, ...]]:
    return [
        (f"{row[0].step}", *(say.percent(read(s)) for s in row))
        for row in zip(*paths.values(), strict=True)
    ]
