"""The explorer as one HTML page: the controls, the charts, the formulas, the calculators."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossary.explore import charts
from lossary.explore.calculator import calculator
from lossary.explore.families import FAMILIES, Family, Slider, chosen, members, sliders
from lossary.formulas.record import Pointwise, Record, Rowwise
from lossary.interpreters.mathml import mathml
from lossary.pages.files import write_atomically
from lossary.pages.layout import Figure, render

__all__ = ["page", "to_html"]

TITLES = {"value": "Value", "gradient": "Gradient", "hessian": "Second derivative"}


@dataclass(frozen=True)
class _Entry:
    """A loss as the page shows it."""

    name: str
    colour: int
    summary: str
    source: str
    formula: str
    sliders: list[Slider]
    chosen: bool


def page(losses: Sequence[str] | None = None) -> str:
    """Return the text of the explorer, opened with the losses named, or with a few of each family.

    Raises
    ------
    LossaryError
        For a name that is no loss.

    Examples
    --------
    >>> page(["hinge"]).count('type="checkbox"')
    22

    """
    opened = chosen(losses)
    families = [(family, members(family)) for family in FAMILIES]
    shown = [(family, records) for family, records in families if records]
    entries = {
        family.key: [_entry(r, i, opened) for i, r in enumerate(records)]
        for family, records in shown
    }
    first = next(f.key for f, records in shown if any(r.name in opened for r in records))
    figures = {
        family.key: [
            _figure(family, part, title, [r.name for r in records])
            for part, title in TITLES.items()
        ]
        for family, records in shown
    }
    return render(
        Path(__file__).with_name("explorer.html"),
        [f for found in figures.values() for f in found if not f.key.startswith("simplex")],
        families=[family for family, _ in shown],
        entries=entries,
        drawings=figures,
        titles=TITLES,
        first=first,
        count=sum(len(records) for _, records in shown),
        model={
            "losses": {r.name: _modelled(r, f) for f, records in shown for r in records},
            "cells": FAMILIES[-1].parts,
            "triangles": {part: charts.triangle(title) for part, title in TITLES.items()},
        },
    )


def to_html(path: str | Path, losses: Sequence[str] | None = None) -> Path:
    """Write the explorer to a file, whole or not at all, and return where it is."""
    return write_atomically(Path(path), page(losses))


def _entry(record: Record, number: int, opened: Sequence[str]) -> _Entry:
    return _Entry(
        name=record.name,
        colour=number % charts.COLOURS,
        summary=record.summary,
        source=record.source,
        formula=mathml(record),
        sliders=sliders(record),
        chosen=record.name in opened,
    )


def _figure(family: Family, part: str, title: str, names: Sequence[str]) -> Figure:
    caption = "of one sample" if part == "value" else family.derivative
    return Figure(
        key=f"{family.key}-{part}",
        title=title,
        caption=caption,
        specification=charts.curves(names, title, family.axis),
        head=(),
        rows=[],
    )


def _modelled(record: Pointwise | Rowwise, family: Family) -> dict[str, Any]:
    """Return what the script needs to know of a loss."""
    return {
        "family": family.key,
        "parameters": [slider.signal for slider in sliders(record)],
        "calculator": calculator(record, family),
    }
