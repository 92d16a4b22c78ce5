"""Data and configuration common to all Vega-Lite charts.

Colours are CSS variables of the page, so that light, dark and print need no second drawing.
"""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

import altair as alt

__all__ = ["Specification", "data", "specification"]

Specification = dict[str, Any]


def data(rows: Iterable[Mapping[str, Any]]) -> alt.Data:
    """Return rows as the data of a chart; non-finite numbers are left out."""
    values = [{k: _finite(v) for k, v in row.items()} for row in rows]
    return alt.Data(values=values)  # type: ignore[no-untyped-call]


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value


def specification(chart: alt.TopLevelMixin) -> Specification:
    """Return a chart as plain data; the configuration is part of the page."""
    found: Specification = chart.to_dict()
    return {k: v for k, v in found.items() if k not in {"$schema", "config"}}
