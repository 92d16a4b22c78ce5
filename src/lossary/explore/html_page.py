"""The explorer as one HTML page: the controls, the charts, the formulas, the calculators."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lossary.explore import charts
from lossary.explore.families_and_sliders import FAMILIES, Family, Slider, chosen, members, sliders
from lossary.explore.vega_dataflow import calculator, places
from lossary.formulas.record import Record
from lossary.interpreters.latex import formula
from lossary.interpreters.mathml_from_latex import latex_to_mathml
from lossary.interpreters.vega import PARTS
from lossary.pages.atomic_write import write_atomically
from lossary.pages.layout import Figure, render
from lossary.pages.localization import Language, Message, language, say
from lossary.pages.vega_lite import Specification

__all__ = ["page", "to_html"]

CLASSES = tuple(say("explore.class", number=k) for k in (1, 2, 3))
#: What the script says, and the names that it fills in.
SCRIPT = {
    **dict.fromkeys(("off", "untouched", "undefined", "all_infinite", "all_zero", "at"), ()),
    "full_colour": ("number",),
    "told": ("loss", *PARTS),
}


@dataclass(frozen=True)
class _Entry:
    """Data of a loss for the template of the page."""

    name: str
    colour: str
    dashes: str
    summary: str
    source: str
    formulas: list[str]
    sliders: list[Slider]
    chosen: bool


def page(losses: Sequence[str] | None = None, lang: str = "en") -> str:
    """Return the text of the explorer, opened with the losses named, or with a few of each family.

    Raises
    ------
    LossaryError
        For a name that is no loss, and for a language other than ``en`` and ``zh``.

    Examples
    --------
    >>> page(["hinge"]).count('type="checkbox"')
    22

    """
    spoken, opened = language(lang), chosen(losses)
    families = [(family, members(family)) for family in FAMILIES]
    shown = [(family, records) for family, records in families if records]
    entries = {
        family.key: [_entry(r, i, opened, spoken) for i, r in enumerate(records)]
        for family, records in shown
    }
    figures = {
        family.key: [_figure(family, part, [r.name for r in records], spoken) for part in PARTS]
        for family, records in shown
    }
    return render(
        Path(__file__).with_name("explorer.html"),
        [f for found in figures.values() for f in found if not f.key.startswith("simplex")],
        language=spoken,
        families=[family for family, _ in shown],
        entries=entries,
        drawings=figures,
        titles={part: say(f"explore.part.{part}") for part in PARTS},
        columns=[say(f"explore.column.{part}") for part in PARTS],
        classes=CLASSES,
        first=next(f.key for f, records in shown if any(r.name in opened for r in records)),
        count=sum(len(records) for _, records in shown),
        model={
            "losses": {
                r.name: {"family": f.key} | calculator(r, f)
                for f, records in shown
                for r in records
            },
            "places": {family.key: places(family, spoken) for family, _ in shown},
            "cells": FAMILIES[-1].parts,
            "triangles": {part: _triangle(part, spoken) for part in PARTS},
            "texts": _script_texts(spoken),
        },
    )


def to_html(path: str | Path, losses: Sequence[str] | None = None, lang: str = "en") -> Path:
    """Write the explorer to a file atomically, and return its path.

    Raises
    ------
    LossaryError
        For a name that is no loss, a language other than ``en`` and ``zh``, and a path that cannot
        be written.

    """
    return write_atomically(Path(path), page(losses, lang))


def _entry(record: Record, number: int, opened: Sequence[str], spoken: Language) -> _Entry:
    parts = formula(record).split(r", \quad ")
    dashes = charts.DASHES[number % len(charts.DASHES)]
    return _Entry(
        name=record.name,
        colour=f"var(--c{number % charts.COLOURS})",
        dashes="" if dashes == [1, 0] else " ".join(map(str, dashes)),
        summary=spoken.of(f"losses.{record.name}", record.summary),
        source=record.source,
        formulas=[latex_to_mathml(part, words=spoken.formula_words) for part in parts],
        sliders=[_told(slider, record, spoken) for slider in sliders(record)],
        chosen=record.name in opened,
    )


def _told(slider: Slider, record: Record, spoken: Language) -> Slider:
    """Return a slider of a parameter with its texts, and its symbol typeset."""
    name, english = slider.signal, slider.summary
    told: str | Message = spoken.of(f"parameters.{name}", str(english))
    told = spoken.of(f"parameters.{record.name}.{name}", str(told))
    if slider.alias:
        told = say("explore.also", summary=told, name=slider.alias)
    if slider.interval:
        told = say("explore.allowed", summary=told, interval=slider.interval)
    if slider.sets:
        told = say("explore.sets", summary=told, names=[name for name, _ in slider.sets])
    symbol = latex_to_mathml(slider.symbol, inline=True) if slider.symbol else ""
    return replace(slider, summary=told, symbol=symbol)


def _figure(family: Family, part: str, names: Sequence[str], spoken: Language) -> Figure:
    title, axis = spoken(f"explore.part.{part}"), spoken(family("axis"))
    described = say("explore.curves_described", title=title, axis=axis)
    return Figure(
        key=f"{family.key}-{part}",
        title=title,
        caption=spoken(say("explore.caption.sample") if part == "value" else family("derivative")),
        specification=charts.curves(names, axis, spoken(described)),
        head=(),
        rows=[],
    )


def _triangle(part: str, spoken: Language) -> Specification:
    title = spoken(f"explore.part.{part}")
    described = say("explore.triangle_described", title=title)
    return charts.triangle(title, [spoken(c) for c in CLASSES], spoken(described))


def _script_texts(spoken: Language) -> Mapping[str, Any]:
    """Return the texts of the script; the names that it fills in are in braces."""
    texts = {
        key: spoken(f"explore.{key}", **{name: f"{{{name}}}" for name in names})
        for key, names in SCRIPT.items()
    }
    return texts | {"columns": [spoken(f"explore.column.{part}") for part in PARTS]}
