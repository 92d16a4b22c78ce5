"""What the explorer shows, computed in Python by the library, at the places of the page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import lossary as ls
from lossary.explore.families import family_of
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS, Pointwise, Rowwise
from lossary.interpreters.rows import dense_row

__all__ = ["expected"]

Parts = dict[str, np.ndarray]


def expected(name: str, rows: list[dict[str, Any]], signals: Mapping[str, float]) -> Parts:
    """Value, gradient and second derivative of a loss at the places of rows."""
    record = catalogue.get(name)
    common = {k.removeprefix("common_"): v for k, v in signals.items() if k.startswith("common_")}
    parameters = {k: v for k, v in signals.items() if not k.startswith("common_")}
    if isinstance(record, Rowwise):
        return _row(record, rows, parameters, **common)
    return _score(record, np.array([row["x"] for row in rows]), parameters, **common)


def _score(
    record: Pointwise,
    x: np.ndarray,
    parameters: dict[str, float],
    *,
    label: int = 1,
    smoothing: float = 0.0,
    temperature: float = 1.0,
    target: float = 1.0,
) -> Parts:
    function = getattr(ls, record.name)
    kind, options = family_of(record), {}
    sign, heat = (label, temperature) if kind == "margin" else (1, 1.0)
    s, y = sign * x, np.full_like(x, label if record.target == SIGNS else float(label > 0))
    soft = y if record.target == SIGNS else (1 - smoothing) * y + smoothing / 2
    if kind == "residual":
        s, y = x + target, np.full_like(x, target)
        soft = y
    elif record.target != SIGNS:
        options["label_smoothing"] = smoothing
    if kind == "margin":
        options["temperature"] = heat
    return {
        "value": function(s, y, reduction="none", **options, **parameters),
        "gradient": sign * function.gradient(s / heat, soft, **parameters) / heat,
        "hessian": function.hessian(s / heat, soft, **parameters) / heat**2,
    }


def _row(
    record: Rowwise,
    rows: list[dict[str, Any]],
    parameters: dict[str, float],
    *,
    smoothing: float = 0.0,
    temperature: float = 1.0,
    **chosen: int,
) -> Parts:
    p = np.array([[row["p0"], row["p1"], row["p2"]] for row in rows])
    z, t = np.log(p) / temperature, np.full_like(p, smoothing / 3)
    t[:, 0] += 1 - smoothing
    k, direction = chosen.get("class", 0), np.zeros_like(p)
    direction[:, k] = 1
    operation = dense_row(record, tuple(({**record.defaults, **parameters}).items()))
    slope = operation.slopes[0]
    with np.errstate(all="ignore"):
        return {
            "value": operation.value(z, t),
            "gradient": slope.value(z, t)[:, k] / temperature,
            "hessian": slope.product(direction, z, t)[:, k] / temperature**2,
        }
