"""The charts of who carries the gradient."""

from collections.abc import Callable, Sequence

import altair as alt

from lossary.pages.layout import Figure
from lossary.pages.messages import Language
from lossary.study.page.why_charts_shared import COLOURS, Line, drawn, heads, lines, powers, result
from lossary.study.why.gradient_share import DECILES, Carriers, Shares

__all__ = ["carriers_figures"]

NAMES = ("cross_entropy", "hinge", "focal")


def carriers_figures(claim: Carriers, say: Language) -> list[Figure]:
    """Return the gradient's shares over training, whom nobody hears, and the rarest class."""
    paths = {
        name: [s for s in claim.training if s.loss == loss]
        for name, loss in zip(NAMES, claim.ends, strict=True)
    }
    strongest = max(d for s in claim.training for d in s.deciles)
    maps = [_deciles(name, path, strongest, say) for name, path in paths.items()]
    return [*maps, _none(paths, say), _rare(claim, paths, say)]


def _deciles(name: str, path: Sequence[Shares], strongest: float, say: Language) -> Figure:
    cells = [(s.step, d, share) for s in path for d, share in enumerate(s.deciles, start=1)]
    steps = [s.step for s in path]
    shown = [s for s in powers(steps[-1]) if s in steps]
    marks = [*shown, *([steps[-1]] if steps[-1] > 3 * shown[-1] else [])]
    x = alt.X(
        "x:O",
        title=say("why.axis.step"),
        axis=alt.Axis(values=marks, labelAngle=0, labelOverlap=False),
    )
    y = alt.Y("y:O", title=say("why.axis.margin_decile"))
    return drawn(
        f"carriers_{name}",
        result(cells, COLOURS[name], x, y, strongest),
        say,
        (*heads(say, "step"), *(str(d) for d in range(1, DECILES + 1))),
        [(f"{s.step}", *(say.percent(d) for d in s.deciles)) for s in path],
        strongest=strongest,
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
        axis=alt.Axis(values=powers(last), format="d"),
    )
    y = alt.Y(
        "y:Q",
        title=say(f"why.axis.{what}"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    return lines(series, x, y, level=level)


def _none(paths: dict[str, list[Shares]], say: Language) -> Figure:
    return drawn(
        "carriers_none",
        _over_training(paths, lambda s: s.none, "silent", say),
        say,
        heads(say, "step", *NAMES),
        _table(paths, lambda s: s.none, say),
    )


def _rare(claim: Carriers, paths: dict[str, list[Shares]], say: Language) -> Figure:
    return drawn(
        "carriers_rare",
        _over_training(paths, lambda s: s.rare, "rare", say, claim.rare_rows),
        say,
        heads(say, "step", *NAMES),
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
