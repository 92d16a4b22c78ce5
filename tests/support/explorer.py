"""What the explorer shows, computed in Python by the library, at the places of the page."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

import lossary as ls
from lossary.explore.families_and_sliders import SOFTCAP, family_of
from lossary.formulas import catalogue
from lossary.formulas.record import SIGNS, Pointwise, Rowwise
from lossary.interpreters.array_row_losses import dense_row

__all__ = ["expected"]

Parts = dict[str, np.ndarray]


class Score(NamedTuple):
    """What a loss takes of a place, with its derivatives by the place."""

    s: np.ndarray
    slope: np.ndarray
    bend: np.ndarray


def expected(name: str, rows: list[dict[str, Any]], signals: Mapping[str, float]) -> Parts:
    """Value, gradient and second derivative of a loss at the places of rows."""
    record = catalogue.get(name)
    common = {k.removeprefix("common_"): v for k, v in signals.items() if k.startswith("common_")}
    parameters = {k: v for k, v in signals.items() if not k.startswith("common_")}
    if isinstance(record, Rowwise):
        return _row(record, rows, parameters, **common)
    x = np.array([row["x"] for row in rows])
    return {
        "margin": _margin,
        "residual": _residual,
        "probability": _probability,
    }[family_of(record)](record, x, parameters, **common)


def _margin(
    record: Pointwise,
    x: np.ndarray,
    parameters: dict[str, float],
    *,
    label: int = 1,
    smoothing: float = 0.0,
    temperature: float = 1.0,
    softcap: float = SOFTCAP.high,
) -> Parts:
    options: dict[str, Any] = {"temperature": temperature, "softcap": _cap(softcap)}
    y, soft = np.full_like(x, label), np.full_like(x, label)
    if record.target != SIGNS:
        y = (y + 1) / 2
        soft = (1 - smoothing) * y + smoothing / 2
        options["label_smoothing"] = smoothing
    function, score = getattr(ls, record.name), _score(label * x, temperature, softcap)
    slope = function.gradient(score.s, soft, **parameters)
    bend = function.hessian(score.s, soft, **parameters)
    return {
        "value": function(label * x, y, reduction="none", **options, **parameters),
        "gradient": label * slope * score.slope,
        "hessian": bend * score.slope**2 + slope * score.bend,
    }


def _residual(
    record: Pointwise, x: np.ndarray, parameters: dict[str, float], *, target: float = 1.0
) -> Parts:
    return _plain(record, x + target, np.full_like(x, target), parameters)


def _probability(
    record: Pointwise,
    x: np.ndarray,
    parameters: dict[str, float],
    *,
    label: int = 1,
    smoothing: float = 0.0,
) -> Parts:
    y = np.full_like(x, label > 0)
    return _plain(record, x, (1 - smoothing) * y + smoothing / 2, parameters)


def _plain(record: Pointwise, s: np.ndarray, y: np.ndarray, parameters: dict[str, float]) -> Parts:
    function = getattr(ls, record.name)
    return {
        "value": function(s, y, reduction="none", **parameters),
        "gradient": function.gradient(s, y, **parameters),
        "hessian": function.hessian(s, y, **parameters),
    }


def _row(
    record: Rowwise,
    rows: list[dict[str, Any]],
    parameters: dict[str, float],
    *,
    smoothing: float = 0.0,
    temperature: float = 1.0,
    softcap: float = SOFTCAP.high,
    z_loss: float = 0.0,
    shift: float = 0.0,
    **chosen: int,
) -> Parts:
    logits = np.log([[row["p0"], row["p1"], row["p2"]] for row in rows]) + shift
    k, t = chosen.get("class", 0), np.full_like(logits, smoothing / 3)
    t[:, 0] += 1 - smoothing
    score = _score(logits, temperature, softcap)
    level = np.logaddexp.reduce(score.s, axis=1)
    p = np.exp(score.s - level[:, None])[:, k]
    direction = np.zeros_like(logits)
    direction[:, k] = 1
    slopes = dense_row(record, tuple(({**record.defaults, **parameters}).items())).slopes[0]
    with np.errstate(all="ignore"):
        slope = slopes.value(score.s, t)[:, k] + 2 * z_loss * level * p
        bend = slopes.product(direction, score.s, t)[:, k]
        bend += 2 * z_loss * (p * p + level * p * (1 - p))
        straight = bend * score.slope[:, k] ** 2
        curved = straight + slope * score.bend[:, k]
        value = getattr(ls, record.name)(
            logits,
            t,
            reduction="none",
            temperature=temperature,
            softcap=_cap(softcap),
            z_loss=z_loss,
            **parameters,
        )
    return {
        "value": value,
        "gradient": slope * score.slope[:, k],
        "hessian": np.where(score.bend[:, k] == 0, straight, curved),
    }


def _cap(softcap: float) -> float | None:
    return None if softcap == SOFTCAP.high else softcap


def _score(x: np.ndarray, temperature: float, softcap: float) -> Score:
    s = x / temperature
    if _cap(softcap) is None:
        return Score(s, np.full_like(s, 1 / temperature), np.zeros_like(s))
    tanh, slope = np.tanh(s / softcap), np.cosh(s / softcap) ** -2.0
    bend = -2 * tanh * slope / softcap / temperature**2
    return Score(softcap * tanh, slope / temperature, bend)
