"""The ratios over size as a picture."""

from collections.abc import Iterator
from typing import Any

import altair as alt

from speed.case import MODES
from speed.cases import sizes
from speed.peers import COMPILED, EAGER, JAX
from speed.results import PLACE, Results

FILE = PLACE / "cpu.svg"
_PEERS = {EAGER: "#c44e52", COMPILED: "#4c72b0", JAX: "#55a868"}
_TITLES = {
    sizes.BY_CLASSES: ("softmax cross-entropy, 2²⁵ logits", "classes"),
    sizes.BY_SCORES: ("sigmoid cross-entropy", "scores"),
}


def draw(results: Results) -> bool:
    """Draw what there is; whether there was anything."""
    panels = [_panel(kind, list(_points(kind, results))) for kind in _TITLES]
    drawn = [p for p in panels if p is not None]
    if not drawn:
        return False
    chart = alt.hconcat(*drawn).configure_view(strokeWidth=0).configure(background="white")
    # The texts of the legend are wider than they are measured.
    chart.padding = {"left": 5, "top": 5, "right": 30, "bottom": 5}
    chart.save(FILE)
    return True


def _points(kind: str, results: Results) -> Iterator[dict[str, Any]]:
    for case in sizes.CASES:
        if not case.name.startswith(kind):
            continue
        for mode, found in results.get(case.key, {}).items():
            times = {k: v["value"] for k, v in found["candidates"].items() if "value" in v}
            for peer in (p for p in _PEERS if p in times and "lossary" in times):
                size = int(case.name.split()[-1])
                ratio = times[peer] / times["lossary"]
                yield {"size": size, "ratio": ratio, "peer": peer, "memory": mode}


def _panel(kind: str, points: list[dict[str, Any]]) -> alt.LayerChart | None:
    if not points:
        return None
    title, axis = _TITLES[kind]
    ratios = [p["ratio"] for p in points]
    scale = alt.Scale(type="log", domain=[min(0.5, *ratios), max(2.0, *ratios)])
    sizes_axis = alt.Axis(title=axis, format="~s", tickCount=7)
    ratios_axis = alt.Axis(title="time of the peer ÷ time of Lossary", tickCount=7)
    colours = alt.Scale(domain=list(_PEERS), range=list(_PEERS.values()))
    modes = alt.Scale(domain=list(MODES), range=[[1, 0], [4, 3]])
    subtitle = "forward and backward; a line for default memory, dashes for warm"
    lines = (
        alt.Chart(alt.Data(values=points))
        .mark_line(point=True)
        .encode(
            x=alt.X("size:Q", scale=alt.Scale(type="log"), axis=sizes_axis),
            y=alt.Y("ratio:Q", scale=scale, axis=ratios_axis),
            color=alt.Color("peer:N", scale=colours),
            strokeDash=alt.StrokeDash("memory:N", scale=modes, legend=None),
        )
        .properties(title=alt.Title(title, subtitle=subtitle), width=380, height=280)
    )
    equal = alt.Chart(alt.Data(values=[{"ratio": 1}])).mark_rule(color="#888").encode(y="ratio:Q")
    return equal + lines
